"""A day of a small network in the formats of all sensors, with attacks that are labelled.

For demonstrations and load tests. What it writes is made up, by people who also wrote the detectors
that may read it: a rate of detection or of errors measured on it says nothing about real networks,
and must not be stated as if it did.

- `network`: the company, its hosts, users and correspondents, drawn from a seed.
- `activity`: what happens on any day; `episodes`: attacks; both consist of `actions`, which know
  nothing of formats, and are put together from parts of `traffic` and `messages`.
- `writers`: the formats. `visibility` says which sensor sees what.
- `simulation`: all of it in order of time; `day` writes it to files with labels, `live` as if now.

    python -m network_security.simulator OUT --seed 7 --day 2026-03-02 --events 100000
"""

from network_security.simulator.day import write_day
from network_security.simulator.event import Event
from network_security.simulator.simulation import Simulation, events

__all__ = ["Event", "Simulation", "events", "write_day"]
