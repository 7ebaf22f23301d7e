"""The whole of it: processes, sockets, store and pages, as `make demo` starts them."""

import json
import os
import re
import shutil
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil
import pytest
from kedro.config import OmegaConfigLoader

from network_security.demo.demonstration import (
    Demonstration,
    DemonstrationError,
    Plan,
    own_environment,
)
from network_security.demo.status import read_status
from network_security.settings import CONFIG_LOADER_ARGS
from network_security.storage import open_database

REPOSITORY = Path(__file__).parents[2]
FIRST_ALERT_SECONDS = 60


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """A project in a folder of its own."""
    shutil.copytree(REPOSITORY / "conf", tmp_path / "conf", ignore=shutil.ignore_patterns("local"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    for needed in ("src", "notebooks"):
        (tmp_path / needed).mkdir()
    monkeypatch.setenv("NETWORK_SECURITY_PROJECT", str(tmp_path))
    return Plan.of_project(port=free_port())


@pytest.fixture
def children() -> Callable[[], list[psutil.Process]]:
    """The processes that were started since."""
    before = set(psutil.Process().children(recursive=True))
    return lambda: [
        each
        for each in psutil.Process().children(recursive=True)
        if each not in before and each.status() != psutil.STATUS_ZOMBIE
    ]


@pytest.fixture(autouse=True)
def own_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY / "src"))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def ask(address: str, path: str) -> Any:
    with urlopen(f"{address}{path}", timeout=10) as answer:
        return json.loads(answer.read())


def test_the_first_alert_is_there_within_a_minute_and_ctrl_c_stops_everything(
    plan: Plan, children
) -> None:
    said: list[str] = []
    demonstration = Demonstration(plan, said.append)
    seen: list[dict[str, Any]] = []
    texts: list[str] = []

    with socket.create_server(("127.0.0.1", plan.port)):

        def ctrl_c_at_the_first_alert() -> bool:
            if demonstration.first_alert is not None:
                seen.extend(ask(demonstration.address, "v1/alerts")["alerts"])
                with urlopen(f"{demonstration.address}alerts", timeout=10) as page:
                    texts.append(page.read().decode())
                signal.raise_signal(signal.SIGINT)
            return False

        demonstration.run(until=ctrl_c_at_the_first_alert)

    assert demonstration.first_alert_seconds is not None
    sys.stdout.write(f"first alert after {demonstration.first_alert_seconds:.1f} s\n")
    assert demonstration.first_alert_seconds < FIRST_ALERT_SECONDS
    assert f"Port {plan.port} is taken" in said[0]
    assert re.search(
        r"The demonstration is at  http://127\.0\.0\.1:\d+/  \(Ctrl-C", "\n".join(said)
    )
    # The alert in the list, on the page, and in the truth is one.
    status = read_status(open_database(None, embedded_directory=plan.store))
    assert status is not None
    attack = status.attack_of([seen[0]["entity"]["text"]])
    assert attack is not None
    assert attack.kind == "phishing"
    assert seen[0]["entity"]["domain"].split(".")[0] in texts[0]
    # Nothing is left running, and nothing lies outside the demonstration's own folder.
    from network_security.storage import embedded  # noqa: PLC0415

    embedded.release(plan.store)
    psutil.wait_procs(children(), timeout=10)
    assert children() == []
    assert [each.name for each in (plan.project / "data").iterdir()] == ["demo"]


def test_a_part_that_dies_ends_it_with_the_reason(plan: Plan, children) -> None:
    def kill_the_watcher() -> bool:
        watcher = next(each for each in children() if "watch" in each.cmdline())
        watcher.kill()
        return False

    said: list[str] = []
    with pytest.raises(DemonstrationError, match=r"(?s)The watcher ended with status -9.*Watching"):
        Demonstration(plan, said.append).run(until=kill_the_watcher)
    psutil.wait_procs(children(), timeout=10)
    assert children() == []


def test_every_folder_lies_in_its_own_and_the_store_is_the_embedded_one(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONGODB_URI", "mongodb://somebody.example")
    loader = OmegaConfigLoader(str(plan.project / "conf"), env="demo", **CONFIG_LOADER_ARGS)
    folders = dict(loader["globals"]["folders"])
    source = folders.pop("pretrained")
    assert {path for path in folders.values() if not path.startswith(str(plan.data))} == set()
    assert source == str(plan.project / "src/network_security/pretrained")
    assert loader["credentials"]["mongodb"] == {"uri": None}


def test_an_operators_own_servers_are_left_alone() -> None:
    given = {
        "MONGODB_URI": "mongodb://prod", "MLFLOW_TRACKING_URI": "http://prod",
        "NETWORK_SECURITY_HTTPS": "true", "DAGSHUB_REPO": "x/y", "PATH": os.defpath,
    }  # fmt: skip
    assert own_environment(given, Path("/p")) == {
        "PATH": os.defpath, "NETWORK_SECURITY_PROJECT": "/p", "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
