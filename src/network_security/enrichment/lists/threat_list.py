"""A threat list in memory: columns, and an index by what is listed."""

import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from network_security.enrichment.lists.csv_list import read_csv
from network_security.enrichment.lists.errors import ListError, Skipped
from network_security.enrichment.lists.files import MOST_ENTRIES
from network_security.enrichment.lists.indicators import Entry, Kind, ThreatIndicator, ThreatMatch
from network_security.enrichment.lists.keys import Key
from network_security.enrichment.lists.misp_list import read_misp
from network_security.enrichment.lists.options import ThreatFormat, ThreatListOptions
from network_security.enrichment.lists.plain_list import read_plain
from network_security.enrichment.lists.stix_list import read_stix
from network_security.enrichment.lists.text_index import TextIndex, Texts
from network_security.enrichment.lists.wording import printable

UNKNOWN_CONFIDENCE = -1
LONGEST_REFERENCE, LONGEST_CATEGORY = 500, 100
SECONDS_A_DAY = 86_400
LATEST = datetime.max.replace(tzinfo=UTC).timestamp()
TOO_UNSURE = "of less confidence than asked for"

_CODES: dict[Kind, str] = {"url": "u", "domain": "d", "host": "h", "ip": "i", "network": "n"}
_KINDS = {code: kind for kind, code in _CODES.items()}
_READERS: dict[
    ThreatFormat, Callable[[ThreatListOptions, Skipped], Iterator[ThreatIndicator]]
] = {"plain": read_plain, "csv": read_csv, "stix": read_stix, "misp": read_misp}  # fmt: skip


class ThreatList:
    """The indicators of a list.

    Args:
        options: what the list is.
        default_date: seconds since 1970 from which on entries hold that `expires_after_days` gives
            an end to, and that have no date.

    Attributes:
        name: What the list is called.
        skipped: What was left out.
        prefixes: Versions and prefix lengths of its networks.
    """

    def __init__(self, options: ThreatListOptions, default_date: float) -> None:
        self.name = options.name
        self.skipped = Skipped()
        self.prefixes: set[tuple[int, int]] = set()
        self._options = options
        self._default_date = default_date
        self._kinds: Counter[str] = Counter()
        self._texts, self._references = Texts(), Texts()
        self._hashes = array("q")
        self._from, self._until = array("d"), array("d")
        self._confidences = array("b")
        self._category_names: dict[str, int] = {}
        self._categories = array("I")
        self._also: dict[int, tuple[Entry, ...]] = {}
        for indicator in _READERS[options.format](options, self.skipped):
            self._add(indicator)
        self._category_texts = tuple(self._category_names)
        self._index = TextIndex(self._texts, self._hashes)
        del self._hashes

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def size(self) -> int:
        """Bytes that the list takes in memory, of rows and index."""
        columns = (self._from, self._until, self._confidences, self._categories)
        rows = sum(column.itemsize * len(column) for column in columns)
        return self._index.size + self._references.size + rows

    def counts(self) -> dict[str, int]:
        """Return the number of entries by kind."""
        return dict(self._kinds)

    def match(self, keys: Sequence[Key], now: float) -> Iterator[ThreatMatch]:
        """Yield a match for each of the keys that the list holds at a time.

        Args:
            keys: a URL's keys.
            now: seconds since 1970.
        """
        matched: set[int] = set()
        for place, row in self._index.find([_text(key.entry) for key in keys]):
            key = keys[place]
            if place in matched or not self._from[row] <= now < self._until[row]:
                continue
            if key.other_query and not self._options.any_query:
                continue
            also = self._also.get(row, ())
            if also and not {key.entry for key in keys if not key.other_query}.issuperset(also):
                continue
            matched.add(place)
            parts = [key.why, *(f"{one.kind} {one.value}" for one in also)]
            why = ", and ".join(printable(part, LONGEST_REFERENCE) for part in parts)
            yield ThreatMatch(self._indicator(row), why)

    def _add(self, indicator: ThreatIndicator) -> None:
        options, row = self._options, len(self)
        confidence = indicator.confidence
        if confidence is None:
            confidence = options.confidence
        if confidence is not None and confidence < options.least_confidence:
            self.skipped.add(TOO_UNSURE, indicator.reference, indicator.value)
            return
        if row == MOST_ENTRIES:
            raise ListError(Path(options.path), f"holds over {MOST_ENTRIES:,} entries", "split it")
        text = _text(indicator.entry)
        self._texts.add(text)
        self._hashes.append(hash(text))
        self._references.add(printable(indicator.reference, LONGEST_REFERENCE))
        begin = -math.inf if indicator.valid_from is None else indicator.valid_from.timestamp()
        self._from.append(begin)
        self._until.append(self._end(indicator, begin))
        self._confidences.append(UNKNOWN_CONFIDENCE if confidence is None else confidence)
        category = printable(indicator.category or options.category, LONGEST_CATEGORY)
        number = self._category_names.setdefault(category, len(self._category_names))
        self._categories.append(number)
        if indicator.also:
            self._also[row] = indicator.also
        self._kinds[indicator.kind] += 1
        for entry in (indicator.entry, *indicator.also):
            if entry.kind == "network":
                address, _, length = entry.value.partition("/")
                self.prefixes.add((6 if ":" in address else 4, int(length)))

    def _end(self, indicator: ThreatIndicator, begin: float) -> float:
        if indicator.valid_until is not None:
            return indicator.valid_until.timestamp()
        days = self._options.expires_after_days
        if days is None:
            return math.inf
        return (self._default_date if math.isinf(begin) else begin) + days * SECONDS_A_DAY

    def _indicator(self, row: int) -> ThreatIndicator:
        text, confidence = self._texts[row], self._confidences[row]
        return ThreatIndicator(
            Entry(_KINDS[text[0]], text[1:]),
            self.name,
            self._category_texts[self._categories[row]],
            None if confidence == UNKNOWN_CONFIDENCE else confidence,
            _time(self._from[row]),
            _time(self._until[row]),
            self._references[row],
            self._also.get(row, ()),
        )


def _text(entry: Entry) -> str:
    return _CODES[entry.kind] + entry.value


def _time(seconds: float) -> datetime | None:
    """The time; None for one that never comes."""
    if math.isinf(seconds) or seconds >= LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)
