"""Security events of Cisco Firepower Threat Defense: intrusions, connections, files, malware.

Source: "Cisco Secure Firewall Threat Defense Syslog Messages", chapter "Security Event Syslog
Messages". A message is a list of ``Key: value`` separated by commas, and values may hold both.
"""

import re
from datetime import timedelta
from typing import NamedTuple

from network_security.sensors import ecs
from network_security.sensors.ecs import Fields, number, text
from network_security.sensors.firewall import field_table
from network_security.sensors.firewall.cisco_user import set_user
from network_security.sensors.times import Clock, parse_time

LONGEST_EVENT = 65_536
"""As far as an event is read: the most that a datagram holds."""
NANOSECONDS = 1_000_000_000


class Kind(NamedTuple):
    """How the events of an id are classified."""

    action: str
    kind: str
    category: list[str]
    type: list[str]


KINDS = {
    "430001": Kind("intrusion-detected", "alert", ["intrusion_detection", "network"], ["info"]),
    "430002": Kind("connection-started", "event", ["network"], ["connection", "start"]),
    "430003": Kind("connection-finished", "event", ["network"], ["connection", "end"]),
    "430004": Kind("file-detected", "event", ["file", "network"], ["info"]),
    "430005": Kind("malware-detected", "alert", ["malware", "file", "network"], ["info"]),
}

_PAIR = re.compile(r"(?:^|, )([A-Z][\w ]{1,40}): ?")
_FIELDS = field_table.table(
    (text, {
        "ACPolicy": "rule.ruleset",
        "FilePolicy": "rule.ruleset",
        "AccessControlRuleName": "rule.name",
        "Classification": "rule.category",
        "SID": "rule.id",
        "Revision": "rule.version",
        "Message": "rule.description",
        "IngressInterface": "observer.ingress.interface.name",
        "EgressInterface": "observer.egress.interface.name",
        "IngressZone": "observer.ingress.zone",
        "EgressZone": "observer.egress.zone",
        "DNSQuery": "dns.question.name",
        "FileName": "file.name",
        "FileSHA256": "file.hash.sha256",
        "HTTPReferer": "http.request.referrer",
        "SSLServerName": "tls.client.server_name",
        "SSLCipherSuite": "tls.cipher",
        "ThreatName": "threat.software.name",
        "UserAgent": "user_agent.original",
    }),
    (number, {
        "InitiatorBytes": "source.bytes",
        "ResponderBytes": "destination.bytes",
        "InitiatorPackets": "source.packets",
        "ResponderPackets": "destination.packets",
        "FileSize": "file.size",
        "HTTPResponse": "http.response.status_code",
        "VLAN_ID": "network.vlan.id",
    }),
    (ecs.port, {
        "NAT_InitiatorPort": "source.nat.port",
        "NAT_ResponderPort": "destination.nat.port",
    }),
    (ecs.ip, {"NAT_InitiatorIP": "source.nat.ip", "NAT_ResponderIP": "destination.nat.ip"}),
)  # fmt: skip
_DNS_KEYS = frozenset(("DNSQuery", "DNSRecordType", "DNSResponseType"))
_MAPPED = frozenset((*_FIELDS, "SrcIP", "DstIP", "SrcPort", "DstPort"))
RECORD_TYPES = {
    "a host address": "A",
    "ip6 address": "AAAA",
    "an authoritative name server": "NS",
    "the canonical name for an alias": "CNAME",
    "a domain name pointer": "PTR",
    "mail exchange": "MX",
    "text strings": "TXT",
    "server selection": "SRV",
    "marks the start of a zone of authority": "SOA",
}
RESPONSES = {
    "no error": "NOERROR",
    "non-existent domain": "NXDOMAIN",
    "server failure": "SERVFAIL",
    "query refused": "REFUSED",
    "format error": "FORMERR",
    "not implemented": "NOTIMP",
}
NO_USERS = ("Unknown", "Not Found", "No Authentication Required", "Special Identities")
_ALLOWED = ("allow", "trust", "fastpath", "monitor")


def code_of(text: str) -> str | None:
    """Return the id of a security event that came without one, by the keys it has."""
    keys = set(_PAIR.findall(text[:4096]))
    if len(keys) < 2:  # noqa: PLR2004  one key is any message with a colon
        return None
    if "SHA_Disposition" in keys or "FileAction" in keys:
        return "430005" if "ThreatName" in keys else "430004"
    if "Message" in keys or "SID" in keys:
        return "430001"
    if "ConnectionDuration" in keys:
        return "430003"
    return "430002" if "SrcIP" in keys else None


def pairs(text: str) -> dict[str, str]:
    """Return the pairs of a message: a value runs up to the next comma that a key follows."""
    parts = _PAIR.split(text[:LONGEST_EVENT].rstrip())
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def add(fields: Fields, code: str, body: str, clock: Clock) -> None:
    """Add what a security event says to the fields of its line."""
    values = pairs(body)
    if code in KINDS:
        action, kind, category, types = KINDS[code]
        fields["event.action"] = action
        fields["event.kind"] = kind
        fields["event.category"] = category
        fields["event.type"] = [*types, *_decision(values)]
        fields["event.outcome"] = "success"
    for key, value in values.items():
        if key in _FIELDS:
            field, convert = _FIELDS[key]
            # Most fields are text as it stands: it is not worth a call.
            fields[field] = value if convert is text else convert(value)
    source = ecs.endpoint(fields, "source", values.get("SrcIP"), values.get("SrcPort"))
    destination = ecs.endpoint(fields, "destination", values.get("DstIP"), values.get("DstPort"))
    fields["network.direction"] = ecs.direction(source, destination)
    _set_network(fields, values)
    _set_times(fields, values, clock)
    if not _DNS_KEYS.isdisjoint(values):
        _set_dns(fields, values)
    if values.get("User", NO_USERS[0]) not in NO_USERS:
        fields["user.id"] = values["User"]
        set_user(fields, "user", values["User"])
    fields["message"] = body
    fields["cisco.ftd"] = {key: value for key, value in values.items() if key not in _MAPPED}


def _decision(values: dict[str, str]) -> list[str]:
    action = values.get("AccessControlRuleAction", values.get("FileAction", "")).lower()
    if "block" in action or values.get("InlineResult") in ("Blocked", "Dropped"):
        return ["denied"]
    return ["allowed"] if action.startswith(_ALLOWED) else []


def _set_network(fields: Fields, values: dict[str, str]) -> None:
    ecs.transport(fields, values.get("Protocol"))
    fields["network.protocol"] = values.get("ApplicationProtocol", "").lower()
    names = [values[key].lower() for key in ("Client", "WebApplication") if values.get(key)]
    fields["network.application"] = names[0] if len(names) == 1 else names
    for name in ("bytes", "packets"):
        sent, received = fields.get(f"source.{name}"), fields.get(f"destination.{name}")
        if sent is not None and received is not None:
            fields[f"network.{name}"] = sent + received
    ecs.url(fields, values.get("URL") or values.get("URI"), values.get("ReferencedHost"))


def _set_times(fields: Fields, values: dict[str, str], clock: Clock) -> None:
    first = parse_time(values.get("FirstPacketSecond", ""), clock)
    if first is not None:
        fields["@timestamp"] = fields["event.start"] = first
    seconds = number(values.get("ConnectionDuration"), 10**9)
    end = fields.get("@timestamp")
    if seconds is not None and end is not None:
        duration = timedelta(seconds=seconds)
        fields["event.duration"] = seconds * NANOSECONDS
        # Without the first packet's time, the header's is when the connection ended.
        fields["event.start"] = first or end - duration
        fields["event.end"] = fields["event.start"] + duration


def _set_dns(fields: Fields, values: dict[str, str]) -> None:
    record = values.get("DNSRecordType", "")
    fields["dns.question.type"] = RECORD_TYPES.get(record.lower(), record)
    # A response without an error is left unsaid.
    response = values.get("DNSResponseType", "No Error")
    fields["dns.response_code"] = RESPONSES.get(response.lower(), response)
