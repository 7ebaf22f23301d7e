"""Messages themselves, one file each, as the gateway hands them on.

Format: RFC 5322, RFC 2045, RFC 8601.
"""

from base64 import encodebytes
from email.header import Header
from html import escape
from itertools import count
from quopri import encodestring
from random import Random

from network_security.simulator.actions import Attachment, Mail
from network_security.simulator.network import DOMAIN, Network
from network_security.simulator.writers import times
from network_security.simulator.writers.writer import Line, Lines, Writer

GATEWAY = f"mx1.{DOMAIN}"


class Email(Writer):
    """One file a message: ``email/messages/000001.eml`` ..."""

    path = "email/messages"
    whole_files = True

    def __init__(self, network: Network, rng: Random) -> None:
        super().__init__(network, rng)
        self._number = count(1)

    def mail(self, mail: Mail) -> Lines:
        """Write the message once the filters are done."""
        time = mail.time + 0.4 + mail.scan
        yield Line(time, compose(mail, time), f"{self.path}/{next(self._number):06}.eml")


def compose(mail: Mail, time: float) -> str:
    """Return a message with the headers that the gateway adds at a time; line feeds end lines."""
    spf, dkim, dmarc = mail.authentication
    domain = mail.header_from.rpartition("@")[2]
    results = (
        f"{GATEWAY};\n\tspf={spf} smtp.mailfrom={mail.sender};\n\tdkim={dkim} header.d={domain};\n"
        f"\tdmarc={dmarc} header.from={domain}"
    )
    for_whom = f"for <{mail.recipients[0]}>" if len(mail.recipients) == 1 else ""
    headers = [
        ("Return-Path", f"<{mail.sender}>"),
        ("Received", f"from {mail.client} ({mail.client} [{mail.client_address}])\n\tby {GATEWAY} "
         f"(Postfix) with ESMTPS id {mail.key & 0xFFFFFFFFFF:010X}\n\t{for_whom}; {_date(time)}"),
        ("Authentication-Results", results),
        ("From", f"{_encoded(mail.sender_name)} <{mail.header_from}>"),
        ("To", ",\n ".join(mail.recipients)),
        ("Subject", _encoded(mail.subject)),
        ("Date", _date(mail.time - 3)),
        ("Message-ID", mail.message_id),
        ("X-Mailer", mail.mailer),
        ("X-Spam-Score", str(mail.score)),
        ("MIME-Version", "1.0"),
    ]  # fmt: skip
    boundary = f"{mail.key:016x}"
    body = _alternatives(mail, f"a-{boundary}")
    if mail.attachments:
        parts = [body, *(_attachment(file) for file in mail.attachments)]
        body = _multipart("mixed", f"m-{boundary}", parts)
    return "".join(f"{name}: {value}\n" for name, value in headers) + body


def _alternatives(mail: Mail, boundary: str) -> str:
    plain = "\n\n".join([*mail.paragraphs, *(url for url, _ in mail.links)]) + "\n"
    paragraphs = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in mail.paragraphs)
    links = "".join(
        f'<p><a href="{escape(url)}">{escape(shown)}</a></p>\n' for url, shown in mail.links
    )
    html = f"<html><body>\n{paragraphs}{links}</body></html>\n"
    parts = [_text("plain", plain), _text("html", html)]
    return _multipart("alternative", boundary, parts)


def _multipart(kind: str, boundary: str, parts: list[str]) -> str:
    inside = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{inside}--{boundary}--\n'


def _text(kind: str, text: str) -> str:
    encoded = encodestring(text.encode()).decode()
    return (
        f'Content-Type: text/{kind}; charset="utf-8"\n'
        f"Content-Transfer-Encoding: quoted-printable\n\n{encoded}"
    )


def _attachment(file: Attachment) -> str:
    return (
        f'Content-Type: {file.content_type}; name="{file.name}"\n'
        f'Content-Disposition: attachment; filename="{file.name}"\n'
        f"Content-Transfer-Encoding: base64\n\n{encodebytes(file.content).decode()}"
    )


def _encoded(value: str) -> str:
    return value if value.isascii() else Header(value, "utf-8").encode()


def _date(time: float) -> str:
    return times.written("%a, %d %b %Y %H:%M:%S +0000", int(time))
