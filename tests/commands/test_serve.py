"""``kedro serve``, ``kedro user`` and ``kedro api-key``, as they are typed."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import httpx
import pytest
from click.testing import CliRunner, Result

import network_security
from network_security.commands.api_keys import api_key
from network_security.commands.serve import serve
from network_security.commands.users import user

REPOSITORY = Path(__file__).parents[2]
PASSWORD = "violet-harbour-lantern-41"
SERVE = "from network_security.commands.serve import serve; serve()"
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a store of its own."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(REPOSITORY / "conf", folder / "conf", ignore=shutil.ignore_patterns("local"))
    (folder / "conf" / "local").mkdir()
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    (folder / "src").mkdir()
    return folder


@pytest.fixture
def run(project: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Types a command."""
    monkeypatch.setenv("NETWORK_SECURITY_PROJECT", str(project))

    def typed(*arguments: str, given: str = "") -> Result:
        commands = click.Group(commands=[serve, user, api_key])
        return CliRunner().invoke(commands, arguments, input=given)

    return typed


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture
def served(project: Path) -> Iterator[tuple[str, str]]:
    """The service as `kedro serve` starts it: where it is, and what it said."""
    port = free_port()
    source = str(Path(network_security.__file__).parents[1])
    environment = os.environ | {"NETWORK_SECURITY_PROJECT": str(project), "PYTHONPATH": source}
    line = [sys.executable, "-W", "ignore", "-c", SERVE, "--port", str(port)]
    process = subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, text=True)
    url, said = f"http://127.0.0.1:{port}", ""
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{url}/health/ready")
                break
            except httpx.TransportError:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.1)
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        said = process.stdout.read() or ""
        yield url, said
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def test_the_first_start_shows_a_link_and_a_key_opens_the_door(
    run: Run, served: tuple[str, str]
) -> None:
    url, said = served
    assert url in said
    assert re.search(rf"{url}/setup\?token=[\w-]{{43}}", said)
    made = run("api-key", "create", "gateway", "--role", "viewer")
    key = made.stdout.strip()
    assert re.fullmatch(r"ns_[0-9a-f]{12}_[\w-]{43}", key)
    headers = {"Authorization": f"Bearer {key}"}
    answer = httpx.post(f"{url}/v1/urls", json={"urls": ["https://a.example"]}, headers=headers)
    assert answer.status_code == 200
    assert len(answer.json()["results"]) == 1


def test_users_and_keys_are_made_listed_and_taken_back(run: Run) -> None:
    added = run("user", "add", "ana", "--role", "admin", given=f"{PASSWORD}\n{PASSWORD}\n")
    assert "ana may sign in as admin." in added.stdout
    assert PASSWORD not in added.stdout
    twice = run("user", "add", "ana", "--password", PASSWORD)
    assert twice.exit_code == 1
    assert "There is a user 'ana' already." in twice.stderr
    assert "ana" in run("user", "list").stdout
    last = run("user", "disable", "ana")
    assert "the last admin" in last.stderr
    key = run("api-key", "create", "probe").stdout.split("_")[1]
    assert run("api-key", "revoke", key).exit_code == 0
    listed = run("api-key", "list").stdout
    assert re.search(rf"{key}\s+viewer\s+revoked\s+probe", listed)


def test_a_demonstration_on_another_address_is_refused(run: Run) -> None:
    refused = run("serve", "--demo", "--host", "0.0.0.0")
    assert refused.exit_code == 2
    assert "loopback only" in refused.stderr
