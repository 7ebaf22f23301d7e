"""The history log of FortiMail (type ``statistics``): one line a message, with what became of it.

Source: Fortinet, "FortiMail Log Message Reference", version 7, "History logs", with the lists of
dispositions and classifiers.
"""

from network_security.sensors.ecs import Fields, number
from network_security.sensors.email import mailbox

MAPPED = frozenset(("message_id", "hfrom", "direction", "disposition", "virus", "message_length"))
DIRECTIONS = {"in": "inbound", "out": "outbound", "unknown": "unknown"}
DENIED = (
    "reject", "discard", "quarantine", "delay", "defer", "fail", "block", "drop", "delete",
)  # fmt: skip
"""Beginnings of the words of a disposition that keep a message from its recipient."""
CLEAN = ("not spam", "safe", "user safe", "system safe", "domain safe", "")
VERDICTS = (
    "spam", "virus", "malware", "phish", "fortiguard", "fortisandbox", "impersonation", "bayesian",
    "heuristic", "dnsbl", "surbl", "outbreak", "suspicious", "content disarm",
)  # fmt: skip
"""Words of the classifiers that judge a message bad; others, as an access rule, refuse it only."""


def add_history(fields: Fields, pairs: dict[str, str], _text: str) -> None:
    """Map one line of the history log."""
    disposition = pairs.get("disposition", "")
    classifier = pairs.get("classifier", "")
    words = disposition.lower().replace(";", " ").split()
    denied = any(word.startswith(DENIED) for word in words)
    if words:
        fields["event.action"] = disposition
        fields["event.type"] = ["denied" if denied else "allowed", "info"]
    fields["rule.category"] = classifier
    fields["email.direction"] = direction = DIRECTIONS.get(pairs.get("direction", ""))
    fields["network.direction"] = direction
    header = mailbox.addresses(pairs.get("hfrom")) or []
    envelope = mailbox.addresses(pairs.get("from")) or []
    fields["email.from.address"] = list(dict.fromkeys([*header, *envelope]))
    fields["email.sender.address"] = envelope[0] if envelope else None
    mailbox.set_message_id(fields, pairs.get("message_id"))
    fields["file.size"] = number(pairs.get("message_length"))
    _judge(fields, pairs.get("virus"), classifier.lower())


def _judge(fields: Fields, virus: str | None, classifier: str) -> None:
    if virus:
        fields["event.kind"] = "alert"
        fields["event.category"] = ["email", "malware"]
        fields["rule.name"] = virus
    elif classifier not in CLEAN and any(word in classifier for word in VERDICTS):
        fields["event.kind"] = "alert"
