"""What reading needs to know: how, and what of earlier runs; and what it says of what it left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from network_security.streaming.checkpoints import Checkpoint


@dataclass(frozen=True)
class ReadOptions:
    """How raw logs are read.

    Attributes:
        batch_records: Most records that are parsed and stored at once.
        line_limit: Longest record in bytes; of a longer one so much is kept as a dead letter.
        message_limit: The same for mail messages.
        least_confidence: A file's format is taken from its content when that is this sure.
    """

    batch_records: int = 1000
    line_limit: int = 1_000_000
    message_limit: int = 30_000_000
    least_confidence: float = 0.5

    def __post_init__(self) -> None:
        """Refuse what could not work.

        Raises:
            ValueError: If a number is not in its range.
        """
        if min(self.batch_records, self.line_limit, self.message_limit) < 1:
            raise ValueError("batch_records, line_limit and message_limit must be at least 1")
        if not 0 <= self.least_confidence <= 1:
            raise ValueError(f"least_confidence is {self.least_confidence}, not in 0 to 1")

    def limit(self, format: str) -> int:
        """Return the most bytes of a format's record."""
        return self.message_limit if format == "email" else self.line_limit


EMPTY = "is empty"
"""Why an input was skipped, without anything being wrong."""


@dataclass(frozen=True)
class Skipped:
    """An input that was not read at all, and why."""

    source: str
    reason: str
    size: int = 0


def why_unread(error: Exception) -> str:
    """Return the reason for what could not be opened or read."""
    return f"cannot be read: {getattr(error, 'strerror', None) or error}"


class Memory(Protocol):
    """What is known of earlier runs."""

    def checkpoints(self, folder: str) -> list[Checkpoint]:
        """Return the checkpoints of the streams last read from a folder."""

    def beginning_with(self, head_sha256: str) -> list[Checkpoint]:
        """Return the checkpoints of the streams whose first bytes have a hash, in any folder."""

    def is_stream(self, id_: str) -> bool:
        """Return whether there is a checkpoint of a stream of that id."""

    def stored(self, ids: list[str]) -> set[str]:
        """Return those of the ids that events or dead letters have."""
