"""From the facts of a row to what they say together."""

import hashlib
from datetime import UTC, datetime, timedelta

from network_security.evidence.correlation.facts import Delivery, Link
from network_security.evidence.correlation.observing import Sources, observe
from network_security.evidence.correlation.open_row import OpenRow
from network_security.evidence.correlation.row import (
    Client,
    EvidenceRow,
    MessageFacts,
    Observations,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def judge(row: OpenRow, period: timedelta, redirect_window: float, *, final: bool) -> EvidenceRow:
    """Return the row as far as it is known."""
    requested = {request.id for request in row.requests}
    sources: Sources = {
        "requests": [fact.id for fact in row.requests],
        "messages": [fact.id for fact in row.links],
        "deliveries": [fact.id for fact in row.deliveries],
        "visits": [fact.id for fact in row.visits if fact.id not in requested],
    }
    observations = observe(row, redirect_window, sources)
    url = _url(row)
    delivered = [one.delivered for one in row.deliveries if one.delivered is not None]
    return EvidenceRow(
        id=_id(row),
        entity=row.entity,
        url=url,
        period=_EPOCH + row.period * period,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        observations=observations,
        features=_features(row, url, observations),
        messages=_messages(row.links, row.deliveries),
        delivered=any(delivered) if delivered else None,
        flagged=any(one.flagged for one in row.deliveries) if row.links else None,
        recipients=tuple(sorted(row.recipients)),
        clients=_clients(row),
        sources={kind: tuple(dict.fromkeys(ids)) for kind, ids in sources.items() if ids},
        final=final,
    )


def _features(row: OpenRow, url: str, observations: Observations) -> dict[str, int | None]:
    """Return the features; what a page says is dear to read, and kept with the row."""
    if observations.page is None:
        return observations.features(url)
    if row.of_page is None or row.of_page[:2] != (url, observations):
        row.of_page = url, observations, observations.features(url)
    return row.of_page[2]


def _id(row: OpenRow) -> str:
    name = f"{row.period}\n{row.part}\n{row.entity}"
    return hashlib.sha256(name.encode()).hexdigest()


def _url(row: OpenRow) -> str:
    """A link as its sender wrote it says most; then what a sensor saw of the request."""
    if row.links:
        return row.links[0].url
    return row.requests[0].url if row.requests else row.entity


def _messages(links: list[Link], deliveries: list[Delivery]) -> tuple[MessageFacts, ...]:
    """Return one message for all events of it: each fact from the first event that tells it."""
    # A product's own id of a message stands behind its Message-ID, where a record has both.
    ids = {name: one.messages[0] for one in deliveries for name in one.messages[1:]}
    found: dict[str, list[Link]] = {}
    for link in links:
        name = link.messages[0] if link.messages else link.id
        found.setdefault(ids.get(name, name), []).append(link)
    return tuple(_message(name, same) for name, same in found.items())


def _message(name: str, links: list[Link]) -> MessageFacts:
    # What was read from the whole message says more than a gateway's summary.
    senders = [link.sender for link in sorted(links, key=lambda link: link.html is None)]
    senders.sort(key=lambda sender: sender.hops is None)
    differs = [link.text_differs for link in links if link.text_differs is not None]

    def told(name: str) -> object:
        values = (getattr(sender, name) for sender in senders)
        return next((value for value in values if value is not None), None)

    return MessageFacts(
        message_id=name if "@" in name else None,
        authentication=next((one.authentication for one in senders if one.authentication), {}),
        text_differs=any(differs) if differs else None,
        **{name: told(name) for name in _TOLD},  # type: ignore[arg-type]
    )


_TOLD = (
    "address", "name", "envelope", "reply_to", "subject", "name_spoofs",
    "reply_to_differs", "client", "client_name", "hops",
)  # fmt: skip


def _clients(row: OpenRow) -> tuple[Client, ...]:
    readers = {_account(recipient) for recipient in row.recipients}
    found = [
        Client(
            address=None if name.startswith("user ") else name,
            users=tuple(sorted(visitor.users)),
            basis="url" if visitor.exact else "host",
            recipient=(
                any(_account(user) in readers for user in visitor.users)
                if visitor.users and readers
                else None
            ),
            blocked=visitor.blocked,
            first_seen=visitor.first,
        )
        for name, visitor in row.visitors.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.first_seen, one.address or "", one.users)))


def _account(user: str) -> str:
    r"""Return the name that ``EXAMPLE\\bob``, ``bob@example.com`` and ``bob`` have in common."""
    return user.rpartition("\\")[2].partition("@")[0].lower()
