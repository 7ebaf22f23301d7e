"""What analysts said of alerts, as it is read and as a table."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.database import Database

from network_security.alerts.store import AlertStore
from network_security.scoring.verdict_file import FORMULA
from network_security.serving.services.label_table import COLUMNS, as_csv
from network_security.serving.services.labels import AT_ONCE, Label, Labels
from network_security.storage import ensure_indexes, open_database

Recorded = Callable[..., str]

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Clock:
    """Tells a time that goes on by a second each time."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        self.now += SECOND
        return self.now


@pytest.fixture
def database(embedded_uri: str, embedded_directory: Path) -> Iterator[Database[dict[str, Any]]]:
    """An empty database."""
    name = f"labels_{uuid4().hex}"
    made = open_database(embedded_uri, embedded_directory=embedded_directory, name=name)
    ensure_indexes(made)
    yield made
    made.client.drop_database(name)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(database: Database[dict[str, Any]], clock: Clock) -> AlertStore:
    return AlertStore(lambda: database, name="the embedded server", clock=clock)


@pytest.fixture
def labels(database: Database[dict[str, Any]], clock: Clock) -> Labels:
    return Labels(database, clock)


@pytest.fixture
def recorded(store: AlertStore, finding: Callable[..., Any]) -> Recorded:
    """Records an alert about a host; returns its id."""

    def record(host: str) -> str:
        (update,) = store.record([finding(host)])
        return update.alert.id

    return record


def test_a_label_says_who_why_and_of_which_model(
    database: Database[dict[str, Any]], store: AlertStore, labels: Labels, recorded: Recorded
) -> None:
    alert = recorded("login.example")
    database.verdicts.insert_one({"_id": "verdict-login.example", "model": {"digest": "d" * 64}})
    store.close(alert, who="ana", verdict="false_positive", note="Our own: newsletter")
    (label,) = labels.every()
    assert (label.who, label.verdict, label.why) == ("ana", "false_positive", "Our own: newsletter")
    assert label.entities == ("https://login.example/login",)
    assert (label.alert, label.detector, label.models) == (alert, "phishing", ("d" * 64,))
    assert label.holds


def test_without_a_reason_or_a_stored_verdict_it_says_none(
    store: AlertStore, labels: Labels, recorded: Recorded
) -> None:
    store.close(recorded("login.example"), who="ana", verdict="benign")
    (label,) = labels.every()
    assert (label.why, label.models) == ("", ())


def test_of_several_labels_of_an_alert_the_newest_holds(
    store: AlertStore, labels: Labels, recorded: Recorded
) -> None:
    alert = recorded("login.example")
    store.close(alert, who="ana", verdict="benign")
    store.reopen(alert, who="bo", note="benign: not so")
    store.close(alert, who="bo", verdict="true_positive")
    found = list(labels.every())
    assert [(each.verdict, each.holds) for each in found] == [
        ("true_positive", True),
        ("withdrawn", False),
        ("benign", False),
    ]
    assert found[1].why == "benign: not so"
    # The same, whatever they are narrowed to.
    assert [each.holds for each in labels.every(verdict="benign")] == [False]
    assert [each.verdict for each in labels.every(who="bo")] == ["true_positive", "withdrawn"]
    assert list(labels.every(who="ana", verdict="true_positive")) == []


def test_all_are_read_page_by_page(
    database: Database[dict[str, Any]], store: AlertStore, labels: Labels, recorded: Recorded
) -> None:
    store.close(recorded("login.example"), who="ana", verdict="benign")
    (first,) = database.labels.find()
    database.labels.insert_many(
        first | {"_id": f"label-{n}", "subject": f"alert-{n}", "@timestamp": NOON - n * SECOND}
        for n in range(2 * AT_ONCE)
    )
    found = list(labels.every())
    assert len(found) == 2 * AT_ONCE + 1
    assert found == sorted(found, key=lambda label: label.at, reverse=True)


def read(lines: Iterator[str]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(lines), newline="")))


def make_label(**known: Any) -> Label:
    """A label of somebody who closed an alert about two URLs."""
    values: dict[str, Any] = {
        "at": NOON,
        "who": "ana",
        "verdict": "benign",
        "why": "A training",
        "alert": "a" * 64,
        "entities": ("https://a.example/", "https://b.example/"),
        "detector": "phishing",
        "models": ("d" * 64, "e" * 64),
        "holds": True,
    }
    return Label(**values | known)


def test_a_table_has_a_row_for_each_entity() -> None:
    first, second = read(as_csv([make_label()]))
    assert tuple(first) == COLUMNS
    assert first["time"] == "2026-03-01T12:00:00.000+00:00"
    assert first["entity"] == "https://a.example/"
    assert second["entity"] == "https://b.example/"
    assert first["models"].split() == ["d" * 64, "e" * 64]
    assert (first["holds"], read(as_csv([make_label(holds=False)]))[0]["holds"]) == (
        "true",
        "false",
    )


def test_no_labels_make_a_heading() -> None:
    assert list(as_csv([])) == [",".join(COLUMNS) + "\r\n"]


@pytest.mark.parametrize("sign", FORMULA)
def test_what_spreadsheets_would_run_is_neutralised(sign: str) -> None:
    (row,) = read(as_csv([make_label(why=f"{sign}1+1", who=f"{sign}x", entities=(f"{sign}y",))]))
    assert (row["reason"], row["author"], row["entity"]) == (
        f"'{sign}1+1",
        f"'{sign}x",
        f"'{sign}y",
    )


@given(st.text(alphabet=st.characters(exclude_characters="\0")), st.text(min_size=1))
def test_whatever_was_written_is_one_cell_of_utf8(why: str, who: str) -> None:
    lines = "".join(as_csv([make_label(why=why, who=who.replace("\0", ""), entities=("x",))]))
    assert lines.encode("utf-8").decode("utf-8") == lines
    (row,) = read(iter([lines]))
    assert row["entity"] == "x"
    assert not any(cell.startswith(FORMULA) for cell in row.values())
