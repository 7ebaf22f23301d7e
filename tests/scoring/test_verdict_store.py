from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from network_security.detection.detector import Detector
from network_security.scoring.job import Portion, ScoringOptions, make_job
from network_security.scoring.message_files import MessageFiles
from network_security.scoring.models import Models
from network_security.scoring.portions import DOCUMENT, for_file, score_rows
from network_security.scoring.verdict_store import VerdictStoreDataset, documents
from network_security.storage import open_database

DATABASE = "verdict_store_tests"


@pytest.fixture
def store(embedded_uri: str, tmp_path: Path) -> Iterator[VerdictStoreDataset]:
    database = open_database(embedded_uri, embedded_directory=tmp_path, name=DATABASE)
    yield VerdictStoreDataset(
        embedded_directory=str(tmp_path), database=DATABASE, credentials={"uri": embedded_uri}
    )
    database["verdicts"].drop()


def test_a_verdict_says_what_was_judged_by_which_model(
    store: VerdictStoreDataset, portions: list[Portion], detector: Detector
) -> None:
    store.save(portions[0])

    document = store.load().set_index("entity").loc["https://example.org/1"]
    row = portions[0].verdicts.slice(1, 1).to_pylist()[0]
    verdict = ["detector", "tier", "probability", "threshold", "decision"]
    assert document[verdict].to_dict() == {name: row[name] for name in verdict}
    assert document["model"]["digest"] == detector.manifest.digest
    assert document["model"]["ensemble"] == detector.manifest.ensemble["name"]
    assert document["origin"] == {"source": portions[0].job.source, "row": 2}
    assert document["@timestamp"].isoformat()[:19] == portions[0].job.modified[:19]


def test_storing_again_changes_nothing(store: VerdictStoreDataset, portions: list[Portion]) -> None:
    for portion in portions:
        store.save(portion)
    first = store.load()
    for portion in portions:
        store.save(portion)

    assert len(first) == 4, "one of the five rows has a wrong value"
    assert store.load().equals(first)


def test_an_id_is_of_entity_evidence_and_model(portions: list[Portion]) -> None:
    portion = portions[0]
    retrained = replace(portion.job, digest="0" * 64)
    without = replace(portion.job, id_column=None)
    other = portion.evidence ^ 1

    ids = [
        documents(each)["_id"].iloc[0]
        for each in (
            portion,
            replace(portion, job=retrained),
            replace(portion, job=without),
            replace(portion, evidence=other),
        )
    ]
    assert len(set(ids)) == 4


def test_equal_evidence_without_an_entity_is_one_document(portions: list[Portion]) -> None:
    job = replace(portions[0].job, id_column=None)
    same = portions[0].evidence.copy()
    same[:] = same[0]

    assert len(documents(replace(portions[0], job=job, evidence=same))) == 1


def test_of_messages_it_says_when_they_were_sent_and_which_file_they_are(tmp_path: Path) -> None:
    sent = (
        b"From: ann@example.org\nDate: Mon, 2 Mar 2026 08:10:00 +0000\nSubject: lunch\n\nAt noon?"
    )
    (tmp_path / "a.eml").write_bytes(sent)
    (tmp_path / "b.eml").write_bytes(sent.replace(b"Date:", b"X-Date:"))
    (tmp_path / "copy.eml").write_bytes(sent)
    judge = Models("phishing", "/nowhere").judge("messages")
    source = MessageFiles(str(tmp_path))
    job = make_job(source, judge, ScoringOptions())
    (rows,) = source.rows()
    table, keys = score_rows(rows, judge, empty=source.empty, keep=dict(job.keep))

    found = documents(Portion(job, 0, table, keys))

    assert [Path(each["file"]).name for each in found["origin"]] == ["a.eml", "b.eml"]
    assert found["@timestamp"].tolist() == [
        datetime(2026, 3, 2, 8, 10, tzinfo=UTC),
        datetime.fromisoformat(job.modified),
    ]
    assert list(for_file(table).column_names) == [
        name for name in table.column_names if name != DOCUMENT
    ]
    assert documents(Portion(job, 0, table.slice(0, 0), keys[:0])).empty


def test_nothing_is_contacted_when_storing_is_off(portions: list[Portion], tmp_path: Path) -> None:
    off = VerdictStoreDataset(
        enabled=False,
        embedded_directory=str(tmp_path),
        credentials={"uri": "mongodb://127.0.0.1:9/x?serverSelectionTimeoutMS=100"},
    )

    off.save(portions[0])
