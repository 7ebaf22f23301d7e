"""Which MLflow store a run is written to."""

import logging
import os
import socket
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import requests

log = logging.getLogger(__name__)

CONNECT_SECONDS: Final = 3.0
ANSWER_SECONDS: Final = 5.0
_PORTS: Final = {"postgresql": 5432, "mysql": 3306, "mssql": 1433}


def tracking_uri(folder: str) -> str:
    """The configured tracking server if it answers, else the local database in `folder`.

    A server is configured by MLflow's own variables (``MLFLOW_TRACKING_URI``, and
    ``MLFLOW_TRACKING_USERNAME`` with ``MLFLOW_TRACKING_PASSWORD``, or ``MLFLOW_TRACKING_TOKEN``;
    ``MLFLOW_TRACKING_SERVER_CERT_PATH`` or ``MLFLOW_TRACKING_INSECURE_TLS``), or for DagsHub by
    ``DAGSHUB_REPO`` (owner/name) and ``DAGSHUB_USER_TOKEN``. One that does not answer costs a
    warning, never the training.
    """
    configured = _configured()
    if configured and _can_be_used(configured, folder):
        return configured
    return _local_database(folder)


def artifact_location(folder: str) -> str | None:
    """Where a local database's artifacts go; a server decides for itself."""
    uri = tracking_uri(folder)
    return (Path(folder) / "artifacts").as_uri() if uri.startswith("sqlite:") else None


def _configured() -> str | None:
    repository = os.environ.get("DAGSHUB_REPO")
    if repository and not os.environ.get("MLFLOW_TRACKING_URI"):
        if token := os.environ.get("DAGSHUB_USER_TOKEN"):
            # DagsHub takes the token as user and password
            # (dagshub.com/docs/integration_guide/mlflow_tracking).
            os.environ.setdefault("MLFLOW_TRACKING_USERNAME", token)
            os.environ.setdefault("MLFLOW_TRACKING_PASSWORD", token)
        return f"https://dagshub.com/{repository}.mlflow"
    return os.environ.get("MLFLOW_TRACKING_URI") or None


def _local_database(folder: str) -> str:
    Path(folder).mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder}/mlflow.db"


@cache
def _can_be_used(uri: str, folder: str) -> bool:
    """Whether the server answers as it should; asked, and warned of, once a process."""
    fault = _fault(uri)
    if fault:
        log.warning(
            "MLflow server %s %s; runs are tracked in the local database under %s instead",
            _without_password(uri), fault, folder,
        )  # fmt: skip
    return fault is None


def _fault(uri: str) -> str | None:
    """What is wrong with the server, or None. No text of the URI's is in it: it may be a secret."""
    try:
        address = urlsplit(uri)
        port = address.port or _PORTS.get(address.scheme.partition("+")[0])
    except ValueError:
        return "is no valid address"
    if address.scheme in {"http", "https"}:
        return _http_fault(uri)
    if not address.hostname or not port:
        return None
    try:
        socket.create_connection((address.hostname, port), CONNECT_SECONDS).close()
    except (OSError, UnicodeError) as error:
        return f"does not answer ({type(error).__name__})"
    return None


def _http_fault(uri: str) -> str | None:
    token = os.environ.get("MLFLOW_TRACKING_TOKEN")
    user = os.environ.get("MLFLOW_TRACKING_USERNAME")
    insecure = os.environ.get("MLFLOW_TRACKING_INSECURE_TLS", "").lower() in {"true", "1"}
    try:
        answer = requests.get(
            f"{uri.rstrip('/')}/api/2.0/mlflow/experiments/search",
            params={"max_results": 1},
            headers={"Authorization": f"Bearer {token}"} if token else {},
            auth=(user, os.environ.get("MLFLOW_TRACKING_PASSWORD", "")) if user else None,
            verify=os.environ.get("MLFLOW_TRACKING_SERVER_CERT_PATH") or not insecure,
            timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
        )
    except requests.RequestException as error:
        return f"does not answer ({type(error).__name__})"
    if answer.status_code in {401, 403}:
        return f"refuses the credentials (HTTP {answer.status_code})"
    if not answer.ok:
        return f"answers with HTTP {answer.status_code}"
    kind = answer.headers.get("Content-Type", "nothing")
    return None if "json" in kind else f"is no MLflow server (it answers with {kind})"


def _without_password(uri: str) -> str:
    """The URI without user and password, which may hold unescaped signs, an ``@`` among them."""
    scheme, separator, rest = uri.partition("://")
    return scheme + separator + rest.rpartition("@")[2]
