"""``kedro watch`` runs until it is told to stop, with the options that were given."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner

from network_security.commands.watch import watch
from network_security.sensors import FORMATS
from network_security.storage import embedded, open_database
from network_security.watching.settings import Address
from tests.watching.conftest import PHISHING, PHISHING_HOST, eventually, tcp_to

RUN = "from network_security.commands.watch import watch; watch()"


class Watching:
    """``kedro watch`` in a project of its own."""

    def __init__(self, project: Path, *options: str) -> None:
        environment = os.environ | {
            "NETWORK_SECURITY_PROJECT": str(project),
            "DO_NOT_TRACK": "true",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=project,
        )
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "Watching; Ctrl-C ends it.\n"

    @property
    def address(self) -> Address:
        """Where it takes syslog over TCP."""
        line = re.compile(r"^syslog-tcp on 127\.0\.0\.1:(\d+)", re.MULTILINE)
        # What goes to stderr may be read after what goes to stdout.
        found = eventually(lambda: line.search("".join(self.said)))
        return Address("127.0.0.1", int(found[1]))

    def judges(self) -> list[psutil.Process]:
        """Its judges that run."""
        return [
            each
            for each in psutil.Process(self.process.pid).children()
            if "--role=judge" in each.cmdline()
        ]

    def stop(self, sign: int = signal.SIGTERM) -> int:
        """Send it a signal; returns its exit status."""
        self.process.send_signal(sign)
        status = self.process.wait(60)
        self._reader.join(10)
        return status

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with an embedded server of its own."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("conf", "pyproject.toml", "src"):
        (folder / name).symlink_to(Path(__file__).parents[2] / name)
    return folder


@pytest.fixture
def database(project: Path) -> Iterator[Any]:
    directory = project / "data" / "mongodb"
    directory.mkdir(parents=True)
    yield open_database(None, embedded_directory=directory)
    embedded.release(directory)


@pytest.fixture
def watching(project: Path) -> Iterator[Callable[..., Watching]]:
    started: list[Watching] = []

    def start(*options: str) -> Watching:
        started.append(Watching(project, "--syslog-tcp", "127.0.0.1:0", *options))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait()


def request(host: str) -> bytes:
    return PHISHING.replace(PHISHING_HOST, host).encode() + b"\n"


def journals(project: Path) -> list[Path]:
    """The files of what was received."""
    return list((project / "data" / "journal").rglob("*.journal"))


def hosts(database: Any) -> list[str]:
    return sorted(host for alert in database.alerts.find() for host in alert["hosts"])


def test_it_receives_until_sigterm_and_ends_in_order(
    project: Path, watching: Callable[..., Watching]
) -> None:
    log = project / "auth.log"
    log.touch()
    receiver = watching("--role", "receive", "--tail", str(log))
    with tcp_to(receiver.address) as sender:
        sender.sendall(FORMATS["sshd"].sample.encode() + b"\n")
        eventually(lambda: journals(project), 60)
    assert receiver.judges() == []
    assert receiver.stop() == 0
    assert list((project / "data" / "journal" / "worker-0").glob("syslog-tcp.sshd/*.journal"))


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT], ids=["sigterm", "ctrl-c"])
def test_what_was_received_is_judged_before_it_ends(
    project: Path, database: Any, watching: Callable[..., Watching], sign: int
) -> None:
    watcher = watching()
    (judge,) = watcher.judges()
    with tcp_to(watcher.address) as sensor:
        sensor.sendall(request("account7-verify-paypal8.com"))
        eventually(lambda: journals(project), 60)
    assert watcher.stop(sign) == 0
    assert not judge.is_running()
    assert hosts(database) == ["account7-verify-paypal8.com"]
    assert database.arrivals.count_documents({}) == 0


def test_a_judge_that_dies_is_started_again(
    database: Any, watching: Callable[..., Watching]
) -> None:
    watcher = watching()
    (judge,) = watcher.judges()
    with tcp_to(watcher.address) as sensor:
        sensor.sendall(request("account7-verify-paypal8.com"))
        eventually(lambda: hosts(database), 60)
        judge.kill()
        sensor.sendall(request("account9-verify-paypal8.com"))
        eventually(lambda: len(hosts(database)) == 2, 60)
    assert any("started again" in line for line in watcher.said)
    assert [each.pid != judge.pid for each in watcher.judges()] == [True]
    assert watcher.stop() == 0


def test_its_judge_ends_when_it_is_killed(watching: Callable[..., Watching]) -> None:
    watcher = watching()
    judges = watcher.judges()
    watcher.process.kill()
    gone, alive = psutil.wait_procs(judges, timeout=60)
    assert len(gone) == 1
    assert not alive


def test_it_judges_by_itself_where_it_is_told_to(
    database: Any, watching: Callable[..., Watching]
) -> None:
    watcher = watching("--one-process")
    assert watcher.judges() == []
    with tcp_to(watcher.address) as sensor:
        sensor.sendall(request("account7-verify-paypal8.com"))
        eventually(lambda: hosts(database), 60)
    assert watcher.stop() == 0


def test_options_that_cannot_be_meant_are_named() -> None:
    result = CliRunner().invoke(watch, ["--syslog-udp", "5514"])
    assert result.exit_code == 1
    assert "write host:port" in result.output
