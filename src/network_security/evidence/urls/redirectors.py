"""Sites that forward to whatever address their link holds.

A sender who uses one shows its good name and hides the own address in a parameter. Search engines
and social networks write such links themselves; of other sites a parameter's name tells.
"""

from network_security.evidence.urls.gateways import Reader, parameter_reader
from network_security.evidence.urls.percent import decoded
from network_security.evidence.urls.query import base64_text, is_link, parameters
from network_security.evidence.urls.url import URL

_REDIRECTING = (
    "url", "u", "target", "dest", "destination", "redirect", "redirect_url", "redirecturl", "redir",
    "goto", "go", "to", "next", "continue", "link", "out", "return", "returnurl", "return_url",
)  # fmt: skip


def redirection(url: URL) -> tuple[str, str | None]:
    """Return the redirector's name and the link inside, None when it forwards to no other place."""
    brand = url.host.domain.partition(".")[0]
    reader = _google if brand == "google" else _KNOWN.get(url.host.domain, _by_parameter)
    return reader(url)


def _by_parameter(url: URL) -> tuple[str, str | None]:
    """The value of a parameter whose name promises a redirection, if it is a whole link."""
    if "%" not in url.query and "://" not in url.query:
        return "url=", None
    found = parameters(url)
    values = (decoded(found[name])[0] for name in _REDIRECTING if name in found)
    return "url=", next(filter(is_link, values), None)


def _google(url: URL) -> tuple[str, str | None]:
    """`/url?q=`, `/url?url=` and `adurl=`; `/amp/s/` stands before the address of a page."""
    if url.path.startswith("/amp/"):
        return "google", url.path.removeprefix("/amp/").removeprefix("s/")
    found = parameters(url)
    written = found.get("q") or found.get("url") or found.get("adurl") or ""
    return "google", written if is_link(written) else None


def _bing(url: URL) -> tuple[str, str | None]:
    """`a1` and the link in base64."""
    written = parameters(url).get("u", "")
    return "bing", base64_text(written[2:]) if written.startswith("a1") else None


_KNOWN: dict[str, Reader] = {
    "bing.com": _bing,
    "duckduckgo.com": parameter_reader("duckduckgo", "uddg"),
    "facebook.com": parameter_reader("facebook", "u"),
    "instagram.com": parameter_reader("instagram", "u"),
    "youtube.com": parameter_reader("youtube", "q"),
}
