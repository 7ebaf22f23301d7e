"""A URL taken apart as browsers do, which is more forgiving than RFC 3986.

Attackers write for browsers: a backslash is a slash, one slash or three after the scheme are two,
line breaks inside are dropped, and what stands before an @ is no host. A URL from a log or a report
may lack its scheme, or be defanged.

Source: WHATWG URL Standard, section 4.4; RFC 3986, appendix C.
"""

import re
from dataclasses import dataclass

from network_security.evidence.urls.hosts import Host, host_of
from network_security.evidence.urls.percent import decoded
from network_security.evidence.urls.refang import refang

LONGEST = 16_384
"""Characters of a URL that are read."""
HIGHEST_PORT = 65_535
LONGEST_PORT = 8
DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443}
"""The schemes that browsers read forgivingly, with their ports."""
HOSTLESS = frozenset({
    "about", "blob", "cid", "data", "javascript", "mailto", "sms", "tel", "urn", "vbscript",
})  # fmt: skip

_AROUND = "".join(map(chr, range(33)))
_BREAKS = str.maketrans("", "", "\t\r\n")
_BLANKS = re.compile(r"\s+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30}):")
_END = re.compile(r"[/?#\\]")
_STRICT_END = re.compile(r"[/?#]")
_UNBRACKETED = re.compile(r"[0-9A-Fa-f:.]+\Z")


@dataclass(frozen=True, slots=True)
class URL:
    """A URL.

    Attributes:
        original: As it was given.
        text: As a browser gets it: refanged, without blanks around and line breaks inside; at
            most 16,384 characters.
        scheme: Lower case, "" where it is missing.
        userinfo: What stands before the @ of the host.
        host: The host; its name is "" where there is none.
        port: The port as written, None without one, or for one that is no port.
        path: With its first slash.
        query: Without the question mark.
        fragment: Without the hash.
    """

    original: str
    text: str
    scheme: str
    userinfo: str
    host: Host
    port: int | None
    path: str
    query: str
    fragment: str

    @property
    def leads_to_a_host(self) -> bool:
        """Whether it can be followed somewhere: a word without a scheme is just a word.

        >>> parse("http://intranet/").leads_to_a_host, parse("hello").leads_to_a_host
        (True, False)
        """
        word = not self.scheme and not any(sign in self.host.name for sign in ".:")
        return bool(self.host.name) and self.scheme not in HOSTLESS and not word

    @property
    def decoded_path(self) -> str:
        """The path without percent-encoding, be it repeated."""
        return decoded(self.path)[0]

    @property
    def decoded_query(self) -> str:
        """The query without percent-encoding, be it repeated."""
        return decoded(self.query)[0]


def parse(original: str) -> URL:
    r"""Take a URL apart; never raises, and takes a time linear in the length.

    >>> url = parse(r"hxxps:\\paypal.com@0x7f[.]1:8080\login?a=1#top")
    >>> url.scheme, url.userinfo, url.host.name, url.port, url.path, url.query, url.fragment
    ('https', 'paypal.com', '127.0.0.1', 8080, '/login', 'a=1', 'top')
    >>> parse("example.org:8080/a").host.domain
    'example.org'
    """
    text = original[:LONGEST].strip(_AROUND).translate(_BREAKS)
    if text[:1] == "<" and text[-1:] == ">":
        text = text[1:-1]
    text = refang(text)
    scheme, start = _scheme(text)
    if scheme in HOSTLESS or (not scheme and text[:1] in "/?#" and text[:2] != "//"):
        authority, rest = "", text[start:]
    else:
        forgiving = not scheme or scheme in DEFAULT_PORTS
        start = _skip_slashes(text, start) if forgiving else start + 2
        end = (_END if forgiving else _STRICT_END).search(text, start)
        stop = end.start() if end else len(text)
        authority, rest = text[start:stop], text[stop:]
        if forgiving and "\\" in rest:
            rest = _with_slashes(rest)
    before_fragment, _, fragment = rest.partition("#")
    path, _, query = before_fragment.partition("?")
    userinfo, _, host_port = authority.rpartition("@")
    host, port = _host_and_port(_BLANKS.sub("", host_port))
    return URL(original, text, scheme, userinfo, host_of(host), port, path, query, fragment)


def _scheme(text: str) -> tuple[str, int]:
    """The scheme, and where the rest begins; a host before a port is none."""
    written = _SCHEME.match(text)
    if written is None:
        return "", 0
    scheme = written[1].lower()
    known = scheme in DEFAULT_PORTS or scheme in HOSTLESS
    if known or text.startswith("//", written.end()):
        return scheme, written.end()
    return "", 0


def _skip_slashes(text: str, start: int) -> int:
    while text[start : start + 1] in ("/", "\\"):
        start += 1
    return start


def _with_slashes(rest: str) -> str:
    """Backslashes of the path, not those of the query and the fragment, as slashes."""
    end = min((place for place in (rest.find("?"), rest.find("#")) if place >= 0), default=None)
    path = rest[:end]
    return path.replace("\\", "/") + rest[len(path) :]


def _host_and_port(written: str) -> tuple[str, int | None]:
    if written.startswith("["):
        host, bracket, after = written.partition("]")
        return host + bracket, _port(after.removeprefix(":"))
    if written.count(":") > 1 and _UNBRACKETED.match(written):
        return written, None
    host, _, port = written.partition(":")
    return host, _port(port)


def _port(written: str) -> int | None:
    if not (written.isascii() and written.isdigit()) or len(written) > LONGEST_PORT:
        return None
    port = int(written)
    return port if port <= HIGHEST_PORT else None
