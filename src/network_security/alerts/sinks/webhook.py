"""A webhook for programs: the alert as JSON, signed.

=====================  =========================================================================
``webhook-id``         the announcement's key, the same at each attempt
``webhook-timestamp``  when it was sent, seconds since 1970
``webhook-signature``  ``v1,`` and the Base64 of HMAC-SHA256 over id, timestamp and body, joined by
                       full stops
``Idempotency-Key``    the key again, for receivers that know this name
=====================  =========================================================================

The secret is ``whsec_`` and the Base64 of 24 to 64 bytes. A receiver verifies the signature over
the bytes that it got, refuses old timestamps, and remembers keys.

Source: Standard Webhooks specification 1.0.0, https://www.standardwebhooks.com; the IETF draft "The
Idempotency-Key HTTP Header Field".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from network_security.alerts.sinks.announcement import Announcement, iso
from network_security.alerts.sinks.posting import check_address, post
from network_security.alerts.sinks.sink import SinkOptions

EVENT_TYPE: Final = "alert.announced"
PREFIX: Final = "whsec_"
KEY_BYTES: Final = range(24, 65)


@dataclass(frozen=True, kw_only=True)
class WebhookOptions(SinkOptions):
    """A webhook.

    Attributes:
        url: Where to post; HTTPS, or HTTP on this machine.
        ca_file: Root certificates (PEM) to verify the receiver by; None for Mozilla's.

    Raises:
        SinkError: If a value is none of its kind.
    """

    url: str
    ca_file: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could not work."""
        super().__post_init__()
        try:
            check_address(self.url)
        except ValueError as error:
            self.require(False, f"url: {error}")


class Webhook:
    """Posts alerts as JSON; its credential is the ``secret``."""

    def __init__(
        self,
        options: WebhookOptions,
        credentials: Mapping[str, str],
        clock: Callable[[], datetime],
    ) -> None:
        self.options = options
        self._url = check_address(options.url)
        self._key = _key(options, credentials.get("secret", ""))
        self._clock = clock

    def deliver(self, announcement: Announcement) -> None:
        """Post an alert, signed with the time of this attempt."""
        now = self._clock()
        body = json.dumps(
            {
                "type": EVENT_TYPE,
                "timestamp": iso(announcement.at),
                "link": self.options.link_to(announcement.alert),
                "data": announcement.to_json(),
            },
            separators=(",", ":"),
        ).encode()
        timestamp = str(int(now.timestamp()))
        post(
            self._url,
            body,
            {
                "webhook-id": announcement.key,
                "webhook-timestamp": timestamp,
                "webhook-signature": signature(self._key, announcement.key, timestamp, body),
                "Idempotency-Key": announcement.key,
            },
            timeout=self.options.timeout_seconds,
            ca_file=self.options.ca_file,
            now=now,
        )


def signature(key: bytes, id_: str, timestamp: str, body: bytes) -> str:
    """Return the header's value.

    >>> signature(b"k" * 24, "a1", "0", b"{}")
    'v1,7ZQPpUtLR+cKjaFc+kNo3uTGz4ovR2pEd+KDxuePrTo='
    """
    signed = f"{id_}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _key(options: WebhookOptions, secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    options.require(
        secret.startswith(PREFIX) and len(key) in KEY_BYTES,
        f"its credential 'secret' must be {PREFIX} and the Base64 of {KEY_BYTES.start} to "
        f"{KEY_BYTES.stop - 1} random bytes",
    )
    return key
