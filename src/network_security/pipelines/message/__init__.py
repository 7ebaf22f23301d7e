"""From labelled messages to the message detector."""

from network_security.pipelines.message.pipeline import create_pipeline, create_shipping_pipeline

__all__ = ["create_pipeline", "create_shipping_pipeline"]
