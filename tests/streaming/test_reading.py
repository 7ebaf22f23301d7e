"""Streams go on where the last run stopped; what cannot be read is named."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from network_security.sensors.framing import Framer
from network_security.streaming import reading
from network_security.streaming.datasets import RawLogsDataset

if TYPE_CHECKING:
    from tests.streaming.conftest import Ingestion

Lines = Callable[[int, int], list[str]]
Text = Callable[[int, int], str]


def append(path: Path, content: str) -> None:
    with path.open("a") as file:
        file.write(content)


def test_second_run_stores_nothing_new(
    ingestion: "Ingestion", logs: Path, lines: Lines, text: Text
) -> None:
    (logs / "auth.log").write_text(text(0, 30))
    first = ingestion.run(logs).loc[str(logs / "auth.log")]
    before = ingestion.events
    second = ingestion.run(logs).loc[str(logs / "auth.log")]
    assert (first.records, second.records) == (30, 0)
    assert ingestion.texts == lines(0, 30)
    assert ingestion.events == before


def test_appended_lines_are_read_once(
    ingestion: "Ingestion", logs: Path, lines: Lines, text: Text
) -> None:
    log = logs / "auth.log"
    for first in range(0, 12, 3):
        append(log, text(first, first + 3))
        assert ingestion.run(log).loc[str(log)].events == 3
    assert ingestion.texts == lines(0, 12)
    (checkpoint,) = ingestion.checkpoints
    assert checkpoint["counts"]["records"] == 12
    assert checkpoint["offset"] == log.stat().st_size


def test_line_without_its_end_waits_and_is_then_read_whole(
    ingestion: "Ingestion", logs: Path, lines: Lines, text: Text
) -> None:
    log = logs / "auth.log"
    log.write_text(text(0, 2) + lines(2, 3)[0][:50])
    row = ingestion.run(log).loc[str(log)]
    assert (row.events, row.waiting_bytes) == (2, 50)
    append(log, lines(2, 3)[0][50:])
    assert ingestion.run(log).loc[str(log)].events == 0
    append(log, "\n")
    assert ingestion.run(log).loc[str(log)].events == 1
    assert ingestion.texts == lines(0, 3)


def test_complete_source_gives_its_last_line_without_an_end(
    ingestion: "Ingestion", logs: Path, lines: Lines, text: Text
) -> None:
    log = logs / "auth.log"
    log.write_text(text(0, 3).rstrip("\n"))
    assert ingestion.run(log).loc[str(log)].events == 2
    row = ingestion.run({"path": log, "complete": True}).loc[str(log)]
    assert (row.events, row.waiting_bytes) == (1, 0)
    append(log, "\n" + text(3, 4))
    ingestion.run(log)
    assert ingestion.texts == lines(0, 4)
    assert ingestion.dead_letters == []


def test_file_shorter_than_its_compared_head_is_recognised_when_it_has_grown(
    ingestion: "Ingestion", logs: Path, lines: Lines, text: Text
) -> None:
    log = logs / "auth.log"
    log.write_text(text(0, 1)[:10])
    assert ingestion.run(log).loc[str(log)].events == 0
    log.write_text(text(0, 1))
    ingestion.run(log)
    append(log, text(1, 100))
    ingestion.run(log)
    assert ingestion.texts == lines(0, 100)
    assert len(ingestion.checkpoints) == 1


def test_one_path_that_two_sources_name_is_read_once(
    ingestion: "Ingestion", logs: Path, lines: Lines, text: Text
) -> None:
    (logs / "auth.log").write_text(text(0, 5))
    ingestion.run(logs, logs / "auth.log", f"{logs}/*")
    assert ingestion.texts == lines(0, 5)
    (checkpoint,) = ingestion.checkpoints
    assert checkpoint["counts"]["records"] == 5


def test_what_cannot_be_read_is_named_and_the_run_goes_on(
    ingestion: "Ingestion", logs: Path, lines: Lines, text: Text
) -> None:
    (logs / "a_unknown.bin").write_bytes(bytes(range(256)) * 10)
    (logs / "b_empty.log").write_bytes(b"")
    (logs / "c_dangling.log").symlink_to(logs / "nowhere")
    os.mkfifo(logs / "d_pipe")
    (logs / "e_auth.log").write_text(text(0, 5))
    problems = ingestion.run({"path": logs, "format": None}, logs / "nowhere").problem
    assert "name it with --format" in problems[str(logs / "a_unknown.bin")]
    assert problems[str(logs / "b_empty.log")] == "is empty"
    assert problems[str(logs / "c_dangling.log")] == "cannot be read: No such file or directory"
    assert "not a file" in problems[str(logs / "d_pipe")]
    assert pd.isna(problems[str(logs / "e_auth.log")])
    assert problems[str(logs / "nowhere")] == "nothing is there"
    assert ingestion.texts == lines(0, 5)


def test_folder_that_vanishes_meanwhile_is_named(ingestion: "Ingestion", logs: Path) -> None:
    (logs / "mails").mkdir()
    (logs / "mails" / "1.eml").write_text("Subject: a\n\n")
    (logs / "auth.log").write_text("")
    raw_logs = RawLogsDataset(sources=[{"path": str(logs)}], **ingestion.where).load()
    assert next(raw_logs).reason == "is empty"
    shutil.rmtree(logs / "mails")
    (skipped,) = raw_logs
    assert skipped.source == str(logs / "mails")
    assert skipped.reason == "cannot be read: No such file or directory"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_without_permission_is_named(ingestion: "Ingestion", logs: Path, text: Text) -> None:
    log = logs / "secret.log"
    log.write_text(text(0, 1))
    log.chmod(0)
    assert ingestion.run(log).loc[str(log)].problem == "cannot be read: Permission denied"


def test_file_whose_name_is_not_utf8_is_read(
    ingestion: "Ingestion", logs: Path, lines: Lines, text: Text
) -> None:
    log = Path(os.fsdecode(bytes(logs) + b"/d\xe9mon.log"))
    log.write_text(text(0, 5))
    summary = ingestion.run(logs)
    append(log, text(5, 6))
    ingestion.run(logs)
    assert ingestion.texts == lines(0, 6)
    assert summary.index.tolist() == [f"{logs}/d\\xe9mon.log"]
    assert ingestion.events[0]["log"]["file"]["path"] == f"{logs}/d\\xe9mon.log"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_byte_order_mark_and_utf16(
    ingestion: "Ingestion", logs: Path, lines: Lines, text: Text, encoding: str
) -> None:
    log = logs / "auth.log"
    log.write_bytes(text(0, 20).encode(encoding))
    ingestion.run(log)
    with log.open("ab") as file:
        file.write(text(20, 25).encode({"utf-16": "utf-16-le"}.get(encoding, "utf-8")))
    assert ingestion.run(log).loc[str(log)].events == 5
    assert ingestion.texts == lines(0, 25)
    assert ingestion.dead_letters == []


@pytest.mark.parametrize("format", ["zeek", "exchange_message_trace"])
def test_header_with_bytes_that_are_not_utf8_is_kept(
    ingestion: "Ingestion", logs: Path, format: str
) -> None:
    header, record = {
        "zeek": (
            b"#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tcaf\xe9\n",
            b"1768378531.0\tC1\t10.0.0.1\t1\n",
        ),
        "exchange_message_trace": (
            b"Received,SenderAddress,RecipientAddress,Subject,Status,Caf\xe9\r\n",
            b"2026-01-14T08:00:00Z,ann@example.com,bob@example.org,Plan,Delivered,1\r\n",
        ),
    }[format]
    log = logs / "table.log"
    log.write_bytes(header + record)
    ingestion.run({"path": log, "format": format})
    with log.open("ab") as file:
        file.write(record * 2)
    assert ingestion.run({"path": log, "format": format}).iloc[0].events == 2
    assert len(ingestion.events) == 3
    assert ingestion.dead_letters == []


def test_crlf_nul_and_blank_lines(ingestion: "Ingestion", logs: Path, lines: Lines) -> None:
    one, two = lines(0, 2)
    (logs / "auth.log").write_bytes(f"{one}\r\n\r\n   \n\0\0\0{two}\n".encode())
    row = ingestion.run(logs).iloc[0]
    assert row.records == row.events + row.dead_letters == 2
    assert one in ingestion.texts


def test_zeek_log_goes_on_with_the_header_of_its_start(ingestion: "Ingestion", logs: Path) -> None:
    header = "#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.resp_h\n"
    log = logs / "conn.log"
    log.write_text(header)
    source = {"path": log, "format": "zeek"}
    assert ingestion.run(source).loc[str(log)].records == 0
    append(log, "1768378531.0\tC1\t10.0.0.1\t203.0.113.9\n")
    ingestion.run(source)
    append(log, "1768378532.0\tC2\t10.0.0.2\t203.0.113.9\n")
    ingestion.run(source)
    assert [event["source"]["ip"] for event in ingestion.events] == ["10.0.0.1", "10.0.0.2"]
    assert ingestion.dead_letters == []


def test_file_read_as_another_format_is_read_anew(ingestion: "Ingestion", logs: Path) -> None:
    (logs / "auth.log").write_text("Jan 14 08:00:01 bastion su: failed\n")
    ingestion.run({"path": logs / "auth.log", "format": "panos"})
    assert len(ingestion.dead_letters) == 1
    row = ingestion.run({"path": logs / "auth.log", "format": "sshd"}).iloc[0]
    assert (row.format, row.events) == ("sshd", 1)
    assert ingestion.run({"path": logs / "auth.log", "format": "sshd"}).iloc[0].records == 0


def test_failure_over_one_file_does_not_stop_the_others(
    ingestion: "Ingestion", logs: Path, text: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.log", "b.log"):
        (logs / name).write_text(text(0, 3))

    def failing(format: str, head: bytes) -> type[Framer]:
        monkeypatch.undo()
        raise RuntimeError("a mistake")

    monkeypatch.setattr(reading, "framer_class", failing)
    table = ingestion.run(logs)
    assert "RuntimeError: a mistake" in table.loc[str(logs / "a.log")].problem
    assert table.loc[str(logs / "b.log")].events == 3
