import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from network_security.probe import fault


class Answers(BaseHTTPRequestHandler):
    """Answers with the status that the path names."""

    def do_GET(self) -> None:
        self.send_response(int(self.path[1:]))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("status", [200, 303, 405, 421])
def test_whatever_answers_is_alive(address: str, status: int) -> None:
    assert fault(f"{address}/{status}") is None


def test_a_server_error_is_a_fault(address: str) -> None:
    assert fault(f"{address}/503") == f"{address}/503 answers with HTTP 503"


def test_nobody_there_is_a_fault() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert "does not answer" in str(fault(f"http://127.0.0.1:{port}/"))


def test_who_never_answers_is_a_fault() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert "does not answer" in str(fault(url, seconds=0.2))


def test_the_exit_status_tells(address: str) -> None:
    def run(path: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "network_security.probe", f"{address}{path}"]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    assert run("/200").returncode == 0
    failed = run("/500")
    assert failed.returncode == 1
    assert failed.stderr == f"{address}/500 answers with HTTP 500\n"
