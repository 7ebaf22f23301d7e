from datetime import UTC, datetime

import pytest

from network_security.sensors import ParseError, parse_event


def parse(extension: str, *, severity: str = "5", prefix: str = "") -> dict:
    line = f"{prefix}CEF:0|Example|Sensor|1.0|900|Sample event|{severity}|{extension}"
    return parse_event(line, format="cef")


def test_vendor_and_product_come_from_the_header():
    document = parse("act=allow", prefix="<134>Jan 14 08:15:30 host-1 ")

    assert document["observer"]["vendor"] == "Example"
    assert document["observer"]["product"] == "Sensor"
    assert document["host"]["hostname"] == "host-1"
    assert document["event"]["code"] == "900"


@pytest.mark.parametrize(
    ("written", "severity"),
    [("Low", 0), ("Medium", 4), ("High", 7), ("Very-High", 9), ("10", 10), ("11", None)],
)
def test_severities_are_numbers_or_words(written, severity):
    assert parse("act=allow", severity=written)["event"].get("severity") == severity


@pytest.mark.parametrize(
    ("extension", "hour"),
    [
        ("rt=Jan 14 2026 08:15:30", 8),
        ("rt=1768378530000", 8),
        ("rt=Jan 14 2026 08:15:30 dtz=Europe/Paris", 7),
        ("rt=Jan 14 2026 08:15:30 dtz=Mars/Olympus", 8),
        ("rt=Jan 14 2026 09:00:00 start=Jan 14 2026 08:15:30", 8),
        ("rt=nonsense end=Jan 14 2026 08:15:30", 8),
    ],
)
def test_times(extension, hour):
    assert parse(extension)["@timestamp"] == datetime(2026, 1, 14, hour, 15, 30, tzinfo=UTC)


def test_a_stated_zone_is_not_assumed():
    assert "tags" not in parse("rt=Jan 14 2026 08:15:30 dtz=Europe/Paris")
    assert parse("rt=Jan 14 2026 08:15:30")["tags"] == ["time_zone_assumed"]


def test_a_time_that_cannot_be_read_sets_nothing():
    event = parse("end=nonsense rt=1768378530000")["event"]

    assert "end" not in event


def test_an_end_goes_by_its_name_when_that_stands_beside_the_address():
    document = parse("src=10.0.0.5 dst=192.0.2.9 dhost=www.example.com")

    assert document["source"]["address"] == "10.0.0.5"
    assert document["destination"]["address"] == "www.example.com"
    assert document["destination"]["ip"] == "192.0.2.9"


def test_custom_keys_are_read_by_their_labels():
    document = parse(
        "cs1Label=Rule Name cs1=web out c6a2Label=Source IPv6 Address c6a2=2001:db8::5"
    )

    assert document["rule"]["name"] == "web out"
    assert document["source"]["ip"] == "2001:db8::5"
    assert document["cef"]["log"]["extensions"]["cs1Label"] == "Rule Name"


@pytest.mark.parametrize(("length", "algorithm"), [(32, "md5"), (40, "sha1"), (64, "sha256")])
def test_digests_are_told_by_their_length(length, algorithm):
    digest = "a" * length

    assert parse(f"fileHash={digest}")["file"]["hash"] == {algorithm: digest}


@pytest.mark.parametrize(
    ("extension", "outcome"),
    [
        ("act=Blocked", "success"),
        ("act=Blocked outcome=failure", "failure"),
        ("categoryOutcome=/Attempt", "unknown"),
        ("act=started", None),
    ],
)
def test_outcomes(extension, outcome):
    assert parse(extension)["event"].get("outcome") == outcome


@pytest.mark.parametrize("line", ["hello", "CEF:0|a|b"])
def test_other_text_is_refused(line):
    with pytest.raises(ParseError) as refused:
        parse_event(line, format="cef")

    assert refused.value.code == "syntax"
