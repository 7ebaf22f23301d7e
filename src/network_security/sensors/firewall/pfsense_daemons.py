"""Programs that log on pfSense and OPNsense beside the packet filter.

Each function takes the fields that the syslog header gave, and the message.
"""

import re
from collections.abc import Callable

from network_security.sensors import ecs
from network_security.sensors.ecs import Fields, number
from network_security.sensors.times import Clock, parse_time

LONGEST = 8192
"""As far as a message is read."""
NANOSECONDS_A_MILLISECOND = 1_000_000
FIRST_ERROR = 400
TRANSACTION = ["connection", "protocol", "info"]

_ADDRESS = r"[0-9A-Fa-f][0-9A-Fa-f:.]{1,44}"
_END = rf"\[?({_ADDRESS}?)\]?:(\d{{1,5}})"
_LEASE = re.compile(
    r"(DHCP[A-Z]{3,8}|BOOT[A-Z]{4,8})(?: (?:for|on|of|from) ([\d.]{7,15})(?= ))?"
    r"(?: \([^)]{1,64}\))?(?: (?:from|to) ([0-9A-Fa-f:]{11,17}))?(?: \(([^)]{1,255})\))?"
    r"(?: via ([\w.:-]{1,64}))?"
)
_LOOKUP = re.compile(
    rf"(?:\[[\d:]{{1,16}}\] )?\w{{1,16}}: ({_ADDRESS}) (\S{{1,255}}) ([A-Z0-9]{{1,12}}) "
    r"(IN|CH|HS)(?: ([A-Z]{1,12}) )?"
)
_LEVEL = re.compile(r"\[[\d:]{1,16}\] (\w{1,16}): ")
_CONFIGURATOR = re.compile(
    rf"(?:[\w/.-]{{1,128}}: )?(.{{1,255}}?) for user '([^']{{0,255}})' from:? ({_ADDRESS})"
)
_PROXIED = re.compile(
    rf"{_END} \[([^\]]{{10,40}})\] (\S{{1,128}}) ([^/ ]{{1,128}})/(\S{{1,128}}) "
    r"([\d/+-]{3,64}) (?:(\d{3}|-1) )?\+?(\d{1,19}) "
)
_PROXIED_REQUEST = re.compile(r'"([A-Z]{1,16}) (\S{1,4096})(?: HTTP/([\d.]{1,3}))?"')
_PROXY_CONNECT = re.compile(rf"Connect from {_END} to {_END} \((\S{{1,128}})/(\w{{1,8}})\)")
_PROXY_ERROR = re.compile(
    rf"{_END} \[([^\]]{{10,40}})\] (\S{{1,128}}?)/(?:{_END}|(\S{{1,64}})): (.*)"
)
_TUNNEL = re.compile(rf"(?:([^/\s]{{1,128}})/)?(?:\[AF_INET6?\])?{_END} ?")
_TUNNEL_PEER = re.compile(
    rf"\[([^\]]{{1,128}})\] Peer Connection Initiated with \[AF_INET6?\]{_END}"
)
_TUNNEL_LOGIN = re.compile(r"user '([^']{1,255})' (authenticated|could not authenticate)")
_SHELL = re.compile(
    r"(Accepted|Failed|Invalid|Disconnected|Connection closed)[^']{0,64}? "
    rf"(?:(?:invalid )?user |for (?:invalid user )?)?(\S{{1,128}}) (?:from )?({_ADDRESS}) "
    r"port (\d{1,5})"
)
_SIGNATURE = re.compile(
    r"\[(\d{1,6}):(\d{1,12}):(\d{1,6})\] (.{1,512}?) (?:\[Classification: ([^\]]{1,128})\] )?"
    rf"\[Priority: (\d{{1,3}})\]:? \{{([\w-]{{1,16}})\}} ({_ADDRESS}?)(?::(\d{{1,5}}))? -> "
    rf"({_ADDRESS}?)(?::(\d{{1,5}}))?$"
)
_WEB_ACCESS = re.compile(
    rf'({_ADDRESS}) - (\S{{1,128}}) \[([^\]]{{10,40}})\] "([A-Z]{{1,16}}) (\S{{1,4096}}) '
    r'HTTP/([\d.]{1,3})" (\d{3}) (\d{1,19})(?: "([^"]{0,2048})" "([^"]{0,2048})")?'
)
_CACHE = re.compile(
    rf"\d{{1,12}}\.\d{{1,6}}\s{{1,8}}(\d{{1,12}}) ({_ADDRESS}) (\w{{1,48}})/(\d{{3}}) (\d{{1,19}}) "
    rf"([A-Z_]{{1,16}}) (\S{{1,4096}}) (\S{{1,128}}) \w{{1,32}}/(\S{{1,128}}) (\S{{1,128}})"
)


def _set_source(fields: Fields, address: str | None, port: str | None = None) -> None:
    found = ecs.endpoint(fields, "source", address, port)
    if found is not None:
        fields["network.type"] = "ipv6" if ":" in found else "ipv4"


def _outcome(status: int | None) -> str | None:
    if status is None:
        return None
    return "failure" if status >= FIRST_ERROR else "success"


def _dhcp(fields: Fields, message: str, clock: Clock) -> None:
    fields["event.type"] = TRANSACTION
    fields["network.transport"], fields["network.protocol"] = "udp", "dhcp"
    match = _LEASE.match(message)
    if match is None:
        return
    action, address, mac, host, interface = match.groups()
    fields["event.action"] = action
    fields["source.mac"] = ecs.mac(mac)
    fields["source.domain"] = host
    fields["observer.ingress.interface.name"] = interface
    _set_source(fields, address)


def _dns(fields: Fields, message: str, clock: Clock) -> None:
    fields["event.type"] = TRANSACTION
    fields["network.protocol"] = "dns"
    level = _LEVEL.match(message)
    if level is not None:
        fields["log.level"] = level[1].lower()
    match = _LOOKUP.match(message)
    if match is None:
        return
    address, name, kind, domain_class, response = match.groups()
    _set_source(fields, address)
    fields["dns.question.name"] = name.rstrip(".") or "."
    fields["dns.question.type"] = kind
    fields["dns.question.class"] = domain_class
    fields["dns.response_code"] = response
    fields["dns.type"] = "answer" if response else "query"


def _configurator(fields: Fields, message: str, clock: Clock) -> None:
    """Map the web interface's messages: logins to it."""
    match = _CONFIGURATOR.match(message)
    if match is None:
        fields["event.category"] = ["configuration"]
        return
    said, user, address = match.groups()
    fields["event.category"] = ["authentication"]
    failed = "error" in said.lower() or "fail" in said.lower()
    fields["event.outcome"] = "failure" if failed else "success"
    fields["event.action"] = "logon-failed" if failed else "logged-in"
    fields["event.type"] = ["info"] if failed else ["start", "info"]
    fields["user.name"] = user
    _set_source(fields, address)


def _proxy(fields: Fields, message: str, clock: Clock) -> None:
    """Map HAProxy's formats: HTTP, TCP, a connection without log format, an error."""
    match = _PROXIED.match(message)
    if match is not None:
        _proxied(fields, match, message, clock)
        return
    fields["event.category"] = ["network", "web"]
    fields["event.type"] = ["access", "connection", "info"]
    connect = _PROXY_CONNECT.match(message)
    if connect is not None:
        _set_source(fields, connect[1], connect[2])
        ecs.endpoint(fields, "destination", connect[3], connect[4])
        fields["netgate.pfsense"] = {"frontend": connect[5], "mode": connect[6]}
        return
    error = _PROXY_ERROR.match(message)
    if error is not None:
        fields["@timestamp"] = parse_time(error[3], clock) or fields["@timestamp"]
        _set_source(fields, error[1], error[2])
        ecs.endpoint(fields, "destination", error[5], error[6])
        fields["event.reason"] = error[8]
        fields["netgate.pfsense"] = {"frontend": error[4]}


def _proxied(fields: Fields, match: re.Match[str], message: str, clock: Clock) -> None:
    address, port, accepted, frontend, backend, server, timers, status, size = match.groups()
    fields["@timestamp"] = parse_time(accepted, clock) or fields["@timestamp"]
    _set_source(fields, address, port)
    fields["destination.bytes"] = number(size)
    total = number(timers.rpartition("/")[2].lstrip("+"), 10**12)
    if total is not None:
        fields["event.duration"] = total * NANOSECONDS_A_MILLISECOND
    fields["event.type"] = ["access", "connection", "info"]
    fields["netgate.pfsense"] = {
        "frontend": frontend,
        "backend": backend,
        "server": server,
        "timers": timers,
    }
    if status is None:
        return
    fields["event.category"] = ["web", "network"]
    fields["http.response.status_code"] = number(status)
    fields["event.outcome"] = _outcome(number(status))
    request = _PROXIED_REQUEST.search(message, match.end(), LONGEST)
    if request is not None:
        fields["http.request.method"] = request[1]
        ecs.url(fields, request[2])
        fields["http.version"] = request[3]


def _tunnel(fields: Fields, message: str, clock: Clock) -> None:
    """Map OpenVPN's messages: who connects from where."""
    fields["event.category"] = ["network", "session"]
    fields["event.type"] = ["connection", "info"]
    login = _TUNNEL_LOGIN.match(message)
    if login is not None:
        fields["event.category"] = ["authentication"]
        fields["user.name"] = login[1]
        fields["event.outcome"] = "success" if login[2] == "authenticated" else "failure"
        return
    end = _TUNNEL.match(message)
    if end is not None:
        fields["user.name"] = end[1]
        _set_source(fields, end[2], end[3])
    peer = _TUNNEL_PEER.search(message, 0, LONGEST)
    if peer is not None:
        fields["event.action"] = "connection-started"
        fields["event.type"] = ["connection", "start", "info"]
        fields["user.name"] = peer[1]
        _set_source(fields, peer[2], peer[3])
    elif "Auth Error" in message or "AUTH_FAILED" in message:
        fields["event.category"] = ["authentication", "network", "session"]
        fields["event.outcome"] = "failure"


def _shell(fields: Fields, message: str, clock: Clock) -> None:
    """Map logins over SSH."""
    fields["event.category"] = ["authentication"]
    match = _SHELL.match(message)
    if match is None:
        return
    fields["user.name"] = match[2]
    _set_source(fields, match[3], match[4])
    if match[1] in ("Failed", "Invalid"):
        fields["event.outcome"], fields["event.action"] = "failure", "logon-failed"
    elif match[1] == "Accepted":
        fields["event.outcome"], fields["event.action"] = "success", "logged-in"
        fields["event.type"] = ["start", "info"]


def _signature(fields: Fields, message: str, clock: Clock) -> None:
    """Map the alerts of Snort and Suricata in their one-line format."""
    fields["event.kind"] = "alert"
    fields["event.category"] = ["network", "intrusion_detection"]
    match = _SIGNATURE.search(message, 0, LONGEST)
    if match is None:
        return
    fields["rule.ruleset"], fields["rule.id"], fields["rule.version"] = match.group(1, 2, 3)
    fields["rule.name"], fields["rule.category"] = match.group(4, 5)
    fields["event.severity"] = number(match[6])
    fields["event.type"] = ["connection", "info"]
    ecs.transport(fields, match[7])
    _set_source(fields, match[8], match[9])
    destination = ecs.endpoint(fields, "destination", match[10], match[11])
    fields["network.direction"] = ecs.direction(fields.get("source.ip"), destination)


def _web(fields: Fields, message: str, clock: Clock) -> None:
    """Map the access log of the web interface's server."""
    match = _WEB_ACCESS.search(message, 0, LONGEST)
    if match is None:
        return
    address, user, moment, method, written, version, status, size, referrer, agent = match.groups()
    fields["@timestamp"] = parse_time(moment, clock) or fields["@timestamp"]
    fields["user.name"] = None if user == "-" else user
    fields["http.version"] = version
    fields["http.request.referrer"] = None if referrer == "-" else referrer
    fields["user_agent.original"] = None if agent == "-" else agent
    _set_request(fields, address, method, written, status, size)


def _cache(fields: Fields, message: str, clock: Clock) -> None:
    """Map Squid's access log."""
    match = _CACHE.search(message, 0, LONGEST)
    if match is None:
        return
    elapsed, address, result, status, size, method, written, user, peer, content = match.groups()
    fields["event.duration"] = int(elapsed) * NANOSECONDS_A_MILLISECOND
    fields["event.action"] = result
    fields["user.name"] = None if user == "-" else user
    fields["http.response.mime_type"] = None if content == "-" else content
    if ecs.ip(peer) is not None:
        ecs.endpoint(fields, "destination", peer)
    _set_request(fields, address, method, written, status, size)


def _set_request(
    fields: Fields, address: str, method: str, written: str, status: str, size: str
) -> None:
    fields["event.category"] = ["web", "network"]
    fields["event.type"] = ["access", "connection", "info"]
    fields["event.outcome"] = _outcome(number(status))
    _set_source(fields, address)
    fields["http.request.method"] = method
    fields["http.response.status_code"] = number(status)
    fields["http.response.bytes"] = number(size)
    ecs.url(fields, written)


def _key_exchange(fields: Fields, message: str, clock: Clock) -> None:
    """Map strongSwan's messages on IPsec tunnels."""
    fields["event.type"] = TRANSACTION
    fields["network.protocol"] = "ike"


DAEMONS: dict[str, Callable[[Fields, str, Clock], None]] = {
    "dhcpd": _dhcp,
    "dhcp6c": _dhcp,
    "unbound": _dns,
    "dnsmasq": _dns,
    "php-fpm": _configurator,
    "haproxy": _proxy,
    "openvpn": _tunnel,
    "sshd": _shell,
    "snort": _signature,
    "suricata": _signature,
    "nginx": _web,
    "squid": _cache,
    "charon": _key_exchange,
}
"""Program -> its mapper. Of other programs the message is kept as it is."""
