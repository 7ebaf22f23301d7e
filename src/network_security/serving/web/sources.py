"""Sources of events: how their parsers do, and the records that could not be parsed."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from network_security.sensors import FORMATS
from network_security.serving.web.source_state import states
from network_security.serving.web.view import ViewerPage

router: Final = APIRouter()

PAGE_ROWS: Final = 25


@router.get("/sources")
def sources(view: ViewerPage) -> Response:
    """All sources, those that fail first."""
    now = view.held.clock()
    found = states(view.held.sources.health(), now)
    return view.page("sources.html", "sources", sources=found, watchers=view.held.watchers.all(now))


@router.get("/sources/dead-letters")
def dead_letters(
    view: ViewerPage,
    format: Annotated[str, Query(max_length=100)] = "",
    after: Annotated[str, Query(max_length=400)] = "",
) -> Response:
    """Records that could not be parsed: why, how they begin, and how to parse them again."""
    found = view.held.sources.dead_letters(
        format_=format or None, after=after or None, size=PAGE_ROWS
    )
    asked = {"format": format} if format else {}
    older = f"?{urlencode(asked | {'after': found.cursor})}" if found.cursor else None
    return view.page(
        "dead_letters.html",
        "sources",
        letters=found.letters,
        format=format,
        formats=sorted(FORMATS),
        older=older,
        first=not after,
    )
