"""A file of alerts, one JSON object a line, which is on the disk before the delivery counts.

The file is rotated by its size: ``alerts.ndjson`` becomes ``alerts.ndjson.1``, and so on.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from network_security.alerts.sinks.announcement import Announcement, iso
from network_security.alerts.sinks.sink import DeliveryError, SinkOptions

LEAST_BYTES: Final = 4096
LOOKED_AT: Final = 1024 * 1024
"""Bytes at the end of the file in which an announcement that is delivered again is looked for."""


@dataclass(frozen=True, kw_only=True)
class NdjsonOptions(SinkOptions):
    """A file.

    Attributes:
        path: It; its folder is made.
        largest_bytes: Size from which on a new one is begun.
        keep: How many of the former ones stay.

    Raises:
        SinkError: If a value is none of its kind.
    """

    path: str
    largest_bytes: int = 100_000_000
    keep: int = 10

    def __post_init__(self) -> None:
        """Refuse what could not work."""
        super().__post_init__()
        self.require(bool(self.path), "path is empty: name the file")
        self.require(
            self.largest_bytes >= LEAST_BYTES,
            f"largest_bytes is {self.largest_bytes}: at least {LEAST_BYTES}",
        )
        self.require(self.keep >= 1, f"keep is {self.keep}: at least 1")


class NdjsonFile:
    """Appends alerts to a file; it has no credentials. Several processes may share it."""

    def __init__(
        self,
        options: NdjsonOptions,
        credentials: Mapping[str, str],
        clock: Callable[[], datetime],
    ) -> None:
        self.options = options
        self._path = Path(options.path)

    def deliver(self, announcement: Announcement) -> None:
        """Append a line, unless it is there."""
        record = {"key": announcement.key, "announced": iso(announcement.at)}
        begin = json.dumps(record, separators=(",", ":"))[:-1].encode()
        data = json.dumps(announcement.to_json(), separators=(",", ":")).encode()
        line = b'%s,"alert":%s}\n' % (begin, data)
        try:
            with self._locked():
                self._rotate(len(line))
                with self._path.open("a+b") as file:
                    _append(file, line, begin)
        except OSError as error:
            raise DeliveryError(
                f"{self._path}: cannot be written: {error.strerror or type(error).__name__}"
            ) from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_name(f"{self._path.name}.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _rotate(self, more: int) -> None:
        size = self._path.stat().st_size if self._path.exists() else 0
        if size == 0 or size + more <= self.options.largest_bytes:
            return
        for number in range(self.options.keep, 0, -1):
            older = self._numbered(number - 1)
            if older.exists():
                older.replace(self._numbered(number))

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}") if number else self._path


def _append(file: BinaryIO, line: bytes, begin: bytes) -> None:
    """Write a line whole; one that broke off before is ended, so that it spoils no other."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - LOOKED_AT))
    tail = file.read()
    if begin in tail and _is_whole(tail, begin):
        return
    broken = tail and not tail.endswith(b"\n")
    file.write(b"\n" + line if broken else line)
    file.flush()
    os.fsync(file.fileno())


def _is_whole(tail: bytes, begin: bytes) -> bool:
    return b"\n" in tail[tail.rindex(begin) :]
