"""The ids of events: the same for the same, different for all else."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from network_security.sensors.framing import Record, framer_class
from network_security.streaming.identity import event_id, record_bytes, record_id

positions = st.integers(0, 2**47)
# What comes of bytes, surrogates for those that are not UTF-8 included.
texts = st.binary(max_size=50).map(lambda content: content.decode("utf-8", "surrogateescape"))
places = st.tuples(st.sampled_from(["a1", "b2"]), positions, texts)


def id_of(place: tuple[str, int, str]) -> str:
    scope, position, text = place
    return record_id(scope, Record(text, position, position + 1))


@given(places, places)
def test_ids_are_equal_exactly_when_stream_position_and_text_are(
    one: tuple[str, int, str], other: tuple[str, int, str]
) -> None:
    assert (id_of(one) == id_of(other)) == (one == other)


@given(positions, positions)
def test_ids_of_a_stream_are_in_the_order_of_its_records(first: int, second: int) -> None:
    digest = sha256(b"").hexdigest()
    ids = event_id("a1", first, digest), event_id("a1", second, digest)
    assert (ids[0] < ids[1]) == (first < second)


@given(st.binary(min_size=1, max_size=100).filter(lambda content: b"\n" not in content))
def test_bytes_of_a_record_are_those_of_the_stream(content: bytes) -> None:
    framer = framer_class("sshd", b"")()
    records = [*framer.feed(b"first\n" + content + b"\n"), *framer.finish()][1:]
    assert all(record_bytes(record) == content.removesuffix(b"\r") for record in records)
