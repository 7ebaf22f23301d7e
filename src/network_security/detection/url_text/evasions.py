"""What an attacker does to a URL's text that leaves it leading to a page of theirs.

Each evasion takes a URL and draws its choices from a generator. They serve twice: to teach the
expert that none of this is evidence, and to measure what each still hides.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

_WORDS: Final = (
    "about", "archive", "article", "blog", "city", "contact", "culture", "docs", "en", "events",
    "forum", "garden", "health", "help", "home", "img", "info", "library", "local", "mail", "maps",
    "market", "media", "music", "news", "online", "photo", "press", "radio", "school", "science",
    "shop", "sport", "static", "story", "team", "travel", "video", "weather", "wiki",
)  # fmt: skip
_CYRILLIC: Final = str.maketrans("aceopxy", "\u0430\u0441\u0435\u043e\u0440\u0445\u0443")
_ENCODED_SHARE: Final = 0.5

Evasion = Callable[[str, np.random.Generator], str]


def split_url(url: str) -> tuple[str, str, str]:
    """Scheme with its slashes, host, and what follows it.

    >>> split_url("https://example.com/a?b")
    ('https://', 'example.com', '/a?b')
    """
    scheme, slashes, after = url.partition("://")
    if not slashes:
        scheme, after = "", url
    ends = [place for mark in "/?#" if (place := after.find(mark)) >= 0]
    end = min(ends, default=len(after))
    return scheme + slashes, after[:end], after[end:]


def add_path(url: str, rng: np.random.Generator) -> str:
    """A harmless path of words after the URL's own."""
    address, mark, query = url.partition("?")
    words = "/".join("-".join(_words(rng, 2)) for _ in range(rng.integers(1, 4)))
    return f"{address.rstrip('/')}/{words}{mark}{query}"


def pad(url: str, rng: np.random.Generator) -> str:
    """A long query of harmless words."""
    scheme, host, rest = split_url(url)
    words = "+".join(_words(rng, int(rng.integers(10, 30))))
    return f"{scheme}{host}{rest or '/'}{'&' if '?' in rest else '?'}q={words}"


def percent_encode(url: str, rng: np.random.Generator) -> str:
    """Half of the letters after the host, and a few of the host, percent-encoded."""
    scheme, host, rest = split_url(url)

    def encode(text: str, share: float) -> str:
        drawn = rng.random(len(text)) < share
        return "".join(
            f"%{ord(letter):02X}" if chosen and letter.isascii() and letter.isalpha() else letter
            for letter, chosen in zip(text, drawn, strict=True)
        )

    return scheme + encode(host, _ENCODED_SHARE / 4) + encode(rest, _ENCODED_SHARE)


def upper_case(url: str, rng: np.random.Generator) -> str:
    """All capitals."""
    scheme, host, rest = split_url(url)
    return scheme + host.upper() + rest.upper()


def homoglyphs(url: str, rng: np.random.Generator) -> str:
    """Some of the host's letters replaced by Cyrillic ones of the same look."""
    scheme, host, rest = split_url(url)
    name, dot, suffix = host.rpartition(".")
    drawn = rng.random(len(name)) < _ENCODED_SHARE
    swapped = "".join(
        letter.translate(_CYRILLIC) if chosen else letter
        for letter, chosen in zip(name, drawn, strict=True)
    )
    return scheme + swapped + dot + suffix + rest


def toggle_www(url: str, rng: np.random.Generator) -> str:
    """``www.`` before the host, or taken away."""
    scheme, host, rest = split_url(url)
    host = host[4:] if host.startswith("www.") else f"www.{host}"
    return scheme + host + rest


def add_subdomain(url: str, rng: np.random.Generator) -> str:
    """One or two harmless subdomains before the host."""
    scheme, host, rest = split_url(url)
    host = host.removeprefix("www.")
    return f"{scheme}{'.'.join(_words(rng, int(rng.integers(1, 3))))}.{host}{rest}"


def change_scheme(url: str, rng: np.random.Generator) -> str:
    """The other one of http and https."""
    scheme, host, rest = split_url(url)
    return ("http://" if scheme == "https://" else "https://") + host + rest


EVASIONS: Final[Mapping[str, Evasion]] = {
    "added_path": add_path,
    "padding": pad,
    "percent_encoding": percent_encode,
    "upper_case": upper_case,
    "homoglyphs": homoglyphs,
    "www": toggle_www,
    "subdomain_noise": add_subdomain,
    "scheme": change_scheme,
}


def _words(rng: np.random.Generator, count: int) -> Sequence[str]:
    return [_WORDS[place] for place in rng.integers(0, len(_WORDS), count)]
