"""A threat list with an entry a line, or a hosts file.

`#`, `;`, `!` and `//` begin a comment; so does ` #` behind an entry. In a hosts file an address
that leads nowhere stands before names, each of which is a host.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from network_security.enrichment.lists.entries import read_entry, read_name
from network_security.enrichment.lists.errors import EntryError, Skipped
from network_security.enrichment.lists.files import lines_of, opened
from network_security.enrichment.lists.indicators import ThreatIndicator
from network_security.enrichment.lists.options import ThreatListOptions

_COMMENTS = ("#", ";", "!", "//")
_SINKHOLES = frozenset({"0.0.0.0", "127.0.0.1", "::", "::1"})  # noqa: S104 (read, not bound)
_OWN_NAMES = re.compile(
    r"localhost(\.local|\.localdomain)?|local|broadcasthost|ip6-[a-z]+|0\.0\.0\.0"
)


def read_plain(options: ThreatListOptions, skipped: Skipped) -> Iterator[ThreatIndicator]:
    """Yield the indicators of a file; lines that hold none are counted.

    Raises:
        ListError: If the file cannot be read.
    """
    with opened(Path(options.path)) as text:
        for line, written in lines_of(text, skipped):
            entry = written.strip()
            if entry.startswith(_COMMENTS):
                continue
            if "#" in entry:
                entry = _without_comment(entry)
            where = f"line {line}"
            first, *names = entry.split()
            is_hosts_line = bool(names) and first in _SINKHOLES
            for one in names if is_hosts_line else (entry,):
                if is_hosts_line and _OWN_NAMES.fullmatch(one):
                    continue
                try:
                    found = (
                        read_name(one, "host") if is_hosts_line else read_entry(one, options.names)
                    )
                except EntryError as error:
                    skipped.add(str(error), where, one)
                else:
                    yield ThreatIndicator(found, options.name, reference=where)


def _without_comment(entry: str) -> str:
    """The entry; a # without a blank before it belongs to a URL."""
    begin = min((entry.find(mark) for mark in (" #", "\t#") if mark in entry), default=len(entry))
    return entry[:begin].rstrip()
