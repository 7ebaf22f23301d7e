"""Counts over a URL's text, for the trees. The list is frozen: models name its columns."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from network_security.detection.url_text.ngrams import Zones
from network_security.detection.url_text.text import UrlText

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_ALPHABET: Final = _LETTERS + "0123456789" + ".-_/?=&%~+"
_OTHER: Final = len(_ALPHABET)
_KINDS: Final = _OTHER + 1

_KIND_OF: Final = np.full(256, _OTHER, np.int64)
_KIND_OF[np.frombuffer(_ALPHABET.encode(), np.uint8)] = np.arange(_OTHER)


def _is(characters: str) -> NDArray[np.bool_]:
    table = np.zeros(256, np.bool_)
    table[np.frombuffer(characters.encode(), np.uint8)] = True
    return table


_VOWEL: Final = _is("aeiou")
_CONSONANT: Final = _is("".join(set(_LETTERS) - set("aeiou")))
_DIGIT: Final = _is("0123456789")
_SEPARATOR: Final = _is("./?=&-_ ")

_OF_A_ZONE: Final = (
    "length",
    "tokens",
    "longest_token",
    "last_token",
    "vowels",
    "consonant_pairs",
    "consonant_triples",
    "digits",
    "digit_changes",
    "repeats",
    "entropy",
)
_OF_HOST: Final = (".", "-")
_OF_REST: Final = ("/", ".", "-", "_", "=", "&", "%")
_NAMES: Final = {
    ".": "dots", "-": "hyphens", "/": "slashes", "_": "underscores", "=": "equals",
    "&": "ampersands", "%": "percents",
}  # fmt: skip
_FLAGS: Final = ("userinfo", "port", "foreign", "address")

FEATURES: Final[tuple[str, ...]] = (
    *(f"host_{name}" for name in _OF_A_ZONE),
    *(f"host_{_NAMES[character]}" for character in _OF_HOST),
    *(f"host_letter_{letter}" for letter in _LETTERS),
    *(f"rest_{name}" for name in _OF_A_ZONE),
    *(f"rest_{_NAMES[character]}" for character in _OF_REST),
    *_FLAGS,
)
"""The columns of `lexical_counts`, in order.

For host and rest alike: ``length`` in bytes with its marks; ``tokens`` between separators, the
lengths of the ``longest_token`` and the ``last_token`` (a host's top-level domain); ``vowels`` as a
share of letters; ``consonant_pairs`` and ``consonant_triples``, consonants in a row; ``digits``;
``digit_changes``, places where digits meet letters; ``repeats``, a character beside itself; and
``entropy`` of the characters in bits. Then single characters counted (letters of a host as a share
of its length), and flags: `UrlText` describes the first three, ``address`` is a host that is an IP
address. All counts of an absent rest are 0.
"""


def lexical_counts(urls: Sequence[UrlText], zones: Zones) -> NDArray[np.float32]:
    """The counts of each URL, shape (n_urls, n_features).

    Args:
        urls: a batch.
        zones: the same batch's bytes.
    """
    kind = _KIND_OF[zones.text]
    place = np.repeat(np.arange(len(zones.length)), zones.length)
    histogram = np.bincount(place * _KINDS + kind, minlength=len(zones.length) * _KINDS)
    histogram = histogram.reshape(-1, _KINDS)
    by_zone = _zone_counts(zones, histogram, place)
    host, rest = by_zone[0::2], by_zone[1::2]
    in_host, in_rest = histogram[0::2], histogram[1::2]
    letters = in_host[:, : len(_LETTERS)] / np.maximum(zones.length[0::2], 1)[:, None]
    flags = [(url.userinfo, url.port, url.foreign, is_address(url.host)) for url in urls]
    columns = (
        host,
        in_host[:, [_ALPHABET.index(character) for character in _OF_HOST]],
        letters,
        rest,
        in_rest[:, [_ALPHABET.index(character) for character in _OF_REST]],
        np.array(flags, dtype=np.float64).reshape(len(urls), len(_FLAGS)),
    )
    return np.concatenate(columns, axis=1, dtype=np.float32)


def _zone_counts(
    zones: Zones, histogram: NDArray[np.int64], place: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The columns `_OF_A_ZONE`, shape (n_zones, n_columns)."""
    text, length = zones.text, zones.length
    end = np.cumsum(length)
    start = end - length
    consonant, vowel, digit = _CONSONANT[text], _VOWEL[text], _DIGIT[text]
    # Zones begin and end with a separator, so that none of these reaches across two of them.
    pair = consonant[1:] & consonant[:-1]
    letter = consonant | vowel
    found = np.zeros((6, len(text) + 1), np.int64)
    found[0, 1:] = vowel
    found[1, 2:] = pair
    found[2, 3:] = pair[1:] & pair[:-1]
    found[3, 1:] = digit
    found[4, 2:] = (digit[1:] & letter[:-1]) | (letter[1:] & digit[:-1])
    found[5, 2:] = (text[1:] == text[:-1]) & ~_SEPARATOR[text[1:]]
    until = np.cumsum(found, axis=1)
    vowels, pairs, triples, digits, changes, repeats = until[:, end] - until[:, start]
    n_letters = histogram[:, : len(_LETTERS)].sum(axis=1)
    tokens, longest, last = _tokens(text, place, length)
    share = histogram / np.maximum(length, 1)[:, None]
    entropy = -(share * np.log2(np.where(share > 0, share, 1.0))).sum(axis=1)
    return np.column_stack(
        (
            length,
            tokens,
            longest,
            last,
            vowels / np.maximum(n_letters, 1),
            pairs,
            triples,
            digits,
            changes,
            repeats,
            entropy,
        )
    )


def _tokens(
    text: NDArray[np.uint8], place: NDArray[np.int64], length: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Number of tokens, length of the longest and of the last, each of shape (n_zones,)."""
    number, longest, last = (np.zeros(len(length), np.int64) for _ in range(3))
    separator = np.flatnonzero(_SEPARATOR[text])
    if not len(separator):
        return number, longest, last
    zone = place[separator]
    # The first separator of a zone ends no token.
    size = np.diff(separator, prepend=-1) - 1
    first = np.flatnonzero(np.diff(zone, prepend=-1))
    size[first] = 0
    used = zone[first]
    number[used] = np.add.reduceat((size > 0).astype(np.int64), first)
    longest[used] = np.maximum.reduceat(size, first)
    last[used] = size[np.append(first[1:], len(size)) - 1]
    return number, longest, last


def is_address(host: str) -> bool:
    """Whether the host is an IP address, in any spelling that browsers take for one."""
    if host.startswith("["):
        return True
    last = host.rpartition(".")[2]
    return last.isdecimal() or (last.startswith("0x") and len(last) > 2)  # noqa: PLR2004 - "0x"
