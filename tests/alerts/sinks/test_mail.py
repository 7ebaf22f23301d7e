"""Mail, received by a real SMTP server."""

import email
import ssl
from collections.abc import Callable, Iterator
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network_security.alerts.finding import Entity
from network_security.alerts.sinks import DeliveryError, SinkError, make_sinks
from network_security.alerts.sinks.mail import MailOptions, compose

HERE = "127.0.0.1"
LOGIN = {"username": "alerts", "password": "s3cret-word"}
OPTIONS = {"host": HERE, "sender": "alerts@corp.example", "recipients": ["soc@corp.example"]}


class Mailbox:
    """Keeps what it gets, but for refused recipients."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.refuses: dict[str, str] = {}

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 OK"


def checked(server, session, envelope, mechanism, data) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (
        LOGIN["username"].encode(),
        LOGIN["password"].encode(),
    )
    return AuthResult(success=good, handled=good)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def serve(mailbox: Mailbox) -> Iterator[Callable[..., int]]:
    """Starts mail servers; returns their port."""
    started: list[Controller] = []

    def start(*, tls: ssl.SSLContext | None = None, security: str = "starttls") -> int:
        options: dict[str, Any] = {}
        if security == "starttls":
            options = {"tls_context": tls, "authenticator": checked, "auth_required": True}
        elif security == "tls":
            options = {"ssl_context": tls}
        controller = Controller(mailbox, hostname=HERE, port=_free_port(), **options)
        controller.start()
        started.append(controller)
        return controller.port

    yield start
    for controller in started:
        controller.stop()


def _free_port() -> int:
    import socket  # noqa: PLC0415

    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])


def mail(credentials: dict[str, str] | None = None, **options: Any) -> Any:
    given = [{"type": "mail", "name": "mail", **OPTIONS, **options}]
    (sink,) = make_sinks(given, {"mail": credentials or {}})
    return sink


def test_starttls_and_login(serve, mailbox, authority, announce) -> None:
    port = serve(tls=authority.server)
    announcement = announce(senders=("boss@evil.example",))
    link = "https://soc.example.org/alerts/"
    mail(LOGIN, port=port, ca_file=authority.ca_file, link=link).deliver(announcement)

    (envelope,) = mailbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("alerts@corp.example", ["soc@corp.example"])
    message = email.message_from_bytes(envelope.content, policy=default)
    assert message["Message-ID"] == f"<{announcement.key}@corp.example>"
    assert message["Subject"].startswith("HIGH: Phishing link to login[.]shop[.]example")
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_body(("plain",)).get_content()
    assert "URL: hxxps://login[.]shop[.]example/1" in text
    assert f"{link}{announcement.alert.id}" in text
    page = message.get_body(("html",)).get_content()
    assert page.count("href=") == 1
    assert f'href="{link}{announcement.alert.id}"' in page


def test_tls_from_the_beginning(serve, mailbox, authority, announce) -> None:
    port = serve(tls=authority.server, security="tls")
    mail(port=port, security="tls", ca_file=authority.ca_file).deliver(announce())
    assert len(mailbox.envelopes) == 1


def test_a_certificate_that_is_not_trusted_gets_no_password(
    serve, mailbox, authority, announce
) -> None:
    port = serve(tls=authority.server)
    with pytest.raises(DeliveryError, match="the certificate is not good"):
        mail(LOGIN, port=port).deliver(announce())
    assert mailbox.envelopes == []


def test_a_server_without_starttls_gets_nothing(serve, mailbox, announce) -> None:
    port = serve(security="none")
    with pytest.raises(DeliveryError, match="does not offer STARTTLS"):
        mail(LOGIN, port=port).deliver(announce())
    assert mailbox.envelopes == []


def test_a_wrong_password_is_told_but_not_repeated(serve, authority, announce) -> None:
    port = serve(tls=authority.server)
    wrong = LOGIN | {"password": "wrong-word"}
    with pytest.raises(DeliveryError, match=r"refuses the username and password \(535\)") as caught:
        mail(wrong, port=port, ca_file=authority.ca_file).deliver(announce())
    assert "wrong-word" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "permanent"), [("450 later", False), ("550 no such user", True)]
)
def test_refused_recipients(serve, mailbox, announce, answer: str, permanent: bool) -> None:
    mailbox.refuses["soc@corp.example"] = answer
    port = serve(security="none")
    with pytest.raises(DeliveryError, match=f"refuses all recipients .{answer[:3]}") as caught:
        mail(port=port, security="none").deliver(announce())
    assert caught.value.permanent is permanent


def test_the_others_have_it(serve, mailbox, announce) -> None:
    mailbox.refuses["old@corp.example"] = "550 no such user"
    recipients = ["soc@corp.example", "old@corp.example"]
    port = serve(security="none")
    with pytest.raises(DeliveryError, match=r"refused old@corp\.example; the others have it"):
        mail(port=port, security="none", recipients=recipients).deliver(announce())
    assert len(mailbox.envelopes) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_nobody_adds_a_header_or_markup(announce, host: str, sender: str) -> None:
    entity = Entity("url", f"https://{host}\r\nBcc: x@y.example\n\n<script>", host, host)
    announcement = announce(entity=entity, senders=(sender, "a\r\nBcc: b@c.example"))
    raw = compose(announcement, MailOptions(name="mail", **OPTIONS)).as_bytes()

    message = email.message_from_bytes(raw, policy=default)
    assert sorted(message.keys()) == [
        "Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject",
        "To",
    ]  # fmt: skip
    assert message["To"] == "soc@corp.example"
    page = message.get_body(("html",)).get_content()
    assert "<script" not in page
    assert "href" not in page.replace(host, "").replace(sender, "")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"security": "none", "host": "mail.example.org"}, "this machine only"),
        ({"security": "ssl"}, "security is 'ssl'"),
        ({"recipients": []}, "name at least one"),
        ({"recipients": ["a@b.example\r\nBcc: c@d.example"]}, "is no address"),
        ({"sender": "nobody"}, "is no address"),
        ({"port": 0}, "port is 0"),
        ({"recipient": "a@b.example"}, "unexpected keyword argument 'recipient'"),
    ],
)
def test_options_that_cannot_work(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(SinkError, match=why):
        mail(**wrong)


def test_half_a_login_is_none() -> None:
    with pytest.raises(SinkError, match="both username and password"):
        mail({"username": "alerts"})
