"""Wiring of the nodes."""

from kedro.pipeline import Node, Pipeline

from network_security.pipelines.batch_prediction import nodes


def create_pipeline() -> Pipeline:
    """From ``source`` and ``models`` to ``verdict_store``, ``verdicts`` and ``summary``."""
    return Pipeline(
        [
            Node(
                nodes.describe_job,
                inputs=[
                    "batch_prediction.source",
                    "batch_prediction.models",
                    "params:batch_prediction.scoring",
                ],
                outputs="batch_prediction.job",
                name="describe_job",
            ),
            Node(
                nodes.score,
                inputs=[
                    "batch_prediction.source",
                    "batch_prediction.models",
                    "batch_prediction.job",
                    "batch_prediction.finished_parts",
                    "params:batch_prediction.scoring",
                ],
                outputs=["batch_prediction.verdict_store", "batch_prediction.parts"],
                name="score",
            ),
            Node(
                nodes.collect,
                inputs=["batch_prediction.job", "batch_prediction.parts"],
                outputs="batch_prediction.verdicts",
                name="collect",
            ),
            Node(
                nodes.summarise_verdicts,
                inputs=["batch_prediction.verdicts", "batch_prediction.job"],
                outputs="batch_prediction.summary",
                name="summarise_verdicts",
            ),
        ],
        tags="batch_prediction",
    )
