"""Finds words of persuasion in text, however they are disguised."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from network_security.evidence.messages import word_lists

LONGEST_READ = 200_000
"""Characters of a message's text in which words are looked for."""

INVISIBLE: Final = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b"
    "\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\ufeff\uffa0"
)
"""Characters without a glyph (Unicode's Default_Ignorable_Code_Point, those seen in mail)."""
_DROPPED: Final = dict.fromkeys(map(ord, INVISIBLE))


def plain(text: str) -> str:
    r"""Return text as it is searched: lower case, no accents, no invisible characters.

    Compatibility forms become plain letters, so that bold mathematical letters hide no word.

    >>> plain("V\u00e9rifiez\u200b \U0001d5ec\U0001d5fc\U0001d602")
    'verifiez you'
    """
    text = text[:LONGEST_READ].translate(_DROPPED)
    if not text.isascii():
        marks = unicodedata.normalize("NFKD", text)
        text = "".join(mark for mark in marks if not unicodedata.combining(mark))
    return " ".join(text.lower().replace("\u2019", "'").split())


def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    written = dict.fromkeys(map(plain, phrases))
    # Japanese writes no spaces between words.
    spaced = sorted((one for one in written if one.isascii()), key=len, reverse=True)
    unspaced = [one for one in written if not one.isascii()]
    words = rf"(?<!\w)(?:{'|'.join(map(re.escape, spaced))})(?!\w)"
    return re.compile("|".join([words, *map(re.escape, unspaced)]))


PATTERNS: Final[Mapping[str, re.Pattern[str]]] = {
    name: _pattern(phrases)
    for name, phrases in {
        "urgency": word_lists.URGENCY,
        "credentials": word_lists.CREDENTIALS,
        "suspension": word_lists.SUSPENSION,
        "payment": word_lists.PAYMENT,
        "lure": word_lists.LURE,
        "extortion": word_lists.EXTORTION,
        "contact": word_lists.CONTACT,
        "greeting": word_lists.GENERIC_GREETING,
        "action": word_lists.CALL_TO_ACTION,
        "unsubscribe": word_lists.UNSUBSCRIBE,
    }.items()
}
"""Of each list, what finds its phrases in text that `plain` returned."""


def phrases(name: str, text: str) -> tuple[str, ...]:
    """Return the distinct phrases of a list that stand in text that `plain` returned.

    >>> phrases("urgency", plain("URGENT: act now, urgent!"))
    ('urgent', 'act now')
    """
    return tuple(dict.fromkeys(PATTERNS[name].findall(text)))
