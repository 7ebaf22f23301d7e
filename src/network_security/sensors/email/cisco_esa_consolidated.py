"""The consolidated event log of the Cisco Secure Email Gateway: one CEF event a message.

Source: Cisco, "User Guide for AsyncOS for Cisco Secure Email Gateway", "Using Consolidated Event
Logs".
"""

import re
from typing import Any

from network_security.sensors import ecs
from network_security.sensors.cef import Cef
from network_security.sensors.ecs import Fields, number
from network_security.sensors.email import mailbox
from network_security.sensors.times import Clock, parse_time

DIRECTIONS = {"0": "inbound", "1": "outbound"}
DENIED = frozenset(("quarantined", "dropped", "bounced", "aborted", "rejected", "dq"))
OUTCOMES = {"delivered": "success", "bounced": "failure", "aborted": "failure"}
VERDICTS = (
    ("ESAAMPVerdict", ("MALICIOUS",), "malware"),
    ("ESAAVVerdict", ("POSITIVE", "VIRAL"), "malware"),
    ("ESAASVerdict", ("POSITIVE", "SPAM"), None), ("ESAOFVerdict", ("POSITIVE",), "malware"),
)  # fmt: skip
MAPPED = frozenset((
    "suser", "duser", "msg", "sourceAddress", "src", "sourceHostName", "shost", "startTime",
    "start", "endTime", "end", "deviceDirection", "act", "dvc", "deviceInboundInterface",
    "deviceOutboundInterface",
))  # fmt: skip
CUSTOM = tuple((f"cs{number}", f"cs{number}Label") for number in range(1, 7))
LONGEST = 65_536

# {'a.txt': {'AMP': {'Verdict': 'CLEAN', 'fileHash': 'f00d...'}, 'BodyScanner': {'fsize': 7}}, ...}
_FILE = re.compile(r"""(?:^\{|\}\}, ?)(?:'([^']{1,512})'|"([^"]{1,512})"): ?\{""")
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
_FILE_VERDICT = re.compile(r"'Verdict': \[?'([^']{1,64})'")
_SIZE = re.compile(r"'fsize': (\d{1,15})")
_URL = re.compile(r"""['"]((?:https?|ftp)://[^'"\s]{1,2048})['"]: ?\{""")


def add_consolidated(fields: Fields, event: Cef, clock: Clock) -> None:
    """Add the fields of one consolidated event."""
    pairs = event.extension
    labelled = {pairs[label]: pairs.get(name, "") for name, label in CUSTOM if label in pairs}
    start = parse_time(pairs.get("startTime") or pairs.get("start"), clock)
    end = parse_time(pairs.get("endTime") or pairs.get("end"), clock)
    fields["@timestamp"] = fields.get("@timestamp") or start or end
    fields["event.start"], fields["event.end"] = start, end
    fields["event.category"] = ["email"]
    fields["event.severity"] = number(event.severity)
    fields["event.code"] = event.signature
    fields["observer.vendor"] = event.vendor
    fields["observer.product"] = event.product
    fields["observer.version"] = event.version
    fields["observer.serial_number"] = pairs.get("deviceExternalId")
    fields["observer.ip"] = ecs.ip(pairs.get("dvc"))
    fields["observer.ingress.interface.name"] = pairs.get("deviceInboundInterface")
    fields["observer.egress.interface.name"] = pairs.get("deviceOutboundInterface")
    direction = DIRECTIONS.get(pairs.get("deviceDirection", ""))
    fields["network.direction"] = fields["email.direction"] = direction
    _decision(fields, pairs)
    _message(fields, pairs, labelled)
    _security(fields, pairs)
    fields["cisco.esa"] = {
        name: value
        for name, value in pairs.items()
        if value and value != "-" and name not in MAPPED
    }


def _decision(fields: Fields, pairs: dict[str, str]) -> None:
    action = pairs.get("act", "").lower()
    fields["event.action"] = action
    fields["event.type"] = ["denied" if action in DENIED else "allowed", "info"]
    fields["event.outcome"] = OUTCOMES.get(action)
    fields["event.reason"] = pairs.get("ESAFinalActionDetails")
    for name, bad, category in VERDICTS:
        if pairs.get(name) in bad:
            fields["event.kind"] = "alert"
            if category is not None:
                fields["event.category"] = ["email", category]


def _message(fields: Fields, pairs: dict[str, str], labelled: dict[str, str]) -> None:
    ecs.endpoint(fields, "source", pairs.get("sourceAddress") or pairs.get("src"))
    fields["source.domain"] = pairs.get("sourceHostName") or pairs.get("shost")
    fields["email.sender.address"] = sender = mailbox.address(pairs.get("suser"))
    header = mailbox.address(pairs.get("ESAFriendlyFrom"))
    known = (sender, header if header and "@" in header else None)
    fields["email.from.address"] = list(dict.fromkeys(one for one in known if one))
    fields["email.to.address"] = mailbox.addresses(pairs.get("duser"))
    fields["email.reply_to.address"] = mailbox.addresses(pairs.get("ESAReplyTo"))
    fields["email.subject"] = _unquoted(pairs.get("msg"))
    external = _unquoted(labelled.get("ExternalMsgID"))
    fields["email.local_id"] = own = pairs.get("ESAMID")
    # What has no @ is no message id (RFC 5322 section 3.6.4).
    mailbox.set_message_id(fields, external if external and "@" in external else None, own=own)
    fields["rule.name"] = labelled.get("MailPolicy")
    fields["email.attachments"] = _attachments(pairs.get("ESAAttachmentDetails", "")[:LONGEST])
    fields["related.hash"] = [
        attachment["file"]["hash"]["sha256"]
        for attachment in fields["email.attachments"]
        if "hash" in attachment["file"]
    ]
    link = _URL.search(pairs.get("ESAURLDetails", ""), 0, LONGEST)
    if link:
        ecs.url(fields, link[1])


def _security(fields: Fields, pairs: dict[str, str]) -> None:
    """Map the TLS of the connection that the message came in by, else the one it left by."""
    way = "In" if "ESATLSInProtocol" in pairs or "ESATLSInConnStatus" in pairs else "Out"
    protocol = pairs.get(f"ESATLS{way}Protocol", "")
    name, _, version = protocol.partition("v")
    if version:
        fields["tls.version_protocol"] = name.lower()
        fields["tls.version"] = version if "." in version else f"{version}.0"
    fields["tls.cipher"] = pairs.get(f"ESATLS{way}Cipher")
    status = pairs.get(f"ESATLS{way}ConnStatus")
    fields["tls.established"] = None if status is None else status == "Success"


def _unquoted(value: str | None) -> str | None:
    if value and value[0] in "'\"" and value.endswith(value[0]) and len(value) > 1:
        return value[1:-1]
    return value


def _attachments(details: str) -> list[dict[str, Any]]:
    """Return the files of a dictionary that is written as Python writes it, names quoted."""
    names = list(_FILE.finditer(details))
    found = []
    for position, name in enumerate(names):
        end = names[position + 1].start() if position + 1 < len(names) else len(details)
        part = details[name.end() : end]
        digest, verdict, size = (p.search(part) for p in (_DIGEST, _FILE_VERDICT, _SIZE))
        file = {
            "name": name[1] or name[2],
            "size": number(size[1]) if size else None,
            "hash": {"sha256": digest[0]} if digest else None,
        }
        found.append({"file": ecs.without_empty(file), **_labelled(verdict)})
    return found


def _labelled(verdict: re.Match[str] | None) -> dict[str, str]:
    return {"verdict": verdict[1]} if verdict else {}
