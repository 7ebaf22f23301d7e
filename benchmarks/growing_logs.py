"""Log files as a busy machine leaves them: growing, rotated, with a last line that is not finished.

They hold mail logs whose messages are spread over lines, JSON, comma-separated values, tables with
a header, a compressed file, a folder of messages, and lines that are no event.
"""

import gzip
import json
import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from network_security.sensors.samples import raw_events

BEGIN = datetime(2026, 1, 14, 8, tzinfo=UTC)
LINE_LIMIT = 20_000
"""A few lines are longer."""

UNDER_WAY = 6
"""Messages that a mail server has in hand at a time."""


class Logs:
    """The files of one folder, each of them written from an endless supply of lines."""

    def __init__(self, folder: Path, numbers: random.Random) -> None:
        """Make the folder, a compressed file and the beginnings of all others."""
        self._folder, self._numbers = folder, numbers
        self._inbox = folder / "inbox"
        self._inbox.mkdir(parents=True)
        self._files = {
            "mail.log": (_mail(numbers), "postfix"),
            "eve.json": (_suricata(), "suricata"),
            "fw.log": (_panos(), "panos"),
            "conn.log": (_zeek(), "zeek"),
            "odd.log": (_odd(numbers), "sshd"),
        }
        self._unwritten = dict.fromkeys(self._files, b"")
        self.rotations = 0
        self._append("conn.log", _zeek_header(0))
        old = b"\n".join(line for line, _ in zip(_sshd(), range(400), strict=False))
        (folder / "old.log.gz").write_bytes(gzip.compress(old))

    @property
    def sources(self) -> list[dict[str, Any]]:
        """What an ingestion is to read."""
        found = [(f"{name}*", format) for name, (_, format) in self._files.items()]
        found += [("old.log.gz", "sshd"), ("inbox", "email")]
        return [
            {"path": str(self._folder / path), "format": format, "name": path}
            for path, format in found
        ]

    def grow(self, records: int) -> None:
        """Append about so many lines, the last one of each file only in part; some messages."""
        for name, (lines, _) in self._files.items():
            new = [next(lines) for _ in range(self._numbers.randint(0, 2 * records // 5))]
            text = self._unwritten[name] + b"".join(line + b"\n" for line in new)
            cut = max(0, len(text) - self._numbers.randint(0, 80))
            self._append(name, text[:cut])
            self._unwritten[name] = text[cut:]
        for _ in range(self._numbers.randint(0, 3)):
            self._deliver()

    def rotate(self) -> None:
        """Rename the files as logrotate does; a line that was begun is finished where it was."""
        for name in self._files:
            for number in range(self.rotations, -1, -1):
                (self._folder / _rotated(name, number)).rename(
                    self._folder / _rotated(name, number + 1)
                )
            line, newline, self._unwritten[name] = self._unwritten[name].partition(b"\n")
            self._append(_rotated(name, 1), line + newline)
            self._append(name, b"")
        self.rotations += 1
        self._append("conn.log", _zeek_header(self.rotations))

    def complete(self) -> None:
        """Finish the last line of each file."""
        for name, rest in self._unwritten.items():
            self._append(name, rest)
            self._unwritten[name] = b""

    def records(self) -> Counter[tuple[str, int, str]]:
        """Path, position in bytes, and text of each record that there is, and how often."""
        found: Counter[tuple[str, int, str]] = Counter()
        for path in self._folder.iterdir():
            if path.is_file():
                content = path.read_bytes()
                content = gzip.decompress(content) if path.suffix == ".gz" else content
                position = 0
                for line in content.splitlines(keepends=True):
                    if line.strip() and not line.startswith(b"#"):
                        found[str(path), position, readable(line.rstrip(b"\n")[:LINE_LIMIT])] += 1
                    position += len(line)
        # The same message twice in a folder is one.
        texts = {readable(file.read_bytes()) for file in self._inbox.iterdir()}
        found.update((str(self._inbox), 0, text) for text in texts)
        return found

    def _append(self, name: str, text: bytes) -> None:
        with (self._folder / name).open("ab") as file:
            file.write(text)

    def _deliver(self) -> None:
        """Put a message into the folder, whole; now and then one that is there already."""
        there = sorted(self._inbox.iterdir())
        number = len(there)
        content = _message(number)
        if there and self._numbers.random() < 0.1:  # noqa: PLR2004
            content = self._numbers.choice(there).read_bytes()
        partial = self._folder / ".partial"
        partial.write_bytes(content)
        partial.rename(self._inbox / f"{self._numbers.random():.12f}.eml")


def readable(content: bytes) -> str:
    """Return bytes as text, with a replacement character for each that is none."""
    text = content.decode("utf-8", "surrogateescape")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _rotated(name: str, number: int) -> str:
    return f"{name}.{number}" if number else name


def _mail(numbers: random.Random) -> Iterator[bytes]:
    """Lines of Postfix, of a few messages at a time, some deferred and tried again."""
    queue_ids = count()
    under_way: deque[Iterator[str]] = deque()
    for second in count():
        while len(under_way) < UNDER_WAY:
            under_way.append(_mail_of(f"{next(queue_ids):010X}", numbers))
        under_way.rotate(numbers.randrange(UNDER_WAY))
        text = next(under_way[0], None)
        if text is None:
            under_way.popleft()
        else:
            moment = BEGIN + timedelta(seconds=second)
            yield f"{moment:%b %d %H:%M:%S} mx1 postfix/{text}".encode()


def _mail_of(queue_id: str, numbers: random.Random) -> Iterator[str]:
    to = f"{queue_id}: to=<ann@example.com>, relay=mbx.example.com[192.0.2.25]:25, delay=0.9"
    yield f"smtpd[411]: {queue_id}: client=mail.example.net[203.0.113.{numbers.randint(1, 254)}]"
    yield f"cleanup[412]: {queue_id}: message-id=<{queue_id}@example.net>"
    yield f"qmgr[99]: {queue_id}: from=<cara@example.net>, size=3120, nrcpt=1 (queue active)"
    for _ in range(numbers.randint(0, 2)):
        yield f"smtp[413]: {to}, dsn=4.4.1, status=deferred (try again, {numbers.random()})"
    yield f"smtp[413]: {to}, dsn=2.0.0, status=sent (250 2.0.0 Ok)"
    yield f"qmgr[99]: {queue_id}: removed"


def _suricata() -> Iterator[bytes]:
    for number in count():
        event = {
            "timestamp": (BEGIN + timedelta(seconds=number)).isoformat(),
            "flow_id": number,
            "event_type": "dns",
            "src_ip": "10.20.0.15",
            "src_port": 1024 + number % 60_000,
            "dest_ip": "10.20.1.53",
            "dest_port": 53,
            "proto": "UDP",
            "dns": {"type": "query", "id": number % 65536, "rrname": f"h{number}.example.com"},
        }
        yield json.dumps(event).encode()


def _panos() -> Iterator[bytes]:
    sample = next(raw for raw in raw_events("panos") if "TRAFFIC,drop" in raw)
    for number in count():
        yield sample.replace("08:20:01", f"{BEGIN + timedelta(seconds=number):%H:%M:%S}").encode()


def _zeek() -> Iterator[bytes]:
    sample = _zeek_sample()[-1]
    for number in count():
        moment = f"{(BEGIN + timedelta(seconds=number)).timestamp():.6f}"
        yield "\t".join([moment, f"C{number}", *sample.split("\t")[2:]]).encode()


def _zeek_header(number: int) -> bytes:
    """The lines that Zeek begins every file with."""
    opened = f"#open\t{BEGIN + timedelta(days=number):%Y-%m-%d-%H-%M-%S}"
    return "".join(f"{line}\n" for line in (*_zeek_sample()[:-1], opened)).encode()


def _zeek_sample() -> list[str]:
    return next(raw for raw in raw_events("zeek") if "#fields" in raw).splitlines()


def _sshd() -> Iterator[bytes]:
    for number in count():
        moment = BEGIN + timedelta(seconds=number)
        yield (
            f"{moment:%b %d %H:%M:%S} bastion sshd[{number}]: Failed password for invalid user "
            f"oracle from 203.0.113.50 port {1024 + number} ssh2"
        ).encode()


def _odd(numbers: random.Random) -> Iterator[bytes]:
    """Events between blank lines, broken ones, bytes that are no text, and lines without end."""
    makers: tuple[Callable[[int, bytes], bytes], ...] = (
        lambda _, event: event,
        lambda _, event: event,
        lambda _, event: event[: len(event) // 2],
        lambda number, _: f"no event {number}".encode(),
        lambda number, _: b"\x80\xff\xfe %d" % number,
        lambda number, event: event.replace(b"oracle", b"caf\xe9-%d" % number),
        lambda _number, _event: b"",
    )
    for number, event in enumerate(_sshd()):
        if number % 300 == 150:  # noqa: PLR2004
            yield b"%d " % number + b"x" * (LINE_LIMIT + 1000)
        yield numbers.choice(makers)(number, event)


def _message(number: int) -> bytes:
    moment = BEGIN + timedelta(minutes=number)
    return (
        f"From: Cara <cara{number}@example.net>\r\nTo: ann@example.com\r\n"
        f"Subject: Report {number}\r\nMessage-ID: <{number}@example.net>\r\n"
        f"Date: {moment:%a, %d %b %Y %H:%M:%S +0000}\r\n\r\nIt is attached, as was {number}.\r\n"
    ).encode()
