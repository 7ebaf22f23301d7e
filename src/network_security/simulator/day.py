"""Writing one day to files, with labels and a manifest."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

from network_security.simulator.files import LogFolder
from network_security.simulator.manifest import write_manifest
from network_security.simulator.rhythm import DAY
from network_security.simulator.simulation import Simulation
from network_security.simulator.volume import scale_for_day


def write_day(
    folder: Path,
    *,
    seed: int,
    day: date,
    n_events: int = 100_000,
    formats: Sequence[str] | None = None,
    episodes: Sequence[str] | None = None,
) -> LogFolder:
    """Write a day, `labels.ndjson` and `manifest.json`.

    Args:
        folder: Is made; must be empty. Each format has a file or folder under ``logs`` and its
            kind.
        seed: The same arguments give the same bytes.
        day: In UTC, as all times in the logs.
        n_events: About how many over all formats. Attacks are always whole; everyday life is
            scaled to what they leave.
        formats: Names of `network_security.sensors.FORMATS`; all when None.
        episodes: Names of `network_security.simulator.episodes.EPISODES`; all when None.

    Returns:
        What was written; its files are closed.

    Raises:
        FileExistsError: If the folder holds anything.
        ValueError: If a name is unknown.
    """
    start = datetime.combine(day, time(), UTC).timestamp()
    with LogFolder(folder) as logs:
        scale = scale_for_day(n_events, seed=seed, start=start, formats=formats, episodes=episodes)
        run = Simulation(
            seed=seed, start=start, end=start + DAY, formats=formats, episodes=episodes, scale=scale
        )
        for event in run.events():
            logs.write(event)
    logs.write_labels(run.episodes)
    write_manifest(logs, seed=seed, scale=scale, day=day.isoformat(), events_wanted=n_events)
    return logs
