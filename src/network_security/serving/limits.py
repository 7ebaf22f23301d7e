"""How much one caller may ask for: bodies and requests a second."""

from __future__ import annotations

import math
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from network_security.serving.problems import Problem

_GZIP: Final = 16 + zlib.MAX_WBITS

MOST_CALLERS: Final = 50_000
"""Callers that are told apart; the one that was silent for longest is forgotten first."""


class BodyLimit:
    """Refuses bodies that are too long, before or while they come."""

    def __init__(
        self, app: ASGIApp, *, limit: int, upload_limit: int, uploads: tuple[str, ...]
    ) -> None:
        """Limit what an application gets.

        Args:
            app: the application.
            limit: most bytes of a body.
            upload_limit: the same on paths that take files.
            uploads: beginnings of those paths.
        """
        self._app = app
        self._limit = limit
        self._upload_limit = upload_limit
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        upload = scope["path"].startswith(self._uploads)
        limit = self._upload_limit if upload else self._limit
        refusal = Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The body has more than {limit:,} bytes; send it in parts.",
            headers={"Connection": "close"},
        )
        declared = dict(scope["headers"]).get(b"content-length", b"")
        if declared.isdigit() and int(declared) > limit:
            await refusal.response()(scope, receive, send)
            return
        came, too_long, started = 0, False, False

        async def counted() -> Message:
            nonlocal came, too_long
            message = await receive()
            came += len(message.get("body", b""))
            if came > limit:
                too_long = True
                raise _TooLongError
            return message

        async def passed_on(message: Message) -> None:
            nonlocal started
            # What the application makes of the broken-off body is of no interest.
            if started or not too_long:
                started = True
                await send(message)

        with suppress(_TooLongError):
            await self._app(scope, counted, passed_on)
        if too_long and not started:
            await refusal.response()(scope, receive, send)


class _TooLongError(Exception):
    """Ends the reading of a body."""


def inflated(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """Yield what a gzip stream (RFC 1952) unpacks to, piece by piece, never more than allowed.

    Args:
        pieces: the stream as it comes.
        limit: most bytes that it may unpack to.

    Raises:
        Problem: 413 where there would be more, 400 where it is no gzip stream.
    """
    unpacker = zlib.decompressobj(wbits=_GZIP)
    given = 0
    try:
        for piece in pieces:
            packed = piece
            while packed and not unpacker.eof:
                part = unpacker.decompress(packed, limit - given + 1)
                packed = unpacker.unconsumed_tail
                given += len(part)
                if given > limit:
                    raise Problem(
                        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                        f"The body unpacks to more than {limit:,} bytes; send it in parts.",
                    )
                yield part
        if not unpacker.eof:
            raise zlib.error("it ends before its end")
    except zlib.error as error:
        raise Problem(
            HTTPStatus.BAD_REQUEST, f"The gzip body cannot be unpacked: {error}"
        ) from None


@dataclass
class _Bucket:
    tokens: float
    at: float


class RateLimit:
    """A token bucket for each caller."""

    def __init__(
        self, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Let `burst` requests pass at once, and `per_second` in the long run."""
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, caller: str) -> None:
        """Count a request.

        Raises:
            Problem: 429, with the seconds to wait.
        """
        now = self._clock()
        bucket = self._buckets.pop(caller, None) or _Bucket(self._burst, now)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) * self._per_second)
        bucket.at = now
        self._buckets[caller] = bucket
        if len(self._buckets) > MOST_CALLERS:
            self._buckets.popitem(last=False)
        if bucket.tokens < 1:
            wait = math.ceil((1 - bucket.tokens) / self._per_second)
            raise Problem(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"More than {self._per_second:g} requests a second; wait {wait} s, or send more "
                "in one request.",
                headers={"Retry-After": str(wait)},
            )
        bucket.tokens -= 1
