from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo.collection import Collection

from network_security.evidence.phishing import FEATURES
from network_security.scoring.datasets import RowSourceDataset
from network_security.scoring.rows import RowSource, TableError, cut
from network_security.storage import open_database

DATABASE = "stored_evidence_tests"
START = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def evidence(embedded_uri: str, tmp_path: Path) -> Iterator[Collection[dict[str, Any]]]:
    """Five rows of evidence, a day apart."""
    database = open_database(embedded_uri, embedded_directory=tmp_path, name=DATABASE)
    database["evidence"].insert_many(
        {
            "_id": f"row{number}",
            "entity": f"example.org/{number}",
            "url": f"https://example.org/{number}",
            "first_seen": START + timedelta(days=number),
            "last_seen": START + timedelta(days=number, hours=1),
            "features": dict.fromkeys(FEATURES) | {"port": 1, "SFH": -1},
            "messages": [{}] * number,
            "final": True,
        }
        for number in reversed(range(5))
    )
    yield database["evidence"]
    database.client.drop_database(DATABASE)


@pytest.fixture
def load(embedded_uri: str, tmp_path: Path) -> Any:
    def make(**span: str) -> RowSource:
        return RowSourceDataset(
            path=None,
            kind="evidence",
            embedded_directory=str(tmp_path),
            database=DATABASE,
            credentials={"uri": embedded_uri},
            **span,
        ).load()

    return make


def test_rows_come_in_the_order_of_time_with_features_and_counts(evidence, load) -> None:
    source = load()

    (rows,) = cut(source.rows(), 100)

    assert rows.numbers.tolist() == [1, 2, 3, 4, 5]
    assert rows.frame["url"].tolist() == [f"https://example.org/{n}" for n in range(5)]
    assert rows.frame["messages"].tolist() == list(range(5))
    assert rows.frame["SFH"].tolist() == [-1] * 5
    assert rows.frame["Iframe"].isna().all()
    assert rows.frame.dtypes.equals(source.empty.dtypes)
    assert source.modified == START + timedelta(days=4, hours=1)
    assert next(source.rows(behind=3)).numbers.tolist() == [4, 5]


def test_a_span_can_be_chosen(evidence, load) -> None:
    (rows,) = cut(load(since="2026-03-03", until="2026-03-05").rows(), 100)

    assert rows.frame["evidence_id"].tolist() == ["row1", "row2"]


def test_changed_evidence_is_another_source_and_is_noticed(evidence, load) -> None:
    before = load()
    fingerprint = before.fingerprint
    assert load().fingerprint == fingerprint

    evidence.update_one({"_id": "row3"}, {"$set": {"url": "https://example.net/"}})

    assert load().fingerprint != fingerprint
    with pytest.raises(TableError, match="was changed while it was read"):
        list(before.rows())


def test_without_evidence_there_are_no_rows(load) -> None:
    assert list(load().rows()) == []
