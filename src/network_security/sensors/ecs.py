"""Building Elastic Common Schema (ECS) documents, and the values in them.

A format returns a flat dict of dotted ECS names; `document` nests it in one pass, leaves out what
is None or empty, and collects `related.*`. The helpers return None for what is not such a value,
so that a parser can pass on whatever a device wrote.

How the fields that classify an event are filled, so that all formats agree
(https://www.elastic.co/docs/reference/ecs/ecs-allowed-values-event-category):

- `event.kind`: ``alert`` when the sensor itself judged the traffic or message bad (an IDS
  signature, a malware or spam verdict), ``metric`` for counters, otherwise ``event``.
- `event.category`, `event.type`: lists. Traffic is ``network``; an IDS alert adds
  ``intrusion_detection``, a malware verdict ``malware``, mail is ``email``, logins
  ``authentication``, web sessions ``web``, changes of the device's settings ``configuration``.
- A decision of a policy is ``[connection, allowed, info]`` or ``[connection, denied, info]``; a
  session that opens or closes is ``[connection, start]`` or ``[connection, end]``, with the
  decision after it when the record states one. What is none of these is ``info``.
- `event.action`: the device's own word for what it did or saw when it has one (``accept``,
  ``block``, ``flow_close``); otherwise words with dashes (``connection-started``, ``logged-in``,
  ``logon-failed``).
- `event.outcome`: whether the thing that the record is about worked. A device that denied what its
  policy denies succeeded; a login that was refused failed. Absent when the record does not say.
- `event.severity`: the sensor's number as it wrote it; `log.level`: its word, in lower case.
- `event.code`: the message or event id as text, leading zeros kept. `rule.id` is text as well.
- `observer.vendor`, `observer.product`, `observer.type` come from the registry unless the line
  itself names them; the device is `observer.name` or `observer.hostname`, and `host.hostname` in
  logs that are kept by the host itself.
- `network.direction`: what the device states, in the words ``inbound``, ``outbound``, ``internal``,
  ``external``; otherwise `direction` of the two addresses.
- `network.transport`, `network.protocol`, `network.application`: lower case;
  `network.iana_number`: text.
- `source.address` holds what the device wrote; `source.ip` or `source.domain` what it proved to be.
- Everything that has no place in ECS is kept under the dataset's own name (``suricata.eve``).
"""

import socket
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any

Fields = dict[str, Any]
"""Flat ECS fields: dotted name -> value."""

Document = dict[str, Any]
"""Nested ECS document."""

VERSION = "8.17.0"

_INTERNAL_IPV4 = ("10.", "127.", "192.168.", *(f"172.{second}." for second in range(16, 32)))
_INTERNAL_IPV6 = (ip_network("fc00::/7"), ip_network("::1/128"))
PROTOCOLS = {
    "0": "hopopt", "1": "icmp", "2": "igmp", "4": "ipv4", "6": "tcp", "8": "egp", "17": "udp",
    "27": "rdp", "33": "dccp", "41": "ipv6", "46": "rsvp", "47": "gre", "50": "esp", "51": "ah",
    "58": "ipv6-icmp", "88": "eigrp", "89": "ospf", "103": "pim", "108": "ipcomp", "112": "vrrp",
    "115": "l2tp", "132": "sctp", "136": "udplite",
}  # fmt: skip
"""IANA protocol number -> name."""

_NUMBERS = {name: number for number, name in PROTOCOLS.items()} | {"icmp6": "58", "icmpv6": "58"}
_PORTS = 65535


_Place = tuple[str, list[str], str, str | None]
"""The object that a field stands in, the names that lead to it, the field's own, `related` kind."""

_PLACES: dict[str, _Place] = {}
_MOST_PLACES = 4096
"""Names come from code, so that all are known soon; this only bounds a mistake."""


def _place(name: str) -> _Place:
    parent, _, leaf = name.rpartition(".")
    place = parent, parent.split("."), leaf, _related(name, parent, leaf)
    if len(_PLACES) < _MOST_PLACES:
        _PLACES[name] = place
    return place


def _related(name: str, parent: str, leaf: str) -> str | None:
    if parent == "related":
        return leaf
    if leaf in ("ip", "resolved_ip", "forwarded_ip", "message_id"):
        return "message_id" if leaf == "message_id" else "ip"
    if leaf in ("name", "email") and parent.rpartition(".")[2] in _USERS:
        return "user"
    if name in ("host.name", "host.hostname", "dns.question.name", "tls.client.server_name") or (
        leaf == "domain" and parent in ("source", "destination", "client", "server", "url")
    ):
        return "hosts"
    if parent.endswith(".hash") or leaf in ("ja3", "ja3s"):
        return "hash"
    return None


_USERS = ("user", "target", "effective")


def document(fields: Mapping[str, Any], root: Document | None = None) -> Document:
    """Return flat fields as a nested document, with `related.*` collected.

    Values that are None or empty are left out. Lists given as ``related.ip`` (``.user``,
    ``.hosts``, ``.hash``) are added to what is collected.

    Args:
        fields: Dotted names and their values.
        root: A nested document to add to; its objects of the first level take what the fields say.

    >>> document({"source.ip": "192.0.2.1", "source.port": 53, "user.name": None})
    {'source': {'ip': '192.0.2.1', 'port': 53}, 'related': {'ip': ['192.0.2.1']}}
    """
    if root is None:
        root = {}
    # A fifth of what an event costs: a name is taken apart once, for all events.
    groups: dict[str, Document] = {**root, "": root}
    related: dict[str, list[Any]] = {}
    for name, value in fields.items():
        if not value and (value is None or value != 0):
            continue
        try:
            parent, way, leaf, kind = _PLACES[name]
        except KeyError:
            parent, way, leaf, kind = _place(name)
        if parent in groups:
            groups[parent][leaf] = value
        else:
            group = root
            for step in way:
                group = group.setdefault(step, {})
            group[leaf] = value
            groups[parent] = group
        if kind is not None:
            seen = _bare_message_id(value) if kind == "message_id" else value
            if kind in related:
                related[kind].append(seen)
            else:
                related[kind] = [seen]
    lists = {kind: distinct for kind, values in related.items() if (distinct := _distinct(values))}
    if lists:
        root["related"] = lists
    return root


def _bare_message_id(value: Any) -> Any:
    """Return a message id as all products see it: without brackets, and no id of a device's own."""
    if type(value) is not str:
        return value
    return value.strip("<>") if "@" in value else None


def _distinct(values: list[Any]) -> list[str]:
    if len(values) == 1 and type(values[0]) is str:
        return values
    distinct: dict[str, None] = {}
    for value in values:
        if type(value) is str:
            distinct[value] = None
        elif type(value) is list:
            distinct.update(dict.fromkeys(item for item in value if type(item) is str))
    return list(distinct)


def ip(written: object) -> str | None:
    """Return an IPv4 or IPv6 address in its canonical form (RFC 5952), or None.

    >>> ip("2001:DB8:0:0::1"), ip("192.0.2.999"), ip("fe80::1%eth0")
    ('2001:db8::1', None, 'fe80::1')
    """
    return _ip(written) if type(written) is str and len(written) <= _LONGEST_ADDRESS else None


_LONGEST_ADDRESS = 64
"""What is longer is no address, and must not fill the memory of those seen before."""


@lru_cache(maxsize=65536)
def _ip(text: str) -> str | None:
    try:
        if ":" not in text:
            socket.inet_pton(socket.AF_INET, text)
            return text
        packed = socket.inet_pton(socket.AF_INET6, text.strip("[]").partition("%")[0])
        return str(ip_address(packed))
    except (OSError, ValueError):
        return None


def endpoint(fields: Fields, side: str, address: object, port: object = None) -> str | None:
    """Set ``{side}.address``, ``.ip`` or ``.domain``, and ``.port`` from what a device wrote.

    Returns:
        The address when it is a valid one, else None.
    """
    found = None
    address_name, ip_name, domain_name, port_name = _ends(side)
    if type(address) is str and address:
        fields[address_name] = address
        found = ip(address)
        if found is None:
            fields[domain_name] = address
        else:
            fields[ip_name] = found
    if port is not None:
        fields[port_name] = number(port, _PORTS)
    return found


@lru_cache(maxsize=64)
def _ends(side: str) -> tuple[str, str, str, str]:
    return f"{side}.address", f"{side}.ip", f"{side}.domain", f"{side}.port"


def text(value: object) -> str | None:
    """Return text as it is and a number as text; None for anything else that JSON can hold.

    >>> text("a"), text(443), text(None), text(["a"]), text(True)
    ('a', '443', None, None, None)
    """
    if type(value) is str:
        return value or None
    if value is None:
        return None
    return str(value) if type(value) in (int, float) else None


def number(value: object, most: int = 2**63 - 1) -> int | None:
    """Return a whole number from 0 to `most`, or None.

    >>> number("0042"), number("70000", 65535), number("-"), number(3.0)
    (42, None, None, 3)
    """
    if value is None:
        return None
    if type(value) is int:
        whole = value
    elif type(value) is str:
        if not value.isdecimal() or len(value) > _LONGEST_NUMBER:
            return None
        whole = int(value)
    elif type(value) is float and value.is_integer():
        whole = int(value)
    else:
        return None
    return whole if 0 <= whole <= most else None


def port(value: object) -> int | None:
    """Return a port number, 0 to 65535, or None."""
    return number(value, _PORTS)


def mac(written: object) -> str | None:
    """Return a MAC address as ECS wants it (``00-00-5E-00-53-23``), or None."""
    return _mac(written) if type(written) is str and len(written) <= _LONGEST_MAC else None


@lru_cache(maxsize=8192)
def _mac(text: str) -> str | None:
    digits = text.translate(_NO_SEPARATORS).upper()
    if len(digits) not in (12, 16) or not set(digits) <= _HEX:
        return None
    return "-".join(digits[i : i + 2] for i in range(0, len(digits), 2))


_LONGEST_NUMBER = len(str(2**63 - 1))
_LONGEST_MAC = len("00-00-5E-00-53-23-00-00")
_NO_SEPARATORS = str.maketrans("", "", ":-. ")
_HEX = set("0123456789ABCDEF")


def transport(fields: Fields, protocol: object) -> None:
    """Set `network.transport` and `network.iana_number` from a protocol's name or number."""
    name = (text(protocol) or "").lower()
    if not name:
        return
    if name.isdecimal():
        fields["network.iana_number"] = name
        fields["network.transport"] = PROTOCOLS.get(name)
    else:
        fields["network.transport"] = name
        fields["network.iana_number"] = _NUMBERS.get(name)


def is_internal(address: str) -> bool:
    """Whether a valid address is private (RFC 1918, RFC 4193) or the host's own."""
    if ":" in address:
        return _is_internal_ipv6(address)
    # Blocks that end at a dot are told from the text: the scanned internet fills no cache.
    return address.startswith(_INTERNAL_IPV4)


@lru_cache(maxsize=65536)
def _is_internal_ipv6(address: str) -> bool:
    found = ip_address(address)
    return any(found in block for block in _INTERNAL_IPV6)


def direction(source: str | None, destination: str | None) -> str | None:
    """Return `network.direction` of two valid addresses, None when either is missing."""
    if not source or not destination:
        return None
    return _DIRECTIONS[is_internal(source), is_internal(destination)]


_DIRECTIONS = {
    (True, True): "internal",
    (True, False): "outbound",
    (False, True): "inbound",
    (False, False): "external",
}


def url(fields: Fields, written: str | None, domain: str | None = None) -> None:
    """Set `url.*` from a full URL, a host with a path, or a path.

    A URL of the web that names no port has its scheme's.

    Args:
        fields: Takes the result.
        written: The URL as the sensor wrote it; kept as `url.original`.
        domain: The host, when the sensor names it beside the path.
    """
    if not written:
        fields["url.domain"] = domain
        return
    fields["url.original"] = written
    scheme, separator, rest = written.partition("://")
    if separator and scheme.isalnum():
        fields["url.scheme"] = scheme.lower()
        fields["url.full"] = written
    else:
        rest = written
    rest, _, fragment = rest.partition("#")
    rest, _, query = rest.partition("?")
    fields["url.fragment"] = fragment
    fields["url.query"] = query
    host, slash, path = rest.partition("/")
    if " " in host:
        # No host's name: a file's, which some sensors write in a URL's place.
        host, slash, path = "", "", rest
    fields["url.path"] = slash + path
    user, _, host = host.rpartition("@")
    fields["url.username"] = user.partition(":")[0]
    if host.startswith("["):
        name, _, after = host[1:].partition("]")
        host_port = after.removeprefix(":")
    else:
        name, _, host_port = host.partition(":")
    fields["url.domain"] = name or domain
    fields["url.port"] = port(host_port or _WEB_PORTS.get(fields.get("url.scheme") or ""))


_WEB_PORTS = {"http": 80, "https": 443}
"""Scheme -> the port of a URL that names none (RFC 9110, section 4.2)."""


def without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping without its None, empty and ``-`` values: the rest that a format keeps."""
    return {
        name: value
        for name, value in values.items()
        if value is not None and value not in ("", "-")
    }
