"""Rules match what they say, and nothing beside it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network_security.alerts.alert import Alert, make_alert
from network_security.alerts.grouping import Group
from network_security.alerts.severity import SeverityOptions
from network_security.alerts.summary import Summary
from network_security.alerts.suppression import RuleError, SuppressionRule, preview, rule_for
from network_security.alerts.triage import Closing, Triage

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def rule(**conditions: Any) -> SuppressionRule:
    known = {"created": NOW, "expires": NOW + timedelta(days=7)} | conditions
    return SuppressionRule("a newsletter of ours", "ana", **known)


@pytest.fixture
def alert(finding) -> Any:
    def make(*several: dict[str, Any], triage: Triage | None = None) -> Alert:
        found = tuple(finding(str(number), **known) for number, known in enumerate(several))
        return make_alert(Summary(Group("key", found), SeverityOptions()), triage or Triage())

    return make


@pytest.mark.parametrize(
    ("conditions", "known", "matches"),
    [
        ({"detector": "phishing"}, {}, True),
        ({"detector": "other"}, {}, False),
        ({"host": "LOGIN.shop.example"}, {}, True),
        ({"host": "*.shop.example"}, {}, True),
        ({"host": "shop.example"}, {}, False),
        ({"host": "log?n.*"}, {}, True),
        ({"domain": "shop.example"}, {}, True),
        ({"domain": "hop.example"}, {}, False),
        ({"sender": "*@shop.example"}, {"senders": ("News@Shop.example",)}, True),
        ({"sender": "*@shop.example"}, {}, False),
        ({"recipient": "bob@corp.example"}, {"recipients": ("bob@corp.example",)}, True),
        ({"source": "192.0.2.0/24"}, {"clients": ("192.0.2.7",)}, True),
        ({"source": "192.0.2.7"}, {"clients": ("192.0.2.7",)}, True),
        ({"source": "2001:db8::/32"}, {"clients": ("192.0.2.7",)}, False),
        ({"source": "192.0.2.0/24"}, {"clients": ("not an address",)}, False),
        ({"domain": "shop.example", "severity": "low"}, {"offered": True}, True),
        ({"domain": "shop.example", "severity": "low"}, {"reached": True}, False),
        ({"domain": "shop.example", "sender": "x@y.example"}, {}, False),
    ],
)
def test_conditions(alert, conditions, known: dict[str, Any], matches: bool) -> None:
    assert rule(**conditions).matches(alert(known)) is matches


@pytest.mark.parametrize(
    ("conditions", "one", "other"),
    [
        ({"host": "login.*"}, {}, {"url": "https://pay.shop.example/"}),
        ({"source": "192.0.2.0/24"}, {"clients": ("192.0.2.7",)}, {"clients": ("198.51.100.1",)}),
        ({"recipient": "bob@*"}, {"recipients": ("bob@a.example",)}, {"recipients": ("eve@a",)}),
    ],
)
def test_what_is_suppressed_for_one_does_not_hide_the_other(alert, conditions, one, other) -> None:
    assert rule(**conditions).matches(alert(one))
    assert not rule(**conditions).matches(alert(one, other))


def test_a_list_that_may_not_be_whole_matches_nothing(alert) -> None:
    many = tuple(f"192.0.2.{number}" for number in range(256))

    assert rule(source="192.0.2.0/24").matches(alert({"clients": many[:199]}))
    assert not rule(source="192.0.2.0/24").matches(alert({"clients": many}))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(exclude_characters="*?"), min_size=1, max_size=9).filter(
        lambda text: text.strip(". ")
    ),
    st.text(min_size=1, max_size=9),
)
def test_a_pattern_without_wildcards_is_taken_as_it_is(alert, pattern: str, sender: str) -> None:
    matches = rule(sender=pattern).matches(alert({"senders": (sender,)}))

    assert matches == (pattern.lower() == sender.lower())
    assert rule(sender=pattern).matches(alert({"senders": (pattern,)}))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({}, "the rule has no condition: give one of detector"),
        ({"severity": "low"}, "the rule has no condition"),
        ({"host": "*"}, r"host is '\*': it needs a letter or digit"),
        ({"host": "x" * 301}, "at most 300 characters"),
        ({"source": "192.0.2.1/24"}, "source: 192.0.2.1/24 has host bits set; write 192.0.2.7 or"),
        ({"source": "0.0.0.0/0"}, "source: 0.0.0.0/0 is every address"),
        ({"host": "a", "severity": "mild"}, "severity is 'mild': one of informational"),
        ({"host": "a", "created": datetime(2026, 3, 1)}, "created is .*: give the time its zone"),
        ({"host": "a", "expires": NOW}, "expires is .*: must be after"),
        ({"host": "a", "expires": NOW + timedelta(days=400)}, "within 366 days"),
    ],
)
def test_a_rule_that_nobody_could_answer_for_is_refused(wrong: dict[str, Any], message: str):
    with pytest.raises(RuleError, match=message):
        rule(**wrong)


@pytest.mark.parametrize("name", ["reason", "author"])
def test_a_rule_has_a_reason_and_an_author(name: str) -> None:
    with pytest.raises(RuleError, match=f"{name} is empty"):
        SuppressionRule(**{"reason": "r", "author": "a", "created": NOW, "host": "a",
                           "expires": NOW + timedelta(1)} | {name: " "})  # fmt: skip


def test_a_rule_is_in_force_until_it_expires(alert) -> None:
    own = rule(domain="shop.example")

    assert rule_for(alert({}), [own], NOW) == own.id
    assert rule_for(alert({}), [own], NOW + timedelta(days=7)) is None
    assert rule_for(alert({}), [own], NOW - timedelta(seconds=1)) is None


def test_a_preview_tells_what_would_have_been_hidden(alert) -> None:
    closing = Closing("true_positive", "", "ana", NOW, "medium", NOW)
    real = alert({"reached": True}, triage=Triage().closed(closing))
    other = alert({"url": "https://other.example/"})
    history = [alert({}), real, other]

    found = preview(rule(domain="shop.example"), history)

    assert found.alerts == 3
    assert found.suppressed == (history[0].id, real.id)
    assert found.by_severity == {"informational": 1, "medium": 1}
    assert found.true_positives == (real.id,)


def test_a_document_gives_the_rule_back() -> None:
    own = rule(domain="shop.example", severity="low")

    precise = rule(domain="shop.example", created=NOW + timedelta(microseconds=1234))

    assert SuppressionRule.from_document(own.to_document()) == own
    assert SuppressionRule.from_document(precise.to_document()).id == precise.id
    assert precise.created.microsecond == 1000
    assert rule(domain="shop.example", severity="low").id == own.id
    assert rule(domain="shop.example").id != own.id
