"""A filter: raw logs in, ECS documents out, one JSON object a line.

``python -m network_security.sensors --format suricata < eve.json > events.ndjson``
"""

import argparse
import os
import select
import sys
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import orjson

from network_security.sensors import FORMATS, ParseError, parse_event, times
from network_security.sensors.detect import Detection, detect
from network_security.sensors.framing import HEAD, Record, framer_class

AUTO = "auto"
CHUNK = 65536

QUIET = 0.2
"""Seconds without a byte after which the first lines are taken for all there is to see."""

PARSED, SOME_FAILED, USAGE = 0, 1, 2


def main() -> int:
    """Run the filter and return its exit status: 0 all parsed, 1 some record failed, 2 usage."""
    parser = _arguments()
    options = parser.parse_args()
    if options.list:
        sys.stdout.write("".join(f"{name}\n" for name in FORMATS))
        return PARSED
    try:
        times.zone(options.timezone)
    except ParseError as error:
        parser.error(str(error))
    failed = False
    for path in options.files or ["-"]:
        try:
            if path == "-":
                failed |= _filter(sys.stdin.buffer, "standard input", options)
            else:
                with Path(path).open("rb") as file:
                    failed |= _filter(file, path, options)
        except BrokenPipeError:
            raise
        except OSError as error:
            _say(f"{path}: {error.strerror}")
            return USAGE
    return SOME_FAILED if failed else PARSED


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m network_security.sensors",
        description="Print the ECS document of every record of raw logs, one JSON object a line.",
        epilog="Exit status: 0 all records parsed, 1 some failed (a line each on standard error), "
        "2 wrong usage or a file that cannot be read.",
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="default: standard input")
    parser.add_argument(
        "--format",
        default=AUTO,
        choices=(AUTO, *FORMATS),
        metavar="FORMAT",
        help="of the records; auto tells it from the first 64 KB",
    )
    parser.add_argument("--timezone", default="UTC", help="of times that name none (default UTC)")
    parser.add_argument(
        "--received", type=_time, help="time of receipt in ISO 8601, with a zone (default now)"
    )
    parser.add_argument("--list", action="store_true", help="print the formats and stop")
    return parser


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no zone, as in 2026-01-14T08:00:00Z")
    return time


def _filter(stream: BinaryIO, name: str, options: argparse.Namespace) -> bool:
    """Write the documents of a stream as its records come; return whether some failed."""
    head = _head(stream)
    format = options.format
    if format == AUTO and head:
        detection = detect(head)
        _say(f"{name}: {_described(detection)}")
        if detection.format is None:
            return True
        format = detection.format
    framer = framer_class(format, head)()
    failed = _write(framer.feed(head), format, name, options)
    while chunk := os.read(stream.fileno(), CHUNK):
        failed |= _write(framer.feed(chunk), format, name, options)
    return failed | _write(framer.finish(), format, name, options)


def _head(stream: BinaryIO) -> bytes:
    """Return the first 64 KB, less at the stream's end or when no more comes behind a line."""
    head = b""
    while len(head) < HEAD and (chunk := os.read(stream.fileno(), HEAD - len(head))):
        head += chunk
        if b"\n" in head and not select.select([stream], [], [], QUIET)[0]:
            break
    return head


def _described(detection: Detection) -> str:
    others = ", ".join(f"{name} {share:.2f}" for name, share in detection.runners_up)
    if detection.format is None:
        return "no known format; name one with --format"
    return f"{detection.format}, confidence {detection.confidence:.2f}" + (
        f" (else {others})" if others else ""
    )


def _write(records: list[Record], format: str, name: str, options: argparse.Namespace) -> bool:
    failed = False
    documents = bytearray()
    for record in records:
        try:
            documents += _document(record, format, options)
        except ParseError as error:
            failed = True
            _say(f"{name}: offset {record.start}: {error.code}: {error}")
    sys.stdout.buffer.write(documents)
    sys.stdout.buffer.flush()
    return failed


def _document(record: Record, format: str, options: argparse.Namespace) -> bytes:
    if record.problem:
        size = record.end - record.start
        raise ParseError(record.problem, f"a record of {size} bytes", raw=record.text, position=0)
    document = parse_event(
        record.text,
        format=format,
        header=record.header,
        received=options.received,
        timezone=options.timezone,
    )
    return orjson.dumps(document, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)


def _say(message: str) -> None:
    """Write one line to standard error; a log's control characters must not reach a terminal."""
    safe = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in message
    )
    sys.stderr.write(f"{safe}\n")


def run() -> int:
    """Run the filter in a pipeline: a reader that leaves and Ctrl-C end it without a traceback."""
    try:
        return main()
    except BrokenPipeError:
        # Nobody reads any more; Python is not to try once more when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + 13
    except KeyboardInterrupt:
        return 128 + 2


if __name__ == "__main__":
    sys.exit(run())
