"""Verdicts that the engines of the Cisco Secure Email Gateway write of a message.

Source: Cisco, "User Guide for AsyncOS for Cisco Secure Email Gateway", "Using Text Mail Logs".
"""

import re
from collections.abc import Mapping
from typing import Any

from network_security.sensors.joins.message import Line, Message

ENGINES = {
    "case": "anti_spam", "ipas": "anti_spam", "ims": "anti_spam", "antivirus": "antivirus",
    "amp": "file_reputation", "advanced malware protection": "file_reputation",
    "graymail": "graymail", "outbreak filter": "outbreak", "outbreak filters": "outbreak",
    "dlp": "dlp", "url": "url", "sdr": "sender_reputation",
}  # fmt: skip
"""The log's word for an engine, in lower case -> its name in `cisco.esa_message.verdicts`."""

MALWARE_ENGINES = frozenset(("antivirus", "file_reputation"))
MALWARE = frozenset(("positive", "malicious", "viral", "repaired", "unrepairable"))

_SHAPES = {
    "DKIM": (re.compile(r"DKIM: ([a-z]{3,20})\b"), "dkim"),
    "SPF": (re.compile(r"SPF: (?:mailfrom|pra) identity \S{1,320} (\w{3,20})"), "spf"),
    "DMARC": (
        re.compile(
            r"DMARC:? (?:Verification |Message from domain [^\s,]{1,255}, DMARC )(\w{3,20})"
        ),
        "dmarc",
    ),
    "SDR": (
        re.compile(r"SDR: Consolidated Sender (?:Reputation|Threat Level) ?: ([A-Za-z ]{3,32})"),
        "sender_reputation",
    ),
    "AMP": (re.compile(r"AMP file reputation verdict ?: ([A-Za-z]{3,32})"), "file_reputation"),
    "Virus": (re.compile(r"Virus Threat Level ?= ?(\d{1,3})"), "virus_threat_level"),
    "Threat": (re.compile(r"Threat Level ?= ?(\d{1,3})"), "threat_level"),
}  # fmt: skip
"""How a line begins after its ids -> its verdict, and the engine that gave it."""

_HELO_SPF = re.compile(r"SPF: helo identity \S{1,320} (\w{3,20})")
_PASSED = {"passed": "pass", "failed": "fail", "skipped": "none"}


def add_verdict(message: Message, line: Line, ids: Mapping[str, Any], rest: str) -> None:
    """Take the verdict that a line holds, if any; the last one of an engine counts.

    Args:
        message: Takes it.
        line: The line.
        ids: What the parser made of it, `cisco.esa`.
        rest: What follows the ids at its head.
    """
    if ids.get("disposition"):
        _set(message, "file_reputation", ids["disposition"])
        malware = line.value("rule", "name")
        message.keep(message.details, "malware", malware, 255)
        return
    word = rest.partition(" ")[0].rstrip(":")
    shape = _SHAPES.get(word)
    found = shape[0].match(rest) if shape else None
    if shape and found:
        _set(message, shape[1], found[1])
    elif ids.get("engine") and ids.get("verdict"):
        engine = ENGINES.get(str(ids["engine"]).lower())
        if engine:
            _set(message, engine, ids["verdict"])
        if engine == "antivirus":
            malware = line.value("rule", "name")
            message.keep(message.details, "malware", malware, 255)
    elif helo := _HELO_SPF.match(rest):
        _set(message, "spf_helo", helo[1])


def _set(message: Message, engine: str, written: object) -> None:
    if type(written) is not str:
        return
    verdict = written.strip().lower()
    verdict = _PASSED.get(verdict, verdict)
    verdicts: dict[str, Any] = message.details.setdefault("verdicts", {})
    if engine == "dkim" and verdicts.get("dkim") == "pass":
        return  # Of several signatures one that holds is enough (RFC 6376, section 6.1).
    message.keep(verdicts, engine, verdict, 32)
    if engine in MALWARE_ENGINES and verdict in MALWARE:
        message.alert = message.malware = True
