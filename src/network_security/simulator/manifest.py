"""The manifest of a folder: that it is simulated, how it was made, and what is in it."""

from pathlib import Path

import orjson

from network_security import __version__
from network_security.simulator.files import LogFolder

NOTICE = (
    "Simulated: for demonstrations and load tests. Rates of detection or error measured on it say "
    "nothing about real networks."
)


def write_manifest(logs: LogFolder, *, seed: int, scale: float, **run: object) -> Path:
    """Write `manifest.json` and return its path.

    Args:
        logs: What was written.
        seed: Of the simulation.
        scale: How much happened.
        run: What else it was made with, for whoever wants to make it again.
    """
    manifest = {
        "simulated": True,
        "notice": NOTICE,
        "made_by": "network_security.simulator",
        "version": __version__,
        "seed": seed,
        "scale": round(scale, 6),
        "timezone": "UTC",
        **run,
        "events": sum(logs.events.values()),
        "events_by_format": dict(sorted(logs.events.items())),
        "lines_by_file": dict(sorted(logs.lines.items())),
        "messages": logs.messages,
        "events_by_episode": {name: label.n_events for name, label in logs.labels.of.items()},
    }
    path = logs.folder / "manifest.json"
    path.write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    return path
