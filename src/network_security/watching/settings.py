"""What a watcher is told: where to listen, what to follow, and how much of it to hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, NamedTuple, Self, get_args

from network_security.sensors import FORMATS
from network_security.streaming.inputs import Source

Role = Literal["all", "receive", "judge"]
Sync = Literal["always", "interval", "never"]
AfterDrop = Literal["move", "delete"]

HIGHEST_PORT: Final = 65_535
_ADDRESS = re.compile(r"(?:\[([0-9A-Fa-f:.%\w]+)\]|([^:\[\]\s]+)):(\d{1,5})")


class SettingsError(ValueError):
    """A setting that cannot be meant; says which, and what to write instead."""


class Address(NamedTuple):
    """Where to listen."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``host:port``, an IPv6 address in brackets.

        Raises:
            SettingsError: It is not one.

        >>> Address.parse("127.0.0.1:5514"), Address.parse("[::1]:6514").host
        (Address(host='127.0.0.1', port=5514), '::1')
        """
        found = _ADDRESS.fullmatch(text.strip())
        if found is None or int(found[3]) > HIGHEST_PORT:
            raise SettingsError(
                f"{text!r} is no address: write host:port, such as 127.0.0.1:5514 or [::1]:5514"
            )
        return cls(found[1] or found[2], int(found[3]))

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(frozen=True)
class TlsFiles:
    """What a TLS listener shows, and whom it lets in (RFC 5425, sections 4 and 5).

    Attributes:
        certificate: PEM file with the certificate chain.
        key: PEM file with its key.
        client_ca: PEM file with the authorities whose certificates clients must show; None when
            clients need none.
    """

    certificate: str
    key: str
    client_ca: str | None = None


@dataclass(frozen=True)
class Listening:
    """Where to listen; nothing by default.

    Attributes:
        syslog_udp, syslog_tcp, syslog_tls, http: Addresses.
        tls: Of ``syslog_tls``.
        formats: What a sender speaks, by its address: a name of `FORMATS`; of others it is told
            from what they send.
        connections: Most at a time, over all listeners.
        line_bytes: Longest record; of a longer one so much is kept, as a dead letter.
        idle_seconds: After which a silent connection is closed.
        body_bytes: Longest body of a post as it is sent, and of all bodies under way at once eight
            times as much.
        unpacked_bytes: Longest body of a post unpacked.
        api_keys: Whether a post must show an API key of the service; ``Authorization: Bearer``.
    """

    syslog_udp: tuple[Address, ...] = ()
    syslog_tcp: tuple[Address, ...] = ()
    syslog_tls: tuple[Address, ...] = ()
    http: tuple[Address, ...] = ()
    tls: TlsFiles | None = None
    formats: Mapping[str, str] = field(default_factory=dict)
    connections: int = 1000
    line_bytes: int = 1_000_000
    idle_seconds: float = 900.0
    body_bytes: int = 8_000_000
    unpacked_bytes: int = 64_000_000
    api_keys: bool = False

    def __post_init__(self) -> None:
        """Refuse what could not work.

        Raises:
            SettingsError: A value makes no sense; it says which.
        """
        for name in ("connections", "line_bytes", "idle_seconds", "body_bytes", "unpacked_bytes"):
            _above_zero(self, name)
        if self.syslog_tls and self.tls is None:
            raise SettingsError(
                "syslog over TLS needs a certificate and its key: name the files in tls"
            )
        for sender, format in self.formats.items():
            if format not in FORMATS:
                known = ", ".join(FORMATS)
                raise SettingsError(f"sender {sender}: no format {format!r}: one of {known}")

    def __bool__(self) -> bool:
        return bool(self.syslog_udp or self.syslog_tcp or self.syslog_tls or self.http)


@dataclass(frozen=True)
class JournalOptions:
    """Where what is received is kept until it is stored.

    Attributes:
        folder: Of all workers' journals on this machine.
        most_bytes: Most that waits to be stored. At the bound TCP and HTTP are read no further, and
            datagrams are dropped and counted.
        segment_bytes: Size of a file, which is deleted once all of it is stored.
        sync: When files are written through to the disk: ``always`` before anything else is
            received, ``interval`` every so many seconds, ``never`` when the system likes. What
            was received survives the end of the process in any case; this is about the machine's.
        sync_seconds: For ``interval``.
    """

    folder: Path
    most_bytes: int = 1_000_000_000
    segment_bytes: int = 16_000_000
    sync: Sync = "interval"
    sync_seconds: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what could not work.

        Raises:
            SettingsError: A value makes no sense; it says which.
        """
        for name in ("most_bytes", "segment_bytes", "sync_seconds"):
            _above_zero(self, name)
        if self.sync not in get_args(Sync):
            raise SettingsError(f"sync is {self.sync!r}: one of {', '.join(get_args(Sync))}")


@dataclass(frozen=True)
class Following:
    """What is read beside the journal.

    Attributes:
        tail: Files, folders and patterns, which are followed.
        drop: Folders into which messages are put, each as a file.
        after_drop: What becomes of a stored message's file: ``move`` into the folder's ``.done``,
            or ``delete``.
        look_seconds: How often they are looked at.
        settle_seconds: How long a message's file must not have changed.
    """

    tail: tuple[Source, ...] = ()
    drop: tuple[Path, ...] = ()
    after_drop: AfterDrop = "move"
    look_seconds: float = 0.5
    settle_seconds: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what could not work.

        Raises:
            SettingsError: A value makes no sense; it says which.
        """
        _above_zero(self, "look_seconds")
        if self.after_drop not in get_args(AfterDrop):
            raise SettingsError(f"after_drop is {self.after_drop!r}: move or delete")

    def __bool__(self) -> bool:
        return bool(self.tail or self.drop)


@dataclass(frozen=True)
class Pace:
    """How work is cut, and how long things may take.

    Attributes:
        batch_seconds: How long what is received is gathered before it is stored.
        batch_records: Most records of a stream that are stored at once.
        keep_seconds: How long evidence that does not alert may wait to be written; what arrived is
            judged again if the judge ends within it.
        lease_seconds: After which another process does what one that went silent did.
        history_hours: How far back a judge that starts reads the events that it did not see.
        history_events: Most of them.
        drain_seconds: How long stopping may take.
        status_seconds: How often a watcher says how it is.
        model_seconds: How often a newly promoted model is looked for.
    """

    batch_seconds: float = 0.1
    batch_records: int = 1000
    keep_seconds: float = 2.0
    lease_seconds: float = 10.0
    history_hours: float = 24.0
    history_events: int = 200_000
    drain_seconds: float = 20.0
    status_seconds: float = 2.0
    model_seconds: float = 10.0

    def __post_init__(self) -> None:
        """Refuse what could not work.

        Raises:
            SettingsError: A value makes no sense; it says which.
        """
        for name in vars(self):
            _above_zero(self, name)


@dataclass(frozen=True)
class WatchSettings:
    """All that a watcher is told.

    Attributes:
        journal: Where what is received is kept.
        role: ``receive`` listens, follows and stores; ``judge`` makes alerts of what is stored;
            ``all`` does both.
        listening: Where to listen.
        following: What to read.
        pace: How work is cut.
    """

    journal: JournalOptions
    role: Role = "all"
    listening: Listening = field(default_factory=Listening)
    following: Following = field(default_factory=Following)
    pace: Pace = field(default_factory=Pace)

    @property
    def receives(self) -> bool:
        """Whether there is anything to receive."""
        return bool(self.listening or self.following)

    def __post_init__(self) -> None:
        """Refuse a watcher that would have nothing to do.

        Raises:
            SettingsError: The role is none, or nothing is to be received.
        """
        if self.role not in get_args(Role):
            raise SettingsError(f"role is {self.role!r}: one of {', '.join(get_args(Role))}")
        if self.role == "receive" and not self.receives:
            raise SettingsError(
                "there is nothing to receive: name an address to listen on (--syslog-udp, "
                "--syslog-tcp, --syslog-tls, --http), a file (--tail) or a folder (--drop)"
            )


def _above_zero(settings: object, name: str) -> None:
    value = getattr(settings, name)
    if not value > 0:
        raise SettingsError(f"{name} is {value}: it must be above 0")
