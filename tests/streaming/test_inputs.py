"""What paths name, and the bytes that are in it."""

import bz2
import gzip
import io
import lzma
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from network_security.streaming.inputs import DAMAGED, Input, Source, Stream, find_inputs

COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zstd": zstandard.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}
every_compression = pytest.mark.parametrize("compress", COMPRESSIONS.values(), ids=COMPRESSIONS)


def found(path: str | Path) -> list[Input]:
    return list(find_inputs(Source(str(path))))


def names(path: str | Path, folder: Path) -> list[str]:
    return [str(item.path.relative_to(folder)) for item in found(path)]


def write(folder: Path, *files: str) -> None:
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(file)


def test_folder_is_walked_through_without_hidden_files(tmp_path: Path) -> None:
    write(tmp_path, "b.log", "a/x.log", "a/deep/y.log", ".hidden", ".git/config", "a/.#x.log")
    assert names(tmp_path, tmp_path) == ["a/deep/y.log", "a/x.log", "b.log"]


def test_patterns_name_files_and_folders(tmp_path: Path) -> None:
    write(tmp_path, "mail.log", "mail.log.1", "auth.log", "a/mail.log")
    assert names(tmp_path / "mail.log*", tmp_path) == ["mail.log", "mail.log.1"]
    assert names(tmp_path / "**" / "mail.log", tmp_path) == ["a/mail.log", "mail.log"]
    assert names(tmp_path / "?", tmp_path) == ["a/mail.log"]
    assert found(tmp_path / "*.gz") == []
    assert found(tmp_path / "nothing") == []


def test_pattern_that_names_folders_and_their_files_gives_each_once(tmp_path: Path) -> None:
    write(tmp_path, "a/b/x.log", "a/y.log", "a/mail/1.eml")
    assert sorted(names(tmp_path / "**", tmp_path)) == ["a/b/x.log", "a/mail", "a/y.log"]


def test_brackets_in_a_name_are_no_pattern_when_there_is_such_a_file(tmp_path: Path) -> None:
    write(tmp_path, "fw[1].log", "fw1.log")
    assert names(tmp_path / "fw[1].log", tmp_path) == ["fw[1].log"]
    (tmp_path / "fw[1].log").unlink()
    assert names(tmp_path / "fw[1].log", tmp_path) == ["fw1.log"]


def test_links_in_circles_end(tmp_path: Path) -> None:
    write(tmp_path, "a/x.log")
    for link in ("a/up", "a/again", "round"):
        (tmp_path / link).symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "same.log").symlink_to(tmp_path / "a" / "x.log")
    (tmp_path / "itself.log").symlink_to(tmp_path / "itself.log")
    assert names(tmp_path, tmp_path) == ["a/x.log", "itself.log"]


def test_folder_that_vanishes_is_left_to_the_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a/x.log", "b.log")
    is_dir = Path.is_dir

    def is_dir_until_asked(path: Path) -> bool:
        there = is_dir(path)
        if path.name == "a":
            shutil.rmtree(path)
        return there

    monkeypatch.setattr(Path, "is_dir", is_dir_until_asked)
    items = found(tmp_path)
    assert [item.path.name for item in items] == ["a", "b.log"]
    assert items[0].size == 0
    with pytest.raises(FileNotFoundError):
        _ = items[0].messages


def test_size_is_that_on_disk_and_nothing_when_the_file_is_gone(tmp_path: Path) -> None:
    write(tmp_path, "ab.log", "gone.log", "mails/1.eml", "mails/22.eml")
    items = found(tmp_path)
    (tmp_path / "gone.log").unlink()
    assert [item.size for item in items] == [6, 0, 23]
    assert found("-")[0].size == 0


def test_messages_of_a_folder_are_one_input(tmp_path: Path) -> None:
    write(tmp_path, "in/b.eml", "in/a.EML", "in/notes.log", "in/.c.eml")
    folder, log = found(tmp_path)
    assert (folder.path, folder.kind) == (tmp_path / "in", "messages")
    assert [file.name for file in folder.messages] == ["a.EML", "b.eml"]
    assert (log.path.name, log.kind) == ("notes.log", "file")
    (single,) = found(tmp_path / "in" / "b.eml")
    assert (single.kind, single.messages) == ("messages", [tmp_path / "in" / "b.eml"])


def test_maildir_is_its_delivered_messages(tmp_path: Path) -> None:
    write(tmp_path, "cur/1:2,S", "new/2", "tmp/3", "new/.4")
    assert names(tmp_path, tmp_path) == ["cur", "new"]
    assert [file.name for item in found(tmp_path) for file in item.messages] == ["1:2,S", "2"]


def test_label_is_the_name_of_the_source_else_the_path(tmp_path: Path) -> None:
    write(tmp_path, "a.log")
    (named,) = find_inputs(Source(str(tmp_path / "a.log"), name="Firewall Ørsted"))
    assert (named.label, found(tmp_path)[0].label) == ("Firewall Ørsted", f"{tmp_path}/a.log")
    odd = Path(os.fsdecode(b"/logs/d\xe9mon"))
    assert Input(Source(""), odd, "file").label == "/logs/d\\xe9mon"


def test_paths_are_absolute_and_home_is_expanded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a.log")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert found("a.log")[0].path == found("~/a.log")[0].path == tmp_path / "a.log"


def read_all(stream: Stream) -> bytes:
    return b"".join(iter(lambda: stream.read(1000), b""))


@every_compression
def test_compression_is_told_by_the_content(
    tmp_path: Path, compress: Callable[[bytes], bytes]
) -> None:
    content = random.Random(0).randbytes(300_000)
    file = tmp_path / "plain.log"
    file.write_bytes(compress(content[:100_000]) + compress(content[100_000:]))
    with Stream(file) as stream:
        assert stream.compressed
        assert stream.read_at(99_990, 20) == content[99_990:100_010]
        assert stream.read_at(299_990, 20) == content[299_990:]
        assert read_all(stream) == content
        assert stream.position() == file.stat().st_size
    with Stream(file) as stream:
        stream.seek(150_000)
        assert read_all(stream) == content[150_000:]


def test_name_of_a_compressed_file_means_nothing(tmp_path: Path) -> None:
    file = tmp_path / "plain.log.gz"
    file.write_bytes(b"a line\n")
    with Stream(file) as stream:
        assert not stream.compressed
        assert read_all(stream) == b"a line\n"


@every_compression
def test_cut_off_file_is_read_as_far_as_it_goes(
    tmp_path: Path, compress: Callable[[bytes], bytes]
) -> None:
    content = random.Random(0).randbytes(2_000_000)
    file = tmp_path / "cut"
    file.write_bytes(compress(content)[:-500_000])
    got = io.BytesIO()

    def read() -> None:
        with Stream(file) as stream:
            while chunk := stream.read(10_000):
                got.write(chunk)

    with pytest.raises(DAMAGED):
        read()
    assert got.getvalue() == content[: got.tell()]
    assert got.tell() > 500_000
    with Stream(file) as stream:
        assert stream.read_at(0, 64 * 1024) == content[: 64 * 1024]
        assert stream.read_at(1_900_000, 10) == b""


def test_small_cut_off_file_shows_what_there_is(tmp_path: Path) -> None:
    file = tmp_path / "cut.gz"
    file.write_bytes(gzip.compress(random.Random(0).randbytes(5_000))[:-1000])
    with Stream(file) as stream:
        assert len(stream.read_at(0, 64 * 1024)) > 3_000
    file.write_bytes(b"\x1f\x8b\x08 and nothing of it is right")
    with Stream(file) as stream:
        assert stream.read_at(0, 100) == b""
        with pytest.raises(DAMAGED):
            stream.read(1)


def test_zeros_behind_a_gzip_member_are_padding_and_garbage_is_damage(tmp_path: Path) -> None:
    file = tmp_path / "padded"
    file.write_bytes(gzip.compress(b"text\n") + bytes(100))
    with Stream(file) as stream:
        assert read_all(stream) == b"text\n"
    file.write_bytes(gzip.compress(b"text\n") + b"garbage")
    with Stream(file) as stream:
        assert stream.read(100) == b"text\n"
        with pytest.raises(DAMAGED):
            stream.read(100)


def test_way_round_leads_to_the_same_file(logs: Path) -> None:
    (logs / "auth.log").write_text("x\n")
    (found,) = find_inputs(Source(str(logs / ".." / "logs" / "auth.log")))
    assert found.path == logs / "auth.log"
