"""The journal keeps what was received across ends of its process, within its bound."""

import os
from pathlib import Path

import pytest

from network_security.watching.entries import DamagedError, Entry
from network_security.watching.journal import ChannelName, Journal, JournalFullError
from network_security.watching.settings import JournalOptions

WEB = ChannelName("http", "suricata")


def journal_in(folder: Path, **options: int) -> Journal:
    return Journal(folder, JournalOptions(folder, sync="never", **options))  # type: ignore[arg-type]


def entry(number: int, size: int = 10) -> Entry:
    return Entry(number, "192.0.2.1", b"%d" % number + b"x" * size)


def read_all(journal: Journal, offset: int = 0) -> list[Entry]:
    """All entries of the one channel, file by file."""
    (channel,) = journal.channels
    found = []
    while some := channel.read(offset, records=3, size=50):
        found += [one for one, _ in some]
        offset = some[-1][1]
    return found


def test_what_was_appended_is_there_after_the_process_ended(tmp_path: Path) -> None:
    first = journal_in(tmp_path, segment_bytes=100)
    for number in range(20):
        first.append({WEB: [entry(number)]})
    stream = first.channels[0].stream
    again = journal_in(tmp_path, segment_bytes=100)
    assert read_all(again) == [entry(number) for number in range(20)]
    assert again.channels[0].name == WEB
    assert again.channels[0].stream == stream
    assert again.grown.is_set()


def test_what_was_half_written_is_cut_off_and_written_over(tmp_path: Path) -> None:
    first = journal_in(tmp_path)
    first.append({WEB: [entry(1)]})
    (file,) = tmp_path.glob("*/*.journal")
    with file.open("ab") as opened:
        opened.write(b"1772438400000 192.0.2.1 500 -\nhalf")
    again = journal_in(tmp_path)
    again.append({WEB: [entry(2)]})
    assert read_all(again) == [entry(1), entry(2)]


def test_files_are_deleted_once_they_are_stored(tmp_path: Path) -> None:
    journal = journal_in(tmp_path, segment_bytes=100)
    for number in range(20):
        journal.append({WEB: [entry(number)]})
    (channel,) = journal.channels
    assert len(list(tmp_path.glob("*/*.journal"))) > 3
    channel.acknowledge(channel.end)
    assert len(list(tmp_path.glob("*/*.journal"))) == 1
    assert journal.waiting == 0
    journal.append({WEB: [entry(99)]})
    assert read_all(journal, channel.stored) == [entry(99)]
    # Offsets go on, so that ids made of them never come again.
    assert journal_in(tmp_path).channels[0].end == channel.end


def test_at_the_bound_nothing_is_appended_until_something_is_stored(tmp_path: Path) -> None:
    journal = journal_in(tmp_path, most_bytes=200)
    number = 0
    while journal.has_room:
        journal.append({WEB: [entry(number)]})
        number += 1
    with pytest.raises(JournalFullError, match="200 bytes wait"):
        journal.append({WEB: [entry(99)]})
    kept = read_all(journal)
    assert kept == [entry(one) for one in range(number)]
    journal.channels[0].acknowledge(journal.channels[0].end)
    journal.append({WEB: [entry(50)]})
    assert read_all(journal) == [*kept, entry(50)]


def test_on_a_full_disk_all_or_nothing_is_appended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = journal_in(tmp_path)
    journal.append({WEB: [entry(1)]})
    write = os.pwrite

    def full(descriptor: int, data: bytes, offset: int) -> int:
        if len(data) > 100:
            write(descriptor, data[:10], offset)
            raise OSError(28, "No space left on device")
        return write(descriptor, data, offset)

    monkeypatch.setattr(os, "pwrite", full)
    other = ChannelName("http", "panos")
    with pytest.raises(JournalFullError, match="No space left"):
        journal.append({other: [entry(2)], WEB: [entry(3, size=200)]})
    monkeypatch.undo()
    journal.append({WEB: [entry(4)]})
    (of_web,) = (each for each in journal.channels if each.name == WEB)
    assert [one for one, _ in of_web.read(0, records=9, size=999)] == [entry(1), entry(4)]
    assert sum(each.waiting for each in journal.channels if each.name == other) == 0


def test_a_file_that_something_else_wrote_into_is_told(tmp_path: Path) -> None:
    journal = journal_in(tmp_path)
    journal.append({WEB: [entry(1)]})
    (channel,) = journal.channels
    (file,) = tmp_path.glob("*/*.journal")
    file.write_bytes(b"?" * file.stat().st_size)
    with pytest.raises(DamagedError):
        channel.read(0, records=9, size=999)
    assert channel.skip_damage(0) == channel.end
