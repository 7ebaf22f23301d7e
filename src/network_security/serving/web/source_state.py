"""Whether a source does what it should, told from its parser's health."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from network_security.serving.services.sources import SourceHealth

FAILING_FROM: Final = 0.02
"""Share of records that cannot be parsed, from which on something is wrong with the format."""
QUIET_AFTER: Final = timedelta(hours=1)
"""So long without a record, a source that should go on may have stopped."""


class State(StrEnum):
    """What is to be said of a source."""

    FAILING = "failing"
    QUIET = "quiet"
    GOOD = "good"


@dataclass(frozen=True)
class SourceState:
    """A source, and what is to be said of it.

    Attributes:
        health: what its parser made of what it was given.
        state: what that amounts to.
        why: in words.
        quiet_for: since when nothing was read.
    """

    health: SourceHealth
    state: State
    why: str
    quiet_for: timedelta | None


def states(found: Iterable[SourceHealth], now: datetime) -> list[SourceState]:
    """Judge sources, those that fail first, then those that are quiet."""
    judged = [_state(each, now) for each in found]
    order = list(State)
    return sorted(judged, key=lambda each: (order.index(each.state), each.health.source))


def _state(health: SourceHealth, now: datetime) -> SourceState:
    quiet_for = None
    if health.last_read is not None:
        read = health.last_read
        quiet_for = now - (read if read.tzinfo else read.replace(tzinfo=UTC))
    if (health.dead_letter_rate or 0) >= FAILING_FROM:
        why = f"{100 * (health.dead_letter_rate or 0):.1f} % cannot be parsed"
        return SourceState(health, State.FAILING, why, quiet_for)
    if quiet_for is None or quiet_for > QUIET_AFTER:
        return SourceState(health, State.QUIET, "nothing comes", quiet_for)
    return SourceState(health, State.GOOD, "reads", quiet_for)
