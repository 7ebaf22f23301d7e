"""Getting a URL as a browser does, except that every step is checked before it is made.

No cookies, no credentials of the URL, no proxy of the environment, no upgrade: one GET a
connection, and redirections as far as they lead to servers that may be contacted.

Source: RFC 9110, RFC 9112 (HTTP); OWASP, "Server-Side Request Forgery Prevention Cheat Sheet".
"""

import http.client
import socket
import ssl
import zlib
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from urllib.parse import quote, urljoin

from network_security.enrichment.addresses import check_host
from network_security.enrichment.connections import Connector, TimedSocket, explained
from network_security.enrichment.deadline import Deadline
from network_security.enrichment.findings import LookupFailed
from network_security.evidence.urls import URL, parse
from network_security.evidence.urls.url import DEFAULT_PORTS

_REDIRECTIONS = frozenset({301, 302, 303, 307, 308})
_GZIP_OR_ZLIB = 47
_RAW_DEFLATE = -15
_CHUNK = 16_384
_PRINTABLE = "".join(chr(code) for code in range(0x21, 0x7F))


@dataclass(frozen=True, slots=True)
class Request:
    """How URLs are got.

    Attributes:
        accept: Media types that are wanted; the body of another is not read.
        schemes: Schemes that are followed.
        ports: Ports that are contacted.
        most_redirects: Redirections that are followed.
        most_bytes: Bytes of the body, after decompression, that are read.
        user_agent: What this program calls itself.
        context: How TLS connections are made.
    """

    accept: tuple[str, ...]
    schemes: frozenset[str]
    ports: frozenset[int]
    most_redirects: int
    most_bytes: int
    user_agent: str
    context: ssl.SSLContext


@dataclass(slots=True)
class Exchange:
    """How it went.

    Attributes:
        url: What was asked for last.
        redirects: Redirections that were followed.
        status: The last status, None without an answer.
        headers: The last answer's.
        body: Its beginning, or all of it.
        truncated: Whether there was more.
        problem: Why it did not go on, None when it ended well.
    """

    url: URL
    redirects: int = 0
    status: int | None = None
    headers: Message | None = None
    body: bytes = b""
    truncated: bool = False
    problem: LookupFailed | None = None


def get(url: URL, request: Request, connector: Connector, deadline: Deadline) -> Exchange:
    """Get a URL and follow where it redirects to; never raises.

    Args:
        url: the URL.
        request: how.
        connector: makes the connections.
        deadline: when to stop.
    """
    exchange = Exchange(url)
    try:
        check(url, request, connector.allow)
        while (target := _step(exchange, request, connector, deadline)) is not None:
            if exchange.redirects == request.most_redirects:
                raise LookupFailed(
                    f"more than {request.most_redirects} redirections", exchange.url.text
                )
            check(target, request, connector.allow)
            exchange.url = target
            exchange.redirects += 1
    except LookupFailed as problem:
        exchange.problem = problem
    return exchange


def check(url: URL, request: Request, allow: frozenset[str]) -> None:
    """Refuse a URL that is not contacted, by what is written in it.

    Raises:
        LookupFailed: for its scheme, host or port.
    """
    if url.scheme not in request.schemes:
        raise LookupFailed(f"not contacted: the scheme is {url.scheme or 'missing'}", url.text)
    check_host(url.host, allow)
    if port_of(url) not in request.ports:
        raise LookupFailed(f"not contacted: port {port_of(url)} is not among ports", url.text)


def port_of(url: URL) -> int:
    """The port that a URL of http or https is asked at."""
    return DEFAULT_PORTS[url.scheme] if url.port is None else url.port


def _step(
    exchange: Exchange, request: Request, connector: Connector, deadline: Deadline
) -> URL | None:
    """Make one request; return where it redirects to."""
    url = exchange.url
    try:
        with closing(_connect(url, request, connector, deadline)) as connection:
            client = http.client.HTTPConnection(url.host.name)
            # What http.client needs of a socket is what TimedSocket has.
            client.sock = TimedSocket(connection, deadline, url.text)
            client.putrequest("GET", _target(url), skip_host=True, skip_accept_encoding=True)
            for name, value in _headers(url, request).items():
                client.putheader(name, value)
            client.endheaders()
            with client.getresponse() as response:
                exchange.status, exchange.headers = response.status, response.headers
                location = response.headers.get("Location")
                if response.status in _REDIRECTIONS and location is not None:
                    return _redirection(url, location)
                _check_wanted(response, request, url)
                exchange.body, exchange.truncated = _body(response, request.most_bytes, url)
    except (OSError, http.client.HTTPException, zlib.error, ValueError) as error:
        raise explained(error, url.text, deadline) from None
    return None


def _connect(url: URL, request: Request, connector: Connector, deadline: Deadline) -> socket.socket:
    if url.scheme == "https":
        return connector.connect_tls(url.host, port_of(url), request.context, deadline)
    return connector.connect(url.host, port_of(url), deadline)


def _target(url: URL) -> str:
    """Path and query with everything escaped that might end the request's line."""
    path = quote(url.path or "/", safe=_PRINTABLE)
    path = path if path.startswith("/") else f"/{path}"
    return f"{path}?{quote(url.query, safe=_PRINTABLE)}" if url.query else path


def _headers(url: URL, request: Request) -> dict[str, str]:
    host = f"[{url.host.name}]" if ":" in url.host.name else url.host.name
    own_port = port_of(url) == DEFAULT_PORTS[url.scheme]
    return {
        "Host": host if own_port else f"{host}:{port_of(url)}",
        "User-Agent": request.user_agent,
        "Accept": ", ".join(request.accept),
        "Accept-Encoding": "gzip, deflate",
        "Connection": "close",
    }


def _redirection(url: URL, location: str) -> URL:
    """Where a redirection leads; headers come as Latin-1, links in them as UTF-8."""
    written = location.encode("latin-1", "replace").decode("utf-8", "replace").strip()
    before_query, mark, query = written.partition("?")
    # A backslash is a slash to browsers.
    written = before_query.replace("\\", "/") + mark + query
    try:
        return parse(urljoin(f"{url.scheme}://{_authority(url)}{url.path}?{url.query}", written))
    except ValueError:
        raise LookupFailed("it redirects to what is no URL", url.text) from None


def _authority(url: URL) -> str:
    host = f"[{url.host.name}]" if ":" in url.host.name else url.host.name
    return f"{host}:{port_of(url)}"


def _check_wanted(response: http.client.HTTPResponse, request: Request, url: URL) -> None:
    if not 200 <= response.status < 300:  # noqa: PLR2004
        raise LookupFailed(f"the server answers {response.status}", url.text)
    kind = response.headers.get_content_type()
    if "Content-Type" in response.headers and kind not in request.accept:
        raise LookupFailed(f"the answer is {kind}, not {request.accept[0]}", url.text)


def _body(response: http.client.HTTPResponse, most: int, url: URL) -> tuple[bytes, bool]:
    """The body without its compression, at most so many bytes, and whether there is more."""
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise LookupFailed(f"the answer is compressed by {coding}", url.text)
    inflate = None if coding in ("identity", "") else zlib.decompressobj(_GZIP_OR_ZLIB)
    body = bytearray()
    received = 0
    while chunk := response.read(_CHUNK):
        if inflate is None:
            body += chunk[: most - len(body) + 1]
        else:
            if received == 0 and coding == "deflate":
                inflate = _deflate(chunk)
            # Never more than one byte beyond what is wanted is made of a chunk.
            body += inflate.decompress(chunk, most - len(body) + 1)
        received += len(chunk)
        if len(body) > most or received > most:
            return bytes(body[:most]), True
    return bytes(body), False


def _deflate(first: bytes) -> "zlib._Decompress":
    """`deflate` means zlib's format, but servers send the bare one as well."""
    try:
        zlib.decompressobj(_GZIP_OR_ZLIB).decompress(first, 1)
    except zlib.error:
        return zlib.decompressobj(_RAW_DEFLATE)
    return zlib.decompressobj(_GZIP_OR_ZLIB)
