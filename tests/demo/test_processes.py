import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from network_security.demo.processes import Process, ProcessError, stop_all


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str, str], Process]:
    def make(name: str, code: str) -> Process:
        return Process(
            name, [sys.executable, "-u", "-c", code], tmp_path / f"{name}.log", os.environ, tmp_path
        )

    return make


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_one_that_ends_is_reported_with_its_last_lines(program) -> None:
    process = program("watcher", "print('cannot listen'); raise SystemExit(3)")
    process.start()
    process.wait(10)
    with pytest.raises(ProcessError, match=r"(?s)watcher ended with status 3.*cannot listen"):
        process.check()


def test_one_that_runs_is_fine_and_stops_when_asked(program) -> None:
    process = program("service", "import time; print('up'); time.sleep(60)")
    process.start()
    wait_for(lambda: "up" in process.tail())
    process.check()
    assert stop_all([process]) == []
    with pytest.raises(ProcessError):
        process.check()


def test_one_that_does_not_stop_is_killed_with_what_it_started(program) -> None:
    code = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        "print('child', child.pid); time.sleep(60)"
    )
    process = program("stubborn", code)
    process.start()
    wait_for(lambda: "child" in process.tail())
    grandchild = int(process.tail().split()[-1])
    assert stop_all([process], seconds=0.2) == ["stubborn"]
    wait_for(lambda: not is_running(grandchild))


def test_ctrl_c_in_the_terminal_is_not_for_children(program) -> None:
    process = program("service", "import time; print('up'); time.sleep(60)")
    process.start()
    try:
        assert process.pid is not None
        assert os.getsid(process.pid) != os.getsid(0)
    finally:
        stop_all([process])


def test_never_started_is_stopped_already(program) -> None:
    process = program("watcher", "")
    assert stop_all([process]) == []
    process.check()


def test_a_command_ends_when_its_parent_is_killed() -> None:
    command = (
        "import threading, time; from network_security.demo.child import end_with_parent;"
        "threading.Thread(target=end_with_parent, daemon=True).start(); time.sleep(60)"
    )
    parent = (
        "import subprocess, sys, time;"
        f"child = subprocess.Popen([sys.executable, '-c', {command!r}], stdin=subprocess.PIPE,"
        "stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True);"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    running = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    child = int(running.stdout.readline())
    assert is_running(child)
    running.send_signal(signal.SIGKILL)
    running.wait()
    running.stdout.close()
    wait_for(lambda: not is_running(child))


def is_running(pid: int) -> bool:
    """Whether a process runs; one that has ended but was not waited for does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
