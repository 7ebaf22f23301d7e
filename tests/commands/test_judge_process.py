"""A judge that dies is started again, after a pause that grows while it keeps dying."""

from __future__ import annotations

import logging

import pytest

from network_security.commands import judge_process
from network_security.commands.judge_process import JudgeProcess
from tests.watching.conftest import eventually


def pauses(
    command: list[str],
    number: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> list[float]:
    """The first pauses before a command is started again."""
    monkeypatch.setattr(judge_process, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(judge_process, "LONGEST_PAUSE", 0.3)
    judge = JudgeProcess(None, 1.0)
    judge._command = command
    with caplog.at_level(logging.WARNING, judge_process.__name__), judge:
        eventually(lambda: len(caplog.records) >= number)
    return [float(record.args[1]) for record in caplog.records[:number]]  # type: ignore[index,arg-type]


def test_the_pause_grows_while_it_dies_at_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert pauses(["true"], 5, monkeypatch, caplog) == [0.05, 0.1, 0.2, 0.3, 0.3]


def test_the_pause_is_short_again_once_it_ran_for_a_while(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert pauses(["sleep", "0.5"], 2, monkeypatch, caplog) == [0.05, 0.05]
