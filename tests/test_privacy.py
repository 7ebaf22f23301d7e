import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from network_security.privacy import disable_telemetry

REPOSITORY = Path(__file__).parents[1]

WATCH = """
import os, sys

def note(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo"}:
        host = arguments[1] if event == "socket.connect" else arguments[0]
        with open(os.environ["CONTACTS"], "a") as file:
            file.write(f"{host}\\n")

sys.addaudithook(note)
open(os.environ["CONTACTS"], "a").close()
"""
"""Writes down every connection and name look-up of a Python process, as its sitecustomize."""


def undecided(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody new, who has decided nothing: no DO_NOT_TRACK, no CI."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": f"{tmp_path}{os.pathsep}{REPOSITORY / 'src'}",
        "CONTACTS": f"{tmp_path}/contacts",
    }


def python(tmp_path: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=REPOSITORY,
        env=undecided(tmp_path),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout


def test_mlflow_s_telemetry_is_taken_down_even_when_it_came_first(tmp_path: Path) -> None:
    program = """
import mlflow
from mlflow.telemetry import get_telemetry_client
before = get_telemetry_client()
import network_security
print(before is not None, get_telemetry_client() is None)
"""

    assert python(tmp_path, "-c", program).split() == ["True", "True"]


def test_a_command_contacts_no_host(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WATCH)

    listed = python(tmp_path, "-m", "kedro", "registry", "list")

    assert "training" in listed
    contacts = (tmp_path / "contacts").read_text().splitlines()
    assert [host for host in contacts if "127.0.0.1" not in host and "localhost" not in host] == []


def test_kedro_is_told_so_in_a_file_that_belongs_to_the_project() -> None:
    assert yaml.safe_load((REPOSITORY / ".telemetry").read_text()) == {"consent": False}


@pytest.mark.parametrize("decided", ["false", "1"])
def test_an_operator_s_own_decision_stands(decided: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DO_NOT_TRACK", decided)

    disable_telemetry()

    assert os.environ["DO_NOT_TRACK"] == decided
