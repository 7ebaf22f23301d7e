"""Posts JSON over HTTP, as webhooks want it: no redirection is followed, no secret is told.

Source: RFC 9110, sections 10.2.3 (Retry-After) and 15; RFC 6585, section 4.
"""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from network_security.alerts.sinks.connecting import SECURE, connected, delivery_errors, is_here
from network_security.alerts.sinks.sink import DeliveryError
from network_security.enrichment.connections import TimedSocket
from network_security.enrichment.deadline import Deadline
from network_security.evidence.urls import URL, parse
from network_security.evidence.urls.url import DEFAULT_PORTS

LONGEST_WAIT: Final = 86_400.0
"""Seconds for which a receiver is believed that it wants to be left alone."""
_PERMANENT: Final = frozenset({400, 410, 413, 415, 422})
"""What says that this very request will never do; all else may be mended at the other end."""
_OK: Final = range(200, 300)
_VISIBLE = re.compile(r"[!-~]*")


def check_address(written: str) -> URL:
    """Return the URL of a receiver.

    Raises:
        ValueError: If it is none of HTTPS, or of HTTP on this machine.
    """
    url = parse(written)
    if url.scheme not in ("http", "https") or not url.host.name or written != url.text:
        raise ValueError("it is no address such as https://hooks.example.org/path")
    if url.scheme == "http" and not is_here(url.host.name):
        raise ValueError(SECURE)
    if url.userinfo:
        raise ValueError("it has a user or password in it, which belong into credentials")
    if not _VISIBLE.fullmatch(url.path + url.query):
        raise ValueError("its path must be percent-encoded")
    return url


def post(
    url: URL,
    body: bytes,
    headers: Mapping[str, str],
    *,
    timeout: float,
    ca_file: str | None,
    now: datetime,
) -> None:
    """Post JSON; returns once the receiver has said that it took it.

    Args:
        url: Where, from `check_address`.
        body: The JSON.
        headers: Those of the kind of webhook.
        timeout: Seconds that all of it may take.
        ca_file: Root certificates (PEM); None for Mozilla's.
        now: The time, to read a Retry-After that names one.

    Raises:
        DeliveryError: If the receiver cannot be reached, or does not take it.
    """
    deadline = Deadline(timeout)
    host = url.host.name
    port = url.port or DEFAULT_PORTS[url.scheme]
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    name = f"[{host}]" if ":" in host else host
    with (
        connected(host, port, deadline, tls=url.scheme == "https", ca_file=ca_file) as connection,
        delivery_errors(f"{host}:{port}", deadline),
    ):
        client = http.client.HTTPConnection(host)
        # What http.client needs of a socket is what TimedSocket has.
        client.sock = TimedSocket(connection, deadline, host)
        own_port = port == DEFAULT_PORTS[url.scheme]
        sent = {
            "Host": name if own_port else f"{name}:{port}",
            "Content-Type": "application/json",
            "User-Agent": "network-security",
            "Connection": "close",
            **headers,
        }
        try:
            client.request("POST", path, body, sent)
            with client.getresponse() as response:
                _check(response, host, now)
        except http.client.HTTPException as error:
            raise DeliveryError(f"{host}: no HTTP answer ({type(error).__name__})") from None


def _check(response: http.client.HTTPResponse, host: str, now: datetime) -> None:
    status = response.status
    if status in _OK:
        return
    if 300 <= status < 400:  # noqa: PLR2004
        raise DeliveryError(f"{host}: answers {status}, a redirection, which is not followed")
    raise DeliveryError(
        f"{host}: answers {status}",
        retry_after=_seconds(response.headers.get("Retry-After"), now),
        permanent=status in _PERMANENT,
    )


def _seconds(written: str | None, now: datetime) -> float | None:
    """What a Retry-After says, seconds or a date; None for none, and for nonsense."""
    if not written:
        return None
    if written.isascii() and written.isdigit():
        return min(float(written[:9]), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(written)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - now).total_seconds()), LONGEST_WAIT)
