"""URL text as the expert reads it: what can change without changing where a URL leads is undone.

Scheme, ``www``, default port, letter case, needless percent-encoding, look-alike letters and the
final slash tell more about who collected a URL than about the URL, and an attacker alters them at
no cost. Syntax follows RFC 3986, with the browsers' leniency for backslashes (WHATWG, URL
Standard).
"""

import re
import unicodedata
from typing import Final, NamedTuple

MAX_HOST: Final = 253
"""Characters of a host name that are read (RFC 1035), from its right."""

MAX_REST: Final = 400
"""Characters of path, query and fragment that are read, from their left."""

_PARTS: Final = re.compile(
    r"\s*(?:[a-z][a-z0-9+.-]*:[/\\]*(?![0-9]{1,5}(?:[/\\?#]|$))|[/\\]{2,})?([^/\\?#]*)(.*)",
    re.IGNORECASE | re.DOTALL,
)
_WWW: Final = re.compile(r"www[0-9]{0,3}\.(?=[^.]+\.)")
_UNRESERVED: Final = re.compile(r"%(2[de]|3[0-9]|[46][1-9a-f]|[57][0-9a]|5f|7e)", re.IGNORECASE)
_DEFAULT_PORTS: Final = frozenset({"", "80", "443"})
_MAX_DECODINGS: Final = 3
"""Layers of percent-encoding that are undone; encoders nest it to hide."""

_LOOK_ALIKES: Final = {
    "a": "\u0430\u03b1\u0251",
    "b": "\u044c\u0432\u03b2",
    "c": "\u0441\u03f2",
    "d": "\u0501\u0111",
    "e": "\u0435\u03b5\u0451",
    "g": "\u0261\u0581",
    "h": "\u04bb\u0570\u0127",
    "i": "\u0456\u03b9\u0131\u0269",
    "j": "\u0458",
    "k": "\u043a\u03ba",
    "l": "\u04cf\u0142\u0140\u019a",
    "m": "\u043c",
    "n": "\u043f\u03b7\u0578",
    "o": "\u043e\u03bf\u0585\u00f8",
    "p": "\u0440\u03c1",
    "q": "\u051b\u0566",
    "r": "\u0433",
    "s": "\u0455",
    "t": "\u0442\u03c4",
    "u": "\u03c5\u057d",
    "v": "\u03bd\u0475",
    "w": "\u051d\u03c9",
    "x": "\u0445\u03c7",
    "y": "\u0443\u03b3",
}
"""Letters of other scripts that look like Latin ones (after Unicode Technical Standard 39)."""

_SKELETON: Final = str.maketrans(
    {other: latin for latin, others in _LOOK_ALIKES.items() for other in others}
)


class UrlText(NamedTuple):
    """A URL's text in its two zones, lower case.

    Attributes:
        host: host name or address, without ``www``; look-alike letters as the Latin ones.
        rest: path, query and fragment with the leading slash; empty when there is only a host.
        userinfo: whether something stands before an ``@``.
        port: whether there is a port other than 80 and 443.
        foreign: whether the host holds letters beyond ASCII, punycode included.
    """

    host: str
    rest: str
    userinfo: bool
    port: bool
    foreign: bool


def normalise(url: str) -> UrlText:
    """The URL's text; any string is accepted, and one that is no URL becomes a strange host.

    >>> normalise("HTTPS://www.Example.com:443/%7Euser/")
    UrlText(host='example.com', rest='/~user', userinfo=False, port=False, foreign=False)
    """
    host, rest = _PARTS.match(url).groups()  # type: ignore[union-attr] # matches every string
    _, at, host = host.rpartition("@")
    host = _decode(host).lower().rstrip(". \t\r\n")
    host, port = _without_port(host)
    foreign = not host.isascii() or "xn--" in host
    if foreign:
        host = _latin(host)
    if www := _WWW.match(host):
        host = host[www.end() :]
    rest = _decode(rest[: 3 * MAX_REST]).lower().replace("\\", "/").rstrip("/ \t\r\n?#")
    if rest and rest[0] != "/":
        rest = "/" + rest
    return UrlText(host[-MAX_HOST:], rest[:MAX_REST], bool(at), port, foreign)


def _without_port(host: str) -> tuple[str, bool]:
    name, colon, port = host.rpartition(":")
    if not colon or not (port.isdecimal() or not port) or host.endswith("]"):
        return host, False
    return name, port not in _DEFAULT_PORTS


def _decode(text: str) -> str:
    """The text with percent-encoded unreserved characters as themselves (RFC 3986, 6.2.2.2).

    An encoded percent sign is one more layer of encoding.
    """
    for _ in range(_MAX_DECODINGS):
        if "%" not in text:
            return text
        decoded = _UNRESERVED.sub(lambda code: chr(int(code[1], 16)), text.replace("%25", "%"))
        if decoded == text:
            return text
        text = decoded
    return text


def _latin(host: str) -> str:
    """The host as a reader sees it: punycode shown, look-alikes and accents as plain letters."""
    shown = ".".join(_shown(label) for label in host.split("."))
    plain = unicodedata.normalize("NFKD", shown).translate(_SKELETON)
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _shown(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label
