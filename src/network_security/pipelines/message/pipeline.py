"""Wiring of the nodes."""

from kedro.pipeline import Node, Pipeline

from network_security.pipelines.message import nodes


def create_pipeline() -> Pipeline:
    """From labelled messages to ``message.manifest``, which holds the model, and its report.

    ::

        labelled ─┬─ tabulate ── table ── measure ── held out ── make model ── manifest
        link judge┘                                                  └── metrics
    """
    return Pipeline(
        [
            Node(
                nodes.tabulate,
                inputs=["message.labelled", "message.link_judge", "params:message.links"],
                outputs=["message.table", "message.links"],
                name="tabulate",
            ),
            Node(
                nodes.measure,
                inputs=["message.table", "params:message.split", "params:message.fitting"],
                outputs=["message.held_out", "message.measured"],
                name="measure",
            ),
            Node(
                nodes.make_model,
                inputs=[
                    "message.table",
                    "message.held_out",
                    "message.measured",
                    "message.links",
                    "params:message.fitting",
                    "params:message.operating",
                    "params:message.sources",
                ],
                outputs=["message.manifest", "message.metrics"],
                name="make_model",
            ),
        ],
        tags="message",
    )


def create_shipping_pipeline() -> Pipeline:
    """From a fitted model to the package's folder."""
    return Pipeline(
        [
            Node(
                nodes.ship,
                inputs="message.manifest",
                outputs="message.shipped_manifest",
                name="ship",
            )
        ],
        tags="message",
    )
