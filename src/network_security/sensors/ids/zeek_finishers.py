"""What a Zeek log's record says by several of its fields together.

Each function sets ECS fields of one log, after the fields that stand alone were mapped.
"""

from collections.abc import Callable
from typing import Any

from network_security.sensors import ecs
from network_security.sensors.ecs import Fields, ip, number, text
from network_security.sensors.ids.zeek_values import addresses, flag, items
from network_security.sensors.times import Clock

Record = dict[str, Any]
Finish = Callable[[Fields, Record, Clock], None]

FIRST_ERROR = 400
# What a connection's state means; the others saw neither a start nor an end.
STATES = {
    "S0": ["connection", "start", "info"],
    "S1": ["connection", "start", "info"],
    "SF": ["connection", "start", "end", "info"],
    "REJ": ["connection", "start", "denied", "info"],
    "S2": ["connection", "start", "info"],
    "S3": ["connection", "start", "info"],
    "RSTO": ["connection", "start", "end", "info"],
    "RSTR": ["connection", "start", "end", "info"],
    "RSTOS0": ["connection", "end", "info"],
    "RSTRH": ["connection", "end", "info"],
}
TLS_VERSIONS = {
    "SSLv2": ("ssl", "2.0"), "SSLv3": ("ssl", "3.0"), "TLSv10": ("tls", "1.0"),
    "TLSv11": ("tls", "1.1"), "TLSv12": ("tls", "1.2"), "TLSv13": ("tls", "1.3"),
    "DTLSv10": ("dtls", "1.0"), "DTLSv12": ("dtls", "1.2"), "DTLSv13": ("dtls", "1.3"),
}  # fmt: skip
DNS_FLAGS = ("AA", "TC", "RD", "RA")
SUCCESSES = frozenset(("success", "succeeded", "true", "t"))


def outcome(succeeded: bool | None) -> str | None:
    """Return `event.outcome`."""
    return None if succeeded is None else "success" if succeeded else "failure"


def result(name: str) -> Finish:
    """Return a function that sets the outcome from a truth value or a word such as SUCCESS."""

    def finish(fields: Fields, record: Record, clock: Clock) -> None:
        value = record.get(name)
        stated = flag(value)
        if stated is None and type(value) is str and value:
            stated = value.lower() in SUCCESSES
        fields["event.outcome"] = outcome(stated)

    return finish


def action(word: str) -> Finish:
    """Return a function that sets the action of a log of one kind of thing."""

    def finish(fields: Fields, record: Record, clock: Clock) -> None:
        fields["event.action"] = word

    return finish


def reporter_level(value: object, clock: Clock) -> str | None:
    """Return ``Reporter::WARNING`` as ``warning``."""
    return (text(value) or "").rpartition("::")[2].lower() or None


def conn(fields: Fields, record: Record, clock: Clock) -> None:
    """Set `event.type` by the connection's state, and the sums of both directions."""
    state = text(record.get("conn_state"))
    fields["event.type"] = STATES.get(state or "", ["connection", "info"])
    for name in ("bytes", "packets"):
        sent, received = fields.get(f"source.{name}"), fields.get(f"destination.{name}")
        if sent is not None and received is not None:
            fields[f"network.{name}"] = sent + received


def dhcp(fields: Fields, record: Record, clock: Clock) -> None:
    """Set client and server, which dhcp.log names only by role."""
    if record.get("client_addr") or record.get("server_addr"):
        client = ecs.endpoint(fields, "source", record.get("client_addr"), 68)
        server = ecs.endpoint(fields, "destination", record.get("server_addr"), 67)
        fields["network.direction"] = ecs.direction(client, server)
    fields["source.mac"] = fields["client.mac"] = ecs.mac(record.get("mac"))
    messages = items(record.get("msg_types"))
    fields["event.action"] = messages[-1].lower() if messages else None


def dns(fields: Fields, record: Record, clock: Clock) -> None:
    """Set the kind of message, its answers and flags."""
    answered = record.get("rcode_name") is not None or record.get("rcode") is not None
    fields["dns.type"] = "answer" if answered else "query"
    refused = flag(record.get("rejected"))
    fields["event.outcome"] = None if refused is None else outcome(not refused)
    fields["dns.header_flags"] = [name for name in DNS_FLAGS if flag(record.get(name))]
    answers = items(record.get("answers"))
    lifetimes = items(record.get("TTLs"))
    if answers:
        ttls = [number(ttl.partition(".")[0]) for ttl in lifetimes]
        ttls += [None] * (len(answers) - len(ttls))
        fields["dns.answers"] = [
            {"data": data} if ttl is None else {"data": data, "ttl": ttl}
            for data, ttl in zip(answers, ttls, strict=False)
        ]
        fields["dns.resolved_ip"] = list(dict.fromkeys(addresses(answers)))


def files(fields: Fields, record: Record, clock: Clock) -> None:
    """Set source and destination, sender and receiver, and who of them is the server."""
    sender, receiver = addresses(record.get("tx_hosts")), addresses(record.get("rx_hosts"))
    if sender or receiver:
        source = ecs.endpoint(fields, "source", sender[0] if sender else None)
        destination = ecs.endpoint(fields, "destination", receiver[0] if receiver else None)
        fields["network.direction"] = ecs.direction(source, destination)
        fields["related.ip"] = sender + receiver
        uploaded = flag(record.get("is_orig"))
        if uploaded is not None:
            client, server = (source, destination) if uploaded else (destination, source)
            fields["client.ip"], fields["server.ip"] = client, server
    fields["network.protocol"] = (text(record.get("source")) or "").lower()
    fields["event.action"] = "file-seen"


def ftp(fields: Fields, record: Record, clock: Clock) -> None:
    """Set the outcome from the reply's code."""
    code = number(record.get("reply_code"))
    fields["event.outcome"] = outcome(None if code is None else code < FIRST_ERROR)


def http(fields: Fields, record: Record, clock: Clock) -> None:
    """Set the URL, the outcome and the type of what was answered."""
    host = text(record.get("host"))
    uri = text(record.get("uri"))
    ecs.url(fields, uri, host)
    if host is not None:
        fields["destination.domain"] = host
    if fields.get("url.port") is None:
        fields["url.port"] = fields.get("destination.port")
    fields["event.action"] = (fields.get("http.request.method") or "").lower()
    status = fields.get("http.response.status_code")
    fields["event.outcome"] = outcome(None if status is None else status < FIRST_ERROR)
    types = items(record.get("resp_mime_types"))
    fields["http.response.mime_type"] = types[0] if types else None


def intel(fields: Fields, record: Record, clock: Clock) -> None:
    """Set the indicator's own field by what kind of thing it is."""
    kind = (text(record.get("seen.indicator_type")) or "").rpartition("::")[2]
    name = _INDICATORS.get(kind)
    if name is not None:
        fields[f"threat.indicator.{name}"] = text(record.get("seen.indicator"))
        fields["threat.indicator.type"] = _INDICATOR_TYPES[name]


_INDICATORS = {
    "ADDR": "ip", "DOMAIN": "url.domain", "URL": "url.full", "EMAIL": "email.address",
    "FILE_NAME": "file.name",
}  # fmt: skip
_INDICATOR_TYPES = {
    "ip": "ipv4-addr", "url.domain": "domain-name", "url.full": "url",
    "email.address": "email-addr", "file.name": "file",
}  # fmt: skip


def kerberos(fields: Fields, record: Record, clock: Clock) -> None:
    """Set user and realm, written as ``name/REALM``, and the outcome."""
    name, _, realm = (text(record.get("client")) or "").rpartition("/")
    fields["user.name"], fields["user.domain"] = (name, realm) if name else (realm, None)
    fields["event.outcome"] = outcome(flag(record.get("success")))
    fields["tls.client.subject"] = text(record.get("cert.client_subject"))
    fields["tls.server.subject"] = text(record.get("cert.server_subject"))


def known(fields: Fields, record: Record, clock: Clock) -> None:
    """Set the host that was seen, and its service."""
    host = ip(record.get("host"))
    fields["host.ip"] = [host] if host else None
    fields["server.port"] = ecs.port(record.get("port_num"))
    fields["server.ip"] = host if fields["server.port"] is not None else None
    address = ecs.mac(record.get("mac"))
    fields["host.mac"] = [address] if address else None
    ecs.transport(fields, record.get("port_proto"))


def modbus(fields: Fields, record: Record, clock: Clock) -> None:
    """Set the outcome: a refused request has an exception."""
    if record.get("func") is not None:
        fields["event.outcome"] = outcome(record.get("exception") is None)


def notice(fields: Fields, record: Record, clock: Clock) -> None:
    """Set both ends, the decision, and the attached file."""
    for side, name in (("source", "src"), ("destination", "dst")):
        if fields.get(f"{side}.address") is None:
            ecs.endpoint(fields, side, record.get(name))
    if fields.get("destination.port") is None:
        fields["destination.port"] = ecs.port(record.get("p"))
    fields["network.direction"] = ecs.direction(
        fields.get("source.ip"), fields.get("destination.ip")
    )
    dropped = flag(record.get("dropped"))
    if dropped is not None:
        fields["event.type"] = ["denied" if dropped else "allowed", "info"]


def radius(fields: Fields, record: Record, clock: Clock) -> None:
    """Set the outcome and the client's MAC address."""
    result("result")(fields, record, clock)
    fields["source.mac"] = ecs.mac(record.get("mac"))


def server_name(fields: Fields, record: Record, clock: Clock) -> None:
    """Name the responder as its client did."""
    fields["destination.domain"] = fields.get("tls.client.server_name")


def sip(fields: Fields, record: Record, clock: Clock) -> None:
    """Set the URI's parts and the outcome."""
    uri = text(record.get("uri"))
    scheme, colon, rest = (uri or "").partition(":")
    if colon:
        host = rest.rpartition("@")[2].partition(";")[0]
        name, _, port = host.partition(":")
        fields["url.scheme"] = scheme.lower()
        fields["url.domain"] = name
        fields["url.port"] = ecs.port(port)
        fields["url.username"] = rest.rpartition("@")[0]
    fields["url.full"] = fields["url.original"] = uri
    status = number(record.get("status_code"))
    if status is not None:
        failed = status >= FIRST_ERROR
        fields["event.outcome"] = outcome(not failed)
        fields["event.type"] = ["connection", "protocol", "error" if failed else "info"]


def smb_files(fields: Fields, record: Record, clock: Clock) -> None:
    """Set the path: the share and the name in it."""
    share, name = text(record.get("path")), text(record.get("name"))
    if name is not None:
        fields["file.path"] = f"{share}\\{name}" if share else name


def smtp(fields: Fields, record: Record, clock: Clock) -> None:
    """Set who wrote to whom."""
    for name, header in (("from", "from"), ("to", "to"), ("cc", "cc"), ("reply_to", "reply_to")):
        found = [_mailbox(item) for item in items(record.get(header))]
        fields[f"email.{name}.address"] = [item for item in found if item]
    sender = text(record.get("mailfrom"))
    fields["email.sender.address"] = _mailbox(sender) if sender else None
    recipients = [_mailbox(item) for item in items(record.get("rcptto"))]
    fields["related.user"] = [item for item in recipients if item]
    fields["email.message_id"] = (text(record.get("msg_id")) or "").strip("<>")
    fields["tls.established"] = flag(record.get("tls"))


def syslog(fields: Fields, record: Record, clock: Clock) -> None:
    """Set the severity, both as the message's and as the event's."""
    severity = (text(record.get("severity")) or "").lower()
    fields["log.level"] = fields["log.syslog.severity.name"] = severity


def _mailbox(written: str) -> str:
    return written.rpartition("<")[2].rstrip("> ").strip()


def socks(fields: Fields, record: Record, clock: Clock) -> None:
    """Set the outcome, and the destination that was asked for as the URL's."""
    result("status")(fields, record, clock)
    fields["url.domain"] = text(record.get("request.name")) or text(record.get("request.host"))
    fields["url.port"] = ecs.port(record.get("request_p"))
    fields["user.name"] = text(record.get("user"))


def ssh(fields: Fields, record: Record, clock: Clock) -> None:
    """Set the login's outcome where Zeek could tell it."""
    succeeded = flag(record.get("auth_success"))
    fields["event.outcome"] = outcome(succeeded)
    fields["event.action"] = None if succeeded is None else "ssh_login"


def ssl(fields: Fields, record: Record, clock: Clock) -> None:
    """Set version, chain of digests and the name of the responder."""
    version = text(record.get("version")) or ""
    fields["tls.version_protocol"], fields["tls.version"] = TLS_VERSIONS.get(version, (None, None))
    fields["event.outcome"] = outcome(flag(record.get("established")))
    digests = items(record.get("cert_chain_fps"))
    fields["tls.server.hash.sha256"] = digests[0].upper() if digests else None
    server_name(fields, record, clock)
