"""Links of messages, clicks on them, and what mail systems did with a message."""

from datetime import datetime

from network_security.evidence.correlation.entities import Entity, entities, entity_of
from network_security.evidence.correlation.facts import Delivery, Fact, Link, Request
from network_security.evidence.correlation.message_html import html_part
from network_security.evidence.correlation.options import CorrelationOptions
from network_security.evidence.correlation.reading import (
    Document,
    address_at,
    text_at,
    texts,
    value_at,
)
from network_security.evidence.correlation.sender import sender_of, shows_other_site
from network_security.evidence.correlation.web import request, user_of

FOLLOWED = frozenset({"a", "area", "form", "meta", "text"})
"""What holds links that a reader follows; a mail program loads the others by itself."""
NETWORK_IDS = ("m365",)
"""Products whose own id of a message stands in records that have no Message-ID. Those of others,
as Postfix' queue ids, are given to one message after another."""


def mail_facts(
    document: Document, at: datetime, id_: str, options: CorrelationOptions
) -> list[Fact]:
    """Return what an event of a mail system says."""
    messages = _messages(document)
    recipients = _recipients(document)
    found: list[Fact] = []
    if messages:
        delivered, flagged = _decision(document)
        found.append(
            Delivery(
                at,
                at.timestamp(),
                id_,
                messages=messages,
                recipients=recipients,
                delivered=delivered,
                flagged=flagged,
            )
        )
    if _is_click(document):
        found += _clicks(document, at, id_)
    else:
        found += _links(document, at, id_, messages, recipients, options)
    return found


def _messages(document: Document) -> tuple[str, ...]:
    names = texts(value_at(document, "related", "message_id"))
    if not names:
        written = text_at(document, "email", "message_id") or ""
        names = [written.strip("<>")] if "@" in written else []
    product = text_at(document, "event", "module")
    local = text_at(document, "email", "local_id")
    if product in NETWORK_IDS and local is not None:
        names.append(f"{product} {local}")
    return tuple(names)


def _recipients(document: Document) -> tuple[str, ...]:
    found = [
        address.lower()
        for header in ("to", "cc", "bcc")
        for address in texts(value_at(document, "email", header, "address"))
    ]
    return tuple(dict.fromkeys(found))


def _decision(document: Document) -> tuple[bool | None, bool]:
    """Return whether a mail system delivered a message, and whether it judged it bad."""
    types = texts(value_at(document, "event", "type"))
    outcome = text_at(document, "event", "outcome")
    delivered = None
    if "denied" in types or outcome == "failure":
        delivered = False
    elif "allowed" in types or outcome == "success":
        delivered = True
    return delivered, text_at(document, "event", "kind") == "alert"


def _is_click(document: Document) -> bool:
    """Whether a mail gateway tells of a click, not of a link."""
    action = text_at(document, "event", "action") or ""
    return (
        text_at(document, "event", "provider") == "UrlClickEvents"
        or action == "TIUrlClickData"
        or action.startswith("clicks")
    )


def _clicks(document: Document, at: datetime, id_: str) -> list[Request]:
    # The source of Proofpoint's clicks is the message's sender, their destination the reader.
    to = texts(value_at(document, "email", "to", "address"))
    if text_at(document, "event", "module") == "proofpoint":
        client, user = address_at(document, "destination", "ip"), next(iter(to), None)
    else:
        client = address_at(document, "source", "ip") or address_at(
            document, "o365", "audit", "UserIp"
        )
        user = user_of(document)
    return [
        request(document, entity, at, id_, client=client, server=None, user=user)
        for entity in entities(document)
    ]


def _links(
    document: Document,
    at: datetime,
    id_: str,
    messages: tuple[str, ...],
    recipients: tuple[str, ...],
    options: CorrelationOptions,
) -> list[Link]:
    found = _shown_links(document, options.most_links)
    if not found:
        return []
    sender = sender_of(document)
    html = html_part(document, options.longest_page)
    return [
        Link(
            at,
            at.timestamp(),
            id_,
            entity=entity.name,
            host=entity.host,
            url=entity.written,
            text_differs=differs,
            sender=sender,
            recipients=recipients,
            messages=messages,
            html=html,
            html_share=0 if html is None else len(html) // len(found) + 1,
        )
        for entity, differs in found
    ]


def _shown_links(document: Document, most: int) -> list[tuple[Entity, bool | None]]:
    """Return the links that a reader may follow, and whether what one shows is another site."""
    links = value_at(document, "email", "message", "links")
    if not isinstance(links, list):
        return [(entity, None) for entity in entities(document)[:most]]
    found: dict[str, tuple[Entity, bool | None]] = {}
    for link in links:
        written = text_at(link, "url")
        if written is None or text_at(link, "tag") not in FOLLOWED:
            continue
        entity = entity_of(written)
        if entity is None:
            continue
        known, differed = found.get(entity.name, (entity, None))
        differs = shows_other_site(text_at(link, "shown"), entity.written)
        found[entity.name] = known, differed or differs if differed is not None else differs
        if len(found) >= most:
            break
    return list(found.values())


def is_mail(document: Document) -> bool:
    """Whether an event is a mail system's, or of a message on the network."""
    return isinstance(value_at(document, "email"), dict) or "email" in texts(
        value_at(document, "event", "category")
    )
