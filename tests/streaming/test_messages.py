"""Messages are known by their content, wherever their files are."""

import gzip
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from network_security.streaming import messages

if TYPE_CHECKING:
    from tests.streaming.conftest import Ingestion


def message(number: int, text: str = "Text") -> str:
    return (
        f"From: ann@example.com\r\nTo: bob@example.org\r\nMessage-ID: <{number}@example.com>\r\n"
        f"Date: Wed, 14 Jan 2026 08:00:{number:02} +0000\r\nSubject: {number}\r\n\r\n{text}\r\n"
    )


def subjects(ingestion: "Ingestion") -> list[str]:
    return sorted(event["email"]["subject"] for event in ingestion.events)


def mail(path: Path) -> dict[str, str]:
    return {"path": str(path), "format": "email"}


def test_folder_of_messages_is_read_once(ingestion: "Ingestion", logs: Path) -> None:
    for number in range(3):
        (logs / f"{number}.eml").write_text(message(number), newline="")
    (row,) = ingestion.run({"path": logs, "format": None}).itertuples()
    assert (row.Index, row.format, row.records, row.events) == (str(logs), "email", 3, 3)
    assert ingestion.run(mail(logs)).iloc[0].records == 0
    (logs / "3.eml").write_text(message(3), newline="")
    assert ingestion.run(mail(logs)).iloc[0].events == 1
    assert subjects(ingestion) == ["0", "1", "2", "3"]
    assert ingestion.events[0]["log"]["file"]["path"].endswith(".eml")
    (checkpoint,) = ingestion.checkpoints
    assert checkpoint["counts"]["events"] == 4


def test_copies_and_renamed_messages_are_the_same_event(ingestion: "Ingestion", logs: Path) -> None:
    (logs / "a.eml").write_text(message(1), newline="")
    shutil.copy(logs / "a.eml", logs / "b.eml")
    ingestion.run(mail(logs))
    (logs / "a.eml").rename(logs / "c.eml")
    (logs / "other").mkdir()
    (logs / "other" / "d.eml").write_bytes(gzip.compress((logs / "b.eml").read_bytes()))
    assert ingestion.run(mail(logs)).events.sum() == 0
    assert subjects(ingestion) == ["1"]


def test_more_copies_than_a_batch_holds_count_once(
    ingestion: "Ingestion", logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "FILES", 2)
    for number in range(5):
        (logs / f"{number}.eml").write_text(message(1), newline="")
    assert ingestion.run(mail(logs)).iloc[0].events == 1


def test_maildir(ingestion: "Ingestion", logs: Path) -> None:
    for folder in ("cur", "new", "tmp"):
        (logs / folder).mkdir()
    (logs / "cur" / "1.host:2,S").write_text(message(1), newline="")
    (logs / "new" / "2.host").write_text(message(2), newline="")
    (logs / "tmp" / "3.host").write_text("From: ann@exam", newline="")
    ingestion.run({"path": logs, "format": None})
    (logs / "new" / "2.host").rename(logs / "cur" / "2.host:2,S")
    assert ingestion.run({"path": logs, "format": None}).events.sum() == 0
    assert subjects(ingestion) == ["1", "2"]


def test_mailbox_gives_each_message_and_goes_on(ingestion: "Ingestion", logs: Path) -> None:
    box = logs / "inbox"
    source = {"path": box, "format": "email"}

    def append(*numbers: int) -> None:
        with box.open("a", newline="") as file:
            for number in numbers:
                text = message(number, text=">From here on").replace("\r\n", "\n")
                file.write(f"From ann@example.com Wed Jan 14 08:00:00 2026\n{text}\n")

    append(1, 2, 3)
    row = ingestion.run(source).iloc[0]
    # Whether the last message goes on is not known yet.
    assert row.events == 2
    assert row.waiting_bytes > 0
    append(4)
    ingestion.run(source)
    ingestion.run({**source, "complete": True})
    assert subjects(ingestion) == ["1", "2", "3", "4"]
    assert "\nFrom here on" in ingestion.events[0]["event"]["original"]


def test_message_that_cannot_be_read_does_not_stop_the_others(
    ingestion: "Ingestion", logs: Path
) -> None:
    (logs / "1.eml").write_text(message(1), newline="")
    (logs / "2.eml").write_bytes(gzip.compress(message(2).encode())[:-12])
    (logs / "3.eml").write_text(message(3), newline="")
    (logs / "4.eml").symlink_to(logs / "nowhere")
    problems = ingestion.run(mail(logs)).problem.dropna()
    assert subjects(ingestion) == ["1", "3"]
    assert set(problems.index) == {str(logs / "2.eml"), str(logs / "4.eml")}
    assert problems.str.startswith("cannot be read: ").all()


def test_message_above_the_limit_is_a_dead_letter(ingestion: "Ingestion", logs: Path) -> None:
    (logs / "1.eml").write_text(message(1, "x" * 50_000), newline="")
    (logs / "2.eml").write_text(message(2), newline="")
    ingestion.run(mail(logs), message_limit=10_000)
    (letter,) = ingestion.dead_letters
    assert (letter["reason"]["code"], len(letter["raw"])) == ("too_long", 10_000)
    assert subjects(ingestion) == ["2"]


def test_batch_is_full_with_a_few_large_messages(
    logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "BYTES", 1000)
    files = []
    for number, size in enumerate([400, 400, 400, 5000, 10]):
        files.append(logs / f"{number}.eml")
        files[-1].write_bytes(bytes(size))
    assert [len(portion) for portion in messages._portions(files)] == [3, 1, 1]
