"""Records become events or, with the reason, dead letters."""

import base64
from datetime import UTC, datetime
from typing import Any

import bson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.sensors.framing import TOO_LONG, Record, framer_class
from network_security.streaming import checkpoints
from network_security.streaming.batches import Batch
from network_security.streaming.identity import record_id
from network_security.streaming.parsing import Parsed, parse_batch

RECEIVED = datetime(2026, 1, 20, 12, tzinfo=UTC)
LINE = "date=2026-01-14 time=08:21:05 devname=fw type=traffic srcip=203.0.113.7 dstip=10.0.0.8"


def batch_of(*records: Record, format: str = "fortigate", **changes: Any) -> Batch:
    checkpoint = checkpoints.begin(
        source="fw", path="/logs/fw.log", format=format, confidence=1, head=b"", taken=()
    )
    settings = {"scope": checkpoint.stream, "received": RECEIVED, "timezone": "UTC", **changes}
    return Batch(checkpoint, list(records), **settings)


def parsed(content: bytes, limit: int = 1000, **changes: Any) -> Parsed:
    framer = framer_class("fortigate", content)(limit=limit)
    return parse_batch(batch_of(*framer.feed(content), *framer.finish(), **changes))


def test_event_says_where_it_comes_from() -> None:
    before = datetime.now(UTC)
    first, second = parsed(f"{LINE}\n{LINE}\n".encode()).events
    assert first["event"]["original"] == LINE
    assert first["@timestamp"] == datetime(2026, 1, 14, 8, 21, 5, tzinfo=UTC)
    assert first["log"]["file"] == {"path": "/logs/fw.log"}
    assert (first["log"]["offset"], second["log"]["offset"]) == (0, len(LINE) + 1)
    assert before <= first["event"]["ingested"] <= datetime.now(UTC)
    assert first["_id"] != second["_id"]
    assert first["_id"] == record_id(batch_of().scope, Record(LINE, 0, len(LINE) + 1))


def test_times_are_read_in_the_zone_and_year_of_the_batch() -> None:
    record = Record("Jan 14 08:00:01 bastion sshd[7]: Connection closed by 203.0.113.5", 0, 66)
    zoned = batch_of(record, format="sshd", timezone="Europe/Paris")
    assert parse_batch(zoned).events[0]["@timestamp"] == datetime(2026, 1, 14, 7, 0, 1, tzinfo=UTC)
    older = batch_of(record, format="sshd", received=datetime(2019, 6, 1, tzinfo=UTC))
    assert parse_batch(older).events[0]["@timestamp"].year == 2019


def test_record_that_is_no_event_is_a_dead_letter_with_all_that_is_known() -> None:
    content = f"{LINE}\n  \x01 no log line \n{LINE}\n".encode()
    found = parsed(content)
    assert len(found.events) == 2
    (letter,) = found.dead_letters
    assert {name: letter[name] for name in ("source", "sensor", "path", "raw", "position")} == {
        "source": "fw",
        "sensor": "fortigate",
        "path": "/logs/fw.log",
        "raw": "  \x01 no log line ",
        "position": len(LINE) + 1,
    }
    assert letter["length"] == len("  \x01 no log line \n")
    assert letter["reason"]["code"] == "unsupported"
    assert letter["reason"]["message"]
    assert (letter["attempts"], letter["received"], letter["timezone"]) == (1, RECEIVED, "UTC")
    assert letter["first_failed"] == letter["last_failed"]
    assert "raw_base64" not in letter


def test_bytes_that_are_not_utf8_are_kept_as_they_are() -> None:
    (letter,) = parsed(b"\xfe\xfe caf\xe9 \0\n").dead_letters
    assert letter["raw"] == "\ufffd\ufffd caf\ufffd \0"
    assert base64.b64decode(letter["raw_base64"]) == b"\xfe\xfe caf\xe9 \0"


def test_event_with_bytes_that_are_not_utf8_is_one_and_can_be_stored() -> None:
    (event,) = parsed(LINE.encode().replace(b"=fw", b"=f\xf6")).events
    assert "invalid_encoding" in event["tags"]
    assert bson.encode(event)


def test_line_over_the_limit_is_one_dead_letter_of_its_first_bytes() -> None:
    content = f"{LINE}\n".encode() + b"x" * 5000 + f"\n{LINE}\n".encode()
    found = parsed(content)
    assert [event["log"]["offset"] for event in found.events] == [0, len(LINE) + 1 + 5001]
    (letter,) = found.dead_letters
    assert letter["reason"]["code"] == TOO_LONG
    assert "5,001 bytes" in letter["reason"]["message"]
    assert (letter["raw"], letter["length"], letter["truncated"]) == ("x" * 1000, 5001, True)


@pytest.mark.parametrize("byte", [b"x", b"\xff"])
def test_dead_letter_is_never_too_large_to_be_stored(byte: bytes) -> None:
    text = (byte * 20_000_000).decode("utf-8", "surrogateescape")
    (letter,) = parse_batch(batch_of(Record(text, 0, 20_000_001))).dead_letters
    assert len(bson.encode(letter)) < 16 * 1024 * 1024
    assert letter["reason"]["code"] == "too_large"
    assert letter["truncated"]


def test_files_of_messages_have_paths_of_their_own() -> None:
    message = "From: ann@example.com\r\nTo: bob@example.org\r\nSubject: Plan\r\n\r\nText\r\n"
    records = Record(message, 0, len(message)), Record("no message", 0, 10)
    batch = batch_of(*records, format="email", paths=("/mail/1.eml", "/mail/2.eml"))
    found = parse_batch(batch)
    files = [event["log"]["file"]["path"] for event in found.events]
    files += [letter["path"] for letter in found.dead_letters]
    assert sorted(files) == ["/mail/1.eml", "/mail/2.eml"]


def test_json_of_any_depth_becomes_an_event_or_a_dead_letter() -> None:
    deep = '{"a":' * 900 + "1" + "}" * 900
    line = '{"timestamp":"2026-01-14T08:15:31.000000+0000","event_type":"alert","x":' + deep + "}"
    found = parse_batch(batch_of(Record(line, 0, len(line)), format="suricata"))
    (document,) = found.events + found.dead_letters
    assert bson.encode(document)


@given(st.binary(max_size=300), st.sampled_from(["sshd", "suricata", "leef", "fortigate"]))
def test_every_record_becomes_exactly_one_of_both(content: bytes, format: str) -> None:
    framer = framer_class(format, content)()
    records = [*framer.feed(content), *framer.finish()]
    batch = batch_of(*records, format=format)
    found = parse_batch(batch)
    ids = [document["_id"] for document in found.events + found.dead_letters]
    assert sorted(ids) == sorted(record_id(batch.scope, record) for record in records)
    assert len(set(ids)) == len(ids)
    again = parse_batch(batch)
    assert [one["_id"] for one in again.events] == [one["_id"] for one in found.events]
    for document in found.events + found.dead_letters:
        bson.encode(document)
