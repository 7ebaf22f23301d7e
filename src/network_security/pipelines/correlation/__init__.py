"""From stored events of all sensors to stored rows of evidence."""

from network_security.pipelines.correlation.pipeline import create_pipeline

__all__ = ["create_pipeline"]
