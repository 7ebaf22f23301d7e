import json
import os
import pickle
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from network_security.enrichment.lists import (
    ListError,
    Lists,
    ListsOptions,
    RankListOptions,
    ThreatListOptions,
)
from network_security.evidence.phishing import extract
from network_security.evidence.phishing.observations import Reputation
from network_security.evidence.urls import parse

NOW = datetime(2024, 5, 15, tzinfo=UTC)


def threat_list(path: Path, content: str, **options: Any) -> ThreatListOptions:
    path.write_text(content)
    return ThreatListOptions(name=path.name, path=str(path), **options)


def rank_list(path: Path, content: str, **options: Any) -> RankListOptions:
    path.write_text(content)
    return RankListOptions(name=path.name, path=str(path), **options)


def whys(lists: Lists, url: str, *addresses: str, now: datetime = NOW) -> list[str]:
    return [match.why for match in lists.threats(parse(url), addresses=addresses, now=now)]


def age(path: Path, days: float) -> None:
    then = (NOW - timedelta(days=days)).timestamp()
    os.utime(path, (then, then))


@pytest.fixture
def lists(tmp_path: Path) -> Lists:
    content = """
        hxxp://evil[.]example/login?id=1
        https://alice.github.io/bank
        bad.test
        www.host.test
        198.51.100.7
        203.0.113.0/24
        2001:db8:1::/48
    """
    return Lists.load(ListsOptions(threats=(threat_list(tmp_path / "bad", content),)))


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://EVIL.example:443//login?id=%31#x", "the URL evil.example/login?id=1 is listed"),
        ("http://bad.test/any", "the domain bad.test is listed"),
        ("http://a.b.bad.test/", "the domain bad.test, which its host is under, is listed"),
        ("http://www.host.test/", "the host www.host.test is listed"),
        ("http://0xC6336407/a", "the address 198.51.100.7, its host, is listed"),
        (
            "http://203.0.113.9/",
            "the network 203.0.113.0/24, with 203.0.113.9, its host, is listed",
        ),
        (
            "http://[2001:db8:1::5]/",
            "the network 2001:db8:1::/48, with 2001:db8:1::5, its host, is listed",
        ),
    ],
)
def test_a_url_matches_what_it_is_and_what_it_is_under(lists: Lists, url: str, why: str) -> None:
    assert whys(lists, url) == [why]
    assert lists.reputation(parse(url), now=NOW) == Reputation(listed=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example/login",
        "http://evil.example/login?id=2",
        "http://evil.example/Login?id=1",
        "http://evil.example:8080/login?id=1",
        "http://evil.example/",
        "https://alice.github.io/",
        "https://bob.github.io/bank",
        "https://github.io/bank",
        "http://notbad.test/",
        "http://bad.test.example/",
        "http://host.test/",
        "http://a.www.host.test/",
        "http://198.51.100.8/",
        "http://203.0.114.1/",
    ],
)
def test_a_neighbour_does_not_match(lists: Lists, url: str) -> None:
    assert whys(lists, url) == []
    assert lists.reputation(parse(url), now=NOW) == Reputation(listed=False)


def test_what_the_host_resolves_to_is_compared(lists: Lists) -> None:
    records = ("alias.example", "198.51.100.7", "203.0.113.1", "198.51.100.7", "::ffff:203.0.113.2")

    assert whys(lists, "http://good.example/", *records) == [
        "the address 198.51.100.7, which its host resolves to, is listed",
        "the network 203.0.113.0/24, with 203.0.113.1, which its host resolves to, is listed",
        "the network 203.0.113.0/24, with 203.0.113.2, which its host resolves to, is listed",
    ]


def test_a_url_without_a_host_has_no_reputation(lists: Lists) -> None:
    assert lists.reputation(parse("mailto:a@bad.test")) is None
    assert lists.threats(parse("mailto:a@bad.test")) == ()


def test_an_entry_without_a_query_may_cover_all_queries(tmp_path: Path) -> None:
    options = threat_list(tmp_path / "bad", "http://evil.example/login\n", any_query=True)
    lists = Lists.load(ListsOptions(threats=(options,)))

    assert whys(lists, "http://evil.example/login?id=7") == [
        "the page evil.example/login is listed"
    ]


def test_all_parts_that_and_joins_must_match(tmp_path: Path) -> None:
    pattern = "[domain-name:value = 'bad.test' AND ipv4-addr:value = '203.0.113.0/24']"
    one = {"type": "indicator", "id": "indicator--1", "pattern": pattern}
    options = threat_list(tmp_path / "bad", json.dumps({"objects": [one]}), format="stix")
    lists = Lists.load(ListsOptions(threats=(options,)))

    assert whys(lists, "http://www.bad.test/") == []
    assert whys(lists, "http://203.0.113.5/") == []
    assert whys(lists, "http://www.bad.test/", "203.0.113.5") == [
        "the domain bad.test, which its host is under, is listed, and network 203.0.113.0/24"
    ]


@pytest.mark.parametrize(
    ("day", "listed"), [("04-30", False), ("05-01", True), ("05-31", True), ("06-01", False)]
)
def test_an_entry_matches_only_while_it_is_valid(tmp_path: Path, day: str, listed: bool) -> None:
    one = {
        "type": "indicator", "id": "indicator--1", "pattern": "[domain-name:value = 'bad.test']",
        "valid_from": "2024-05-01T00:00:00Z", "valid_until": "2024-06-01T00:00:00Z",
    }  # fmt: skip
    options = threat_list(tmp_path / "bad", json.dumps({"objects": [one]}), format="stix")
    lists = Lists.load(ListsOptions(threats=(options,)))

    now = datetime.fromisoformat(f"2024-{day}T00:00:00Z")

    assert lists.reputation(parse("http://bad.test/"), now=now) == Reputation(listed=listed)


def test_an_entry_without_an_end_holds_for_the_days_that_its_list_says(tmp_path: Path) -> None:
    options = threat_list(tmp_path / "bad", "bad.test\n", expires_after_days=7)
    age(tmp_path / "bad", days=5)
    lists = Lists.load(ListsOptions(threats=(options,)))

    assert whys(lists, "http://bad.test/")
    assert whys(lists, "http://bad.test/", now=NOW + timedelta(days=3)) == []


def test_a_match_says_list_kind_confidence_and_place(tmp_path: Path) -> None:
    options = threat_list(tmp_path / "bad", "\nbad.test\n", category="phishing", confidence=80)
    lists = Lists.load(ListsOptions(threats=(options,)))
    (match,) = lists.threats(parse("http://bad.test/"), now=NOW)

    assert str(match) == "bad: the domain bad.test is listed (phishing, confidence 80, line 2)"
    assert (match.indicator.kind, match.indicator.value) == ("domain", "bad.test")


def test_what_a_match_says_stays_on_one_line(tmp_path: Path) -> None:
    one = {
        "type": "indicator", "id": "indicator--1\n\x1b[2J", "indicator_types": ["a\nb"],
        "pattern": "[url:value = 'http://bad.test/%0Ax' AND url:value = 'http://bad.test/%0ax']",
    }  # fmt: skip
    odd = {"type": "indicator", "id": "x\ny", "pattern": "[a:b.'\n' = 'z\nz']"}
    options = threat_list(tmp_path / "bad", json.dumps({"objects": [one, odd]}), format="stix")
    lists = Lists.load(ListsOptions(threats=(options,)))

    (match,) = lists.threats(parse("http://bad.test/%0ax"))

    assert str(match) == "bad: the URL bad.test/?x is listed (a?b, indicator--1??[2J)"
    assert str(lists.summary()[0]).isprintable()


def test_entries_that_are_too_unsure_are_left_out(tmp_path: Path) -> None:
    options = threat_list(tmp_path / "bad", "bad.test\n", confidence=20, least_confidence=50)
    lists = Lists.load(ListsOptions(threats=(options,)))

    assert whys(lists, "http://bad.test/") == []
    assert lists.summary()[0].skipped == {"of less confidence than asked for": 1}


# Reputation


def test_without_lists_nothing_is_known() -> None:
    lists = Lists.load(ListsOptions())

    assert lists.reputation(parse("http://bad.test/")) is None
    assert lists.threats(parse("http://bad.test/")) == ()


def test_the_best_of_several_ranks_counts_and_absence_is_known(tmp_path: Path) -> None:
    ranks = (
        rank_list(tmp_path / "a", "7,good.example"),
        rank_list(tmp_path / "b", "3,good.example"),
    )
    lists = Lists.load(ListsOptions(ranks=ranks))

    assert lists.reputation(parse("http://www.good.example/")) == Reputation(rank=3)
    assert lists.reputation(parse("http://other.example/")) == Reputation(rank=0)


def test_the_features_of_a_listed_site_are_known(tmp_path: Path) -> None:
    ranks = (rank_list(tmp_path / "a", "7,good.example"),)
    threats = (threat_list(tmp_path / "b", "bad.test"),)
    lists = Lists.load(ListsOptions(ranks=ranks, threats=threats))

    features = {
        url: extract(url, reputation=lists.reputation(parse(url)))
        for url in ("http://good.example/", "http://bad.test/")
    }

    assert [one["web_traffic"] for one in features.values()] == [1, -1]
    assert [one["Statistical_report"] for one in features.values()] == [1, -1]


def test_a_list_that_is_too_old_says_nothing(tmp_path: Path) -> None:
    ranks = (rank_list(tmp_path / "a", "7,good.example", max_age_days=30),)
    threats = (threat_list(tmp_path / "b", "bad.test", max_age_days=1),)
    age(tmp_path / "a", days=31)
    age(tmp_path / "b", days=0.5)
    lists = Lists.load(ListsOptions(ranks=ranks, threats=threats))

    assert lists.reputation(parse("http://bad.test/"), now=NOW) == Reputation(listed=True)
    later = NOW + timedelta(days=1)
    assert lists.reputation(parse("http://bad.test/"), now=later) is None
    assert whys(lists, "http://bad.test/", now=later) == []
    rank, threat = lists.summary(NOW)
    assert (rank.stale, threat.stale) == (True, False)
    assert str(rank) == "a: 1 site; 31.0 days old, too old to be used"


# Refreshing


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    options = threat_list(tmp_path / "bad", "bad.test\n")
    lists = Lists.load(ListsOptions(threats=(options,)))

    assert lists.refresh() == ()
    (tmp_path / "bad").write_text("bad.test\nworse.test\n198.51.100.0/24\n")
    assert lists.refresh() == ("bad",)
    assert whys(lists, "http://worse.test/", "198.51.100.1") == [
        "the domain worse.test is listed",
        "the network 198.51.100.0/24, with 198.51.100.1, which its host resolves to, is listed",
    ]


def test_a_broken_new_file_keeps_the_former_content_and_says_so(tmp_path: Path) -> None:
    options = rank_list(tmp_path / "a", "7,good.example")
    lists = Lists.load(ListsOptions(ranks=(options,)))

    (tmp_path / "a").write_bytes(b"")
    assert lists.refresh() == ()
    assert lists.reputation(parse("http://good.example/")) == Reputation(rank=7)
    assert "is empty" in str(lists.summary()[0].problem)
    (tmp_path / "a").unlink()
    lists.refresh()
    assert "still the former content, since" in str(lists.summary()[0])
    (tmp_path / "a").write_text("5,good.example")
    assert lists.refresh() == ("a",)
    assert lists.summary()[0].problem is None
    assert lists.reputation(parse("http://good.example/")) == Reputation(rank=5)


def test_loading_a_missing_list_says_which_and_what_to_do(tmp_path: Path) -> None:
    options = ThreatListOptions(name="bad", path=str(tmp_path / "none"))

    with pytest.raises(ListError, match=r"none: cannot be read \(No such file"):
        Lists.load(ListsOptions(threats=(options,)))


def test_lists_travel_to_another_process_by_their_options(lists: Lists) -> None:
    again = pickle.loads(pickle.dumps(lists))

    assert whys(again, "http://bad.test/") == whys(lists, "http://bad.test/")


# Options


def test_options_come_from_a_configuration(tmp_path: Path) -> None:
    options = ListsOptions.from_parameters(
        {
            "ranks": [{"name": "a", "path": "a.csv", "max_age_days": 30}],
            "threats": [
                {"name": "b", "path": "b.csv", "format": "csv",
                 "columns": {"indicator": "ioc", "header": ["id", "ioc"]}}
            ],
        }
    )  # fmt: skip

    assert options.ranks[0].max_age_days == 30
    assert options.threats[0].columns.header == ("id", "ioc")


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"rank": []}, "'rank' is no option"),
        ({"ranks": [{"name": "a"}]}, "list 'a': .*'path'"),
        ({"ranks": [{"name": "a", "path": ""}]}, "needs a name and a path"),
        ({"ranks": [{"name": "a", "path": "b", "rank_column": "c"}]}, "needs domain_column"),
        ({"ranks": [{"name": "a", "path": "b"}] * 2}, "two lists are called 'a'"),
        ({"threats": [{"name": "a", "path": "b", "format": "xml"}]}, "format is 'xml', not one of"),
        ({"threats": [{"name": "a", "path": "b", "names": "all"}]}, "names is 'all'"),
        ({"threats": [{"name": "a", "path": "b", "confidence": 101}]}, "not in 0 to 100"),
        ({"threats": [{"name": "a", "path": "b", "max_age_days": 0}]}, "max_age_days is 0"),
        ({"threats": [{"name": "a", "path": "b", "columns": {"delimiter": ";;"}}]}, "delimiter"),
    ],
)
def test_an_option_that_could_not_work_is_refused(parameters: dict[str, Any], error: str) -> None:
    with pytest.raises(ValueError, match=error):
        ListsOptions.from_parameters(parameters)
