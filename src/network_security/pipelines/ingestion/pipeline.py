"""Wiring of the nodes."""

from kedro.pipeline import Node, Pipeline

from network_security.pipelines.ingestion import nodes


def create_pipeline() -> Pipeline:
    """From ``raw_logs`` to ``event_store``, ``summary`` and ``parser_health``."""
    return Pipeline(
        [
            Node(
                nodes.parse,
                inputs=["ingestion.raw_logs", "params:ingestion.parsing"],
                outputs="ingestion.event_store",
                name="parse",
            ),
            *_closing_nodes(),
        ],
        tags="ingestion",
    )


def create_replay_pipeline() -> Pipeline:
    """From ``dead_letters`` to ``event_store``, ``summary`` and ``parser_health``."""
    return Pipeline(
        [
            Node(
                nodes.parse_again,
                inputs="ingestion.dead_letters",
                outputs="ingestion.event_store",
                name="parse_again",
            ),
            *_closing_nodes(),
        ],
        tags="ingestion",
    )


def _closing_nodes() -> list[Node]:
    return [
        Node(
            nodes.summarise,
            inputs="ingestion.event_store",
            outputs="ingestion.summary",
            name="summarise",
        ),
        Node(
            nodes.measure_health,
            inputs=["ingestion.event_store", "ingestion.checkpoints"],
            outputs="ingestion.parser_health",
            name="measure_health",
        ),
    ]
