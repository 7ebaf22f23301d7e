"""A list of the most visited sites: which place a host has."""

import io
import re
from array import array
from collections.abc import Iterator
from pathlib import Path

from network_security.enrichment.lists.csv_rows import COMMENT, csv_rows
from network_security.enrichment.lists.errors import ListError, Skipped
from network_security.enrichment.lists.files import MOST_ENTRIES, lines_of, opened
from network_security.enrichment.lists.options import RankListOptions
from network_security.enrichment.lists.text_index import TextIndex, Texts
from network_security.evidence.urls import Host, parse
from network_security.evidence.urls.idna import LONGEST_NAME

LARGEST_RANK = 2**32 - 1
LONGEST_RANK = 10

_NAME = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*")
NO_DOMAIN = "no domain"
NO_RANK = "no rank from 1 on"
UNRANKED = 0


class RankList:
    """Ranks by host; `www` before a host does not count.

    Attributes:
        name: What the list is called.
        skipped: What was left out.
    """

    def __init__(self, name: str, index: TextIndex, ranks: "array[int]", skipped: Skipped) -> None:
        self.name = name
        self.skipped = skipped
        self._index = index
        self._ranks = ranks

    def __len__(self) -> int:
        return len(self._index)

    @property
    def size(self) -> int:
        """Bytes that the list takes in memory."""
        return self._index.size + self._ranks.itemsize * len(self._ranks)

    def counts(self) -> dict[str, int]:
        """Return the number of entries by kind."""
        return {"site": len(self)}

    def rank(self, host: Host) -> int:
        """Return the best rank of a host and its parents up to its domain, 0 for none.

        A domain that others register names under, as `github.io`, is no parent of them.
        """
        names = [host.name]
        if host.domain:
            while names[-1] != host.domain:
                names.append(names[-1].partition(".")[2])
        ranks = [self._ranks[row] for _, row in self._index.find(names)]
        return min(ranks, default=UNRANKED)


def read_rank_list(options: RankListOptions) -> RankList:
    """Read a rank list.

    Raises:
        ListError: If it cannot be read, or holds no site.
    """
    path, skipped = Path(options.path), Skipped()
    texts, hashes, ranks = Texts(), array("q"), array("I")
    place = 0
    with opened(path) as text:
        for line, site, written_rank in _rows(text, path, options, skipped):
            name = _name(site)
            if line == 1 and not written_rank and "." not in site:
                continue  # A header.
            place += 1
            rank = _rank(written_rank) if written_rank else place
            if not name or rank is None:
                skipped.add(NO_RANK if name else NO_DOMAIN, f"line {line}", site)
                continue
            if len(texts) == MOST_ENTRIES:
                raise ListError(path, f"holds more than {MOST_ENTRIES:,} sites", "cut it", line)
            texts.add(name)
            hashes.append(hash(name))
            ranks.append(rank)
    if not len(texts):
        first = f" ({skipped.examples[0]})" if skipped.examples else ""
        raise ListError(path, f"holds no site{first}", "give one line `rank,domain` for each site")
    return RankList(options.name, TextIndex(texts, hashes), ranks, skipped)


def _rows(
    text: io.TextIOBase, path: Path, options: RankListOptions, skipped: Skipped
) -> Iterator[tuple[int, str, str]]:
    """Line, site and rank of each row; the rank is "" where the order tells it."""
    if options.domain_column is not None:
        wanted = (options.domain_column, options.rank_column)
        for line, (site, rank) in csv_rows(text, path, wanted, skipped):
            yield line, site, rank
        return
    for line, written in lines_of(text, skipped):
        if written.startswith(COMMENT):
            continue
        first, _, rest = written.partition(",")
        if first.isascii() and first.isdigit():
            yield line, rest.partition(",")[0].strip(), first
        else:
            yield line, first.strip(), ""


def _name(site: str) -> str:
    """The host of a domain or an origin, without `www`; "" for neither."""
    name = site.strip('"') if _NAME.fullmatch(site) is None else site
    if _NAME.fullmatch(name) is None and not any(map(str.isspace, name)):
        name = parse(name).host.name
    if len(name) > LONGEST_NAME or _NAME.fullmatch(name) is None:
        return ""
    parent = name.removeprefix("www.")
    return parent if "." in parent else name


def _rank(written: str) -> int | None:
    if not (written.isascii() and written.isdigit() and len(written) <= LONGEST_RANK):
        return None
    rank = int(written)
    return rank if 1 <= rank <= LARGEST_RANK else None
