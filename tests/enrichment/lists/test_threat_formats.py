import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.enrichment.lists import (
    CsvColumns,
    ListError,
    ThreatIndicator,
    ThreatListOptions,
)
from network_security.enrichment.lists.csv_list import read_csv
from network_security.enrichment.lists.errors import EntryError, Skipped
from network_security.enrichment.lists.json_objects import members
from network_security.enrichment.lists.misp_list import read_misp
from network_security.enrichment.lists.plain_list import read_plain
from network_security.enrichment.lists.stix_list import read_stix
from network_security.enrichment.lists.values import read_confidence, read_time

READERS = {"plain": read_plain, "csv": read_csv, "stix": read_stix, "misp": read_misp}
UUID_A, UUID_B = (f"5f2b1c3e-0000-4000-8000-00000000000{digit}" for digit in "ab")


def read(
    path: Path, content: str | dict[str, Any], format: Any, **options: Any
) -> tuple[list[ThreatIndicator], Skipped]:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    skipped = Skipped()
    list_options = ThreatListOptions(name="bad", path=str(path), format=format, **options)
    return list(READERS[format](list_options, skipped)), skipped


def values(indicators: list[ThreatIndicator]) -> list[tuple[str, str]]:
    return [(one.kind, one.value) for one in indicators]


# Plain


def test_a_plain_list_has_an_entry_a_line(tmp_path: Path) -> None:
    content = """# comment
    ; another
    hxxp://evil[.]example/a#b  # why
    evil.example
    198.51.100.0/24
    nonsense here.example
    """
    found, skipped = read(tmp_path / "list", content, "plain")

    assert values(found) == [
        ("url", "evil.example/a"),
        ("domain", "evil.example"),
        ("network", "198.51.100.0/24"),
    ]
    assert found[0].reference == "line 3"
    assert skipped.reasons.total() == 1
    assert skipped.examples[0].startswith("line 6: 'nonsense here.example'")


def test_names_of_a_hosts_file_are_hosts_and_its_own_are_left_out(tmp_path: Path) -> None:
    content = "127.0.0.1 localhost\n::1 ip6-localhost\n0.0.0.0 evil.example www.evil.example # x\n"
    found, skipped = read(tmp_path / "hosts", content, "plain")

    assert values(found) == [("host", "evil.example"), ("host", "www.evil.example")]
    assert not skipped.reasons


# CSV


def test_columns_of_a_csv_list_are_named(tmp_path: Path) -> None:
    columns = CsvColumns(
        indicator="ioc", type="ioc_type", date="first", until="end", confidence="sure",
        category="threat", reference="id",
    )  # fmt: skip
    content = (
        "# made up\n# id, first, ioc, ioc_type, end, sure, threat\n"
        '7,2024-05-01 10:00:00,"http://evil.example/a,b",url,2024-06-01,90,phishing\n'
        "8,,198.51.100.7:443,ip:port,,high,\n"
        "9,,evil.example,domain,,,\n"
        "10,,evil.example,sha256_hash,,,\n"
        "11,,evil.example,url,,150,\n"
        "12,soon,evil.example,url,,,\n"
        "13,,evil.example\n"
        '14,,"evil.example,url,,,\n'
    )
    found, skipped = read(tmp_path / "list.csv", content, "csv", columns=columns)

    assert values(found) == [
        ("url", "evil.example/a,b"),
        ("ip", "198.51.100.7"),
        ("domain", "evil.example"),
    ]
    assert found[0].valid_from == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert found[0].valid_until == datetime(2024, 6, 1, tzinfo=UTC)
    assert (found[0].category, found[0].confidence, found[0].reference) == ("phishing", 90, "7")
    assert found[1].confidence == 85
    assert skipped.reasons == {
        "of a type that is not compared with URLs": 1,
        "no confidence from 0 to 100": 1,
        "no time in ISO 8601 or seconds since 1970": 1,
        "fewer cells than the header has": 1,
        "no row of CSV": 1,
    }


def test_a_csv_list_without_a_header_gets_one(tmp_path: Path) -> None:
    columns = CsvColumns(indicator="url", header=("date", "url"), delimiter=";")
    found, _ = read(tmp_path / "list.csv", "x;evil.example/a\n", "csv", columns=columns)

    assert values(found) == [("url", "evil.example/a")]


# STIX


def indicator(pattern: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "indicator", "id": "indicator--1", "pattern": pattern, "pattern_type": "stix",
        **properties,
    }  # fmt: skip


def bundle(*objects: Any) -> dict[str, Any]:
    return {"type": "bundle", "id": "bundle--1", "objects": list(objects)}


def test_indicators_of_a_bundle_have_their_validity(tmp_path: Path) -> None:
    content = bundle(
        {"type": "malware", "name": "x"},
        indicator(
            "[url:value = 'http://evil.example/a']",
            valid_from="2024-05-01T00:00:00.000Z",
            valid_until="2024-06-01T00:00:00Z",
            confidence=70,
            indicator_types=["malicious-activity"],
        ),
        indicator("[url:value = 'http://evil.example/b']", revoked=True),
        indicator("alert tcp any", pattern_type="snort"),
        indicator("[file:name = 'a' OR domain-name:value = 'evil.example']"),
        indicator("[broken"),
        {"type": "indicator", "pattern": 7},
    )
    found, skipped = read(tmp_path / "bundle.json", content, "stix")

    assert values(found) == [("url", "evil.example/a"), ("domain", "evil.example")]
    assert found[0] == ThreatIndicator(
        found[0].entry,
        "bad",
        "malicious-activity",
        70,
        datetime(2024, 5, 1, tzinfo=UTC),
        datetime(2024, 6, 1, tzinfo=UTC),
        "indicator--1",
    )
    assert skipped.reasons == {
        "revoked": 1,
        "a pattern that is not of STIX": 1,
        "not compared with URLs: file:name": 1,
        "no STIX pattern": 1,
        "an indicator without a pattern": 1,
    }


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("[]", "line 1: is no JSON as expected"),
        ('{"type": "bundle"}', "line 1: holds no list 'objects'"),
        ('{"objects": [\n{"type": "indicator"},\n{"type": ', "line 3: is no JSON"),
        ('{"objects": [' + "[" * 200_000, "line 1: is nested too deep"),
        ('{"objects": [' + "9" * 10_000 + "]}", "is no JSON"),
    ],
)
def test_a_damaged_bundle_is_told_with_its_line(tmp_path: Path, content: str, error: str) -> None:
    with pytest.raises(ListError) as refused:
        read(tmp_path / "bundle.json", content, "stix")

    assert error in str(refused.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


@given(JSON, st.lists(JSON, max_size=4), st.sampled_from([None, 1, "\t"]))
def test_members_of_a_list_are_those_of_the_json(
    before: Any, objects: list[Any], indent: int | str | None
) -> None:
    text = json.dumps({"before": before, "objects": objects, "after": 1}, indent=indent)

    assert list(members(text, "objects", Path("x"))) == objects


# MISP


def event(*attributes: dict[str, Any], objects: tuple[Any, ...] = ()) -> dict[str, Any]:
    return {"Event": {"uuid": UUID_A, "Attribute": list(attributes), "Object": list(objects)}}


def attribute(type_: str, value: str, **fields: Any) -> dict[str, Any]:
    return {"type": type_, "value": value, "to_ids": True, "uuid": UUID_B, **fields}


def test_attributes_of_an_event_and_its_objects_are_read(tmp_path: Path) -> None:
    content = event(
        attribute("url", "http://evil.example/a", timestamp="1714557600", category="Network"),
        attribute("hostname", "www.evil.example"),
        attribute("domain|ip", "evil.example|198.51.100.7"),
        attribute("ip-src|port", "198.51.100.8|80"),
        attribute("uri", "/gate.php"),
        attribute("md5", "ab"),
        attribute("url", "http://evil.example/b", to_ids=False),
        attribute("url", "http://evil.example/c", deleted=True),
        objects=(
            {"Attribute": [attribute("domain", "other.example")]},
            {"Attribute": [attribute("domain", "gone.example")], "deleted": True},
        ),
    )
    found, skipped = read(tmp_path / "event.json", content, "misp")

    assert values(found) == [
        ("url", "evil.example/a"),
        ("host", "www.evil.example"),
        ("domain", "evil.example"),
        ("ip", "198.51.100.7"),
        ("ip", "198.51.100.8"),
        ("domain", "other.example"),
    ]
    assert found[0].valid_from == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert (found[0].category, found[0].reference) == ("Network", UUID_B)
    assert skipped.reasons == {
        "a path without a host": 1,
        "of the type 'md5'": 1,
        "not marked for detection (to_ids)": 1,
        "deleted": 1,
    }


def test_the_answer_to_a_search_holds_several_events(tmp_path: Path) -> None:
    one = event(attribute("url", "http://evil.example/a"))
    found, _ = read(tmp_path / "events.json", {"response": [one, one]}, "misp")

    assert len(found) == 2


def test_a_feed_is_read_by_its_manifest_and_leads_to_no_other_folder(tmp_path: Path) -> None:
    feed = tmp_path / "feed"
    feed.mkdir()
    secret = event(attribute("domain", "secret.example"))
    (tmp_path / "secret.json").write_text(json.dumps(secret))
    (feed / f"{UUID_A}.json").write_text(json.dumps(event(attribute("domain", "evil.example"))))
    manifest = {UUID_A: {}, UUID_B: {}, "../secret": {}}
    (feed / "manifest.json").write_text(json.dumps(manifest))
    skipped = Skipped()

    options = ThreatListOptions(name="feed", path=str(feed), format="misp")
    found = list(read_misp(options, skipped))

    assert values(found) == [("domain", "evil.example")]
    assert skipped.reasons == {"an event that is missing": 1, "no UUID": 1}


@pytest.mark.parametrize("content", ["{}", "[1]", "{", "[" * 100_000, '"x"'])
def test_what_is_no_event_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(ListError, match=r"event\.json"):
        read(tmp_path / "event.json", content, "misp")


# Values


@given(st.none() | st.text(max_size=20) | st.integers() | st.floats() | st.lists(st.text()))
def test_any_value_is_a_time_and_a_confidence_or_an_entry_error(value: Any) -> None:
    for reader in (read_time, read_confidence):
        try:
            found = reader(value)
        except EntryError:
            continue
        assert found is None or isinstance(found, datetime) or 0 <= found <= 100
