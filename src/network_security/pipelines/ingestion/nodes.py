"""Raw logs to events, dead letters to events, and what that says of the parsers' health."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from network_security.streaming.following import Portion
from network_security.streaming.health import health_of
from network_security.streaming.replaying import replay
from network_security.streaming.workers import Raw, parse_all


@dataclass(frozen=True)
class ParseOptions:
    """How raw logs are parsed.

    Attributes:
        workers: Processes that parse; 1 parses in this one, while the last batch is stored.
    """

    workers: int = 1

    def __post_init__(self) -> None:
        """Refuse what could not work.

        Raises:
            ValueError: If there would be no worker.
        """
        if self.workers < 1:
            raise ValueError(f"workers is {self.workers}, below 1")


def parse(raw_logs: Iterable[Raw], options: ParseOptions) -> Iterator[Portion]:
    """Parse raw records, in their order, batch by batch."""
    yield from parse_all(raw_logs, options.workers)


def parse_again(dead_letters: Iterable[list[dict[str, Any]]]) -> Iterator[Portion]:
    """Parse dead letters again, batch by batch."""
    yield from replay(dead_letters)


def summarise(stored: pd.DataFrame) -> pd.DataFrame:
    """What the run read and stored, once all of it is stored."""
    return stored


def measure_health(stored: pd.DataFrame, checkpoints: pd.DataFrame) -> pd.DataFrame:
    """Parser health of all sources ever read, this run's included.

    Args:
        stored: What this run stored; says that it is done.
        checkpoints: The checkpoints of all streams, a row each.
    """
    return health_of(checkpoints)
