"""Verdicts on files in the logs of the Cisco Secure Email Gateway: file reputation and anti-virus.

The logs of file reputation and analysis (AMP) write pairs, ``File Name = 'a.exe', Disposition =
MALICIOUS``, and some facts in brackets; the one of anti-virus has one form of line.

Source: Cisco, "User Guide for AsyncOS for Cisco Secure Email Gateway", "File Reputation Filtering
and File Analysis", and chapter "Logging".
"""

import re

from network_security.sensors.ecs import Fields, number

MALICIOUS = frozenset(("malicious", "viral", "malware"))

_NAME = re.compile(r"File ?Name = ['\"](.{1,255}?)['\"],")
_DISPOSITION = re.compile(r"\b(?i:disposition|verdict) ?[=:] ?(\w{1,32})")
_MALWARE = re.compile(r"\b(?:Malware = |Spyname: ?\[?)([\w.-]{1,128})")
_SHA = re.compile(r"\b(?i:sha256)\b ?(?:\[|:|= ?) ?([0-9a-f]{64})")
_SIZE = re.compile(r"File Size = (\d{1,15})")
_TYPE = re.compile(r"(?:File Type = |file mime\[)([\w.+/-]{3,127})", re.IGNORECASE)
_SCORE = re.compile(r"(?:Reputation )?Score(?: =|:) (\d{1,3})")
_RESULT = re.compile(
    r"(\w{1,32}) antivirus - MID (\d{1,12}) - Result '([A-Z_ ]{1,32})'(?: \('?([^'()]{1,255})'?\))?"
)


def add_file_reputation(fields: Fields, details: dict[str, object], text: str) -> None:
    """Map a line about the reputation or the analysis of a file."""
    name, digest, kind = (pattern.search(text) for pattern in (_NAME, _SHA, _TYPE))
    fields["file.name"] = name[1] if name else None
    fields["file.hash.sha256"] = digest[1] if digest else None
    fields["file.mime_type"] = kind[1] if kind else None
    size, score = _SIZE.search(text), _SCORE.search(text)
    fields["file.size"] = number(size[1]) if size else None
    disposition, malware = _DISPOSITION.search(text), _MALWARE.search(text)
    if score:
        details["score"] = number(score[1])
    if malware and malware[1] != "None":
        fields["rule.name"] = malware[1]
    if disposition:
        details["disposition"] = disposition[1]
        _judge(fields, disposition[1].lower())


def add_antivirus(fields: Fields, details: dict[str, object], text: str) -> bool:
    """Map ``sophos antivirus - MID 7 - Result 'VIRAL' ('EICAR')``; return whether it is one."""
    result = _RESULT.match(text)
    if result is None:
        return False
    details["mid"], details["engine"] = result[2], "antivirus"
    details["product"], details["verdict"] = result[1], result[3].lower()
    fields["email.local_id"] = fields["email.message_id"] = result[2]
    fields["rule.name"] = result[4]
    _judge(fields, result[3].lower())
    return True


def _judge(fields: Fields, verdict: str) -> None:
    fields["event.action"] = verdict
    if verdict in MALICIOUS:
        fields["event.kind"] = "alert"
        fields["event.category"] = ["email", "malware"]
