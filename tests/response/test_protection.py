"""What is never blocked, when it is added and when feeds are made."""

from collections.abc import Callable

import pytest

from network_security.enrichment.lists.options import RankListOptions
from network_security.enrichment.lists.rank_list import read_rank_list
from network_security.response import BlocklistStore, RefusedError

MakeStore = Callable[..., BlocklistStore]


@pytest.mark.parametrize(
    ("kind", "value", "why"),
    [
        ("ip", "192.168.1.1", "not public"),
        ("ip", "127.0.0.1", "not public"),
        ("ip", "::1", "not public"),
        ("ip", "fe80::1", "not public"),
        ("ip", "169.254.169.254", "not public"),
        ("url", "http://0x7f.1/", "not public"),
        ("url", "http://[::ffff:10.0.0.1]/", "not public"),
        ("network", "10.0.0.0/24", "not public"),
        ("network", "93.185.0.0/16", "wider than /24"),
        ("network", "2606:2800::/32", "wider than /48"),
        ("ip", "93.184.216.34", "one's own"),
        ("network", "93.184.216.32/27", "one's own"),
        ("url", "https://93.184.216.34/x", "one's own"),
        ("host", "mail.corp.example", "one's own"),
        ("url", "https://corp.example/x", "one's own"),
        ("domain", "github.io", "is no domain"),
        ("", "*.github.io", "belongs to others"),
        ("domain", "com", "no name|belongs to others"),
        ("url", "http://intranet/", "public DNS"),
    ],
)
def test_never_blocked(make_store: MakeStore, kind: str, value: str, why: str) -> None:
    store = make_store(own_networks=("93.184.216.32/29",), own_domains=("corp.example",))
    with pytest.raises(RefusedError, match=why):
        store.add(kind, value, who="ana", reason="phishing")


def test_neighbours_may_be(make_store: MakeStore) -> None:
    store = make_store(own_networks=("93.184.216.32/29",), own_domains=("corp.example",))
    for value in ("93.184.216.40", "93.184.217.0/24", "notcorp.example", "evil.github.io"):
        assert store.add("", value, who="ana", reason="phishing").state == "recommended"


def test_top_sites_are_not_blocked_but_single_urls_of_them_may_be(
    make_store: MakeStore, tmp_path
) -> None:
    path = tmp_path / "ranks.csv"
    path.write_text("1,search.example\n2,weblog.example\n20000,rare.example\n")
    ranks = read_rank_list(RankListOptions(name="ranks", path=str(path)))
    store = make_store(rank=ranks.rank)

    for kind, value in (("domain", "search.example"), ("host", "docs.search.example")):
        with pytest.raises(RefusedError, match="number 1 of the well known ones: block single URL"):
            store.add(kind, value, who="ana", reason="phishing")
    store.add("url", "https://docs.search.example/forms/7", who="ana", reason="phishing")
    store.add("domain", "rare.example", who="ana", reason="phishing")


class TestAllowList:
    @pytest.mark.parametrize(
        ("allowed", "blocked"),
        [
            (("domain", "bank.example"), ("host", "www.bank.example")),
            (("domain", "bank.example"), ("url", "https://www.bank.example/x")),
            (("host", "www.bank.example"), ("domain", "bank.example")),
            (("url", "https://www.bank.example/x"), ("host", "www.bank.example")),
            (("url", "https://www.bank.example/x"), ("url", "http://www.bank.example/x")),
            (("ip", "93.184.216.34"), ("network", "93.184.216.0/24")),
            (("network", "93.184.216.0/24"), ("url", "http://93.184.216.34/")),
        ],
    )
    def test_is_checked_at_every_addition(
        self, store: BlocklistStore, allowed: tuple[str, str], blocked: tuple[str, str]
    ) -> None:
        store.allow(*allowed, who="ana", reason="our bank")
        with pytest.raises(RefusedError, match="is on the allow-list: our bank"):
            store.add(*blocked, who="bob", reason="phishing")

    def test_is_checked_at_feed_generation(self, store: BlocklistStore, clock) -> None:
        store.add("host", "www.bank.example", who="bob", reason="phishing", enforce=True)
        before = store.feed("panos-domain")
        allowed = store.allow("domain", "bank.example", who="ana", reason="our bank")

        during = store.feed("panos-domain")
        assert (before.content, during.content) == (b"www.bank.example\n", b"")
        assert during.left_out == {"protected since it was added": 1}
        assert during.last_modified > before.last_modified

        store.disallow(allowed.id, who="ana")
        after = store.feed("panos-domain")
        assert (after.content, after.etag) == (before.content, before.etag)
        assert after.last_modified > during.last_modified

    def test_an_entry_that_is_allowed_is_not_enforced(self, store: BlocklistStore) -> None:
        entry = store.add("host", "www.bank.example", who="bob", reason="phishing")
        store.allow("host", "www.bank.example", who="ana", reason="our bank", days=1)
        with pytest.raises(RefusedError, match="allow-list"):
            store.enforce(entry.id, who="bob")

    def test_is_audited(self, store: BlocklistStore, database) -> None:
        entry = store.allow("host", "www.bank.example", who="ana", reason="our bank")
        store.disallow(entry.id, who="bob", note="no customer any more")
        actions = sorted((line["who"], line["action"]) for line in database.audit.find())
        assert actions == [("ana", "allowed"), ("bob", "disallowed")]
