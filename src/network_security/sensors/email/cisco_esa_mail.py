"""Lines of the mail logs of the Cisco Secure Email Gateway, after their ids.

Source: Cisco, "User Guide for AsyncOS for Cisco Secure Email Gateway", "Using Text Mail Logs".
"""

import re

from network_security.sensors import ecs
from network_security.sensors.ecs import Fields, port
from network_security.sensors.email import mailbox
from network_security.sensors.email.cisco_esa_access import add_login

RESULTS = {"passed": "pass", "failed": "fail", "skipped": "none"}
BAD = frozenset(("positive", "malicious", "viral", "repaired", "unrepairable", "suspect"))

_ADDRESS = re.compile(r"(From|To): <([^<>]{0,998})>")
_BOUNCED = re.compile(
    r"(?:From: ?<([^<>]{0,998})> To: ?<([^<>]{0,998})>(?: RID (\d{1,12}))?)?(?: ?- (.{1,998}))?$",
    re.DOTALL,
)
# The sender chooses names and domains: each shape says where the result stands among them.
_AUTHENTICATION = re.compile(
    r"(?:(DKIM): |(SPF): (?:mailfrom|pra|helo) identity \S{1,320} |"
    r"(DMARC):? (?:Verification |Message from domain [^\s,]{1,255}, DMARC ))([A-Za-z]{3,20})\b"
)
_URL = re.compile(r"URL ((?:https?|ftp)://\S{1,2048})")
_LOGIN = re.compile(r"SMTP Auth: .{0,128}?\b[Uu]ser:? '?([^\s',]{1,254})'?")
_NEW_MID = re.compile(r"(?:rewritten to|was split creating) MID (\d{1,12})")
_READY = re.compile(r"ready (\d{1,15}) bytes from <([^<>]{0,998})>")
_MESSAGE_ID = re.compile(r"Message-ID ['\"]?<?([^'\"<>]{1,998})>?['\"]?")
_SUBJECT = re.compile(r"Subject:? (['\"])(.*)\1", re.DOTALL)
_CONNECTION = re.compile(
    r"interface (\S{1,64}) ?\(?([0-9A-Fa-f.:]{2,45})?\)? address ([0-9A-Fa-f.:]{2,45})"
    r"(?: reverse dns host (\S{1,255}))?(?: verified (\w{1,8}))?(?: port (\d{1,5}))?"
)
_GROUP = re.compile(
    r"(ACCEPT|REJECT|RELAY|TCPREFUSE|CONTINUE|THROTTLE) (?:SG|sender group:?) (\S{1,255})"
)
_POLICY = re.compile(
    r"matched all recipients for per-recipient policy (.{1,255}?) in the (inbound|outbound)"
)
_ENGINE = re.compile(
    r"(?:interim verdict using engine: |using engine: )?(CASE|antivirus|AMP|graymail|DLP|"
    r"Outbreak Filters?|"
    r"Advanced Malware Protection|IPAS|IMS|URL|SDR)\b[^'\"]{0,64}?"
    r"\b(positive|negative|clean|unknown|malicious|viral|suspect|skipped|repaired|unrepairable)\b",
    re.IGNORECASE,
)
_MALWARE = re.compile(r"antivirus positive '([^']{1,255})'")
_DELIVERED = re.compile(r"Response ['\"](.{1,998})['\"]", re.DOTALL)
_ATTACHMENT = re.compile(r"attachment ['\"](.{1,255}?)['\"]")
_QUARANTINED = re.compile(r"quarantined to ['\"]?([^'\"(]{1,128})")
_TLS = re.compile(r"TLS success(?: protocol (TLS|SSL)v([\d.]{1,4}))?(?: cipher (\S{1,64}))?")
_NO_TLS = re.compile(r"TLS failed: (.{1,998})", re.DOTALL)
_ACTIONS = (
    ("queued for delivery", "queued"), ("rewritten to", "rewritten"), ("ready ", "ready"),
    ("close", "close"), ("done", "finished"), ("aborted", "aborted"),
    ("Receiving aborted", "aborted"),
    ("Dropped by", "dropped"), ("quarantined to", "quarantined"), ("lost", "lost"),
    ("attachment", "attachment"), ("Subject", "subject"), ("Message-ID", "message-id"),
)  # fmt: skip


def add_mail_line(fields: Fields, details: dict[str, object], text: str) -> None:
    """Map what follows the ids of a line of the mail logs."""
    address = _ADDRESS.match(text)
    if address:
        name = "email.from.address" if address[1] == "From" else "email.to.address"
        fields[name] = [address[2] or mailbox.NULL_PATH]
        fields["event.action"] = "sender" if address[1] == "From" else "recipient"
        return
    subject = _SUBJECT.match(text)
    if subject:
        fields["email.subject"] = subject[2]
        return
    message_id = _MESSAGE_ID.match(text)
    if message_id:
        mailbox.set_message_id(fields, message_id[1])
        return
    ready = _READY.match(text)
    if ready:
        details["bytes"] = int(ready[1])
        fields["email.from.address"] = [ready[2] or mailbox.NULL_PATH]
    connection = _CONNECTION.match(text)
    if connection:
        _connection(fields, connection, incoming="icid" in details)
    _verdict(fields, details, text)
    _outcome(fields, details, text)
    attachment = _ATTACHMENT.match(text)
    if attachment:
        fields["email.attachments"] = [{"file": {"name": attachment[1]}}]
    for start, action in _ACTIONS:
        if text.startswith(start):
            fields["event.action"] = action
            break


def _connection(fields: Fields, found: re.Match[str], *, incoming: bool) -> None:
    near, far = ("destination", "source") if incoming else ("source", "destination")
    fields["observer.ingress.interface.name" if incoming else "observer.egress.interface.name"] = (
        found[1]
    )
    ecs.endpoint(fields, near, found[2] or ecs.ip(found[1]))
    ecs.endpoint(fields, far, found[3])
    if found[4] and found[4] != "unknown":
        fields[f"{far}.domain"] = found[4]
    fields["destination.port"] = port(found[6])
    fields["event.type"] = ["connection", "start", "info"]
    fields["network.protocol"] = "smtp"


def _verdict(fields: Fields, details: dict[str, object], text: str) -> None:
    group, policy = _GROUP.match(text), _POLICY.match(text)
    if group:
        details["mail_flow_policy"], details["sender_group"] = group[1], group[2]
        fields["event.action"] = group[1].lower()
        refused = group[1] in ("REJECT", "TCPREFUSE")
        fields["event.type"] = ["connection", "denied" if refused else "allowed", "info"]
    elif policy:
        fields["rule.name"] = policy[1]
        fields["email.direction"] = policy[2]
    engine = _ENGINE.match(text)
    if engine:
        verdict = engine[2].lower()
        details["engine"], details["verdict"] = engine[1], verdict
        fields["event.action"] = verdict
        if verdict in BAD:
            fields["event.kind"] = "alert"
            if engine[1].lower() in ("antivirus", "amp"):
                fields["event.category"] = ["email", "malware"]
        malware = _MALWARE.match(text)
        fields["rule.name"] = malware[1] if malware else fields.get("rule.name")
    quarantine, tls = _QUARANTINED.match(text), _TLS.match(text)
    if quarantine:
        details["quarantine"] = quarantine[1].strip()
        fields["event.type"] = ["denied", "info"]
    if tls:
        fields["tls.established"] = True
        fields["event.outcome"] = "success"
        fields["tls.version_protocol"] = (tls[1] or "tls").lower()
        fields["tls.version"], fields["tls.cipher"] = tls[2], tls[3]


def _outcome(fields: Fields, details: dict[str, object], text: str) -> None:
    """Map what became of the message: the checks of its sender, links, the delivery."""
    if fields.get("event.action") in ("bounced", "delayed"):
        bounced = _BOUNCED.match(text)
        if bounced:
            if bounced[1] is not None:
                fields["email.from.address"] = [bounced[1] or mailbox.NULL_PATH]
                fields["email.to.address"] = [bounced[2]]
                if bounced[3] is not None:
                    details["rid"] = bounced[3]
            fields["event.reason"] = bounced[4]
        return
    response, checked = _DELIVERED.match(text), _AUTHENTICATION.match(text)
    link, login, no_tls = _URL.match(text), _LOGIN.match(text), _NO_TLS.match(text)
    if response:
        fields["event.reason"], fields["event.outcome"] = response[1], "success"
    if checked:
        method = (checked[1] or checked[2] or checked[3]).lower()
        result = RESULTS.get(checked[4].lower(), checked[4].lower())
        details[method] = result
        fields["event.action"] = f"{method}-{result}"
    if link:
        ecs.url(fields, link[1])
    if login:
        add_login(fields, text.replace(login[1], "", 1), "email")
        mailbox.set_user(fields, login[1])
    if no_tls:
        fields["tls.established"] = False
        fields["event.outcome"], fields["event.reason"] = "failure", no_tls[1]
    new = _NEW_MID.match(text)
    if new:
        details["new_mid"] = new[1]
