"""A service with a day of alerts behind it, and a browser that looks at it: made once for all."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pymongo.database import Database

from network_security.alerts.couriers import Courier
from network_security.alerts.finding import Entity, Finding
from network_security.alerts.outbox import Outbox
from network_security.alerts.receipt import Receipt
from network_security.alerts.sightings import finding_of
from network_security.alerts.sinks import make_sinks
from network_security.alerts.store import AlertStore
from network_security.alerts.suppression import SuppressionRule
from network_security.detection.fusion import FusedDetector
from network_security.evidence.correlation import EvidenceRow, correlate
from network_security.evidence.phishing import extract
from network_security.evidence.urls import parse
from network_security.pipelines.ingestion.nodes import ParseOptions
from network_security.pipelines.ingestion.nodes import parse as parse_records
from network_security.pretrained import load_phishing
from network_security.serving.app import create_app
from network_security.serving.security.roles import Role
from network_security.serving.security.users import Users
from network_security.serving.settings import ServingSettings
from network_security.simulator.files import LogFolder
from network_security.simulator.simulation import Simulation
from network_security.storage import document_id, open_database
from network_security.storage.location import StoreLocation
from network_security.streaming.datasets import EventStoreDataset, RawLogsDataset
from network_security.watching.ingesting import IngestCounts
from network_security.watching.intake import ListenerCounts
from network_security.watching.judge import JudgeCounts
from network_security.watching.status import Status

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
DATABASE = "web_tests"
PASSWORD = "a long enough secret"
USERS = {"vera": Role.VIEWER, "ana": Role.ANALYST, "ada": Role.ADMIN}

# What the simulator does not make: other kinds of links, and text meant to harm who looks at it.
MORE_LINKS = (
    ("https://paypa1-secure.example-login.test/verify/account?id=1", 3, True, ("threat list",)),
    ("https://bit.test/3xYz9", 14, False, ()),
    ("http://203.0.113.77/webscr/login.php", 1, True, ()),
    ("https://docs-share.free-hosting.test/microsoft365/signin", 42, False, ("mail system",)),
    ("https://xn--pple-43d.test/id/verify", 2, False, ()),
    ('https://evil.test/"><script>alert(1)</script>?q=<img src=x onerror=alert(2)>', 1, False, ()),
    ("https://invoice.test/\u202efdp.exe", 1, True, ()),
    ("https://" + "long-" * 11 + "name.test/" + "verify/" * 60, 5, False, ()),
)
MERGED = 3
"""The place among them of the one that joins two alerts."""


# Sinks that nobody listens at: of one, deliveries are given up, of the other tried again later.
NOBODY = {"type": "webhook", "url": "http://127.0.0.1:1/hooks/alerts"}
UNWELL = (NOBODY | {"name": "soar", "attempts": 1}, NOBODY | {"name": "siem"})
SECRET = {"secret": f"whsec_{b64encode(bytes(32)).decode()}"}


@dataclass(frozen=True)
class Site:
    """The service, as browsers reach it."""

    url: str
    settings: ServingSettings
    database: Database[dict[str, Any]]
    alerts: AlertStore


def seed(where: Mapping[str, Any], database: Database[dict[str, Any]], folder: Path) -> AlertStore:
    """Fill a store as a day of work does: logs, events, evidence, verdicts, alerts, triage."""
    now = datetime.now(UTC)
    _ingest(where, folder, now)
    detector = load_phishing()
    rows = list(correlate(database.events.find()))
    verdicts = [_judge(row, detector) for row in rows]
    database.verdicts.insert_many(verdicts)
    findings = [
        finding_of(verdict, row.to_document()) for verdict, row in zip(verdicts, rows, strict=True)
    ]
    findings += [_of_link(detector, place, now) for place in range(len(MORE_LINKS))]
    alerts = AlertStore(lambda: database, name="the embedded server")
    for _ in alerts.record([each for each in findings if each is not None]):
        pass
    _triage(alerts, now)
    _merge(alerts, detector, now)
    _tell(alerts, database, folder)
    _watch(database, now)
    return alerts


def _ingest(where: Mapping[str, Any], folder: Path, now: datetime) -> None:
    """A simulated day in which somebody is attacked every three hours; a few lines are damaged."""
    end = now.timestamp()
    run = Simulation(
        seed=7,
        start=end - 24 * 3600,
        end=end,
        formats=["suricata", "zeek", "cisco_esa", "email", "fortigate", "sshd"],
        episodes=["phishing"],
        scale=0.005,
        episode_every=3 * 3600,
    )
    with LogFolder(folder / "day") as logs:
        for event in run.events():
            logs.write(event)
    damaged = folder / "day" / "logs" / "ids" / "suricata.json"
    with damaged.open("a") as file:
        file.write('{"timestamp": <script>alert(3)</script> http://evil.test/\n' * 30)
    sources = [{"path": str(folder / "day" / "logs")}]
    store = EventStoreDataset(**where)
    for portion in parse_records(RawLogsDataset(sources=sources, **where).load(), ParseOptions()):
        store.save(portion)


def _watch(database: Database[dict[str, Any]], now: datetime) -> None:
    """A receiver that the store refused, and the judge beside it."""
    listener = ListenerCounts("syslog-udp 127.0.0.1:5514", records=4000, dropped=12)
    stored = IngestCounts(4000, 3990, 10, problem="<script>alert(4)</script> the disk is full")
    judged = JudgeCounts(judging=True, events=900, rows=80, alerts=5, lag_seconds=0.3)
    ticks = iter((0.0, 2.0) * 2)
    for worker, role, counts in (("worker-0", "receive", stored), ("judge-77", "judge", None)):
        status = Status(worker, role, now, lambda: now, lambda: next(ticks))
        document = status.document(
            [listener] if counts else [],
            {"waiting": 1_200_000 if counts else 0, "most": 10**9},
            counts,
            None if counts else judged,
            state="running",
        )
        database.watchers.insert_one(document)


def _judge(row: EvidenceRow, detector: FusedDetector) -> dict[str, Any]:
    verdict = detector.examine(row.url, row.features)
    return {
        "_id": document_id("verdict", row.id),
        "@timestamp": row.last_seen,
        "entity": row.entity,
        "judged_url": row.url,
        "detector": verdict.detector,
        "model": {"digest": verdict.digest},
        "tier": verdict.tier,
        "probability": verdict.probability,
        "threshold": verdict.threshold,
        "decision": verdict.decision,
        "features": dict(row.features),
        "contributions": [asdict(each) for each in verdict.contributions],
    }


def _of_link(detector: FusedDetector, place: int, now: datetime) -> Finding:
    """A finding of a link that is not the simulator's, whatever its probability is."""
    url, recipients, reached, confirmed_by = MORE_LINKS[place]
    features = extract(url)
    verdict = detector.examine(url, features)
    seen = now - timedelta(minutes=7 * place + 2)
    host = parse(url).host
    return Finding(
        id=document_id("finding", url),
        verdict=document_id("verdict", url),
        sighting=document_id("row", url),
        detector=verdict.detector,
        digest=verdict.digest,
        entity=Entity("url", url, host.name, host.domain or host.name),
        first_seen=seen - timedelta(minutes=place),
        last_seen=seen,
        tier=verdict.tier,
        probability=verdict.probability,
        threshold=verdict.threshold,
        receipt=Receipt(
            url, features, {"": verdict.digest}, {}, verdict.probability, verdict.decision,
            verdict.tier, verdict.threshold,
        ),
        offered=True,
        reached=reached,
        messages=(f"<m{place}@mail.test>",),
        senders=(f"billing{place}@sender{place}.test",),
        recipients=tuple(f"person{number}@office.test" for number in range(recipients)),
        clients=(f"10.2.0.{place + 10}",) if reached else (),
        users=("m.keller",) if reached else (),
        confirmed_by=confirmed_by,
        contributions=tuple(asdict(each) for each in verdict.contributions),
    )  # fmt: skip


def _merge(alerts: AlertStore, detector: FusedDetector, now: datetime) -> None:
    """Two alerts of one site, too far apart to be one, and what comes late between them."""
    for hours in (120, 40, 80):
        at = now - timedelta(hours=hours)
        finding = replace(
            _of_link(detector, MERGED, now),
            id=document_id("finding", MERGED, hours), first_seen=at, last_seen=at,
        )  # fmt: skip
        for _ in alerts.record([finding]):
            pass


def _triage(alerts: AlertStore, now: datetime) -> None:
    """What analysts did with the oldest of them, and a rule."""
    ids = [alert.id for alert in alerts.page(size=50).alerts]
    for id_ in ids[-2:]:
        alerts.close(id_, who="ana", verdict="false_positive", note="Our own newsletter.")
    alerts.close(ids[-3], who="ana", verdict="true_positive", note="Reported by two people.")
    alerts.acknowledge(ids[-4], who="ana", note="Asked the recipients.")
    rule = SuppressionRule(
        reason="Phishing training in November", author="ana", created=now,
        expires=now + timedelta(days=7), domain="training.test",
    )  # fmt: skip
    alerts.add_rule(rule)


def _tell(alerts: AlertStore, database: Database[dict[str, Any]], folder: Path) -> None:
    """Announce the alerts to the sinks, each of which is tried once."""
    file = {"type": "ndjson", "name": "file", "path": str(folder / "alerts.ndjson")}
    sinks = make_sinks([file, *UNWELL], {"soar": SECRET, "siem": SECRET})
    outbox = Outbox(lambda: database, sinks, name="the embedded server")
    outbox.announce(alerts.every())
    for sink in sinks:
        while Courier(outbox, sink).deliver_due():
            pass


@pytest.fixture(scope="session")
def site(
    embedded_uri: str, embedded_directory: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The service on a port of this machine, its store filled."""
    folder = tmp_path_factory.mktemp("web")
    where = {
        "embedded_directory": str(embedded_directory),
        "database": DATABASE,
        "credentials": {"uri": embedded_uri},
    }
    database = open_database(embedded_uri, embedded_directory=embedded_directory, name=DATABASE)
    alerts = seed(where, database, folder)
    for name, role in USERS.items():
        Users(database).create(name, PASSWORD, role, now=datetime.now(UTC))
    settings = ServingSettings(
        store=StoreLocation.of({"uri": embedded_uri}, embedded_directory, DATABASE),
        models=folder / "models",
        jobs=folder / "jobs",
    )
    with running(settings) as url:
        yield Site(url, settings, database, alerts)
    database.client.drop_database(DATABASE)


class running:  # noqa: N801 - used as a context
    """The service in a thread of this process."""

    def __init__(self, settings: ServingSettings) -> None:
        self._server = uvicorn.Server(
            uvicorn.Config(create_app(settings), host="127.0.0.1", port=0, log_level="warning")
        )
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )

    def __enter__(self) -> str:
        self._thread.start()
        deadline = time.monotonic() + 60
        while not self._server.started:
            assert self._thread.is_alive(), "the service did not start"
            assert time.monotonic() < deadline, "the service did not start in a minute"
            time.sleep(0.05)
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a module's tests; while Playwright runs, no other test can use asyncio."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium: install it, or name its path in CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def cookies() -> dict[str, Any]:
    """Those of each user who has signed in."""
    return {}


@pytest.fixture(scope="module")
def signed_in(site: Site, browser: Browser, cookies: dict[str, Any]) -> dict[str, Any]:
    """The cookies of each user, signed in through the form, once: that is not allowed often."""
    for name in (each for each in USERS if each not in cookies):
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{site.url}/login")
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.click("text=Sign in >> nth=-1")
        page.wait_for_url(f"{site.url}/")
        cookies[name] = context.cookies()
        context.close()
    return cookies


class Desk:
    """Opens pages for a user; notes what the browser complains of."""

    def __init__(self, site: Site, browser: Browser, cookies: dict[str, Any]) -> None:
        self._site, self._browser, self._cookies = site, browser, cookies
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def open(self, path: str = "/", *, user: str | None = "ana", **options: Any) -> Page:
        """A page of a new window."""
        options = {"reduced_motion": "reduce", **options}
        context = self._browser.new_context(base_url=self._site.url, **options)
        context.set_default_timeout(10_000)
        if user is not None:
            context.add_cookies(self._cookies[user])
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(path)
        return page

    def _console(self, message: Any) -> None:
        # A status that a test asks for is told as an error as well.
        if message.type == "error" and "status of" not in message.text:
            self.complaints.append(message.text)

    def close(self) -> None:
        for context in self._contexts:
            context.close()


WithProject = Callable[[Path], AbstractContextManager[Desk]]


@pytest.fixture
def with_project(
    browser: Browser, site: Site, signed_in: dict[str, Any], tmp_path: Path
) -> WithProject:
    """A service beside the other, on the same store, that trains in a project."""

    @contextmanager
    def made(project: Path) -> Iterator[Desk]:
        settings = replace(site.settings, project=project, jobs=tmp_path / "jobs")
        with running(settings) as url:
            desk = Desk(replace(site, url=url, settings=settings), browser, signed_in)
            yield desk
            desk.close()
        assert desk.complaints == []

    return made


@pytest.fixture
def desk(browser: Browser, site: Site, signed_in: dict[str, Any]) -> Iterator[Desk]:
    """Opens pages; at the end the browser must have had nothing to complain of."""
    desk = Desk(site, browser, signed_in)
    yield desk
    desk.close()
    assert desk.complaints == []
