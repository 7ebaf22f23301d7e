"""Wiring of the nodes; names are a detector's own once the registry gives them its namespace."""

from kedro.pipeline import Node, Pipeline

from network_security.pipelines.data_engineering import nodes


def create_pipeline() -> Pipeline:
    """From ``training_set`` to ``primary``, ``folds`` and ``data_quality``."""
    return Pipeline(
        [
            Node(
                nodes.open_training_set,
                inputs="training_set",
                outputs=["intermediate", "provenance"],
                name="open_training_set",
            ),
            Node(nodes.tag_run, inputs="provenance", outputs="run_tags", name="tag_run"),
            Node(
                nodes.refuse_wrong_labels,
                inputs=["intermediate", "params:detector"],
                outputs="primary",
                name="refuse_wrong_labels",
            ),
            Node(
                nodes.describe_rows,
                inputs=["intermediate", "provenance"],
                outputs="data_quality",
                name="describe_rows",
            ),
            Node(
                nodes.deal_folds,
                inputs=["primary", "params:split"],
                outputs="folds",
                name="deal_folds",
            ),
        ],
        tags="data_engineering",
    )
