"""What tells each format from the others: one line each.

A signature recognises a record by a pattern in its first characters or by the members of a JSON
object. Its kind says how much that means: a product's own mark stands in no other product's
records, words typical of it may, and a form is shared by many products and means something when
nothing else is found.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

SEEN = 4096
"""Characters of a record that patterns are sought in."""


class Kind(IntEnum):
    """How much a signature means; the higher takes a record from the lower."""

    FORM = 1
    TYPICAL = 2
    MARK = 3


@dataclass(frozen=True)
class Signature:
    """How records of a format are recognised.

    Attributes:
        kind: What a match means.
        pattern: Found in the head of the record, behind its file's header if it has one.
        members: Sets of names; a JSON object has all names of one of them.
    """

    kind: Kind
    pattern: re.Pattern[str] | None = None
    members: tuple[frozenset[str], ...] = ()

    def matches(self, head: str, record: Mapping[str, Any] | None) -> bool:
        """Return whether a record, decoded if it is JSON, bears the signature."""
        if record is not None:
            return any(names <= record.keys() for names in self.members)
        return self.pattern is not None and self.pattern.search(head) is not None


def _mark(pattern: str) -> Signature:
    return Signature(Kind.MARK, re.compile(pattern))


def _typical(pattern: str) -> Signature:
    return Signature(Kind.TYPICAL, re.compile(pattern))


def _form(pattern: str) -> Signature:
    return Signature(Kind.FORM, re.compile(pattern))


def _members(*alternatives: str, kind: Kind = Kind.MARK) -> Signature:
    return Signature(kind, members=tuple(frozenset(names.split()) for names in alternatives))


_PRIORITY = r"^(?:\d{1,5} )?(?:<\d{1,3}>)?"
_STAMP = (
    r"(?:\d{0,2} ?\d{4}[-:]\d\d[-:]\d\d[-T ]\d\d:\d\d:\d\d\S{0,16}"
    r"|[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d)"
)
_ESA_LOGS = (
    r"(?:mail_logs|amp|antispam|antivirus|av|content_scanner|error_logs|bounces|bounce|delivery|"
    r"gui_logs|status|system|system_logs|cli_logs|authentication|http|audit_logs|sntpd|euq_logs|"
    r"reportd_logs|consolidated_event|[a-z_]{1,30}_logs)"
)
_ACCOUNT_PROGRAMS = (
    r"(?:sshd(?:-session)?|sudo|su|login|passwd|chpasswd|chage|(?:user|group)(?:add|del|mod)|"
    r"gpasswd|"
    r"systemd-logind|polkitd|pkexec|gdm-password\]?|lightdm|CRON|crond?|vsftpd|dropbear)"
)
_ESA_LEVELS = r"(?:Info|Warning|Critical|Debug|Trace|Alert)"
_MAIL_PROGRAMS = (
    r"(?:postgrey|policyd-spf|spamd|opendkim|opendmarc|postsrsd|amavis|dovecot|statistics)"
)
_TRACE_COLUMNS = (
    r"PSComputerName|MessageTraceId|MessageId|origin_timestamp_utc|date_time_utc|Received|"
    r"StartDate|"
    r"Organization"
)
_BSD_DAEMONS = (
    r"(?:php-fpm|openvpn|haproxy|unbound|dhcpd|dhclient|dhcp6c|charon|nginx|squid|kea-dhcp[46]|"
    r"check_reload_status|rc\.\w{1,30}|sshguard|suricata|lighttpd|configd\.py)"
)

SIGNATURES: dict[str, tuple[Signature, ...]] = {
    "iptables": (
        _mark(r"\bIN=\S{0,32} OUT=\S{0,32} .{0,400}\b(?:SRC|PROTO)="),
        _typical(r"\bkernel: .{0,200}\bPROTO=\w{1,16}\b.{0,100}\bSPT="),
    ),
    "pfsense": (
        _mark(r"\bfilterlog(?:\[\d{1,10}\])?(?:: | \d)"),
        _mark(r"^\d{1,5},[^,]{0,20},[^,]{0,64},[^,]{0,40},[\w.]{1,20},[\w-]{1,20},[a-z]{3,8},(?:in"
            r"|out),[46],"),
        _typical(rf"{_PRIORITY}(?:1 )?{_STAMP} (?:\S{{1,255}} )?{_BSD_DAEMONS}(?:\[\d{{1,10}}\]:|"
            rf" \d{{1,10}} |: )"),
    ),
    "cisco_asa": (
        _mark(r"%(?:ASA|FTD|PIX|FWSM|NGIPS)-(?:[a-z]{1,16}-)?\d-\d{3,7}\b"),
        _typical(rf"{_STAMP} \S{{1,255}}: [\w.-]{{1,255}}: [^\s@]{{1,64}}@[0-9A-Fa-f.:]{{3,45}}, "),
    ),
    "panos": (
        _mark(r"(?:^|[\s\]-])\d{0,16},\d{4}[/-]\d\d[/-]\d\d[T ]\d\d:\d\d:\d\d[.\d]{0,10}Z?,[\w-]{0"
            r",20},[A-Z]{3,20},"),
        _mark(r"\|Palo Alto Networks\||,\d{4}/\d\d/\d\d \d\d:\d\d:\d\d,audit,\d{1,6},"),
        _members("LogType DeviceSN", "LogType TimeGenerated", "LogType LogSourceID"),
        _members("alert_id detection_timestamp", "agent_install_type event_type"),
    ),
    "fortigate": (
        _mark(r"\|Fortinet\|Forti[Gg]ate\||\bFTNTFGT\w{2,30}=|\bdevice_id=\"?F[GMW]\w"),
        _mark(r"\bdev(?:id|name)=.{0,600}\blogid=|\blogid=.{0,600}\b(?:dev(?:id|name)|vd|"
            r"subtype)="),
        _typical(r"\btype=\"?[a-z-]{3,10}\"?[ ,]subtype=.{0,200}\bvd="),
    ),
    "checkpoint": (
        _mark(r" CheckPoint \d{1,8} - \[|\bloguid:\"\{|\|Check Point\|"),
        _mark(r"^\"\d{1,12}\" \"\d{1,2}[A-Z][a-z]{2}\d{4}\" \""),
        _members("event", kind=Kind.TYPICAL),
    ),
    "cef": (_typical(r"\bCEF: ?\d{1,2}\|[^|]{1,120}\|"),),
    "leef": (_typical(r"\bLEEF: ?\d(?:\.\d)?\|[^|]{1,120}\|"),),
    "sophos_xg": (
        _mark(r"\blog_(?:component|subtype)=|\bdevice(?:_name)?=\"SFW\"|\bsys=\"Secure\w{3,10}\""),
        _mark(r"^(?:<\d{1,3}>)?\d{4}:\d\d:\d\d-\d\d:\d\d:\d\d \S{1,255} [\w-]{1,40}(?:\[\d{1,10}\]"
            r")?:"),
        _members("customer_id endpoint_type", "customer_id endpoint_id", "endpoint_id source_info"),
        _members("ioc_detection_id"),
    ),
    "sonicwall": (_mark(r"\bid=\S{1,64} {1,3}(?:\S{1,80} ){0,2}sn=\S{1,32} {1,3}time=|\|"
        r"SonicWall\|"),),
    "juniper_srx": (
        _mark(r"\[junos@\d|\bRT_(?:FLOW|IDP|IDS|UTM|SCREEN|AAMW|SECINTEL)"),
        _mark(r"\b(?:APPTRACK_SESSION|AAMW_ACTION|SECINTEL_ACTION|WEBFILTER_URL|ANTISPAM_SPAM|"
            r"AV_VIRUS)_"),
        _typical(r"\b(?:UI|KMD|SNMPD|RPD|CHASSISD)_[A-Z_]{3,40}: |\bIKE Version: \d,? VPN: "),
        _typical(r"\bFW: \S{1,32} [ADR] {1,2}\w{1,8} "),
    ),
    "suricata": (
        _members("event_type timestamp"),
        _members("flow_id src_ip", kind=Kind.TYPICAL),
    ),
    "zeek": (
        _mark(r"\A#separator |\A#fields\t"),
        _members("ts uid", "ts id.orig_h", "ts fuid", "ts uids", "ts conn_uids", "_path _write_ts"),
        _members(
            "ts _path", "ts peer", "ts note", "ts host", "ts name", "ts seen.indicator", "ts level",
            "ts id", "ts certificate.version", "ts node", "ts mac", "ts src dst", kind=Kind.TYPICAL,
        ),
    ),
    "snort": (
        _mark(r"\[\*\*\] \[\d{1,10}:\d{1,10}:\d{1,10}\]|"
            r"\bsnort(?:\[\d{1,10}\])?: \[\d{1,10}:\d{1,10}:"),
        _mark(r"^\d\d/\d\d(?:/\d\d)?-\d\d:\d\d:\d\d\.\d{1,6} ?,"),
        _members("gid sid rev", "pkt_num rule", "pkt_gen seconds"),
    ),
    "postfix": (
        _mark(r"\bpostfix(?:-[\w.-]{1,40})?(?:/[\w-]{1,40}){1,3}(?:\[\d{1,10}\]:| \d{1,10} |: )"),
        _typical(rf"(?:^|{_STAMP} \S{{1,255}} ){_MAIL_PROGRAMS}(?:\[\d{{1,10}}\])?: "),
        _typical(r"^(?:[0-9A-F]{5,15}|[0-9B-Zb-z]{10,20}): (?:to|from|client|message-id|host|"
            r"removed|uid|warning: header)\b"),
        _typical(r"^(?:dis)?connect from \S{1,255}\[|^\w{1,20} TLS connection established (?:to|"
            r"from) "),
    ),
    "proofpoint_tap": (
        _members("threatsInfoMap", "clickTime threatID", "clickTime campaignId", "clickTime url"),
        _members("clickIP threatURL"),
    ),
    "proofpoint_pod": (
        _members("guid metadata", "guid envelope", "audit guid", "guid msgParts"),
        _members("pps sm", "data sm"),
    ),
    "mimecast": (
        _typical(r"^(?:datetime|acc)=[^|]{1,200}\|"),
        _members("auditType eventInfo", "acc datetime", "createTime searchText", "ttpDefinition"),
        _members("aggregateId processingId", "aggregateId accountId", "processingId accountId"),
        _members("senderAddress recipientAddress route", "senderAddress recipientAddress policy"),
        _members("createTime emailAddr", "creationMethod scanResult", "messageId definition"),
        _members("subject holdReason", "pattern labels valid_from", kind=Kind.TYPICAL),
    ),
    "cisco_esa": (
        _mark(rf"\bESA_CONSOLIDATED_LOG_EVENT\b|(?:^|[ >]){_ESA_LOGS}: {_ESA_LEVELS}: "),
        _mark(rf"^[A-Z][a-z]{{2}} [A-Z][a-z]{{2}} {{1,2}}\d{{1,2}} \d\d:\d\d:\d\d "
            rf"\d{{4}} {_ESA_LEVELS}: "),
    ),
    "fortimail": (
        _mark(r"\bdevice_id=\"?FE\w"),
        _mark(r"\bdevice_id=\"?(?!F[GMW])\w{0,40}\"?[, ]{1,2}log_id=\"?\d{3,12}\"?[, ]{1,2}type=\""
            r"?(?:event|spam|virus|statistics|history|encrypt|kevent)\b"),
        _typical(r"\bdelay=[\d:]{5,12},? xdelay=[\d:]{5,12},? mailer="),
    ),
    "m365_defender": (
        _members("operationName properties category", "providerAlertId", "incidentId alerts"),
        _members("incidentId serviceSource", "incidentWebUrl", "alertWebUrl"),
        _members("alerts createdDateTime"),
    ),
    "o365": (_members("CreationTime Operation", "RecordType Workload"),),
    "exchange_message_trace": (
        _mark(rf"\A(?:#TYPE .{{0,200}}\n)?\"?(?:{_TRACE_COLUMNS})\"?,"),
        _mark(r"\A\d{4}-\d\d-\d\dT[\d:.]{8,20}Z?,[^,@\s]{0,200}@?[^,]{0,200},\"?[^\"\n]{1,2000}##"),
        _typical(r"\A(?:\"?[^\",]{0,100}\"?,){3,5}\"?<[^\">,]{1,300}>\"?,"),
        _members("MessageTraceId RecipientAddress", "MessageTraceId SenderAddress"),
    ),
    "email": (_mark(r"\A(?:From [^\n]{5,300}\n)?[A-Za-z][\w-]{1,60}:"),),
    "sshd": (
        _mark(rf"(?:^|{_STAMP} \S{{1,255}} (?:\S{{1,40}}: )?){_ACCOUNT_PROGRAMS}(?:\[\d{{1,10}}\])"
            rf"?(?:: | [\d-]{{1,10}} - )"),
        _mark(r"\bpam_unix\("),
        _typical(r"^ {0,2}(?:Accepted|Failed) [\w/-]{1,40} for |\[preauth\]$"),
        _typical(r"^ {0,2}(?:Invalid user|Received disconnect from|Connection (?:closed|"
            r"reset) by) "),
    ),
    "windows_security": (
        _mark(r"<Event[\s>].{0,200}<System>|^LogName=\w|\bMicrosoft-Windows-Security-Auditing\b"),
        _mark(r"(?s:^[^\n]{4,300}\.\r?\n.{0,400}\bSecurity ID:)"),
        _members("EventID Channel", "EventID EventTime", "EventID Hostname", "EventID SourceName"),
        _members("winlog", "Event", "EventID TimeCreated"),
    ),
    "syslog": (_form(rf"^(?:\d{{1,5}} )?<\d{{1,3}}>|^{_STAMP}[ :]"),),
}  # fmt: skip
"""The signatures of every name of `FORMATS`; a parser may refuse what they recognise."""
