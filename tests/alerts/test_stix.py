"""Bundles, read by an independent library and by the project's own reader of threat lists."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import stix2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network_security.alerts.alert import Alert, make_alert
from network_security.alerts.finding import Entity, Finding
from network_security.alerts.grouping import Group
from network_security.alerts.severity import SeverityOptions
from network_security.alerts.sinks import make_sinks
from network_security.alerts.sinks.announcement import Announcement
from network_security.alerts.stix import bundle
from network_security.alerts.summary import Summary
from network_security.alerts.triage import Triage
from network_security.enrichment.lists import Lists
from network_security.enrichment.lists.options import ListsOptions, ThreatListOptions
from network_security.evidence.urls import parse

AT = datetime(2026, 3, 1, 13, tzinfo=UTC)
MakeFinding = Callable[..., Finding]


def alert_of(finding: Finding) -> Alert:
    return make_alert(Summary(Group("key", (finding,)), SeverityOptions()), Triage())


def made(alert: Alert) -> dict[str, Any]:
    return bundle([alert], AT, "Example SOC")


def by_type(found: dict[str, Any], type_: str) -> list[dict[str, Any]]:
    return [each for each in found["objects"] if each["type"] == type_]


@pytest.mark.parametrize(
    "entity",
    [
        Entity("url", "https://login.shop.example/a?b='c'\\d e", "login.shop.example", "x"),
        Entity("url", "http://[2606:2800:220::1]:8080/a", "2606:2800:220::1", "x"),
        Entity("host", "login.shop.example", "login.shop.example", "shop.example"),
        Entity("host", "93.184.216.34", "93.184.216.34", "93.184.216.34"),
        Entity("message", "<m'1@x.example>", "", ""),
    ],
    ids=["url", "url of an address", "host", "address", "message"],
)
def test_an_independent_library_takes_it(finding: MakeFinding, entity: Entity) -> None:
    alert = alert_of(finding("1", entity=entity, messages=("<m1@x.example>",), reached=True))
    parsed = stix2.parse(json.dumps(made(alert)), version="2.1")

    types = {each["type"] for each in parsed["objects"]}
    assert types >= {
        "identity", "indicator", "observed-data", "sighting", "attack-pattern", "relationship",
    }  # fmt: skip
    known = {each["id"] for each in parsed["objects"]}
    for each in made(alert)["objects"]:
        references = [value for name, value in each.items() if name.endswith("_ref")]
        references += [one for name, many in each.items() if name.endswith("_refs") for one in many]
        assert set(references) <= known


def test_ids_of_observables_are_those_of_the_standard(finding: MakeFinding) -> None:
    found = made(alert_of(finding("1")))
    (url,), (domain,) = by_type(found, "url"), by_type(found, "domain-name")
    assert url["id"] == stix2.URL(value="https://login.shop.example/1").id
    assert domain["id"] == stix2.DomainName(value="login.shop.example").id


def test_the_same_alert_gives_the_same_bundle(finding: MakeFinding) -> None:
    alert = alert_of(finding("1"))
    assert made(alert) == made(alert)
    later = bundle([alert], AT.replace(hour=14), "Example SOC")
    assert [each["id"] for each in later["objects"]] == [
        each["id"] for each in made(alert)["objects"]
    ]
    assert later["id"] != made(alert)["id"]


def test_techniques_are_those_of_attack(finding: MakeFinding) -> None:
    found = made(alert_of(finding("1", messages=("<m1@x.example>",), reached=True)))
    references = [each["external_references"][0] for each in by_type(found, "attack-pattern")]
    assert [each["external_id"] for each in references] == ["T1204.001", "T1566.002"]
    assert references[1]["url"] == "https://attack.mitre.org/techniques/T1566/002"
    (indicator,) = by_type(found, "indicator")
    assert {each["source_ref"] for each in by_type(found, "relationship")} == {indicator["id"]}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_a_pattern_of_one_term(finding: MakeFinding, text: str) -> None:
    url = f"https://a.example/{text}' OR url:value = 'https://b.example/"
    alert = alert_of(finding("1", entity=Entity("url", url, "a.example", "a.example")))
    (indicator,) = by_type(made(alert), "indicator")
    parsed = stix2.pattern_visitor.create_pattern_object(indicator["pattern"], version="2.1")
    assert type(parsed).__name__ == "ObservationExpression"


def test_the_own_reader_finds_the_url_again(finding: MakeFinding, tmp_path: Path) -> None:
    url = "https://login.shop.example/it's?a=\\1"
    alert = alert_of(finding("1", entity=Entity("url", url, "login.shop.example", "shop.example")))
    (sink,) = make_sinks([{"type": "stix", "name": "stix", "folder": str(tmp_path)}])
    sink.deliver(Announcement(alert, AT, "key-1"))
    sink.deliver(Announcement(alert, AT, "key-1"))

    (path,) = tmp_path.iterdir()
    options = ThreatListOptions(name="own", path=str(path), format="stix")
    lists = Lists.load(ListsOptions(threats=(options,)))
    assert [match.list_name for match in lists.threats(parse(url))] == ["own"]
    assert not lists.threats(parse("https://login.shop.example/other"))
