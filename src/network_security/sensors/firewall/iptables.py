"""Linux netfilter's log target: iptables, ip6tables, nftables, ufw, and gateways built on them.

Source: Linux kernel, net/netfilter/nf_log_syslog.c. After a prefix of the administrator's stand
``KEY=value`` pairs and bare flags. Keys are repeated: LEN and ID come first from the IP header and
again from the transport's, and an ICMP error holds the packet that it is about in brackets.

What was decided only the prefix says. Ubiquiti's is ``[rule set-rule-letter]``, that of ufw
``[UFW BLOCK]``; in others the words that administrators use are looked for.
"""

import re
from typing import Any

from network_security.sensors import ecs, key_value, syslog
from network_security.sensors.ecs import Fields, number
from network_security.sensors.errors import ParseError
from network_security.sensors.times import Clock

Record = dict[str, Any]

LETTERS = {"A": "accept", "D": "drop", "R": "reject"}
DECISIONS = dict.fromkeys(
    ("accept", "accepted", "allow", "allowed", "pass", "passed", "permit", "permitted"), "allowed"
) | dict.fromkeys(
    ("drop", "dropped", "deny", "denied", "block", "blocked", "reject", "rejected"), "denied"
)
TRANSPORTS = {"icmpv6": "ipv6-icmp"}
FLAGS = frozenset((
    "SYN", "ACK", "FIN", "RST", "PSH", "URG", "ECE", "CWR", "DF", "MF", "CE", "FRAG",
    "INCOMPLETE",
))  # fmt: skip
LONGEST = 8192
"""As far as a line is read; the kernel's own limit is a kilobyte."""

_FIRST_PAIR = re.compile(
    r"(?<![^\s:\]])(?:IN|OUT|PHYSIN|MAC|SRC|DST|LEN|TOS|TTL|L|ID|PROTO|SPT|DPT)="
)
_UPTIME = re.compile(r"\[\s{0,8}\d{1,10}\.\d{6}\]\s?")
_GATEWAY_RULE = re.compile(r"\[([^\]\s]{1,64})-(\w{1,16})-([ADR])\]")
_WORDS = re.compile(r"[A-Za-z]{4,9}")
_ZONES = re.compile(r"([A-Za-z0-9]{1,32})-([A-Za-z0-9]{1,32})$")
_MAC_DIGITS = 17
"""Characters of one MAC address; the field holds destination, source and the frame's type."""


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one line of netfilter's log.

    Raises:
        ParseError: If the line has no pair that the log target writes.
    """
    text = raw[:LONGEST]
    first = _FIRST_PAIR.search(text)
    if first is None:
        raise ParseError("unsupported", "no IN=, SRC= or PROTO=", raw=raw, position=0)
    header, prefix = _header(text[: first.start()], clock)
    fields = header.fields()
    fields["observer.name"] = fields["observer.hostname"] = header.hostname
    record: Record = {}
    outer, opened, inner = text[first.start() :].partition("[")
    if opened:
        packet, _, after = inner.partition("]")
        outer += after
        record["original_packet"] = _pairs(packet)
    record |= _pairs(outer)
    _set_prefix(fields, record, prefix)
    _map(fields, record)
    flags = [word for word in outer.split() if word in FLAGS]
    if flags:
        record["flags"] = flags
    fields["linux.iptables"] = record
    return fields


def _header(text: str, clock: Clock) -> tuple[syslog.Syslog, str]:
    """Return the syslog header and the prefix of the log rule, uptime taken off."""
    line = syslog.decode(text, clock)
    prefix = line.message
    # busybox writes facility and priority before the tag, as in "user.info kernel:".
    kernel = prefix.find("kernel: ")
    if kernel >= 0 and line.appname is None:
        line.appname, prefix = "kernel", prefix[kernel + len("kernel: ") :]
    if line.timestamp is not None and line.appname not in (None, "kernel") and not prefix:
        # A line without host and program: what looks like a tag is the rule's prefix.
        line.appname, prefix = None, line.appname or ""
    return line, _UPTIME.sub("", prefix, count=1).strip()


def _pairs(text: str) -> Record:
    """Return the pairs of a packet; of repeated keys the first, the transport's as ``LEN_2``."""
    found: Record = {}
    for key, value in key_value.items(text):
        if key not in found:
            found[key] = value
        elif found[key] != value:
            found.setdefault(f"{key}_2", value)
    return {key: value for key, value in found.items() if value}


def _set_prefix(fields: Fields, record: Record, prefix: str) -> None:
    action: str | None
    rule = _GATEWAY_RULE.search(prefix)
    if rule is not None:
        fields["rule.name"], fields["rule.id"] = rule[1], rule[2]
        action = LETTERS[rule[3]]
        zones = _ZONES.match(rule[1])
        if zones is not None:
            fields["observer.ingress.zone"], fields["observer.egress.zone"] = zones.groups()
        decision = DECISIONS[action]
    else:
        words = (word.lower() for word in _WORDS.findall(prefix))
        decided = next((word for word in words if word in DECISIONS), None)
        decision = DECISIONS.get(decided or "", "")
        action = _named_action(prefix, decided)
    if prefix and (rule is None or rule[0] != prefix):
        record["prefix"] = prefix
    fields["event.action"] = action
    fields["event.type"] = ["connection", decision, "info"] if decision else ["connection", "info"]
    if decision:
        fields["event.outcome"] = "success"


def _named_action(prefix: str, decided: str | None) -> str | None:
    """Return the word of a prefix that says what was done, with what is joined to it."""
    if decided is None:
        return None
    return next(
        (word.strip("[]:").lower() for word in prefix.split() if decided in word.lower()),
        decided,
    )


def _map(fields: Fields, record: Record) -> None:
    ecs.transport(fields, _transport(record.pop("PROTO", None)))
    source = ecs.endpoint(fields, "source", record.pop("SRC", None), record.pop("SPT", None))
    destination = ecs.endpoint(
        fields, "destination", record.pop("DST", None), record.pop("DPT", None)
    )
    known = source or destination
    if known is not None:
        fields["network.type"] = "ipv6" if ":" in known else "ipv4"
    fields["network.direction"] = ecs.direction(source, destination)
    fields["observer.ingress.interface.name"] = record.pop("IN", None)
    fields["observer.egress.interface.name"] = record.pop("OUT", None)
    fields["source.bytes"] = fields["network.bytes"] = number(record.pop("LEN", None))
    frame = record.pop("MAC", None)
    if frame:
        fields["destination.mac"] = ecs.mac(frame[:_MAC_DIGITS])
        fields["source.mac"] = ecs.mac(frame[_MAC_DIGITS + 1 : 2 * _MAC_DIGITS + 1])


def _transport(written: str | None) -> str | None:
    name = (written or "").lower()
    return TRANSPORTS.get(name, name) or None
