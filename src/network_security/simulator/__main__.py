"""``python -m network_security.simulator``: write a day to a folder, or follow the clock.

python -m network_security.simulator OUT --seed 7 --day 2026-03-02 --events 100000
python -m network_security.simulator --follow --rate 2000 --formats suricata
"""

import argparse
import math
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from network_security.simulator.day import write_day
from network_security.simulator.episodes import EPISODES
from network_security.simulator.files import LOGS, LogFolder
from network_security.simulator.live import Stream, follow
from network_security.simulator.manifest import NOTICE, write_manifest
from network_security.simulator.simulation import Simulation
from network_security.simulator.volume import scale_for_rate
from network_security.simulator.writers import WRITERS

BROKEN_PIPE = 141
"""Exit status of a program that SIGPIPE ends."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    formats = _names(parser, "--formats", options.formats, list(WRITERS))
    episodes = _names(parser, "--episodes", options.episodes, list(EPISODES))
    if min(options.events, options.rate, options.episode_every, options.seconds or 1) <= 0:
        parser.error("--events, --rate, --episode-every and --seconds are positive numbers")
    try:
        if options.follow:
            return _follow(parser, options, formats, episodes)
        if options.out is None:
            parser.error("name the folder to write to, or --follow to write to standard output")
        logs = write_day(
            options.out, seed=options.seed, day=options.day, n_events=options.events,
            formats=formats, episodes=episodes,
        )  # fmt: skip
    except OSError as error:
        parser.exit(1, f"{parser.prog}: error: {error}\n")
    sys.stdout.write(_report(logs))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m network_security.simulator",
        description="Writes a day of a small network in the formats of all sensors.",
        epilog=NOTICE,
    )
    add = parser.add_argument
    add("out", nargs="?", type=Path, metavar="OUT", help="folder to write to, new or empty")
    add("--seed", type=int, default=7, help="same seed, same bytes (default: 7)")
    add("--day", type=_day, default=datetime.now(UTC).date(), help="as 2026-03-02 (default: today)")
    add("--events", type=int, default=100_000, help="about how many, over all (default: 100000)")
    add("--formats", default="all", help=f"all, or some with commas: {', '.join(WRITERS)}")
    add("--episodes", default="all", help=f"all, none, or some with commas: {', '.join(EPISODES)}")
    live = parser.add_argument_group("as if live")
    live.add_argument("--follow", action="store_true", help="write events when they happen, now on")
    live.add_argument("--rate", type=float, default=100.0, help="events a second (default: 100)")
    live.add_argument(
        "--episode-every", type=float, default=300.0, metavar="SECONDS",
        help="between attacks (default: 300)",
    )  # fmt: skip
    live.add_argument("--seconds", type=float, help="stop after so many (default: never)")
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-03-02") from None


def _names(
    parser: argparse.ArgumentParser, option: str, text: str, known: list[str]
) -> list[str] | None:
    if text == "all":
        return None
    names = [] if text == "none" else [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known:
            parser.error(f"{option}: no {name!r}; one of all, {', '.join(known)}")
    return names


def _follow(
    parser: argparse.ArgumentParser,
    options: argparse.Namespace,
    formats: list[str] | None,
    episodes: list[str] | None,
) -> int:
    if options.out is None:
        formats = [name for name in formats or WRITERS if not WRITERS[name].whole_files]
        if not formats:
            parser.error("email is one file a message: name a folder to write to")
    seed, rate = options.seed, options.rate
    scale = scale_for_rate(rate, seed=seed, start=time.time(), formats=formats)
    start = time.time()
    run = Simulation(
        seed=seed,
        start=start,
        end=start + (options.seconds or math.inf),
        formats=formats,
        episodes=episodes,
        scale=scale,
        steady=True,
        episode_every=options.episode_every,
    )
    if options.out is None:
        return _stream(run)
    with LogFolder(options.out) as logs, suppress(KeyboardInterrupt):
        follow(run.events(), logs)
    logs.write_labels(run.episodes)
    write_manifest(logs, seed=seed, scale=scale, start=start, events_a_second_wanted=rate)
    sys.stdout.write(_report(logs))
    return 0


def _stream(run: Simulation) -> int:
    try:
        with suppress(KeyboardInterrupt):
            follow(run.events(), Stream())
    except BrokenPipeError:
        # What is still buffered cannot be written either: keep Python from trying at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return 0


def _report(logs: LogFolder) -> str:
    rows = [(path, f"{lines:,} lines") for path, lines in sorted(logs.lines.items())]
    if logs.messages:
        rows.append((f"{LOGS}/email/messages/", f"{logs.messages:,} files"))
    rows += [(name, f"{label.n_events:,} events") for name, label in logs.labels.of.items()]
    width = max((len(name) for name, _ in rows), default=0)
    table = "".join(f"{name:<{width}}  {amount:>15}\n" for name, amount in rows)
    total = sum(logs.events.values())
    return f"{table}\n{total:,} events in {logs.folder}. {NOTICE}\n"


if __name__ == "__main__":
    sys.exit(main())
