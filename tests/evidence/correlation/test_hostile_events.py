from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network_security.evidence.correlation import Correlator, correlate, to_frame
from network_security.sensors import FORMATS, ParseError, parse_event
from network_security.sensors.samples import raw_events
from network_security.storage.documents import portable

RECEIVED = datetime(2026, 6, 1, tzinfo=UTC)
TEXT = st.one_of(
    st.text(max_size=20),
    st.sampled_from([
        "http://example.com/", "https://[::1", "//", "\ud800", "a@b", "NXDOMAIN", "web", "email",
        "192.0.2.1", "clicks", "m365", "answer", "http://a@b:c:d/%zz?#", "\0", "x" * 20_000,
    ]),
)  # fmt: skip
VALUE = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), TEXT,
        st.datetimes(), st.datetimes(timezones=st.just(UTC)),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from([
                "address", "answers", "authentication", "category", "client", "data", "dns",
                "domain", "email", "eve", "from", "full", "hash", "http", "ip", "issuer", "links",
                "message", "message_id", "module", "name", "not_after", "original", "port",
                "question", "received", "redirect", "response", "server", "server_name", "status",
                "status_code", "tag", "to", "type", "url", "user", "x509",
            ]),
            inner, max_size=4,
        ),
    ),
    max_leaves=12,
)  # fmt: skip
PARTS = [
    "url", "tls", "dns", "email", "file", "http", "event", "source", "destination", "related",
    "suricata", "zeek", "tags", "user", "network",
]  # fmt: skip
TIME = st.one_of(st.datetimes(timezones=st.just(UTC)), VALUE)
EVENT = st.fixed_dictionaries(
    {"@timestamp": TIME, "_id": VALUE}, optional=dict.fromkeys(PARTS, VALUE)
)


def check(rows: list[Any]) -> None:
    for row in rows:
        document = row.to_document()
        assert portable(document) == document
    assert len(to_frame(rows)) == len(rows)


@given(st.lists(EVENT, max_size=6))
@settings(max_examples=120, deadline=None)
def test_events_of_any_shape(events: list[dict[str, Any]]) -> None:
    check(correlate(events))
    correlator = Correlator()
    check(correlator.add(events) + correlator.finish())


@given(
    st.sampled_from(
        [
            {"url": {"original": "http://example.com/a"}},
            {"email": {"message": {"links": [{"url": "http://example.com/a", "tag": "a"}]}}},
            {"dns": {"question": {"name": "example.com"}}, "tls": {"client": {"server_name": "a"}}},
        ]
    ),
    st.dictionaries(st.sampled_from(["event", "email", "source", "http", "suricata"]), VALUE),
)
@settings(max_examples=200, deadline=None)
def test_what_stands_beside_a_url_may_be_anything(part: Any, beside: dict[str, Any]) -> None:
    event = {"@timestamp": RECEIVED, "_id": "e1", **beside, **part}

    check(correlate([event]))


@pytest.mark.parametrize("name", FORMATS)
def test_the_samples_of_every_format(name: str) -> None:
    events = [parse_event(sample, format=name, received=RECEIVED) for sample in raw_events(name)]

    check(correlate(events))


@given(st.sampled_from(["suricata", "zeek", "email", "fortigate", "panos"]), st.data())
@settings(max_examples=100, deadline=None)
def test_mangled_samples(name: str, data: st.DataObject) -> None:
    raw = data.draw(st.sampled_from(raw_events(name)))
    start = data.draw(st.integers(0, len(raw)))
    mangled = raw[:start] + data.draw(TEXT) + raw[start + data.draw(st.integers(0, 40)) :]
    try:
        event = parse_event(mangled, format=name, received=RECEIVED)
    except ParseError:
        return
    check(correlate([event]))
