"""The raw events of all sensors, in order of time: what people, machines and attackers do, as seen.

Sessions of all activities and episodes are merged by their start; their actions become moments in
order of time; each moment is rendered by the writers of the sensors that see it. Only what is under
way is held in memory.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from operator import itemgetter

from network_security.sensors import FORMATS
from network_security.simulator.actions import Action
from network_security.simulator.activity import ACTIVITIES, Sessions
from network_security.simulator.episodes import EPISODES, Episode, schedule
from network_security.simulator.event import Event
from network_security.simulator.moments import moments
from network_security.simulator.network import draw_network
from network_security.simulator.ordering import in_order_of_time
from network_security.simulator.randomness import stream
from network_security.simulator.rhythm import Window
from network_security.simulator.visibility import sees
from network_security.simulator.writers import WRITERS, Line, Writer

Labelled = tuple[float, list[Action], str | None]
"""A session and the identifier of the episode that it is."""
Told = tuple[str, Action, str | None]
"""Method of the writers, action, episode."""


class Simulation:
    """A run of the simulated network; its events can be gone through once.

    Args:
        seed: Of everything: the same arguments give the same events.
        start: First possible time, seconds since 1970.
        end: First impossible time; infinite for no end.
        formats: Names of the formats to write; all when None.
        episodes: Kinds of attacks; all when None. Each happens once a day, in office hours.
        scale: How much happens, attacks apart: 1 is a small office.
        steady: Whether nights are as busy as days.
        episode_every: Seconds between attacks, whose kinds then take turns; None for once a day.

    Attributes:
        network: The company.
        episodes: The attacks that have begun so far, by identifier.

    Raises:
        ValueError: If a format or kind is unknown, or the span is empty.
    """

    def __init__(
        self,
        *,
        seed: int,
        start: float,
        end: float = math.inf,
        formats: Sequence[str] | None = None,
        episodes: Sequence[str] | None = None,
        scale: float = 1.0,
        steady: bool = False,
        episode_every: float | None = None,
    ) -> None:
        if end <= start:
            raise ValueError(f"the end {end} is not after the start {start}")
        self.network = draw_network(seed)
        self.episodes: dict[str, Episode] = {}
        self._seed = seed
        self._window = Window(start, end, scale, steady)
        self._every = episode_every
        self._kinds = _chosen(episodes, EPISODES, "episode")
        self._writers: dict[str, list[tuple[str, Writer]]] = {}
        for name in _chosen(formats, WRITERS, "format"):
            writer = WRITERS[name](self.network, stream(seed, "writer", name))
            self._writers.setdefault(FORMATS[name].kind, []).append((name, writer))

    def events(self) -> Iterator[Event]:
        """Yield all raw events in order of time."""
        for time, event in in_order_of_time(self._rendered()):
            if time >= self._window.end:
                return
            yield event

    def _rendered(self) -> Iterator[tuple[float, Iterator[tuple[float, Event]]]]:
        for time, told in in_order_of_time(self._sessions()):
            yield time, self._render(*told)

    def _render(
        self, method: str, action: Action, episode: str | None
    ) -> Iterator[tuple[float, Event]]:
        for kind, writers in self._writers.items():
            if not sees(kind, action):
                continue
            for name, writer in writers:
                lines: Iterable[Line] = getattr(writer, method)(action)
                for time, text, own_path in lines:
                    path = own_path or writer.path
                    yield time, Event(time, name, text, episode, path, writer.header(path))

    def _sessions(self) -> Iterator[tuple[float, Iterable[tuple[float, Told]]]]:
        sources: list[Iterator[Labelled]] = [
            _everyday(
                activity.sessions(stream(self._seed, "activity", name), self.network, self._window)
            )
            for name, activity in ACTIVITIES.items()
            if any(kind in self._writers for kind in activity.seen_by)
        ]
        if self._kinds:
            sources.append(self._attacks())
        for start, actions, episode in merge(*sources, key=itemgetter(0)):
            yield (
                start,
                [
                    (time, (method, action, episode))
                    for action in actions
                    for time, method in moments(action)
                ],
            )

    def _attacks(self) -> Iterator[Labelled]:
        if self._every:
            planned = schedule.in_turn(self._window, self._kinds, self._every)
        else:
            planned = schedule.once_a_day(self._seed, self._window, self._kinds)
        for number, (start, kind) in enumerate(planned, 1):
            name = f"{number:03}-{kind}"
            episode = EPISODES[kind](stream(self._seed, "episode", name), self.network, start)
            self.episodes[name] = episode
            yield episode.start, list(episode.actions), name


def events(
    *,
    seed: int,
    start: float,
    end: float = math.inf,
    formats: Sequence[str] | None = None,
    episodes: Sequence[str] | None = None,
    scale: float = 1.0,
) -> Iterator[Event]:
    """Yield the raw events of a simulation in order of time; arguments as of `Simulation`."""
    return Simulation(
        seed=seed, start=start, end=end, formats=formats, episodes=episodes, scale=scale
    ).events()


def _chosen(names: Sequence[str] | None, known: Iterable[str], what: str) -> list[str]:
    """Return the named members of a registry in its order.

    Raises:
        ValueError: If there is no such member.
    """
    known = list(known)
    if names is None:
        return known
    for name in names:
        if name not in known:
            raise ValueError(f"no {what} {name!r}: one of {', '.join(known)}")
    return [name for name in known if name in names]


def _everyday(sessions: Sessions) -> Iterator[Labelled]:
    for time, actions in sessions:
        yield time, actions, None
