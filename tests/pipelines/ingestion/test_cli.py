"""The commands beside ``kedro run``, as they are typed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from network_security import cli
from network_security.sensors.samples import raw_events

NO_EVENT = "no log line at all"

Command = Callable[..., Result]


@pytest.fixture
def command(project: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command in the test environment."""
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli.cli, [*arguments, "--env", "test"])

    return run


@pytest.fixture
def log(project: Path) -> Path:
    """A firewall's log with a line that is no event."""
    path = project / "fw.log"
    path.write_text("".join(f"{line}\n" for line in [*raw_events("fortigate"), NO_EVENT]))
    return path


def test_a_log_is_read_once_and_its_format_told(command: Command, log: Path) -> None:
    first = command("ingest", "fw.log")
    assert first.exit_code == 0, first.output
    row = next(line for line in first.output.splitlines() if line.startswith("fw.log"))
    events = str(len(raw_events("fortigate")))
    assert row.split()[1:5] == ["fortigate", str(int(events) + 1), events, "1"]

    again = command("ingest", "fw.log")
    assert next(row for row in again.output.splitlines() if "fw.log" in row).split()[2] == "0"

    health = command("parser-health")
    assert "fw.log" in health.output
    replayed = command("replay-dead-letters", "--format", "fortigate")
    assert "unsupported 1" in replayed.output
    assert "unsupported" not in command("replay-dead-letters", "--reason", "syntax").output


def test_what_cannot_be_read_is_said_and_ends_in_failure(command: Command, project: Path) -> None:
    (project / "notes.txt").write_text("buy milk\n")
    result = command("ingest", "notes.txt", "nowhere.log")
    assert result.exit_code == 1
    assert "name it with --format" in result.output
    assert "nothing is there" in result.output


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--format", "nix"], "no format 'nix': one of iptables, "),
        (["--timezone", "Mars/Base"], "no time zone 'Mars/Base'"),
        (["--workers", "0"], "0 is not in the range x>=1"),
    ],
)
def test_wrong_arguments_are_named(command: Command, arguments: list[str], complaint: str) -> None:
    result = command("ingest", "fw.log", *arguments)
    assert result.exit_code == 2
    assert complaint in result.output


def test_a_store_that_cannot_be_reached_is_one_line(
    command: Command, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONGODB_URI", "mongodb://user:secret@127.0.0.1:9/x?connectTimeoutMS=200")
    result = command("ingest", "fw.log")
    assert result.exit_code == 1
    assert result.output.splitlines()[-1].startswith("Error: The MongoDB server cannot be reached")
    assert "secret" not in result.output
    assert "Traceback" not in result.output


def test_kedro_finds_the_commands_and_reads_a_pipe(project: Path) -> None:
    environment = os.environ | {"COLUMNS": "200", "DO_NOT_TRACK": "true"}
    kedro = [sys.executable, "-m", "kedro"]
    result = subprocess.run(
        [*kedro, "ingest", "-", "-f", "fortigate", "--name", "piped", "--env", "test"],
        input="".join(f"{line}\n" for line in raw_events("fortigate")),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=project,
        env=environment,
    )
    assert result.returncode == 0, result.stderr
    row = next(line for line in result.stdout.splitlines() if line.startswith("piped"))
    assert row.split()[1] == "fortigate"


def test_a_table_is_scored(command: Command, project: Path) -> None:
    (project / "rows.csv").write_text("id,having_IP_Address,SSLfinal_State\na,-1,-1\nb,1,7\n")
    arguments = ("score", "rows.csv", "--out", "verdicts.parquet", "--no-store")
    result = command(*arguments, "--id-column", "id")
    assert result.exit_code == 1, result.output
    summary = json.loads(result.stdout[result.stdout.index("{") :])
    assert summary["rejected"] == 1
    verdicts = pd.read_parquet(project / "verdicts.parquet")
    assert len(verdicts) == 2
    assert "SSLfinal_State" in str(verdicts["problem"].dropna().iloc[0])
