"""Wiring of the nodes."""

from kedro.pipeline import Node, Pipeline

from network_security.pipelines.alerts import nodes


def create_pipeline() -> Pipeline:
    """From ``judged`` verdicts to the alert ``store``, and a ``summary`` of it."""
    return Pipeline(
        [
            Node(
                nodes.find,
                inputs=[
                    "alerts.judged",
                    "params:alerts.grouping",
                    "params:alerts.severity",
                    "phishing.fused_detector",
                    "params:alerts.explain",
                ],
                outputs="alerts.store",
                name="find",
            ),
            Node(
                nodes.summarise, inputs="alerts.store", outputs="alerts.summary", name="summarise"
            ),
        ],
        tags="alerts",
    )
