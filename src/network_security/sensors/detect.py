"""Which format a stream holds, told from the records in its first bytes.

>>> from network_security.sensors.detect import detect
>>> detect(b"<166>Jan 14 08:15:30 fw : %ASA-7-609001: Built local-host inside:10.20.0.15").format
'cisco_asa'
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from network_security.sensors.errors import ParseError
from network_security.sensors.framing import HEAD, Framer, Record, framer_class
from network_security.sensors.parsing import parse_event
from network_security.sensors.registry import FORMATS
from network_security.sensors.signatures import SEEN, SIGNATURES, Kind

MOST_RECORDS = 200
"""Records that are looked at."""

MOST_RUNNERS_UP = 3

PROGRAM_FORMATS = ("sshd", "postfix", "iptables")
LEAST_ALONE, STRAY = 0.8, 0.1
"""A host's own log mixes programs. Where less than the former is of one of them, and less than the
latter of other formats, it is syslog, whose parser reads each program's lines as its own does."""

RELIABILITY = {Kind.MARK: 0.99, Kind.TYPICAL: 0.9, Kind.FORM: 0.5}
"""Share of records that really are of the format that a signature of a kind gives them to."""


class Detection(NamedTuple):
    """What a stream seems to be.

    Attributes:
        format: A name of `FORMATS`, None if no record of any was recognised.
        confidence: Estimated probability that it is that format, 0 to 1.
        runners_up: The next best formats with the probability of each, best first.
    """

    format: str | None
    confidence: float
    runners_up: tuple[tuple[str, float], ...]


def detect(head: bytes) -> Detection:
    """Return the format of a stream whose first bytes are given, 64 KB of them.

    The head is cut into records as each format would have it, at most 200 of them. A record counts
    for the formats whose signature recognises it and whose parser reads it: for those of the
    highest kind of signature alone (a product's mark, words typical of it, a shared form), and to
    equal parts when several have one of that kind. A format's confidence is the sum of its
    records, each weighted with how often its kind of signature is right (`RELIABILITY`), divided by
    the number of all records. The log of a host, which mixes programs, is ``syslog``.
    """
    head = head[:HEAD]
    names: defaultdict[type[Framer], list[str]] = defaultdict(list)
    for name in FORMATS:
        names[framer_class(name, head)].append(name)
    votes: defaultdict[str, float] = defaultdict(float)
    for framing, candidates in names.items():
        records = _records(framing(), head)
        for record in records:
            kind, recognised = _recognised(record, candidates)
            for name in recognised:
                votes[name] += RELIABILITY[kind] / len(recognised) / len(records)
    ranked = sorted(votes.items(), key=lambda vote: -vote[1])
    if not ranked:
        return Detection(None, 0.0, ())
    (best, confidence), *others = ranked
    hosts = sum(votes[name] for name in PROGRAM_FORMATS)
    if hosts and confidence < LEAST_ALONE and sum(votes.values()) - hosts - votes["syslog"] < STRAY:
        others = [(name, vote) for name, vote in ranked if name != "syslog"]
        best = "syslog"
        confidence = RELIABILITY[Kind.TYPICAL] * _share(framer_class(best, head)(), head, best)
    return Detection(best, confidence, tuple(others[:MOST_RUNNERS_UP]))


def _share(framer: Framer, head: bytes, name: str) -> float:
    """Return the share of the records that a format's signatures recognise."""
    records = _records(framer, head)
    seen = sum(
        any(signature.matches(record.text[:SEEN], None) for signature in SIGNATURES[name])
        for record in records
    )
    return seen / len(records) if records else 0.0


def _records(framer: Framer, head: bytes) -> list[Record]:
    """Return the first records; the one that the end of the head cuts only if there is no other."""
    records = framer.feed(head)
    if not records or len(head) < HEAD:
        records += framer.finish()
    return records[:MOST_RECORDS]


def _recognised(record: Record, names: list[str]) -> tuple[Kind, list[str]]:
    """Return the formats that a record is one of, and the kind of signature that says so."""
    seen = f"{record.header}\n{record.text}" if record.header else record.text
    seen = seen[:SEEN]
    members = _members(record.text)
    for kind in sorted(Kind, reverse=True):
        found = [
            name
            for name in names
            if any(
                signature.kind is kind and signature.matches(seen, members)
                for signature in SIGNATURES[name]
            )
            and _parses(record, name)
        ]
        if found:
            return kind, found
    return Kind.FORM, []


def _members(text: str) -> Mapping[str, Any] | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        decoded = orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return None
    return decoded if type(decoded) is dict else None


def _parses(record: Record, name: str) -> bool:
    try:
        parse_event(record.text, format=name, header=record.header)
    except ParseError:
        return False
    return True
