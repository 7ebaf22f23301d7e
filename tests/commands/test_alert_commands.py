"""``kedro alerts`` and ``kedro replay-alert`` on a project of its own."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from network_security import cli
from network_security.evidence.phishing import FEATURES, extract
from network_security.evidence.urls.defang import defang
from network_security.pretrained import load_phishing
from network_security.storage import MongoCollectionDataset

Command = Callable[..., Result]

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
URLS = (
    "http://203.0.113.7/paypal/signin/update.php",
    "http://secure-login.bank-verify.example.info/account/confirm.php?id=77",
    "https://www.wikipedia.org/",
)


@pytest.fixture
def command(project: Path) -> Command:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli.cli, [*arguments, "--env", "test"])

    return run


@pytest.fixture
def judged(project: Path) -> pd.DataFrame:
    """URLs, and what the shipped detector says of them, in the project's store."""
    features = [extract(url, now=NOON) for url in URLS]
    detector = load_phishing()
    evidence = pd.DataFrame(features, columns=list(FEATURES))
    verdicts = detector.score(URLS, evidence).to_frame()
    frame = pd.DataFrame(
        {
            "_id": [f"verdict{number}" for number in range(len(URLS))],
            "@timestamp": pd.Timestamp(NOON),
            "entity": URLS,
            "features": features,
            "model": [{"digest": detector.manifest.digest}] * len(URLS),
        }
    ).join(verdicts.drop(columns="digest"))
    store = MongoCollectionDataset(
        collection="verdicts", embedded_directory=project / "data" / "test" / "mongodb"
    )
    store.save(frame)
    return frame


def test_alerts_are_listed_and_judged_again(command: Command, judged: pd.DataFrame) -> None:
    from network_security.commands.running import run_pipeline  # noqa: PLC0415

    assert judged["decision"].tolist() == [True, True, False]
    run_pipeline("alerts", {}, "test")

    listed = command("alerts")
    assert listed.exit_code == 0, listed.output
    *lines, counts = listed.stdout.splitlines()
    assert len(lines) == 2
    assert "203[.]" in listed.stdout, "nothing that a terminal makes a link of"
    assert "http://" not in listed.stdout
    assert counts == "2 new, 0 acknowledged, 0 closed, 0 suppressed"

    done = command("alerts", "--json", "--entity", "http://203")
    (alert,) = map(json.loads, done.stdout.splitlines())
    assert alert["entity"]["text"] == URLS[0]

    (reason,) = alert["contributions"]
    assert reason["log_odds"] > 0
    assert reason["pieces"]
    again = command("replay-alert", alert["_id"][:12])
    assert again.exit_code == 0, again.output
    assert f"equal     {defang(URLS[0])}" in again.stdout


def test_what_is_not_there_is_said(command: Command) -> None:
    done = command("replay-alert", "nothing")

    assert done.exit_code == 1
    assert "there is no alert 'nothing': take its id from the list of alerts" in done.stderr


def test_a_cursor_that_is_none_is_refused(command: Command) -> None:
    done = command("alerts", "--after", "7")

    assert done.exit_code == 2
    assert "the cursor is none: take it from a page, unchanged" in done.stderr
