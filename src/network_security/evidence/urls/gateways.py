"""Links that mail gateways write in place of those of a message.

A gateway leads every click by its own servers, which check the target once more. The original is in
the link: as a parameter, as a part of the path, or in a code. Mimecast keeps it to itself and gives
the host alone.

Source: Proofpoint, "URL Defense decoder"; Microsoft, "Safe Links in Microsoft Defender for Office
365"; Cisco, "Outbreak Filters"; Barracuda, "Link Protection"; Mimecast, "URL Protect"; for Sophos,
Trend Micro, FireEye, Symantec and Check Point, the links that they write.
"""

import re
from collections.abc import Callable
from urllib.parse import unquote

from network_security.evidence.urls.query import base64_text, is_link, parameters, raw_parameters
from network_security.evidence.urls.url import URL

Reader = Callable[[URL], tuple[str, str | None]]
"""Returns a product's name and the link inside, None for a link of the product's own."""

_V2 = str.maketrans("-_", "%/")
_LIST = re.compile(r"[\w-]{0,8192}", re.ASCII)
_STARS = re.compile(r"\*(?:\*(.))?", re.DOTALL)
_RUNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_SHORTEST_RUN = 2
_ONE_SLASH = re.compile(r"^(\w{1,10}):/(?=[^/])")


def parameter_reader(wrapper: str, name: str) -> Reader:
    """Return a reader of links that are one parameter's value."""

    def read(url: URL) -> tuple[str, str | None]:
        return wrapper, parameters(url).get(name)

    return read


def _proofpoint(url: URL) -> tuple[str, str | None]:
    """Version 1 escapes the link, 2 has `-` and `_` for `%` and `/`, 3 lists what it replaced."""
    if url.path.startswith("/v3/"):
        return "proofpoint", _proofpoint_v3(url.text)
    if url.path.startswith("/v2/"):
        return "proofpoint", unquote(raw_parameters(url).get("u", "").translate(_V2))
    return "proofpoint", parameters(url).get("u")


def _proofpoint_v3(text: str) -> str | None:
    """Each star stands for the list's next character, two stars and a letter for a run of them."""
    written, end, after = text.partition("/v3/__")[2].partition("__;")
    listed = _LIST.match(after)
    if not end or listed is None:
        return None
    replaced = iter(base64_text(listed[0]) or "")

    def characters(star: re.Match[str]) -> str:
        count = _RUNS.find(star[1]) + _SHORTEST_RUN if star[1] else 1
        return "".join(character for _, character in zip(range(count), replaced, strict=False))

    # Servers on the way make one slash of two.
    return _ONE_SLASH.sub(r"\1://", _STARS.sub(characters, written))


def _safe_links(url: URL) -> tuple[str, str | None]:
    safe = url.host.name.endswith(".safelinks.protection.outlook.com")
    return "safe_links", parameters(url).get("url") if safe else None


def _cisco(url: URL) -> tuple[str, str | None]:
    """The link is the last part of the path, escaped."""
    gateway = url.host.name == "secure-web.cisco.com"
    return "cisco", unquote(url.path.rpartition("/")[2]) if gateway else None


def _sophos(url: URL) -> tuple[str, str | None]:
    """The link in base64, beside its host."""
    if not url.host.name.endswith(".protection.sophos.com"):
        return "sophos", None
    found = parameters(url)
    return "sophos", base64_text(found.get("u", "")) or found.get("d")


def _trend_micro(url: URL) -> tuple[str, str | None]:
    return "trend_micro", parameters(url).get("url") if "clicktime" in url.path else None


def _check_point(url: URL) -> tuple[str, str | None]:
    """The link between triple underscores; newer versions encrypt it."""
    written, end, _ = url.text.partition("___")[2].partition("___.")
    return "check_point", written if end and is_link(written) else None


GATEWAYS: dict[str, Reader] = {
    "avanan.click": _check_point,
    "checkpoint.com": _check_point,
    "cisco.com": _cisco,
    "cudasvc.com": parameter_reader("barracuda", "a"),
    "fireeye.com": parameter_reader("fireeye", "u"),
    "mimecast.com": parameter_reader("mimecast", "domain"),
    "mimecastprotect.com": parameter_reader("mimecast", "domain"),
    "outlook.com": _safe_links,
    "proofpoint.com": _proofpoint,
    "sophos.com": _sophos,
    "symantec.com": parameter_reader("symantec", "u"),
    "trendmicro.com": _trend_micro,
    "urldefense.com": _proofpoint,
    "urldefense.us": _proofpoint,
}
"""Registered domain of a gateway -> what reads its links."""
