"""Every attack holds together: who it names takes part, and what it needs happens."""

import statistics
from itertools import pairwise

import pytest

from network_security.simulator.actions import (
    Click,
    Connection,
    DnsQuery,
    FileTransfer,
    Login,
    Mail,
    MailRule,
    TlsSession,
    WebRequest,
)
from network_security.simulator.episodes import EPISODES

every_kind = pytest.mark.parametrize("kind", EPISODES)


@pytest.fixture
def play(rng, network, noon):
    """What an attack does, by sort of action, and the attack."""

    def run(kind):
        episode = EPISODES[kind](rng, network, noon)
        by_sort = {}
        for action in sorted(episode.actions, key=lambda action: action.time):
            by_sort.setdefault(type(action), []).append(action)
        return by_sort, episode

    return run


@every_kind
def test_an_attack_is_named_dated_and_mapped_to_techniques(play, noon, kind):
    _, episode = play(kind)
    assert episode.kind == kind
    assert episode.start >= noon
    assert all(technique.startswith("T1") for technique in episode.techniques)


@every_kind
def test_the_named_addresses_take_part(play, kind):
    actions, episode = play(kind)
    seen = {address for flow in actions[Connection] for address in (flow.source, flow.destination)}
    seen |= {login.source for login in actions.get(Login, ())}
    assert set(episode.entities["addresses"]) <= seen


def test_phishing_leads_from_a_mail_to_a_stolen_account(play):
    actions, episode = play("phishing")
    (click,) = actions[Click]
    assert click.url in [url for mail in actions[Mail] for url, _ in mail.links]
    assert len({mail.recipients for mail in actions[Mail]}) == 5
    domain = click.url.split("/")[2]
    assert domain in {query.name for query in actions[DnsQuery]}
    assert domain in {session.server_name for session in actions[TlsSession]}
    post = next(request for request in actions[WebRequest] if request.method == "POST")
    assert (post.host, post.encrypted) == (domain, False)
    (login,), (rule,) = actions[Login], actions[MailRule]
    assert login.success
    assert click.time < post.time < login.time < rule.time
    assert login.account == rule.user.account == episode.entities["users"][0]


def test_brute_force_fails_often_and_succeeds_once(play):
    attempts = play("ssh_brute_force")[0][Login]
    assert [login.success for login in attempts].count(True) == 1
    assert attempts[-1].success
    assert len(attempts) > 100


def test_scans_try_many_ports_and_find_few_open(play):
    for kind in ("external_port_scan", "internal_port_scan"):
        flows = play(kind)[0][Connection]
        assert len({flow.destination_port for flow in flows}) > 40
        assert sum(flow.established for flow in flows) < 0.2 * len(flows)


def test_beacons_are_regular_and_small_and_look_for_generated_names(play):
    actions, _ = play("beaconing")
    times = [request.time for request in actions[WebRequest]]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert statistics.pstdev(gaps) < 0.3 * statistics.mean(gaps)
    assert max(request.received for request in actions[WebRequest]) < 1000
    missing = [query.name for query in actions[DnsQuery] if query.code == "NXDOMAIN"]
    assert len(set(missing)) > 30


def test_the_downloaded_file_is_the_one_named(play):
    actions, episode = play("malware_download")
    (file,) = actions[FileTransfer]
    assert file.sha256 in episode.entities["hashes"]
    assert file.request.url in episode.entities["urls"]
    assert {mail.verdict for mail in actions[Mail]} == {"clean", "malware"}


def test_spraying_tries_every_account_few_times(play, network):
    attempts = play("password_spraying")[0][Login]
    tries = [login.account for login in attempts]
    assert {tries.count(user.account) for user in network.users} == {4}
    assert sum(login.success for login in attempts) == 1
