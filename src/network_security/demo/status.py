"""What the simulator says of itself: for the page, and to compare alerts with the truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self

from pymongo.database import Database

from network_security.storage.collections import DEMO
from network_security.storage.errors import store_errors

ID: Final = "traffic"
MOST_ATTACKS: Final = 50

TITLES: Final = {
    "phishing": "Phishing mail that imitates a bank; one user types a password",
    "ssh_brute_force": "Passwords guessed on the bastion by SSH",
    "external_port_scan": "Port scan from the internet",
    "internal_port_scan": "Port scan from a workstation",
    "beaconing": "Malware that reports home at regular intervals",
    "malware_download": "Malware downloaded after a click in a mail",
    "password_spraying": "One password tried on many accounts",
}
"""What an attack is, by its kind."""


@dataclass(frozen=True)
class Attack:
    """An attack that the simulator made: the truth about the events that belong to it.

    Attributes:
        id: Its number and kind.
        kind: Name in `network_security.simulator.episodes.EPISODES`.
        techniques: Of MITRE ATT&CK, by number.
        began: Time of its first event.
        events: How many were sent of it so far.
        entities: Who and what takes part, by sort: ``urls``, ``domains``, ``message_ids``,
            ``addresses``, ``users``, ``hosts``, ``hashes``.
    """

    id: str
    kind: str
    techniques: tuple[str, ...]
    began: datetime
    events: int
    entities: Mapping[str, tuple[str, ...]]

    @property
    def title(self) -> str:
        """What it is, in words."""
        return TITLES.get(self.kind, self.kind.replace("_", " "))

    @property
    def marks(self) -> frozenset[str]:
        """What is of this attack alone: its URLs, domains and messages, in lower case."""
        own = (self.entities.get(sort, ()) for sort in ("urls", "domains", "message_ids"))
        return frozenset(text.lower().strip("<>") for texts in own for text in texts)


@dataclass(frozen=True)
class DemoStatus:
    """Where the simulation stands.

    Attributes:
        started: When it began, in true time.
        updated: When this was said.
        simulated: The time in the simulated network.
        catching_up: Whether that time still runs faster than the true one.
        speed: How many times as fast.
        sent: Events sent, by the way they took.
        attacks: The newest first.
    """

    started: datetime
    updated: datetime
    simulated: datetime
    catching_up: bool
    speed: float
    sent: Mapping[str, int]
    attacks: tuple[Attack, ...]

    @property
    def events(self) -> int:
        """Events sent, in all."""
        return sum(self.sent.values())

    @property
    def sentence(self) -> str:
        """What is going on, in a line."""
        if self.catching_up:
            pace = f"{self.speed:.0f} times as fast until it has caught up with the present"
            now = f"It is {self.simulated:%H:%M} UTC in a simulated company, time runs {pace}"
        else:
            now = "A simulated company is at work, as if live"
        attacks = len(self.attacks)
        plural = "" if attacks == 1 else "s"
        return f"{now}: {self.events:,} log records sent, {attacks} attack{plural} so far."

    def attack_of(self, texts: Iterable[str]) -> Attack | None:
        """The attack that one of some URLs, hosts or message ids belongs to, None for none.

        Args:
            texts: As an alert has them; a URL also counts by its host.
        """
        wanted = {text.lower().strip("<>") for text in texts}
        wanted |= {_host(text) for text in wanted if "://" in text}
        return next((each for each in self.attacks if not wanted.isdisjoint(each.marks)), None)

    def to_document(self) -> dict[str, Any]:
        """As the store keeps it."""
        return {
            "_id": ID,
            "started": self.started,
            "updated": self.updated,
            "simulated": self.simulated,
            "catching_up": self.catching_up,
            "speed": self.speed,
            "sent": dict(self.sent),
            "attacks": [
                {
                    "id": each.id,
                    "kind": each.kind,
                    "techniques": list(each.techniques),
                    "began": each.began,
                    "events": each.events,
                    "entities": {sort: list(texts) for sort, texts in each.entities.items()},
                }
                for each in self.attacks[:MOST_ATTACKS]
            ],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Read what `to_document` made."""
        attacks = tuple(
            Attack(
                id=each["id"],
                kind=each["kind"],
                techniques=tuple(each["techniques"]),
                began=each["began"],
                events=each["events"],
                entities={sort: tuple(texts) for sort, texts in each["entities"].items()},
            )
            for each in document["attacks"]
        )
        names = ("started", "updated", "simulated", "catching_up", "speed", "sent")
        return cls(**{name: document[name] for name in names}, attacks=attacks)


def read_status(database: Database[dict[str, Any]]) -> DemoStatus | None:
    """What the simulator said last; None where no demonstration runs in this store.

    Raises:
        StoreError: The store cannot be used.
    """
    with store_errors(f"database {database.name}"):
        document = database[DEMO].find_one({"_id": ID})
    return None if document is None else DemoStatus.from_document(document)


def write_status(database: Database[dict[str, Any]], status: DemoStatus) -> None:
    """Store what is said.

    Raises:
        StoreError: The store cannot be used.
    """
    with store_errors(f"database {database.name}"):
        database[DEMO].replace_one({"_id": ID}, status.to_document(), upsert=True)


def at(seconds: float) -> datetime:
    """A time since 1970, as the store keeps it: to the millisecond, in UTC."""
    return datetime.fromtimestamp(round(seconds, 3), UTC)


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].partition("?")[0].rpartition("@")[2]
