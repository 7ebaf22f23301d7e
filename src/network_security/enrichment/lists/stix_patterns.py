"""What of a STIX pattern can be compared with one URL and the addresses of its host.

Read are observations of `url:value`, `domain-name:value`, `ipv4-addr:value`, `ipv6-addr:value`,
`domain-name:resolves_to_refs[*].value` and `network-traffic:dst_ref.value`, compared by `=`, `IN`
and, for addresses, `ISSUBSET`; joined by AND and OR inside an observation, and by OR between
observations. All else is told by its reason, and what is joined to it by OR is used all the same.

Source: STIX 2.1, OASIS Standard, 10 June 2021, section 9 "STIX Patterning".
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from network_security.enrichment.lists.entries import read_address, read_entry, read_url
from network_security.enrichment.lists.errors import EntryError
from network_security.enrichment.lists.indicators import Entry
from network_security.enrichment.lists.options import NameReading

LONGEST_PATTERN = 1_000_000
DEEPEST = 32
"""Parentheses inside each other."""
MOST_ALTERNATIVES = 10_000
MOST_TERMS = 16
"""Comparisons that one alternative joins by AND."""

TOO_LARGE = "a STIX pattern that is too large"
SYNTAX = "no STIX pattern"
SEVERAL = "a STIX pattern of several observations"

Alternative = tuple[Entry, ...]
"""Entries that must all match."""


class Pattern(NamedTuple):
    """A pattern as alternatives, each of which is a match.

    Attributes:
        alternatives: What can be compared.
        unread: The reasons why other alternatives of it cannot.
    """

    alternatives: tuple[Alternative, ...]
    unread: tuple[str, ...]


class _Unread(str):
    """A comparison that is not understood; its text is the reason."""

    __slots__ = ()


_Term = Entry | _Unread
_Alternatives = list[tuple[_Term, ...]]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>'(?:[^'\\]|\\.)*')
      | (?P<number>-?[0-9]+(?:\.[0-9]+)?)
      | (?P<path>[A-Za-z][A-Za-z0-9-]*:(?:[A-Za-z0-9_.-]|'(?:[^'\\]|\\.)*'|\[(?:\*|[0-9]{1,9})\])+)
      | (?P<typed>[thb]'(?:[^'\\]|\\.)*')
      | (?P<word>[A-Za-z]+)
      | (?P<mark><=|>=|!=|<>|==|[\[\]()=<>,])
    )""",
    re.VERBOSE | re.DOTALL,
)
_SIMPLE = re.compile(r"\[\s*([a-z0-9-]+:value)\s*=\s*'([^'\\]*)'\s*\]")
_ADDRESS_PATHS = frozenset({
    "ipv4-addr:value", "ipv6-addr:value", "domain-name:resolves_to_refs[*].value",
})  # fmt: skip
_COMPARED = frozenset({"=", "==", "!=", "<>", "<", ">", "<=", ">="})
_WORDS_COMPARED = frozenset({"IN", "LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"})
_JOINTS = frozenset({"AND", "FOLLOWEDBY"})
_QUALIFIERS = frozenset({"WITHIN", "REPEATS", "START", "STOP"})


def read_pattern(written: str, names: NameReading) -> Pattern:
    """Read a pattern.

    Args:
        written: the pattern.
        names: what a domain name stands for.

    Raises:
        EntryError: for what is no pattern, for one of several observations that must all be made,
            and for one that is too large.

    >>> read_pattern("[url:value = 'http://a.example/x' OR file:name = 'x']", "host")
    Pattern(alternatives=((Entry(kind='url', value='a.example/x'),),), unread=('file:name',))
    """
    if len(written) > LONGEST_PATTERN:
        raise EntryError(TOO_LARGE)
    if (simple := _SIMPLE.fullmatch(written)) is not None:
        term = _term(simple[1], "=", simple[2], names)
        return Pattern((), (str(term),)) if isinstance(term, _Unread) else Pattern(((term,),), ())
    found = _Reader(written, names).pattern()
    unread = {term: None for one in found for term in one if isinstance(term, _Unread)}
    alternatives = {
        tuple(dict.fromkeys(term for term in one if isinstance(term, Entry))): None
        for one in found
        if not any(isinstance(term, _Unread) for term in one)
    }
    return Pattern(tuple(alternatives), tuple(map(str, unread)))


def _term(path: str, operator: str, value: str, names: NameReading) -> _Term:
    """What a comparison with a text stands for."""
    try:
        if path in _ADDRESS_PATHS and operator in ("=", "ISSUBSET"):
            return read_address(value)
        if operator == "=" and path == "url:value":
            return read_url(value)
        if operator == "=" and path in ("domain-name:value", "network-traffic:dst_ref.value"):
            return read_entry(value, names)
    except EntryError as error:
        return _Unread(error)
    return _Unread(path if operator == "=" else f"{path} {operator}")


class _Reader:
    """Reads a pattern from left to right; AND binds closer than OR."""

    def __init__(self, written: str, names: NameReading) -> None:
        self._names = names
        self._tokens = _tokens(written)
        self._next = 0
        self._depth = 0

    def pattern(self) -> _Alternatives:
        found = self._observations()
        if self._next < len(self._tokens):
            self._refuse_several()
            raise EntryError(SYNTAX)
        return found

    # Observations

    def _observations(self) -> _Alternatives:
        found = self._observation()
        while self._take("OR"):
            found = _either(found, self._observation())
        self._refuse_several()
        return found

    def _observation(self) -> _Alternatives:
        if self._take("("):
            found = self._inside(self._observations)
        else:
            self._expect("[")
            found = self._comparisons()
            self._expect("]")
        return found

    def _refuse_several(self) -> None:
        if self._peek() in _JOINTS or self._peek() in _QUALIFIERS:
            raise EntryError(SEVERAL)

    # Comparisons

    def _comparisons(self) -> _Alternatives:
        found = self._joined()
        while self._take("OR"):
            found = _either(found, self._joined())
        return found

    def _joined(self) -> _Alternatives:
        found = self._comparison()
        while self._take("AND"):
            found = _both(found, self._comparison())
        return found

    def _comparison(self) -> _Alternatives:
        if self._take("("):
            return self._inside(self._comparisons)
        if self._take("EXISTS"):
            return [(_Unread(f"{self._one('path')[:80]} EXISTS"),)]
        path = self._one("path")
        negated = self._take("NOT")
        operator = self._one("mark", "word").upper()
        if operator not in _COMPARED and operator not in _WORDS_COMPARED:
            raise EntryError(SYNTAX)
        values = self._values() if operator == "IN" else [self._literal()]
        operator = "=" if operator in ("IN", "==") else operator
        if negated:
            return [(_Unread(f"{path[:80]} NOT {operator}"),)]
        return [
            (
                _Unread(f"{path[:80]} {operator}")
                if value is None
                else _term(path[:80], operator, value, self._names),
            )
            for value in values
        ]

    def _values(self) -> list[str | None]:
        self._expect("(")
        values = [self._literal()]
        while self._take(","):
            values.append(self._literal())
        self._expect(")")
        if len(values) > MOST_ALTERNATIVES:
            raise EntryError(TOO_LARGE)
        return values

    def _literal(self) -> str | None:
        """A text without its escapes; None for a number, a time and the like."""
        kind, written = self._any()
        if kind == "string":
            return re.sub(r"\\(.)", r"\1", written[1:-1], flags=re.DOTALL)
        if kind in ("number", "typed") or (kind == "word" and written.lower() in ("true", "false")):
            return None
        raise EntryError(SYNTAX)

    # Tokens

    def _inside(self, read: Callable[[], _Alternatives]) -> _Alternatives:
        self._depth += 1
        if self._depth > DEEPEST:
            raise EntryError(TOO_LARGE)
        found = read()
        self._expect(")")
        self._depth -= 1
        return found

    def _any(self) -> tuple[str, str]:
        if self._next == len(self._tokens):
            raise EntryError(SYNTAX)
        self._next += 1
        return self._tokens[self._next - 1]

    def _one(self, *kinds: str) -> str:
        kind, written = self._any()
        if kind not in kinds:
            raise EntryError(SYNTAX)
        return written

    def _peek(self) -> str:
        """The next word or mark; "" for anything else."""
        if self._next == len(self._tokens):
            return ""
        kind, written = self._tokens[self._next]
        return written if kind in ("word", "mark") else ""

    def _take(self, expected: str) -> bool:
        if self._peek() != expected:
            return False
        self._next += 1
        return True

    def _expect(self, expected: str) -> None:
        if not self._take(expected):
            raise EntryError(SYNTAX)


def _tokens(written: str) -> list[tuple[str, str]]:
    tokens, place, text = [], 0, written.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise EntryError(SYNTAX)
        kind = found.lastgroup or ""
        tokens.append((kind, found[kind]))
        place = found.end()
    return tokens


def _either(one: _Alternatives, other: _Alternatives) -> _Alternatives:
    if len(one) + len(other) > MOST_ALTERNATIVES:
        raise EntryError(TOO_LARGE)
    one.extend(other)  # In place: a pattern may be one long chain of OR.
    return one


def _both(one: _Alternatives, other: _Alternatives) -> _Alternatives:
    """Every alternative of one with every one of the other."""
    if len(one) * len(other) > MOST_ALTERNATIVES:
        raise EntryError(TOO_LARGE)
    joined = [(*left, *right) for left in one for right in other]
    if any(len(terms) > MOST_TERMS for terms in joined):
        raise EntryError(TOO_LARGE)
    return joined
