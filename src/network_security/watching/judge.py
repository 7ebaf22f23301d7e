"""Makes evidence, verdicts and alerts of stored events: one process at a time.

What arrived is deleted from the store only when everything that follows from it is written. So a
judge that is killed loses nothing: its successor reads the events of the time before, and judges
again what was not finished. Judging again changes nothing, for rows, verdicts, findings and alerts
are known by what they are about.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, Final, Protocol

from kedro.io import DatasetError
from pymongo import ReplaceOne
from pymongo.database import Database
from pymongo.errors import PyMongoError

from network_security.alerts.explaining import Explanations
from network_security.alerts.finding import Finding
from network_security.alerts.grouping import GroupingOptions, group_key
from network_security.alerts.recording import Update
from network_security.alerts.severity import SeverityOptions
from network_security.alerts.sightings import finding_of
from network_security.alerts.store import AlertStore
from network_security.detection.fusion import FusedDetector
from network_security.detection.message import MessageDetector
from network_security.evidence.correlation import CorrelationOptions, Correlator, EvidenceRow
from network_security.storage import StoreError, ensure_indexes
from network_security.storage.collections import ARRIVALS, EVENTS, EVIDENCE, LEASES, VERDICTS
from network_security.storage.times import utc_now
from network_security.watching.arrivals import Arrival, Arrivals, Handover
from network_security.watching.history import judged_events
from network_security.watching.leases import Lease
from network_security.watching.message_verdicts import MessageVerdicts
from network_security.watching.settings import Pace
from network_security.watching.verdicts import VerdictMaker

log = logging.getLogger(__name__)

Document = dict[str, Any]

LEASE: Final = "judge"
WRITTEN_AT_ONCE: Final = 250
LOOK_SECONDS: Final = 0.1
"""How often the store is asked for what other workers announced."""
LOOK_BESIDE_SECONDS: Final = 1.0
"""The same where this process receives, and is told itself of what it stored."""
RECORDED_AT_ONCE: Final = 25
"""Findings of alerts that there are already, recorded between two looks at what arrived."""
MOST_GROUPS: Final = 10_000
EXPLAINED_AT_ONCE: Final = 5
"""Findings that get their reasons, some milliseconds each, before their alerts are recorded."""
MOST_TO_EXPLAIN: Final = 1000
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0


class Outbox(Protocol):
    """Takes what became of alerts, to tell others of it."""

    def tell(self, updates: Sequence[Update]) -> None:
        """Take updates; returns soon, and before anybody was told."""


class Models(Protocol):
    """Knows the models that are to judge."""

    def current(self) -> FusedDetector:
        """The one for URLs."""

    def messages(self) -> MessageDetector:
        """The one for messages, which judges their links by the other."""


@dataclass(frozen=True)
class AlertOptions:
    """How verdicts become alerts.

    Attributes:
        grouping: What belongs together.
        severity: How severe it is.
        explain: Whether findings get the contributions to their verdicts.
    """

    grouping: GroupingOptions = field(default_factory=GroupingOptions)
    severity: SeverityOptions = field(default_factory=SeverityOptions)
    explain: bool = True


@dataclass
class JudgeCounts:
    """What was judged since the start.

    Attributes:
        judging: Whether this process is the one that judges.
        events: Events that were told of.
        rows: Changed rows of evidence that were judged.
        messages: Messages that were judged as a whole.
        failed_messages: Those that could not be.
        alerts: Alerts that were raised.
        lag_seconds: How long ago what was judged last was announced.
        problem: Why nothing is judged at the moment; None when it is.
    """

    judging: bool = False
    events: int = 0
    rows: int = 0
    messages: int = 0
    failed_messages: int = 0
    alerts: int = 0
    lag_seconds: float = 0.0
    problem: str | None = None


@dataclass
class _State:
    """What a judge holds in memory, all of which can be made again.

    Attributes:
        correlator: Joins events.
        changed: Rows by their ids, as they are now, which are not written yet.
        alerting: Those that alert, whose alerts are not recorded yet.
        found: Findings of messages that alert, likewise, by their ids.
        repeated: Findings of what has an alert already, which are not recorded yet, by their ids.
        judged: Ids of arrivals that are taken into account and not deleted yet.
        verdicts: Those that alerts were raised by, which are not written yet, by their ids: the row
            may be another by the time that it is written.
        recording: Repeated findings that are being recorded, some at a time.
        writing: Changed rows that are being written, likewise.
        settled: Ids of the arrivals to delete once these are written.
        settle_at: When that is due.
    """

    correlator: Correlator
    changed: dict[str, EvidenceRow] = field(default_factory=dict)
    alerting: dict[str, EvidenceRow] = field(default_factory=dict)
    found: dict[str, Finding] = field(default_factory=dict)
    repeated: dict[str, Finding] = field(default_factory=dict)
    judged: dict[str, None] = field(default_factory=dict)
    verdicts: dict[str, Document] = field(default_factory=dict)
    recording: deque[Finding] = field(default_factory=deque)
    writing: deque[EvidenceRow] = field(default_factory=deque)
    settled: list[str] = field(default_factory=list)
    settle_at: float = 0.0

    @property
    def unsettled(self) -> bool:
        """Whether something is being written, or waits to be deleted after it."""
        return bool(self.recording or self.writing or self.settled)


class Judge:
    """Judges what arrives while it has the lease."""

    def __init__(
        self,
        open_database: Callable[[], Database[Document]],
        lease: Lease,
        models: Models,
        *,
        name: str,
        pace: Pace,
        correlation: CorrelationOptions | None = None,
        alerts: AlertOptions | None = None,
        handover: Handover | None = None,
        outbox: Outbox | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Put them together; nothing is contacted yet.

        Args:
            open_database: Connects.
            lease: Says whether this process is the one.
            models: Knows the model.
            name: What to call the server in messages, without secrets.
            pace: How work is cut.
            correlation: How events are joined.
            alerts: How verdicts become alerts.
            handover: Where this process announces what it stored.
            outbox: Is told of alerts.
            clock: Tells the time.
        """
        self.counts = JudgeCounts()
        self._open_database = open_database
        self._lease = lease
        self._models = models
        self._name = name
        self._pace = pace
        self._correlation = correlation or CorrelationOptions()
        self._options = alerts or AlertOptions()
        self._handover = handover
        self._outbox = outbox
        self._clock = clock
        self._alerts = AlertStore(open_database, name=name, clock=clock)
        self._announced = handover.announced if handover else threading.Event()
        self._every = LOOK_BESIDE_SECONDS if handover else LOOK_SECONDS
        self._looked = float("-inf")
        self._stopping = threading.Event()
        self._draining = threading.Event()
        self._maker: VerdictMaker | None = None
        self._messages = MessageVerdicts(models.messages, explain=self._options.explain)
        self._explanations: Explanations | None = None
        self._groups: dict[str, None] = {}
        self._to_explain: deque[Finding] = deque(maxlen=MOST_TO_EXPLAIN)

    def drain(self) -> None:
        """Have `run` return once everything that arrived is judged and written."""
        self._draining.set()
        self._announced.set()

    def stop(self) -> None:
        """Have `run` return at once."""
        self._stopping.set()
        self.drain()

    def run(self) -> None:
        """Judge until `drain` or `stop`; then the lease is given back."""
        state: _State | None = None
        pause = FIRST_PAUSE
        keeper = threading.Thread(target=self._keep_lease, name="lease of judge", daemon=True)
        keeper.start()
        while not self._stopping.is_set():
            # Asked before a step: what came until then is what the step must have seen.
            draining = self._draining.is_set()
            try:
                if not self._lease.acquire():
                    state, self.counts.judging = None, False
                    if draining and self._lease.elsewhere:
                        break
                    self._stopping.wait(min(0.5, self._pace.lease_seconds / 4))
                    continue
                state = state or self._begin()
                self.counts.judging = True
                busy = self._step(state, draining=draining)
                if self.counts.problem is not None:
                    log.info("Judging again")
                self.counts.problem, pause = None, FIRST_PAUSE
            except (StoreError, PyMongoError, DatasetError) as error:
                self._report(error)
                self._stopping.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
                continue
            if not busy and draining:
                break
            if not busy:
                self._announced.wait(LOOK_SECONDS)
                self._announced.clear()
        self._stopping.set()
        self.counts.judging = False
        self._lease.release()

    def _keep_lease(self) -> None:
        """Renew the lease while something takes long."""
        while not self._stopping.wait(self._pace.lease_seconds / 4):
            if self._lease.held:
                self._lease.acquire()

    def _report(self, error: Exception) -> None:
        if self.counts.problem is None:
            log.warning(
                "Nothing is judged at the moment, which is tried again (%s): %s", self._name, error
            )
        self.counts.problem = str(error)

    def _begin(self) -> _State:
        """Read what was seen before: what arrives may be joined to it."""
        database = self._open_database()
        ensure_indexes(database, (EVENTS, EVIDENCE, VERDICTS, ARRIVALS, LEASES))
        self._current_model()
        state = _State(Correlator(self._correlation))
        known = 0
        for events in judged_events(database, self._name, self._pace, self._clock):
            state.correlator.add(events)
            known += len(events)
            if self._stopping.is_set():
                break
        log.info("Judging; %s earlier events are known", f"{known:,}")
        return state

    def _step(self, state: _State, *, draining: bool) -> bool:
        """Judge what arrived; whether there was anything.

        Args:
            state: What is known.
            draining: Whether to look everywhere, and to leave nothing unwritten.
        """
        database = self._open_database()
        arrived = self._arrived(database, state, draining=draining)
        for arrival in arrived:
            self._take(arrival, state)
        if state.alerting or state.found:
            self._raise_alerts(state)
        finishing = draining and not arrived
        if not state.unsettled and (finishing or time.monotonic() >= state.settle_at):
            self._begin_to_settle(state)
        if state.unsettled:
            self._settle(database, state)
            return True
        if not arrived and self._to_explain:
            self._explain()
            return True
        return bool(arrived)

    def _arrived(
        self, database: Database[Document], state: _State, *, draining: bool
    ) -> list[Arrival]:
        handed = self._handover.take() if self._handover else []
        handed = [arrival for arrival in handed if arrival.id not in state.judged]
        due = time.monotonic() - self._looked >= self._every
        if not due and (handed or not draining):
            return handed
        self._looked = time.monotonic()
        known = {*state.judged, *(arrival.id for arrival in handed)}
        return handed + Arrivals(database).new(known)

    def _take(self, arrival: Arrival, state: _State) -> None:
        """Join the events of an arrival, and judge the rows that they change."""
        maker = self._current_model()
        rows = {row.id: row for row in state.correlator.add(arrival.events)}
        state.changed |= rows
        for id_, verdict in maker.verdicts(list(rows.values())).items():
            if verdict["decision"]:
                state.alerting[id_] = rows[id_]
        self._take_messages(arrival, state)
        state.judged[arrival.id] = None
        self.counts.events += len(arrival.events)
        self.counts.rows += len(rows)
        announced = int(arrival.id.partition(":")[0]) / 1000
        self.counts.lag_seconds = round(self._clock().timestamp() - announced, 3)

    def _take_messages(self, arrival: Arrival, state: _State) -> None:
        """Judge the messages of an arrival, each as a whole."""
        for verdict in self._messages.of(arrival.events):
            state.verdicts[verdict["_id"]] = verdict
            finding = finding_of(verdict)
            if finding is not None:
                known = state.found.get(finding.id) or state.repeated.get(finding.id, finding)
                state.found[finding.id] = known.joined(finding)
        self.counts.messages = self._messages.counts.judged
        self.counts.failed_messages = self._messages.counts.failed

    def _raise_alerts(self, state: _State) -> None:
        """Raise alerts of rows that alert; what belongs to one that there is waits for others."""
        rows = state.alerting
        verdicts = self._current_model().verdicts(list(rows.values()))
        found = (finding_of(verdict, rows[id_].to_document()) for id_, verdict in verdicts.items())
        findings = state.found | {each.id: each for each in found if each is not None}
        key_of = {
            id_: group_key(finding, self._options.grouping.by) for id_, finding in findings.items()
        }
        repeated = {id_ for id_, key in key_of.items() if key in self._groups}
        self._record_explained([findings[id_] for id_ in findings if id_ not in repeated])
        self._groups |= dict.fromkeys(key_of.values())
        while len(self._groups) > MOST_GROUPS:
            del self._groups[next(iter(self._groups))]
        state.repeated |= {id_: findings[id_] for id_ in repeated}
        state.verdicts |= {each["_id"]: each for each in verdicts.values()}
        state.alerting.clear()
        state.found.clear()

    def _begin_to_settle(self, state: _State) -> None:
        """Have written what has changed; findings of an alert together, so that it changes once."""
        key = partial(group_key, by=self._options.grouping.by)
        state.recording += sorted(state.repeated.values(), key=key)
        state.repeated.clear()
        state.writing += state.changed.values()
        state.changed.clear()
        state.settled += state.judged
        state.settle_at = time.monotonic() + self._pace.keep_seconds

    def _record_explained(self, findings: Sequence[Finding]) -> None:
        if not self._options.explain:
            self._record(findings)
            return
        first, later = findings[:EXPLAINED_AT_ONCE], findings[EXPLAINED_AT_ONCE:]
        self._record([*self._explained(first), *later])
        self._to_explain += later

    def _record(self, findings: Sequence[Finding]) -> None:
        if not findings:
            return
        options = self._options
        updates = list(self._alerts.record(findings, options.grouping, options.severity))
        self.counts.alerts += sum(update.kind == "raised" for update in updates)
        if self._outbox is not None and updates:
            self._outbox.tell(updates)

    def _explain(self) -> None:
        """Give some findings their reasons, which would have kept the alerts of many waiting."""
        count = min(len(self._to_explain), EXPLAINED_AT_ONCE)
        findings = [self._to_explain.popleft() for _ in range(count)]
        reasoned = self._explained(findings)
        self._record([new for old, new in zip(findings, reasoned, strict=True) if new is not old])

    def _explained(self, findings: Sequence[Finding]) -> list[Finding]:
        detector = self._current_model().detector
        if self._explanations is None or self._explanations.explainer is not detector:
            self._explanations = Explanations(detector)
        return [self._explanations.explained(finding) for finding in findings]

    def _settle(self, database: Database[Document], state: _State) -> None:
        """Write some of what has changed, and after the last delete what that followed from."""
        if state.recording:
            findings = list(islice(state.recording, RECORDED_AT_ONCE))
            self._record_explained(findings)
            for _ in findings:
                state.recording.popleft()
            return
        maker = self._current_model()
        rows = list(islice(state.writing, WRITTEN_AT_ONCE))
        verdicts = state.verdicts | {each["_id"]: each for each in maker.verdicts(rows).values()}
        _replace(database, EVIDENCE, [row.to_document() for row in rows])
        _replace(database, VERDICTS, list(verdicts.values()))
        state.verdicts.clear()
        for _ in rows:
            state.writing.popleft()
        if not state.writing:
            Arrivals(database).delete(state.settled)
            for id_ in state.settled:
                del state.judged[id_]
            state.settled.clear()
            maker.forget()

    def _current_model(self) -> VerdictMaker:
        detector = self._models.current()
        if self._maker is None or self._maker.detector is not detector:
            self._maker = VerdictMaker(detector)
        return self._maker


def _replace(database: Database[Document], name: str, documents: Sequence[Document]) -> None:
    requests = [ReplaceOne({"_id": each["_id"]}, each, upsert=True) for each in documents]
    if requests:
        database[name].bulk_write(requests, ordered=False)
