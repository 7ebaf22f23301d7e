"""What each firewall writes comes back from its parser as it was put in."""

import pytest

from network_security.sensors import FORMATS
from network_security.simulator.actions import Alert
from network_security.simulator.network import PUBLIC_ADDRESS
from network_security.simulator.signatures import CLEAR_PASSWORD, SSH_SCAN
from network_security.simulator.traffic import connect, request

FIREWALLS = [name for name, entry in FORMATS.items() if entry.kind == "firewall"]
every_firewall = pytest.mark.parametrize("name", FIREWALLS)
WITHOUT_USERS = {"iptables", "pfsense", "cisco_asa"}
WITHOUT_BYTES = {"iptables", "pfsense", "checkpoint"}
WITHOUT_PAGES = {"iptables", "pfsense", "cisco_asa"}
WITHOUT_TRANSLATION = {"iptables", "pfsense"}


@pytest.fixture
def browsing(rng, network, noon):
    user = network.present[0]
    return connect(
        rng, network, noon, user.workstation.address, "198.51.100.80", 443, "https",
        duration=4.2, sent=1800, received=64_000, user=user.account,
    )  # fmt: skip


@pytest.fixture
def probe(rng, network, noon):
    return connect(
        rng, network, noon, "203.0.113.99", "203.0.113.9", 3389, "probe", outcome="denied"
    )


@every_firewall
def test_an_allowed_connection_has_its_ends(parsed, at, browsing, name):
    client = (browsing.source, browsing.source_port)
    server = (browsing.destination, browsing.destination_port)
    for document in parsed(name, browsing):
        source = (at(document, "source.ip"), at(document, "source.port"))
        destination = (at(document, "destination.ip"), at(document, "destination.port"))
        if at(document, "event.code") == "305011":  # ASA: the translation of the source alone
            assert source == client
        elif at(document, "event.code") == "302014":  # ASA: a teardown does not say who began
            assert {source, destination} == {client, server}
        else:
            assert (source, destination) == (client, server)
        assert at(document, "network.transport") == "tcp"
        assert "denied" not in at(document, "event.type")


@every_firewall
def test_a_denied_connection_says_so(parsed, at, probe, name):
    (document,) = parsed(name, probe)
    assert at(document, "source.ip") == "203.0.113.99"
    assert at(document, "source.port") == probe.source_port
    assert at(document, "destination.ip") == "203.0.113.9"
    assert at(document, "destination.port") == 3389
    assert "denied" in at(document, "event.type")


@pytest.mark.parametrize("name", [name for name in FIREWALLS if name not in WITHOUT_USERS])
def test_the_user_is_known(parsed, at, browsing, name):
    users = {user for document in parsed(name, browsing) for user in at(document, "related.user")}
    assert {user.rpartition("\\")[2].partition("@")[0] for user in users} == {browsing.user}


@pytest.mark.parametrize("name", [name for name in FIREWALLS if name not in WITHOUT_BYTES])
def test_the_end_of_a_connection_has_its_bytes(parsed, at, browsing, name):
    last = parsed(name, browsing)[-1]
    total = browsing.bytes_sent + browsing.bytes_received
    if name == "cisco_asa":  # payload alone, both ways in one number
        assert at(last, "network.bytes") == browsing.sent + browsing.received
    else:
        assert at(last, "source.bytes") + at(last, "destination.bytes") == total


@pytest.mark.parametrize("name", [name for name in FIREWALLS if name not in WITHOUT_TRANSLATION])
def test_the_source_is_translated(parsed, at, browsing, name):
    translated = [at(document, "source.nat.ip") for document in parsed(name, browsing)]
    assert PUBLIC_ADDRESS in translated


@pytest.mark.parametrize("name", [name for name in FIREWALLS if name not in WITHOUT_PAGES])
def test_a_page_has_its_url(parsed, at, rng, network, noon, name):
    user = network.present[0]
    site = next(site for site in network.sites if not site.https)
    asked = request(
        rng, network, noon, user.workstation, site, "/feed.xml", user_agent="curl/8.12.1",
        user=user.account,
    ).request  # fmt: skip
    (document,) = parsed(name, asked)
    assert site.host in (at(document, "url.domain"), at(document, "destination.domain"))
    assert "/feed.xml" in document["event"]["original"]
    assert at(document, "source.ip") == user.workstation.address


@pytest.mark.parametrize("name", [name for name in FIREWALLS if name not in WITHOUT_PAGES])
@pytest.mark.parametrize("signature", [SSH_SCAN, CLEAR_PASSWORD])
def test_an_attack_names_its_signature(parsed, at, rng, network, noon, name, signature):
    bastion = network.servers["bastion"]
    attack = connect(
        rng, network, noon, "203.0.113.99", bastion.address, 22, "ssh", duration=3, sent=1900
    )
    (document,) = parsed(name, Alert(noon + 1, attack, signature))
    assert at(document, "source.ip") == "203.0.113.99"
    assert at(document, "destination.ip") == bastion.address
    words = signature.name.replace(".", "").lower()
    flat = "".join(filter(str.isalnum, document["event"]["original"].lower()))
    assert words in flat or "".join(filter(str.isalnum, signature.message.lower())) in flat
