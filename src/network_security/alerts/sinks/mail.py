"""E-mail over SMTP, as plain text with an HTML part.

Source: RFC 5321, RFC 3207 (STARTTLS), RFC 8314 (TLS from the beginning), RFC 5322 (Message-ID),
RFC 3834 (Auto-Submitted).
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Final, Literal, get_args

from network_security.alerts.sinks.announcement import Announcement
from network_security.alerts.sinks.connecting import SECURE, delivery_errors, is_here
from network_security.alerts.sinks.sink import DeliveryError, SinkOptions
from network_security.alerts.sinks.wording import facts, headline, reason
from network_security.enrichment.deadline import Deadline
from network_security.enrichment.tls_contexts import verifying

Security = Literal["starttls", "tls", "none"]

LONGEST_SUBJECT: Final = 200
HIGHEST_PORT: Final = 65_535
PORTS: Final[dict[str, int]] = {"starttls": 587, "tls": 465, "none": 25}
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+")
_PERMANENT: Final = range(550, 560)


@dataclass(frozen=True, kw_only=True)
class MailOptions(SinkOptions):
    """A mail server, and whom to write to.

    Attributes:
        host: Its name or address.
        sender: The address that messages come from.
        recipients: Those that they go to.
        security: ``starttls``, ``tls``, or ``none`` for a server on this machine.
        port: Its port; None for the usual one.
        ca_file: Root certificates (PEM) to verify it by; None for Mozilla's.

    Raises:
        SinkError: If a value is none of its kind.
    """

    host: str
    sender: str
    recipients: tuple[str, ...]
    security: Security = "starttls"
    port: int | None = None
    ca_file: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could not work."""
        super().__post_init__()
        object.__setattr__(self, "recipients", tuple(self.recipients))
        known = get_args(Security)
        self.require(
            self.security in known, f"security is {self.security!r}: one of {', '.join(known)}"
        )
        self.require(self.security != "none" or is_here(self.host), f"security: {SECURE}")
        self.require(
            self.port is None or 0 < self.port <= HIGHEST_PORT, f"port is {self.port}: 1 to 65535"
        )
        self.require(bool(self.recipients), "recipients: name at least one")
        for address in (self.sender, *self.recipients):
            self.require(
                _ADDRESS.fullmatch(address) is not None,
                f"{address!r} is no address such as soc@example.org",
            )


class Mail:
    """Sends alerts by mail; its credentials are ``username`` and ``password``, or neither."""

    def __init__(
        self,
        options: MailOptions,
        credentials: Mapping[str, str],
        clock: Callable[[], datetime],
    ) -> None:
        self.options = options
        self._login = (credentials.get("username", ""), credentials.get("password", ""))
        options.require(
            bool(self._login[0]) == bool(self._login[1]),
            "its credentials need both username and password, or neither",
        )

    def deliver(self, announcement: Announcement) -> None:
        """Send a message; returns once the server has taken it for every recipient."""
        options = self.options
        port = options.port or PORTS[options.security]
        deadline = Deadline(options.timeout_seconds)
        with delivery_errors(f"{options.host}:{port}", deadline):
            try:
                client = self._connect(port)
            except smtplib.SMTPException as error:
                raise _refused(options.host, error) from None
            try:
                if any(self._login):
                    client.login(*self._login)
                refused = client.send_message(compose(announcement, options))
            except smtplib.SMTPException as error:
                raise _refused(options.host, error) from None
            finally:
                with suppress(OSError, smtplib.SMTPException):
                    client.quit()
        if refused:
            # The others have it: to try again would send it to them twice.
            raise DeliveryError(
                f"{options.host}: refused {', '.join(refused)}; the others have it", permanent=True
            )

    def _connect(self, port: int) -> smtplib.SMTP:
        options, seconds = self.options, self.options.timeout_seconds
        if options.security == "tls":
            context = verifying(options.ca_file)
            return smtplib.SMTP_SSL(options.host, port, timeout=seconds, context=context)
        client = smtplib.SMTP(options.host, port, timeout=seconds)
        if options.security == "starttls":
            try:
                client.starttls(context=verifying(options.ca_file))
            except (smtplib.SMTPException, ssl.SSLError, OSError):
                client.close()
                raise
        return client


def compose(announcement: Announcement, options: MailOptions) -> EmailMessage:
    """Return the message; the same for the same announcement, so that mail systems see copies."""
    alert = announcement.alert
    link = options.link_to(alert)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = headline(alert)[:LONGEST_SUBJECT]
    message["From"] = Address(addr_spec=options.sender)
    message["To"] = [Address(addr_spec=each) for each in options.recipients]
    message["Date"] = format_datetime(announcement.at)
    message["Message-ID"] = f"<{announcement.key}@{options.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    rows = facts(alert)
    text = [headline(alert), "", reason(alert), ""]
    text += [f"{label}: {value}" for label, value in rows]
    message.set_content("\n".join([*text, *(["", link] if link else [])]) + "\n")
    cells = "".join(
        f"<tr><th align=left>{escape(label)}</th><td>{escape(value)}</td></tr>"
        for label, value in rows
    )
    opened = f'<p><a href="{escape(link)}">Open the alert</a></p>' if link else ""
    message.add_alternative(
        f"<h1>{escape(headline(alert))}</h1><p>{escape(reason(alert))}</p>"
        f"<table>{cells}</table>{opened}",
        subtype="html",
    )
    return message


def _refused(host: str, error: smtplib.SMTPException) -> DeliveryError:
    """What the server said, as a number: its words may repeat a credential."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return DeliveryError(f"{host}: refuses the username and password ({error.smtp_code})")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _ in error.recipients.values()})
        permanent = all(code in _PERMANENT for code in codes)
        return DeliveryError(
            f"{host}: refuses all recipients ({', '.join(map(str, codes))})", permanent=permanent
        )
    if isinstance(error, smtplib.SMTPResponseException):
        return DeliveryError(f"{host}: answers {error.smtp_code}")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return DeliveryError(f"{host}: does not offer STARTTLS or the log-in that is asked for")
    return DeliveryError(f"{host}: ended the conversation ({type(error).__name__})")
