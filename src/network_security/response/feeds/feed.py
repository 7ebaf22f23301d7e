"""What a feed is, and what all formats share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import quote

from network_security.response.entries import BlockEntry
from network_security.response.indicators import with_scheme

LINE: Final = re.compile(r"[!-~]+")
"""What a line of a list may be made of: visible ASCII."""
_URL_CHARACTERS: Final = "/?:@!$&'()*+,;=[]~-._|^"
"""What is kept of a URL; all else is percent-encoded, blanks and line breaks before all."""


@dataclass(frozen=True)
class Written:
    """What a format makes of entries.

    Attributes:
        text: The file.
        entries: How many entries are in it.
        left_out: How many are not, by reason.
    """

    text: str
    entries: int
    left_out: Counter[str] = field(default_factory=Counter)


Write = Callable[[Sequence[BlockEntry], datetime], Written]


@dataclass(frozen=True)
class FeedFormat:
    """A format that firewalls poll.

    Attributes:
        name: By which the feed is asked for.
        title: What reads it.
        kinds: The kinds of indicators in it.
        how_to: Where to enter its address, in words.
        write: Makes the file.
    """

    name: str
    title: str
    kinds: frozenset[str]
    how_to: str
    write: Write


@dataclass(frozen=True)
class Feed:
    """A feed at one time.

    Attributes:
        name: Of its format.
        content: The file, ASCII.
        media_type: What it is.
        etag: A weak entity tag (RFC 9110, section 8.8.3), of which entries are in it until when:
            what a poller already has by that tag need not be sent again.
        last_modified: When it last changed, full seconds in UTC.
        entries: How many entries are in it.
        left_out: How many enforced ones are not, by reason.
    """

    name: str
    content: bytes
    media_type: str
    etag: str
    last_modified: datetime
    entries: int
    left_out: dict[str, int]


def listed(
    entries: Iterable[BlockEntry],
    lines_of: Callable[[BlockEntry], Iterable[str]],
    *,
    longest: int,
    most: int,
    wildcards: str = "",
) -> Written:
    """Return a list with a line or more an entry; an entry is in it whole or not at all.

    Args:
        entries: What is to be in it.
        lines_of: The lines of one.
        longest: Characters of a line at most.
        most: Lines at most.
        wildcards: Characters that the format reads as patterns, ``*`` before a domain excepted.
    """
    found: dict[str, None] = {}
    number, left_out = 0, Counter[str]()
    for entry in entries:
        lines = list(lines_of(entry))
        if any(character in entry.value for character in wildcards):
            left_out[f"has a character that is a pattern there ({wildcards})"] += 1
        elif any(len(line) > longest for line in lines):
            left_out[f"longer than {longest} characters"] += 1
        elif not all(LINE.fullmatch(line) for line in lines):
            left_out["cannot be written on a line"] += 1
        elif len(found) + len(lines) > most:
            left_out[f"more than {most:,} lines"] += 1
        else:
            found.update(dict.fromkeys(lines))
            number += 1
    return Written("".join(f"{line}\n" for line in found), number, left_out)


def encoded(entry: BlockEntry) -> str:
    """Return a URL as it goes over the wire: nothing in it ends a line or a word.

    Entries hold URLs with percent-encoding undone, so that what ends a line may be in them.
    """
    scheme, mark, rest = with_scheme(entry.value).partition("://")
    written = quote(rest, safe=_URL_CHARACTERS)
    return written if "://" not in entry.value else f"{scheme}{mark}{written}"


def domain_lines(entry: BlockEntry) -> Iterator[str]:
    """A name, and for a domain ``*.`` before it, which stands for the names under it."""
    yield entry.value
    if entry.kind == "domain":
        yield f"*.{entry.value}"
