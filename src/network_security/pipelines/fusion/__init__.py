"""From out-of-fold scores of URLs and the external set of pages to the fused detector."""

from network_security.pipelines.fusion.pipeline import create_pipeline, create_shipping_pipeline

__all__ = ["create_pipeline", "create_shipping_pipeline"]
