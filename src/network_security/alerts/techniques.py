"""The techniques of MITRE ATT&CK that alerts name.

Source: MITRE ATT&CK, Enterprise matrix, https://attack.mitre.org. A technique of several tactics
stands here with the one by which it is noticed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Technique:
    """What an attacker does.

    Attributes:
        id: Its number, such as ``T1566.002``.
        name: Its name; of a sub-technique with that of its technique.
        tactic: What it is done for.
    """

    id: str
    name: str
    tactic: str


TECHNIQUES: Final = {
    each.id: each
    for each in (
        Technique("T1046", "Network Service Discovery", "Discovery"),
        Technique("T1071.001", "Application Layer Protocol: Web Protocols", "Command and Control"),
        Technique("T1078", "Valid Accounts", "Initial Access"),
        Technique("T1105", "Ingress Tool Transfer", "Command and Control"),
        Technique("T1110", "Brute Force", "Credential Access"),
        Technique("T1110.001", "Brute Force: Password Guessing", "Credential Access"),
        Technique("T1110.003", "Brute Force: Password Spraying", "Credential Access"),
        Technique("T1204.001", "User Execution: Malicious Link", "Execution"),
        Technique("T1204.002", "User Execution: Malicious File", "Execution"),
        Technique("T1566", "Phishing", "Initial Access"),
        Technique("T1566.001", "Phishing: Spearphishing Attachment", "Initial Access"),
        Technique("T1566.002", "Phishing: Spearphishing Link", "Initial Access"),
        Technique("T1568.002", "Dynamic Resolution: Domain Generation Algorithms",
                  "Command and Control"),
        Technique("T1595.001", "Active Scanning: Scanning IP Blocks", "Reconnaissance"),
    )
}  # fmt: skip


PHISHING: Final = frozenset({"phishing", "message", "phishing_message", "url_text"})
"""The detectors that find phishing."""


def phishing_techniques(
    *, kind: str, by_mail: bool, attachment: bool, visited: bool, link: bool = False
) -> tuple[Technique, ...]:
    """Return what a phishing finding shows of, the way in first.

    Args:
        kind: ``url``, ``message`` or ``host``.
        by_mail: Whether it is known to have come in a message.
        attachment: Whether the message is judged for its attachment.
        visited: Whether somebody got to where it leads.
        link: Whether a message leads somewhere.

    >>> found = phishing_techniques(kind="url", by_mail=True, attachment=False, visited=True)
    >>> [each.id for each in found]
    ['T1566.002', 'T1204.001']
    """
    if attachment:
        way_in, opened = "T1566.001", "T1204.002"
    else:
        by_link = by_mail and (link or kind == "url")
        way_in, opened = ("T1566.002" if by_link else "T1566"), "T1204.001"
    return tuple(TECHNIQUES[id_] for id_ in ([way_in, opened] if visited else [way_in]))
