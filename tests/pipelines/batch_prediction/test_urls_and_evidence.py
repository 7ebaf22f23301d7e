"""URLs and stored evidence to verdicts, as ``kedro score`` does it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from network_security.evidence.phishing import FEATURES, extract
from network_security.evidence.urls import parse, unwrap
from network_security.pretrained import load_phishing
from network_security.storage import open_database, server_uri

Predict = Callable[..., dict[str, Any]]

START = datetime(2026, 3, 2, tzinfo=UTC)
URLS = [
    f"http://login-{n}.example.{tld}/verify?id={n}" for n in range(60) for tld in ("com", "xyz")
]


def alone(url: str, **known: int) -> float:
    sent = unwrap(parse(url)).sent
    return float(load_phishing().examine(sent.text, extract(sent) | known).probability)


def stored(project: Path) -> dict[str, dict[str, Any]]:
    database = open_database(server_uri(), embedded_directory=project)
    return {document["entity"]: document for document in database["verdicts"].find()}


def test_a_list_of_urls_is_judged_in_portions(predict: Predict, tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text("\n".join([*URLS, "mailto:nobody"]))
    out = tmp_path / "verdicts.csv"

    summary = predict(
        source=str(tmp_path / "urls.txt"),
        out=str(out),
        versioned=False,
        scoring={"portion_rows": 50, "workers": 2},
    )

    assert (summary["kind"], summary["rows"], summary["rejected"]) == ("urls", 121, 1)
    verdicts = pd.read_csv(out)
    assert verdicts["url"].tolist() == [*URLS, "mailto:nobody"]
    assert verdicts["problem"].iloc[-1] == "'mailto:nobody' has no host to judge"
    documents = stored(tmp_path)
    assert documents.keys() == set(URLS)
    for url in URLS[:3]:
        assert documents[url]["probability"] == alone(url)
        assert documents[url]["judged_url"] == url


def store_evidence(project: Path) -> None:
    """A row an hour for the first ten URLs."""
    database = open_database(server_uri(), embedded_directory=project)
    database["evidence"].insert_many(
        {
            "_id": f"row{number}",
            "entity": url,
            "url": url,
            "first_seen": START + timedelta(hours=number),
            "last_seen": START + timedelta(hours=number, minutes=5),
            "features": dict.fromkeys(FEATURES) | {"DNSRecord": -1, "SFH": -1},
            "final": True,
        }
        for number, url in enumerate(URLS[:10])
    )


def test_evidence_is_judged_over_history(predict: Predict, tmp_path: Path) -> None:
    store_evidence(tmp_path)

    summary = predict(kind="evidence", since="2026-03-02T03:00:00")

    assert (summary["kind"], summary["rows"], summary["scored"]) == ("evidence", 7, 7)
    documents = stored(tmp_path)
    assert documents.keys() == set(URLS[3:10])
    document = documents[URLS[4]]
    assert document["probability"] == alone(URLS[4], DNSRecord=-1, SFH=-1)
    assert document["@timestamp"] == START + timedelta(hours=4, minutes=5)
    assert document["evidence_id"] == "row4"
    assert predict(kind="evidence", since="2026-03-02T03:00:00")["rows"] == 7
    assert stored(tmp_path) == documents


def test_a_verdict_is_the_same_whatever_columns_are_dropped(
    predict: Predict, tmp_path: Path
) -> None:
    store_evidence(tmp_path)
    predict(kind="evidence")
    documents = stored(tmp_path)

    out = tmp_path / "verdicts.csv"
    predict(kind="evidence", keep_columns=False, out=str(out), versioned=False)

    assert stored(tmp_path) == documents
    assert {each["evidence_id"] for each in documents.values()} == {f"row{n}" for n in range(10)}
    assert list(pd.read_csv(out))[:5] == ["row", "evidence_id", "entity", "last_seen", "judged_url"]
