"""From stored verdicts and evidence to alerts, and from an alert back to its verdict."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd
import pytest
from kedro.io import DataCatalog, DatasetError, MemoryDataset
from kedro.pipeline import Pipeline
from kedro.runner import SequentialRunner
from pymongo.database import Database

from network_security.alerts.datasets import AlertStoreDataset, JudgedDataset
from network_security.alerts.grouping import GroupingOptions
from network_security.alerts.replaying import replay_findings, scorers
from network_security.alerts.severity import SeverityOptions
from network_security.alerts.store import AlertStore
from network_security.evidence.phishing import FEATURES
from network_security.pipelines.alerts import create_pipeline
from network_security.pretrained import load_detector, load_phishing
from network_security.storage import open_database

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def database(embedded_uri: str) -> Iterator[Database[dict[str, Any]]]:
    """Sixty rows of evidence, an hour apart, and what the shipped detector says of them."""
    name = f"pipeline_{uuid4().hex[:12]}"
    database = open_database(embedded_uri, embedded_directory=Path("/nonexistent"), name=name)
    random = np.random.default_rng(1)
    evidence = pd.DataFrame(
        random.choice([-1.0, 0.0, 1.0, np.nan], size=(60, len(FEATURES))), columns=list(FEATURES)
    )
    detector = load_detector()
    scored = detector.score(evidence).to_frame()
    rows, verdicts = [], []
    for number, (features, verdict) in enumerate(
        zip(evidence.to_dict("records"), scored.to_dict("records"), strict=True)
    ):
        url, seen = f"https://www.site{number % 7}.example/{number}", NOON + timedelta(hours=number)
        known = {name: None if np.isnan(code) else int(code) for name, code in features.items()}
        rows.append({
            "_id": f"row{number}", "entity": url, "url": url, "first_seen": seen,
            "last_seen": seen, "features": known, "messages": [], "delivered": None,
            "flagged": None, "recipients": [], "clients": [], "sources": {},
        })  # fmt: skip
        verdicts.append({
            "_id": f"verdict{number}", "@timestamp": seen, "entity": url, "detector": "phishing",
            "evidence_id": f"row{number}",
            "tier": str(verdict["tier"]), "probability": float(verdict["probability"]),
            "threshold": float(verdict["threshold"]), "decision": bool(verdict["decision"]),
            "model": {"digest": detector.manifest.digest},
        })  # fmt: skip
    database.evidence.insert_many(rows)
    database.verdicts.insert_many(verdicts)
    yield database
    database.client.drop_database(name)


def run(database: Database[dict[str, Any]], uri: str, **span: Any) -> dict[str, Any]:
    where = {
        "embedded_directory": "/nonexistent",
        "database": database.name,
        "credentials": {"uri": uri},
    }
    catalog = DataCatalog(
        {
            "alerts.judged": JudgedDataset(**where, at_once=25, **span),
            "alerts.store": AlertStoreDataset(**where),
            "alerts.summary": MemoryDataset(),
            "params:alerts.grouping": MemoryDataset(GroupingOptions()),
            "phishing.fused_detector": MemoryDataset(load_phishing(), copy_mode="assign"),
            "params:alerts.explain": MemoryDataset(True),
            "params:alerts.severity": MemoryDataset(SeverityOptions()),
        }
    )
    SequentialRunner().run(Pipeline([create_pipeline()]), catalog)
    summary: dict[str, Any] = catalog.load("alerts.summary")
    return summary


def test_verdicts_that_alert_are_grouped_and_others_left_out(
    database: Database[dict[str, Any]], embedded_uri: str
) -> None:
    decided = [each for each in database.verdicts.find() if each["decision"]]
    assert 0 < len(decided) < 60

    summary = run(database, embedded_uri)

    store = AlertStore(lambda: database, name="the embedded server")
    alerts = list(store.every())
    assert sum(summary["alerts"]["new"].values()) == len(alerts) <= 7
    assert sum(alert.count for alert in alerts) == len(decided)
    judged = {id_ for alert in alerts for id_ in alert.verdicts}
    assert judged == {each["_id"] for each in decided}


def test_running_again_or_day_by_day_changes_nothing(
    database: Database[dict[str, Any]], embedded_uri: str
) -> None:
    run(database, embedded_uri, since="2026-03-03")
    run(database, embedded_uri, since="2026-03-01", until="2026-03-03")
    in_parts = {each["_id"]: each["findings"] for each in database.alerts.find()}
    database.alerts.delete_many({"_id": {"$in": list(in_parts)}})
    database.findings.drop()

    run(database, embedded_uri)
    assert {each["_id"]: each["findings"] for each in database.alerts.find()} == in_parts
    before = list(database.alerts.find().sort("_id", 1))
    run(database, embedded_uri)
    assert list(database.alerts.find().sort("_id", 1)) == before


def test_nothing_judged_raises_nothing(
    database: Database[dict[str, Any]], embedded_uri: str
) -> None:
    assert run(database, embedded_uri, until="2020-01-01")["alerts"]["new"] == {}


def test_the_verdicts_of_an_alert_come_out_again_to_the_bit(
    database: Database[dict[str, Any]], embedded_uri: str
) -> None:
    run(database, embedded_uri)
    store = AlertStore(lambda: database, name="the embedded server")
    findings = [finding for alert in store.every() for finding in store.findings(alert)]

    made = replay_findings(findings, scorers([load_detector()]))
    assert len(made) == sum(alert.count for alert in store.every())
    assert [str(each) for each in made if not each.replay.equal] == []

    (without,) = replay_findings(findings[:1], {})
    assert not without.replay.recomputed
    assert "NOT MADE" in str(without)
    assert "not at hand, only none" in str(without)


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(DatasetError, match="since is 'May': write a day such as"):
        JudgedDataset(embedded_directory="/nonexistent", since="May")
