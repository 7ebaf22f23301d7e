"""Wiring of the nodes."""

from kedro.pipeline import Node, Pipeline

from network_security.pipelines.correlation import nodes


def create_pipeline() -> Pipeline:
    """From ``events`` to ``evidence`` and ``summary``."""
    return Pipeline(
        [
            Node(
                nodes.correlate,
                inputs=[
                    "correlation.events",
                    "params:correlation.window",
                    "params:correlation.joining",
                ],
                outputs=["correlation.evidence", "correlation.tally"],
                name="correlate",
            ),
            Node(
                nodes.summarise,
                inputs="correlation.tally",
                outputs="correlation.summary",
                name="summarise",
            ),
        ],
        tags="correlation",
    )
