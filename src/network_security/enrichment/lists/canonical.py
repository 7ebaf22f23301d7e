"""The form of a URL that all ways to write it have in common.

Scheme, user name, default port and fragment do not count; percent-encoding is undone, dots of the
path are resolved, slashes in a row are one. Case counts in paths and queries, and a query counts.

Source: RFC 3986, sections 5.2.4 and 6.2; Google Safe Browsing v4, "URLs and Hashing",
section "Canonicalization", which leaves out all but host, path and query, too.
"""

import re

from network_security.evidence.urls import URL
from network_security.evidence.urls.idna import LONGEST_NAME
from network_security.evidence.urls.percent import decoded
from network_security.evidence.urls.url import DEFAULT_PORTS, LONGEST

_WEB = frozenset({"http", "https", ""})

# What is in this form already, as most entries of a list are, need not be parsed. Brackets are not
# in it, since they may defang; nor are ports, since they may be the default one.
_PLAIN = re.compile(
    r"https?://(?P<host>(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*)"
    r"(?P<path>/[A-Za-z0-9_.~!$&'*+,;=:@/-]*)?(?P<query>\?[A-Za-z0-9_.~!$&'*+,;=:@/?-]+)?"
)


def canonical(url: URL) -> str:
    """Return the form of a URL that is compared; "" for a URL without a host.

    >>> from network_security.evidence.urls import parse
    >>> canonical(parse("hxxps://user@WWW.Example[.]org:443/a/./%62//c?d=%31#top"))
    'www.example.org/a/b/c?d=1'
    """
    host = url.host
    if not host.name:
        return ""
    name = f"[{host.name}]" if ":" in host.name else host.name
    scheme = "" if url.scheme in _WEB else f"{url.scheme}://"
    is_default = url.port is None or url.port == DEFAULT_PORTS.get(url.scheme or "http")
    port = "" if is_default else f":{url.port}"
    query = f"?{decoded(url.query)[0]}" if url.query else ""
    return f"{scheme}{name}{port}{_resolved(decoded(url.path)[0])}{query}"


def canonical_already(written: str) -> tuple[str, str] | None:
    """Return the canonical form and the host of a URL that is in it, but for the scheme.

    Returns:
        None for a URL that must be parsed to tell.
    """
    found = _PLAIN.fullmatch(written)
    if found is None or len(written) > LONGEST:
        return None
    host, path = found["host"], found["path"] or "/"
    if len(host) > LONGEST_NAME or "//" in path or "/." in path:
        return None
    return f"{host}{path}{found['query'] or ''}", host


def _resolved(path: str) -> str:
    """The path without dots and double slashes; "/" for none."""
    if not path or path == "/":
        return "/"
    steps: list[str] = []
    for step in path.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in (".", ""):
            steps.append(step)
    is_folder = path.endswith(("/", "/.", "/.."))
    return "/" + "/".join(steps) + ("/" if is_folder and steps else "")
