"""The embedded MongoDB-compatible server: started for a command, shared, stopped with it.

A process leases the server of a directory and keeps the lease until it ends. The first one to do so
starts the server's process; the others find it. What holds in every case:

- Two commands at once share one server and never start two: starting is serialised by a lock, and
  the server itself holds the directory exclusively.
- The server stops when its last user is gone, also after ``kill -9``: leases are locks, which the
  kernel releases.
- A server that is killed is started again, on the same port, as long as anyone has a lease.
  Operations under way fail with a `StoreError`; the next ones go on. Nothing acknowledged is lost.
- A forked process has no lease until it asks for one.

POSIX only, and on a local file system: the locks are those of ``flock``.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from network_security.storage import embedded_server
from network_security.storage.embedded_server import (
    ADDRESS,
    LOG,
    POLL_SECONDS,
    SERVER_LOCK,
    USERS_LOCK,
    acquire,
    open_lock,
)
from network_security.storage.errors import StoreError

START_LOCK = "start.lock"

_PATIENCE_SECONDS = 30.0
_LOG_TAIL_LINES = 12

logger = logging.getLogger(__name__)


def lease(directory: Path) -> str:
    """Return the URI of the directory's server, which runs as long as this process has the lease.

    Calling again is cheap and gives the same server; threads may call at once.

    Args:
        directory: Where the databases are kept; made, for its owner only, if it is missing.

    Raises:
        StoreError: If the directory cannot be used, or the server does not start within 30 s;
            the message then holds the server's last log lines.
    """
    directory = directory.resolve()
    try:
        with _lock:
            held = _leases.get(directory)
            if held is None:
                held = _leases[directory] = _Lease(directory)
            return held.uri()
    except OSError as error:
        raise StoreError(
            f"The embedded server's directory cannot be used: {error.strerror}",
            str(directory),
            "Make it writable, or name a MongoDB server in MONGODB_URI.",
        ) from error


def release(directory: Path) -> None:
    """Give a lease back before the process ends; does nothing if there is none."""
    with _lock:
        held = _leases.pop(directory.resolve(), None)
    if held is not None:
        held.release()


class _Lease:
    """A share in the directory's server, and a watch over it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._released = False
        self._uri = ""
        self._child: subprocess.Popen[bytes] | None = None
        self._watcher: threading.Thread | None = None
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._users_lock = open_lock(directory / USERS_LOCK)
        self._server_lock = open_lock(directory / SERVER_LOCK)
        # A server that is just stopping keeps this lock until its process has ended.
        if not acquire(self._users_lock, fcntl.LOCK_SH, seconds=_PATIENCE_SECONDS):
            self.close()
            raise self._failure("does not end")

    def uri(self) -> str:
        """Return the server's URI, having started it if it does not run."""
        if self._watcher is None or not self._watcher.is_alive():
            self._ensure_server()
            self._watcher = threading.Thread(
                target=self._watch, name=f"watch {self._directory}", daemon=True
            )
            self._watcher.start()
        return self._uri

    def release(self) -> None:
        """Give up the share; the watcher ends, and closes the rest, when the server does."""
        self._released = True
        os.close(self._users_lock)

    def close(self) -> None:
        """Close the descriptors; a lock they share with another process stays that one's."""
        os.close(self._users_lock)
        os.close(self._server_lock)

    def _watch(self) -> None:
        while True:
            # Had as soon as the server's process has ended. Given back by name, since closing
            # keeps the lock where a forked process has a copy of the descriptor.
            fcntl.flock(self._server_lock, fcntl.LOCK_SH)
            fcntl.flock(self._server_lock, fcntl.LOCK_UN)
            if self._child is not None:
                self._child.wait()
            if self._released:
                os.close(self._server_lock)
                return
            logger.warning("The embedded server of %s was killed: starting it", self._directory)
            try:
                self._ensure_server()
            except (OSError, StoreError):
                logger.exception("The embedded server is down; the next use will try again")
                return

    def _ensure_server(self) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        with self._starting():
            started = None
            while time.monotonic() < deadline:
                if self._server_lives():
                    uri = self._read_uri()
                    if uri is not None:
                        self._uri = uri
                        return
                elif started is None:
                    started = self._child = self._start()
                elif started.poll() is not None:
                    raise self._failure(f"did not start (exit status {started.returncode})")
                time.sleep(POLL_SECONDS)
        raise self._failure("did not start in time")

    @contextmanager
    def _starting(self) -> Iterator[None]:
        descriptor = open_lock(self._directory / START_LOCK)
        try:
            if not acquire(descriptor, fcntl.LOCK_EX, seconds=_PATIENCE_SECONDS):
                raise self._failure("is being started by another command, which does not go on")
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            os.close(descriptor)

    def _server_lives(self) -> bool:
        if acquire(self._server_lock, fcntl.LOCK_SH, seconds=0):
            fcntl.flock(self._server_lock, fcntl.LOCK_UN)
            return False
        return True

    def _start(self) -> subprocess.Popen[bytes]:
        # What a killed server left behind must not be taken for the new one's address.
        address = self._read_address()
        (self._directory / ADDRESS).unlink(missing_ok=True)
        port = 0 if address is None else address["port"]
        log = os.open(self._directory / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            # A session of its own: Ctrl-C in the user's terminal is not for the server.
            return subprocess.Popen(  # noqa: S603
                [sys.executable, "-P", embedded_server.__file__, self._directory, str(port)],
                cwd=self._directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        finally:
            os.close(log)

    def _read_address(self) -> dict[str, Any] | None:
        try:
            address: dict[str, Any] = json.loads((self._directory / ADDRESS).read_text())
        except FileNotFoundError:
            return None
        return address

    def _read_uri(self) -> str | None:
        address = self._read_address()
        if address is None:
            return None
        # No retried writes: the server keeps no record of them, and would apply one twice. Longer
        # time-outs than for a remote server: a busy machine is no reason to give this one up.
        return (
            f"mongodb://127.0.0.1:{address['port']}/?directConnection=true"
            f"&replicaSet={address['name']}&retryWrites=false"
            "&serverSelectionTimeoutMS=10000&connectTimeoutMS=20000"
        )

    def _failure(self, what: str) -> StoreError:
        log = self._directory / LOG
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        tail = "\n".join(lines[-_LOG_TAIL_LINES:]) or "(empty)"
        return StoreError(
            f"The embedded server {what}",
            str(self._directory),
            f"See {log}, which ends:\n{tail}\nOr name a MongoDB server in MONGODB_URI.",
        )


_lock = threading.Lock()
_leases: dict[Path, _Lease] = {}


def _forget_leases() -> None:
    global _lock  # noqa: PLW0603
    _lock = threading.Lock()
    for held in _leases.values():
        held.close()
    _leases.clear()


os.register_at_fork(after_in_child=_forget_leases)
