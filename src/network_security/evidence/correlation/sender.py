"""Who a message is from, and the tricks by which it looks as if it were from somebody else."""

import re

from network_security.evidence.correlation.entities import site_of
from network_security.evidence.correlation.facts import Sender
from network_security.evidence.correlation.reading import (
    Document,
    address_at,
    text_at,
    texts,
    value_at,
)
from network_security.evidence.urls.confusables import is_mixed

METHODS = ("spf", "dkim", "dmarc", "arc", "compauth")
LONGEST_SHOWN = 512

# Only endings that no person's name has, so that "St.John" is no host.
_HOST = re.compile(r"\b(?:[a-z0-9-]{1,63}\.){1,4}(?:com|net|org|info|biz|gov|edu)\b", re.IGNORECASE)
_SHOWN = re.compile(
    r"(?:[a-z]{2,10}://|www\.)\S{1,400}|(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}(?:[/?:]\S{0,400})?",
    re.IGNORECASE,
)


def sender_of(document: Document) -> Sender:
    """Return what an event of the e-mail formats says of the sender."""
    details = value_at(document, "email", "message")
    address = text_at(document, "email", "from", "address")
    name = text_at(details, "from_name")
    reply_to = texts(value_at(document, "email", "reply_to", "address"))
    hops = value_at(details, "received")
    from_message = text_at(document, "event", "module") == "email"
    return Sender(
        address=address.lower() if address else None,
        name=name,
        envelope=text_at(document, "email", "sender", "address"),
        reply_to=next(iter(reply_to), None),
        subject=text_at(document, "email", "subject"),
        authentication=_authentication(value_at(details, "authentication")),
        name_spoofs=_spoofs(name or "", address) if from_message and address else None,
        reply_to_differs=_other_site(reply_to, address) if from_message and address else None,
        client=address_at(document, "source", "ip"),
        client_name=text_at(document, "source", "domain"),
        hops=len(hops) if isinstance(hops, list) else None,
    )


def _authentication(results: object) -> dict[str, str]:
    """Return the receiving server's result by method."""
    found = {method: text_at(results, method, "result") for method in METHODS}
    return {method: result for method, result in found.items() if result is not None}


def _spoofs(name: str, address: str) -> bool:
    """Whether a display name holds an address or a host of another site, or letters that mix."""
    if any(is_mixed(word) for word in name.lower().split()):
        return True
    own = _site_of_address(address)
    named = [one for one in name.split() if "@" in one]
    sites = {_site_of_address(one.strip("<>()[]\"',;")) for one in named}
    sites |= {site_of(host) for host in _HOST.findall(name[:LONGEST_SHOWN])}
    return bool(sites - {own, ""})


def _other_site(addresses: list[str], address: str) -> bool:
    own = _site_of_address(address)
    return any(_site_of_address(one) != own for one in addresses)


def _site_of_address(address: str) -> str:
    return site_of(address.rpartition("@")[2])


def shows_other_site(shown: str | None, url: str) -> bool | None:
    """Whether a link's text shows a URL or host of another site; None where it shows neither.

    >>> shows_other_site("www.example.com/login", "https://example.net/")
    True
    """
    written = (shown or "").strip()[:LONGEST_SHOWN]
    if not _SHOWN.fullmatch(written):
        return None
    return site_of(written) != site_of(url)
