"""How the service runs; every value has a default that is safe on one's own machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from network_security.judging import SiteLookups
from network_security.response.store import BlocklistStore
from network_security.scoring.job import ScoringOptions
from network_security.storage.location import StoreLocation

KIBIBYTE: Final = 1024
HIGHEST_PORT: Final = 65_535
JOB_SCORING: Final = ScoringOptions(
    portion_rows=5000, unknown=("NA", "N/A", "NaN", "nan", "null", "NULL", "None")
)
"""Small portions, so that a job's progress is seen and little is lost by an interruption."""


class SettingsError(ValueError):
    """A setting that cannot be meant; says which, and what to write instead."""


@dataclass(frozen=True)
class Limits:
    """What one caller may ask for.

    Attributes:
        body_bytes: longest body of a request.
        upload_bytes: longest body of one that uploads a file.
        requests_per_second: of one API key or address, in the long run.
        burst: requests at once.
        unpacked_bytes: most that a compressed upload may hold.
        job_rows: most rows of a table that a job judges.
        open_jobs: most jobs of one caller that wait or run.
        job_days: how long a job and its result are kept.
    """

    body_bytes: int = 1024 * KIBIBYTE
    upload_bytes: int = 32 * 1024 * KIBIBYTE
    requests_per_second: float = 500.0
    burst: int = 1000
    unpacked_bytes: int = 1024 * 1024 * KIBIBYTE
    job_rows: int = 5_000_000
    open_jobs: int = 10
    job_days: float = 14.0

    def __post_init__(self) -> None:
        """Refuse limits under which nothing could be asked.

        Raises:
            SettingsError: one is not above 0.
        """
        for name, value in vars(self).items():
            if value <= 0:
                raise SettingsError(f"limits.{name} is {value}: it must be above 0")


@dataclass(frozen=True)
class ServingSettings:
    """All that the service is told.

    Attributes:
        store: where alerts, users and all else are kept.
        models: the folder with trained models; the shipped ones serve where it has none.
        jobs: the folder for uploads and results of batch jobs.
        reports: the folder with the reports of trainings; None for the shipped cards alone.
        host: address to listen on.
        port: port to listen on.
        https: whether the service is reached by HTTPS only, so that cookies say so.
        trusted_hosts: names in a request's Host header that are answered; ``*.example.org`` stands
            for all names below; empty for those of this machine alone.
        trusted_proxies: addresses of reverse proxies whose word on where a request comes from, and
            by which protocol, is believed.
        session_hours: how long a sign-in lasts without use.
        reload_seconds: how often a newly promoted model is looked for.
        store_seconds: how long a request waits for the store to do one thing, before it is
            answered that the store is silent.
        limits: of one caller.
        lookups: finds out about sites, as far as its options say; None for nobody being asked.
        blocklist: keeps what is to be blocked; None for one with its usual options.
        scoring: how the tables of batch jobs are judged.
        project: the project's folder, in which a training runs; None for no trainings.
        environment: configuration environment of a training, as for ``kedro run``.
        demo: whether everybody who reaches the service is signed in as an analyst; on loopback
            only.
    """

    store: StoreLocation
    models: Path
    jobs: Path
    reports: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    https: bool = False
    trusted_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    session_hours: float = 12.0
    reload_seconds: float = 10.0
    store_seconds: float = 4.0
    limits: Limits = field(default_factory=Limits)
    lookups: SiteLookups | None = None
    blocklist: BlocklistStore | None = None
    scoring: ScoringOptions = field(default_factory=lambda: JOB_SCORING)
    project: Path | None = None
    environment: str | None = None
    demo: bool = False

    def __post_init__(self) -> None:
        """Refuse what could not work, and a demonstration for strangers.

        Raises:
            SettingsError: a value makes no sense; it says which.
        """
        if not 0 <= self.port <= HIGHEST_PORT:
            raise SettingsError(f"port is {self.port}: a port is a number from 0 to 65535")
        for name in ("session_hours", "reload_seconds", "store_seconds"):
            if getattr(self, name) <= 0:
                raise SettingsError(f"{name} must be above 0")
        if self.demo and not is_loopback(self.host):
            raise SettingsError(
                f"demo signs everybody in, so it listens on loopback only; host is {self.host}"
            )

    @property
    def answered_hosts(self) -> tuple[str, ...]:
        """Names in a Host header that are answered."""
        own = ("127.0.0.1", "localhost", "[::1]")
        return self.trusted_hosts or tuple(dict.fromkeys((*own, self.host)))


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a host.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
