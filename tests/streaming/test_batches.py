"""Records come in batches whose checkpoints stand exactly behind them."""

import gzip
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from network_security.sensors.framing import framer_class
from network_security.streaming import batches
from network_security.streaming.batches import Batch, read_batches
from network_security.streaming.checkpoints import begin, matches
from network_security.streaming.inputs import Stream

NOW = datetime(2026, 1, 20, tzinfo=UTC)


def read(file: Path, *, ended: bool = False, most: int = 10, format: str = "sshd") -> list[Batch]:
    with Stream(file) as stream:
        head = stream.read_at(0, 1024)
        checkpoint = begin(
            source="a", path=str(file), format=format, confidence=1, head=head, taken=()
        )
        start = Batch(checkpoint, [], checkpoint.stream, NOW, "UTC")
        framer = framer_class(format, head)()
        return list(read_batches(stream, framer, start, head=b"", ended=ended, most=most))


@pytest.fixture(params=[1, 7, 100, 256 * 1024])
def any_chunk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "CHUNK", request.param)


@pytest.mark.usefixtures("any_chunk")
@pytest.mark.parametrize(
    ("format", "record"),
    [
        ("sshd", b"line %d\r\n"),
        ("suricata", b'{\n "n": %d,\n "s": "}{"\n}\n'),
        ("snort", b"[**] [1:%d:1] text [**]\nsecond line\n\n"),
        ("email", b"From ann Wed Jan 14 08:00:00 2026\nSubject: %d\n\ntext\n\n"),
    ],
)
def test_reading_can_stop_behind_any_batch_and_go_on(
    tmp_path: Path, format: str, record: bytes
) -> None:
    file = tmp_path / "log"
    content = b"".join(record % number for number in range(30))
    file.write_bytes(content)
    found = read(file, ended=True, most=4, format=format)
    whole = [one for batch in found for one in batch.records]
    assert len(whole) == 30
    assert [batch.last for batch in found] == [False] * (len(found) - 1) + [True]
    assert all(len(batch.records) <= 4 for batch in found[:-1])
    behind = 0
    for batch in found:
        behind += len(batch.records)
        checkpoint = batch.checkpoint
        with Stream(file) as stream:
            assert matches(checkpoint, stream.read_at)
            stream.seek(checkpoint.offset)
            framer = framer_class(format, content)(
                offset=checkpoint.offset, header=checkpoint.header
            )
            start = Batch(checkpoint, [], checkpoint.stream, NOW, "UTC")
            rest = read_batches(stream, framer, start, head=b"", ended=True, most=100)
            assert [one for batch in rest for one in batch.records] == whole[behind:]


def test_unfinished_record_waits(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_bytes(b"one\ntwo\nthr")
    last = read(file)[-1]
    assert (last.waiting, last.checkpoint.offset, last.problem) == (3, 8, None)
    last = read(file, ended=True)[-1]
    assert (last.waiting, last.checkpoint.offset) == (0, 11)


def test_sizes_add_up_to_the_bytes_on_disk(tmp_path: Path) -> None:
    file = tmp_path / "log"
    generator = random.Random(0)
    lines = "".join(f"{generator.random()}\n" for _ in range(50_000))
    file.write_bytes(gzip.compress(lines.encode()))
    found = read(file, ended=True, most=1000)
    assert sum(batch.size for batch in found) == file.stat().st_size
    assert sum(len(batch.records) for batch in found) == 50_000


def test_damaged_stream_says_where_and_its_last_line_is_not_taken(tmp_path: Path) -> None:
    file = tmp_path / "log"
    generator = random.Random(0)
    lines = "".join(f"{generator.random()}\n" for _ in range(50_000)).encode()
    file.write_bytes(gzip.compress(lines)[:-200_000])
    found = read(file, ended=True)
    texts = [record.text for batch in found for record in batch.records]
    last = found[-1]
    assert lines.startswith("\n".join(texts).encode() + b"\n")
    assert len(texts) > 1000
    assert last.problem.startswith("damaged behind byte ")
    assert last.checkpoint.offset == len("\n".join(texts)) + 1
