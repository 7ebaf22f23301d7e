"""Stored events in the order of their time to rows of evidence, and what was joined."""

import logging
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import pandas as pd

from network_security.evidence.correlation import Correlator, EvidenceRow
from network_security.pipelines.correlation.options import Joining, Window
from network_security.pipelines.correlation.tally import Tally
from network_security.storage.in_time_order import TimeOrdered

log = logging.getLogger(__name__)

ROWS_AT_ONCE = 1000
LOGGED_SECONDS = 10.0


def correlate(
    events: TimeOrdered, window: Window, joining: Joining
) -> Iterator[tuple[pd.DataFrame, dict[str, Any]]]:
    """Join events to rows of evidence, as the rows are closed.

    A row is the same however long a window it is made in: what it may be made of is read as well,
    from before the window to behind it, and rows of other periods are left out.

    Args:
        events: The stored events of all sensors.
        window: Whose rows are made.
        joining: Windows of the joins, and limits of memory.

    Yields:
        Documents of the collection ``evidence``, a row each, of which those that may still change
        come last and are not final; and what was done so far, as `Tally` tells it. At least once.
    """
    span = window.span(joining.options)
    correlator = Correlator(joining.options)
    tally = Tally()
    logged = time.monotonic()
    for batch in events.between(span.read_from):
        for event in batch:
            correlator.feed(event)
        tally.count_events(batch)
        yield from _stored((row for row in correlator.closed() if span.wants(row)), tally)
        if time.monotonic() - logged >= LOGGED_SECONDS:
            logged = time.monotonic()
            log.info("Correlated until %s: %s", tally.until, tally)
        if correlator.open_from > span.last:
            break
    tally.late = correlator.late
    yield from _stored((row for row in correlator.add(()) if span.wants(row)), tally)
    yield pd.DataFrame({"_id": []}), tally.to_json()


def summarise(tally: dict[str, Any]) -> dict[str, Any]:
    """What the run read, joined and stored, once all of it is stored."""
    return tally


def _stored(
    rows: Iterable[EvidenceRow], tally: Tally
) -> Iterator[tuple[pd.DataFrame, dict[str, Any]]]:
    rows = iter(rows)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        tally.count_rows(some)
        yield pd.DataFrame([row.to_document() for row in some]), tally.to_json()
