"""Which findings belong together does not depend on how they came."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network_security.alerts.finding import Entity, Finding
from network_security.alerts.grouping import GroupingOptions, campaign_path, group, group_key

MakeFinding = Callable[..., Finding]

TWO_HOURS = GroupingOptions(quiet_hours=2, longest_hours=5)
ANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def ids(findings: list[Finding], options: GroupingOptions = TWO_HOURS) -> list[list[str]]:
    return [[finding.id for finding in each.findings] for each in group(findings, options)]


def test_a_pause_ends_a_group(finding: MakeFinding) -> None:
    found = [finding("a", 0), finding("b", 2), finding("c", 4.1), finding("d", 5)]

    assert ids(found) == [["a", "b"], ["c", "d"]]


def test_no_group_grows_for_ever(finding: MakeFinding) -> None:
    found = [finding(f"{hour:02}", hour) for hour in range(12)]

    assert ids(found) == [[f"{hour:02}" for hour in part]
                          for part in (range(6), range(6, 12))]  # fmt: skip


def test_the_time_that_a_finding_lasted_is_no_pause(finding: MakeFinding) -> None:
    long = finding("a", 0, last_seen=finding("x", 3).first_seen)

    assert ids([long, finding("b", 4.9)]) == [["a", "b"]]


def test_a_late_finding_joins_two_groups(finding: MakeFinding) -> None:
    early, late = finding("a", 0), finding("b", 3.5)
    between = finding("c", 1.8)

    assert ids([early, late]) == [["a"], ["b"]]
    assert ids([early, late, between]) == [["a", "c", "b"]]


@ANY
@given(data=st.data())
def test_order_and_repetition_do_not_matter(finding: MakeFinding, data: st.DataObject) -> None:
    hours = data.draw(st.lists(st.floats(0, 30).map(lambda hour: round(hour, 1)), max_size=12))
    found = [
        finding(f"{number}", hour, url=f"https://{'ab'[number % 2]}.example/{number}")
        for number, hour in enumerate(hours)
    ]
    expected = group(found, TWO_HOURS)
    repeated = found + data.draw(st.lists(st.sampled_from(found))) if found else []

    assert group(data.draw(st.permutations(repeated)), TWO_HOURS) == expected
    assert len({(each.key, each.first_seen) for each in expected}) == len(expected)
    for each in expected:
        assert (each.findings[-1].first_seen - each.first_seen).total_seconds() <= 5 * 3600


@pytest.mark.parametrize(
    ("by", "same", "other"),
    [
        ("entity", "https://login.shop.example/f", "https://login.shop.example/g"),
        ("domain", "https://www.shop.example/g", "https://shop2.example/f"),
        ("campaign", "https://other.example/bank/secure/a1b2c3d4e5/in.php", "https://x.example/f"),
    ],
)
def test_what_is_common(finding: MakeFinding, by, same: str, other: str) -> None:
    url = {"campaign": "https://shop.example/bank/secure/99ffee11aa/in.php"}.get(
        by, "https://login.shop.example/f"
    )
    key = group_key(finding("f", url=url), by)

    assert group_key(finding("g", url=same), by) == key
    assert group_key(finding("h", url=other), by) != key
    assert group_key(finding("i", url=same, detector="other"), by) != key


def test_messages_go_by_the_domain_of_their_sender(finding: MakeFinding) -> None:
    def message(id_: str, *senders: str) -> Finding:
        return finding(id_, entity=Entity("message", id_, "", ""), senders=senders)

    key = group_key(message("1", "Billing@Shop.example"), "domain")
    assert group_key(message("2", "news@shop.example"), "domain") == key
    assert group_key(message("3", "news@other.example"), "domain") != key
    assert group_key(message("4"), "domain") != group_key(message("5"), "domain")


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://a.example/", None),
        ("https://a.example/index.html", None),
        ("https://a.example/12345/678", None),
        ("https://a.example/Secure/Bank/Login.php?x=1", "/secure/bank/login.php"),
        ("https://a.example/%73ecure/bank/2026/login.php", "/secure/bank/*/login.php"),
    ],
)
def test_the_path_of_a_campaign(url: str, path: str | None) -> None:
    assert campaign_path(url) == path


@pytest.mark.parametrize(
    "wrong", [{"by": "sender"}, {"quiet_hours": 0}, {"longest_hours": float("nan")}]
)
def test_what_cannot_group_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} (is )?"):
        GroupingOptions(**wrong)  # type: ignore[arg-type]
