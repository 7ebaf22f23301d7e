"""Names that FortiGate gives to its log fields in CEF.

Source: Fortinet, "FortiOS Log Message Reference", chapter "CEF support". What CEF has no key for
bears the field's own name behind a prefix, which changed between versions.
"""

from network_security.sensors import cef
from network_security.sensors.errors import ParseError

Record = dict[str, str]

PREFIXES = ("FTNTFGT", "FortinetFortiGate", "ad.")
KEYS = {
    "deviceExternalId": "devid",
    "dvchost": "devname",
    "deviceSeverity": "level",
    "start": "start",
    "src": "srcip",
    "spt": "srcport",
    "smac": "srcmac",
    "shost": "srcname",
    "dst": "dstip",
    "dpt": "dstport",
    "dmac": "dstmac",
    "dhost": "hostname",
    "deviceInboundInterface": "srcintf",
    "deviceOutboundInterface": "dstintf",
    "sourceTranslatedAddress": "transip",
    "sourceTranslatedPort": "transport",
    "destinationTranslatedAddress": "tranip",
    "destinationTranslatedPort": "tranport",
    "externalId": "sessionid",
    "externalID": "sessionid",
    "proto": "proto",
    "act": "action",
    "app": "service",
    "out": "sentbyte",
    "in": "rcvdbyte",
    "suser": "user",
    "duser": "user",
    "request": "url",
    "requestMethod": "httpmethod",
    "requestClientApplication": "agent",
    "requestContext": "catdesc",
    "deviceDirection": "devicedirection",
    "fname": "filename",
    "fsize": "filesize",
    "outcome": "status",
    "reason": "reason",
    "msg": "msg",
    "sproc": "ui",
}
"""Key of CEF -> field of FortiOS."""

LABELS = {"packetssent": "sentpkt", "packetsreceived": "rcvdpkt"}
"""Label of a custom field, in lower case without blanks -> field of FortiOS."""

_DIRECTIONS = {"0": "incoming", "1": "outgoing"}


def is_cef(text: str) -> bool:
    """Whether a line is CEF, whole or without the mark that a relay took for a syslog tag."""
    return "CEF:" in text[:1024] or "|Fortinet|" in text[:64]


def decode(text: str) -> tuple[str, Record]:
    """Return what stood before a CEF event, and the event under the names of the FortiOS fields.

    Raises:
        ParseError: If the CEF header is broken, or names another vendor.
    """
    event = cef.decode(text if "CEF:" in text[:1024] else f"CEF:{text.lstrip()}")
    if event.vendor.lower() != "fortinet":
        raise ParseError("unsupported", f"CEF of {event.vendor!r}", raw=text, position=0)
    values = event.extension
    labelled = event.labelled()
    record: Record = {}
    for key, value in values.items():
        name = _own_name(key)
        if name is not None:
            record[name] = value
    for key, value in values.items():
        if key in KEYS:
            record[key if KEYS[key] in record else KEYS[key]] = value
        elif _own_name(key) is None and not _is_label(key, values):
            record.setdefault(key, value)
    for label, value in labelled.items():
        name = label.replace(" ", "").lower()
        record.setdefault(LABELS.get(name, name), value)
    kind, _, subtype = values.get("cat", event.name).partition(":")
    record.setdefault("type", kind)
    record.setdefault("subtype", subtype.partition(" ")[0])
    record.setdefault("logid", event.signature)
    direction = record.pop("devicedirection", None)
    if direction in _DIRECTIONS:
        record.setdefault("direction", _DIRECTIONS[direction])
    if "service" in record:
        record.setdefault("app", record["service"])
    return event.prefix, record


def _own_name(key: str) -> str | None:
    for prefix in PREFIXES:
        if key.startswith(prefix):
            return key.removeprefix(prefix)
    return None


def _is_label(key: str, values: Record) -> bool:
    return key == "cat" or key.endswith("Label") or f"{key}Label" in values
