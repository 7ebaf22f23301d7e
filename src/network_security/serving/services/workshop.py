"""Works on jobs, each in a process of its own, so that no request ever waits for one.

There are two lanes, tables and trainings, with one job at a time in each. A lane is a lock on a
file, which the process that works on the job inherits: however many processes serve, and however
one ends, there is never a second. Whoever gets a lane knows that nobody works in it, and marks what
was left as interrupted.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import re
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any, Final

from network_security.serving.services.jobs import Document, Job, Jobs, Kind
from network_security.serving.settings import ServingSettings
from network_security.storage import StoreError

log = logging.getLogger(__name__)

POLL_SECONDS: Final = 0.5
PATIENCE_SECONDS: Final = 10.0
"""How long a process that is asked to end may take."""
TRAINING_NICENESS: Final = 10
TIDY_SECONDS: Final = 3600.0
LONGEST_LINE: Final = 65_536
LONGEST_MESSAGE: Final = 2000

_STEP: Final = re.compile(r"\[(\d+)/(\d+)\] (\S+)")
_STYLE: Final = re.compile(r"\x1b\[[0-9;]*m")


class Workshop:
    """Works on the jobs of a service."""

    def __init__(
        self, jobs: Jobs, settings: ServingSettings, *, tidy: Callable[[], None] = lambda: None
    ) -> None:
        """Work on these jobs, once started.

        Args:
            jobs: the jobs.
            settings: how.
            tidy: what else is to be done from time to time, by one process.
        """
        self._jobs = jobs
        self._tidy = tidy
        self._settings = settings
        self._stopped = threading.Event()
        self._lanes = [
            threading.Thread(target=self._lane, args=(kind,), name=f"{kind} jobs", daemon=True)
            for kind in ("batch", "training")
        ]

    def start(self) -> None:
        """Begin."""
        # What people upload is nobody else's.
        self._settings.jobs.mkdir(parents=True, exist_ok=True, mode=0o700)
        for lane in self._lanes:
            lane.start()

    def stop(self) -> None:
        """End, and with it the jobs that run; they can be resumed."""
        self._stopped.set()
        for lane in self._lanes:
            if lane.is_alive():
                lane.join(timeout=2 * PATIENCE_SECONDS)

    def _lane(self, kind: Kind) -> None:
        with (self._settings.jobs / f"{kind}.lock").open("wb") as lock:
            while not self._locked(lock):
                if self._stopped.wait(POLL_SECONDS):
                    return
            tidied = -TIDY_SECONDS
            swept, waiting = False, False
            while not self._stopped.is_set():
                try:
                    if not swept:
                        self._jobs.interrupt(kind)
                        swept = True
                    if kind == "batch" and time.monotonic() - tidied > TIDY_SECONDS:
                        tidied = time.monotonic()
                        self._jobs.purge()
                        self._tidy()
                    claimed = self._jobs.claim(kind)
                    waiting = False
                    if claimed is not None:
                        self._try(*claimed, lock=lock)
                        continue
                except StoreError as error:
                    if not waiting:
                        log.warning("Jobs wait until the store answers: %s", error)
                    swept, waiting = False, True
                self._stopped.wait(POLL_SECONDS)

    @staticmethod
    def _locked(lock: IO[bytes]) -> bool:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _try(self, job: Job, how: Document, *, lock: IO[bytes]) -> None:
        try:
            self._work(job, how, lock=lock)
        except OSError as error:
            log.exception("Job %s cannot be worked on", job.id)
            why = f"It cannot be worked on: {error.strerror}"
            self._jobs.update(job.id, status="failed", message=why)

    def _work(self, job: Job, how: Document, *, lock: IO[bytes]) -> None:
        folder = self._jobs.folder(job.id)
        batch = job.kind == "batch"
        if batch:
            order = {
                "name": job.name,
                "rows": how["rows"],
                "delimiter": how["delimiter"],
                "result": job.result,
                "models": str(self._settings.models),
                "scoring": vars(self._settings.scoring),
                "most_rows": self._settings.limits.job_rows,
            }
            (folder / "order.json").write_text(json.dumps(order), encoding="utf-8")
            arguments = ["-m", "network_security.serving.services.batch_work", str(folder)]
        else:
            arguments = ["-m", "kedro", "run", "--pipelines=training"]
            if self._settings.environment is not None:
                arguments.append(f"--env={self._settings.environment}")
        with (folder / "log.txt").open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - nothing of it is a caller's
                [sys.executable, *arguments],
                cwd=self._settings.project,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(lock.fileno(),),
            )
            # Whoever is waiting for a page goes first; a batch sees to that by itself.
            if not batch:
                with suppress(ProcessLookupError):
                    os.setpriority(os.PRIO_PROCESS, process.pid, TRAINING_NICENESS)
            try:
                self._follow(job, process, output, _batch_line if batch else _training_line)
            finally:
                _end(process)

    def _follow(
        self,
        job: Job,
        process: subprocess.Popen[bytes],
        output: IO[bytes],
        read: Callable[[str], dict[str, Any] | None],
    ) -> None:
        said: dict[str, Any] = {}
        last = ""
        told = time.monotonic()
        lines = _Lines(process)
        while (found := lines.wait(POLL_SECONDS)) is not None:
            for line in found:
                output.write(line.encode() + b"\n")
                last = line.strip() or last
                said |= read(line) or {}
            output.flush()
            if self._stopped.is_set():
                self._jobs.update(job.id, status="interrupted", message="The service ended.")
                return
            if time.monotonic() - told >= POLL_SECONDS:
                told = time.monotonic()
                if self._jobs.is_cancelled(job.id):
                    _end(process)
                    self._jobs.update(job.id, status="cancelled")
                    return
                progress = {
                    name: said[name] for name in ("done", "total", "message") if name in said
                }
                if progress:
                    self._jobs.update(job.id, **progress)
        status = process.wait()
        if status == 0 and "error" not in said:
            self._jobs.update(job.id, status="done", **said | {"message": ""})
            return
        why = str(said.pop("error", f"It ended with status {status}: {last}"))
        self._jobs.update(job.id, status="failed", **said | {"message": why[:LONGEST_MESSAGE]})


class _Lines:
    """The lines that a process writes, as they come."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is None:
            raise ValueError("the process writes nowhere")
        self._stream = process.stdout
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._stream, selectors.EVENT_READ)
        self._rest = b""

    def wait(self, seconds: float) -> list[str] | None:
        """What came within so many seconds; None once there is no more to come."""
        if not self._selector.select(seconds):
            return []
        piece = os.read(self._stream.fileno(), LONGEST_LINE)
        if not piece and not self._rest:
            self._selector.close()
            self._stream.close()
            return None
        *lines, rest = (self._rest + piece).split(b"\n")
        if not piece or len(rest) > LONGEST_LINE:
            lines, rest = [*lines, rest], b""
        self._rest = rest
        return [line.decode("utf-8", "replace") for line in lines]


def _batch_line(line: str) -> dict[str, Any] | None:
    """What `batch_work` says: a JSON document a line."""
    if not line.startswith("{"):
        return None
    try:
        said: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    return said


def _training_line(line: str) -> dict[str, Any] | None:
    """What the log says of a node that ended: its place among all, and its name."""
    found = _STEP.search(_STYLE.sub("", line))
    if found is None:
        return None
    return {"done": int(found[1]), "total": int(found[2]), "message": found[3]}


def _end(process: subprocess.Popen[bytes]) -> None:
    """Have a process and those that it started end."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_SECONDS)
