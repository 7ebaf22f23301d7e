from pathlib import Path

import pytest

from network_security.scoring import message_files
from network_security.scoring.message_files import MessageFiles, is_message
from network_security.scoring.rows import TableError
from network_security.sensors.framing import framer_class

ONE = b"From: ann@example.org\nSubject: one\n\nFirst.\n\n"
TWO = b"From: bob@example.org\nSubject: two\n\n>From here on.\n\n"


def messages(source: MessageFiles, behind: int = 0) -> dict[int, tuple[str, bytes]]:
    return {
        int(number): (Path(name).name, raw)
        for rows in source.rows(behind)
        for number, name, raw in zip(
            rows.numbers, rows.frame["message"], rows.frame["raw"], strict=True
        )
    }


def test_files_of_a_folder_and_messages_of_mailboxes(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a.eml").write_bytes(ONE)
    separator = b"From x@example.org Mon Mar  2 08:00:00 2026\n"
    (tmp_path / "b" / "box").write_bytes(separator + ONE + separator + TWO)
    source = MessageFiles(str(tmp_path))

    read = messages(source)

    assert read == {
        1: ("a.eml", ONE),
        2: ("box#1", (separator + ONE).rstrip()),
        3: ("box#2", (separator + TWO.replace(b">From", b"From")).removesuffix(b"\n")),
    }
    assert messages(source, behind=2) == {3: read[3]}
    assert messages(MessageFiles(str(tmp_path / "*.eml"))) == {1: ("a.eml", ONE)}


def test_a_changed_message_is_another_source(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(ONE)
    before = MessageFiles(str(tmp_path)).fingerprint
    assert MessageFiles(str(tmp_path)).fingerprint == before
    (tmp_path / "a.eml").write_bytes(TWO)

    assert MessageFiles(str(tmp_path)).fingerprint != before


def test_a_message_too_large_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_files, "LARGEST", 60)
    (tmp_path / "a.eml").write_bytes(ONE)
    (tmp_path / "b.eml").write_bytes(ONE * 2)

    (rows,) = MessageFiles(str(tmp_path)).rows()

    assert rows.numbers.tolist() == [1]
    assert "b.eml has more than 60 bytes" in rows.unreadable[2]


def test_a_message_of_a_mailbox_that_is_too_large_is_told_and_the_next_one_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_files, "LARGEST", 70)
    monkeypatch.setattr(message_files, "CHUNK", 16)
    separator = b"From x@example.org\n"
    (tmp_path / "box").write_bytes(separator + ONE * 9 + separator + ONE)

    (rows,) = MessageFiles(str(tmp_path)).rows()

    assert "box#1 has more than 70 bytes" in rows.unreadable[1]
    assert rows.frame["raw"].tolist() == [(separator + ONE).removesuffix(b"\n")]


def test_a_message_of_a_mailbox_is_the_one_that_is_followed(tmp_path: Path) -> None:
    separator = b"From x@example.org Mon Mar  2 08:00:00 2026\n"
    box = separator + ONE + separator + TWO
    (tmp_path / "box").write_bytes(box)
    framer = framer_class("email", box)()

    followed = [record.text for record in [*framer.feed(box), *framer.finish()]]

    assert [raw.decode() for _, raw in messages(MessageFiles(str(tmp_path))).values()] == followed


def test_there_must_be_a_message(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no message is there"):
        MessageFiles(str(tmp_path))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (ONE, True),
        (b"Received: by mail\n\tfor ann\nFrom: ann@example.org\n", True),
        (b"https://example.org/\n", False),
        (b"url,port\n", False),
        (b"host: example.org\n", False),
        (b"", False),
    ],
)
def test_messages_are_told_by_their_headers(head: bytes, expected: bool) -> None:
    assert is_message(head) is expected
