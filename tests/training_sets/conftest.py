import contextlib
import io
import os
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pandas as pd
import pytest

from network_security.training_sets.checks import DOMAINS
from network_security.training_sets.download import PublishedTable
from network_security.training_sets.formats import read_table
from network_security.training_sets.simulation import simulate
from network_security.training_sets.training_set import table_digest


@pytest.fixture(scope="session")
def drawn_table() -> pd.DataFrame:
    return simulate(rows=2_400, seed=1)


@pytest.fixture
def table(drawn_table: pd.DataFrame) -> pd.DataFrame:
    """2,400 rows with the published set's columns and character."""
    return drawn_table.copy()


@pytest.fixture(scope="session")
def published_set() -> pd.DataFrame:
    """The published set itself, where this machine has it."""
    folder = os.environ.get("NETWORK_SECURITY_DATA")
    path = Path(folder or ".") / "phishing_websites.csv"
    if not folder or not path.exists():
        pytest.skip("NETWORK_SECURITY_DATA names no folder with the published set")
    return read_table(path)


def arff_text(table: pd.DataFrame) -> str:
    attributes = [
        f"@attribute {name}  {{ {','.join(str(value) for value in values)} }}"
        for name, values in DOMAINS.items()
    ]
    rows = table.to_csv(index=False, header=False).split()
    return "\r\n".join(["@relation phishing", "", *attributes, "", "@data", *rows, ""])


def archive_bytes(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(".old.arff", arff_text(table.head(3)))
        file.writestr("Phishing Websites Features.docx", b"PK")
        file.writestr("Training Dataset.arff", arff_text(table))
    return buffer.getvalue()


@pytest.fixture(scope="session")
def as_arff() -> Callable[[pd.DataFrame], str]:
    """Writes a table as the UCI archive does: nominal attributes, CRLF."""
    return arff_text


@pytest.fixture(scope="session")
def as_archive() -> Callable[[pd.DataFrame], bytes]:
    """Packs a table as the UCI archive does: with an old draft of it and a document."""
    return archive_bytes


@dataclass
class FileServer:
    """A web server with one file, and the faults that a test gives it."""

    content: bytes = b""
    status: HTTPStatus = HTTPStatus.OK
    ranges: bool = True
    cuts: list[int] = field(default_factory=list)
    """Bytes after which the first, second ... answer ends."""
    announced: int | None = None
    """A Content-Length that is not the content's; 0 for none."""
    silence: float = 0.0
    """Seconds before an answer."""
    pause: float = 0.0
    """Seconds after every kilobyte."""
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    """Path and Range header of each request."""
    address: str = ""

    @property
    def url(self) -> str:
        return f"http://{self.address}/set.zip"


def handler(server: FileServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers["Range"]
            server.requests.append((self.path, asked))
            time.sleep(server.silence)
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and server.ranges else 0
            body = server.content[start:]
            if server.status != HTTPStatus.OK:
                status = server.status
            elif start and not body:
                status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
            else:
                status = HTTPStatus.PARTIAL_CONTENT if start else HTTPStatus.OK
            self.send_response(status)
            length = len(body) if server.announced is None else server.announced
            if length:
                self.send_header("Content-Length", str(length))
            self.end_headers()
            end = server.cuts.pop(0) if server.cuts else len(body)
            with contextlib.suppress(ConnectionError):
                for begin in range(0, end, 1024):
                    self.wfile.write(body[begin : min(begin + 1024, end)])
                    time.sleep(server.pause)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@pytest.fixture
def file_server() -> Iterator[FileServer]:
    server = FileServer()
    http_server = ThreadingHTTPServer(("127.0.0.1", 0), handler(server))
    http_server.daemon_threads = True
    server.address = f"127.0.0.1:{http_server.server_port}"
    thread = threading.Thread(target=http_server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    http_server.shutdown()
    http_server.server_close()
    thread.join()


@pytest.fixture
def published(file_server, table, as_archive) -> PublishedTable:
    """A table on offer at the local server."""
    file_server.content = as_archive(table)
    return PublishedTable(
        name="phishing_websites",
        url=file_server.url,
        file_name="phishing_websites.zip",
        sha256=table_digest(table),
        rows=len(table),
        licence="CC-BY-4.0",
        citation="A. Author (2015)",
    )
