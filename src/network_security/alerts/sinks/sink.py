"""What every sink has: a name, which alerts it wants, and one way to deliver."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Protocol

from network_security.alerts.alert import Alert
from network_security.alerts.severity import SEVERITIES, Severity, rank
from network_security.alerts.sinks.announcement import Announcement

MOST_ATTEMPTS: Final = 100
LONGEST_TIMEOUT: Final = 300.0
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class SinkError(ValueError):
    """A sink's options or credentials cannot work; says which sink, what, and what to write."""


class DeliveryError(Exception):
    """An announcement was not delivered; its text holds no secret.

    Attributes:
        retry_after: Seconds that the receiver asks to wait; None if it does not.
        permanent: Whether the same announcement would be refused again.
    """

    def __init__(
        self, problem: str, *, retry_after: float | None = None, permanent: bool = False
    ) -> None:
        super().__init__(problem)
        self.retry_after = retry_after
        self.permanent = permanent


@dataclass(frozen=True, kw_only=True)
class SinkOptions:
    """What all kinds of sinks have in common.

    Attributes:
        name: What the sink is called; its credentials have the same name.
        least_severity: Alerts below are not sent.
        detectors: Alerts of these only; none for all.
        reached_only: Whether only alerts are sent where somebody got through.
        attempts: How often a delivery is tried before it counts as failed.
        timeout_seconds: How long one attempt may take.
        link: The beginning of the address at which the alert is shown, to which its id is added,
            such as ``https://soc.example.org/alerts/``; "" for none.

    Raises:
        SinkError: If a value is none of its kind.
    """

    name: str
    least_severity: Severity = "medium"
    detectors: tuple[str, ...] = ()
    reached_only: bool = False
    attempts: int = 12
    timeout_seconds: float = 10.0
    link: str = ""

    def __post_init__(self) -> None:
        """Refuse what could not work."""
        if not _NAME.fullmatch(self.name):
            raise SinkError(
                f"sink {self.name!r}: a name is of lower case letters, digits, - and _, at most 64"
            )
        self.require(
            self.least_severity in SEVERITIES,
            f"least_severity is {self.least_severity!r}: one of {', '.join(SEVERITIES)}",
        )
        self.require(
            1 <= self.attempts <= MOST_ATTEMPTS,
            f"attempts is {self.attempts}: 1 to {MOST_ATTEMPTS}",
        )
        self.require(
            0 < self.timeout_seconds <= LONGEST_TIMEOUT,
            f"timeout_seconds is {self.timeout_seconds}: above 0, at most {LONGEST_TIMEOUT:g}",
        )
        self.require(
            not self.link or self.link.startswith(("https://", "http://")),
            f"link is {self.link!r}: an address such as https://soc.example.org/alerts/",
        )
        object.__setattr__(self, "detectors", tuple(self.detectors))

    def require(self, condition: bool, otherwise: str) -> None:
        """Raise an error that names the sink, unless a condition holds.

        Raises:
            SinkError: If it does not.
        """
        if not condition:
            raise SinkError(f"sink {self.name!r}: {otherwise}")

    def wants(self, alert: Alert) -> bool:
        """Whether the sink gets an alert."""
        return (
            rank(alert.severity) >= rank(self.least_severity)
            and (not self.detectors or alert.detector in self.detectors)
            and (alert.reached or not self.reached_only)
        )

    def link_to(self, alert: Alert) -> str:
        """Return where an alert is shown; "" for nowhere."""
        return f"{self.link}{alert.id}" if self.link else ""


class Sink(Protocol):
    """Somewhere that alerts are sent."""

    @property
    def options(self) -> SinkOptions:
        """How it was set up, without secrets."""

    def deliver(self, announcement: Announcement) -> None:
        """Deliver an announcement; returns once the receiver has it.

        Raises:
            DeliveryError: If it was not delivered, or that is not known.
        """
