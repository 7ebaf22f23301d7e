r"""An alert in words for people, in which nothing can be clicked, and nothing breaks a line.

Defanging is what reports do: ``hxxps[:]//login[.]example``. `network_security.evidence.urls.refang`
undoes it.
"""

from __future__ import annotations

import re
from typing import Final

from network_security.alerts.alert import Alert

LONGEST: Final = 300
MOST_NAMED: Final = 5
_SCHEME = re.compile(r"(?i)\b(h)tt(ps?)(?=:)|\b(f)t(ps?)(?=:)")
# Besides the full stop the three that IDNA takes for one (RFC 3490, section 3.1).
_MARKS = str.maketrans(dict.fromkeys(".\u3002\uff0e\uff61", "[.]") | {"@": "[@]"})


def one_line(text: str, longest: int = LONGEST) -> str:
    r"""Return a text on one line, without control and formatting characters, cut to a length.

    >>> one_line("a\r\nBcc: b\u202ec")
    'a  Bcc: b c'
    """
    shown = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return "".join(one if one.isprintable() else " " for one in shown)


def defanged(text: str) -> str:
    """Return a text in which no program finds an address to click on.

    >>> defanged("see https://login.shop.example/a?b=c or ana@corp.example")
    'see hxxps[:]//login[.]shop[.]example/a?b=c or ana[@]corp[.]example'
    """
    text = _SCHEME.sub(_xx, text)
    return text.replace("://", "[:]//").translate(_MARKS)


def headline(alert: Alert) -> str:
    """Return what happened on one line, the severity first; safe to show."""
    return f"{alert.severity.upper()}: {safe(alert.title)}"


def reason(alert: Alert) -> str:
    """Return why it is an alert, a sentence."""
    confirmed = f"; confirmed by {_named(alert.confirmed_by)}" if alert.confirmed_by else ""
    return (
        f"Judged {alert.probability:.0%} likely on tier {alert.tier}, an alert from "
        f"{alert.threshold:.0%} on{confirmed}."
    )


def facts(alert: Alert) -> list[tuple[str, str]]:
    """Return what is known of an alert, label and text; all safe to show."""
    techniques = ", ".join(f"{each.id} {each.name}" for each in alert.attack)
    found = [
        ("Severity", alert.severity),
        (alert.entity.kind.capitalize() if alert.entity.kind != "url" else "URL",
         safe(alert.entity.text)),
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
    return defanged(one_line(text))


def _xx(found: re.Match[str]) -> str:
    return f"{found[1]}xx{found[2]}" if found[1] else f"{found[3]}x{found[4]}"


def _named(values: tuple[str, ...]) -> str:
    shown = ", ".join(safe(value) for value in values[:MOST_NAMED])
    more = len(values) - MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown
