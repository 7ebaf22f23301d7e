"""Runs the service by uvicorn, in one process or several."""

from __future__ import annotations

import json
import os
from typing import Any, Final

import uvicorn
from fastapi import FastAPI

from network_security.serving.app import create_app
from network_security.serving.configuration import load_settings
from network_security.serving.security.doorkeeper import Doorkeeper
from network_security.serving.services.audit import Audit
from network_security.serving.services.signing_in import SigningIn
from network_security.serving.settings import ServingSettings
from network_security.storage import ensure_indexes
from network_security.storage.times import utc_now

ASKED: Final = "NETWORK_SECURITY_SERVE"
"""In the environment of worker processes: what the command was asked for, as JSON."""

SERVER_OPTIONS: Final[dict[str, Any]] = {
    "log_config": None,
    "access_log": False,
    "server_header": False,
    "timeout_keep_alive": 30,
    "timeout_graceful_shutdown": 15,
    "limit_concurrency": 2000,
    "h11_max_incomplete_event_size": 64 * 1024,
}
"""Of uvicorn: it logs as the project does, tells nobody what it is, and bounds what it holds."""


def first_user_link(settings: ServingSettings) -> str | None:
    """Where the first user is created; None where there is one, or nobody has to sign in.

    Raises:
        StoreError: the store cannot be used.
    """
    if settings.demo:
        return None
    database = settings.store.open()
    ensure_indexes(database)
    doorkeeper = Doorkeeper(database, session_hours=settings.session_hours)
    signing_in = SigningIn(database, doorkeeper, Audit(database, utc_now), utc_now)
    token = signing_in.allow_first_user()
    return None if token is None else f"{address_of(settings)}/setup?token={token}"


def address_of(settings: ServingSettings) -> str:
    """Where a browser finds the service."""
    host = settings.trusted_hosts[0] if settings.trusted_hosts else settings.host
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    scheme = "https" if settings.https else "http"
    return f"{scheme}://{host}:{settings.port}"


def run(settings: ServingSettings, *, env: str | None, asked: dict[str, Any], workers: int) -> None:
    """Serve until the process is told to end.

    Args:
        settings: how.
        env: the configuration environment, for the workers.
        asked: settings that win over those of the configuration, likewise.
        workers: processes; with one, it is this one.
    """
    options: dict[str, Any] = {
        "host": settings.host,
        "port": settings.port,
        "proxy_headers": bool(settings.trusted_proxies),
        "forwarded_allow_ips": list(settings.trusted_proxies),
        **SERVER_OPTIONS,
    }
    if workers == 1:
        uvicorn.run(create_app(settings), **options)
        return
    os.environ[ASKED] = json.dumps({"env": env, "asked": asked})
    uvicorn.run(f"{__name__}:app_of_worker", factory=True, workers=workers, **options)


def app_of_worker() -> FastAPI:
    """The application of one of several processes."""
    told = json.loads(os.environ[ASKED])
    return create_app(load_settings(told["env"], told["asked"]))
