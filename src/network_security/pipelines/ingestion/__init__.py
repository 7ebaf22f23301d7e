"""From raw logs, and from dead letters, to events in the store."""

from network_security.pipelines.ingestion.pipeline import create_pipeline, create_replay_pipeline

__all__ = ["create_pipeline", "create_replay_pipeline"]
