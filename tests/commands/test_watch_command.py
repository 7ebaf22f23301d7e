"""``kedro watch`` runs until it is told to stop, with the options that were given."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from click.testing import CliRunner

from network_security.commands.watch import watch
from network_security.sensors import FORMATS
from network_security.watching.settings import Address
from tests.watching.conftest import tcp_to

RUN = "from network_security.commands.watch import watch; watch()"


def test_it_receives_until_sigterm_and_ends_in_order(tmp_path: Path) -> None:
    repository = Path(__file__).parents[2]
    project = tmp_path / "project"
    project.mkdir()
    (project / "conf").symlink_to(repository / "conf")
    (project / "pyproject.toml").symlink_to(repository / "pyproject.toml")
    (project / "src").symlink_to(repository / "src")
    environment = os.environ | {"NETWORK_SECURITY_PROJECT": str(project), "DO_NOT_TRACK": "true"}
    log = tmp_path / "auth.log"
    log.touch()
    with subprocess.Popen(
        [
            *(sys.executable, "-c", RUN),
            *("--role", "receive", "--syslog-tcp", "127.0.0.1:0", "--tail", str(log)),
        ],
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=project,
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if found := re.match(r"syslog-tcp on 127\.0\.0\.1:(\d+)", line):
                break
        else:
            raise AssertionError("it did not start")
        with tcp_to(Address("127.0.0.1", int(found[1]))) as sender:
            sender.sendall(FORMATS["sshd"].sample.encode() + b"\n")
            time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert list((project / "data" / "journal" / "worker-0").glob("syslog-tcp.sshd/*.journal"))


def test_options_that_cannot_be_meant_are_named() -> None:
    result = CliRunner().invoke(watch, ["--syslog-udp", "5514"])
    assert result.exit_code == 1
    assert "write host:port" in result.output
