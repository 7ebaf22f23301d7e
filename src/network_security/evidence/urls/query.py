"""A URL's query, and what its values may hold."""

import base64
import binascii
from html import unescape
from urllib.parse import unquote

from network_security.evidence.urls.url import URL

MOST_PARAMETERS = 64


def raw_parameters(url: URL) -> dict[str, str]:
    """Return a query's first 64 parameters as written; names in lower case, of two the first.

    A query that was copied out of HTML still has `&amp;` for `&`.
    """
    found: dict[str, str] = {}
    for piece in unescape(url.query).split("&", MOST_PARAMETERS)[:MOST_PARAMETERS]:
        name, _, value = piece.partition("=")
        found.setdefault(name.lower(), value)
    return found


def parameters(url: URL) -> dict[str, str]:
    """Return a query's first 64 parameters, decoded once."""
    return {name: unquote(value) for name, value in raw_parameters(url).items()}


def is_link(text: str) -> bool:
    """Whether a text is a whole link of the web."""
    return text[:8].lower().startswith(("http://", "https://"))


def base64_text(written: str) -> str | None:
    """Return the text that is written in base64, of either alphabet, with padding or without.

    >>> base64_text("aHR0cDovL2EuYi8")
    'http://a.b/'
    """
    digits = written.replace("+", "-").replace("/", "_").rstrip("=")
    try:
        return base64.urlsafe_b64decode(digits + "=" * (-len(digits) % 4)).decode()
    except (binascii.Error, ValueError):
        return None
