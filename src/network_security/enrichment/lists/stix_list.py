"""The indicators of a STIX 2.1 bundle, or of the envelope of a TAXII 2.1 collection.

Source: STIX 2.1, OASIS Standard, 10 June 2021, sections 3.2 (common properties), 4.7 (indicator)
and 8 (bundle).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from network_security.enrichment.lists.errors import EntryError, Skipped
from network_security.enrichment.lists.files import opened
from network_security.enrichment.lists.indicators import ThreatIndicator
from network_security.enrichment.lists.json_objects import members
from network_security.enrichment.lists.options import ThreatListOptions
from network_security.enrichment.lists.stix_patterns import read_pattern
from network_security.enrichment.lists.values import read_confidence, read_time

REVOKED = "revoked"
OTHER_LANGUAGE = "a pattern that is not of STIX"
NO_INDICATOR = "an indicator without a pattern"


def read_stix(options: ThreatListOptions, skipped: Skipped) -> Iterator[ThreatIndicator]:
    """Yield the indicators of a bundle; parts of patterns that are not understood are counted.

    Objects of other types are no indicators, and not counted.

    Raises:
        ListError: If the file cannot be read, or is no bundle.
    """
    path = Path(options.path)
    with opened(path) as stream:
        text = stream.read()
    for number, stix in enumerate(members(text, "objects", path), 1):
        if not isinstance(stix, dict) or stix.get("type") != "indicator":
            continue
        reference = stix.get("id")
        where = reference if isinstance(reference, str) else f"object {number}"
        try:
            yield from _indicators(stix, options, skipped, where)
        except EntryError as error:
            skipped.add(str(error), where, str(stix.get("pattern", "")))


def _indicators(
    stix: dict[str, Any], options: ThreatListOptions, skipped: Skipped, where: str
) -> Iterator[ThreatIndicator]:
    pattern = stix.get("pattern")
    if stix.get("revoked") is True:
        raise EntryError(REVOKED)
    if not isinstance(pattern, str):
        raise EntryError(NO_INDICATOR)
    # STIX 2.0 has no other language, and no property that names it.
    if stix.get("pattern_type", "stix") != "stix":
        raise EntryError(OTHER_LANGUAGE)
    valid_from, valid_until = read_time(stix.get("valid_from")), read_time(stix.get("valid_until"))
    confidence = read_confidence(stix.get("confidence"))
    read = read_pattern(pattern, options.names)
    for unread in read.unread:
        skipped.add(f"not compared with URLs: {unread}", where, pattern)
    for first, *also in read.alternatives:
        yield ThreatIndicator(
            first,
            options.name,
            _category(stix),
            confidence,
            valid_from,
            valid_until,
            where,
            tuple(also),
        )


def _category(stix: dict[str, Any]) -> str:
    """The types, which STIX 2.0 has as labels."""
    types = stix.get("indicator_types") or stix.get("labels") or ()
    return ", ".join(one for one in types if isinstance(one, str)) if type(types) is list else ""
