"""The way around: the places of the rail, and how many alerts wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol
from weakref import WeakKeyDictionary

from network_security.serving.security.roles import Caller, Role
from network_security.serving.services.services import Services

COUNTED_SECONDS: Final = 3.0
"""How old the counts of a page may be: counting a hundred thousand alerts takes some 50 ms."""

Counts = Mapping[str, Mapping[str, int]]


class Counted(Protocol):
    """What counts its documents: alerts by status and severity, deliveries by state and sink."""

    def counts(self) -> Counts:
        """Count them."""


@dataclass(frozen=True)
class Place:
    """A page to go to.

    Attributes:
        name: of the page.
        href: its link.
        label: what it is called.
        count: how much waits there.
        counted: what that is.
    """

    name: str
    href: str
    label: str
    count: int = 0
    counted: str = ""


def navigation(held: Services, caller: Caller) -> list[tuple[str, list[Place]]]:
    """The places that the caller may go to, in titled groups."""
    waiting = sum(counts(held.alerts)["new"].values())
    system = [Place("models", "/models", "Models"), Place("audit", "/audit", "Audit")]
    if caller.may(Role.ADMIN):
        system.append(Place("users", "/users", "Users and keys"))
    return [
        (
            "",
            [
                Place("overview", "/", "Overview"),
                Place("alerts", "/alerts", "Alerts", waiting, "new"),
                Place("check", "/check", "Check a URL or mail"),
                Place("batch", "/batch", "Batch"),
            ],
        ),
        (
            "Data",
            [
                Place("events", "/events", "Events"),
                Place("sources", "/sources", "Sources"),
                Place("labels", "/labels", "Labels"),
            ],
        ),
        (
            "Response",
            [
                Place("blocklist", "/blocklist", "Blocklist"),
                Place("suppressions", "/suppressions", "Suppressions"),
                Place("deliveries", "/deliveries", "Deliveries"),
            ],
        ),
        ("System", system),
    ]


_lock: Final = threading.Lock()
_counted: Final[WeakKeyDictionary[Counted, tuple[float, Counts]]] = WeakKeyDictionary()


def counts(store: Counted) -> Counts:
    """What a store counts, as of some seconds ago.

    Raises:
        StoreError: the store cannot be used.
    """
    with _lock:
        at, known = _counted.get(store, (0.0, {}))
    if known and time.monotonic() - at < COUNTED_SECONDS:
        return known
    counted = store.counts()
    with _lock:
        _counted[store] = time.monotonic(), counted
    return counted


def counts_changed(store: Counted) -> None:
    """Count anew for the next page."""
    with _lock:
        _counted.pop(store, None)
