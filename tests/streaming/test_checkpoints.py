"""How a stream is recognised, and how its checkpoint is kept."""

from dataclasses import replace
from datetime import UTC, datetime

import bson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.streaming.checkpoints import (
    HEAD,
    TAIL,
    Checkpoint,
    Counts,
    ReadAt,
    advance,
    begin,
    matches,
    recognise,
)

CONTENT = bytes(number % 251 for number in range(10_000))


def read_at(content: bytes) -> ReadAt:
    return lambda offset, length: content[offset : offset + length]


def stream(content: bytes, offset: int = 0, path: str = "/logs/a.log") -> Checkpoint:
    """The checkpoint of a stream of which so much was read."""
    begun = begin(source="a", path=path, format="sshd", confidence=1, head=content, taken=())
    if offset == 0:
        return begun
    return advance(begun, offset=offset, header="", recent=content[:offset])


@given(st.binary(max_size=3000), st.integers(0, 3000), st.binary(max_size=100))
def test_stream_is_recognised_however_much_was_read_and_appended(
    content: bytes, offset: int, appended: bytes
) -> None:
    assert matches(stream(content, min(offset, len(content))), read_at(content + appended))


@pytest.mark.parametrize("changed", [0, HEAD - 1, 8000 - TAIL, 7999])
def test_change_in_the_head_or_before_the_offset_makes_another_stream(changed: int) -> None:
    other = bytearray(CONTENT)
    other[changed] ^= 1
    assert not matches(stream(CONTENT, 8000), read_at(bytes(other)))


def test_stream_cut_before_its_offset_is_another_one() -> None:
    assert not matches(stream(CONTENT, 8000), read_at(CONTENT[:7999]))
    assert matches(stream(CONTENT, 8000), read_at(CONTENT[:8000]))


def test_file_of_the_same_name_wins_then_the_one_that_got_furthest() -> None:
    here, further = stream(CONTENT, 2000), stream(CONTENT, 5000)
    elsewhere = stream(CONTENT, 9000, "/logs/b.log")
    known = [here, elsewhere, further]
    found = recognise("/logs/a.log", read_at(CONTENT), known, lambda _: False)
    assert found is further


def test_stream_whose_file_no_longer_holds_it_goes_on_under_the_new_name() -> None:
    known = [stream(CONTENT, 5000)]
    moved = recognise("/logs/a.log.1", read_at(CONTENT), known, lambda _: False)
    assert moved == replace(known[0], path="/logs/a.log.1")
    assert recognise("/logs/copy.log", read_at(CONTENT), known, lambda _: True) is None


def test_stream_of_which_nothing_was_read_goes_on_under_its_new_name_too() -> None:
    known = [stream(CONTENT)]
    moved = recognise("/logs/a.log.1", read_at(CONTENT), known, lambda _: False)
    assert moved == replace(known[0], path="/logs/a.log.1")


def test_streams_ids_differ_by_path_by_head_and_by_turn() -> None:
    settings = {"source": "a", "format": "sshd", "confidence": 1.0}
    one = begin(path="/logs/a.log", head=b"one", taken=(), **settings)
    assert one == begin(path="/logs/a.log", head=b"one", taken=(), **settings)
    others = [
        begin(path="/logs/b.log", head=b"one", taken=(), **settings),
        begin(path="/logs/a.log", head=b"two", taken=(), **settings),
        begin(path="/logs/a.log", head=b"one", taken={one.stream}, **settings),
    ]
    assert len({one.stream, *(other.stream for other in others)}) == 4


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 2**60))
def test_checkpoint_is_read_back_as_it_was_kept(text: str, number: int) -> None:
    checkpoint = replace(
        stream(CONTENT, 5000),
        header=text,
        joined={"open": [{text: number, "a.b": None, "$c": [text]}]},
        counts=Counts(number, 1, 2, {"syntax": 3}, latencies=[1, 2], last_seen=None),
        updated=datetime(2026, 1, 20, tzinfo=UTC),
    )
    kept = bson.encode(checkpoint.to_document())
    options = bson.CodecOptions(tz_aware=True, tzinfo=UTC)
    assert Checkpoint.from_document(bson.decode(kept, options)) == checkpoint


def test_document_is_found_by_its_folder() -> None:
    document = stream(CONTENT, path="/logs/fw/a.log").to_document()
    assert (document["folder"], document["_id"]) == ("/logs/fw", document["stream"])
