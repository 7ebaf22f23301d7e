"""How far reading is: a live bar on a terminal, now and then a line in a log."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

log = logging.getLogger(__name__)

LOGGED_SECONDS = 10.0


class Progress(Protocol):
    """Is told of every batch."""

    def advance(self, source: str, size: int, records: int) -> None:
        """Note that so many bytes on disk and records of a source were read."""


@contextmanager
def progress(total: int) -> Iterator[Progress]:
    """Show how far reading is, on standard error.

    Args:
        total: Bytes on disk to read; 0 when that is not known.
    """
    if sys.stderr.isatty():
        with _bar(total) as bar:
            yield bar
    else:
        yield _Log(total)


@contextmanager
def _bar(total: int) -> Iterator[Progress]:
    from rich import progress as rich  # noqa: PLC0415 - for a terminal only
    from rich.console import Console  # noqa: PLC0415

    columns = (
        rich.TextColumn("{task.description}", markup=False),
        rich.BarColumn(bar_width=12),
        rich.DownloadColumn(binary_units=True),
        rich.TextColumn("{task.fields[records]:,} records {task.fields[rate]:,.0f}/s"),
        rich.TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with rich.Progress(*columns, console=console, transient=True) as display:
        yield _Bar(display, display.add_task("", total=total or None, records=0, rate=0.0))


class _Bar:
    def __init__(self, display: object, task: object) -> None:
        self._display, self._task = display, task
        self._records, self._started = 0, time.perf_counter()

    def advance(self, source: str, size: int, records: int) -> None:
        self._records += records
        rate = self._records / max(time.perf_counter() - self._started, 1e-9)
        self._display.update(  # type: ignore[attr-defined]
            self._task,
            advance=size,
            description=_short(source),
            records=self._records,
            rate=rate,
        )


class _Log:
    def __init__(self, total: int) -> None:
        self._total, self._read, self._records = total, 0, 0
        self._logged = self._started = time.perf_counter()

    def advance(self, source: str, size: int, records: int) -> None:
        self._read += size
        self._records += records
        now = time.perf_counter()
        if now - self._logged >= LOGGED_SECONDS:
            self._logged = now
            share = f"{self._read / self._total:.0%}, " if self._total else ""
            rate = self._records / (now - self._started)
            log.info("%s: %s%s records, %.0f/s", source, share, f"{self._records:,}", rate)


def _short(source: str, most: int = 20) -> str:
    return source if len(source) <= most else "…" + source[-most + 1 :]
