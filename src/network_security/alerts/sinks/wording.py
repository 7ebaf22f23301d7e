"""An alert in words for people, in which nothing can be clicked, and nothing breaks a line."""

from __future__ import annotations

from typing import Final

from network_security.alerts.alert import Alert
from network_security.detection.verdicts.percent import percent
from network_security.evidence.urls.defang import defang, visible

LONGEST: Final = 300
MOST_NAMED: Final = 5


def one_line(text: str, longest: int = LONGEST) -> str:
    r"""Return a text on one line, control and formatting characters spelled out, cut to a length.

    >>> one_line("a\r\nBcc: b\u202ec")
    'a\\r\\nBcc: b\\u202ec'
    """
    shown = visible(text[: longest + 1])
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def headline(alert: Alert) -> str:
    """Return what happened on one line, the severity first; safe to show."""
    return f"{alert.severity.upper()}: {safe(alert.title)}"


def reason(alert: Alert) -> str:
    """Return why it is an alert, a sentence."""
    confirmed = f"; confirmed by {_named(alert.confirmed_by)}" if alert.confirmed_by else ""
    return (
        f"Judged {percent(alert.probability)} likely on tier {alert.tier}, an alert from "
        f"{percent(alert.threshold)} on{confirmed}."
    )


def facts(alert: Alert) -> list[tuple[str, str]]:
    """Return what is known of an alert, label and text; all safe to show."""
    techniques = ", ".join(f"{each.id} {each.name}" for each in alert.attack)
    found = [
        ("Severity", alert.severity),
        (alert.entity.kind.capitalize() if alert.entity.kind != "url" else "URL",
         safe(alert.entity.text)),
        ("Subjects", _named(alert.subjects)),
        ("First seen", f"{alert.first_seen:%Y-%m-%d %H:%M:%S} UTC"),
        ("Last seen", f"{alert.last_seen:%Y-%m-%d %H:%M:%S} UTC"),
        ("Sightings", str(alert.count)),
        ("Senders", _named(alert.senders)),
        ("Recipients", _named(alert.recipients)),
        ("Clients", _named(alert.clients)),
        ("Users", _named(alert.users)),
        ("ATT&CK", techniques),
    ]  # fmt: skip
    return [(label, text) for label, text in found if text]


def safe(text: str) -> str:
    """Return a text of an attacker's for people: on one line, defanged."""
    return defang(one_line(text))


def _named(values: tuple[str, ...]) -> str:
    shown = ", ".join(safe(value) for value in values[:MOST_NAMED])
    more = len(values) - MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown
