"""How far reading is, on a terminal and in a log."""

import io
import logging
import sys

import pytest

from network_security.streaming import progress as module
from network_security.streaming.progress import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_log_has_a_line_now_and_then(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 4.0, 10.0, 12.0, 20.0])
    monkeypatch.setattr(module.time, "perf_counter", lambda: next(clock))
    with caplog.at_level(logging.INFO), progress(4000) as shown:
        for _ in range(4):
            shown.advance("fw.log", 500, 1500)
    assert caplog.messages == [
        "fw.log: 25%, 3,000 records, 300/s",
        "fw.log: 50%, 6,000 records, 300/s",
    ]


def test_log_of_a_stream_without_a_size_tells_no_share(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOGGED_SECONDS", 0.0)
    with caplog.at_level(logging.INFO), progress(0) as shown:
        shown.advance("stdin", 500, 1)
    assert caplog.messages[0].startswith("stdin: 1 records")


def test_terminal_shows_a_bar_that_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    with progress(2048) as shown:
        shown.advance("mail.log", 1024, 1500)
        shown.advance("/var/log/" + "long/" * 20 + "[red]mail.log", 1024, 1500)
    printed = terminal.getvalue()
    assert "3,000 records" in printed
    assert "…" in printed
    assert "[red]mail.log" in printed
    # Up into the bar's line, and that erased.
    assert printed.endswith("\x1b[1A\x1b[2K")
