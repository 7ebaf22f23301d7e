"""Wiring of the nodes; names are a detector's own once the registry gives them its namespace."""

from kedro.pipeline import Node, Pipeline

from network_security.pipelines.registration import nodes


def create_pipeline() -> Pipeline:
    """From ``model`` and ``metrics`` to ``registered_model`` and the gate's ``promotion``."""
    return Pipeline(
        [
            Node(
                nodes.write_manifest,
                inputs=["metrics", "combination", "params:detector"],
                outputs="manifest",
                name="write_manifest",
            ),
            Node(
                nodes.track_metrics,
                inputs="metrics",
                outputs="tracked_metrics",
                name="track_metrics",
            ),
            Node(
                nodes.track_trials, inputs="studies", outputs="tracked_trials", name="track_trials"
            ),
            Node(
                nodes.register,
                inputs=["model", "manifest", "primary"],
                outputs="registered_model",
                name="register",
            ),
            Node(
                nodes.gate,
                inputs=["metrics", "champion", "registered_model", "params:promotion"],
                outputs=["promotion", "gate_decision"],
                name="gate",
            ),
        ],
        tags="registration",
    )
