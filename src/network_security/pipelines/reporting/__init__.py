"""From out-of-fold scores to metrics, plots and the model card."""

from network_security.pipelines.reporting.pipeline import create_pipeline

__all__ = ["create_pipeline"]
