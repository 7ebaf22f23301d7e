"""Streams are recognised when their files are rotated, truncated, replaced, moved or copied."""

import gzip
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.streaming.conftest import Ingestion

Lines = Callable[[int, int], list[str]]
Text = Callable[[int, int], str]


def append(path: Path, content: str) -> None:
    with path.open("a") as file:
        file.write(content)


@pytest.mark.parametrize("number", [1, 40])
def test_log_rotated_by_renaming_goes_on_under_its_new_name(
    ingestion: "Ingestion", logs: Path, lines: Lines, text: Text, number: int
) -> None:
    log, rotated = logs / "mail.log", logs / "mail.log.1"
    log.write_text(text(0, number))
    ingestion.run(f"{log}*")
    append(log, text(number, number + 3))
    log.rename(rotated)
    log.write_text(text(number + 3, number + 5))
    # What was written before the rotation still counts for the name under which it was written.
    assert ingestion.run(f"{log}*").events.to_dict() == {str(log): 5}

    # And again, the oldest one compressed.
    append(log, text(number + 5, number + 6))
    (logs / "mail.log.2.gz").write_bytes(gzip.compress(rotated.read_bytes()))
    log.rename(rotated)
    log.write_text(text(number + 6, number + 8))
    assert ingestion.run(f"{log}*").events.to_dict() == {str(log): 3}
    assert ingestion.texts == lines(0, number + 8)
    assert {Path(one["path"]).name for one in ingestion.checkpoints} == {
        "mail.log",
        "mail.log.1",
        "mail.log.2.gz",
    }
    assert ingestion.run(f"{log}*").events.sum() == 0


@pytest.mark.parametrize("compressed", [False, True])
def test_log_that_is_moved_into_another_folder_goes_on_there(
    ingestion: "Ingestion", logs: Path, lines: Lines, text: Text, *, compressed: bool
) -> None:
    log, moved = logs / "current" / "auth.log", logs / "2026-01-14" / "auth.log"
    log.parent.mkdir()
    moved.parent.mkdir()
    # Of a log that is met when it is small, more is compared when it has grown.
    for first in range(0, 40, 8):
        append(log, text(first, first + 8))
        ingestion.run(logs)
    append(log, text(40, 41))
    log.rename(moved)
    if compressed:
        moved.write_bytes(gzip.compress(moved.read_bytes()))
    log.write_text(text(41, 44))
    ingestion.run(logs)
    assert ingestion.texts == lines(0, 44)
    shutil.copy(log, moved.with_name("copy.log"))
    assert ingestion.run(logs).events.sum() == 3
    assert ingestion.run(logs).events.sum() == 0


def test_log_that_begins_like_one_that_was_moved_away_is_another_stream(
    ingestion: "Ingestion", logs: Path, lines: Lines, text: Text
) -> None:
    log, moved = logs / "auth.log", logs / "old" / "auth.log"
    moved.parent.mkdir()
    for first in (0, 50):
        log.write_text(text(0, 1)[:10])
        ingestion.run(log)
        log.write_text(text(0, 1)[:10] + text(first, first + 20)[10:])
        ingestion.run(log)
        if first == 0:
            log.rename(moved)
            ingestion.run(logs)
    assert ingestion.texts == lines(0, 20) + lines(50, 70)
    assert len(ingestion.checkpoints) == 2
    assert ingestion.run(logs).events.sum() == 0


def test_log_that_was_copied_and_truncated_is_read_once(
    ingestion: "Ingestion", logs: Path, lines: Lines, text: Text
) -> None:
    log, copy = logs / "mail.log", logs / "mail.log.1"
    log.write_text(text(0, 20))
    ingestion.run(f"{log}*")
    append(log, text(20, 22))
    shutil.copy(log, copy)
    os.truncate(log, 0)
    assert ingestion.run(f"{log}*").loc[str(log)].problem == "is empty"
    append(log, text(22, 24))
    ingestion.run(f"{log}*")
    assert ingestion.texts == lines(0, 24)


def test_file_truncated_in_place_is_read_from_its_start(
    ingestion: "Ingestion", logs: Path, lines: Lines, text: Text
) -> None:
    log = logs / "mail.log"
    log.write_text(text(0, 20))
    ingestion.run(log)
    log.write_text(text(50, 53))
    assert ingestion.run(log).loc[str(log)].events == 3
    append(log, text(53, 90))
    assert ingestion.run(log).loc[str(log)].events == 37
    assert ingestion.texts == lines(0, 20) + lines(50, 90)


@pytest.mark.parametrize("kept", [1, 30])
def test_file_replaced_by_one_that_begins_alike_is_another_stream(
    ingestion: "Ingestion", logs: Path, lines: Lines, text: Text, kept: int
) -> None:
    log = logs / "mail.log"
    log.write_text(text(0, 40))
    ingestion.run(log)
    log.write_text(text(0, kept) + text(50, 100))
    assert ingestion.run(log).loc[str(log)].events == kept + 50
    assert set(ingestion.texts) == {*lines(0, 40), *lines(50, 100)}
    append(log, text(100, 101))
    assert ingestion.run(log).loc[str(log)].events == 1


def test_copy_of_a_file_beside_it_is_a_stream_of_its_own(
    ingestion: "Ingestion", logs: Path, lines: Lines, text: Text
) -> None:
    log, copy = logs / "a.log", logs / "b.log"
    log.write_text(text(0, 20))
    ingestion.run(logs)
    shutil.copy(log, copy)
    append(log, text(20, 21))
    assert ingestion.run(logs).events.to_dict() == {str(log): 1, str(copy): 20}
    append(copy, text(30, 31))
    append(log, text(21, 22))
    assert ingestion.run(logs).events.to_dict() == {str(log): 1, str(copy): 1}
    assert ingestion.texts == sorted([*lines(0, 22), *lines(0, 20), *lines(30, 31)])


def test_files_that_begin_alike_are_told_apart(
    ingestion: "Ingestion", logs: Path, lines: Lines, text: Text
) -> None:
    first, second = logs / "first.log", logs / "second.log"
    first.write_text(text(0, 20) + text(100, 105))
    second.write_text(text(0, 20) + text(200, 205))
    ingestion.run(logs)
    append(first, text(105, 107))
    append(second, text(205, 208))
    assert ingestion.run(logs).events.to_dict() == {str(first): 2, str(second): 3}
    # Renamed to each other's names, both are known still.
    first.rename(logs / "third.log")
    second.rename(first)
    (logs / "third.log").rename(second)
    assert ingestion.run(logs).events.sum() == 0
    expected = [*lines(0, 20) * 2, *lines(100, 107), *lines(200, 208)]
    assert ingestion.texts == sorted(expected)
