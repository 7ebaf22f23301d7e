"""What holds for every registered format, on its own samples and on anything else."""

import json
import math
import random
import re
import time
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network_security.sensors import FORMATS, MAX_CHARACTERS, ParseError, parse_event
from network_security.sensors.samples import (
    RECEIVED,
    comparable,
    expected_documents,
    raw_events,
)

every_format = pytest.mark.parametrize("name", FORMATS)
SECONDS_A_MEGABYTE = 2.0
"""What is not linear takes minutes; a busy machine or a coverage tracer must not fail a build."""


def outcome(raw: str, name: str) -> dict | ParseError:
    """Return what a text parses to, or the refusal; a parser's own mistake passes as neither."""
    try:
        document = parse_event(raw, format=name, received=RECEIVED)
    except ParseError as error:
        if error.code == "internal":
            raise
        return error
    assert document["@timestamp"].utcoffset() == timedelta(0)
    orjson.dumps(document)  # fails on half a surrogate pair, a name that is no text, any odd type
    return document


def from_bytes(content: bytes) -> str:
    """Return bytes as they reach the parsers: what is not UTF-8 as halves of surrogate pairs."""
    return content.decode("utf-8", "surrogateescape")


@every_format
def test_samples_parse_to_the_expected_documents(name):
    events, expected = raw_events(name), expected_documents(name)

    assert len(events) == len(expected)
    for raw, document in zip(events, expected, strict=True):
        assert comparable(parse_event(raw, format=name, received=RECEIVED)) == document


@every_format
def test_every_document_has_the_common_fields(name):
    for raw in raw_events(name):
        document = parse_event(raw, format=name, received=RECEIVED)
        event = document["event"]

        assert document["@timestamp"].utcoffset() == timedelta(0)
        assert event["ingested"] == RECEIVED
        assert event["original"] == raw
        assert len(event["hash"]) == 64
        assert event["dataset"].startswith(event["module"])
        assert event["kind"] in {"event", "alert", "metric", "state", "enrichment", "signal"}
        assert event["category"]
        assert event["type"]
        assert document["ecs"]["version"]


@every_format
def test_documents_hold_nothing_empty_and_no_number_too_large_to_store(name):
    def values(node):
        if isinstance(node, dict):
            for key, value in node.items():
                assert isinstance(key, str)
                yield from values(value)
        elif isinstance(node, list):
            for value in node:
                yield from values(value)
        else:
            yield node

    for raw in raw_events(name):
        document = parse_event(raw, format=name, received=RECEIVED)
        for value in values(document):
            assert isinstance(value, (str, int, float, bool, datetime, type(None)))
            assert not isinstance(value, float) or math.isfinite(value)
            assert not isinstance(value, int) or abs(value) < 2**63
        for branch in ("source", "destination", "event", "observer", "network", "user"):
            assert None not in document.get(branch, {}).values()
            assert "" not in document.get(branch, {}).values()


@every_format
def test_the_registry_names_a_sample_that_parses(name):
    assert (
        parse_event(FORMATS[name].sample, format=name)["event"]["dataset"] == FORMATS[name].dataset
    )


@every_format
def test_a_sample_cut_at_any_byte_parses_or_is_refused(name):
    for raw in raw_events(name):
        content = raw.encode()
        for end in range(len(content)):
            outcome(from_bytes(content[:end]), name)


@every_format
def test_a_sample_that_lost_its_beginning_parses_or_is_refused(name):
    for raw in raw_events(name):
        for start in range(1, len(raw), max(1, len(raw) // 100)):
            outcome(raw[start:], name)


@every_format
@pytest.mark.parametrize("charset", ["latin-1", "cp1251", "utf-16-le", "utf-16", "cp500"])
def test_a_sample_in_another_charset_parses_or_is_refused(name, charset):
    for raw in raw_events(name):
        foreign = re.sub(r"[aeo]", "\u00e9", raw) if charset == "latin-1" else raw

        outcome(from_bytes(foreign.encode(charset, "replace")), name)


@every_format
def test_a_sample_with_any_bytes_changed_parses_or_is_refused(name):
    chance = random.Random(0)
    for raw in raw_events(name):
        for _ in range(60):
            content = bytearray(raw.encode())
            for _ in range(chance.randint(1, 4)):
                content[chance.randrange(len(content))] = chance.randrange(256)
            outcome(from_bytes(bytes(content)), name)


@every_format
def test_a_sample_of_any_other_format_parses_or_is_refused(name):
    for other in FORMATS:
        for raw in raw_events(other):
            outcome(raw, name)


@every_format
def test_halves_of_two_samples_parse_or_are_refused(name):
    samples = raw_events(name)
    for first, second in zip(samples, samples[1:] + samples[:1], strict=True):
        for part in range(1, 8):
            outcome(first[: len(first) * part // 8] + second[len(second) * part // 8 :], name)


@every_format
@pytest.mark.parametrize("separator", [" ", ",", ";", "|", "\t", "\n", '"'])
def test_shuffled_fields_parse_or_are_refused(name, separator):
    chance = random.Random(0)
    for raw in raw_events(name):
        parts = raw.split(separator)
        for _ in range(4 if len(parts) > 2 else 0):
            chance.shuffle(parts)
            outcome(separator.join(parts), name)


@every_format
@pytest.mark.parametrize(
    "noise", ["\0", "\ufeff", "\r\n", "\udcff", "\x1b[2J", '"', "\\", "|", "=", "[" * 40]
)
def test_noise_anywhere_parses_or_is_refused(name, noise):
    for raw in raw_events(name)[:6]:
        for position in range(0, len(raw) + 1, max(1, len(raw) // 40)):
            outcome(raw[:position] + noise + raw[position:], name)


@every_format
def test_line_ends_and_byte_order_marks_change_nothing(name):
    for raw in raw_events(name):
        plain = comparable(parse_event(raw, format=name, received=RECEIVED))

        for same in (raw + "\r\n", raw + "\n", "\ufeff" + raw, raw + "\0"):
            assert comparable(parse_event(same, format=name, received=RECEIVED)) == plain


@every_format
@pytest.mark.parametrize("between", ["", " ", "\n", "\r\n", "\0"])
def test_two_events_in_one_text_parse_or_are_refused(name, between):
    samples = raw_events(name)
    for first, second in zip(samples, samples[1:] + samples[:1], strict=True):
        outcome(first + between + second, name)


FILLERS = [
    "a", " ", "\\", '"', "=", "a=", 'a="', "[", "{", '{"a":', ",", "|", "<", ":", "a: ", ", A: ",
    "1", ".", "\t", "(", "%", "-", "\n", "\u00e9", "<a>", "a b=", 'a="b" ', 'a:"b";', '"a":"b",',
    "1.1.1.1 ", "a@b.example,", "Jan 14 08:00:01 ",
]  # fmt: skip


@every_format
@pytest.mark.parametrize("filler", FILLERS)
def test_a_megabyte_of_anything_takes_bounded_time(name, filler):
    # Each filler meets a sixth of the samples: all of them with all would take minutes.
    for sample in raw_events(name)[FILLERS.index(filler) % 6 :: 6] or raw_events(name)[:1]:
        size = MAX_CHARACTERS - len(sample)
        half = len(sample) // 2
        filling = (filler * (size // len(filler) + 1))[:size]

        for raw in (sample + filling, sample[:half] + filling + sample[half:]):
            start = time.process_time()
            outcome(raw, name)
            assert time.process_time() - start < SECONDS_A_MEGABYTE


@every_format
def test_more_than_a_megabyte_is_refused(name):
    with pytest.raises(ParseError) as refused:
        parse_event("x" * ((FORMATS[name].limit or MAX_CHARACTERS) + 1), format=name)

    assert refused.value.code == "too_large"


@every_format
@pytest.mark.parametrize("blank", ["", " ", "\r\n", "\0\0", "\ufeff"])
def test_nothing_is_refused_as_empty(name, blank):
    with pytest.raises(ParseError) as refused:
        parse_event(blank, format=name)

    assert refused.value.code == "empty"


@every_format
@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(text=st.text(max_size=400))
def test_any_text_parses_or_is_refused(name, text):
    outcome(text, name)


@every_format
@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(data=st.data())
def test_any_change_of_a_sample_parses_or_is_refused(name, data):
    raw = data.draw(st.sampled_from(raw_events(name)))
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(len(raw), start + 40)))

    outcome(raw[:start] + data.draw(st.text(max_size=30)) + raw[end:], name)


JSON_SAMPLES = {
    name: samples
    for name in FORMATS
    if (samples := [raw for raw in raw_events(name) if raw.startswith("{")])
}
every_json_format = pytest.mark.parametrize("name", JSON_SAMPLES)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@every_json_format
@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(data=st.data())
def test_json_members_of_any_type_parse_or_are_refused(name, data):
    document = json.loads(data.draw(st.sampled_from(JSON_SAMPLES[name])))
    branch = document
    for _ in range(3):
        key = data.draw(st.sampled_from(sorted(branch)))
        if not (isinstance(branch[key], dict) and branch[key] and data.draw(st.booleans())):
            break
        branch = branch[key]
    branch[key] = data.draw(any_json)

    outcome(json.dumps(document), name)


@every_json_format
def test_the_order_of_json_members_changes_nothing(name):
    chance = random.Random(0)

    def in_any_order(value):
        if isinstance(value, list):
            return [in_any_order(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {key: in_any_order(value[key]) for key in chance.sample(list(value), len(value))}

    def compared(raw):
        document = comparable(parse_event(raw, format=name, received=RECEIVED))
        related = document.pop("related", {})
        return document, {kind: set(values) for kind, values in related.items()}

    for raw in JSON_SAMPLES[name]:
        assert compared(json.dumps(in_any_order(json.loads(raw)))) == compared(raw)


@every_json_format
@pytest.mark.parametrize("levels", [60, 70, 5000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [('{"a":', "}"), ("[", "]")])
def test_a_deep_json_member_parses_or_is_refused(name, levels, opening, closing):
    deep = opening * levels + "1" + closing * levels
    for raw in JSON_SAMPLES[name]:
        key = next(iter(json.loads(raw)))
        for deepened in (
            f'{{"deep": {deep}, {raw.lstrip()[1:]}',
            f'{raw.rstrip()[:-1]}, "{key}": {deep}}}',
        ):
            document = outcome(deepened, name)
            assert levels < 64 or isinstance(document, ParseError)


@every_json_format
@pytest.mark.parametrize("between", ["", " ", ",", "\0"])
def test_two_json_documents_in_one_text_are_refused(name, between):
    for raw in JSON_SAMPLES[name]:
        assert isinstance(outcome(raw + between + raw, name), ParseError)


@every_json_format
@pytest.mark.parametrize(
    "raw", ['{"a":' * 5000, "[" * 5000, '{"a":NaN}', '{"a":1} {"a":2}', "[1]", "1", '{"a":1e999}']
)
def test_json_that_is_not_one_shallow_object_is_refused(name, raw):
    assert isinstance(outcome(raw, name), ParseError)


def test_unknown_formats_are_refused_with_the_known_ones():
    with pytest.raises(ParseError, match="suricata") as refused:
        parse_event("x", format="abacus")

    assert refused.value.code == "unknown_format"


def test_unknown_time_zones_are_refused():
    with pytest.raises(ParseError) as refused:
        parse_event(FORMATS["suricata"].sample, format="suricata", timezone="Mars/Olympus")

    assert refused.value.code == "unknown_timezone"


def test_half_a_surrogate_pair_is_replaced_and_said():
    raw = FORMATS["suricata"].sample.replace("WindowsPowerShell", "Windows\udcffShell")

    document = parse_event(raw, format="suricata")

    assert document["user_agent"]["original"].startswith("Windows\ufffdShell")
    assert "invalid_encoding" in document["tags"]


def test_an_event_without_a_time_has_the_time_of_receipt_and_says_so():
    document = parse_event(
        '{"event_type":"stats","stats":{}}', format="suricata", received=RECEIVED
    )

    assert document["@timestamp"] == RECEIVED
    assert document["tags"] == ["time_of_receipt"]


def test_a_time_without_a_zone_is_read_in_the_given_one_and_says_so():
    raw = "Jan 14 2026 08:19:00 fw : %ASA-7-609001: Built local-host inside:10.20.0.15"

    document = parse_event(raw, format="cisco_asa", timezone="Europe/Paris")

    assert document["@timestamp"] == datetime(2026, 1, 14, 7, 19, tzinfo=UTC)
    assert document["event"]["timezone"] == "Europe/Paris"
    assert document["tags"] == ["time_zone_assumed"]
