"""The folder that events are written to: one log a format or Zeek log, one file a message."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from network_security.simulator.episodes import Episode
from network_security.simulator.event import Event
from network_security.simulator.labels import Labels

LABELS = "labels.ndjson"
LOGS = "logs"
"""Folder of the logs, beside which labels and manifest stand: it can be ingested as it is."""


class LogFolder:
    """Writes events to their files, each after what its file begins with, and notes attacks.

    Args:
        folder: Is made; must be empty, so that nothing is mixed with another run.

    Attributes:
        events: Events of each format so far.
        lines: Lines of each log so far, those it begins with among them.
        messages: Files of one message each so far.
        labels: Where the events of attacks stand.

    Raises:
        FileExistsError: If the folder holds anything.
    """

    def __init__(self, folder: Path) -> None:
        if folder.exists() and any(folder.iterdir()):
            raise FileExistsError(f"{folder} is not empty: name a new folder, or empty it first")
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.events: Counter[str] = Counter()
        self.lines: Counter[str] = Counter()
        self.messages = 0
        self.labels = Labels()
        self._files: dict[str, TextIO] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in self._files.values():
            file.close()

    def write(self, event: Event) -> None:
        """Write an event."""
        event = event._replace(path=f"{LOGS}/{event.path}")
        line = 0 if event.is_file else self._append(event)
        if event.is_file:
            self._prepared(event.path).write_text(event.raw, encoding="utf-8", newline="\n")
            self.messages += 1
        self.events[event.format] += 1
        self.labels.add(event, line)

    def flush(self) -> None:
        """Hand over to the system what has been written."""
        for file in self._files.values():
            file.flush()

    def write_labels(self, episodes: Mapping[str, Episode]) -> None:
        """Write `labels.ndjson`.

        Args:
            episodes: The attacks by identifier.
        """
        (self.folder / LABELS).write_bytes(b"".join(self.labels.ndjson(episodes)))

    def _append(self, event: Event) -> int:
        """Write an event's line and return its number."""
        file = self._files.get(event.path)
        if file is None:
            file = self._prepared(event.path).open("w", encoding="utf-8", newline="\n")
            self._files[event.path] = file
            if event.header:
                file.write(event.header + "\n")
                self.lines[event.path] = event.header.count("\n") + 1
        file.write(event.raw + "\n")
        self.lines[event.path] += 1
        return self.lines[event.path]

    def _prepared(self, relative: str) -> Path:
        path = self.folder / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        return path
