"""Snort alerts: fast, full and syslog text, comma-separated values, and JSON.

Text says ``[generator:signature:revision] message [Classification: ...] [Priority: n] {PROTOCOL}
source -> destination``, in full over several lines with the packet's header below. The columns of
comma-separated alerts are those of Snort 2 by default, of its package for pfSense, or of Snort 3 by
default. Any of these may stand behind a syslog header. Source: Snort 2.9 Users Manual, section 2.6;
Snort 3 User Manual, alert_csv, alert_fast, alert_full, alert_json and alert_syslog.

Times are local and lack the year, but for the epoch in Snort 3's JSON.
"""

import re
from datetime import datetime, timedelta

from network_security.sensors import csv_line, ecs, json_line, syslog
from network_security.sensors.ecs import Fields, number, text
from network_security.sensors.errors import ParseError
from network_security.sensors.times import Clock, epoch, parse_time

Values = dict[str, str]

LONGEST_TEXT = 4096
"""As far as an alert in text is read: the longest message of a rule and the packet's header."""

_COLUMNS = {
    27: (
        "timestamp", "gid", "sid", "rev", "msg", "proto", "src_addr", "src_port", "dst_addr",
        "dst_port", "eth_src", "eth_dst", "eth_len", "tcp_flags", "tcp_seq", "tcp_ack", "tcp_len",
        "tcp_win", "ttl", "tos", "ip_id", "dgm_len", "ip_len", "icmp_type", "icmp_code", "icmp_id",
        "icmp_seq",
    ),
    15: (
        "timestamp", "gid", "sid", "rev", "msg", "proto", "src_addr", "src_port", "dst_addr",
        "dst_port", "ip_id", "class", "priority", "event", "action",
    ),
    10: (
        "timestamp", "pkt_num", "proto", "pkt_gen", "pkt_len", "dir", "src_ap", "dst_ap", "rule",
        "action",
    ),
}  # fmt: skip
"""Number of columns -> their names, as Snort 3 calls them: Snort 2, pfSense, Snort 3."""

ACTIONS = {
    "allow": "allowed", "alert": "allowed", "pass": "allowed", "log": "allowed",
    "block": "denied", "drop": "denied", "wdrop": "allowed", "would_drop": "allowed",
    "would_block": "allowed", "could_drop": "allowed", "can_not_block": "allowed",
    "reject": "denied", "reset": "denied", "sdrop": "denied",
}  # fmt: skip
"""What became of the packet, by the word for it; ``would`` is a sensor that only listens."""

_STAMP = r"\d{1,2}/\d{1,2}(?:/\d{2,4})?-\d\d:\d\d:\d\d(?:\.\d{1,9})?"
_TIME = re.compile(_STAMP)
_CSV = re.compile(rf"{_STAMP}\s{{0,2}},")
_RULE = re.compile(r"\[(\d{1,10}):(\d{1,10}):(\d{1,10})\][ \t]{0,4}")
_MESSAGE_ENDS = (" [**]", " [Classification:", " [Priority:", " [Impact:", " [AppID:", "\n")
_DROPPED = re.compile(r"\[(\w{0,8}[Dd]rop|[Bb]lock|[Rr]eject)\]")
_CLASS = re.compile(r"\[Classification: ([^\]]{0,256})\]")
_PRIORITY = re.compile(r"\[Priority: (\d{1,9})\]")
_APPLICATION = re.compile(r"\[AppID: ([^\]]{1,256})\]")
_PROTOCOL = re.compile(r"\{([\w-]{1,32})\}|\n(TCP|UDP|ICMP|ICMP6|IPV6-ICMP|PROTO:\d{1,3}|IP) TTL:")
_ENDS = re.compile(r"([0-9A-Fa-f.:]{2,51}) -> ([0-9A-Fa-f.:]{2,51})(?=\s|$)")
_REFERENCE = re.compile(r"\[Xref => ([^\]]{1,1024})\]")
_HEADER = re.compile(r"\b(TTL|TOS|ID|IpLen|DgmLen|Seq|Ack|Win|TcpLen|Len|Type|Code): ?(\w{1,18})")
_FLAGS = re.compile(r"\n([12UAPRSF*]{8}) Seq:")
_NAMES = {
    "TTL": "ttl", "TOS": "tos", "ID": "ip_id", "IpLen": "ip_hlen", "DgmLen": "dgm_len",
    "Seq": "tcp_seq", "Ack": "tcp_ack", "Win": "tcp_win", "TcpLen": "tcp_len", "Len": "udp_len",
    "Type": "icmp_type", "Code": "icmp_code",
}  # fmt: skip
_MAPPED = frozenset((
    "timestamp", "seconds", "sid", "rev", "msg", "class", "priority", "proto", "src_addr",
    "src_port", "dst_addr", "dst_port", "src_ap", "dst_ap", "eth_src", "eth_dst", "service",
    "iface", "action", "reference",
))  # fmt: skip


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one alert.

    Raises:
        ParseError: If the text is none of the forms of an alert.
    """
    line = syslog.decode(raw, clock)
    body = line.message.lstrip()
    if body.startswith("{"):
        alert = _from_json(body)
    elif _CSV.match(body):
        alert = _from_csv(body)
    else:
        alert = _from_text(body)
    fields = line.fields()
    fields["observer.name"] = fields.pop("host.hostname", None)
    fields["@timestamp"] = _time(alert, clock) or line.timestamp
    fields["event.kind"] = "alert"
    fields["event.category"] = ["network", "intrusion_detection"]
    _verdict(fields, alert)
    _packet(fields, alert)
    rest = {name: value for name, value in alert.items() if name not in _MAPPED}
    fields["snort.log"] = ecs.without_empty(rest)
    return fields


def _from_json(body: str) -> Values:
    alert = json_line.decode(body)
    if "rule" not in alert and "sid" not in alert and "msg" not in alert:
        raise ParseError("unsupported", "JSON without rule, sid or msg", raw=body, position=0)
    written = ((name.replace(".", "_"), text(value)) for name, value in alert.items())
    return _with_parts({name: value for name, value in written if value is not None})


def _from_csv(body: str) -> Values:
    values = [value.strip() for value in csv_line.split(body)]
    names = _COLUMNS.get(len(values))
    if names is None:
        known = ", ".join(map(str, sorted(_COLUMNS)))
        problem = f"{len(values)} columns; alerts have {known}"
        raise ParseError("unsupported", problem, raw=body, position=0)
    return _with_parts({n: v for n, v in zip(names, values, strict=True) if v})


def _with_parts(alert: Values) -> Values:
    """Return an alert with the parts of ``rule`` and of addresses with ports by their own names."""
    parts = alert.get("rule", "").split(":")
    if len(parts) == 3:  # noqa: PLR2004  generator, signature, revision
        for name, part in zip(("gid", "sid", "rev"), parts, strict=True):
            alert.setdefault(name, part)
    for side in ("src", "dst"):
        both = alert.get(f"{side}_ap")
        if both and f"{side}_addr" not in alert:
            address, port = _end(both, ports=True)
            alert[f"{side}_addr"] = address
            if port:
                alert[f"{side}_port"] = port
    return alert


def _from_text(body: str) -> Values:
    body = body[:LONGEST_TEXT]
    rule = _RULE.search(body)
    if rule is None:
        raise ParseError("syntax", "no [generator:signature:revision]", raw=body, position=0)
    rest = body[rule.end() :]
    found = [rest.find(mark) for mark in _MESSAGE_ENDS]
    end = min((position for position in found if position >= 0), default=rest.find(" {"))
    message, tail = (rest[:end], rest[end:]) if end >= 0 else (rest, "")
    alert = {"gid": rule[1], "sid": rule[2], "rev": rule[3], "msg": message.strip()}
    stamp = _TIME.search(body[: rule.start()]) or _TIME.search(tail)
    protocol = _PROTOCOL.search(tail)
    name = (protocol[1] or protocol[2]) if protocol else ""
    single = {
        "timestamp": stamp and stamp[0],
        "proto": name.removeprefix("PROTO:"),
        "action": _group(_DROPPED, body[: rule.start()]) or _group(_DROPPED, tail),
        "class": _group(_CLASS, tail),
        "priority": _group(_PRIORITY, tail),
        "service": _group(_APPLICATION, tail),
        "reference": _group(_REFERENCE, tail),
        "tcp_flags": _group(_FLAGS, tail),
    }
    alert |= {name: value for name, value in single.items() if value}
    for ends in _ENDS.finditer(tail):
        if ecs.mac(ends[1]) and ends[1].count(":") == 5:  # noqa: PLR2004  six pairs of digits
            alert["eth_src"], alert["eth_dst"] = ends[1], ends[2]
            continue
        ports = name.upper() in ("TCP", "UDP")
        for side, written in zip(("src", "dst"), ends.groups(), strict=True):
            address, port = _end(written, ports=ports)
            alert[f"{side}_addr"] = address
            if port:
                alert[f"{side}_port"] = port
        break
    if "\n" in tail:
        alert |= {_NAMES[key]: value for key, value in _HEADER.findall(tail)}
    return alert


def _group(pattern: re.Pattern[str], body: str) -> str | None:
    found = pattern.search(body)
    return found[1] if found else None


def _end(written: str, *, ports: bool) -> tuple[str, str | None]:
    """Return address and port; an IPv6 address has no brackets around it."""
    address, colon, port = written.rpartition(":")
    address = address.strip("[]")
    if colon and port.isdecimal() and (ports or "." in address) and ecs.ip(address):
        return address, port
    return written, None


def _time(alert: Values, clock: Clock) -> datetime | None:
    stated = alert.get("timestamp", "")
    whole = epoch(alert.get("seconds"))
    if whole is not None:
        fraction = stated.rpartition(".")[2]
        if fraction.isdecimal() and len(fraction) <= 6:  # noqa: PLR2004  microseconds
            whole += timedelta(microseconds=int(fraction.ljust(6, "0")))
        return whole
    return parse_time(stated, clock)


def _verdict(fields: Fields, alert: Values) -> None:
    action = alert.get("action", "").lower()
    decision = ACTIONS.get(action)
    fields["event.type"] = ["connection", decision, "info"] if decision else ["info"]
    fields["event.action"] = action
    fields["event.severity"] = number(alert.get("priority"))
    fields["rule.id"] = alert.get("sid")
    fields["rule.version"] = alert.get("rev")
    fields["rule.name"] = alert.get("msg")
    fields["rule.category"] = alert.get("class")
    fields["rule.reference"] = alert.get("reference")


def _packet(fields: Fields, alert: Values) -> None:
    source = ecs.endpoint(fields, "source", alert.get("src_addr"), alert.get("src_port"))
    target = ecs.endpoint(fields, "destination", alert.get("dst_addr"), alert.get("dst_port"))
    fields["network.direction"] = ecs.direction(source, target)
    known = source or target
    if known:
        fields["network.type"] = "ipv6" if ":" in known else "ipv4"
    fields["source.mac"] = ecs.mac(alert.get("eth_src"))
    fields["destination.mac"] = ecs.mac(alert.get("eth_dst"))
    ecs.transport(fields, alert.get("proto"))
    service = alert.get("service", "unknown").lower()
    fields["network.protocol"] = None if service == "unknown" else service
    fields["network.bytes"] = number(alert.get("pkt_len") or alert.get("dgm_len"))
    fields["observer.ingress.interface.name"] = alert.get("iface")
    vlan = alert.get("vlan")
    fields["network.vlan.id"] = vlan if vlan != "0" else None
