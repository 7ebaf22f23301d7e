"""From folds to a tuned, calibrated, explained detector in its serving format."""

from network_security.pipelines.data_science.pipeline import create_pipeline

__all__ = ["create_pipeline"]
