"""From a trained detector to the one that ships with the package."""

from network_security.pipelines.pretrained.pipeline import create_pipeline

__all__ = ["create_pipeline"]
