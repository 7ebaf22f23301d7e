"""Building a message and the connection that it comes or goes by."""

import hashlib
from random import Random

from network_security.simulator.actions import Attachment, Mail
from network_security.simulator.network import Correspondent, Network, User
from network_security.simulator.randomness import skewed
from network_security.simulator.traffic import connect

MAILERS = ("Example Mail 16.0", "Sample Webmail 4.2", "Reference MUA 128.7")
PASSED = ("pass", "pass", "pass")


def attach(name: str, content_type: str, content: bytes) -> Attachment:
    """Return a file with its digests."""
    return Attachment(
        name,
        content_type,
        content,
        hashlib.md5(content, usedforsecurity=False).hexdigest(),
        hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        hashlib.sha256(content).hexdigest(),
    )


def message_id(rng: Random, domain: str) -> str:
    """Return a new Message-ID of a domain."""
    return f"<{rng.getrandbits(64):016x}.{rng.getrandbits(24)}@{domain}>"


def inbound(
    rng: Random,
    network: Network,
    time: float,
    *,
    server: str,
    server_address: str,
    sender: str,
    sender_name: str,
    recipients: tuple[str, ...],
    subject: str,
    paragraphs: tuple[str, ...],
    header_from: str = "",
    identifier: str = "",
    links: tuple[tuple[str, str], ...] = (),
    attachments: tuple[Attachment, ...] = (),
    verdict: str = "clean",
    delivered: bool = True,
    authentication: tuple[str, str, str] = PASSED,
    score: int = 0,
    encrypted: bool = False,
) -> Mail:
    """Return a message that arrives from outside at the mail gateway."""
    gateway, mailboxes = network.servers["mail gateway"], network.servers["mailboxes"]
    size = 4000 + sum(map(len, paragraphs)) + sum(len(file.content) for file in attachments)
    connection = connect(
        rng, network, time, server_address, gateway.address, 25, "smtp",
        duration=skewed(rng, 1.4, 0.5), sent=size, received=900,
    )  # fmt: skip
    return Mail(
        time=time,
        connection=connection,
        key=rng.getrandbits(62),
        message_id=identifier or message_id(rng, sender.partition("@")[2]),
        direction="inbound",
        client=server,
        client_address=server_address,
        relay=mailboxes.fqdn,
        relay_address=mailboxes.address,
        sender=sender,
        sender_name=sender_name,
        header_from=header_from or sender,
        recipients=recipients,
        subject=subject,
        paragraphs=paragraphs,
        links=links,
        attachments=attachments,
        mailer=rng.choice(MAILERS),
        verdict=verdict,
        delivered=delivered,
        authentication=authentication,
        score=score,
        scan=skewed(rng, 0.4, 0.6),
        encrypted=encrypted,
    )


def outbound(
    rng: Random,
    network: Network,
    time: float,
    *,
    user: User,
    to: Correspondent,
    recipients: tuple[str, ...],
    subject: str,
    paragraphs: tuple[str, ...],
    attachments: tuple[Attachment, ...] = (),
) -> Mail:
    """Return a message that a user sends to the outside through the mail gateway."""
    gateway, mailboxes = network.servers["mail gateway"], network.servers["mailboxes"]
    size = 4000 + sum(map(len, paragraphs)) + sum(len(file.content) for file in attachments)
    connection = connect(
        rng, network, time, gateway.address, to.address, 25, "smtp",
        duration=skewed(rng, 1.6, 0.5), sent=size, received=800,
    )  # fmt: skip
    return Mail(
        time=time,
        connection=connection,
        key=rng.getrandbits(62),
        message_id=message_id(rng, mailboxes.fqdn),
        direction="outbound",
        client=mailboxes.fqdn,
        client_address=mailboxes.address,
        relay=to.server,
        relay_address=to.address,
        sender=user.address,
        sender_name=user.full_name,
        header_from=user.address,
        recipients=recipients,
        subject=subject,
        paragraphs=paragraphs,
        links=(),
        attachments=attachments,
        mailer=MAILERS[0],
        verdict="clean",
        delivered=True,
        authentication=PASSED,
        score=0,
        scan=skewed(rng, 0.2, 0.5),
        encrypted=True,
    )
