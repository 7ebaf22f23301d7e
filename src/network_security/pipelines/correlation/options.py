"""Which rows of evidence a run makes, and how, as conf says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

import pandas as pd

from network_security.evidence.correlation import CorrelationOptions, EvidenceRow
from network_security.evidence.correlation.joins import Windows
from network_security.storage.spans import time_span

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Span:
    """What a run reads and makes.

    Attributes:
        read_from: the first event that rows may be made of; None for the first there is.
        first: number of the first period since 1970 whose rows are made.
        last: likewise of the last.
        period: how long a period is.
    """

    read_from: datetime | None
    first: float
    last: float
    period: timedelta

    def wants(self, row: EvidenceRow) -> bool:
        """Whether a row is one of those that are made."""
        return self.first <= (row.period - _EPOCH) // self.period <= self.last


@dataclass(frozen=True)
class Window:
    """Whose rows are made: of all periods that events of a span of time may have a part in.

    Attributes:
        since: when the span begins, in ISO 8601, in UTC unless it names a zone; by default with
            the first event.
        until: when it ends; by default with the last event.
    """

    since: str | date | None = None
    until: str | date | None = None

    def __post_init__(self) -> None:
        """Refuse what is no time, or no span.

        Raises:
            ValueError: a time is not one, or the end is not behind the beginning.
        """
        time_span(self.since, self.until)

    def span(self, options: CorrelationOptions) -> Span:
        """What is read and made for this window."""
        windows = Windows.of(options)
        since, until = time_span(self.since, self.until)
        first = read_from = None
        if since is not None:
            first = (since - timedelta(seconds=windows.reach) - _EPOCH) // options.period
            read_from = _EPOCH + first * options.period - timedelta(seconds=windows.lead)
        last = None if until is None else (until - _EPOCH - timedelta.resolution) // options.period
        return Span(
            read_from,
            float("-inf") if first is None else first,
            float("inf") if last is None else last,
            options.period,
        )


@dataclass(frozen=True)
class Joining:
    """How far apart evidence may be, and how much of it is held: `CorrelationOptions` as text.

    Attributes:
        windows: period, before, after, click_window, redirect_window, certificate_window and
            lateness, such as ``24h``, ``12h``, ``5min`` and ``30s``.
        limits: the other fields of `CorrelationOptions`.
    """

    windows: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what are no options.

        Raises:
            ValueError: a name or a value is not one of an option.
        """
        _ = self.options

    @cached_property
    def options(self) -> CorrelationOptions:
        """The options."""
        try:
            options: dict[str, Any] = {
                name: pd.Timedelta(text).to_pytimedelta() for name, text in self.windows.items()
            }
            return CorrelationOptions(**(options | dict(self.limits)))
        except (TypeError, ValueError) as error:
            raise ValueError(f"correlation: {error}") from error
