"""What each intrusion detection writes comes back from its parser, under the same identifiers."""

import pytest

from network_security.simulator.actions import Alert
from network_security.simulator.activity.administration import ssh_login
from network_security.simulator.messages import inbound, outbound
from network_security.simulator.signatures import EXECUTABLE
from network_security.simulator.traffic import connect, lookup, request, transfer
from network_security.simulator.writers.ids.community_id import community_id

both = pytest.mark.parametrize("name", ["suricata", "zeek"])
CONTENT = b"harmless"


@pytest.fixture
def download(rng, network, noon):
    user = network.present[0]
    site = next(site for site in network.sites if not site.https)
    return request(
        rng, network, noon, user.workstation, site, "/tools/setup.exe", user_agent="curl/8.12.1",
        received=len(CONTENT), content_type="application/x-msdownload",
    )  # fmt: skip


@both
def test_a_flow_has_its_ends_and_bytes(parsed, at, download, name):
    flow = download.connection
    (document,) = parsed(name, flow)
    assert at(document, "source.ip") == flow.source
    assert at(document, "source.port") == flow.source_port
    assert at(document, "destination.ip") == flow.destination
    assert at(document, "destination.port") == 80
    assert at(document, "source.bytes") in (flow.sent, flow.bytes_sent)
    assert at(document, "network.community_id") == community_id(flow)


def test_the_community_id_is_that_of_the_specification(rng, network, noon):
    """The example of the specification's README: TCP 128.232.110.120 to 66.35.250.204."""
    flow = connect(
        rng, network, noon, "128.232.110.120", "66.35.250.204", 80, "http", source_port=34855
    )
    assert community_id(flow) == "1:LQU9qZlK+B5F3KDmev6m5PMibrg="


@both
def test_a_name_has_its_addresses(parsed, at, rng, network, noon, name):
    host = network.present[0].workstation
    asked = lookup(rng, network, noon, host, "www.dailynews.example", ("198.51.100.7",))[1]
    documents = parsed(name, asked)
    assert {at(document, "dns.question.name") for document in documents} == {
        "www.dailynews.example"
    }
    assert at(documents[-1], "dns.resolved_ip") == ["198.51.100.7"]
    assert at(documents[-1], "dns.response_code") == "NOERROR"


@both
def test_a_name_that_does_not_exist_is_told(parsed, at, rng, network, noon, name):
    host = network.present[0].workstation
    asked = lookup(rng, network, noon, host, "qzxkvw.test", ())[1]
    assert at(parsed(name, asked)[-1], "dns.response_code") == "NXDOMAIN"


@both
def test_a_handshake_has_the_servers_name(parsed, at, rng, network, noon, name):
    user = network.present[0]
    site = next(site for site in network.sites if site.https)
    session = request(
        rng, network, noon, user.workstation, site, "/", user_agent=user.browser
    ).session
    (document,) = parsed(name, session)
    assert at(document, "tls.client.server_name") == site.host
    assert at(document, "tls.client.ja3") == session.client_fingerprint


@both
def test_a_request_has_its_url_and_an_encrypted_one_is_not_seen(
    parsed, at, rng, network, noon, download, name
):
    (document,) = parsed(name, download.request)
    assert at(document, "url.domain") == download.request.host
    assert at(document, "url.path") == "/tools/setup.exe"
    assert at(document, "user_agent.original") == "curl/8.12.1"
    site = next(site for site in network.sites if site.https)
    host = network.present[0].workstation
    hidden = request(rng, network, noon, host, site, "/", user_agent="curl/8.12.1").request
    assert parsed(name, hidden) == []


@both
def test_a_file_has_its_digests(parsed, at, rng, download, name):
    file = transfer(rng, download.request, "setup.exe", CONTENT, "application/x-dosexec")
    (document,) = parsed(name, file)
    assert at(document, "file.hash.sha256") == file.sha256
    assert at(document, "file.size") == len(CONTENT)


@both
def test_an_ssh_login_has_the_flow_of_its_connection(parsed, at, rng, network, noon, name):
    bastion = network.servers["bastion"]
    connection, login = ssh_login(
        rng, network, noon, bastion, "root", "203.0.113.99", user=None, success=False
    )
    flow, attempt = parsed(name, connection)[0], parsed(name, login)[0]
    for field in ("source.ip", "source.port", "destination.ip", "destination.port"):
        assert at(attempt, field) == at(flow, field)


@both
def test_a_mail_has_its_message_id(parsed, at, rng, network, noon, name):
    mail = inbound(
        rng, network, noon, server="mail.example.net", server_address="192.0.2.20",
        sender="a@example.net", sender_name="A", recipients=("b@example.com",),
        subject="Offer 7", paragraphs=("Hello.",),
    )  # fmt: skip
    (document,) = parsed(name, mail)
    assert at(document, "email.message_id") in (mail.message_id, mail.message_id.strip("<>"))
    assert at(document, "email.subject") == "Offer 7"
    assert at(document, "source.ip") == "192.0.2.20"


def test_what_an_encrypted_mail_says_is_not_seen(parsed, rng, network, noon):
    user, correspondent = network.users[0], network.correspondents[0]
    mail = outbound(
        rng, network, noon, user=user, to=correspondent, recipients=("a@partner.example.org",),
        subject="Offer 8", paragraphs=("Hello.",),
    )  # fmt: skip
    assert mail.encrypted
    assert parsed("suricata", mail) == []
    (document,) = parsed("zeek", mail)
    assert "Offer 8" not in str(document)
    assert user.address not in str(document)


@pytest.mark.parametrize("name", ["suricata", "snort", "zeek"])
def test_an_alert_names_its_signature(parsed, at, download, noon, name):
    alert = Alert(noon + 1, download.connection, EXECUTABLE, download.request)
    (document,) = parsed(name, alert)
    assert at(document, "source.ip") == download.connection.source
    assert EXECUTABLE.message in str(document["rule"])
    assert at(document, "event.kind") == "alert"
    if name != "zeek":
        assert at(document, "rule.id") == str(EXECUTABLE.number)


def test_a_flow_with_an_alert_says_so(parsed, at, download, noon):
    early = Alert(noon, download.connection, EXECUTABLE)
    *_, flow = parsed("suricata", early, download.connection)
    assert at(flow, "suricata.eve.flow.alerted") is True
