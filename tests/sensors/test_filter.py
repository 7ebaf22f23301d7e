"""The filter in real pipelines."""

import os
import select
import signal
import subprocess
import sys

import orjson
import pytest

from network_security.sensors import FORMATS
from network_security.sensors.samples import raw_events

COMMAND = [sys.executable, "-m", "network_security.sensors"]
ASA = "\n".join(raw_events("cisco_asa")).encode() + b"\n"


def run(*arguments, data=b""):
    return subprocess.run(
        [*COMMAND, *arguments], input=data, capture_output=True, timeout=60, check=False
    )


def test_every_record_becomes_a_document():
    done = run("--format", "cisco_asa", "--received", "2026-01-15T12:00:00Z", data=ASA)

    documents = [orjson.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert done.stderr == b""
    assert [document["event"]["original"] for document in documents] == raw_events("cisco_asa")
    assert documents[0]["event"]["ingested"] == "2026-01-15T12:00:00Z"


def test_times_without_a_zone_are_read_in_the_given_one():
    line = b"Jan 14 2026 08:19:00 fw : %ASA-7-609001: Built local-host inside:10.20.0.15\n"

    done = run("--format", "cisco_asa", "--timezone", "Europe/Paris", data=line)

    assert orjson.loads(done.stdout)["@timestamp"] == "2026-01-14T07:19:00Z"


def test_a_record_that_fails_is_one_safe_line_of_error_and_the_others_go_on():
    done = run("--format", "cisco_asa", data=b"\x1b[2J bad \xff\n" + ASA)

    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == len(raw_events("cisco_asa"))
    assert done.stderr.startswith(b"standard input: offset 0: unsupported: ")
    assert len(done.stderr.splitlines()) == 1
    assert b"\x1b" not in done.stderr


def test_a_record_too_long_is_said_and_skipped():
    done = run("--format", "cisco_asa", data=b"x" * 1_500_000 + b"\n" + ASA)

    assert done.returncode == 1
    assert b"too_long: a record of 1500001 bytes" in done.stderr
    assert len(done.stdout.splitlines()) == len(raw_events("cisco_asa"))


def test_the_format_is_told_and_named_with_its_confidence():
    done = run(data=ASA)

    assert done.returncode == 0
    assert done.stderr.startswith(b"standard input: cisco_asa, confidence 0.9")


def test_what_is_no_log_is_refused_with_advice():
    done = run(data=b"<html></html>\n")

    assert done.returncode == 1
    assert done.stdout == b""
    assert b"--format" in done.stderr


def test_nothing_in_gives_nothing_out():
    done = run()

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_files_are_read_in_order_with_their_headers(tmp_path):
    log = next(raw for raw in raw_events("zeek") if raw.startswith("#"))
    for name in ("a.log", "b.log"):
        (tmp_path / name).write_text(log)

    done = run(str(tmp_path / "a.log"), str(tmp_path / "b.log"))

    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 2
    assert b"a.log: zeek" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--format", "abacus"],
        ["--timezone", "Mars/Olympus"],
        ["--received", "2026-01-14T08:00:00"],
        ["--received", "soon"],
        ["/nonexistent/file.log"],
    ],
)
def test_wrong_usage_has_status_two(arguments):
    done = run(*arguments)

    assert done.returncode == 2
    assert done.stderr
    assert b"Traceback" not in done.stderr


def test_the_formats_can_be_listed():
    assert run("--list").stdout.decode().split() == list(FORMATS)


def start():
    return subprocess.Popen(
        [*COMMAND, "--format", "cisco_asa"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def line_within(stream, seconds):
    assert select.select([stream], [], [], seconds)[0]
    return os.read(stream.fileno(), 1 << 20)


def test_documents_appear_as_lines_arrive():
    lines = ASA.splitlines(keepends=True)
    with start() as process:
        for line in lines[:3]:
            process.stdin.write(line)
            process.stdin.flush()
            assert line_within(process.stdout, 30).count(b"\n") == 1
        process.stdin.close()
        assert process.wait(30) == 0


def test_a_reader_that_leaves_ends_the_filter_quietly():
    with start() as process:
        process.stdout.close()
        try:
            for _ in range(200):
                process.stdin.write(ASA)
            process.stdin.close()
        except BrokenPipeError:
            pass
        assert process.wait(30) != 0
        assert process.stderr.read() == b""
        process.stdin = None


def test_an_interrupt_ends_the_filter_quietly():
    with start() as process:
        process.stdin.write(ASA)
        process.stdin.flush()
        line_within(process.stdout, 30)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr.read() == b""
