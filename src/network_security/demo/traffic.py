"""The simulated network at work: everyday life, attacks in turn, and what is said of them."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pymongo.database import Database

from network_security.demo.clock import CatchingUp
from network_security.demo.delivery import Delivery, Receiver
from network_security.demo.status import Attack, DemoStatus, at, write_status
from network_security.simulator import Event, Simulation
from network_security.simulator.live import SHORTEST_PAUSE
from network_security.storage import StoreError

log = logging.getLogger(__name__)

STATUS_SECONDS: Final = 1.0
GATHER_SECONDS: Final = 0.2
"""How long events are gathered at most, when one follows the other without a pause."""


@dataclass(frozen=True)
class Pace:
    """How much happens, and how fast.

    Attributes:
        behind: Seconds in the past at which the simulation begins.
        speed: How many times as fast as true time it runs until it has caught up.
        scale: How much happens, attacks apart: 1 is a small office, 37 events a second in all
            formats together.
        attack_every: Seconds of the simulation between attacks, whose kinds take turns; the first,
            phishing, begins after a fifth of it.
    """

    behind: float = 1800.0
    speed: float = 60.0
    scale: float = 0.25
    attack_every: float = 120.0


class _StoppedError(Exception):
    """The traffic was asked to stop."""


class Traffic(threading.Thread):
    """Sends events when they are due, until it is stopped.

    Attributes:
        problem: Why it ended, when nobody had asked it to.
    """

    def __init__(
        self,
        receiver: Receiver,
        open_database: Callable[[], Database[dict[str, Any]]],
        *,
        seed: int,
        pace: Pace | None = None,
    ) -> None:
        """Prepare it; `start` begins.

        Args:
            receiver: Where events are sent.
            open_database: Connects to the store, where the status is kept.
            seed: Of the simulation.
            pace: How much happens, and how fast.
        """
        super().__init__(name="simulated traffic", daemon=True)
        self.problem: Exception | None = None
        self._receiver = receiver
        self._open_database = open_database
        self._seed = seed
        self._pace = pace or Pace()
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End it, and wait until it has."""
        self._stopped.set()
        if self.is_alive():
            self.join()

    def run(self) -> None:
        """Send, and say what was sent."""
        delivery = Delivery(self._receiver, sleep=self._sleep)
        try:
            self._send(delivery)
        except _StoppedError:
            pass
        except Exception as error:
            # Told by the thread that looks after this one.
            log.debug("the traffic ended", exc_info=True)
            self.problem = error
        finally:
            delivery.close()

    def _send(self, delivery: Delivery) -> None:
        pace = self._pace
        clock = CatchingUp(time.time(), pace.behind, pace.speed)
        simulation = Simulation(
            seed=self._seed,
            start=clock.start,
            scale=pace.scale,
            steady=True,
            episode_every=pace.attack_every,
        )
        narrator = _Narrator(delivery, simulation, clock, self._open_database())
        try:
            for event in simulation.events():
                ahead = clock.due(event.time) - clock.now()
                if ahead > SHORTEST_PAUSE:
                    narrator.flush()
                    self._sleep(ahead)
                narrator.write(event)
        finally:
            narrator.tell()

    def _sleep(self, seconds: float) -> None:
        if self._stopped.wait(seconds):
            raise _StoppedError


class _Narrator:
    """Sends events on, and tells the store once a second, and of each attack, what it sent."""

    def __init__(
        self,
        delivery: Delivery,
        simulation: Simulation,
        clock: CatchingUp,
        database: Database[dict[str, Any]],
    ) -> None:
        self._delivery = delivery
        self._simulation = simulation
        self._clock = clock
        self._database = database
        self._events: Counter[str] = Counter()
        self._began: dict[str, float] = {}
        self._told = self._flushed = 0.0

    def write(self, event: Event) -> None:
        self._delivery.write(event)
        if event.episode is not None:
            if event.episode not in self._began:
                self._began[event.episode] = event.time
                self._told = 0.0
            self._events[event.episode] += 1
        if time.monotonic() - self._flushed > GATHER_SECONDS:
            self.flush()

    def flush(self) -> None:
        self._delivery.flush()
        self._flushed = time.monotonic()
        if self._flushed - self._told >= STATUS_SECONDS:
            self.tell()

    def tell(self) -> None:
        self._told = time.monotonic()
        try:
            write_status(self._database, self._status())
        except StoreError as error:
            # The events matter more than what is said of them, and the next second says it again.
            log.warning("The status was not stored: %s", error)

    def _status(self) -> DemoStatus:
        attacks = []
        for id_, began in sorted(self._began.items(), key=lambda item: -item[1]):
            episode = self._simulation.episodes[id_]
            attacks.append(
                Attack(
                    id=id_,
                    kind=episode.kind,
                    techniques=episode.techniques,
                    began=at(began),
                    events=self._events[id_],
                    entities=dict(episode.entities),
                )
            )
        return DemoStatus(
            started=at(self._clock.began),
            updated=at(self._clock.now()),
            simulated=at(self._clock.time()),
            catching_up=not self._clock.is_right,
            speed=self._clock.speed,
            sent={str(channel): count for channel, count in self._delivery.sent.items()},
            attacks=tuple(attacks),
        )
