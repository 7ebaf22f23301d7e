"""How long pages take with many alerts stored: each asked for over HTTP, one after another.

    python benchmarks/pages.py [--alerts 100000] [--requests 60]

The alerts are made by the package's own functions, grouped by domain as in service, most of them
closed as after months of work; the store is the embedded server, the service one process.
"""

import argparse
import random
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import uvicorn

from network_security.alerts.alert import make_alert
from network_security.alerts.finding import Entity, Finding
from network_security.alerts.grouping import Group
from network_security.alerts.receipt import Receipt
from network_security.alerts.severity import SeverityOptions
from network_security.alerts.summary import Summary
from network_security.alerts.triage import Closing, Triage
from network_security.evidence.phishing import extract
from network_security.pretrained import load_phishing
from network_security.serving.app import create_app
from network_security.serving.security.roles import Role
from network_security.serving.security.users import Users
from network_security.serving.settings import ServingSettings
from network_security.storage import embedded, ensure_indexes, open_database
from network_security.storage.location import StoreLocation

DATABASE = "pages"
PASSWORD = "a long enough secret"
SITES = 5000


def findings(number: int) -> Iterator[Finding]:
    """Findings of many sites over the last months, the latest first."""
    chance = random.Random(7)
    digest = load_phishing().manifest.digest
    now = datetime.now(UTC).replace(microsecond=0)
    for place in range(number):
        host = f"login.site{place % SITES}.test"
        url = f"https://{host}/verify/{place}"
        probability = chance.uniform(0.87, 0.999)
        seen = now - timedelta(minutes=1.3 * place)
        receipt = Receipt(
            url, extract(url) if place < SITES else None, {"": digest}, {}, probability, True,
            "url", 0.86,
        )  # fmt: skip
        yield Finding(
            id=f"{place:064x}", verdict=f"verdict {place}", sighting=f"row {place}",
            detector="phishing", digest=digest, entity=Entity("url", url, host, host[6:]),
            first_seen=seen, last_seen=seen, tier="url", probability=probability, threshold=0.86,
            receipt=receipt, offered=place % 2 == 0, reached=place % 7 == 0,
            messages=(f"m{place}@mail.test",), senders=(f"a@site{place % SITES}.test",),
            recipients=(f"person{place % 300}@office.test",),
        )  # fmt: skip


def fill(database: object, number: int) -> None:
    """Store as many alerts; of the latest ones their findings as well."""
    chance = random.Random(11)
    alerts, kept = [], []
    for place, finding in enumerate(findings(number)):
        triage = Triage().noted(finding.last_seen, "system", "raised")
        if place > 50 and chance.random() < 0.9:  # noqa: PLR2004 - the latest are open
            triage = triage.closed(
                Closing("false_positive", "", "ana", finding.last_seen, "low", finding.last_seen)
            )
        group = Group(f"phishing domain {finding.entity.domain}", (finding,))
        alerts.append(make_alert(Summary(group, SeverityOptions()), triage).to_document())
        if place < SITES:
            kept.append(finding.to_document() | {"group": group.key})
        if len(alerts) == 1000 or place == number - 1:  # noqa: PLR2004 - documents at once
            database["alerts"].insert_many(alerts)  # type: ignore[index]
            if kept:
                database["findings"].insert_many(kept)  # type: ignore[index]
            alerts, kept = [], []


def measure(url: str, requests: int) -> None:
    """Ask for each page; print its median and 95th percentile in ms, and its size."""
    with httpx.Client(base_url=url, follow_redirects=True, timeout=30) as client:
        client.post("/login", data={"name": "ana", "password": PASSWORD, "next": "/"})
        queue = client.get("/alerts").text
        alerts = [part.partition('"')[0] for part in queue.split('href="/alerts/')[1:]]
        older = queue.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
        paths = (
            "/", "/alerts", "/alerts?status=closed", "/alerts?status=all&severity=high",
            "/alerts?status=all&entity=https%3A%2F%2Flogin.site77.", "/alerts?seen=day",
            older.replace("&amp;", "&"), "/alerts/ID", "/check", "/batch", "/events",
            "/sources", "/suppressions", "/blocklist", "/models", "/audit",
        )  # fmt: skip
        print(f"{'page':58} {'median':>8} {'p95':>8} {'bytes':>8}")
        everything = []
        for path in paths:
            times = []
            for place in range(requests):
                asked = path.replace("ID", alerts[place % len(alerts)])
                begun = time.perf_counter()
                answer = client.get(asked)
                times.append((time.perf_counter() - begun) * 1000)
                answer.raise_for_status()
            everything += times
            p95 = statistics.quantiles(times, n=20)[-1]
            size = len(answer.content)
            print(f"{path[:58]:58} {statistics.median(times):8.1f} {p95:8.1f} {size:8}")
        p95 = statistics.quantiles(everything, n=20)[-1]
        print(f"{'all':58} {statistics.median(everything):8.1f} {p95:8.1f}")


def main() -> None:
    """Fill a store, start the service, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alerts", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--store", type=Path, help="Folder to keep the store in, filled once.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = options.store or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        uri = embedded.lease(folder / "store")
        database = open_database(uri, embedded_directory=folder / "store", name=DATABASE)
        if not (folder / "filled").exists():
            ensure_indexes(database)
            begun = time.perf_counter()
            fill(database, options.alerts)
            Users(database).create("ana", PASSWORD, Role.ANALYST, now=datetime.now(UTC))
            (folder / "filled").touch()
            print(f"{options.alerts:,} alerts stored in {time.perf_counter() - begun:.0f} s")
        settings = ServingSettings(
            store=StoreLocation.of({"uri": uri}, folder / "store", DATABASE),
            models=folder / "models",
            jobs=folder / "jobs",
        )
        listening = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.1)
        measure(f"http://127.0.0.1:{listening.getsockname()[1]}", options.requests)
        server.should_exit = True
        thread.join(timeout=30)


if __name__ == "__main__":
    main()
