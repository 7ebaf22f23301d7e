"""The watcher: listeners, the journal, the loop that stores and the judge, in one process."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from pymongo.errors import PyMongoError

from network_security.evidence.correlation import CorrelationOptions
from network_security.storage import StoreError
from network_security.storage.collections import CHECKPOINTS
from network_security.storage.location import StoreLocation
from network_security.storage.times import utc_now
from network_security.streaming.checkpoints import Checkpoint
from network_security.streaming.following import Follower
from network_security.streaming.read_options import ReadOptions
from network_security.streaming.store import EventStore
from network_security.watching.arrivals import Announcer, Handover
from network_security.watching.formats import SenderFormats
from network_security.watching.http import HttpServer, listen_http
from network_security.watching.ingesting import Ingestor
from network_security.watching.intake import Connections, Intake, ListenerCounts
from network_security.watching.journal import Journal
from network_security.watching.judge import LEASE, AlertOptions, Judge, Outbox
from network_security.watching.leases import Lease, Leases
from network_security.watching.memory import give_back
from network_security.watching.model import NewestModel
from network_security.watching.posting_keys import PostingKeys
from network_security.watching.settings import Address, Role, WatchSettings
from network_security.watching.sources import DropSource, JournalSource, TailSource
from network_security.watching.status import Status, forget_judges, status_line, write_status
from network_security.watching.tcp import SyslogConnection, listen_tcp
from network_security.watching.udp import UdpListener, listen_udp
from network_security.watching.workers import OrphanSource, WorkerFolder

log = logging.getLogger(__name__)

STORE_PATIENCE: Final = 1.0
"""Seconds until the loop itself takes over trying, which says so and can be stopped."""
LAST_SECONDS: Final = 0.1
MEMORY_SECONDS: Final = 60.0
SWITCH_SECONDS: Final = 0.0005
"""How long a thread computes while others wait to."""


@dataclass(frozen=True)
class Parts:
    """What a watcher works with beside its settings.

    Attributes:
        location: Where the store is.
        models: The folder of models.
        reading: How records are read.
        correlation: How events are joined.
        alerts: How verdicts become alerts.
        outbox: Is told of alerts; None for nobody.
    """

    location: StoreLocation
    models: Path
    reading: ReadOptions
    correlation: CorrelationOptions
    alerts: AlertOptions
    outbox: Outbox | None = None


class Watcher:
    """Runs until it is told to stop; may be run once.

    Attributes:
        settings: What it was told.
        parts: What it works with.
        addresses: Where it listens, by listener; empty before it runs.
        listeners: What each listener counted.
    """

    def __init__(self, settings: WatchSettings, parts: Parts) -> None:
        """Put the parts together; nothing is opened or contacted yet."""
        self.settings = settings
        self.parts = parts
        self._open = parts.location.open
        self._receives = settings.role != "judge"
        self._judges = settings.role != "receive"
        self.addresses: dict[str, list[Address]] = {}
        self.listeners: list[ListenerCounts] = []
        self._udp: list[tuple[asyncio.DatagramTransport, UdpListener, ListenerCounts]] = []
        self._tcp: list[tuple[asyncio.Server, set[SyslogConnection]]] = []
        self._http: list[tuple[HttpServer, asyncio.Task[None]]] = []
        self._folder: WorkerFolder | None = None
        self._journal: Journal | None = None
        self._ingestor: Ingestor | None = None
        self._judge: Judge | None = None
        self._orphans: OrphanSource | None = None
        self._leases: Leases | None = None
        self._threads: list[threading.Thread] = []
        self._failed: BaseException | None = None
        self._stop = asyncio.Event()
        self._at_once = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def telling(self, outbox: Outbox) -> Watcher:
        """Return a watcher that tells an outbox of its alerts, and is the same otherwise."""
        return Watcher(self.settings, replace(self.parts, outbox=outbox))

    def in_role(self, role: Role) -> Watcher:
        """Return a watcher with another role, and the same otherwise."""
        return Watcher(replace(self.settings, role=role), self.parts)

    def run(
        self,
        *,
        ready: Callable[[], object] | None = None,
        show: Callable[[str], object] | None = None,
    ) -> bool:
        """Watch until SIGTERM or SIGINT; a second one stops at once.

        Args:
            ready: Is called when everything listens.
            show: Is given the status in a line, now and then.

        Returns:
            Whether everything that was received is stored and judged; what is not waits in the
            journal and in the store.

        Raises:
            OSError: An address or the journal's folder cannot be used.
            SettingsError: A file for TLS cannot be used.
        """
        # Judging asks the store many short questions, and waits this long for each of its steps
        # while another thread parses.
        before = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_SECONDS)
        try:
            return asyncio.run(self._main(ready, show))
        finally:
            sys.setswitchinterval(before)

    def stop(self) -> None:
        """Stop as SIGTERM does; from any thread, a second time at once."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._signalled)

    async def _main(
        self, ready: Callable[[], object] | None, show: Callable[[str], object] | None
    ) -> bool:
        self._loop = asyncio.get_running_loop()
        if threading.current_thread() is threading.main_thread():
            for name in (signal.SIGTERM, signal.SIGINT):
                self._loop.add_signal_handler(name, self._signalled)
        try:
            status = self._set_up()
            await self._listen()
            for target in (self._ingestor, self._judge):
                if target is not None:
                    self._start(target.run)
            if ready is not None:
                ready()
            reporting = asyncio.create_task(self._report(status, show))
            syncing = asyncio.create_task(self._sync())
            await self._stop.wait()
            for task in (reporting, syncing):
                task.cancel()
            drained = await self._drain(status)
        finally:
            self._close()
        if self._failed is not None:
            raise self._failed
        return drained

    def _signalled(self) -> None:
        if self._stop.is_set():
            self._at_once.set()
        self._stop.set()

    def _set_up(self) -> Status:
        settings, started = self.settings, utc_now()
        holder = f"{os.uname().nodename}:{os.getpid()}:{secrets.token_hex(4)}"
        seconds = settings.pace.lease_seconds

        def lease(name: str) -> Lease:
            return Lease(self._open, name, holder, seconds)

        handover = Handover() if settings.role == "all" else None
        worker = f"judge-{os.getpid()}"
        if self._receives:
            self._folder = WorkerFolder.first_free(settings.journal.folder)
            worker = self._folder.path.name
            self._journal = Journal(self._folder.path, settings.journal)
            self._leases = Leases(lambda path: lease(f"source:{path}"))
            announcer = Announcer(f"{os.uname().nodename}-{worker}", handover)
            self._ingestor = self._make_ingestor(self._folder, self._journal, announcer)
        if self._judges:
            parts = self.parts
            self._judge = Judge(
                self._open,
                lease(LEASE),
                NewestModel(parts.models, settings.pace.model_seconds),
                name=parts.location.server(),
                pace=settings.pace,
                correlation=parts.correlation,
                alerts=parts.alerts,
                handover=handover,
                outbox=parts.outbox,
            )
        return Status(worker, settings.role, started, utc_now)

    def _make_ingestor(
        self, folder: WorkerFolder, journal: Journal, announcer: Announcer
    ) -> Ingestor:
        settings, parts = self.settings, self.parts
        store = EventStore(
            self._open,
            name=parts.location.server(),
            patience=STORE_PATIENCE,
            announce=announcer.document,
        )

        def read(of: Journal) -> JournalSource:
            return JournalSource(
                of,
                self._checkpoint,
                records=settings.pace.batch_records,
                line_limit=parts.reading.line_limit,
            )

        assert self._leases is not None
        follower, owns = Follower(), self._leases.owns
        self._orphans = OrphanSource(folder.path, settings.journal, read)
        tail = TailSource(settings.following, store, parts.reading, owns, follower.forget)
        drop = DropSource(settings.following, store, parts.reading, owns)
        return Ingestor(
            [read(journal), self._orphans, tail, drop],
            store,
            announcer,
            grown=journal.grown,
            batch_seconds=settings.pace.batch_seconds,
            follower=follower,
        )

    def _checkpoint(self, stream: str) -> Checkpoint | None:
        try:
            found = self._open()[CHECKPOINTS].find_one({"_id": stream})
        except PyMongoError as error:
            raise StoreError(
                f"The store cannot be read: {error}", self.parts.location.server(), "Wait."
            ) from error
        return None if found is None else Checkpoint.from_document(found)

    async def _listen(self) -> None:
        if self._journal is None:
            return
        options = self.settings.listening
        intake = Intake(self._journal, SenderFormats(options.formats))
        connections = Connections(options.connections)
        for address in options.syslog_udp:
            counts = self._counts("syslog-udp", address)
            transport, listener = await listen_udp(address, intake, counts, options.line_bytes)
            self._udp.append((transport, listener, counts))
            self._listens(counts, transport.get_extra_info("sockname"))
        for name, addresses, tls in (
            ("syslog-tcp", options.syslog_tcp, None),
            ("syslog-tls", options.syslog_tls, options.tls),
        ):
            for address in addresses:
                counts = self._counts(name, address)
                server, made = await listen_tcp(
                    address,
                    intake,
                    counts,
                    connections,
                    limit=options.line_bytes,
                    idle_seconds=options.idle_seconds,
                    tls=tls,
                )
                self._tcp.append((server, made))
                self._listens(counts, server.sockets[0].getsockname())
        admits = PostingKeys(self._open).admits if options.api_keys else None
        for address in options.http:
            counts = self._counts("http", address)
            http, task, port = await listen_http(address, intake, counts, options, admits)
            self._http.append((http, task))
            self._listens(counts, (address.host, port))

    def _counts(self, name: str, address: Address) -> ListenerCounts:
        counts = ListenerCounts(f"{name} {address}")
        self.listeners.append(counts)
        return counts

    def _listens(self, counts: ListenerCounts, bound: Any) -> None:
        """Note where something listens; a port of 0 is any that is free."""
        name, address = counts.name.partition(" ")[0], Address(bound[0], bound[1])
        counts.name = f"{name} {address}"
        self.addresses.setdefault(name, []).append(address)
        log.info("Listening: %s on %s", name, address)

    def _start(self, run: Callable[[], None]) -> None:
        def guarded() -> None:
            try:
                run()
            except BaseException as error:
                log.exception("A part of the watcher failed")
                self._failed = error
                self.stop()

        thread = threading.Thread(target=guarded, name=run.__qualname__, daemon=True)
        self._threads.append(thread)
        thread.start()

    async def _report(self, status: Status, show: Callable[[str], object] | None) -> None:
        if self.settings.role == "judge":
            await asyncio.to_thread(forget_judges, self._open)
        given_back = time.monotonic()
        while True:
            if time.monotonic() - given_back >= MEMORY_SECONDS:
                given_back = time.monotonic()
                await asyncio.to_thread(give_back)
            document = self._status(status, "running")
            await asyncio.to_thread(write_status, self._open, document)
            if show is not None:
                show(status_line(document))
            await asyncio.sleep(self.settings.pace.status_seconds)

    def _status(self, status: Status, state: str) -> dict[str, Any]:
        for _, listener, counts in self._udp:
            counts.dropped = listener.dropped + listener.dropped_by_system()
        waiting = self._journal.waiting if self._journal else 0
        return status.document(
            self.listeners,
            {"waiting": waiting, "most": self.settings.journal.most_bytes},
            self._ingestor.counts if self._ingestor else None,
            self._judge.counts if self._judge else None,
            state=state,
        )

    async def _sync(self) -> None:
        options = self.settings.journal
        while self._journal is not None and options.sync == "interval":
            await asyncio.sleep(options.sync_seconds)
            try:
                await asyncio.to_thread(self._journal.sync)
            except OSError as error:
                log.error("The journal is not on the disk yet: %s", error)

    async def _drain(self, status: Status) -> bool:
        """Receive no more, store and judge what was received, within the time there is."""
        deadline = time.monotonic() + self.settings.pace.drain_seconds
        await self._stop_listening()
        drained = True
        for part in (self._ingestor, self._judge):
            if part is None:
                continue
            part.drain()
            drained &= await self._joined(part.run.__qualname__, deadline)
            if not drained:
                break
        for part in (self._ingestor, self._judge):
            if part is not None:
                part.stop()
        for thread in self._threads:
            await asyncio.to_thread(thread.join, 5.0)
        if self._leases is not None:
            await asyncio.to_thread(self._leases.release)
        await asyncio.to_thread(write_status, self._open, self._status(status, "stopped"))
        return drained and self._failed is None

    async def _joined(self, name: str, deadline: float) -> bool:
        """Wait for a thread to end; False when the time is up, or it was told to stop at once."""
        thread = next(each for each in self._threads if each.name == name)
        while thread.is_alive():
            if time.monotonic() > deadline or self._at_once.is_set():
                return False
            await asyncio.sleep(0.02)
        return True

    async def _stop_listening(self) -> None:
        # What has come already is read before anything is closed.
        await asyncio.sleep(LAST_SECONDS)
        for transport, listener, _ in self._udp:
            listener.flush()
            transport.close()
        for server, made in self._tcp:
            server.close()
            for connection in list(made):
                connection.close()
        for http, task in self._http:
            http.should_exit = True
            http.force_exit = self._at_once.is_set()
            await asyncio.wait([task], timeout=3.0)
        # Closed connections hand over the record that had no end yet.
        await asyncio.sleep(0)

    def _close(self) -> None:
        if any(thread.is_alive() for thread in self._threads):
            # They end with the process; their files stay open until then.
            return
        if self._orphans is not None:
            self._orphans.close()
        if self._journal is not None:
            self._journal.close()
        if self._folder is not None:
            self._folder.release()
