"""Ingestion into a database of a test's own, and log lines to ingest."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from network_security.pipelines.ingestion.nodes import ParseOptions, parse
from network_security.storage import open_database
from network_security.streaming.datasets import EventStoreDataset, RawLogsDataset

DATABASE = "streaming_tests"


class Ingestion:
    """Does what the ingestion pipeline does, run after run, and shows what is stored."""

    def __init__(self, uri: str, folder: Path) -> None:
        self.where = {
            "embedded_directory": str(folder),
            "database": DATABASE,
            "credentials": {"uri": uri},
        }
        self.database = open_database(uri, embedded_directory=folder, name=DATABASE)

    def run(
        self, *sources: str | Path | Mapping[str, Any], workers: int = 1, **options: int
    ) -> pd.DataFrame:
        """Read sources, sshd logs unless they say otherwise; returns the run's summary."""
        named = [
            dict(source) if isinstance(source, Mapping) else {"path": source} for source in sources
        ]
        raw_logs = RawLogsDataset(
            sources=[{"format": "sshd", **source, "path": str(source["path"])} for source in named],
            options=options,
            **self.where,
        )
        event_store = EventStoreDataset(**self.where)
        for portion in parse(raw_logs.load(), ParseOptions(workers)):
            event_store.save(portion)
        return event_store.load().set_index("source")

    @property
    def events(self) -> list[dict[str, Any]]:
        return list(self.database.events.find().sort("_id", 1))

    @property
    def texts(self) -> list[str]:
        """The raw text of all events, sorted."""
        return sorted(event["event"]["original"] for event in self.events)

    @property
    def dead_letters(self) -> list[dict[str, Any]]:
        return list(self.database.dead_letters.find().sort("_id", 1))

    @property
    def checkpoints(self) -> list[dict[str, Any]]:
        return list(self.database.checkpoints.find().sort("_id", 1))


@pytest.fixture
def ingestion(embedded_uri: str, tmp_path: Path) -> Iterator[Ingestion]:
    """An ingestion into an empty database."""
    made = Ingestion(embedded_uri, tmp_path / "store")
    yield made
    made.database.client.drop_database(DATABASE)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """An empty folder for logs."""
    folder = tmp_path / "logs"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def lines() -> Callable[..., list[str]]:
    """Different sshd lines, numbered from one number up to another."""

    def make(first: int, last: int) -> list[str]:
        return [
            f"Jan 14 08:00:01 bastion sshd[{number:05}]: Failed password for root"
            " from 203.0.113.50 port 41033 ssh2"
            for number in range(first, last)
        ]

    return make


@pytest.fixture(scope="session")
def text(lines: Callable[..., list[str]]) -> Callable[..., str]:
    """The same as the text of a file."""

    def make(first: int, last: int) -> str:
        return "".join(f"{line}\n" for line in lines(first, last))

    return make
