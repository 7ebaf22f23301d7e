"""Alerts as a STIX 2.1 bundle, for threat intelligence platforms.

=================  ============================================================================
identity           who says so
indicator          what to look for, as a pattern; supersedes itself when the alert changes
observed-data      what was seen, how often and when, with its URLs, names and addresses
sighting           that the indicator was seen so
attack-pattern     the ATT&CK techniques, with a relationship `indicates` to each
=================  ============================================================================

All ids follow from the content, so that the same alert gives the same objects.

Source: STIX 2.1, OASIS Standard, 10 June 2021: sections 2.9 (identifiers; UUIDv5 over the canonical
JSON of the contributing properties for observables), 3.2 (common properties), 4 and 5 (objects), 6
(observables) and 9 (patterns).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import quote
from uuid import NAMESPACE_URL, UUID, uuid5

from network_security.alerts.alert import Alert
from network_security.alerts.canonical import canonical_json
from network_security.alerts.sinks.announcement import iso
from network_security.evidence.urls import parse

Object = dict[str, Any]

SPEC_VERSION: Final = "2.1"
OBSERVABLES: Final = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""The namespace of observables' ids (section 2.9)."""
OWN: Final = uuid5(NAMESPACE_URL, "https://network-security.invalid/stix")
"""The namespace of all other ids, since they must not be of that one."""
MOST_ENTITIES: Final = 50
ATTACK: Final = "mitre-attack"
_ALWAYS: Final = "2018-01-01T00:00:00.000Z"
"""The time of what is the same in all bundles."""


def bundle(alerts: Iterable[Alert], at: datetime, organisation: str) -> Object:
    """Return a bundle.

    Args:
        alerts: What to tell of.
        at: When that is told: the time of modification of what may change.
        organisation: Who tells it.
    """
    objects: dict[str, Object] = {}
    for alert in alerts:
        for made in _objects(alert, at, organisation):
            objects.setdefault(made["id"], made)
    ids = sorted(f"{each['id']} {each.get('modified', '')}" for each in objects.values())
    return {
        "type": "bundle",
        "id": f"bundle--{uuid5(OWN, ' '.join(ids))}",
        "objects": list(objects.values()),
    }


def pattern(alert: Alert) -> str:
    """Return what finds an alert's entities again, each one an alternative."""
    return " OR ".join(f"[{term}]" for term in dict.fromkeys(_terms(alert)))


def _objects(alert: Alert, at: datetime, organisation: str) -> Iterable[Object]:
    creator = _identity(organisation)
    yield creator
    own = {
        "created_by_ref": creator["id"],
        "created": iso(alert.first_seen),
        "modified": iso(max(at, alert.first_seen)),
    }
    indicator = _object("indicator", alert.id, own) | {
        "name": alert.title,
        "description": f"Severity {alert.severity}; {alert.count} sightings",
        "indicator_types": ["malicious-activity"],
        "pattern": pattern(alert),
        "pattern_type": "stix",
        "valid_from": iso(alert.first_seen),
        "confidence": round(100 * alert.probability),
        "labels": [f"severity-{alert.severity}"],
    }
    yield indicator
    observables = list({each["id"]: each for each in _observables(alert)}.values())
    yield from observables
    seen = {
        "first_observed": iso(alert.first_seen),
        "last_observed": iso(alert.last_seen),
        "number_observed": max(1, alert.count),
        "object_refs": [each["id"] for each in observables],
    }
    observed = _object("observed-data", alert.id, own) | seen
    yield observed
    yield _object("sighting", alert.id, own) | {
        "first_seen": iso(alert.first_seen),
        "last_seen": iso(alert.last_seen),
        "count": max(1, alert.count),
        "sighting_of_ref": indicator["id"],
        "observed_data_refs": [observed["id"]],
        "where_sighted_refs": [creator["id"]],
    }
    yield from _techniques(alert, indicator["id"], own)


def _techniques(alert: Alert, indicator: str, own: Object) -> Iterable[Object]:
    for technique in alert.attack:
        fixed = own | {"created": _ALWAYS, "modified": _ALWAYS}
        attack = _object("attack-pattern", technique.id, fixed) | {
            "name": technique.name,
            "external_references": [
                {
                    "source_name": ATTACK,
                    "external_id": technique.id,
                    "url": "https://attack.mitre.org/techniques/" + technique.id.replace(".", "/"),
                }
            ],
        }
        yield attack
        yield _object("relationship", f"{alert.id} {technique.id}", own) | {
            "relationship_type": "indicates",
            "source_ref": indicator,
            "target_ref": attack["id"],
        }


def _identity(organisation: str) -> Object:
    fixed = {"created": _ALWAYS, "modified": _ALWAYS}
    return _object("identity", organisation, fixed) | {
        "name": organisation,
        "identity_class": "organization",
    }


def _object(type_: str, key: str, common: Object) -> Object:
    id_ = f"{type_}--{uuid5(OWN, f'{type_} {key}')}"
    return {"type": type_, "spec_version": SPEC_VERSION, "id": id_, **common}


def _entities(alert: Alert) -> list[str]:
    return list(dict.fromkeys((alert.entity.text, *alert.entities)))[:MOST_ENTITIES]


def _observables(alert: Alert) -> Iterable[Object]:
    for text in _entities(alert):
        if alert.entity.kind == "message":
            # No property that an id would be made of is known, so that it is not of that namespace.
            yield _object("email-message", text, {"is_multipart": False, "message_id": text})
            continue
        if alert.entity.kind == "url":
            yield _observable("url", _uri(text))
        yield from _host(text)


def _host(text: str) -> Iterable[Object]:
    host = parse(text).host
    if host.address is not None:
        version = ip_address(host.address).version
        yield _observable(f"ipv{version}-addr", host.address)
    elif host.name:
        yield _observable("domain-name", host.name)


def _observable(type_: str, value: str) -> Object:
    id_ = uuid5(OBSERVABLES, canonical_json({"value": value}).decode())
    return {"type": type_, "spec_version": SPEC_VERSION, "id": f"{type_}--{id_}", "value": value}


def _terms(alert: Alert) -> Iterable[str]:
    for text in _entities(alert):
        if alert.entity.kind == "message":
            yield f"email-message:message_id = {_quoted(text)}"
        elif alert.entity.kind == "url":
            yield f"url:value = {_quoted(_uri(text))}"
        else:
            for host in _host(text):
                yield f"{host['type']}:value = {_quoted(host['value'])}"


def _uri(text: str) -> str:
    """A URL that is one by RFC 3986: what may not stand in it is percent-encoded."""
    return quote(text, safe="%/?:@!$&'()*+,;=[]~-._#")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
