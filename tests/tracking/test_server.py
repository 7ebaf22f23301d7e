import contextlib
import logging
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from network_security.tracking import server
from network_security.tracking.server import artifact_location, tracking_uri

VARIABLES = (
    "MLFLOW_TRACKING_URI",
    "MLFLOW_TRACKING_USERNAME",
    "MLFLOW_TRACKING_PASSWORD",
    "MLFLOW_TRACKING_TOKEN",
    "MLFLOW_TRACKING_SERVER_CERT_PATH",
    "MLFLOW_TRACKING_INSECURE_TLS",
    "DAGSHUB_REPO",
    "DAGSHUB_USER_TOKEN",
    "HTTPS_PROXY",
    "https_proxy",
    "NO_PROXY",
    "no_proxy",
)


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        # Set first, so that what the code under test sets is taken back as well.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


@dataclass
class Answers:
    """A local web server that gives every request the same answer."""

    status: int = 200
    content_type: str = "application/json"
    silence: float = 0.0
    """Seconds before an answer."""
    requests: list[tuple[str, str, str | None]] = field(default_factory=list)
    """Method, path and Authorization header of each request."""
    server: ThreadingHTTPServer | None = None

    @property
    def port(self) -> int:
        return self.server.server_port

    def wrap(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"


def handler(answers: Answers) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers.requests.append((self.command, self.path, self.headers["Authorization"]))
            time.sleep(answers.silence)
            self.send_response(answers.status)
            self.send_header("Content-Type", answers.content_type)
            self.send_header("Content-Length", "2")
            self.end_headers()
            with contextlib.suppress(ConnectionError):
                self.wfile.write(b"{}")

        def do_CONNECT(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@pytest.fixture
def mlflow_server() -> Iterator[Answers]:
    answers = Answers()
    http_server = ThreadingHTTPServer(("127.0.0.1", 0), handler(answers))
    http_server.daemon_threads = True
    answers.server = http_server
    thread = threading.Thread(target=http_server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield answers
    http_server.shutdown()
    http_server.server_close()
    thread.join()


def dead_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port: int = unused.getsockname()[1]
    return port


def local(folder: Path) -> str:
    return f"sqlite:///{folder}/mlflow.db"


def test_runs_are_kept_locally_unless_a_server_is_configured(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "data" / "mlflow"

    assert tracking_uri(str(folder)) == local(folder)
    assert artifact_location(str(folder)) == f"file://{folder}/artifacts"
    assert folder.is_dir()
    assert not caplog.records


def test_a_server_that_answers_is_used(
    mlflow_server: Answers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    uri = f"http://{mlflow_server.address}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)

    assert tracking_uri(str(tmp_path)) == uri
    assert artifact_location(str(tmp_path)) is None
    assert not caplog.records
    # Asked once, of what every MLflow server knows.
    ((_, path, _),) = mlflow_server.requests
    assert path == "/api/2.0/mlflow/experiments/search?max_results=1"


@pytest.mark.parametrize(
    ("status", "content_type", "fault"),
    [
        (401, "application/json", "refuses the credentials (HTTP 401)"),
        (403, "application/json", "refuses the credentials (HTTP 403)"),
        (500, "application/json", "answers with HTTP 500"),
        (200, "text/html", "is no MLflow server (it answers with text/html)"),
    ],
)
def test_a_server_that_does_not_do_costs_one_warning(
    mlflow_server: Answers,
    status: int,
    content_type: str,
    fault: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    mlflow_server.status, mlflow_server.content_type = status, content_type
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://{mlflow_server.address}")

    for _ in range(2):
        assert tracking_uri(str(tmp_path)) == local(tmp_path)
        assert artifact_location(str(tmp_path)) is not None

    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert fault in record.getMessage()
    assert str(tmp_path) in record.getMessage()


@pytest.mark.parametrize("scheme", ["http", "https", "postgresql+psycopg2", "mysql"])
def test_a_server_that_is_not_there_costs_one_warning_at_once(
    scheme: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"{scheme}://127.0.0.1:{dead_port()}/mlflow")
    started = time.monotonic()

    assert tracking_uri(str(tmp_path)) == local(tmp_path)

    assert time.monotonic() - started < 5
    (record,) = caplog.records
    assert "does not answer" in record.getMessage()


def test_a_server_that_stays_silent_is_not_waited_for(
    mlflow_server: Answers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(server, "ANSWER_SECONDS", 0.2)
    mlflow_server.silence = 1.0
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://{mlflow_server.address}")

    assert tracking_uri(str(tmp_path)) == local(tmp_path)
    assert "does not answer (ReadTimeout)" in caplog.text


def test_a_database_that_listens_is_used(
    mlflow_server: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = f"postgresql://user:word@{mlflow_server.address}/mlflow"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)

    assert tracking_uri(str(tmp_path)) == uri
    assert artifact_location(str(tmp_path)) is None


def test_another_local_database_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:////elsewhere/mlflow.db")

    assert tracking_uri(str(tmp_path)) == "sqlite:////elsewhere/mlflow.db"


@pytest.mark.parametrize(
    ("variables", "sent"),
    [
        ({}, None),
        ({"MLFLOW_TRACKING_TOKEN": "abc"}, "Bearer abc"),
        (
            {"MLFLOW_TRACKING_USERNAME": "ann", "MLFLOW_TRACKING_PASSWORD": "p:w"},
            "Basic YW5uOnA6dw==",
        ),
    ],
)
def test_the_credentials_are_mlflow_s_own(
    mlflow_server: Answers,
    variables: dict[str, str],
    sent: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://{mlflow_server.address}")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    tracking_uri(str(tmp_path))

    ((_, _, authorization),) = mlflow_server.requests
    assert authorization == sent


@pytest.mark.parametrize(
    "uri",
    [
        "http://ann:s3cret@127.0.0.1:{port}/",
        "http://ann:s3cret@s3cret@127.0.0.1:{port}/",
        "http://ann:s3cret/s3cret@127.0.0.1:{port}/",
        "http://ann:s3cret#s3cret@127.0.0.1:{port}/",
        "http://ann:s3cret@[127.0.0.1:{port}/",
        "postgresql://ann:s3cret@127.0.0.1:{port}/mlflow",
        "postgresql://ann:s3cret/s3cret@127.0.0.1:{port}/mlflow",
        "postgresql://ann:s3cret@127.0.0.1:port/mlflow",
        "postgresql://ann:s3cret@.{port}/mlflow",
    ],
)
def test_no_password_is_logged(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri.format(port=dead_port()))
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "s3cret")
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "s3cret")

    assert tracking_uri(str(tmp_path)) == local(tmp_path)

    assert "MLflow server" in caplog.text
    assert "s3cret" not in caplog.text


@pytest.fixture
def certificate(mlflow_server: Answers, tmp_path: Path) -> Path:
    """A certificate that no authority has signed, which the server shows from now on."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path, key_path = tmp_path / "certificate.pem", tmp_path / "key.pem"
    path.write_bytes(signed.public_bytes(Encoding.PEM))
    key_path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, key_path)
    mlflow_server.wrap(context)
    return path


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_a_certificate_is_trusted_as_mlflow_is_told_to(
    mlflow_server: Answers, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = f"https://localhost:{mlflow_server.port}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)

    assert tracking_uri(str(tmp_path / "distrusted")).startswith("sqlite:")
    monkeypatch.setenv("MLFLOW_TRACKING_INSECURE_TLS", "true")
    assert tracking_uri(str(tmp_path / "anyone")) == uri
    monkeypatch.setenv("MLFLOW_TRACKING_INSECURE_TLS", "false")
    monkeypatch.setenv("MLFLOW_TRACKING_SERVER_CERT_PATH", str(certificate))
    assert tracking_uri(str(tmp_path / "pinned")) == uri


class TestDagsHub:
    @pytest.fixture
    def proxy(self, mlflow_server: Answers, monkeypatch: pytest.MonkeyPatch) -> Answers:
        """A proxy that lets nothing through, and knows what was asked for."""
        mlflow_server.status = 502
        monkeypatch.setenv("HTTPS_PROXY", f"http://{mlflow_server.address}")
        return mlflow_server

    def test_a_repository_names_its_server(
        self,
        proxy: Answers,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        monkeypatch.setenv("DAGSHUB_REPO", f"ann/{tmp_path.name}")
        monkeypatch.setenv("DAGSHUB_USER_TOKEN", "s3cret")

        assert tracking_uri(str(tmp_path)) == local(tmp_path)

        ((method, host, _),) = proxy.requests
        assert (method, host) == ("CONNECT", "dagshub.com:443")
        assert f"https://dagshub.com/ann/{tmp_path.name}.mlflow does not answer" in caplog.text
        assert "s3cret" not in caplog.text

    def test_its_token_is_user_and_password(
        self, proxy: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DAGSHUB_REPO", f"bob/{tmp_path.name}")
        monkeypatch.setenv("DAGSHUB_USER_TOKEN", "s3cret")

        tracking_uri(str(tmp_path))

        # Where MLflow itself looks for them.
        assert os.environ["MLFLOW_TRACKING_USERNAME"] == "s3cret"
        assert os.environ["MLFLOW_TRACKING_PASSWORD"] == "s3cret"

    def test_mlflow_s_own_variable_comes_first(
        self, proxy: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DAGSHUB_REPO", "ann/phishing")
        monkeypatch.setenv("MLFLOW_TRACKING_URI", local(tmp_path))

        assert tracking_uri(str(tmp_path)) == local(tmp_path)
        assert not proxy.requests
