"""Random numbers that depend on a seed and on what they are for, and on nothing else.

Each part of the simulation draws from a stream of its own, so that more web browsing does not move
an attack. `random.Random` seeds itself from a text by SHA-512: the same in every process.
"""

import math
from hashlib import md5
from random import Random


def stream(seed: int, *purpose: object) -> Random:
    """Return the generator of one purpose.

    >>> stream(7, "mail").random() == stream(7, "mail").random() != stream(8, "mail").random()
    True
    """
    return Random(":".join(map(str, (seed, *purpose))))  # noqa: S311 - nothing here is a secret


def skewed(rng: Random, median: float, spread: float = 1.0) -> float:
    """Return a positive number of a log-normal law: sizes, durations and latencies are such."""
    return median * math.exp(spread * rng.gauss(0, 1))


def size(rng: Random, median: int, spread: float = 1.0, most: int = 400_000_000) -> int:
    """Return a skewed whole number from 1 to `most`."""
    return max(1, min(most, int(skewed(rng, median, spread))))


def ephemeral_port(rng: Random) -> int:
    """Return a port that a client may use (RFC 6335, section 6)."""
    return 49152 + rng.getrandbits(14) % 16383


def digest(rng: Random, digits: int) -> str:
    """Return hexadecimal digits as of a hash."""
    return f"{rng.getrandbits(4 * digits):0{digits}x}"


def scatter(number: int) -> int:
    """Return 128 bits that follow from a number and look like chance."""
    return int.from_bytes(md5(str(number).encode(), usedforsecurity=False).digest())


def uuid(number: int) -> str:
    """Return the UUID of version 4 (RFC 9562) that follows from a number."""
    text = f"{scatter(number):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{'89ab'[number % 4]}{text[17:20]}-{text[20:]}"
