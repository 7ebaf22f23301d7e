"""Workers side by side on one machine: each has a folder of its own for what it received.

A worker takes the first folder that no other has, what is in it included. What a worker left that
was killed and not started again is stored by one of the others.
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from network_security.streaming.batches import Batch
from network_security.watching.journal import Journal
from network_security.watching.settings import JournalOptions
from network_security.watching.sources import JournalSource

log = logging.getLogger(__name__)

LOCK: Final = "lock"
MOST_WORKERS: Final = 256
LOOK_SECONDS: Final = 5.0


class WorkerFolder:
    """A worker's folder, which is this process's until it ends or gives it back.

    Attributes:
        path: The folder.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        """Keep it; `take` and `first_free` make one."""
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> WorkerFolder | None:
        """Take a folder, made if it is not there; None when another process has it.

        Raises:
            OSError: It cannot be used.
        """
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return cls(path, descriptor)

    @classmethod
    def first_free(cls, journals: Path) -> WorkerFolder:
        """Take the first folder of a folder of journals that is free.

        Raises:
            OSError: None is.
        """
        for number in range(MOST_WORKERS):
            found = cls.take(journals / f"worker-{number}")
            if found is not None:
                return found
        raise OSError(f"{journals}: all {MOST_WORKERS} workers' folders are taken")

    def release(self) -> None:
        """Give it back."""
        os.close(self._descriptor)


class OrphanSource:
    """Journals of workers that are gone: a source that ends when they are stored."""

    def __init__(
        self,
        own: Path,
        options: JournalOptions,
        read: Callable[[Journal], JournalSource],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Put them together.

        Args:
            own: This worker's folder, beside which the others are.
            options: Of their journals.
            read: Makes the source that reads a journal.
            clock: Seconds.
        """
        self._own = own
        self._options = options
        self._read = read
        self._clock = clock
        self._looked = float("-inf")
        self._taken: dict[Path, tuple[WorkerFolder, Journal, JournalSource]] = {}

    def batches(self) -> Iterator[Batch]:
        """Yield what is in them; looks for further ones now and then."""
        if self._clock() - self._looked >= LOOK_SECONDS:
            self._looked = self._clock()
            self._look()
        for path, (folder, journal, source) in list(self._taken.items()):
            yield from source.batches()
            if not journal.waiting:
                del self._taken[path]
                journal.close()
                folder.release()

    def stored(self, batch: Batch) -> None:
        """Pass it on to the journal that it is of."""
        for _, _, source in list(self._taken.values()):
            source.stored(batch)

    def close(self) -> None:
        """Give back what is left."""
        for folder, journal, _ in self._taken.values():
            journal.close()
            folder.release()
        self._taken.clear()

    def _look(self) -> None:
        for path in sorted(self._own.parent.glob("worker-*")):
            if path == self._own or path in self._taken or not any(path.glob("*/*.journal")):
                continue
            folder = WorkerFolder.take(path)
            if folder is None:
                continue
            journal = Journal(path, self._options)
            log.info("%s: %s bytes that a worker left are stored", path, f"{journal.waiting:,}")
            self._taken[path] = folder, journal, self._read(journal)
