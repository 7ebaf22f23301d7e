"""The service as it runs: uvicorn on 127.0.0.1, the embedded store, the models that ship."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

import network_security
from network_security.alerts.alert import Alert
from network_security.alerts.finding import Entity, Finding
from network_security.alerts.receipt import Receipt
from network_security.serving.app import create_app
from network_security.serving.running import SERVER_OPTIONS
from network_security.serving.security.roles import Role
from network_security.serving.services.services import Services
from network_security.serving.settings import ServingSettings
from network_security.storage.location import StoreLocation

PLAIN = False
"""No certificates are loaded, which takes longer than a request: all of it is plain HTTP."""
PASSWORD = "violet-harbour-lantern-41"


@dataclass
class Service:
    """A service that runs."""

    url: str
    app: FastAPI

    @property
    def held(self) -> Services:
        """What it holds."""
        services: Services = self.app.state.services
        return services

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        url = httpx.URL(self.url)
        return url.host, url.port or 80

    def key(self, role: str, name: str = "test") -> str:
        """The text of a new API key."""
        _, text = self.held.accounts.create_key(name, Role.named(role), by="test")
        return text

    def client(self, role: str | None = None, **headers: str) -> httpx.Client:
        """A client with a key of its own of that role; without one for None."""
        if role is not None:
            headers["Authorization"] = f"Bearer {self.key(role)}"
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, verify=PLAIN)

    def browser(self, name: str) -> httpx.Client:
        """A client with the cookie of a sign-in."""
        session, token = self.held.signing_in.sign_in(name, PASSWORD, address=uuid4().hex)
        client = httpx.Client(
            base_url=self.url, cookies={"session": token}, timeout=60, verify=PLAIN
        )
        client.headers["X-CSRF-Token"] = session.csrf_token
        return client

    def user(self, role: str) -> str:
        """The name of a new user."""
        name = f"u{uuid4().hex[:12]}"
        self.held.accounts.create_user(name, PASSWORD, Role.named(role), by="test")
        return name


@contextmanager
def running(settings: ServingSettings) -> Iterator[Service]:
    """A service with these settings, until the end of the block."""
    app = create_app(settings)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, **SERVER_OPTIONS)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        assert time.monotonic() < deadline, "the service takes too long to start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Service(f"http://127.0.0.1:{port}", app)
    finally:
        server.should_exit = True
        thread.join(60)


MakeSettings = Callable[..., ServingSettings]
Start = Callable[..., AbstractContextManager[Service]]


@pytest.fixture(scope="session")
def make_settings(
    embedded_uri: str, embedded_directory: Path, tmp_path_factory: pytest.TempPathFactory
) -> MakeSettings:
    """Settings with a database and folders of their own."""

    def make(**given: Any) -> ServingSettings:
        folder = tmp_path_factory.mktemp("serving")
        store = StoreLocation(embedded_uri, embedded_directory, f"serving_{uuid4().hex}")
        settings = ServingSettings(store, models=folder / "models", jobs=folder / "jobs")
        return replace(settings, **given)

    return make


@pytest.fixture(scope="session")
def start(make_settings: MakeSettings) -> Start:
    """Starts a service with these settings, until the end of a block."""
    return lambda **given: running(make_settings(**given))


@pytest.fixture(scope="session")
def service(start: Start) -> Iterator[Service]:
    """One service for many tests, which leave each other's things alone."""
    with start() as started:
        yield started


def make_finding(host: str, **known: Any) -> Finding:
    """A finding of a phishing URL on a host, an hour ago."""
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    text = f"https://{host}/login"
    receipt = Receipt(text, {"port": 1, "SFH": None}, {"": "d" * 64}, {}, 0.9, True, "url", 0.5)
    values: dict[str, Any] = {
        "id": f"finding-{host}",
        "verdict": f"verdict-{host}",
        "sighting": f"row-{host}",
        "detector": "phishing",
        "digest": "d" * 64,
        "entity": Entity("url", text, host, host),
        "first_seen": at,
        "last_seen": at,
        "tier": "url",
        "probability": 0.9,
        "threshold": 0.5,
        "receipt": receipt,
    }
    return Finding(**values | known)


@pytest.fixture(scope="session", name="finding")
def finding_fixture() -> Callable[..., Finding]:
    """Makes a finding of a phishing URL on a host."""
    return make_finding


RaiseAlert = Callable[..., Alert]


@pytest.fixture
def raise_alert(service: Service) -> RaiseAlert:
    """Raises an alert of a host of its own."""

    def raised(**known: Any) -> Alert:
        host = known.pop("host", f"{uuid4().hex}.example")
        updates = list(service.held.alerts.record([make_finding(host, **known)]))
        return updates[-1].alert

    return raised


def wait_for(client: httpx.Client, job: str, *statuses: str, seconds: float = 90) -> dict[str, Any]:
    """The job, once it has one of these statuses."""
    deadline = time.monotonic() + seconds
    while True:
        found: dict[str, Any] = client.get(f"/v1/jobs/{job}").json()
        if found["status"] in statuses:
            return found
        assert time.monotonic() < deadline, found
        assert found["status"] in ("queued", "running"), found
        time.sleep(0.05)


WaitFor = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session", name="wait_for")
def wait_for_fixture() -> WaitFor:
    """Waits until a job has one of some statuses."""
    return wait_for


TRAINING = {
    "pyproject.toml": """
        [tool.kedro]
        package_name = "small"
        project_name = "small"
        kedro_init_version = "1.7.0"
        source_dir = "src"
        """,
    "conf/base/catalog.yml": "",
    "conf/base/parameters.yml": "",
    "conf/local/.gitkeep": "",
    "src/small/__init__.py": "",
    "src/small/settings.py": """
        from network_security.hooks import ProgressHooks
        HOOKS = (ProgressHooks(),)
        DISABLE_HOOKS_FOR_PLUGINS = ("kedro-mlflow", "kedro_mlflow")
        """,
    "src/small/pipeline_registry.py": """
        from kedro.pipeline import Node, Pipeline

        def first():
            return 1

        def second(x):
            {second}

        def register_pipelines():
            nodes = [Node(first, None, "x", name="first"), Node(second, "x", "y", name="second")]
            return {{"training": Pipeline(nodes), "__default__": Pipeline(nodes)}}
        """,
    "logging.yml": """
        version: 1
        disable_existing_loggers: False
        handlers: {console: {class: logging.StreamHandler}}
        root: {handlers: [console], level: INFO}
        """,
}


@pytest.fixture
def make_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A Kedro project with a training of two steps, the second as given."""

    def make(second: str) -> Path:
        for name, text in TRAINING.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            filled = text.format(second=second) if name.endswith("registry.py") else text
            path.write_text(dedent(filled))
        monkeypatch.setenv("KEDRO_LOGGING_CONFIG", str(tmp_path / "logging.yml"))
        monkeypatch.setenv("PYTHONPATH", str(Path(network_security.__file__).parents[1]))
        monkeypatch.delenv("NETWORK_SECURITY_PROJECT", raising=False)
        return tmp_path

    return make
