"""Wiring of the nodes; names are a detector's own once the registry gives them its namespace."""

from kedro.pipeline import Node, Pipeline

from network_security.pipelines.pretrained import nodes


def create_pipeline() -> Pipeline:
    """From ``model``, ``manifest`` and the model card to the package's folder."""
    return Pipeline(
        [
            Node(
                nodes.ship,
                inputs=["model", "manifest", "model_card_markdown", "params:shipping"],
                outputs=["shipped_model", "shipped_manifest", "shipped_card"],
                name="ship",
            )
        ],
        tags="pretrained",
    )
