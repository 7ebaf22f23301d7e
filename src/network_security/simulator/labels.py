"""Which lines belong to which attack."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from network_security.simulator.episodes import Episode
from network_security.simulator.event import Event
from network_security.simulator.writers import times


@dataclass
class Label:
    """What was written of one attack.

    Attributes:
        start: Time of its first event; `end` of its last.
        lines: Log -> numbers of its lines, from 1.
        files: Messages that belong to it.
    """

    start: float
    end: float
    n_events: int = 0
    lines: dict[str, list[int]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


class Labels:
    """Collects where the events of attacks stand."""

    def __init__(self) -> None:
        self.of: dict[str, Label] = {}

    def add(self, event: Event, line: int) -> None:
        """Note an event of an attack; `line` is 0 when it is a file of its own."""
        if event.episode is None:
            return
        label = self.of.get(event.episode)
        if label is None:
            label = self.of[event.episode] = Label(event.time, event.time)
        label.end = event.time
        label.n_events += 1
        if line:
            label.lines.setdefault(event.path, []).append(line)
        else:
            label.files.append(event.path)

    def ndjson(self, episodes: Mapping[str, Episode]) -> Iterator[bytes]:
        """Yield one line an attack that left a trace: who took part, and where it is written."""
        for name, label in self.of.items():
            episode = episodes[name]
            record = {
                "episode": name, "kind": episode.kind, "techniques": episode.techniques,
                "start": times.iso(label.start, 6), "end": times.iso(label.end, 6),
                "entities": dict(episode.entities), "events": label.n_events,
                "lines": label.lines, "files": label.files,
            }  # fmt: skip
            yield orjson.dumps(record) + b"\n"
