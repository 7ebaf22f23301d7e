"""What an action tells the page that comes after it, kept in the browser until it is shown.

The browser's owner could write anything into the cookie; it is shown as text, and only to them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final, Literal
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

COOKIE: Final = "notice"
SECONDS: Final = 60
LONGEST: Final = 3000
"""Bytes of a cookie's value that all browsers take (RFC 6265, section 6.1)."""

Kind = Literal["good", "medium", "wrong"]


@dataclass(frozen=True)
class Notice:
    """What happened.

    Attributes:
        text: in a sentence.
        kind: whether that is good.
        undo: ids of alerts that can be reopened at once.
    """

    text: str
    kind: Kind = "good"
    undo: tuple[str, ...] = ()


def leave(response: Response, notice: Notice, *, secure: bool) -> None:
    """Have the next page show it."""
    value = quote(json.dumps(asdict(notice)))
    if len(value) > LONGEST:
        value = quote(json.dumps({**asdict(notice), "text": notice.text[:500], "undo": ()}))
    response.set_cookie(
        COOKIE, value, max_age=SECONDS, httponly=True, samesite="lax", secure=secure
    )


def left(request: Request) -> Notice | None:
    """What the page before left; None for nothing, or for what is none."""
    value = request.cookies.get(COOKIE)
    if not value:
        return None
    try:
        found = json.loads(unquote(value))
        kind: Kind = found["kind"] if found["kind"] in ("good", "medium", "wrong") else "medium"
        return Notice(str(found["text"]), kind, tuple(map(str, found["undo"])))
    except (ValueError, TypeError, KeyError):
        return None
