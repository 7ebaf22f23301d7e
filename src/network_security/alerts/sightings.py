"""Findings from the store's documents: a verdict, and the row of evidence that it judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, get_args

from network_security.alerts.finding import MOST_LISTED, Entity, Finding, Kind, union
from network_security.alerts.receipt import Receipt
from network_security.evidence.urls import host_of, parse
from network_security.storage import document_id
from network_security.storage.times import milliseconds

Document = Mapping[str, Any]

MESSAGE_TIER = "message"
"""The tier of verdicts on messages, which tells them where they do not say their kind."""
MAIL_SYSTEM = "mail system"
THREAT_LIST = "threat list"
_LISTED = -1
"""The code of Statistical_report for a site that a threat list has."""


def finding_of(verdict: Document, evidence: Document | None = None) -> Finding | None:
    """Return the finding that a verdict is; None for one below its operating point.

    Args:
        verdict: A document of the collection ``verdicts``: ``_id``, ``@timestamp``, ``entity``,
            ``detector``, ``tier``, ``probability``, ``threshold``, ``decision`` and
            ``model.digest``; besides, where they are known, ``kind`` of the entity, ``judged_url``,
            ``features`` as they were judged, ``models`` (name and digest), ``configuration``,
            ``contributions``, ``threats`` (names of lists), ``attachment``, and ``message``: who
            took part, of a message that was judged as it came, in the fields of a row of evidence.
        evidence: The row of evidence that was judged, a document of ``evidence``; None if there is
            none.

    Raises:
        ValueError: If the verdict lacks a field, or its entity is of no known kind.
    """
    if missing := [name for name in _NEEDED if name not in verdict]:
        raise ValueError(
            f"verdict {verdict.get('_id')!r} has no {', '.join(missing)}: score the evidence again"
        )
    if not verdict["decision"]:
        return None
    row: Document = evidence or verdict.get("message") or {}
    features = verdict.get("features") or row.get("features")
    followed = [client for client in row.get("clients", ()) if _followed(client)]
    messages = row.get("messages", ())
    return Finding(
        id=document_id(verdict["_id"], row["_id"]) if "_id" in row else verdict["_id"],
        verdict=verdict["_id"],
        sighting=row.get("_id") or verdict["_id"],
        detector=verdict["detector"],
        digest=verdict["model"]["digest"],
        entity=_entity(verdict, row),
        first_seen=milliseconds(row.get("first_seen") or verdict["@timestamp"]),
        last_seen=milliseconds(row.get("last_seen") or verdict["@timestamp"]),
        tier=verdict["tier"],
        probability=verdict["probability"],
        threshold=verdict["threshold"],
        receipt=_receipt(verdict, row, features),
        offered=bool(row.get("delivered") or followed),
        reached=any(not client["blocked"] for client in followed),
        attachment=bool(verdict.get("attachment")),
        messages=_texts(message.get("message_id") for message in messages),
        subjects=_texts(message.get("subject") for message in messages),
        senders=_texts(message.get("address") or message.get("envelope") for message in messages),
        recipients=_texts(row.get("recipients", ())),
        clients=_texts(client.get("address") for client in followed),
        users=_texts(user for client in followed for user in client.get("users", ())),
        confirmed_by=_confirmed_by(verdict, row, features or {}),
        events=_texts(id_ for ids in (row.get("sources") or {}).values() for id_ in ids),
        contributions=tuple(verdict.get("contributions") or ())[:MOST_LISTED],
    )


_NEEDED = ("_id", "@timestamp", "entity", "detector", "tier", "probability", "threshold",
           "decision", "model")  # fmt: skip


def _subject(verdict: Document, row: Document) -> str:
    """What was judged: the URL as its sender wrote it, or whatever the row was about."""
    return str(verdict.get("judged_url") or row.get("url") or verdict["entity"] or "")


def _followed(client: Document) -> bool:
    """Whether a client most likely followed the URL, as `EvidenceRow.clicked_by` has it."""
    return client.get("basis") == "url" or bool(client.get("recipient"))


def _entity(verdict: Document, row: Document) -> Entity:
    kind = verdict.get("kind") or ("message" if verdict["tier"] == MESSAGE_TIER else "url")
    if kind not in get_args(Kind):
        raise ValueError(f"verdict {verdict['_id']!r}: kind is {kind!r}, not url, message or host")
    text = _subject(verdict, row) or str(verdict["_id"])
    if kind == "message":
        return Entity("message", text, "", "")
    host = host_of(text) if kind == "host" else parse(text).host
    return Entity(cast(Kind, kind), text, host.name, host.domain or host.name or text)


def _receipt(
    verdict: Document, row: Document, features: Mapping[str, float | None] | None
) -> Receipt:
    digest = verdict["model"]["digest"]
    models = {one["name"]: one["digest"] for one in verdict.get("models") or ()}
    return Receipt(
        subject=_subject(verdict, row),
        features=dict(features) if features else None,
        models={**models, "": digest},
        configuration={
            **(verdict.get("configuration") or {}),
            "detector": verdict["detector"],
            "model": dict(verdict["model"]),
        },
        probability=float(verdict["probability"]),
        decision=bool(verdict["decision"]),
        tier=str(verdict["tier"]),
        threshold=float(verdict["threshold"]),
    )


def _confirmed_by(
    verdict: Document, row: Document, features: Mapping[str, float | None]
) -> tuple[str, ...]:
    found = [str(name) for name in verdict.get("threats") or ()]
    if not found and features.get("Statistical_report") == _LISTED:
        found.append(THREAT_LIST)
    if row.get("flagged"):
        found.append(MAIL_SYSTEM)
    return _texts(found)


def _texts(values: Any) -> tuple[str, ...]:
    return union([[value for value in values if value]])
