"""Events by HTTP: ``POST /v1/events``, a record a line, answered once they are in the journal."""

from __future__ import annotations

import asyncio
import socket
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from typing import Final

import uvicorn
from pymongo.errors import PyMongoError
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from network_security.sensors import FORMATS
from network_security.sensors.framing import TOO_LONG
from network_security.serving.problems import Problem
from network_security.storage import StoreError
from network_security.watching.entries import SOUND
from network_security.watching.intake import Intake, ListenerCounts
from network_security.watching.journal import JournalFullError
from network_security.watching.settings import Address, Listening
from network_security.watching.syslog_frames import Frame
from network_security.watching.udp import bound_socket

LISTENER: Final = "http"
PATH: Final = "/v1/events"
MESSAGE: Final = "message/rfc822"
BODIES_AT_ONCE: Final = 8
"""Bodies of the longest size that may be under way."""
MOST_READ_OFF: Final = 64_000_000
READ_OFF_SECONDS: Final = 2.0
"""How much of a body that is too long is read, and for how long, before it is refused."""
_GZIP: Final = 16 + zlib.MAX_WBITS
_PIECE: Final = 256 * 1024
_RETRY: Final = {"Retry-After": "2"}

Admits = Callable[[str], bool]
"""Whether an API key may post events; may take its time."""


class EventsEndpoint:
    """Takes posts."""

    def __init__(
        self,
        intake: Intake,
        counts: ListenerCounts,
        options: Listening,
        admits: Admits | None = None,
    ) -> None:
        """Put them together.

        Args:
            intake: Where records go.
            counts: Where they are counted.
            options: Limits.
            admits: Says whether an API key is good; None when none is asked for.
        """
        self._intake = intake
        self._counts = counts
        self._options = options
        self._admits = admits
        self._in_flight = 0

    def application(self) -> Starlette:
        """The application that serves it."""
        return Starlette(routes=[Route(PATH, self.post, methods=["POST"])])

    async def post(self, request: Request) -> Response:
        """Answer a post: 202 once its records are in the journal, else a problem (RFC 9457)."""
        try:
            await self._check_key(request)
            format = self._format(request)
            if not self._intake.has_room:
                raise _no_room()
            with self._under_way(request):
                body = await self._body(request)
                sender = request.client.host if request.client else "-"
                frames = ((sender, frame) for frame in self._frames(body, format))
                try:
                    taken = self._intake.take(LISTENER, frames, self._counts, format=format)
                except JournalFullError:
                    raise _no_room() from None
        except Problem as problem:
            self._counts.refused += 1
            if problem.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                await _read_off(request)
            return problem.response()
        except (StoreError, PyMongoError):
            # Only whether a key is good is asked of the store.
            self._counts.refused += 1
            detail = "The API key cannot be checked at the moment; send this again later."
            return Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers=_RETRY).response()
        except ClientDisconnect:
            self._counts.refused += 1
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        return JSONResponse({"accepted": taken}, HTTPStatus.ACCEPTED)

    async def _check_key(self, request: Request) -> None:
        if self._admits is None:
            return
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        good = scheme.lower() == "bearer" and await asyncio.to_thread(self._admits, key.strip())
        if not good:
            raise Problem(
                HTTPStatus.UNAUTHORIZED,
                "Send an API key that is good: Authorization: Bearer KEY.",
                headers={"WWW-Authenticate": "Bearer"},
            )

    def _format(self, request: Request) -> str | None:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() == MESSAGE:
            return "email"
        format = request.query_params.get("format")
        if format is not None and format not in FORMATS:
            known = ", ".join(FORMATS)
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY, f"There is no format {format!r}: one of {known}."
            )
        return format

    @contextmanager
    def _under_way(self, request: Request) -> Iterator[None]:
        """Count a body's bytes, as many as it may have if it does not say."""
        most = self._options.body_bytes
        declared = request.headers.get("content-length", "")
        size = int(declared) if declared.isdigit() else most
        if size > most:
            raise _too_long(most, "")
        if self._in_flight + size > BODIES_AT_ONCE * most:
            raise Problem(
                HTTPStatus.TOO_MANY_REQUESTS,
                "Too much is being posted at once; send this again in some seconds.",
                headers=_RETRY,
            )
        self._in_flight += size
        try:
            yield
        finally:
            self._in_flight -= size

    async def _body(self, request: Request) -> bytes:
        encoding = request.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("identity", "", "gzip", "x-gzip"):
            raise Problem(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                f"Content-Encoding {encoding!r} is not understood: send gzip, or as it is.",
                headers={"Accept-Encoding": "gzip"},
            )
        chunks = _within(request.stream(), self._options.body_bytes)
        try:
            async with asyncio.timeout(self._options.idle_seconds):
                if encoding.endswith("gzip"):
                    return await _unpacked(chunks, self._options.unpacked_bytes)
                return b"".join([chunk async for chunk in chunks])
        except TimeoutError:
            raise Problem(
                HTTPStatus.REQUEST_TIMEOUT, "The body did not come in time.",
                headers={"Connection": "close"},
            ) from None  # fmt: skip

    def _frames(self, body: bytes, format: str | None) -> Iterator[Frame]:
        if format == "email":
            yield Frame(body)
            return
        limit = self._options.line_bytes
        for line in body.split(b"\n"):
            content = line.rstrip(b"\r")
            problem = SOUND if len(content) <= limit else TOO_LONG
            yield Frame(content[:limit], problem)


async def _read_off(request: Request) -> None:
    """Read some of what still comes: most clients look for an answer once they have sent all."""
    left = MOST_READ_OFF
    with suppress(TimeoutError, ClientDisconnect, RuntimeError):
        async with asyncio.timeout(READ_OFF_SECONDS):
            async for chunk in request.stream():
                left -= len(chunk)
                if left < 0:
                    return


async def _within(stream: AsyncIterator[bytes], most: int) -> AsyncIterator[bytes]:
    """The chunks of a body that has not more bytes than it may."""
    size = 0
    async for chunk in stream:
        size += len(chunk)
        if size > most:
            raise _too_long(most, "")
        yield chunk


async def _unpacked(chunks: AsyncIterator[bytes], most: int) -> bytes:
    """A gzip body unpacked, never more of it than it may have."""
    unpacker = zlib.decompressobj(_GZIP)
    found = bytearray()
    try:
        async for chunk in chunks:
            packed = chunk
            while packed:
                found += unpacker.decompress(packed, _PIECE)
                if len(found) > most:
                    raise _too_long(most, " unpacked")
                packed = unpacker.unconsumed_tail
                if unpacker.eof and unpacker.unused_data:
                    # Members may follow one another (RFC 1952, section 2.2).
                    packed, unpacker = unpacker.unused_data, zlib.decompressobj(_GZIP)
            # Other connections have their turn between the pieces of a large body.
            await asyncio.sleep(0)
        found += unpacker.flush()
    except zlib.error as error:
        raise Problem(
            HTTPStatus.BAD_REQUEST, f"The body is not the gzip that it says it is: {error}."
        ) from error
    if found and not unpacker.eof:
        raise Problem(HTTPStatus.BAD_REQUEST, "The gzip body ends too early; send it again.")
    return bytes(found)


def _too_long(most: int, how: str) -> Problem:
    return Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"The body has more than {most:,} bytes{how}; send it in parts.",
        headers={"Connection": "close"},
    )


def _no_room() -> Problem:
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "There is no room for events at the moment; nothing was taken, send them again later.",
        headers=_RETRY,
    )


class HttpServer(uvicorn.Server):
    """A server that leaves signals to the one who runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def listen_http(
    address: Address,
    intake: Intake,
    counts: ListenerCounts,
    options: Listening,
    admits: Admits | None = None,
) -> tuple[HttpServer, asyncio.Task[None], int]:
    """Listen for posts; several processes may share the address.

    Returns:
        The server, its task, and the port.

    Raises:
        OSError: The address cannot be used.
    """
    endpoint = EventsEndpoint(intake, counts, options, admits)
    config = uvicorn.Config(
        endpoint.application(),
        log_config=None,
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        proxy_headers=False,
        limit_concurrency=options.connections,
        timeout_keep_alive=30,
    )
    opened = bound_socket(address, socket.SOCK_STREAM)
    server = HttpServer(config)
    task = asyncio.create_task(server.serve([opened]), name=f"http {address}")
    while not server.started and not task.done():
        await asyncio.sleep(0.01)
    return server, task, opened.getsockname()[1]
