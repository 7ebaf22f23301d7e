"""Dead letters parsed again: what succeeds becomes an event, what fails is counted."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from network_security.pipelines.ingestion.nodes import parse_again
from network_security.sensors import FORMATS, ParseError
from network_security.streaming.datasets import DeadLettersDataset, EventStoreDataset

if TYPE_CHECKING:
    from tests.streaming.conftest import Ingestion

LINE = "date=2026-01-14 time=08:21:05 devname=fw type=traffic srcip=203.0.113.7 dstip=10.0.0.8"


def replay(ingestion: "Ingestion", **query: Any) -> pd.DataFrame:
    letters = DeadLettersDataset(query=query, batch_size=2, **ingestion.where)
    event_store = EventStoreDataset(**ingestion.where)
    for portion in parse_again(letters.load()):
        event_store.save(portion)
    return event_store.load().set_index("source")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The FortiGate parser before it was mended."""

    def refuse(*_: object) -> None:
        raise ParseError("syntax", "not mended yet")

    with monkeypatch.context() as patch:
        patch.setitem(vars(FORMATS["fortigate"]), "parse", refuse)
        yield patch


def test_mended_parser_makes_the_events_that_would_have_been(
    ingestion: "Ingestion", logs: Path, broken: pytest.MonkeyPatch
) -> None:
    source = {"path": logs / "fw.log", "format": "fortigate", "timezone": "Europe/Paris"}
    (logs / "fw.log").write_bytes(f"{LINE}\nno event\n".encode() + LINE.encode() + b"=\xe9\n")
    ingestion.run(source)
    letters = ingestion.dead_letters
    assert [letter["attempts"] for letter in letters] == [1, 1, 1]

    replay(ingestion)
    (again, *_) = ingestion.dead_letters
    assert again["attempts"] == 2
    assert again["first_failed"] == letters[0]["first_failed"] < again["last_failed"]

    broken.undo()
    row = replay(ingestion).iloc[0]
    assert (row.records, row.events, row.dead_letters) == (3, 2, 1)
    (checkpoint,) = ingestion.checkpoints
    assert checkpoint["counts"]["events"] == 2
    assert checkpoint["counts"]["dead_letters"] == {"unsupported": 1}
    (left,) = ingestion.dead_letters
    assert (left["raw"], left["attempts"]) == ("no event", 3)
    assert left["reason"]["code"] == "unsupported"
    replayed = ingestion.events

    ingestion.database.client.drop_database(ingestion.database.name)
    ingestion.run(source)
    for one, other in zip(replayed, ingestion.events, strict=True):
        del one["event"]["ingested"], other["event"]["ingested"]
        assert one == other
    assert replay(ingestion, sensor="sshd").empty


def test_letter_with_the_first_bytes_only_stays_as_it_is(
    ingestion: "Ingestion", logs: Path
) -> None:
    (logs / "fw.log").write_text(LINE + "x" * 2000 + "\n")
    ingestion.run({"path": logs, "format": "fortigate"}, line_limit=1000)
    replay(ingestion)
    (letter,) = ingestion.dead_letters
    assert (letter["reason"]["code"], letter["attempts"]) == ("too_long", 2)
    assert ingestion.events == []


def test_letter_whose_event_is_refused_again_is_counted(
    ingestion: "Ingestion",
    logs: Path,
    broken: pytest.MonkeyPatch,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (logs / "fw.log").write_text(f"{LINE}\n")
    ingestion.run({"path": logs, "format": "fortigate"})
    (before,) = ingestion.dead_letters
    broken.undo()
    monkeypatch.setattr(
        "network_security.streaming.parsing.storable", lambda event: event | {"n": 2**64}
    )
    replay(ingestion)
    (letter,) = ingestion.dead_letters
    assert (letter["reason"]["code"], letter["attempts"]) == ("not_storable", 2)
    assert letter["first_failed"] == before["first_failed"]
    assert ingestion.events == []
    monkeypatch.undo()
    replay(ingestion)
    assert ingestion.dead_letters == []
    assert ingestion.texts == [LINE]
