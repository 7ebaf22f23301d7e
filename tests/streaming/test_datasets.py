"""Raw logs, dead letters and the event store in a catalog, and standard input."""

import bz2
import gzip
import lzma
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import zstandard
from kedro.io import DataCatalog, DatasetError

from network_security.streaming.datasets import (
    DeadLettersDataset,
    EventStoreDataset,
    RawLogsDataset,
)

if TYPE_CHECKING:
    from tests.streaming.conftest import Ingestion

Lines = Callable[[int, int], list[str]]
Text = Callable[[int, int], str]
NOWHERE = {"embedded_directory": "/nonexistent", "credentials": {"uri": "mongodb://127.0.0.1:1/"}}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sources": [{"path": "a.log", "fromat": "sshd"}]}, "fromat"),
        ({"sources": [{}]}, "path"),
        ({"sources": [{"path": "a.log", "format": "pan-os"}]}, "a.log: no format 'pan-os'"),
        ({"sources": [{"path": "a.log", "timezone": "Mars/Base"}]}, "Mars/Base"),
        ({"sources": [], "options": {"line_limits": 3}}, "line_limits"),
        ({"sources": [], "options": {"batch_records": 0}}, "must be at least 1"),
        ({"sources": [], "options": {"least_confidence": 2}}, "not in 0 to 1"),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(DatasetError, match=f"raw logs: .*{message}"):
        RawLogsDataset(**settings, **NOWHERE)


def test_catalog_makes_them_and_nothing_is_contacted() -> None:
    package = "network_security.streaming.datasets"
    entry = {"embedded_directory": "/nonexistent", "credentials": "mongodb"}
    catalog = DataCatalog.from_config(
        {
            "raw_logs": {"type": f"{package}.RawLogsDataset", "sources": [{"path": "-"}], **entry},
            "dead_letters": {"type": f"{package}.DeadLettersDataset", **entry},
            "event_store": {"type": f"{package}.EventStoreDataset", **entry},
        },
        credentials={"mongodb": {"uri": "mongodb://ana:s3cret@127.0.0.1:1/"}},
    )
    for name in ("raw_logs", "dead_letters", "event_store"):
        assert "@127.0.0.1:1/" in str(catalog[name])
        assert "s3cret" not in str(catalog[name])


def test_store_that_cannot_be_reached_is_a_dataset_error() -> None:
    with pytest.raises(DatasetError, match="cannot be reached"):
        next(DeadLettersDataset(**NOWHERE).load())


def test_only_the_event_store_takes_what_is_saved(ingestion: "Ingestion") -> None:
    with pytest.raises(DatasetError, match="only read"):
        RawLogsDataset(sources=[], **ingestion.where).save(1)
    with pytest.raises(DatasetError, match="through the event store"):
        DeadLettersDataset(**ingestion.where).save(1)
    assert EventStoreDataset(**ingestion.where).load().empty
    assert EventStoreDataset(**ingestion.where).exists()


@pytest.mark.parametrize(
    "compress",
    [gzip.compress, zstandard.compress, bz2.compress, lzma.compress],
    ids=["gzip", "zstd", "bzip2", "xz"],
)
def test_compressed_logs_are_read_once(
    ingestion: "Ingestion",
    logs: Path,
    lines: Lines,
    text: Text,
    compress: Callable[[bytes], bytes],
) -> None:
    members = text(0, 700).encode(), text(700, 1000).rstrip("\n").encode()
    (logs / "auth.log").write_bytes(b"".join(map(compress, members)))
    # The end of what is compressed is the end of its last line.
    assert ingestion.run(logs).iloc[0].events == 1000
    assert ingestion.run(logs).iloc[0].events == 0
    assert ingestion.texts == lines(0, 1000)


def test_cut_off_archive_is_stored_as_far_as_it_goes_and_then_further(
    ingestion: "Ingestion", logs: Path, lines: Lines, text: Text
) -> None:
    log = logs / "auth.log.gz"
    generator = random.Random(0)
    # Lines that can hardly be compressed.
    whole = "".join(f"{one} {generator.randbytes(40).hex()}\n" for one in lines(0, 2000))
    packed = gzip.compress(whole.encode())
    for size in (5, 500, len(packed) // 2):
        log.write_bytes(packed[:size])
        row = ingestion.run(log).loc[str(log)]
        assert "damaged" in row.problem or "cannot be read" in row.problem
    assert 500 < len(ingestion.texts) < 1500
    log.write_bytes(packed)
    ingestion.run(log)
    assert ingestion.texts == whole.splitlines()
    assert ingestion.dead_letters == []


SCRIPT = """
import sys
from network_security.pipelines.ingestion.nodes import ParseOptions, parse
from network_security.streaming.datasets import EventStoreDataset, RawLogsDataset

where = {"embedded_directory": sys.argv[1], "database": sys.argv[2],
         "credentials": {"uri": sys.argv[3]}}
raw_logs = RawLogsDataset(sources=[{"path": "-", "format": sys.argv[4] or None}], **where)
event_store = EventStoreDataset(**where)
for portion in parse(raw_logs.load(), ParseOptions(workers=int(sys.argv[5]))):
    event_store.save(portion)
print(event_store.load().to_json(orient="records"))
"""


@pytest.fixture
def pipe(ingestion: "Ingestion") -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start an ingestion of standard input in a process of its own."""
    started = []

    def start(format: str = "sshd", workers: int = 1) -> subprocess.Popen[bytes]:
        where = ingestion.where
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                SCRIPT,
                where["embedded_directory"],
                where["database"],
                where["credentials"]["uri"],
                format,
                str(workers),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate(timeout=10)


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_standard_input_is_stored_as_it_comes(
    ingestion: "Ingestion",
    pipe: Callable[..., subprocess.Popen[bytes]],
    lines: Lines,
    text: Text,
) -> None:
    process = pipe(format="")
    # A line that is written in pieces, of which the first tells nothing.
    for piece in (text(0, 3)[:5], text(0, 3)[5:]):
        os.write(process.stdin.fileno(), piece.encode())
        time.sleep(0.2)
    wait_for(lambda: len(ingestion.texts) == 3)
    os.write(process.stdin.fileno(), text(3, 5).rstrip("\n").encode())
    wait_for(lambda: len(ingestion.texts) == 4)
    output, _ = process.communicate(timeout=30)
    assert b'"records":5,"events":5' in output
    assert ingestion.texts == lines(0, 5)
    # The same again, all at once, is the same events.
    pipe().communicate(text(0, 5).encode(), timeout=30)
    assert ingestion.texts == lines(0, 5)
    pipe().communicate(gzip.compress(text(0, 5).encode()), timeout=30)
    assert ingestion.texts == lines(0, 5)


def test_what_processes_parsed_is_stored_although_the_pipe_is_silent(
    ingestion: "Ingestion", pipe: Callable[..., subprocess.Popen[bytes]], text: Text
) -> None:
    process = pipe(workers=2)
    os.write(process.stdin.fileno(), text(0, 3).encode())
    wait_for(lambda: len(ingestion.texts) == 3)
    process.kill()
    # Its output is closed only when all of its processes have ended.
    process.communicate(timeout=10)


def test_interruption_ends_waiting_for_a_silent_pipe(
    ingestion: "Ingestion", pipe: Callable[..., subprocess.Popen[bytes]], text: Text
) -> None:
    process = pipe()
    os.write(process.stdin.fileno(), text(0, 1).encode())
    wait_for(lambda: len(ingestion.texts) == 1)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=10)
    errors = process.stderr.read().decode()
    assert "KeyboardInterrupt" in errors
    assert "Fatal Python error" not in errors
