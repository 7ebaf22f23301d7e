"""The entity that an event is about: a URL in the one form that all sensors' spellings share.

Requests lack what browsers keep to themselves (fragment, user, the default port), messages hold
links that a gateway rewrote, and sensors that see no more than a host write that alone.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urljoin

from network_security.evidence.correlation.reading import (
    Document,
    number_at,
    text_at,
    texts,
    value_at,
)
from network_security.evidence.urls import URL, parse, unwrap

WEB = {"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443}
LONGEST_ENTITY = 2_048
"""Characters of an entity; URLs that differ behind them are one."""
_LONGEST_REMEMBERED = 512
_TLS_PORT = 443
_ENCRYPTED = frozenset({"https", "ssl", "tls"})
_ESCAPE = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)


class Entity(NamedTuple):
    """A URL as all sensors see it.

    Attributes:
        name: The entity: scheme, host, port, path and query.
        host: Its host.
        written: The URL as its sender wrote it.
        wrapped: Whether a mail gateway's link stood around it, so that a request for it went to the
            gateway.
        bare: Whether it is no more than a host, as sensors write that cannot look into TLS.
    """

    name: str
    host: str
    written: str
    wrapped: bool
    bare: bool


def entity_of(written: str, scheme: str = "http") -> Entity | None:
    """Return the entity that a URL stands for, None for what is no URL of the web.

    Args:
        written: As a sensor or a sender wrote it.
        scheme: Of a URL that names none.

    >>> entity_of("HTTPS://Paypal.com@Example.COM:443/a/../b%2f#top").name
    'https://example.com/b%2F'
    """
    if len(written) <= _LONGEST_REMEMBERED:
        return _remembered(written, scheme)
    return _read(written, scheme)


def _read(written: str, scheme: str) -> Entity | None:
    wrapped = unwrap(parse(written))
    url = wrapped.sent
    scheme = url.scheme or scheme
    host = url.host.name
    if not host or scheme not in WEB:
        return None
    port = "" if url.port in (None, WEB[scheme]) else f":{url.port}"
    path = _path(url.path)
    query = f"?{url.query}" if url.query else ""
    shown = f"[{host}]" if ":" in host else host
    name = f"{scheme}://{shown}{port}{path}{query}"
    sent = url.text if url is not wrapped.url else written
    return Entity(
        name[:LONGEST_ENTITY],
        host,
        sent,
        wrapped=url is not wrapped.url,
        bare=path == "/" and not query,
    )


_remembered = lru_cache(maxsize=4_096)(_read)


def _path(path: str) -> str:
    """Return a path as browsers send it: with a slash, without `.` and `..` (RFC 3986, 5.2.4)."""
    if "%" in path:
        path = _ESCAPE.sub(lambda escape: escape[0].upper(), path)
    if "/." not in path:
        return path or "/"
    kept: list[str] = []
    *folders, last = path.split("/")[1:]
    for folder in folders:
        if folder == "..":
            kept = kept[:-1]
        elif folder != ".":
            kept.append(folder)
    if last == "..":
        kept = kept[:-1]
    return "/".join(["", *kept, "" if last in (".", "..") else last])


def entities(document: Document) -> list[Entity]:
    """Return the entities that an event's `url` names; most events have one or none."""
    scheme = (text_at(document, "url", "scheme") or "").lower()
    if scheme and scheme not in WEB:
        return []
    scheme = scheme or ("https" if _is_encrypted(document) else "http")
    full = [url for url in texts(value_at(document, "url", "full")) if "://" in url]
    found = [entity_of(url) for url in full or _composed(document, scheme)]
    return [one for one in found if one is not None]


def _composed(document: Document, scheme: str) -> list[str]:
    """Return the URL that host, port and path make, which are logged apart."""
    original = text_at(document, "url", "original") or ""
    domain = text_at(document, "url", "domain")
    web = "web" in texts(value_at(document, "event", "category"))
    if original[:1] in ("", "/", "?", "*"):
        if domain is None or not (original or web):
            return []
        shown = f"[{domain}]" if domain.count(":") > 1 and domain[0] != "[" else domain
        number = number_at(document, "url", "port")
        port = "" if not number or number == WEB[scheme] else f":{number}"
        slash = "" if original[:1] in ("/", "?") else "/"
        return [f"{scheme}://{shown}{port}{slash}{original.removeprefix('*')}"]
    if "/" not in original and not web:
        # A file's name stands there in records of what was scanned; a host and port in CONNECT.
        port_written = original.rpartition(":")[2]
        if original == port_written or not port_written.isdecimal():
            return []
        scheme = "https" if port_written == str(_TLS_PORT) else scheme
    return [f"{scheme}://{original}"]


def _is_encrypted(document: Document) -> bool:
    ports = number_at(document, "url", "port"), number_at(document, "destination", "port")
    return _TLS_PORT in ports or text_at(document, "network", "protocol") in _ENCRYPTED


def redirected(location: str, source: str) -> str | None:
    """Return where a redirection leads, which may be relative to where it came from."""
    try:
        return urljoin(source, location)
    except ValueError:
        return None


def site_of(written: str) -> str:
    """Return what makes hosts one site, "" for what has no host."""
    url: URL = parse(written)
    return url.host.site


def host_matches(pattern: str, host: str) -> bool:
    """Whether a certificate's name is that of a host (RFC 6125: `*` stands for one label).

    >>> host_matches("*.example.com", "www.example.com")
    True
    """
    pattern = pattern.lower().removesuffix(".")
    if pattern.startswith("*."):
        _, dot, parent = host.partition(".")
        return bool(dot) and parent == pattern[2:]
    return pattern == host
