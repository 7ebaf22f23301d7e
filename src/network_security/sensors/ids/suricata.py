"""Suricata EVE JSON: alerts, flows, protocol transactions, files, anomalies and counters.

Source: Suricata 8 user guide, "EVE JSON Format". What has no place in ECS stays under
`suricata.eve` with the names that EVE gives it.

Three things differ between versions. DNS is one record an answer (version 1), one a message (2), or
one with lists of queries and answers (3). Flow counters stand in `flow`, in `netflow` for one
direction. In `fileinfo` the source is the sender of the file, so a download runs from server to
client: `client.*` and `server.*` say who is who.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from network_security.sensors import ecs, json_line
from network_security.sensors.ecs import Fields, number, text
from network_security.sensors.errors import ParseError
from network_security.sensors.json_line import table
from network_security.sensors.times import Clock, parse_time

Json = dict[str, Any]

NANOSECONDS = 1_000_000_000
MAPPED = frozenset((
    "timestamp", "event_type", "src_ip", "src_port", "dest_ip", "dest_port", "proto", "in_iface",
    "host", "community_id", "app_proto",
))  # fmt: skip
NO_PROTOCOL = ("failed", "unknown")
TRANSACTION = ["connection", "protocol", "info"]
DNS_FLAGS = ("aa", "tc", "rd", "ra")
DNS_TYPES = {"request": "query", "response": "answer"}
FIRST_ERROR = 400


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one EVE record.

    Raises:
        ParseError: If the line is not a JSON object, or names no kind of EVE record.
    """
    eve = json_line.decode(raw)
    kind = eve.get("event_type")
    if type(kind) is not str:
        kind = next((name for name in _KINDS if type(eve.get(name)) is dict), None)
        if kind is None:
            raise ParseError("unsupported", "no event_type", raw=raw, position=0)
    fields: Fields = {
        "@timestamp": parse_time(eve.get("timestamp"), clock),
        "event.category": ["network"],
        "event.type": TRANSACTION,
        "observer.ingress.interface.name": text(eve.get("in_iface")),
        "observer.hostname": text(eve.get("host")),
        "network.community_id": text(eve.get("community_id")),
        "network.vlan.id": text(_first(eve.get("vlan"))),
    }
    source = ecs.endpoint(fields, "source", eve.get("src_ip"), eve.get("src_port"))
    destination = ecs.endpoint(fields, "destination", eve.get("dest_ip"), eve.get("dest_port"))
    fields["network.direction"] = ecs.direction(source, destination)
    ecs.transport(fields, eve.get("proto"))
    protocol = text(eve.get("app_proto"))
    if protocol is None or protocol in NO_PROTOCOL:
        protocol = kind if kind in _PROTOCOLS else None
    fields["network.protocol"] = protocol
    rest = fields["suricata.eve"] = {"event_type": kind}
    for name, part in eve.items():
        if name not in MAPPED:
            rest[name] = part
            if type(part) is dict and name in _PARTS:
                _PARTS[name](fields, part, clock)
    if kind in _KINDS:
        _KINDS[kind](fields, eve, clock)
    return fields


def _first(value: object) -> object:
    return value[0] if type(value) is list and value else value


def _ether(fields: Fields, ether: Json, clock: Clock) -> None:
    for side, name in (("source", "src_mac"), ("destination", "dest_mac")):
        found = ether.get(name) or ether.get(f"{name}s")
        fields[f"{side}.mac"] = ecs.mac(_first(found))


def _counters(fields: Fields, flow: Json, clock: Clock) -> None:
    for name, sent, received in (
        ("bytes", "bytes_toserver", "bytes_toclient"),
        ("packets", "pkts_toserver", "pkts_toclient"),
    ):
        ours, theirs = number(flow.get(sent)), number(flow.get(received))
        fields[f"source.{name}"] = ours
        fields[f"destination.{name}"] = theirs
        if ours is not None and theirs is not None:
            fields[f"network.{name}"] = ours + theirs
    _span(fields, flow, clock)


def _span(fields: Fields, flow: Json, clock: Clock) -> None:
    fields["event.start"] = parse_time(flow.get("start"), clock)
    end = flow.get("end")
    if end is not None:
        fields["event.end"] = parse_time(end, clock)
    age = number(flow.get("age"), 10**9)
    if age is not None:
        fields["event.duration"] = age * NANOSECONDS


def _alert_event(fields: Fields, eve: Json, clock: Clock) -> None:
    alert = table(eve, "alert")
    action = text(alert.get("action"))
    fields["event.kind"] = "alert"
    fields["event.category"] = ["network", "intrusion_detection"]
    fields["event.type"] = ["connection", "denied" if action == "blocked" else "allowed", "info"]
    fields["event.action"] = action
    fields["event.severity"] = number(alert.get("severity"))
    fields["rule.id"] = text(alert.get("signature_id"))
    fields["rule.version"] = text(alert.get("rev"))
    fields["rule.name"] = text(alert.get("signature"))
    fields["rule.category"] = text(alert.get("category"))
    metadata = table(alert, "metadata")
    fields["threat.technique.id"] = metadata.get("mitre_technique_id")
    fields["threat.tactic.id"] = metadata.get("mitre_tactic_id")


def _http(fields: Fields, http: Json, clock: Clock) -> None:
    host = text(http.get("hostname"))
    if host is not None:
        fields["destination.domain"] = host
    ecs.url(fields, text(http.get("url")), host)
    if fields.get("url.port") is None:
        fields["url.port"] = ecs.port(http.get("http_port"))
    fields["http.request.method"] = text(http.get("http_method"))
    fields["http.request.referrer"] = text(http.get("http_refer"))
    fields["http.response.status_code"] = number(http.get("status"))
    fields["http.response.body.bytes"] = number(http.get("length"))
    fields["http.response.mime_type"] = text(http.get("http_content_type"))
    fields["http.version"] = (text(http.get("protocol")) or "").removeprefix("HTTP/")
    fields["user_agent.original"] = text(http.get("http_user_agent"))
    fields["network.forwarded_ip"] = ecs.ip(http.get("xff"))


def _dns(fields: Fields, dns: Json, clock: Clock) -> None:
    kind = text(dns.get("type"))
    fields["dns.type"] = DNS_TYPES.get(kind or "", kind)
    fields["dns.id"] = text(dns.get("id"))
    fields["dns.response_code"] = text(dns.get("rcode"))
    fields["dns.header_flags"] = [
        flag.upper() for flag in DNS_FLAGS if dns.get(flag) is True
    ] or None
    question, answers = dns, dns.get("answers")
    queries = dns.get("queries")
    if type(queries) is list and queries and type(queries[0]) is dict:
        question = queries[0]
    if answers is None and "rdata" in dns:
        # Version 1 writes each answer as a record of its own, which states no question.
        answers, question = [dns], {}
    fields["dns.question.name"] = text(question.get("rrname"))
    fields["dns.question.type"] = text(question.get("rrtype"))
    records = (
        [answer for answer in answers if type(answer) is dict] if type(answers) is list else []
    )
    if records:
        fields["dns.answers"] = [
            {
                "name": text(record.get("rrname")),
                "type": text(record.get("rrtype")),
                "ttl": number(record.get("ttl")),
                "data": text(record.get("rdata")),
            }
            for record in records
        ]
    resolved = [record.get("rdata") for record in records]
    for addresses in (table(dns, "grouped").get("A"), table(dns, "grouped").get("AAAA")):
        resolved += addresses if type(addresses) is list else []
    valid = [address for address in map(ecs.ip, resolved) if address is not None]
    fields["dns.resolved_ip"] = list(dict.fromkeys(valid)) or None


def _tls(fields: Fields, tls: Json, clock: Clock) -> None:
    name = (text(tls.get("sni")) or "").rstrip(".") or None
    fields["tls.client.server_name"] = name
    if name is not None:
        fields["destination.domain"] = name
    protocol, _, version = (text(tls.get("version")) or "").replace("v", " ").partition(" ")
    if version:
        fields["tls.version"] = version if "." in version else f"{version}.0"
        fields["tls.version_protocol"] = protocol.lower()
    fields["tls.resumed"] = tls.get("session_resumed") is True or None
    fields["tls.server.subject"] = text(tls.get("subject"))
    fields["tls.server.issuer"] = text(tls.get("issuerdn"))
    fields["tls.server.not_before"] = _utc(tls.get("notbefore"))
    fields["tls.server.not_after"] = _utc(tls.get("notafter"))
    fields["tls.server.hash.sha1"] = _digest(tls.get("fingerprint"))
    fields["tls.server.x509.serial_number"] = _digest(tls.get("serial"))
    fields["tls.client.ja3"] = text(table(tls, "ja3").get("hash"))
    fields["tls.server.ja3s"] = text(table(tls, "ja3s").get("hash"))


def _digest(value: object) -> str | None:
    return (text(value) or "").replace(":", "").upper() or None


def _utc(value: object) -> datetime | None:
    """Return a certificate's date, which EVE writes in UTC and without saying so."""
    return parse_time(value, Clock(datetime.now(UTC))) if value else None


def _file(fields: Fields, file: Json, clock: Clock) -> None:
    path = text(file.get("filename"))
    fields["file.path"] = path
    fields["file.name"] = path.rpartition("/")[2] if path else None
    fields["file.size"] = number(file.get("size"))
    for algorithm in ("md5", "sha1", "sha256"):
        fields[f"file.hash.{algorithm}"] = text(file.get(algorithm))


def _email(fields: Fields, email: Json, clock: Clock) -> None:
    for name in ("from", "to", "cc"):
        found = email.get(name)
        addresses = found if type(found) is list else [found]
        fields[f"email.{name}.address"] = [_address(a) for a in addresses if type(a) is str] or None
    fields["email.subject"] = text(email.get("subject"))
    fields["email.message_id"] = (text(email.get("message_id")) or "").strip("<>")
    attachments = email.get("attachment")
    if type(attachments) is list:
        fields["email.attachments"] = [{"file": {"name": text(name)}} for name in attachments]


def _address(text: str) -> str:
    return text.rpartition("<")[2].rstrip("> ")


def _smtp(fields: Fields, smtp: Json, clock: Clock) -> None:
    fields["source.domain"] = text(smtp.get("helo"))


def _flow_event(fields: Fields, eve: Json, clock: Clock) -> None:
    state = table(eve, "flow").get("state")
    fields["event.type"] = [
        "connection",
        *_STATES.get(state if type(state) is str else "", ()),
        "info",
    ]


_STATES = {"new": ("start",), "closed": ("end",)}


def _netflow_event(fields: Fields, eve: Json, clock: Clock) -> None:
    netflow = table(eve, "netflow")
    for name, counter in (("bytes", "bytes"), ("packets", "pkts")):
        fields[f"source.{name}"] = fields[f"network.{name}"] = number(netflow.get(counter))
    fields["event.type"] = ["connection", "info"]
    _span(fields, netflow, clock)


def _http_event(fields: Fields, eve: Json, clock: Clock) -> None:
    fields["event.category"] = ["network", "web"]
    fields["event.type"] = ["access", *TRANSACTION]
    status = fields.get("http.response.status_code")
    if status is not None:
        fields["event.outcome"] = "failure" if status >= FIRST_ERROR else "success"


def _file_event(fields: Fields, eve: Json, clock: Clock) -> None:
    fields["event.category"] = ["network", "file"]
    fields["event.type"] = ["info"]
    stated = eve.get("direction")
    if stated in ("to_client", "to_server"):
        download = stated == "to_client"
    else:
        # Servers listen on the lower port of the two.
        ports = fields.get("source.port") or 0, fields.get("destination.port") or 0
        download = ports[0] < ports[1]
    server, client = ("source", "destination") if download else ("destination", "source")
    # The host that HTTP or TLS names is the server, whichever way the file went.
    fields[f"{server}.domain"] = fields.pop("destination.domain", None)
    for role, side in (("server", server), ("client", client)):
        for name in ("address", "ip", "port", "domain"):
            fields[f"{role}.{name}"] = fields.get(f"{side}.{name}")


def _anomaly_event(fields: Fields, eve: Json, clock: Clock) -> None:
    anomaly = table(eve, "anomaly")
    fields["event.type"] = ["info"]
    fields["event.action"] = text(anomaly.get("event"))
    fields["network.protocol"] = fields["network.protocol"] or text(anomaly.get("app_proto"))


def _drop_event(fields: Fields, eve: Json, clock: Clock) -> None:
    fields["event.type"] = ["connection", "denied", "info"]
    fields["event.action"] = "drop"


def _stats_event(fields: Fields, eve: Json, clock: Clock) -> None:
    fields["event.kind"] = "metric"
    fields["event.type"] = ["info"]


def _ftp_event(fields: Fields, eve: Json, clock: Clock) -> None:
    ftp = table(eve, "ftp")
    fields["event.action"] = text(ftp.get("command"))
    if ftp.get("command") == "USER":
        fields["user.name"] = text(ftp.get("command_data"))


def _krb5_event(fields: Fields, eve: Json, clock: Clock) -> None:
    krb5 = table(eve, "krb5")
    fields["event.category"] = ["network", "authentication"]
    fields["event.action"] = text(krb5.get("msg_type"))
    fields["user.name"] = text(krb5.get("cname"))
    fields["user.domain"] = text(krb5.get("realm"))


def _smb_event(fields: Fields, eve: Json, clock: Clock) -> None:
    smb = table(eve, "smb")
    login = table(smb, "ntlmssp")
    fields["event.action"] = text(smb.get("command"))
    fields["user.name"] = text(login.get("user"))
    fields["user.domain"] = text(login.get("domain"))
    fields["file.path"] = text(smb.get("filename"))


def _dhcp_event(fields: Fields, eve: Json, clock: Clock) -> None:
    dhcp = table(eve, "dhcp")
    fields["event.action"] = text(dhcp.get("dhcp_type"))
    fields["client.mac"] = ecs.mac(dhcp.get("client_mac"))
    fields["client.ip"] = ecs.ip(dhcp.get("assigned_ip"))
    fields["client.domain"] = text(dhcp.get("hostname"))


Mapper = Callable[[Fields, Json, Clock], None]

# Parts that any record may carry: an alert brings the transaction that raised it, and its flow.
_PARTS: dict[str, Mapper] = {
    "ether": _ether,
    "flow": _counters,
    "http": _http,
    "dns": _dns,
    "tls": _tls,
    "fileinfo": _file,
    "email": _email,
    "smtp": _smtp,
}
# What a kind of record says about itself; these take the whole record.
_KINDS: dict[str, Mapper] = {
    "alert": _alert_event,
    "anomaly": _anomaly_event,
    "drop": _drop_event,
    "fileinfo": _file_event,
    "stats": _stats_event,
    "engine": _stats_event,
    "http": _http_event,
    "ftp": _ftp_event,
    "krb5": _krb5_event,
    "smb": _smb_event,
    "dhcp": _dhcp_event,
    "netflow": _netflow_event,
    "flow": _flow_event,
}
_PROTOCOLS = frozenset(
    [
        "arp",
        "bittorrent_dht",
        "dcerpc",
        "dhcp",
        "dnp3",
        "dns",
        "enip",
        "ftp",
        "http",
        "http2",
        "ike",
        "ikev2",
        "krb5",
        "ldap",
        "mdns",
        "modbus",
        "mqtt",
        "nfs",
        "pgsql",
        "pop3",
        "quic",
        "rdp",
        "rfb",
        "sip",
        "smb",
        "smtp",
        "snmp",
        "ssh",
        "telnet",
        "tftp",
        "tls",
        "websocket",
    ]
)
