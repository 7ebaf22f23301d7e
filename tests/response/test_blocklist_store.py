"""Adding, enforcing, withdrawing, undoing and listing, on a real server."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from network_security.response import (
    BlockFilter,
    BlocklistStore,
    ConflictError,
    NotFoundError,
    RefusedError,
)
from network_security.response.ledger import Ledger
from network_security.storage.queries import QueryError

MakeStore = Callable[..., BlocklistStore]
URL = "https://login.shop.example/verify"


def values(entries: Any) -> list[str]:
    return [entry.value for entry in entries]


class TestActions:
    def test_every_action_is_audited(self, store: BlocklistStore, database) -> None:
        entry = store.add("url", URL, who="ana", reason="phishing", alert="alert 7")
        store.enforce(entry.id, who="bob", note="confirmed")
        entry = store.withdraw(entry.id, who="ana", note="site was cleaned")

        assert (entry.state, entry.alert, entry.version) == ("withdrawn", "alert 7", 3)
        lines = sorted(database.audit.find({"subject": entry.id}), key=lambda each: each["_id"])
        said = [(line["who"], line["action"], line["note"]) for line in lines]
        value = "url login.shop.example/verify"
        assert said == [
            ("ana", "added", f"{value}, recommended: phishing"),
            ("bob", "enforced", f"{value}: confirmed"),
            ("ana", "withdrawn", f"{value}: site was cleaned"),
        ]
        assert [line["before"] for line in lines[1:]] == [line["after"] for line in lines[:-1]]

    def test_the_audit_tells_what_is_blocked_at_once_from_what_is_recommended(
        self, store: BlocklistStore, database
    ) -> None:
        store.add("", "evil.example", who="system", reason="alert 7", enforce=True)
        assert database.audit.find_one({})["note"] == "domain evil.example, enforced: alert 7"

    def test_every_action_can_be_undone_and_that_too(self, store: BlocklistStore) -> None:
        added = store.add("url", URL, who="ana", reason="phishing")
        enforced = store.enforce(added.id, who="ana")

        undone = store.undo(enforced.history[-1].id, who="bob")
        assert undone.state == "recommended"
        assert store.undo(undone.history[-1].id, who="ana").state == "enforced"

    def test_undoing_an_addition_withdraws_it(self, store: BlocklistStore) -> None:
        entry = store.add("url", URL, who="ana", reason="phishing", enforce=True)
        assert store.undo(entry.history[-1].id, who="ana").state == "withdrawn"
        assert store.feed("panos-url").entries == 0

    def test_only_the_last_action_is_undone(self, store: BlocklistStore) -> None:
        entry = store.add("url", URL, who="ana", reason="phishing")
        store.enforce(entry.id, who="bob")
        with pytest.raises(ConflictError, match="enforced by bob came after it: undo that first"):
            store.undo(entry.history[-1].id, who="ana")

    def test_adding_again_takes_the_new_end_and_stays_enforced(self, store: BlocklistStore) -> None:
        first = store.add("url", URL, who="ana", reason="phishing", days=1, enforce=True)
        again = store.add("", "hxxps://login[.]shop[.]example/verify", who="bob", reason="still")

        assert again.id == first.id
        assert again.expires - first.expires > timedelta(days=5)
        assert (again.state, again.reason, again.created) == ("enforced", "still", first.created)

    def test_what_was_decided_on_another_version_is_refused(self, store: BlocklistStore) -> None:
        entry = store.add("url", URL, who="ana", reason="phishing")
        store.enforce(entry.id, who="ana", version=1)
        with pytest.raises(ConflictError, match="changed by somebody else"):
            store.withdraw(entry.id, who="bob", version=1)

    @pytest.mark.usefixtures("atomic_store")
    def test_many_at_once_lose_nothing(self, store: BlocklistStore, database) -> None:
        store.counts()  # connects

        def add(number: int) -> None:
            for _ in range(20):
                try:
                    store.add("url", URL, who=f"person {number}", reason="phishing")
                    return
                except ConflictError:
                    continue
            raise AssertionError("never added")

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(add, range(4)))
        (entry,) = store.every()
        assert {change.who for change in entry.history} == {f"person {one}" for one in range(4)}
        assert len(list(database.audit.find({"subject": entry.id}))) == 4

    def test_an_action_that_was_interrupted_is_audited_later(
        self, store: BlocklistStore, database, monkeypatch
    ) -> None:
        def interrupted(self: Ledger, document: dict[str, Any]) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(Ledger, "_settle", interrupted)
            with pytest.raises(KeyboardInterrupt):
                store.add("url", URL, who="ana", reason="phishing")
        assert database.audit.find_one({}) is None

        assert (store.settle(), store.settle()) == (1, 0)
        assert database.audit.find_one({})["who"] == "ana"

    @pytest.mark.parametrize(
        ("wrong", "why"),
        [
            ({"who": " "}, "who is empty"),
            ({"reason": ""}, "reason is empty"),
            ({"days": 0}, "days is 0: above 0 and at most 90"),
            ({"days": 91}, "days is 91"),
            ({"days": float("nan")}, "days is nan"),
        ],
    )
    def test_what_nobody_could_answer_for_is_refused(
        self, store: BlocklistStore, wrong: dict[str, Any], why: str
    ) -> None:
        with pytest.raises(RefusedError, match=why):
            store.add("url", URL, **{"who": "ana", "reason": "phishing"} | wrong)
        assert list(store.every()) == []

    def test_what_there_is_not(self, store: BlocklistStore) -> None:
        for act in (store.get, lambda id_: store.undo(id_, who="ana")):
            with pytest.raises(NotFoundError, match="take its id"):
                act("nothing")
        with pytest.raises(NotFoundError, match="one of panos-ip"):
            store.feed("nothing")


class TestLists:
    def test_pages_and_filters(self, store: BlocklistStore) -> None:
        for number in range(5):
            store.add("host", f"h{number}.example", who="ana", reason="x", enforce=number % 2 == 0)
        store.add("ip", "93.184.216.34", who="bob", reason="x", alert="a7")

        first = store.page(size=4)
        rest = store.page(size=4, after=first.cursor)
        newest_first = ["93.184.216.34", *(f"h{number}.example" for number in (4, 3, 2, 1, 0))]
        assert values([*first.entries, *rest.entries]) == newest_first
        assert rest.cursor is None

        def found(**wanted: Any) -> list[str]:
            return values(store.every(BlockFilter(**wanted)))

        assert found(state="enforced") == ["h4.example", "h2.example", "h0.example"]
        assert found(kind="ip", state="recommended") == ["93.184.216.34"]
        assert found(alert="a7") == found(author="bob") == found(value="93.") == ["93.184.216.34"]
        assert store.counts() == {
            "recommended": {"host": 2, "ip": 1},
            "enforced": {"host": 3},
            "withdrawn": {},
        }

    @pytest.mark.parametrize(
        "wrong", [{"state": "on"}, {"kind": {"$ne": "ip"}}, {"value": "a\0"}, {"alert": 7}]
    )
    def test_a_filter_takes_no_query_of_the_caller_s_own(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(QueryError, match=next(iter(wrong))):
            BlockFilter(**wrong)

    def test_a_cursor_or_size_that_is_none(self, store: BlocklistStore) -> None:
        with pytest.raises(QueryError, match="cursor"):
            store.page(after="$gt")
        with pytest.raises(QueryError, match="size is 501"):
            store.page(size=501)


class TestProposals:
    def test_an_alert_recommends_its_url_and_host(self, store: BlocklistStore, make) -> None:
        alert = make(URL)
        proposal = store.propose(alert)

        assert values(proposal.entries) == ["login.shop.example/verify", "login.shop.example"]
        assert {entry.state for entry in proposal.entries} == {"recommended"}
        assert {entry.alert for entry in proposal.entries} == {alert.id}
        assert store.propose(alert) == proposal
        assert store.feed("panos-url").content == b""

    def test_severe_alerts_enforce_where_that_is_set(self, make_store: MakeStore, make) -> None:
        store = make_store(mode="enforce", enforce_from="high")
        assert make(URL).severity == "high"
        assert {entry.state for entry in store.propose(make(URL)).entries} == {"enforced"}
        mild = make("https://other.example/", reached=False)
        assert {entry.state for entry in store.propose(mild).entries} == {"recommended"}

    def test_what_people_decided_stands(self, make_store: MakeStore, make) -> None:
        store = make_store(mode="enforce")
        entry = store.propose(make(URL)).entries[0]
        store.withdraw(entry.id, who="ana", note="ours")

        assert store.propose(make(URL)).entries[0].state == "withdrawn"

    def test_what_is_protected_is_told(self, make_store: MakeStore, make) -> None:
        proposal = make_store(own_domains=("shop.example",)).propose(make(URL))
        assert proposal.entries == ()
        assert all("shop.example is one's own" in why for why in proposal.refused.values())
