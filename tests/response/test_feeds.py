"""Feeds as firewalls read them; what an attacker names adds no line."""

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network_security.enrichment.lists.indicators import Entry
from network_security.response import FEEDS, BlocklistStore, RefusedError, ResponseOptions
from network_security.response.entries import BlockEntry, Standing, new_entry
from network_security.response.feeds import Feed, make_feed
from network_security.response.indicators import read_indicator
from network_security.response.protection import Protection

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PROTECTION = Protection(ResponseOptions(), ())
ADDRESS = re.compile(r"[0-9a-f.:]+(?:/[0-9]{1,3})?")
NAME = re.compile(r"(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
WITHOUT_SCHEME = re.compile(r"(?:\*\.)?(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::[0-9]+)?/[!-~]*")
LINES = {
    "panos-ip": ADDRESS,
    "panos-domain": NAME,
    "panos-url": WITHOUT_SCHEME,
    "fortigate-ip": ADDRESS,
    "fortigate-domain": NAME,
    "fortigate-url": re.compile(rf"[a-z][a-z0-9+.-]*://{WITHOUT_SCHEME.pattern}"),
    "pfsense-ip": ADDRESS,
}


def entry(kind: str, value: str, *, days: float = 1, state: str = "enforced") -> BlockEntry:
    standing = Standing(state, "phishing", None, "ana", NOON + timedelta(days=days))  # type: ignore[arg-type]
    return new_entry(Entry(kind, value), standing, NOON, "")  # type: ignore[arg-type]


def made(name: str, *entries: BlockEntry, now: datetime = NOON) -> Feed:
    return make_feed(name, entries, PROTECTION, (), now)


def lines(name: str, *entries: BlockEntry) -> list[str]:
    return made(name, *entries).content.decode("ascii").splitlines()


SOME = (
    entry("ip", "93.184.216.34"),
    entry("ip", "2606:2800:220::1"),
    entry("network", "93.184.217.0/24"),
    entry("domain", "evil.example"),
    entry("host", "login.shop.example"),
    entry("url", "shop.example/verify?user=1"),
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("panos-ip", ["2606:2800:220::1", "93.184.216.34", "93.184.217.0/24"]),
        ("panos-domain", ["evil.example", "*.evil.example", "login.shop.example"]),
        (
            "panos-url",
            [
                "evil.example/",
                "*.evil.example/",
                "login.shop.example/",
                "shop.example/verify?user=1",
            ],
        ),
        ("fortigate-ip", ["2606:2800:220::1", "93.184.216.34", "93.184.217.0/24"]),
        ("fortigate-domain", ["evil.example", "*.evil.example", "login.shop.example"]),
        (
            "fortigate-url",
            ["http://shop.example/verify?user=1", "https://shop.example/verify?user=1"],
        ),
        ("pfsense-ip", ["2606:2800:220::1", "93.184.216.34", "93.184.217.0/24"]),
    ],
)
def test_one_type_a_list(name: str, expected: list[str]) -> None:
    assert lines(name, *SOME) == expected


def test_only_what_is_enforced_and_has_not_ended() -> None:
    entries = (
        entry("ip", "93.184.216.1", state="recommended"),
        entry("ip", "93.184.216.2", state="withdrawn"),
        entry("ip", "93.184.216.3", days=-1),
        entry("ip", "93.184.216.4"),
    )
    assert lines("pfsense-ip", *entries) == ["93.184.216.4"]
    assert "93.184.216.4 timeout 86400s," in made("nftables", *entries).content.decode()


def test_what_a_format_cannot_hold_is_counted() -> None:
    long = entry("url", "shop.example/" + "x" * 300)
    pattern = entry("url", "shop.example/*")
    caret = entry("url", "shop.example/a^b")
    assert made("panos-url", long, pattern, caret).left_out == {
        "longer than 255 characters": 1,
        "has a character that is a pattern there (*^)": 2,
    }
    assert made("fortigate-url", long, pattern, caret).entries == 2


def test_line_breaks_of_a_url_are_encoded() -> None:
    indicator = read_indicator("url", "https://shop.example/a%0Aevil.example/%0D%0A%20b#x")
    assert "\n" in indicator.value
    expected = "shop.example/a%0Aevil.example/%0D%0A%20b"
    assert lines("panos-url", entry(*indicator)) == [expected]
    assert lines("fortigate-url", entry(*indicator))[1] == f"https://{expected}"


class TestPolling:
    def test_the_tag_is_of_the_entries_not_of_the_moment(self) -> None:
        first = made("nftables", *SOME)
        later = made("nftables", *reversed(SOME), now=NOON + timedelta(minutes=5))
        assert first.content != later.content  # time outs run down
        assert first.etag == later.etag
        assert re.fullmatch(r'W/"[0-9a-f]{32}"', first.etag)
        assert made("nftables", *SOME[1:]).etag != first.etag
        assert made("panos-ip", *SOME).etag != first.etag

    def test_an_entry_that_ends_is_a_change(self) -> None:
        ends = NOON + timedelta(days=1)
        feed = made("panos-ip", SOME[0], now=ends)
        assert (feed.content, feed.last_modified) == (b"", ends)
        assert made("panos-ip", SOME[0], now=NOON).last_modified == NOON


class TestNftables:
    def test_a_file_replaces_all_elements_in_one_step(self) -> None:
        assert made("nftables", *SOME).content.decode() == (
            "table inet network_security {\n"
            "\tset blocked4 { type ipv4_addr; flags interval, timeout; }\n"
            "\tset blocked6 { type ipv6_addr; flags interval, timeout; }\n"
            "}\n"
            "flush set inet network_security blocked4\n"
            "add element inet network_security blocked4 {\n"
            "\t93.184.216.34 timeout 86400s,\n"
            "\t93.184.217.0/24 timeout 86400s,\n"
            "}\n"
            "flush set inet network_security blocked6\n"
            "add element inet network_security blocked6 {\n"
            "\t2606:2800:220::1 timeout 86400s,\n"
            "}\n"
        )

    def test_elements_do_not_overlap(self) -> None:
        inside = (entry("ip", "93.184.217.9"), entry("network", "93.184.217.128/25"))
        feed = made("nftables", *inside, *SOME)
        assert feed.left_out == {"lies within another element": 2}
        assert b"93.184.217.9" not in feed.content

    @settings(deadline=None)
    @given(st.sets(st.integers(0, 2**32 - 1), max_size=30), st.integers(24, 32))
    def test_never(self, addresses: set[int], prefix: int) -> None:
        networks = {str(ip_network((address, prefix), strict=False)) for address in addresses}
        entries = [entry("network", network) for network in networks]
        text = made("nftables", *entries, entry("ip", "93.184.216.34")).content.decode()
        found = [
            ip_network(one) for one in re.findall(r"^\t([0-9.]+(?:/\d+)?) timeout", text, re.M)
        ]
        for first, second in pairwise(found):
            assert int(first.broadcast_address) < int(second.network_address)

    @pytest.mark.skipif(shutil.which("nft") is None, reason="nft is not installed")
    @pytest.mark.parametrize("entries", [(), SOME], ids=["nothing", "some"])
    def test_nft_takes_it(self, entries: tuple[BlockEntry, ...], tmp_path) -> None:
        path = tmp_path / "blocked.nft"
        path.write_bytes(made("nftables", *entries).content)
        checked = subprocess.run(["nft", "-c", "-f", path], capture_output=True, check=False)
        if b"not permitted" in checked.stderr:
            pytest.skip("nft may not be used here")
        assert checked.returncode == 0, checked.stderr


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(["url", "host", "domain", "ip", "network", ""]))
def test_nothing_that_anybody_writes_adds_a_line(written: str, kind: str) -> None:
    for text in (written, f"https://shop.example/{written}", f"{written}.shop.example"):
        try:
            indicator = read_indicator(kind, text)
        except RefusedError:
            continue
        one = entry(*indicator)
        for name, format_ in FEEDS.items():
            if name not in LINES or one.kind not in format_.kinds:
                continue
            found = lines(name, one)
            assert len(found) <= 2
            for line in found:
                assert LINES[name].fullmatch(line), (name, line)


def test_feeds_of_a_store(store: BlocklistStore) -> None:
    store.add("ip", "93.184.216.34", who="ana", reason="phishing", enforce=True)
    store.add("ip", "93.184.216.35", who="ana", reason="phishing")
    assert store.feed("pfsense-ip").content == b"93.184.216.34\n"
    assert store.feed("pfsense-ip").media_type == "text/plain; charset=us-ascii"
