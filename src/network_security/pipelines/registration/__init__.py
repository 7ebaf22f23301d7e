"""From a measured detector to the model registry, and through the gate into service."""

from network_security.pipelines.registration.pipeline import create_pipeline

__all__ = ["create_pipeline"]
