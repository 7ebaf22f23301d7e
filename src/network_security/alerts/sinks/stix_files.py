"""A folder of STIX 2.1 bundles, one file an announcement."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from network_security.alerts.sinks.announcement import Announcement
from network_security.alerts.sinks.sink import DeliveryError, SinkOptions
from network_security.alerts.stix import bundle


@dataclass(frozen=True, kw_only=True)
class StixOptions(SinkOptions):
    """A folder.

    Attributes:
        folder: It; it is made.
        organisation: Who says what the bundles say.

    Raises:
        SinkError: If a value is none of its kind.
    """

    folder: str
    organisation: str = "network-security"

    def __post_init__(self) -> None:
        """Refuse what could not work."""
        super().__post_init__()
        self.require(bool(self.folder), "folder is empty: name one")
        self.require(bool(self.organisation.strip()), "organisation is empty: name it")


class StixFiles:
    """Writes alerts as bundles; it has no credentials."""

    def __init__(
        self,
        options: StixOptions,
        credentials: Mapping[str, str],
        clock: Callable[[], datetime],
    ) -> None:
        self.options = options

    def deliver(self, announcement: Announcement) -> None:
        """Write a bundle; again, the same one."""
        made = bundle([announcement.alert], announcement.at, self.options.organisation)
        path = Path(self.options.folder) / f"{announcement.key}.json"
        unfinished = path.with_suffix(".unfinished")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with unfinished.open("w", encoding="utf-8") as file:
                json.dump(made, file, indent=2)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except OSError as error:
            raise DeliveryError(
                f"{path}: cannot be written: {error.strerror or type(error).__name__}"
            ) from None
