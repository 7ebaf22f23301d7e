"""Messages that are scored from a folder and come by themselves as well: one alert each."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner

from network_security.alerts.datasets import AlertStoreDataset, JudgedDataset
from network_security.alerts.grouping import GroupingOptions
from network_security.alerts.replaying import replay_findings, scorers
from network_security.alerts.severity import SeverityOptions
from network_security.alerts.store import AlertStore
from network_security.pipelines.alerts import create_pipeline as alerts
from network_security.pipelines.batch_prediction import create_pipeline as batch_prediction
from network_security.pretrained import load_message_detector, load_phishing
from network_security.scoring.datasets import RowSourceDataset
from network_security.scoring.job import ScoringOptions
from network_security.scoring.models import Models
from network_security.scoring.parts import PartsDataset
from network_security.scoring.verdict_file import VerdictsDataset
from network_security.scoring.verdict_store import VerdictStoreDataset
from network_security.storage.location import StoreLocation
from network_security.watching.judge import AlertOptions
from network_security.watching.settings import Following, Listening, WatchSettings
from network_security.watching.watcher import Parts
from tests.watching.conftest import PHISHING_HOST, eventually, running

HEADERS = (
    "From: Bank <security@{0}.example>\r\nTo: bob@example.org\r\n"
    "Date: Mon, 2 Mar 2026 08:10:00 +0000\r\nSubject: Your account is suspended\r\n"
)
BODY = f"\r\nVerify your password immediately: http://{PHISHING_HOST}/a\r\n"
MESSAGES = {
    "named.eml": f"{HEADERS.format('one')}Message-ID: <1@one.example>\r\n{BODY}".encode(),
    "unnamed.eml": f"{HEADERS.format('two')}{BODY}".encode(),
    "latin-1.eml": f"{HEADERS.format('three')}{BODY}Gr\u00fc\u00dfe\r\n".encode("latin-1"),
}

Step = Callable[[], None]


@pytest.fixture
def where(location: StoreLocation) -> dict[str, Any]:
    """The store, as entries of a catalog name it."""
    return {
        "embedded_directory": "/nonexistent",
        "database": location.database,
        "credentials": {"uri": location.configured_uri},
    }


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    folder = tmp_path / "mail"
    folder.mkdir()
    for name, raw in MESSAGES.items():
        (folder / name).write_bytes(raw)
    return folder


@pytest.fixture
def score(mail: Path, tmp_path: Path, where: dict[str, Any]) -> Step:
    """``kedro score mail --as messages``."""

    def run() -> None:
        parts = PartsDataset(folder=str(tmp_path / "parts"))
        catalog = DataCatalog(
            {
                "batch_prediction.source": RowSourceDataset(path=str(mail), **where),
                "batch_prediction.models": MemoryDataset(Models("phishing", "/nonexistent")),
                "params:batch_prediction.scoring": MemoryDataset(ScoringOptions()),
                "batch_prediction.finished_parts": parts,
                "batch_prediction.parts": parts,
                "batch_prediction.verdict_store": VerdictStoreDataset(**where),
                "batch_prediction.verdicts": VerdictsDataset(filepath=str(tmp_path / "v.parquet")),
            }
        )
        SequentialRunner().run(batch_prediction(), catalog)

    return run


@pytest.fixture
def drop(mail: Path, tmp_path: Path, settings: WatchSettings, parts: Parts, database: Any) -> Step:
    """``kedro watch --drop``, and the same files dropped."""
    folder = tmp_path / "drop"
    folder.mkdir()
    following = Following((), (folder,), look_seconds=0.05, settle_seconds=0.1)
    quiet = replace(settings, listening=Listening(), following=following)
    explaining = replace(parts, alerts=AlertOptions(explain=True))

    def run() -> None:
        with running(quiet, explaining):
            for file in mail.iterdir():
                shutil.copy(file, folder)
            of_messages = {"kind": "message", "origin.source": "watch"}
            eventually(lambda: database.verdicts.count_documents(of_messages) == len(MESSAGES))

    return run


@pytest.fixture
def alert(where: dict[str, Any]) -> Step:
    """``kedro run --pipelines=alerts``."""

    def run() -> None:
        catalog = DataCatalog(
            {
                "alerts.judged": JudgedDataset(**where),
                "alerts.store": AlertStoreDataset(**where),
                "params:alerts.grouping": MemoryDataset(GroupingOptions()),
                "params:alerts.severity": MemoryDataset(SeverityOptions()),
                "phishing.fused_detector": MemoryDataset(load_phishing(), copy_mode="assign"),
                "params:alerts.explain": MemoryDataset(True),
            }
        )
        SequentialRunner().run(alerts(), catalog)

    return run


@pytest.mark.parametrize(
    "order",
    [("score", "alert"), ("score", "alert", "drop", "alert"), ("drop", "score", "alert")],
    ids=" ".join,
)
def test_a_message_is_one_alert_that_replays_whichever_way_it_came(
    order: tuple[str, ...], score: Step, drop: Step, alert: Step, location: StoreLocation
) -> None:
    for step in order:
        {"score": score, "drop": drop, "alert": alert}[step]()

    store = AlertStore(location.open, name="the embedded server")
    raised = [each for each in store.every() if each.detector == "message"]
    assert sorted(each.senders for each in raised) == [
        ("security@one.example",), ("security@three.example",), ("security@two.example",),
    ]  # fmt: skip
    findings = [finding for each in raised for finding in store.findings(each)]
    assert [each.count for each in raised] == [1, 1, 1]
    assert len(findings) == len(MESSAGES)
    made = replay_findings(findings, scorers([], messages=[load_message_detector()]))
    assert [str(each) for each in made if not each.replay.equal] == []
    for each in raised:
        assert each.recipients == ("bob@example.org",)
        assert each.contributions
        assert bool(each.events) is ("drop" in order), "the raw event stays known"
