"""The correlator: events in, in any order and batches, rows of evidence out.

State is bounded: facts are held for as long as the windows say, and rows until nothing in the
windows can come any more; limits of the options apply to both. Rows that nothing happens to rest
meanwhile. Time is that of the events: the latest that a sensor's own clock showed.

The rows depend on the events alone. How they are cut into batches never matters. Nor does their
order, as long as none comes later than `lateness` and no limit is reached.
"""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import timedelta
from operator import itemgetter

from network_security.evidence.correlation.events import facts
from network_security.evidence.correlation.facts import Fact, Link, Request, Tls
from network_security.evidence.correlation.grouped import Grouped
from network_security.evidence.correlation.joins import Windows, keys
from network_security.evidence.correlation.judging import judge
from network_security.evidence.correlation.looking import Looking
from network_security.evidence.correlation.open_row import OpenRow
from network_security.evidence.correlation.options import CorrelationOptions
from network_security.evidence.correlation.parts import Parts, RowKey
from network_security.evidence.correlation.reading import (
    Document,
    event_id,
    known_time,
    time_at,
)
from network_security.evidence.correlation.resting import HeldRow, Resting
from network_security.evidence.correlation.row import EvidenceRow
from network_security.evidence.correlation.spans import covers, joined
from network_security.evidence.correlation.waiting import Waiting

DEFAULTS = CorrelationOptions()
REST_AFTER = timedelta(minutes=1)


def correlate(
    events: Iterable[Document], *, options: CorrelationOptions = DEFAULTS
) -> list[EvidenceRow]:
    """Return the rows of evidence that stored events make.

    Args:
        events: As `parse_event` returns them, of any sensors, in any order.
        options: Windows and limits.

    Returns:
        One row a URL and period, in the order of `first_seen`; all final.
    """
    correlator = Correlator(options)
    timed = [(time_at(event, "@timestamp"), event_id(event), event) for event in events]
    placed = [(at, id_, event) for at, id_, event in timed if at is not None and id_ is not None]
    placed.sort(key=itemgetter(0, 1))
    for _, _, event in placed:
        correlator.feed(event)
    return correlator.finish()


class Correlator:
    """Joins events as they come.

    Args:
        options: Windows and limits.
        rest_after: How long nothing happens to a row, at least, until it rests. What comes of it
            is the same.

    Attributes:
        late: Facts that were left out because they came too late.
    """

    def __init__(
        self, options: CorrelationOptions = DEFAULTS, *, rest_after: timedelta = REST_AFTER
    ) -> None:
        self.late = 0
        self._options = options
        self._windows = Windows.of(options)
        self._period = options.period.total_seconds()
        self._now = float("-inf")
        self._waiting = Waiting(self._windows, options.most_facts_waiting, options.most_waiting)
        # Rows, those longest without a fact of their own first; likewise those of a host.
        self._rows: OrderedDict[RowKey, HeldRow] = OrderedDict()
        self._of_host: Grouped[str] = Grouped()
        self._looking = Looking()
        self._resting = Resting()
        self._rest_after = rest_after.total_seconds()
        self._turn_at = float("-inf")
        self._parts = Parts(options.most_entities)
        self._page_characters = 0
        self._changed: dict[HeldRow, None] = {}
        self._closed: list[EvidenceRow] = []
        self._closed_before = float("-inf")

    def __len__(self) -> int:
        """The number of open rows."""
        return len(self._rows)

    def add(self, events: Iterable[Document]) -> list[EvidenceRow]:
        """Take events; return the rows that they changed.

        Args:
            events: As `parse_event` returns them; what has no time or no identity is passed over.

        Returns:
            The rows that were closed, in that order, which do not change any more, then the open
            ones in the order of `first_seen`.
        """
        for event in events:
            self.feed(event)
        closed = self.closed()
        changed = [self._build(self._resting.wake(held), final=False) for held in self._changed]
        self._changed = {}
        return closed + sorted(changed, key=_order)

    def closed(self) -> list[EvidenceRow]:
        """Return the rows that were closed since they were last asked for, in that order."""
        closed, self._closed = self._closed, []
        return closed

    @property
    def open_from(self) -> float:
        """The number of the first period since 1970 whose rows may still change."""
        return self._closed_before

    def finish(self) -> list[EvidenceRow]:
        """Close all rows; return what `add` has not returned yet, in the order of `first_seen`."""
        for held in list(self._rows.values()):
            self._close(held)
        self._waiting.clear()
        return sorted(self.closed(), key=_order)

    def feed(self, event: Document) -> None:
        """Take one event; `add` and `finish` return what came of it."""
        for fact in facts(event, self._options):
            if fact.time < self._earliest:
                self.late += 1
                continue
            self._take(fact)
            self._advance(event)

    @property
    def _earliest(self) -> float:
        """The earliest time of facts that may still come."""
        return self._now - self._windows.lateness

    def _take(self, fact: Fact) -> None:
        if isinstance(fact, Request | Link):
            self._give(self._row(fact), fact, "own")
            self._make_room(fact.host)
        for key in keys(fact):
            for held in self._looking.of(key, fact.time):
                if covers(self._resting.wake(held).looks_for.get(key, ()), fact.time):
                    self._give(held, fact, key[0])
        self._waiting.hold(fact, self._now)

    def _give(self, held: HeldRow, fact: Fact, reason: str) -> None:
        """Give a row a fact, and with it what it then looks for among what waits."""
        row = self._resting.wake(held)
        given = [(fact, reason)]
        while given:
            fact, reason = given.pop()
            pages = row.page_characters if isinstance(fact, Link) else 0
            kept = row.take(fact, reason)
            if isinstance(fact, Link):
                self._page_characters += row.page_characters - pages
            if row.changed:
                self._changed[held] = None
            if reason == "visit" or not (kept or isinstance(fact, Tls)):
                continue
            for key, span in self._windows.interests(fact, own=reason == "own"):
                row.looks_for[key] = joined(row.looks_for.get(key, ()), span)
                held.looks_until = max(held.looks_until, span[1])
                self._looking.add(key, held, self._earliest)
                given += [(known, key[0]) for known in self._waiting.find(key, span)]

    def _row(self, fact: Request | Link) -> HeldRow:
        key = fact.entity, int(fact.time // self._period)
        held = self._rows.get(key)
        if held is None:
            options = self._options
            part = self._parts.of(key)
            row = OpenRow(fact, key[1], part, options.most_facts, options.most_clients)
            held = self._rows[key] = HeldRow(key, row)
        self._rows.move_to_end(key)
        self._of_host.add(held.host, held)
        return held

    def _make_room(self, host: str) -> None:
        of_host = self._of_host.of(host)
        for held in of_host[: -self._options.most_entities_of_host]:
            self._close_for_room(held)
        while len(self._rows) > 1 and (
            len(self._rows) > self._options.most_entities
            or self._page_characters > self._options.most_page_characters
        ):
            self._close_for_room(next(iter(self._rows.values())))

    def _close(self, held: HeldRow) -> None:
        row = self._resting.release(held)
        del self._rows[held.key]
        self._page_characters -= row.page_characters
        self._of_host.remove(held.host, held)
        self._changed.pop(held, None)
        self._closed.append(self._build(row, final=True))

    def _close_for_room(self, held: HeldRow) -> None:
        """Close a row whose URL may come again in the same period: as another row."""
        self._parts.closed(held.key, self._resting.wake(held).part)
        self._close(held)

    def _build(self, row: OpenRow, *, final: bool) -> EvidenceRow:
        row.changed = False
        return judge(row, self._options.period, self._windows.redirect, final=final)

    def _advance(self, event: Document) -> None:
        """Move the time on; let go of what it has passed."""
        known = known_time(event)
        if known is None:
            return
        self._now = max(self._now, known)
        open_from = (self._now - self._windows.reach) // self._period
        if open_from > self._closed_before:
            self._closed_before = open_from
            self._parts.forget(open_from)
            for held in [held for key, held in self._rows.items() if key[1] < open_from]:
                self._close(held)
        if self._now >= self._turn_at or self._resting.crowded:
            self._turn_at = self._now + self._rest_after
            self._resting.turn(self._earliest)


def _order(row: EvidenceRow) -> tuple[object, str, str]:
    return row.first_seen, row.entity, row.id
