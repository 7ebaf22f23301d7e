"""Zeek logs, as JSON or as tab-separated values.

A record in JSON is a line of its own; it names its log in `_path` when Zeek streams JSON, and is
told by its members where it does not. A record in tab-separated values means nothing without the
header of its file: raw text is then the header's lines (``#fields`` at least) and one record, each
on a line, as a reader of the file puts them together.

The originator of a connection is the source, the responder the destination; in files.log the
source is the sender of the file. Source: the Zeek manual, "Zeek Log Formats and Inspection" and
the log streams' record types.
"""

from typing import Any

from network_security.sensors import ecs, json_line
from network_security.sensors.ecs import Fields, text
from network_security.sensors.errors import ParseError
from network_security.sensors.ids import zeek_tsv
from network_security.sensors.ids.zeek_logs import LOGS, OTHER
from network_security.sensors.ids.zeek_shapes import named_by_members
from network_security.sensors.ids.zeek_values import flag, nanoseconds
from network_security.sensors.times import Clock, parse_time

Record = dict[str, Any]

ADDRESSES = (
    ("id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p"),
    ("id_orig_h", "id_orig_p", "id_resp_h", "id_resp_p"),
    ("src_addr", "src_port", "dst_addr", "dst_port"),
    ("src", "src_p", "dst", "p"),
)
"""What the two ends of a connection are called: by Zeek, without dots, and in notices."""

CONSUMED = frozenset(name for names in ADDRESSES[:3] for name in names) | {"ts", "_path", "proto"}
WITHOUT_PORTS = ("icmp", "icmp6")
_DIRECTIONS = {
    (True, True): "internal",
    (True, False): "outbound",
    (False, True): "inbound",
    (False, False): "external",
}


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one Zeek record.

    Raises:
        ParseError: If the text is neither a JSON object of a known shape nor a header with one
        record.
    """
    tabbed = raw.startswith("#") or ("\t" in raw and not raw.lstrip().startswith("{"))
    path, record = zeek_tsv.decode(raw) if tabbed else _from_json(raw)
    if path is None:
        path = named_by_members(record)
    if path is None:
        raise ParseError("unsupported", "no log of Zeek has these members", raw=raw, position=0)
    log = LOGS.get(path, OTHER)
    fields: Fields = {
        "@timestamp": parse_time(record.get("ts"), clock),
        "event.kind": log.kind,
        "event.category": list(log.category),
        "event.type": list(log.type),
        "network.protocol": log.protocol,
    }
    protocol = (text(record.get("proto")) or log.transport or "").lower()
    ecs.transport(fields, protocol)
    _ends(fields, record, protocol)
    for name, (field, convert) in log.fields.items():
        value = record.get(name)
        if value is not None:
            fields[field] = convert(value, clock)
    if log.finish is not None:
        log.finish(fields, record, clock)
    rest = {name: value for name, value in record.items() if name not in CONSUMED}
    if protocol in WITHOUT_PORTS:
        rest["icmp_type"], rest["icmp_code"] = record.get("id.orig_p"), record.get("id.resp_p")
    fields["zeek.log"] = {"_path": path, **_nested(rest)}
    return fields


def _from_json(raw: str) -> tuple[str | None, Record]:
    record = json_line.decode(raw)
    path = text(record.get("_path"))
    if path is None and len(record) == 1:
        # A stream of several logs may wrap each record in an object of the log's name.
        name, inner = next(iter(record.items()))
        if name in LOGS and type(inner) is dict:
            return name, inner
    ends = record.get("id")
    if type(ends) is dict:
        record = record | {f"id.{name}": value for name, value in ends.items()}
        del record["id"]
    return path, record


def _ends(fields: Fields, record: Record, protocol: str) -> None:
    names = next((names for names in ADDRESSES if names[0] in record or names[2] in record), None)
    if names is None:
        return
    source, source_port, destination, destination_port = map(record.get, names)
    if protocol in WITHOUT_PORTS:
        source_port = destination_port = None
    ours = ecs.endpoint(fields, "source", source, source_port)
    theirs = ecs.endpoint(fields, "destination", destination, destination_port)
    local = flag(record.get("local_orig")), flag(record.get("local_resp"))
    if local[0] is not None and local[1] is not None:
        fields["network.direction"] = _DIRECTIONS[local[0], local[1]]
    else:
        fields["network.direction"] = ecs.direction(ours, theirs)
    known = ours or theirs
    if known:
        fields["network.type"] = "ipv6" if ":" in known else "ipv4"
    fields["network.community_id"] = text(record.get("community_id"))
    fields["network.vlan.id"] = text(record.get("vlan"))
    fields["event.duration"] = nanoseconds(record.get("duration"))


def _nested(flat: Record) -> Record:
    """Return members with dotted names as objects: ``san.dns`` as ``dns`` in ``san``."""
    nested: Record = {}
    for name, value in flat.items():
        if value is None:
            continue
        parent, dot, leaf = name.partition(".")
        group = nested.setdefault(parent, {}) if dot and parent and leaf else None
        if type(group) is dict and parent not in flat:
            group[leaf.replace(".", "_")] = value
        else:
            nested[name.replace(".", "_")] = value
    return nested
