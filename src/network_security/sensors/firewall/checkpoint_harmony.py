"""Check Point Harmony Email & Collaboration: a security event in JSON, with the mail it is about.

Source: Harmony Email & Collaboration administration guide, "Forwarding logs in syslog format".
"""

from typing import Any

from network_security.sensors import ecs, json_line
from network_security.sensors.ecs import Fields, number, text
from network_security.sensors.errors import ParseError
from network_security.sensors.json_line import table
from network_security.sensors.times import Clock, parse_time

Json = dict[str, Any]

# Kind of security event -> category, type.
KINDS = {
    "malware": (["email", "malware"], ["info"]),
    "suspicious_malware": (["email", "malware"], ["info"]),
    "phishing": (["email", "threat"], ["indicator"]),
    "suspicious_phishing": (["email", "threat"], ["indicator"]),
    "malicious_url": (["email", "threat"], ["indicator"]),
    "malicious_url_click": (["email", "threat"], ["indicator"]),
    "spam": (["email"], ["info"]),
    "dlp": (["email", "file"], ["info"]),
    "anomaly": (["iam"], ["info"]),
    "shadow_it": (["host"], ["info"]),
    "alert": (["email", "threat"], ["info"]),
}
DETECTORS_OF_CONTENT = frozenset((
    "malware", "suspicious_malware", "phishing", "suspicious_phishing", "malicious_url",
    "malicious_url_click", "spam", "alert",
))  # fmt: skip
DIRECTIONS = (
    ("is_internal", "internal"),
    ("is_incoming", "inbound"),
    ("is_outgoing", "outbound"),
)


def parse(raw: str, clock: Clock) -> Fields:
    """Return the ECS fields of one security event.

    Raises:
        ParseError: If the line is not a JSON object with ``event.security_event``.
    """
    event = table(json_line.decode(raw), "event")
    found = table(event, "security_event")
    if not found:
        raise ParseError("unsupported", "no event.security_event", raw=raw, position=0)
    payload = table(found, "entity_payload")
    kind = text(payload.get("category")) or ""
    category, kinds = KINDS.get(kind, (["email"], ["info"]))
    actions = found.get("security_event_action")
    last = actions[-1] if type(actions) is list and actions else {}
    fields: Fields = {
        "@timestamp": parse_time(found.get("time"), clock),
        "event.kind": "alert" if kind in DETECTORS_OF_CONTENT else "event",
        "event.category": category,
        "event.type": kinds,
        "event.action": text(last.get("action_type")) if type(last) is dict else None,
        "event.severity": number(payload.get("severity")),
        "event.id": text(found.get("_id")),
        "rule.id": text(payload.get("policy_rule_id")),
        "message": text(payload.get("description_text")),
        "observer.name": text(table(found, "entity_info").get("entity_reporter")),
        "observer.product": "Harmony Email and Collaboration",
    }
    _set_mail(fields, table(table(event, "entity"), "entity_payload"))
    fields["checkpoint.harmony"] = event
    return fields


def _set_mail(fields: Fields, mail: Json) -> None:
    sender = text(mail.get("from_email"))
    fields["email.from.address"] = [sender] if sender else None
    for name in ("to", "cc", "bcc"):
        addresses = mail.get(name)
        if type(addresses) is list:
            fields[f"email.{name}.address"] = [item for item in addresses if type(item) is str]
    fields["email.subject"] = text(mail.get("subject"))
    fields["email.message_id"] = text(mail.get("internet_message_id"))
    fields["email.direction"] = next(
        (word for name, word in DIRECTIONS if mail.get(name) is True), None
    )
    domain = text(mail.get("from_domain"))
    fields["source.ip"] = ecs.ip(mail.get("sender_client_ip"))
    fields["source.address"] = fields["source.domain"] = domain
    links = mail.get("email_links")
    if type(links) is list and links:
        ecs.url(fields, text(links[0]))
