"""What findings say together does not depend on when each of them was known."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network_security.alerts.alert import Alert, make_alert
from network_security.alerts.finding import Entity, Finding
from network_security.alerts.grouping import Group, GroupingOptions, group
from network_security.alerts.severity import SeverityOptions
from network_security.alerts.summary import Summary
from network_security.alerts.triage import Triage

MakeFinding = Callable[..., Finding]

GROUPING = GroupingOptions(quiet_hours=2, longest_hours=8)
ANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

NAMES = st.lists(st.sampled_from("abcdef"), max_size=3).map(lambda names: tuple(sorted({*names})))
GROWTH = st.fixed_dictionaries(
    {
        "hours": st.integers(0, 40).map(lambda tenth: tenth / 10),
        "lasts": st.integers(0, 20).map(lambda tenth: tenth / 10),
        "offered": st.booleans(),
        "reached": st.booleans(),
        "attachment": st.booleans(),
        "messages": NAMES,
        "subjects": NAMES,
        "recipients": NAMES,
        "clients": NAMES,
        "users": NAMES,
        "confirmed_by": NAMES,
    }
)


def summary(*findings: Finding) -> Summary:
    return Summary(Group("key", findings), SeverityOptions())


def alert(*findings: Finding) -> Alert:
    return make_alert(summary(*findings), Triage())


@ANY
@given(steps=st.lists(st.tuples(st.sampled_from("12345"), GROWTH), min_size=1, max_size=12))
def test_adding_is_the_same_as_summarising_all(
    finding: MakeFinding, steps: list[tuple[str, dict[str, Any]]]
) -> None:
    known: dict[str, Finding] = {}
    kept: Summary | None = None
    for id_, growth in steps:
        facts = dict(growth)
        hours = facts.pop("hours")
        last_seen = finding("", hours + facts.pop("lasts")).first_seen
        now = finding(id_, hours, probability=int(id_) / 10, last_seen=last_seen, **facts)
        before = known.get(id_)
        known[id_] = now = now if before is None else now.joined(before)
        whole = [Summary(each, SeverityOptions()) for each in group(known.values(), GROUPING)]
        if kept is None or not kept.takes(now, before, GROUPING):
            kept = whole[-1]
        else:
            kept.add(now)
        assert make_alert(kept, Triage()) == make_alert(whole[-1], Triage())


def test_what_would_make_other_groups_is_not_taken(finding: MakeFinding) -> None:
    of_two = summary(finding("a", 2), finding("b", 3))

    def takes(now: Finding, before: Finding | None = None) -> bool:
        return of_two.takes(now, before, GROUPING)

    assert takes(finding("c", 2.5))
    assert takes(finding("c", 5))
    assert not takes(finding("c", 5.1)), "after a pause"
    assert not takes(finding("c", 1.9)), "it would begin earlier"
    assert takes(finding("b", 3, reached=True), finding("b", 3))
    assert not takes(finding("b", 2.5), finding("b", 3)), "another one would be the latest"
    assert not takes(finding("b", 3, attachment=True), finding("b", 3))


def test_the_latest_findings_are_named(finding: MakeFinding) -> None:
    several = [finding(f"{number:03}", number / 100) for number in range(203)]
    grown = summary(*several[:100])
    for each in [*several[100:], several[0], several[150]]:
        grown.add(each)

    assert grown.findings == tuple(f"{number:03}" for number in range(3, 203))
    assert grown.count == 203
    assert grown.incomplete == ("entities", "findings", "verdicts")


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ([{"clients": ("192.0.2.1", "192.0.2.2")}], "opened by 2 clients"),
        ([{"clients": ("192.0.2.1",), "users": ("ana",)}], "opened by 1 client"),
        ([{"clients": ("192.0.2.1",), "users": ("ana", "bob")}], "opened by 2 clients"),
        ([{"users": ("ana",)}, {"clients": ("192.0.2.1",)}], "opened by 1 client"),
        ([{}], "opened by at least 1 client"),
        (
            [{"clients": tuple(f"192.0.2.{one}" for one in range(200))}],
            "opened by at least 200 clients",
        ),
    ],
)
def test_who_opened_it(finding: MakeFinding, people: list[dict[str, Any]], told: str) -> None:
    found = [finding(f"{n}", reached=True, **known) for n, known in enumerate(people)]

    assert alert(*found).title.endswith(f": {told}")


@pytest.mark.parametrize(
    ("subjects", "told"),
    [
        ((), "Phishing message from ann@shop.example: "),
        (("",), "Phishing message from ann@shop.example: "),
        (("Your order",), 'Phishing message "Your order" from ann@shop.example: '),
        (("Your\n  order",), 'Phishing message "Your order" from ann@shop.example: '),
        (("a" * 99,), f'Phishing message "{"a" * 80}" from ann@shop.example: '),
    ],
)
def test_a_message_is_told_by_subject_and_sender(
    finding: MakeFinding, subjects: tuple[str, ...], told: str
) -> None:
    message = Entity("message", "m@shop.example", "", "")
    found = finding("a", entity=message, senders=("ann@shop.example",), subjects=subjects)

    assert alert(found).title.startswith(told)


def test_a_technique_is_not_named_beside_one_of_its_kinds(finding: MakeFinding) -> None:
    by_mail, asked_for = finding("a", messages=("m",)), finding("b", reached=True)

    assert alert(asked_for).techniques == ("T1204.001", "T1566")
    assert alert(asked_for, by_mail).techniques == ("T1204.001", "T1566.002")
