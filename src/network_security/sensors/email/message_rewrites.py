"""Where a link leads that a mail gateway or a search engine rewrote.

Gateways replace the links of a message by ones of their own, which hold the original: as a
parameter, as the end of the path, or in a code of Proofpoint's. Without undoing that, every link of
a protected mailbox would lead to the same harmless host.

Source: Proofpoint, "URL Defense decoder"; Microsoft, "Safe Links in Microsoft Defender for Office
365"; Cisco, "Outbreak Filters: URL rewriting"; for the other products, the links they write.
"""

import base64
import binascii
import re
from urllib.parse import unquote, unquote_plus, urlsplit

LONGEST = 4096
MOST_LAYERS = 3
"""Rewritings of one link that are undone: each gateway on the way adds one."""

# End of the host's name -> the parameters that may hold the original link.
PARAMETERS = {
    ".safelinks.protection.outlook.com": ("url",),
    "urldefense.proofpoint.com": ("u",),
    "linkprotect.cudasvc.com": ("a",),
    "clicktime.symantec.com": ("u",),
    ".trendmicro.com": ("url",),
    "protect.fireeye.com": ("u",),
    "www.google.com": ("q", "url"),
    "www.bing.com": ("u",),
    "l.facebook.com": ("u",),
    "www.youtube.com": ("q",),
}
PATH_HOST = "secure-web.cisco.com"
"""Cisco puts the original link, escaped, at the end of the path."""
CODED_HOSTS = ("urldefense.com", "urldefense.us", "urldefense.proofpoint.com")
FOLLOWED = ("http://", "https://")

_REWRITER = re.compile("|".join(map(re.escape, (*PARAMETERS, *CODED_HOSTS, PATH_HOST))))
_CODED = re.compile(r"/v3/__(.{1,4000}?)__;([\w-]{0,4000})!", re.DOTALL)
_STAR = re.compile(r"\*(?:\*(.))?", re.DOTALL)
_RUNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_SHORTEST_RUN = 2
_SLASH = re.compile(r"^(https?):/(?=[^/])")


def target(url: str) -> str | None:
    """Return the link that a rewritten link stands for, None when it is no rewritten one.

    >>> target("https://eu1.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa&d=1")
    'https://example.org/a'
    >>> target("https://urldefense.com/v3/__https://example.org/a*b__;Iw!!x$")
    'https://example.org/a#b'
    >>> target("https://example.org/?url=https://example.com/")
    """
    found = None
    for _ in range(MOST_LAYERS):
        # Most links are not rewritten: no need to take those apart.
        if not _REWRITER.search((found or url).lower()):
            break
        original = _original(found or url)
        if original is None or not original.lower().startswith(FOLLOWED):
            break
        found = original
    return found


def _original(url: str) -> str | None:
    try:
        parts = urlsplit(url[:LONGEST])
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    if host in CODED_HOSTS and parts.path.startswith("/v3/"):
        return _decoded(url[:LONGEST])
    if host == PATH_HOST:
        return unquote(parts.path.rpartition("/")[2])
    names = next((names for end, names in PARAMETERS.items() if host.endswith(end)), ())
    if not names:
        return None
    written = _parameter(parts.query, names)
    if written is not None and host == "urldefense.proofpoint.com" and "/v2/" in parts.path:
        return unquote(written.replace("-", "%").replace("_", "/"))
    return written


def _parameter(query: str, names: tuple[str, ...]) -> str | None:
    """Return the first filled parameter of the first name that a query has."""
    values: dict[str, str] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if value:
            values.setdefault(unquote_plus(name), value)
    for name in names:
        if name in values:
            return unquote_plus(values[name])
    return None


def _decoded(url: str) -> str | None:
    """Undo Proofpoint's third code: each star stands for the next characters of a list."""
    coded = _CODED.search(url)
    if coded is None:
        return None
    try:
        characters = base64.urlsafe_b64decode(coded[2] + "==").decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return None
    position = 0

    def replaced(star: re.Match[str]) -> str:
        nonlocal position
        run = _RUNS.find(star[1]) + _SHORTEST_RUN if star[1] else 1
        piece = characters[position : position + run]
        position += run
        return piece

    return _SLASH.sub(r"\1://", _STAR.sub(replaced, coded[1]))
