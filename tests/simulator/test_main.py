"""The command: a day to a folder, or the clock to standard output or a folder."""

import io
import json
import subprocess
import sys
from contextlib import redirect_stdout

import pytest

from network_security.sensors import parse_event
from network_security.simulator.__main__ import main


def test_the_report_names_files_lines_and_attacks(tmp_path, capsys):
    out = tmp_path / "out"
    arguments = [str(out), "--events", "500", "--formats", "sshd,email", "--day", "2026-03-02"]
    assert main([*arguments, "--episodes", "phishing"]) == 0
    report = capsys.readouterr().out
    assert "auth/sshd.log" in report
    assert "email/messages/" in report
    assert "001-phishing" in report
    assert "Simulated" in report


def test_following_writes_lines_with_the_time_of_now():
    out = io.StringIO()
    with redirect_stdout(out):
        status = main(
            ["--follow", "--rate", "100", "--seconds", "1.5", "--formats", "suricata",
             "--episodes", "none"]
        )  # fmt: skip
    lines = out.getvalue().splitlines()
    assert status == 0
    assert 30 < len(lines) < 500
    for line in lines:
        parse_event(line, format="suricata")


def test_following_into_a_folder_labels_the_attacks(tmp_path):
    out = tmp_path / "live"
    arguments = ["--follow", "--rate", "50", "--seconds", "2", "--episode-every", "1"]
    assert main([str(out), *arguments, "--formats", "cisco_asa", "--episodes", "beaconing"]) == 0
    (label, *_) = map(json.loads, (out / "labels.ndjson").read_text().splitlines())
    assert label["kind"] == "beaconing"
    assert label["lines"]["logs/firewall/cisco_asa.log"]
    assert json.loads((out / "manifest.json").read_text())["simulated"] is True


def test_whoever_stops_reading_ends_it():
    command = [
        sys.executable, "-m", "network_security.simulator", "--follow", "--rate", "500",
        "--formats", "sonicwall",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline().startswith(b"<")
        process.stdout.close()
        assert process.wait(timeout=60) == 141
        assert process.stderr.read() == b""


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "name the folder to write to"),
        (["out", "--formats", "pan-os"], "no 'pan-os'; one of all, iptables"),
        (["out", "--episodes", "fishing"], "no 'fishing'; one of all, phishing"),
        (["out", "--day", "today"], "'today' is not a date such as 2026-03-02"),
        (["out", "--events", "0"], "are positive numbers"),
        (["--follow", "--formats", "email"], "one file a message"),
    ],
)
def test_what_is_wrong_is_said(arguments, problem, capsys):
    with pytest.raises(SystemExit) as error:
        main(arguments)
    assert error.value.code == 2
    assert problem in capsys.readouterr().err


def test_a_folder_that_is_not_empty_is_refused(tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(SystemExit) as error:
        main([str(tmp_path)])
    assert error.value.code == 1
    assert "is not empty" in capsys.readouterr().err
    assert (tmp_path / "notes.txt").read_text() == "mine"
