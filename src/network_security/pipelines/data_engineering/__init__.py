"""From the training set in MongoDB to checked rows and the folds of both protocols."""

from network_security.pipelines.data_engineering.pipeline import create_pipeline

__all__ = ["create_pipeline"]
