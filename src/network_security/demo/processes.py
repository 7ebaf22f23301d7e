"""Child processes that are started together, watched, and taken down together."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

TAIL_LINES: Final = 15
STOP_SECONDS: Final = 20.0


class ProcessError(Exception):
    """A process ended that should not have; holds its last lines."""


@dataclass
class Process:
    """A program with its log.

    It has a session of its own, so that Ctrl-C in the terminal reaches the parent alone, which then
    stops its children in order; and a pipe as its standard input, whose end tells it that the
    parent was killed.

    Attributes:
        name: What people call it.
        command: Program and arguments.
        log: Everything that it writes.
        environment: Its variables.
        folder: Where it runs.
    """

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    folder: Path
    _running: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def pid(self) -> int | None:
        """Its number; None before it was started."""
        return None if self._running is None else self._running.pid

    def start(self) -> None:
        """Start it."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(  # noqa: S603 - a command of our own
                self.command,
                cwd=self.folder,
                env=dict(self.environment),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def check(self) -> None:
        """Make sure that it runs.

        Raises:
            ProcessError: It has ended.
        """
        status = None if self._running is None else self._running.poll()
        if status is not None:
            raise ProcessError(
                f"The {self.name} ended with status {status}. The end of {self.log}:\n{self.tail()}"
            )

    def ask_to_stop(self) -> None:
        """Send it SIGTERM, if it runs."""
        if self._running is not None and self._running.poll() is None:
            self._running.send_signal(signal.SIGTERM)

    def wait(self, seconds: float) -> bool:
        """Wait for its end; returns whether it came by itself. One that does not end is killed."""
        if self._running is None:
            return True
        try:
            self._running.wait(seconds)
            ended = True
        except subprocess.TimeoutExpired:
            # With all that it has started: it leads its session.
            with suppress(ProcessLookupError):
                os.killpg(self._running.pid, signal.SIGKILL)
            self._running.wait()
            ended = False
        if self._running.stdin is not None:
            self._running.stdin.close()
        return ended

    def tail(self) -> str:
        """The last lines of its log."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except FileNotFoundError:
            lines = []
        return "\n".join(f"  {line}" for line in lines[-TAIL_LINES:]) or "  (empty)"


def stop_all(processes: Sequence[Process], *, seconds: float = STOP_SECONDS) -> list[str]:
    """Stop processes, all at once; returns the names of those that had to be killed."""
    for process in processes:
        process.ask_to_stop()
    deadline = time.monotonic() + seconds
    return [
        process.name
        for process in processes
        if not process.wait(max(0.0, deadline - time.monotonic()))
    ]
