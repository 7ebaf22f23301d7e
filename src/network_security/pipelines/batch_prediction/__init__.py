"""From a table of feature rows to verdicts, in a file and in the store."""

from network_security.pipelines.batch_prediction.pipeline import create_pipeline

__all__ = ["create_pipeline"]
