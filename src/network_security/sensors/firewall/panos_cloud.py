"""Names that Strata Logging Service gives to the columns of PAN-OS logs, in JSON and in CEF.

Source: Palo Alto Networks, "Strata Logging Service Log Reference" and "PAN-OS Common Event Format
Configuration Guide". CEF puts what has no key of its own under ``PanOS...`` and custom fields with
labels; both bear the names that JSON has, but for blanks and case.
"""

from typing import Any

from network_security.sensors import cef
from network_security.sensors.errors import ParseError

Record = dict[str, Any]

NAMES = {
    "timereceived": "receive_time",
    "logtime": "receive_time",
    "timegenerated": "time_generated",
    "eventtime": "time_generated",
    "devicesn": "serial",
    "logsourceid": "serial",
    "logtype": "type",
    "subtype": "subtype",
    "configversion": "config_version",
    "devicename": "device_name",
    "logsourcename": "device_name",
    "sourceaddress": "src",
    "sourceip": "src",
    "destinationaddress": "dst",
    "destinationip": "dst",
    "dnsresolverip": "dst",
    "natsource": "natsrc",
    "natdestination": "natdst",
    "sourceport": "sport",
    "destinationport": "dport",
    "natsourceport": "natsport",
    "natdestinationport": "natdport",
    "sourceuser": "srcuser",
    "destinationuser": "dstuser",
    "sourceusername": "srcuser",
    "destinationusername": "dstuser",
    "rule": "rule",
    "ruleuuid": "rule_uuid",
    "application": "app",
    "virtuallocation": "vsys",
    "virtualsystem": "vsys",
    "virtualsystemname": "vsys_name",
    "virtualsystemid": "vsys_id",
    "fromzone": "from",
    "sourcezone": "from",
    "tozone": "to",
    "destinationzone": "to",
    "inboundinterface": "inbound_if",
    "outboundinterface": "outbound_if",
    "logsetting": "logset",
    "logprofile": "logset",
    "sessionid": "sessionid",
    "repeatcount": "repeatcnt",
    "countofrepeats": "repeatcnt",
    "protocol": "proto",
    "action": "action",
    "bytes": "bytes",
    "totalbytes": "bytes",
    "bytessent": "bytes_sent",
    "bytesreceived": "bytes_received",
    "packetstotal": "packets",
    "packets": "packets",
    "packetssent": "pkts_sent",
    "packetsreceived": "pkts_received",
    "sessionstarttime": "start",
    "sessionduration": "elapsed",
    "elapsedtimeinseconds": "elapsed",
    "sessionendreason": "session_end_reason",
    "actionsource": "action_source",
    "urlcategory": "category",
    "sequenceno": "seqno",
    "sourcelocation": "srcloc",
    "destinationlocation": "dstloc",
    "dghierarchylevel1": "dg_hier_level_1",
    "dghierarchylevel2": "dg_hier_level_2",
    "dghierarchylevel3": "dg_hier_level_3",
    "dghierarchylevel4": "dg_hier_level_4",
    "url": "misc",
    "filename": "misc",
    "threatid": "threatid",
    "threatcategory": "thr_category",
    "vendorseverity": "severity",
    "severity": "severity",
    "directionofattack": "direction",
    "direction": "direction",
    "contenttype": "contenttype",
    "contentversion": "contentver",
    "filehash": "filedigest",
    "filetype": "filetype",
    "useragent": "user_agent",
    "useragentstring": "user_agent",
    "httpmethod": "http_method",
    "httpheaders": "http_headers",
    "referer": "referer",
    "xforwardedfor": "xff",
    "xforwardedforip": "xff_ip",
    "senderemail": "sender",
    "recipientemail": "recipient",
    "emailsubject": "subject",
    "urlcategorylist": "url_category_list",
    "sourcedevicemac": "src_mac",
    "sourcedevicehost": "src_host",
    "destinationdevicemac": "dst_mac",
    "destinationdevicehost": "dst_host",
    "hostid": "hostid",
    "gphostid": "hostid",
    "endpointserialnumber": "serialnumber",
    "endpointsn": "serialnumber",
    "endpointdevicename": "machinename",
    "endpointostype": "os",
    "hipmatchname": "matchname",
    "hipmatchtype": "matchtype",
    "eventname": "eventid",
    "eventid": "eventid",
    "eventidvalue": "eventid",
    "eventdescription": "opaque",
    "description": "opaque",
    "eventcomponent": "object",
    "eventstatus": "status",
    "stage": "stage",
    "authmethod": "auth_method",
    "tunneltype": "tunnel_type",
    "publicipv4": "public_ip",
    "publicipv6": "public_ipv6",
    "privateipv4": "private_ip",
    "privateipv6": "private_ipv6",
    "connectionerror": "error",
    "loginduration": "login_duration",
    "portal": "portal",
    "gateway": "gateway",
    "authenticationdescription": "desc",
    "authenticationpolicy": "authpolicy",
    "normalizeuser": "normalize_user",
    "authserverprofile": "serverprofile",
    "clienttype": "clienttype",
    "tlsversion": "tls_version",
    "tlskeyexchange": "tls_keyxchg",
    "tlsencryptionalgorithm": "tls_enc",
    "tlsauth": "tls_auth",
    "policyname": "policy_name",
    "ellipticcurve": "ec_curve",
    "certificateserial": "cert_serial",
    "fingerprint": "fingerprint",
    "commonname": "cn",
    "issuercommonname": "issuer_cn",
    "rootcommonname": "root_cn",
    "servernameindication": "sni",
}
"""Name in JSON, in lower case and without blanks and dashes -> column in syslog."""

CEF_KEYS = {
    "rt": "receive_time",
    "start": "time_generated",
    "deviceExternalId": "serial",
    "dvchost": "device_name",
    "src": "src",
    "dst": "dst",
    "sourceTranslatedAddress": "natsrc",
    "destinationTranslatedAddress": "natdst",
    "spt": "sport",
    "dpt": "dport",
    "sourceTranslatedPort": "natsport",
    "destinationTranslatedPort": "natdport",
    "suser": "srcuser",
    "duser": "dstuser",
    "app": "app",
    "deviceInboundInterface": "inbound_if",
    "deviceOutboundInterface": "outbound_if",
    "cnt": "repeatcnt",
    "proto": "proto",
    "act": "action",
    # The firewall's own template: what the client sent is "in", towards the server.
    "in": "bytes_sent",
    "out": "bytes_received",
    "externalId": "seqno",
    "request": "misc",
    "filePath": "misc",
    "requestMethod": "http_method",
    "requestContext": "contenttype",
    "requestClientApplication": "user_agent",
    "fileHash": "filedigest",
    "msg": "opaque",
    "reason": "session_end_reason",
    "shost": "machinename",
}
LONGEST = 65_536
"""As far as CEF is read: the most that a datagram holds."""

_PREFIX = "PanOS"
_NO_VALUES = (None, "", "null")
_SQUEEZE = str.maketrans("", "", " -_")


def from_json(decoded: Record) -> Record:
    """Return a log in JSON under the names of the syslog columns, without empty values."""
    record: Record = {}
    for name, value in decoded.items():
        if value not in _NO_VALUES:
            _put(record, _column(name), name, value)
    return record


def from_cef(raw: str) -> tuple[str, Record]:
    """Return what stood before a CEF event, and the event under the names of the syslog columns.

    Raises:
        ParseError: If the CEF header is broken, or names another vendor.
    """
    event = cef.decode(raw[:LONGEST])
    if not event.vendor.lower().startswith("palo alto"):
        raise ParseError("unsupported", f"CEF of {event.vendor!r}", raw=raw, position=0)
    labels = {
        key.removesuffix("Label"): label
        for key, label in event.extension.items()
        if key.endswith("Label")
    }
    record: Record = {"type": event.signature, "subtype": event.name}
    for key, value in event.extension.items():
        if value in _NO_VALUES or (key.removesuffix("Label") in labels and key not in labels):
            continue
        if key in labels:
            name = _column(labels[key])
        else:
            name = CEF_KEYS.get(key) or _column(key.removeprefix(_PREFIX))
        _put(record, name, key, value)
    record.setdefault("severity", event.severity)
    return event.prefix, record


def _put(record: Record, column: str, name: str, value: object) -> None:
    """Set a column, or where another name has set it already, keep the value under its own."""
    record[name if column in record else column] = value


def _column(name: str) -> str:
    return NAMES.get(name.translate(_SQUEEZE).lower(), name)
