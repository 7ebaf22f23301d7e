"""Hashed character n-grams of a batch of URLs, all positions of all URLs at once.

The hashing trick (K. Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML
2009). Host and rest are hashed apart, and each zone's n-grams share a length of 1, so that a long
path cannot drown what the host says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from network_security.detection.arrays import Floats, Ints
from network_security.detection.url_text.text import UrlText

_PRIME: Final = np.uint32(0x01000193)
"""Multiplier of the FNV hash (Fowler, Noll, Vo)."""

_MIX: Final = np.uint32(0x9E3779B1)
"""2**32 over the golden ratio: its product's high bits depend on all bits (Knuth, 6.4)."""

_HOST_SEED: Final = np.uint32(0x811C9DC5)
_REST_SEED: Final = np.uint32(0x2F0B4C47)


@dataclass(frozen=True)
class NgramOptions:
    """Which n-grams are counted, and in how many columns.

    Attributes:
        shortest, longest: characters of an n-gram, from 1 to 8.
        bits: there are ``2**bits`` columns, from 2**8 to 2**22.
    """

    shortest: int = 3
    longest: int = 5
    bits: int = 17

    def __post_init__(self) -> None:
        """Refuse lengths and sizes that make no sense."""
        if not 1 <= self.shortest <= self.longest <= 8:  # noqa: PLR2004 - said below
            raise ValueError(
                f"n-grams of {self.shortest} to {self.longest} characters: "
                "shortest must be at least 1, and longest between it and 8"
            )
        if not 8 <= self.bits <= 22:  # noqa: PLR2004 - said below
            raise ValueError(f"bits is {self.bits}, must be from 8 to 22")


@dataclass(frozen=True)
class Zones:
    """The bytes of a batch, hosts and rests in turn, with where each begins.

    Attributes:
        text: shape (n_bytes,).
        length: bytes of each zone, shape (2 * n_urls,); a URL's host, then its rest.
    """

    text: NDArray[np.uint8]
    length: Ints

    @classmethod
    def of(cls, urls: Sequence[UrlText]) -> "Zones":
        """The zones of a batch, each between marks that no other place holds."""
        zones = [
            zone
            for url in urls
            for zone in (
                f".{url.host}.".encode(errors="replace"),
                f"{url.rest} ".encode(errors="replace") if url.rest else b"",
            )
        ]
        length = np.fromiter(map(len, zones), np.int64, len(zones))
        return cls(np.frombuffer(b"".join(zones), np.uint8), length)


@dataclass(frozen=True)
class Ngrams:
    """Every n-gram of a batch, in no particular order.

    Attributes:
        row: the URL it is of, shape (n_ngrams,).
        column: its hash, shape (n_ngrams,), from 0 to 2**bits - 1.
        value: one over the root of its zone's n-grams, shape (n_ngrams,).
    """

    row: Ints
    column: Ints
    value: Floats


def ngrams(zones: Zones, options: NgramOptions) -> Ngrams:
    """The n-grams of a batch of URLs."""
    length = zones.length
    place = np.repeat(np.arange(len(length)), length)
    # Bytes from each position to the end of its zone.
    left = np.repeat(np.cumsum(length), length) - np.arange(len(zones.text))
    hashed = np.where(place & 1, _REST_SEED, _HOST_SEED)
    count = sum(
        np.maximum(length - size + 1, 0) for size in range(options.shortest, options.longest + 1)
    )
    scale = 1.0 / np.sqrt(np.maximum(count, 1))
    shift = np.uint32(32 - options.bits)
    hashes, places, within = [], [], []
    for size in range(1, options.longest + 1):
        following = zones.text[size - 1 :]
        begins = len(following)
        hashed = (hashed[:begins] ^ following) * _PRIME
        if size >= options.shortest:
            hashes.append(hashed)
            places.append(place[:begins])
            within.append(left[:begins] >= size)
    whole = np.concatenate(within)
    column = (np.concatenate(hashes)[whole] * _MIX) >> shift
    own = np.concatenate(places)[whole]
    return Ngrams(own >> 1, column.astype(np.int64), scale[own])
