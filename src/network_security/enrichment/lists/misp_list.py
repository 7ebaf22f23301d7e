"""The indicators of a MISP event, an export of events, or the folder of a MISP feed.

Read are attributes that are not deleted and that MISP marks for detection (`to_ids`), those of
objects included.

Source: MISP core format, draft-dulaunoy-misp-core-format (IETF Internet-Draft), sections 2.2, 2.4
and 2.5; manifest: section 3.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from network_security.enrichment.lists.entries import read_address, read_name, read_url
from network_security.enrichment.lists.errors import EntryError, ListError, Skipped
from network_security.enrichment.lists.files import opened
from network_security.enrichment.lists.indicators import Entry, ThreatIndicator
from network_security.enrichment.lists.options import ThreatListOptions
from network_security.enrichment.lists.values import read_time

MANIFEST = "manifest.json"
MOST_BYTES = 128 * 1024**2
"""Bytes of one file of events, which is in memory as a whole, ten times as large."""
NOT_FOR_DETECTION = "not marked for detection (to_ids)"
DELETED = "deleted"
NO_ATTRIBUTE = "no attribute of MISP"
PATH_ALONE = "a path without a host"
NO_UUID = "no UUID"
_REMEDY = "export it again"


def read_misp(options: ThreatListOptions, skipped: Skipped) -> Iterator[ThreatIndicator]:
    """Yield the indicators of a file or of a feed's folder; attributes that are none are counted.

    An event of a feed that is missing or damaged is counted, and costs no other event.

    Raises:
        ListError: If the file, or the feed's manifest, cannot be read or is none of MISP.
    """
    path = Path(options.path)
    if not path.is_dir():
        content = _json(path)
        for event in _events(content, path):
            yield from _indicators(event, options, skipped)
        return
    manifest = _json(path / MANIFEST)
    if not isinstance(manifest, dict):
        raise ListError(path / MANIFEST, "is no manifest of a MISP feed", _REMEDY)
    for uuid in manifest:
        try:
            # An event is named by a UUID, which leads to no other folder.
            file = path / f"{_uuid(uuid)}.json"
            for event in _events(_json(file), file):
                yield from _indicators(event, options, skipped)
        except EntryError as error:
            skipped.add(str(error), MANIFEST, uuid)
        except ListError as error:
            skipped.add(f"an event that {error.problem}", MANIFEST, uuid)


def _json(path: Path) -> Any:
    with opened(path, MOST_BYTES) as stream:
        text = stream.read()
    try:
        return orjson.loads(text.encode())
    except orjson.JSONDecodeError as error:
        raise ListError(path, f"is no JSON ({error.msg})", _REMEDY, error.lineno) from error


def _uuid(written: str) -> str:
    try:
        return str(UUID(written))
    except ValueError as error:
        raise EntryError(NO_UUID) from error


def _events(content: Any, path: Path) -> Iterator[dict[str, Any]]:
    """The events of what MISP writes: one, a list, or the answer to a search."""
    if isinstance(content, dict) and "response" in content:
        content = content["response"]
    wrapped = content if isinstance(content, list) else [content]
    for one in wrapped:
        event = one.get("Event") if isinstance(one, dict) else None
        if not isinstance(event, dict):
            raise ListError(path, "is no event of MISP (no 'Event')", "export the event as JSON")
        yield event


def _indicators(
    event: dict[str, Any], options: ThreatListOptions, skipped: Skipped
) -> Iterator[ThreatIndicator]:
    objects = [one for one in _dicts(event, "Object") if not _is_set(one.get("deleted"))]
    for attribute in (
        *_dicts(event, "Attribute"),
        *(attribute for one in objects for attribute in _dicts(one, "Attribute")),
    ):
        where = str(attribute.get("uuid") or event.get("uuid") or "event")
        value = attribute.get("value")
        try:
            if _is_set(attribute.get("deleted")):
                raise EntryError(DELETED)
            if not _is_set(attribute.get("to_ids")):
                raise EntryError(NOT_FOR_DETECTION)
            if not isinstance(value, str):
                raise EntryError(NO_ATTRIBUTE)
            seen = read_time(attribute.get("first_seen")) or read_time(attribute.get("timestamp"))
            for entry in _entries(str(attribute.get("type", "")), value):
                yield ThreatIndicator(
                    entry,
                    options.name,
                    str(attribute.get("category") or ""),
                    valid_from=seen,
                    reference=where,
                )
        except EntryError as error:
            skipped.add(str(error), where, str(value))


def _dicts(parent: dict[str, Any], name: str) -> list[dict[str, Any]]:
    children = parent.get(name)
    return [one for one in children if isinstance(one, dict)] if isinstance(children, list) else []


def _is_set(flag: object) -> bool:
    """Whether a flag is set, which older versions write as "1"."""
    return flag in (True, 1, "1", "true")


def _entries(type_: str, value: str) -> tuple[Entry, ...]:
    """What an attribute stands for.

    A domain and the address that it had are two entries, as in MISP's own exports. A port is left
    out: what an address serves on one port says enough of the address.
    """
    first, _, second = value.partition("|")
    if type_ == "url":
        return (read_url(value),)
    if type_ == "uri":
        if "://" not in value:
            raise EntryError(PATH_ALONE)
        return (read_url(value),)
    if type_ in ("domain", "hostname", "hostname|port"):
        return (read_name(first, "domain" if type_ == "domain" else "host"),)
    if type_ in ("ip-dst", "ip-src", "ip-dst|port", "ip-src|port"):
        return (read_address(first),)
    if type_ == "domain|ip":
        return (read_name(first, "domain"), read_address(second))
    raise EntryError(f"of the type {type_[:40]!r}")
