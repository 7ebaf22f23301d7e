"""How fast raw events become documents, and how long the worst text can hold a core.

    python benchmarks/etl.py             # events a second of every format
    python benchmarks/etl.py --megabyte  # milliseconds a megabyte of hostile text

Events are the format's own samples with other addresses, ports and times, no two of them alike, so
that caches help as little as they would with a network's. All runs on one core, and the best of
five passes counts. The baseline, in the same run, is what an event costs that was parsed before:
`orjson.loads` of its document, and the SHA-256 of its raw text. Exits with 1 when a budget is
missed. The whole path into the store is measured by `ingestion.py`.
"""

import argparse
import contextlib
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import cycle, islice

import orjson

from network_security.sensors import FORMATS, MAX_CHARACTERS, ParseError, parse_event
from network_security.sensors.samples import RECEIVED, raw_events

MEDIAN_EVENTS_S = 40_000
SLOWEST_EVENTS_S = 15_000
MEGABYTE_MS = 50.0
EVENTS = 2_000
PASSES = 5

# The nets that samples are written with: RFC 5737 stands for the internet, 10.0.0.0/8 is inside.
EXTERNAL = re.compile(r"\b(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}\b")
INTERNAL = re.compile(r"\b10\.\d{1,3}\.\d{1,3}\.\d{1,3}\b")
PORT = re.compile(r"(?<![\w.:-])[1-5]\d{4}(?![\w.:-])")
CLOCK = re.compile(r"\b(\d\d):[0-5]\d:[0-5]\d\b")
EPOCH = re.compile(r"\b(17\d{5})\d{3}(?=\b|\d{3}\b)")

FILLERS = [
    "a", " ", "\\", '"', "=", "[", "{", ",", "|", "<", ":", "1", ".", "\t", "(", "%", "-", "\n",
    "&", "/", "@", "\u00e9", "a=", 'a="', "a b=", 'a="b" ', 'a="b";', "a: ", ", A: ", '{"a":',
    '"a":"b",', '[a b="c"]', "<a>", "a.", "1.1.1.1 ", "::1 ", "a@b.example,", "http://a.example/ ",
    '<a href="http://a.example/">', "=?utf-8?q?a?= ", "\nA: b", "\r\n\r\n--a", "a;b=c;", "\\x41",
    "Jan 14 08:00:01 ", "[1.1.1.1], ",
]  # fmt: skip
SAMPLES = 6


def main() -> int:
    """Run and print the benchmark; 0 when every budget holds."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--megabyte", action="store_true", help="measure hostile text instead")
    arguments.add_argument("--format", choices=FORMATS, action="append", help="only this one")
    options = arguments.parse_args()
    names = options.format or list(FORMATS)
    if options.megabyte:
        return hostile_text(names)
    return parsing(names)


def parsing(names: list[str]) -> int:
    """Print how many events a second each format parses; 1 when a budget is missed."""
    print(f"{'':24}{'events/s':>10}{'us':>8}{'ratio to an event parsed before':>34}")
    rates = {}
    for name in names:
        varied = variations(name)
        taken, read = [], []
        for _ in range(PASSES):
            events = list(islice(varied, EVENTS))
            taken.append(seconds(lambda event, name=name: parse(event, name), events))
            stored = [(orjson.dumps(parse(event, name)), event) for event in events]
            read.append(seconds(lambda each: reading(*each), stored))
        rates[name] = EVENTS / min(taken)
        print(f"{name:24}{rates[name]:10,.0f}{1e6 / rates[name]:8.1f}"
              f"{min(taken) / min(read):34.1f}", flush=True)  # fmt: skip
    median, slowest = statistics.median(rates.values()), min(rates, key=lambda name: rates[name])
    print(f"median {median:,.0f} events/s; slowest {rates[slowest]:,.0f} events/s ({slowest})")
    return int(median < MEDIAN_EVENTS_S or rates[slowest] < SLOWEST_EVENTS_S)


def variations(name: str) -> Iterator[str]:
    """The sample events of a format in turn, without end, with other addresses, ports and times.

    External addresses are drawn from 198.18.0.0/15, which RFC 2544 sets apart for benchmarks;
    internal ones from 254, as a network has fewer of them; an address that stands twice in an event
    stays one.
    """
    numbers = random.Random(0)
    for raw in cycle(raw_events(name)):
        others: dict[str, str] = {}

        def external(found: re.Match[str], others: dict[str, str] = others) -> str:
            third, fourth = numbers.randrange(256), numbers.randrange(256)
            return others.setdefault(found[0], f"198.{numbers.randrange(18, 20)}.{third}.{fourth}")

        def internal(found: re.Match[str], others: dict[str, str] = others) -> str:
            return others.setdefault(found[0], f"10.20.0.{numbers.randrange(1, 255)}")

        varied = INTERNAL.sub(internal, EXTERNAL.sub(external, raw))
        varied = PORT.sub(lambda _: str(numbers.randrange(10_000, 60_000)), varied)
        varied = EPOCH.sub(lambda found: f"{found[1]}{numbers.randrange(1000):03}", varied)
        yield CLOCK.sub(
            lambda found: f"{found[1]}:{numbers.randrange(60):02}:{numbers.randrange(60):02}",
            varied,
        )


def parse(raw: str, name: str) -> dict:
    """The document of one event."""
    return parse_event(raw, format=name, received=RECEIVED)


def reading(document: bytes, raw: str) -> None:
    """The baseline: one event that was parsed before."""
    orjson.loads(document)
    sha256(raw.encode()).hexdigest()


def seconds(call: Callable[[object], object], values: list) -> float:
    """Seconds of processor time that a call takes with all of the values."""
    started = time.process_time()
    for value in values:
        call(value)
    return time.process_time() - started


def hostile_text(names: list[str]) -> int:
    """Print the milliseconds of each format's worst megabyte; 1 when one is above the budget."""
    slowest = 0.0
    for name in names:
        taken, what = max((milliseconds(raw, name), what) for what, raw in megabytes(name))
        print(f"{name:24}{taken:8.1f} ms/MB   {what}", flush=True)
        slowest = max(slowest, taken)
    print(f"worst {slowest:.1f} ms/MB")
    return int(slowest > MEGABYTE_MS)


def megabytes(name: str) -> Iterator[tuple[str, str]]:
    """Texts of a million characters, with what each is: fillings behind and inside of samples."""
    samples = raw_events(name)
    for number, sample in list(enumerate(samples))[:: max(1, len(samples) // SAMPLES)]:
        size, half = MAX_CHARACTERS - len(sample), len(sample) // 2
        for filler in (*FILLERS, f"{sample} ", f"{sample[half:]}{sample[:half]}"):
            filling = (filler * (size // len(filler) + 1))[:size]
            what = f"{filler[:20]!r} and sample {number}"
            yield f"{what}, behind it", sample + filling
            yield f"{what}, inside of it", sample[:half] + filling + sample[half:]


def milliseconds(raw: str, name: str) -> float:
    """Milliseconds of processor time that a text takes, parsed or refused: the better of two."""

    def attempt(text: object) -> None:
        with contextlib.suppress(ParseError):
            parse(str(text), name)

    first = seconds(attempt, [raw]) * 1e3
    # What another process did meanwhile must not count as the text's.
    return min(first, seconds(attempt, [raw]) * 1e3) if first > MEGABYTE_MS / 2 else first


if __name__ == "__main__":
    sys.exit(main())
