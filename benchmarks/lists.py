"""How fast rank lists and threat lists are loaded and asked, and what memory they take.

    python benchmarks/lists.py [--sites 1000000] [--indicators 500000]

The lists are made up, and each is read in a process of its own, so that memory is its own. The
baseline, in the same run, is a Python set (for ranks, a dict) of the file's lines as they stand. It
knows neither other ways to write a URL nor domains, networks, validity or what list an entry is of,
and is asked with one text that needs no reading. The clock is the processor time of one core;
memory is what the process holds more after loading, and at its peak. Exits with 1 when a budget is
missed.
"""

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from network_security.enrichment.lists import (
    CsvColumns,
    Lists,
    ListsOptions,
    RankListOptions,
    ThreatListOptions,
)
from network_security.evidence.urls import URL, host_of, parse

LOOKUPS = 20_000
MOST_SECONDS, MOST_MEGABYTES, MOST_LOOKUP_US = 10.0, 150.0, 50.0
SUFFIXES = ["com", "net", "org", "de", "co.uk", "xyz", "top"]
KINDS = 5


class Measured(NamedTuple):
    """What a process measured.

    Attributes:
        seconds: processor time of loading.
        held: megabytes that it holds more.
        peak: megabytes that it held more at most.
        lookup_us: microseconds of a look-up.
        found: how many of the look-ups found something.
    """

    seconds: float
    held: float
    peak: float
    lookup_us: float
    found: int


def main() -> int:
    """Run and print the benchmark; 0 when every budget holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sites", type=int, default=1_000_000)
    parser.add_argument("--indicators", type=int, default=500_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = write_lists(Path(folder), arguments.sites, arguments.indicators)
        titles = ("load s", "MB held", "MB peak", "us/URL", "URLs/s", "hits")
        print(f"{'':24}" + "".join(f"{title:>11}" for title in titles))
        within = True
        for name, load in (
            (f"ranks, {arguments.sites:,}", load_ranks),
            ("  baseline: dict", load_dict),
            (f"plain, {arguments.indicators:,}", load_plain),
            ("  baseline: set", load_set),
            (f"CSV, {arguments.indicators:,}", load_csv),
            (f"STIX, {arguments.indicators:,}", load_stix),
        ):
            result = in_own_process(load, files)
            one, rate = result, 1e6 / result.lookup_us
            print(f"{name:24}{one.seconds:11.1f}{one.held:11.0f}{one.peak:11.0f}"
                  f"{one.lookup_us:11.1f}{rate:11,.0f}{one.found:11,}")  # fmt: skip
            if load in (load_ranks, load_plain, load_csv):
                within &= result.seconds <= MOST_SECONDS and result.held <= MOST_MEGABYTES
            within &= result.lookup_us <= MOST_LOOKUP_US
    return int(not within)


def write_lists(folder: Path, sites: int, indicators: int) -> dict[str, str]:
    """Make the lists up; the same indicators in three formats."""
    chance = random.Random(0)
    files = {name: str(folder / name) for name in ("ranks.csv", "bad.txt", "bad.csv", "bad.json")}
    with Path(files["ranks.csv"]).open("w") as ranks:
        ranks.writelines(f"{place},{made_up_name(chance)}\n" for place in range(1, sites + 1))
    with (
        Path(files["bad.txt"]).open("w") as plain,
        Path(files["bad.csv"]).open("w") as table,
        Path(files["bad.json"]).open("w") as bundle,
    ):
        table.write("first_seen,ioc,threat\n")
        bundle.write('{"type": "bundle", "objects": [')
        for number in range(indicators):
            type_, value = made_up_indicator(chance, number % KINDS)
            plain.write(value + "\n")
            table.write(f"2024-05-01 10:00:00,{value},phishing\n")
            stix = {
                "type": "indicator", "spec_version": "2.1", "pattern_type": "stix",
                "id": f"indicator--{number:08x}-0000-4000-8000-000000000000",
                "pattern": f"[{type_}:value = '{value}']", "valid_from": "2024-05-01T10:00:00Z",
            }  # fmt: skip
            bundle.write((",\n" if number else "\n") + json.dumps(stix))
        bundle.write("]}")
    return files


def made_up_name(chance: random.Random) -> str:
    """A domain of its own."""
    return f"site-{chance.getrandbits(40):x}.{chance.choice(SUFFIXES)}"


def made_up_indicator(chance: random.Random, kind: int) -> tuple[str, str]:
    """A STIX type and a value: of five, three URLs, a name and an address."""
    name = made_up_name(chance)
    if kind == 0:
        return "domain-name", name
    if kind == 1:
        return "ipv4-addr", f"198.{chance.randrange(99)}.{chance.randrange(256)}.{kind}"
    return (
        "url",
        f"https://{name}/a/{chance.getrandbits(30):x}/login.php?id={chance.getrandbits(9)}",
    )


def in_own_process(load: Callable[..., Measured], files: dict[str, str]) -> Measured:
    """Run in a new process, whose memory holds nothing else."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measure, (load, files))


def measure(load: Callable[..., Any], files: dict[str, str]) -> Measured:
    """Load a list and ask it, once it is warm."""
    host_of("example.org")  # The list of public suffixes is not a part of this.
    process = psutil.Process()
    before = process.memory_info().rss
    started = time.process_time()
    ask, question = load(files)
    seconds = time.process_time() - started
    held, peak = process.memory_info().rss - before, peak_memory() - before
    is_ranked = load in (load_ranks, load_dict)
    questions = list(map(question, asked_sites(files) if is_ranked else asked_urls(files)))
    best, found = float("inf"), 0
    for _ in range(3):
        started = time.process_time()
        found = sum(map(ask, questions))
        best = min(best, time.process_time() - started)
    return Measured(seconds, held / 1e6, peak / 1e6, best / len(questions) * 1e6, found)


def peak_memory() -> int:
    """Most bytes that this process held."""
    import resource  # noqa: PLC0415 (not on Windows)

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def asked_urls(files: dict[str, str]) -> list[str]:
    """URLs of which one in ten is on the threat list."""
    with Path(files["bad.txt"]).open() as lines:
        listed = [line.strip() for line in islice(lines, LOOKUPS // 10)]
    chance = random.Random(1)
    others = range(LOOKUPS - len(listed))
    return [f"https://www.{made_up_name(chance)}/a/b.html?c=1" for _ in others] + listed


def asked_sites(files: dict[str, str]) -> list[str]:
    """Sites of which one half is on the rank list."""
    with Path(files["ranks.csv"]).open() as lines:
        ranked = [line.strip().partition(",")[2] for line in islice(lines, LOOKUPS // 2)]
    chance = random.Random(1)
    return [made_up_name(chance) for _ in range(LOOKUPS - len(ranked))] + ranked


def load_ranks(files: dict[str, str]) -> tuple[Callable[[URL], bool], Callable[[str], URL]]:
    """The rank list."""
    ranks = (RankListOptions(name="ranks", path=files["ranks.csv"]),)
    lists = Lists.load(ListsOptions(ranks=ranks))
    return lambda url: bool((known := lists.reputation(url)) and known.rank), as_url


def as_url(site: str) -> URL:
    """A URL of a site."""
    return parse(f"https://www.{site}/")


def load_threats(
    options: ThreatListOptions,
) -> tuple[Callable[[URL], bool], Callable[[str], URL]]:
    """A threat list."""
    lists = Lists.load(ListsOptions(threats=(options,)))
    return lambda url: bool(lists.threats(url)), parse


def load_plain(files: dict[str, str]) -> Any:
    """The threat list with an entry a line."""
    return load_threats(ThreatListOptions(name="bad", path=files["bad.txt"]))


def load_csv(files: dict[str, str]) -> Any:
    """The threat list with columns."""
    columns = CsvColumns(indicator="ioc", date="first_seen", category="threat")
    return load_threats(
        ThreatListOptions(name="bad", path=files["bad.csv"], format="csv", columns=columns)
    )


def load_stix(files: dict[str, str]) -> Any:
    """The threat list as a STIX bundle."""
    return load_threats(ThreatListOptions(name="bad", path=files["bad.json"], format="stix"))


def load_set(files: dict[str, str]) -> tuple[Callable[[str], bool], Callable[[str], str]]:
    """The lines of the threat list."""
    with Path(files["bad.txt"]).open() as lines:
        held = {line.strip() for line in lines}
    return held.__contains__, str


def load_dict(files: dict[str, str]) -> tuple[Callable[[str], bool], Callable[[str], str]]:
    """The rows of the rank list."""
    with Path(files["ranks.csv"]).open() as lines:
        rows = (line.strip().partition(",") for line in lines)
        held = {site: int(place) for place, _, site in rows}
    return held.__contains__, str


if __name__ == "__main__":
    sys.exit(main())
