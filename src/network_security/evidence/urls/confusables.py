r"""Names that look like other names.

The skeleton of a name is the same for all names that look alike: `paypa1` and `p\u0430ypal`, whose
first a is Cyrillic, share that of `paypal`. Skeletons are no names: compare
them with skeletons only.

Source: Unicode Technical Standard 39, sections 4 (confusable detection) and 5 (mixed scripts). The
table is a small one: lower-case Cyrillic, Greek, Armenian and Latin letters and digits that pass
for Latin ones in a browser's address bar. Unlike UTS 39, accents are dropped: a dot more or less is
easily overlooked there.
"""

import unicodedata
from functools import lru_cache

_LOOKS_LIKE = {
    "a": "\u0430\u0251\u03b1",
    "b": "\u044c\u0185",
    "c": "\u0441\u03f2\u217d\u1d04",
    "d": "\u0501\u0257\u217e",
    "e": "\u0435\u0454\u04bd\u212e",
    "f": "\u0192\u03dd",
    "g": "\u0261\u0581\u050d",
    "h": "\u04bb\u0570",
    "i": "\u0456\u03b9\u0131\u0269",
    "j": "\u0458\u03f3",
    "k": "\u043a\u03ba\u0138",
    "l": "\u217c\u04cf1|",
    "n": "\u043f\u03b7\u0578",
    "o": "\u043e\u03bf\u0585\u03c30\u04e9",
    "p": "\u0440\u03c1",
    "q": "\u051b\u0566",
    "r": "\u0433\u1d26",
    "s": "\u0455\ua731",
    "t": "\u0442\u03c4",
    "u": "\u03c5\u057d\u1d1c\u028b",
    "v": "\u03bd\u0475\u2174",
    "x": "\u0445\u03c7\u2179",
    "y": "\u0443\u03b3\u04af\u028f",
    "z": "\u1d22\u0225",
    "ss": "\u00df",
    "ae": "\u00e6\u04d5",
    "oe": "\u0153",
    "rn": "m\u043c",
    "vv": "w\u051d\u0448\u03c9\u0561",
}
_TABLE = str.maketrans({mark: plain for plain, marks in _LOOKS_LIKE.items() for mark in marks})

_TOGETHER = (
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA"},
    {"LATIN", "CJK", "HANGUL"},
    {"LATIN", "CJK", "BOPOMOFO"},
)
"""Scripts that are written together (UTS 39, section 5.2, "highly restrictive")."""


def skeleton(name: str) -> str:
    r"""Return what a name looks like: equal for names that look alike.

    Args:
        name: lower case, in Unicode.

    >>> skeleton("p\u0430ypal") == skeleton("paypa1") == skeleton("paypal")
    True
    """
    if not name.isascii():
        marks = unicodedata.normalize("NFD", name)
        name = "".join(mark for mark in marks if not unicodedata.combining(mark))
    return name.translate(_TABLE)


def is_mixed(label: str) -> bool:
    r"""Whether one label of a name has letters of scripts that nobody writes together.

    >>> is_mixed("p\u0430ypal"), is_mixed("\u043f\u043e"), is_mixed("\u6771\u4eactower")
    (True, False, False)
    """
    if label.isascii():
        return False
    scripts = {_script(letter) for letter in label} - {""}
    return len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER)


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    """A letter's script as its name in Unicode begins; "" for digits and signs."""
    return unicodedata.name(letter, "").partition(" ")[0] if letter.isalpha() else ""
