"""From verdicts with their evidence to alerts in the store."""

from network_security.pipelines.alerts.pipeline import create_pipeline

__all__ = ["create_pipeline"]
