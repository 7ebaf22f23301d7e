"""Mail of a working day: from correspondents, to them, and the spam that comes at all hours."""

from datetime import UTC, datetime
from random import Random

from network_security.simulator import vocabulary
from network_security.simulator.actions import Attachment
from network_security.simulator.activity.session import Sessions
from network_security.simulator.messages import attach, inbound, outbound
from network_security.simulator.network import Correspondent, Network
from network_security.simulator.randomness import digest, size
from network_security.simulator.rhythm import Window

RECEIVED = 12
SENT = 6
SPAM = 7
"""A user and day."""

MISSED = 0.12
"""Share of the spam that reaches the mailbox."""
FILES = (("invoice-{n}.pdf", "application/pdf"), ("offer-{n}.docx", "application/msword"),
         ("photo-{n}.jpg", "image/jpeg"), ("list-{n}.csv", "text/csv"))  # fmt: skip


def receive(rng: Random, network: Network, window: Window) -> Sessions:
    """Yield messages from correspondents to one to three users."""
    for time in window.staff(rng, RECEIVED * len(network.users)):
        correspondent = rng.choices(
            network.correspondents, [len(other.people) for other in network.correspondents]
        )[0]
        name = rng.choice(correspondent.people)
        to = rng.sample(network.users, rng.choices((1, 2, 3), (85, 10, 5))[0])
        mail = inbound(
            rng, network, time, server=correspondent.server, server_address=correspondent.address,
            sender=_address(name, correspondent), sender_name=name,
            recipients=tuple(user.address for user in to), subject=_subject(rng, time),
            paragraphs=_paragraphs(rng), links=_links(rng, correspondent),
            attachments=_attachments(rng), score=int(rng.triangular(0, 30, 2)), encrypted=True,
            authentication=rng.choices(
                (("pass", "pass", "pass"), ("pass", "none", "pass"), ("softfail", "pass", "pass"),
                 ("none", "none", "none")), (80, 10, 6, 4))[0],
        )  # fmt: skip
        yield time, [mail.connection, mail]


def send(rng: Random, network: Network, window: Window) -> Sessions:
    """Yield messages of users to correspondents."""
    for time in window.staff(rng, SENT * len(network.users)):
        user = rng.choice(network.users)
        to = rng.choice(network.correspondents)
        people = rng.sample(to.people, min(len(to.people), rng.choices((1, 2), (88, 12))[0]))
        mail = outbound(
            rng, network, time, user=user, to=to, subject=_subject(rng, time),
            recipients=tuple(dict.fromkeys(_address(name, to) for name in people)),
            paragraphs=_paragraphs(rng), attachments=_attachments(rng),
        )  # fmt: skip
        yield time, [mail.connection, mail]


def receive_spam(rng: Random, network: Network, window: Window) -> Sessions:
    """Yield spam, most of which the gateway keeps."""
    for time in window.machines(rng, SPAM * len(network.users)):
        number = rng.randrange(30)
        domain = f"offers{number}.example.net"
        mail = inbound(
            rng, network, time, server=f"m{rng.randrange(200)}.{domain}",
            server_address=f"203.0.113.{64 + number}", sender=f"news-{digest(rng, 8)}@{domain}",
            sender_name=rng.choice(("Daily Deals", "Customer Care", "Prize Office", "Dr. M. Abel")),
            recipients=(rng.choice(network.users).address,),
            subject=rng.choice(vocabulary.SPAM_SUBJECTS).format(n=rng.randrange(10_000)),
            paragraphs=tuple(rng.sample(vocabulary.SPAM_SENTENCES, 2)),
            links=((f"http://{domain}/c/{digest(rng, 10)}", "Claim now"),), verdict="spam",
            delivered=rng.random() < MISSED, score=rng.randrange(55, 101),
            authentication=rng.choice(
                (("pass", "pass", "pass"), ("pass", "none", "none"), ("fail", "none", "fail"))),
        )  # fmt: skip
        yield time, [mail.connection, mail]


def _address(name: str, correspondent: Correspondent) -> str:
    return f"{name.lower().replace(' ', '.')}@{correspondent.domain}"


def _subject(rng: Random, time: float) -> str:
    week = datetime.fromtimestamp(time, UTC).isocalendar().week
    return rng.choice(vocabulary.SUBJECTS).format(n=rng.randrange(1000, 9999), w=week)


def _paragraphs(rng: Random) -> tuple[str, ...]:
    return tuple(rng.sample(vocabulary.SENTENCES, rng.randint(2, 5)))


def _links(rng: Random, correspondent: Correspondent) -> tuple[tuple[str, str], ...]:
    if rng.random() < 0.6:  # noqa: PLR2004
        return ()
    url = f"https://www.{correspondent.domain}/view?id={rng.getrandbits(32):08x}"
    return ((url, "Open in the browser"),)


def _attachments(rng: Random) -> tuple[Attachment, ...]:
    if rng.random() < 0.75:  # noqa: PLR2004
        return ()
    name, content_type = rng.choice(FILES)
    content = digest(rng, 32).encode() * size(rng, 120, 0.9, most=4000)
    return (attach(name.format(n=rng.randrange(1000, 9999)), content_type, content),)
