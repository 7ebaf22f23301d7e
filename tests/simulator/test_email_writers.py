"""What each mail gateway writes comes back from its parser, joined by the Message-ID."""

import hashlib

import pytest

from network_security.simulator.actions import Click, CloudFile, MailRule
from network_security.simulator.activity.desktop import cloud_login
from network_security.simulator.messages import attach, inbound, outbound

GATEWAYS = [
    "postfix", "proofpoint_pod", "mimecast", "cisco_esa", "fortimail", "m365_defender",
    "exchange_message_trace", "email",
]  # fmt: skip
THREATS_ONLY = ["proofpoint_tap"]
LINK = "https://login.northbank.example.account-1.test/secure/login?id=7"


@pytest.fixture
def phishing(rng, network, noon):
    return inbound(
        rng, network, noon, server="vps7.hosting.example", server_address="203.0.113.44",
        sender="bounce@northbank-service.test", header_from="security@northbank-service.test",
        sender_name="Northbank Security", recipients=(network.users[0].address,),
        subject="Résumé: account limited", paragraphs=("Please confirm.",),
        links=((LINK, "https://www.northbank.example/"),),
        authentication=("softfail", "none", "fail"),
        attachments=(attach("form.pdf", "application/pdf", b"harmless"),),
    )  # fmt: skip


def values(at, documents, name):
    """All values of a field, lists flattened and angle brackets off."""
    found = (at(document, name) for document in documents)
    flat = (item for value in found for item in (value if isinstance(value, list) else [value]))
    return {item.strip("<>") if isinstance(item, str) else item for item in flat} - {None}


@pytest.mark.parametrize("name", GATEWAYS + THREATS_ONLY)
def test_a_message_has_its_identifier_sender_and_recipient(parsed, at, phishing, name):
    documents = parsed(name, phishing)
    assert phishing.message_id.strip("<>") in values(at, documents, "email.message_id")
    senders = values(at, documents, "email.from.address") | values(
        at, documents, "email.sender.address"
    )
    assert senders & {phishing.sender, phishing.header_from}
    assert values(at, documents, "email.to.address") == set(phishing.recipients)


@pytest.mark.parametrize("name", [name for name in GATEWAYS if name != "email"] + THREATS_ONLY)
def test_a_message_has_the_address_that_it_came_from(parsed, at, phishing, name):
    assert "203.0.113.44" in values(at, parsed(name, phishing), "related.ip")


@pytest.mark.parametrize("name", [name for name in GATEWAYS if name != "postfix"] + THREATS_ONLY)
def test_a_message_has_its_subject(parsed, at, phishing, name):
    assert values(at, parsed(name, phishing), "email.subject") == {phishing.subject}


@pytest.mark.parametrize("name", ["email", "m365_defender", "proofpoint_pod", "proofpoint_tap"])
def test_links_and_files_are_named(parsed, phishing, name):
    text = "".join(document["event"]["original"] for document in parsed(name, phishing))
    assert LINK in text.replace("=\n", "").replace("=3D", "=")
    assert "form.pdf" in text


def test_the_digest_is_that_of_the_attached_bytes(parsed, at, phishing):
    digest = hashlib.sha256(b"harmless").hexdigest()
    (document,) = parsed("email", phishing)
    assert document["email"]["attachments"][0]["file"]["hash"]["sha256"] == digest
    assert digest in values(at, parsed("m365_defender", phishing), "related.hash")
    assert digest in values(at, parsed("proofpoint_pod", phishing), "related.hash")


@pytest.mark.parametrize("name", GATEWAYS)
def test_what_is_sent_is_written_as_well(parsed, at, rng, network, noon, name):
    user, correspondent = network.users[0], network.correspondents[0]
    mail = outbound(
        rng, network, noon, user=user, to=correspondent, recipients=("a@partner.example.org",),
        subject="Offer 8", paragraphs=("Hello.",),
    )  # fmt: skip
    documents = parsed(name, mail)
    assert mail.message_id.strip("<>") in values(at, documents, "email.message_id")
    assert values(at, documents, "email.to.address") == {"a@partner.example.org"}


@pytest.mark.parametrize("name", ["proofpoint_tap", "mimecast", "m365_defender", "o365"])
def test_a_click_has_the_url_of_the_message(parsed, at, network, noon, phishing, name):
    user = network.users[0]
    click = Click(
        noon + 60, phishing, user, user.workstation.address, LINK, user.browser, permitted=True
    )
    (document,) = parsed(name, click)
    assert LINK in (at(document, "url.original"), at(document, "url.full"))


@pytest.mark.parametrize("success", [True, False])
def test_a_login_at_the_cloud_has_user_address_and_outcome(parsed, at, rng, network, noon, success):
    login = cloud_login(rng, network.users[0], "203.0.113.220", noon, success=success)
    (document,) = parsed("o365", login)
    assert at(document, "source.ip") == "203.0.113.220"
    assert network.users[0].account in str(at(document, "related.user"))
    assert at(document, "event.outcome") == ("success" if success else "failure")
    assert "authentication" in at(document, "event.category")


def test_cloud_files_and_mail_rules_are_audited(parsed, at, network, noon):
    user = network.users[0]
    work = CloudFile(
        noon, user, "203.0.113.2", "FileDownloaded", "Shared Documents", "budget.xlsx", 9, "x"
    )
    rule = MailRule(noon + 1, user, "203.0.113.220", "..", "drop@mailbox.test")
    file, hidden = parsed("o365", work, rule)
    assert (at(file, "file.name"), at(file, "event.action")) == ("budget.xlsx", "FileDownloaded")
    assert (at(hidden, "source.ip"), at(hidden, "event.action")) == (
        "203.0.113.220",
        "New-InboxRule",
    )
