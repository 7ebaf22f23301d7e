"""What to do about an alert, in words, and what of it could be blocked.

Source: MITRE ATT&CK, Enterprise mitigations, https://attack.mitre.org/mitigations/enterprise/, as
its techniques T1566 and T1204 name them; the order, containing before cleaning up, is that of NIST
SP 800-61 rev. 2, section 3.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from network_security.alerts.alert import Alert
from network_security.alerts.severity import rank
from network_security.alerts.sinks.wording import one_line
from network_security.detection.verdicts.percent import percent
from network_security.enrichment.lists.indicators import Entry
from network_security.evidence.urls import host_of, parse
from network_security.response.errors import RefusedError
from network_security.response.indicators import read_indicator

MOST_INDICATORS: Final = 20
MOST_NAMED: Final = 5

MITIGATIONS: Final = {
    "M1017": "User Training",
    "M1018": "User Account Management",
    "M1021": "Restrict Web-Based Content",
    "M1032": "Multi-factor Authentication",
    "M1037": "Filter Network Traffic",
    "M1049": "Antivirus/Antimalware",
    "M1054": "Software Configuration",
}
"""Number -> name."""

_FILES = "T1204.002"
_ACCESS = frozenset({"T1078", "T1110", "T1110.001", "T1110.003"})


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do.

    Attributes:
        title: What, in words.
        why: What of the alert speaks for it.
        mitigation: The ATT&CK mitigation that it is, number and name; None where none fits.
        indicators: What it blocks; none where it blocks nothing.
        urgent: Whether it is to be done before the rest of the triage.
    """

    title: str
    why: str
    mitigation: str | None = None
    indicators: tuple[Entry, ...] = ()
    urgent: bool = False


def recommend(alert: Alert) -> tuple[Action, ...]:
    """Return what to do about an alert, the most urgent first; the same for the same alert.

    Args:
        alert: The alert; its triage does not count.
    """
    urgent = alert.reached and rank(alert.severity) >= rank("high")
    found = [_block(alert, urgent)]
    if alert.reached:
        found += _contain(alert, urgent)
    if alert.messages or alert.entity.kind == "message":
        found.append(_purge(alert))
    if alert.recipients and not alert.reached:
        found.append(
            Action(
                f"Warn {_people(alert.recipients, 'recipient')}",
                "it was delivered, and nobody is known to have opened it"
                if alert.offered
                else "it was sent to them; whether it was delivered is not known",
                _mitigation("M1017"),
            )
        )
    if alert.senders and alert.entity.kind == "message":
        found.append(
            Action(
                f"Block the sender {_people(alert.senders, 'sender')} at the mail gateway",
                "the message is judged as a whole; check that the address is not forged",
                _mitigation("M1054"),
            )
        )
    if _ACCESS & set(alert.techniques):
        found.append(
            Action(
                "Lock the accounts that were tried, and require a second factor",
                "the alert is of access with guessed or stolen passwords",
                _mitigation("M1032"),
                urgent=urgent,
            )
        )
    return tuple(sorted((each for each in found if each), key=lambda each: not each.urgent))


def indicators_of(alert: Alert) -> tuple[Entry, ...]:
    """Return what of an alert could be blocked: each URL, and its host or address.

    Whether they may be is for `network_security.response.protection` to say.
    """
    if alert.entity.kind == "message":
        return ()
    found: dict[Entry, None] = {}
    for text in dict.fromkeys((alert.entity.text, *alert.entities)):
        if alert.entity.kind == "url":
            _add(found, "url", text)
        host = parse(text).host if alert.entity.kind == "url" else host_of(text)
        _add(found, "ip" if host.address else "host", host.name)
    return tuple(found)[:MOST_INDICATORS]


def _block(alert: Alert, urgent: bool) -> Action | None:
    indicators = indicators_of(alert)
    if not indicators:
        return None
    number = len(indicators)
    what = "the URL and its host" if alert.entity.kind == "url" else "the host"
    return Action(
        f"Block {what}" + (f" ({number} indicators)" if number > 2 else ""),  # noqa: PLR2004
        f"judged {percent(alert.probability)} likely, alerts from {percent(alert.threshold)}",
        _mitigation("M1021" if alert.entity.kind == "url" else "M1037"),
        indicators,
        urgent,
    )


def _contain(alert: Alert, urgent: bool) -> list[Action]:
    """What follows from somebody having got there."""
    who = alert.users or alert.clients
    found = [
        Action(
            f"Reset the password of {_people(who, 'client')}, and end their sessions",
            "they opened it and were let through: what they typed there is known to others",
            _mitigation("M1018"),
            urgent=urgent,
        )
    ]
    if _FILES in alert.techniques or "T1105" in alert.techniques:
        found.append(
            Action(
                f"Isolate {_people(alert.clients, 'client')} from the network, and scan it",
                "a file was opened or loaded",
                _mitigation("M1049"),
                urgent=urgent,
            )
        )
    return found


def _purge(alert: Alert) -> Action:
    number = len(alert.messages)
    what = f"{number} messages" if number > 1 else "the message"
    from_all = f" of {_people(alert.recipients, 'recipient')}" if alert.recipients else ""
    return Action(
        f"Remove {what} from the mailboxes{from_all}",
        "whoever has not opened it yet shall not",
        None,
    )


def _add(found: dict[Entry, None], kind: str, text: str) -> None:
    try:
        found[read_indicator(kind, text)] = None
    except RefusedError:
        return  # What cannot be blocked, such as a host without a name, is no indicator.


def _people(names: tuple[str, ...], what: str) -> str:
    """Some of them by name."""
    if not names:
        return f"every {what}"
    shown = ", ".join(one_line(name) for name in names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def _mitigation(id_: str) -> str:
    return f"{id_} {MITIGATIONS[id_]}"
