"""Trains the expert for raw URL text on labelled lists, and measures it."""

from network_security.pipelines.url_text.pipeline import create_pipeline, create_shipping_pipeline

__all__ = ["create_pipeline", "create_shipping_pipeline"]
