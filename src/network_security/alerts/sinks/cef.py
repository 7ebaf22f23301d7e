"""An alert in ArcSight Common Event Format (CEF), as SIEMs read it.

Source: Micro Focus, "ArcSight Common Event Format (CEF) Implementation Standard", version 25: the
header, its escapes, and the dictionary of extension keys with the length of each.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from ipaddress import ip_address
from typing import Final

from network_security import __version__
from network_security.alerts.alert import Alert
from network_security.alerts.severity import Severity
from network_security.alerts.sinks.wording import one_line

VENDOR: Final = "network-security"
PRODUCT: Final = "network-security"
SEVERITIES: Final[dict[Severity, int]] = {
    "informational": 1, "low": 3, "medium": 5, "high": 8, "critical": 10,
}  # fmt: skip
"""0 to 3 is low there, 4 to 6 medium, 7 to 8 high, 9 to 10 very high."""
LONGEST_HEADER: Final = 512
LONGEST_VALUE: Final = 1023
_ENTITIES: Final = {"url": "request", "host": "dhost", "message": "cs6"}


def cef(alert: Alert, key: str, link: str) -> str:
    """Return the event, one line.

    Args:
        alert: The alert.
        key: Of the announcement.
        link: Where the alert is shown; "" for nowhere.
    """
    header = (VENDOR, PRODUCT, __version__, alert.detector, alert.title, SEVERITIES[alert.severity])
    written = "|".join(_header(str(each)) for each in header)
    extension = " ".join(f"{name}={value}" for name, value in _extension(alert, key, link))
    return f"CEF:0|{written}|{extension}"


def _extension(alert: Alert, key: str, link: str) -> Iterable[tuple[str, str]]:
    """The keys, the most telling first, so that what is cut off is the least."""
    techniques = ", ".join(alert.techniques)
    known: list[tuple[str, str]] = [
        ("externalId", alert.id),
        ("start", _milliseconds(alert.first_seen)),
        ("end", _milliseconds(alert.last_seen)),
        ("cnt", str(alert.count)),
        ("cat", "phishing" if techniques else alert.detector),
        ("outcome", "success" if alert.reached else ""),
        ("src", _address(alert.clients)),
        ("suser", next(iter(alert.users), "")),
        ("duser", next(iter(alert.recipients), "")),
        *_custom("cs1", "Severity", alert.severity),
        *_custom("cs2", "ATT&CK techniques", techniques),
        *_custom("cs3", "Announcement", key),
        *_custom("cfp1", "Probability", f"{alert.probability:.4f}"),
        *_custom("cs4", "Sender", next(iter(alert.senders), "")),
        *_custom("cs5", "Link", link),
    ]
    entity = _ENTITIES[alert.entity.kind]
    if entity == "cs6":
        known += _custom("cs6", "Message", alert.entity.text)
    else:
        known.append((entity, alert.entity.text))
    if alert.entity.kind == "url":
        known.append(("dhost", alert.entity.host))
    return [(name, _value(value)) for name, value in known if value]


def _custom(name: str, label: str, value: str) -> list[tuple[str, str]]:
    return [(f"{name}Label", label), (name, value)] if value else []


def _header(text: str) -> str:
    return one_line(text, LONGEST_HEADER).replace("\\", "\\\\").replace("|", "\\|")


def _value(text: str) -> str:
    return one_line(text, LONGEST_VALUE).replace("\\", "\\\\").replace("=", "\\=")


def _milliseconds(time: datetime) -> str:
    return str(round(time.timestamp() * 1000))


def _address(clients: tuple[str, ...]) -> str:
    for client in clients:
        try:
            return str(ip_address(client))
        except ValueError:
            continue
    return ""
