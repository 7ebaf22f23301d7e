"""The blocklist, the allow-list, and the feeds that firewalls poll."""

from __future__ import annotations

from email.utils import format_datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path, Query, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field

from network_security.response.entries import AllowEntry, BlockEntry, State
from network_security.response.feeds import FEEDS
from network_security.response.queries import BlockFilter
from network_security.serving.api.idempotent import IdempotentRoute
from network_security.serving.api.parameters import (
    Digest,
    Filter,
    Note,
    Size,
    Strict,
    Version,
    Word,
)
from network_security.serving.openapi import problems
from network_security.serving.security.access import Analyst, Viewer
from network_security.serving.services.services import Held

router = APIRouter(tags=["response"], route_class=IdempotentRoute)

Kind = Literal["ip", "network", "domain", "host", "url"]
Days = Annotated[float | None, Field(gt=0, le=365, description="How long; null for the default.")]
Reason = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S", description="Why.")]
Value = Annotated[
    str, Field(min_length=1, max_length=4000, description="The indicator, defanged or not.")
]
FeedName = Literal[tuple(FEEDS)]  # type: ignore[valid-type]
ACTION = problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)


class BlocklistQuery(Filter):
    """Which entries, and which page of them."""

    state: State | None = None
    kind: Kind | None = None
    alert: Word | None = Field(default=None, description="From this alert.")
    author: Word | None = None
    value: Word | None = Field(default=None, description="How the indicator begins.")
    cursor: Annotated[str | None, Field(pattern=r"^[0-9]{15}-[0-9a-f]{64}$")] = None
    size: Size = 50


class BlocklistOut(BaseModel):
    """Some entries, those last changed first."""

    entries: list[BlockEntry]
    cursor: str | None


class BlockIn(Strict):
    """An indicator to block."""

    value: Value
    kind: Kind | None = Field(default=None, description="Else told from the value.")
    reason: Reason
    days: Days = None
    enforce: bool = Field(default=False, description="Put it into the feeds at once.")


class AllowIn(Strict):
    """An indicator never to block."""

    value: Value
    kind: Kind | None = Field(default=None, description="Else told from the value.")
    reason: Reason
    days: Days = None


class BlockActionIn(Strict):
    """What an analyst says of an action."""

    note: Note = ""
    version: Version = None


class UndoIn(Strict):
    """Which action is taken back."""

    action: str = Field(
        pattern="^[0-9a-f]{64}-[0-9]{9}$", description="Its id, from the entry's history."
    )
    note: Note = ""


class AllowlistOut(BaseModel):
    """The allow-list, ended entries too, the newest first."""

    entries: list[AllowEntry]


class RemovalQuery(Filter):
    """Why an entry is ended."""

    note: Note = ""


class FeedOut(BaseModel):
    """A format that firewalls poll."""

    name: str
    title: str
    how_to: str = Field(description="Where to enter its address.")


class FeedsOut(BaseModel):
    """All formats."""

    feeds: list[FeedOut]


@router.get("/v1/blocklist", operation_id="listBlocklist", summary="List", responses=problems())
def blocklist(
    query: Annotated[BlocklistQuery, Query()], caller: Viewer, held: Held
) -> BlocklistOut:
    """Entries that fulfil all that is given, those last changed first."""
    wanted = BlockFilter(**query.model_dump(exclude={"cursor", "size"}))
    page = held.blocklist.page(wanted, after=query.cursor, size=query.size)
    return BlocklistOut(entries=list(page.entries), cursor=page.cursor)


@router.post(
    "/v1/blocklist",
    operation_id="block",
    summary="Block an indicator",
    status_code=HTTPStatus.CREATED,
    responses=problems(HTTPStatus.CONFLICT),
)
def block(body: BlockIn, caller: Analyst, held: Held) -> BlockEntry:
    """Add an indicator, recommended or enforced; what is protected is refused."""
    return held.blocklist.add(
        body.kind or "",
        body.value,
        who=caller.name,
        reason=body.reason,
        days=body.days,
        enforce=body.enforce,
    )


@router.get("/v1/blocklist/{id}", operation_id="getBlock", summary="Get an entry", responses=ACTION)
def entry(id: Digest, caller: Viewer, held: Held) -> BlockEntry:
    """An entry, with all that was done to it."""
    return held.blocklist.get(id)


@router.post(
    "/v1/blocklist/{id}/enforce", operation_id="enforceBlock", summary="Enforce", responses=ACTION
)
def enforce(id: Digest, body: BlockActionIn, caller: Analyst, held: Held) -> BlockEntry:
    """Put an entry into the feeds."""
    return held.blocklist.enforce(id, who=caller.name, note=body.note, version=body.version)


@router.post(
    "/v1/blocklist/{id}/withdraw",
    operation_id="withdrawBlock",
    summary="Withdraw",
    responses=ACTION,
)
def withdraw(id: Digest, body: BlockActionIn, caller: Analyst, held: Held) -> BlockEntry:
    """Take an entry out of the feeds."""
    return held.blocklist.withdraw(id, who=caller.name, note=body.note, version=body.version)


@router.post(
    "/v1/blocklist-undo", operation_id="undoBlockAction", summary="Undo an action", responses=ACTION
)
def undo(body: UndoIn, caller: Analyst, held: Held) -> BlockEntry:
    """Put an entry back to where it stood before its last action."""
    return held.blocklist.undo(body.action, who=caller.name, note=body.note)


@router.get("/v1/allowlist", operation_id="listAllowlist", summary="List", responses=problems())
def allowlist(caller: Viewer, held: Held) -> AllowlistOut:
    """What is never blocked."""
    return AllowlistOut(entries=held.blocklist.allowed())


@router.post(
    "/v1/allowlist",
    operation_id="allow",
    summary="Allow an indicator",
    status_code=HTTPStatus.CREATED,
    responses=problems(HTTPStatus.CONFLICT),
)
def allow(body: AllowIn, caller: Analyst, held: Held) -> AllowEntry:
    """Never block an indicator, nor anything that covers it or lies within it."""
    return held.blocklist.allow(
        body.kind or "", body.value, who=caller.name, reason=body.reason, days=body.days
    )


@router.delete(
    "/v1/allowlist/{id}",
    operation_id="disallow",
    summary="End an entry",
    status_code=HTTPStatus.NO_CONTENT,
    responses=ACTION,
)
def disallow(
    id: Digest, query: Annotated[RemovalQuery, Query()], caller: Analyst, held: Held
) -> Response:
    """End an entry of the allow-list now; what is enforced goes back into the feeds."""
    held.blocklist.disallow(id, who=caller.name, note=query.note)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.get("/v1/feeds", operation_id="listFeeds", summary="List feeds", responses=problems())
def feeds(caller: Viewer) -> FeedsOut:
    """The formats that firewalls poll, and where to enter their addresses."""
    return FeedsOut(
        feeds=[FeedOut(name=each.name, title=each.title, how_to=each.how_to)
               for each in FEEDS.values()]
    )  # fmt: skip


@router.get(
    "/v1/feeds/{name}",
    operation_id="getFeed",
    summary="Get a feed",
    response_class=PlainTextResponse,
    responses={
        **problems(HTTPStatus.NOT_FOUND),
        200: {
            "description": "What is enforced now, as the firewall reads it.",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        },
        304: {"description": "It is as the caller has it."},
    },
)
def feed(
    name: Annotated[FeedName, Path(description="The format.")],  # type: ignore[valid-type]
    caller: Viewer,
    held: Held,
    if_none_match: Annotated[
        str | None, Header(description="The `ETag` of the feed that the caller has.")
    ] = None,
) -> Response:
    """What is enforced now. Firewalls that know no bearer keys send one as a basic password."""
    made = held.blocklist.feed(name)
    headers = {
        "ETag": made.etag,
        "Last-Modified": format_datetime(made.last_modified, usegmt=True),
        "Cache-Control": "no-cache",
    }
    if if_none_match is not None and made.etag in map(str.strip, if_none_match.split(",")):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(made.content, headers=headers, media_type=made.media_type)
