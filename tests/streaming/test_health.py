"""Parser health by hand."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from network_security.streaming.checkpoints import Checkpoint, Counts
from network_security.streaming.health import COLUMNS, health_table

if TYPE_CHECKING:
    from tests.streaming.conftest import Ingestion

MONDAY, TUESDAY = datetime(2026, 1, 19, tzinfo=UTC), datetime(2026, 1, 20, tzinfo=UTC)


def checkpoint(source: str, format: str = "panos", **counts: Any) -> Checkpoint:
    return Checkpoint("s", source, "/logs/a", format, counts=Counts(**counts), updated=TUESDAY)


def test_streams_of_a_source_add_up_by_hand() -> None:
    # 100 events: 40 within a second, 9 within 4, 1 within 16, 44 within 64, 6 within 256.
    rows = [
        checkpoint("fw", records=60, events=58, dead_letters={"syntax": 2}, fields=300,
                   unknown_fields=30, latencies=[30, 8, 0, 20, 0], last_seen=TUESDAY),
        checkpoint("fw", records=43, events=42, dead_letters={"syntax": 1, "empty": 0}, fields=100,
                   unknown_fields=2, latencies=[10, 1, 1, 24, 6], last_seen=MONDAY),
        checkpoint("fw", "cef", records=1, events=1, latencies=[0, 0, 1, 0, 0]),
    ]  # fmt: skip
    table = health_table(rows)
    assert tuple(table.columns) == COLUMNS
    panos, cef = table.to_dict("records")
    assert panos["records"] == panos["events"] + panos["dead_letters"] == 103
    assert panos["dead_letter_rate"] == 0.0291
    assert panos["reasons"] == "empty 0, syntax 3"
    assert panos["unknown_field_rate"] == 0.08
    # The 50th event came within 16 seconds, the 95th within 256.
    assert (panos["latency_p50_seconds"], panos["latency_p95_seconds"]) == (16, 256)
    assert (panos["last_seen"], panos["last_read"]) == (TUESDAY, TUESDAY)
    assert (cef["latency_p50_seconds"], cef["latency_p95_seconds"]) == (16, 16)


def test_median_on_the_border_is_the_lower_bound() -> None:
    (row,) = health_table([checkpoint("fw", latencies=[1, 1])]).to_dict("records")
    assert (row["latency_p50_seconds"], row["latency_p95_seconds"]) == (1, 4)


def test_worst_source_comes_first_and_one_without_records_last() -> None:
    table = health_table(
        [
            checkpoint("unread"),
            checkpoint("b", records=10, dead_letters={"syntax": 1}),
            checkpoint("worst", records=10, dead_letters={"syntax": 9}),
            checkpoint("a", records=10, dead_letters={"syntax": 1}),
        ]
    )
    assert table["source"].tolist() == ["worst", "a", "b", "unread"]
    assert pd.isna(table["latency_p50_seconds"]).all()
    assert health_table([]).empty


def test_health_counts_what_is_stored(ingestion: "Ingestion", logs: Path, text) -> None:
    log = logs / "auth.log"
    for first in range(0, 30, 10):
        with log.open("a") as file:
            file.write(text(first, first + 10) + "\0\0\n")
        ingestion.run(log, batch_records=4)
    table = health_table(Checkpoint.from_document(one) for one in ingestion.checkpoints)
    (row,) = table.to_dict("records")
    assert row["events"] == len(ingestion.events) == 30
    assert row["dead_letters"] == len(ingestion.dead_letters) == 3
    assert row["reasons"] == "empty 3"
    (counts,) = (one["counts"] for one in ingestion.checkpoints)
    assert sum(counts["latencies"]) == 30
