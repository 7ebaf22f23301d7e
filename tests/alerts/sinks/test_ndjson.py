"""A file of alerts, one a line."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from network_security.alerts.sinks import Announcement, DeliveryError, SinkError, make_sinks


def ndjson(path: Path, **options: Any) -> Any:
    (sink,) = make_sinks([{"type": "ndjson", "name": "file", "path": str(path), **options}])
    return sink


def keys(path: Path) -> list[str]:
    return [json.loads(line)["key"] for line in path.read_text().splitlines()]


def numbered(announcement: Announcement, number: int) -> Announcement:
    return replace(announcement, key=f"{announcement.alert.id}-high-{number}")


def test_a_line_an_announcement(tmp_path: Path, announce) -> None:
    path = tmp_path / "folder" / "alerts.ndjson"
    one, sink = announce(), ndjson(path)
    for number in (0, 1, 1, 0):  # Delivered again, none is written again.
        sink.deliver(numbered(one, number))

    assert keys(path) == [numbered(one, 0).key, numbered(one, 1).key]
    first = json.loads(path.read_text().splitlines()[0])
    assert first["announced"] == "2026-03-01T12:01:00.000Z"
    assert first["alert"]["id"] == one.alert.id
    assert first["alert"]["severity"] == "high"


def test_a_line_that_broke_off_spoils_no_other(tmp_path: Path, announce) -> None:
    path, one = tmp_path / "alerts.ndjson", announce()
    ndjson(path).deliver(numbered(one, 0))
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:-40].replace(b"-high-0", b"-high-1"))

    ndjson(path).deliver(numbered(one, 1))
    first, _, second = path.read_text().splitlines()
    assert json.loads(first)["key"] == numbered(one, 0).key
    assert json.loads(second)["key"] == numbered(one, 1).key


def test_it_is_rotated_by_size(tmp_path: Path, announce) -> None:
    path, one = tmp_path / "alerts.ndjson", announce()
    sink = ndjson(path, largest_bytes=4096, keep=2)
    for number in range(20):
        sink.deliver(numbered(one, number))

    files = [path, *(tmp_path / f"alerts.ndjson.{number}" for number in (1, 2))]
    assert all(file.stat().st_size <= 4096 for file in files)
    assert not (tmp_path / "alerts.ndjson.3").exists()
    newest = [key for file in reversed(files) for key in keys(file)]
    assert newest == [numbered(one, number).key for number in range(20 - len(newest), 20)]


def test_a_folder_that_cannot_be_made(tmp_path: Path, announce) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DeliveryError, match="cannot be written"):
        ndjson(tmp_path / "file" / "alerts.ndjson").deliver(announce())


@pytest.mark.parametrize(
    ("wrong", "why"), [({"largest_bytes": 1}, "at least 4096"), ({"keep": 0}, "at least 1")]
)
def test_options_that_cannot_work(tmp_path: Path, wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(SinkError, match=why):
        ndjson(tmp_path / "alerts.ndjson", **wrong)
