"""Store, watcher, service and traffic: up together, and down together."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Final, Self

from kedro.config import OmegaConfigLoader
from pymongo.database import Database

from network_security.alerts.alert import Alert
from network_security.alerts.store import AlertStore
from network_security.commands import child
from network_security.config import project_folder
from network_security.demo import folder
from network_security.demo.delivery import Receiver
from network_security.demo.processes import Process, ProcessError, stop_all
from network_security.demo.traffic import Pace, Traffic
from network_security.storage import StoreError, embedded, open_database

ENVIRONMENT: Final = "demo"
HOST: Final = "127.0.0.1"
START_SECONDS: Final = 90.0
LOOK_SECONDS: Final = 0.25
_OPERATORS_OWN: Final = ("MONGODB_", "MLFLOW_", "DAGSHUB_", "NETWORK_SECURITY_")
"""Variables that begin so lead to somebody's own servers, data and settings."""

Say = Callable[[str], object]


class DemonstrationError(Exception):
    """The demonstration cannot go on; says what happened, and where to look."""


@dataclass(frozen=True)
class Plan:
    """What a demonstration is made of.

    Attributes:
        project: The project's folder.
        data: Where everything is kept that comes of it.
        store: The embedded store's folder in it.
        port: Where the service is wanted; another one is taken when it is not free.
        seed: Of the simulated network.
        pace: How much happens in it, and how fast.
    """

    project: Path
    data: Path
    store: Path
    port: int = 8000
    seed: int = 7
    pace: Pace = field(default_factory=Pace)

    @classmethod
    def of_project(cls, **options: Any) -> Self:
        """Read the folders of the project's ``conf/demo``.

        Args:
            **options: Any attribute that is not a folder.
        """
        from network_security.settings import CONFIG_LOADER_ARGS  # noqa: PLC0415 - adds hooks

        project = Path(project_folder())
        loading: dict[str, Any] = CONFIG_LOADER_ARGS
        loader = OmegaConfigLoader(str(project / "conf"), env=ENVIRONMENT, **loading)
        folders = loader["globals"]["folders"]
        return cls(project, Path(folders["data"]), Path(folders["mongodb"]), **options)


class Demonstration:
    """Runs what a plan says.

    Attributes:
        address: Where the service is reached; empty before it was chosen.
        first_alert: The first alert, once there is one.
        first_alert_seconds: How long that took from the start.
    """

    def __init__(
        self, plan: Plan, say: Say, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Prepare it.

        Args:
            plan: What it is made of.
            say: Tells people what is done.
            clock: Seconds.
        """
        self.address = ""
        self.first_alert: Alert | None = None
        self.first_alert_seconds: float | None = None
        self._plan = plan
        self._say = say
        self._clock = clock

    def run(self, *, until: Callable[[], bool] = lambda: False) -> None:
        """Run until Ctrl-C, or until it is enough; nothing is left running afterwards.

        Args:
            until: Asked a few times a second whether it is enough.

        Raises:
            DemonstrationError: A part of it ended, or did not start.
            FolderError: Its folder cannot be used.
        """
        plan = self._plan
        began = self._clock()
        with folder.taken(plan.data, plan.store, self._say), _one_signal():
            receiver = _free_receiver(plan.data)
            port = self._choose_port()
            self.address = f"http://{HOST}:{port}/"
            folder.note_address(plan.data, self.address)
            watcher = self._process("watcher", _watch(receiver))
            service = self._process(
                "service", ["serve", "--demo", f"--host={HOST}", f"--port={port}"]
            )
            traffic = Traffic(receiver, self._database, seed=plan.seed, pace=plan.pace)
            try:
                self._say("Starting the store, the watcher and the service")
                for process in (watcher, service):
                    process.start()
                alerts = AlertStore(self._database, name="the demonstration's store")
                self._until(lambda: _answers(port), "service", watcher, service)
                self._until(lambda: _is_open(receiver.http), "watcher", watcher, service)
                self._say(f"\n  The demonstration is at  {self.address}  (Ctrl-C ends all of it)\n")
                self._say(
                    f"Simulated traffic: the last {plan.pace.behind / 60:.0f} minutes of a small "
                    f"company, {plan.pace.speed:.0f} times as fast, then as if live"
                )
                traffic.start()
                while not until():
                    time.sleep(LOOK_SECONDS)
                    _check(traffic, watcher, service)
                    if self.first_alert is None:
                        self._look_for_alert(alerts, began)
            except KeyboardInterrupt:
                pass
            except ProcessError as error:
                raise DemonstrationError(str(error)) from error
            finally:
                self._take_down(traffic, watcher, service)

    def _process(self, name: str, arguments: list[str]) -> Process:
        plan = self._plan
        return Process(
            name,
            [sys.executable, "-m", child.__name__, arguments[0], f"--env={ENVIRONMENT}",
             *arguments[1:]],
            log=plan.data / "logs" / f"{name}.log",
            environment=own_environment(os.environ, plan.project),
            folder=plan.project,
        )  # fmt: skip

    def _database(self) -> Database[dict[str, Any]]:
        return open_database(None, embedded_directory=self._plan.store)

    def _choose_port(self) -> int:
        wanted = self._plan.port
        if _is_free(wanted):
            return wanted
        port = _free_port(socket.SOCK_STREAM)
        self._say(f"Port {wanted} is taken by another program; the service takes {port}")
        return port

    def _until(self, there: Callable[[], bool], what: str, *processes: Process) -> None:
        """Wait until something is there, as long as all processes run."""
        deadline = self._clock() + START_SECONDS
        while not there():
            for process in processes:
                process.check()
            if self._clock() > deadline:
                log = next(each for each in processes if each.name == what)
                raise DemonstrationError(
                    f"The {what} did not answer within {START_SECONDS:.0f} s. "
                    f"The end of {log.log}:\n{log.tail()}"
                )
            time.sleep(LOOK_SECONDS)

    def _look_for_alert(self, alerts: AlertStore, began: float) -> None:
        # A store that was killed is started again; the next look finds it.
        with suppress(StoreError):
            self.first_alert = next(iter(alerts.page(size=1).alerts), None)
        if self.first_alert is not None:
            self.first_alert_seconds = self._clock() - began
            self._say(
                f"First alert after {self.first_alert_seconds:.0f} s: {self.first_alert.title}\n"
                f"  {self.address}alerts/{self.first_alert.id}"
            )

    def _take_down(self, traffic: Traffic, *processes: Process) -> None:
        with _no_signal():
            self._say("\nStopping the traffic, the watcher and the service")
            traffic.stop()
            killed = stop_all(processes)
            for name in killed:
                self._say(f"The {name} did not end by itself and was killed")
            embedded.release(self._plan.store)
            self._say(f"Stopped. What was made lies in {self._plan.data} until the next start")


def own_environment(given: Mapping[str, str], project: Path) -> dict[str, str]:
    """The variables of a demonstration's processes, without those of an operator's own things."""
    kept = {name: value for name, value in given.items() if not name.startswith(_OPERATORS_OWN)}
    return kept | {"NETWORK_SECURITY_PROJECT": str(project), "PYTHONUNBUFFERED": "1"}


def _watch(receiver: Receiver) -> list[str]:
    for each in (receiver.logs, receiver.drop):
        each.mkdir(parents=True, exist_ok=True)
    return [
        "watch",
        f"--syslog-udp={HOST}:{receiver.syslog_udp}",
        f"--syslog-tcp={HOST}:{receiver.syslog_tcp}",
        f"--http={HOST}:{receiver.http}",
        f"--tail={receiver.logs}",
        f"--drop={receiver.drop}",
    ]


def _check(traffic: Traffic, *processes: Process) -> None:
    for process in processes:
        process.check()
    if traffic.problem is not None:
        raise DemonstrationError(f"The simulated traffic ended: {traffic.problem}")


def _free_receiver(data: Path) -> Receiver:
    return Receiver(
        HOST,
        syslog_udp=_free_port(socket.SOCK_DGRAM),
        syslog_tcp=_free_port(socket.SOCK_STREAM),
        http=_free_port(socket.SOCK_STREAM),
        logs=data / "traffic" / "logs",
        drop=data / "traffic" / "messages",
    )


def _free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do, so that a connection of the last one that lingers is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _is_open(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def _answers(port: int) -> bool:
    """Whether the service says that it is ready."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.client.OK
    connection.close()
    return False


@contextmanager
def _one_signal() -> Iterator[None]:
    """Take SIGTERM, and the end of the terminal, as Ctrl-C."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handling(interrupt, signal.SIGTERM, signal.SIGHUP):
        yield


@contextmanager
def _no_signal() -> Iterator[None]:
    """Let nothing interrupt the taking down: a second Ctrl-C comes of impatience."""
    with _handling(signal.SIG_IGN, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        yield


@contextmanager
def _handling(handler: Any, *signals: signal.Signals) -> Iterator[None]:
    before = {each: signal.signal(each, handler) for each in signals}
    try:
        yield
    finally:
        for each, old in before.items():
            signal.signal(each, old)
