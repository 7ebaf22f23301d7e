"""Who did what to what, and when."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from network_security.serving.services.audit import AuditFilter
from network_security.serving.web.times import time_of
from network_security.serving.web.view import ViewerPage

router: Final = APIRouter()

PAGE_ROWS: Final = 50

Field = Annotated[str, Query(max_length=300)]


@router.get("/audit")
def audit(
    view: ViewerPage,
    who: Field = "",
    action: Field = "",
    subject: Field = "",
    since: Field = "",
    until: Field = "",
    after: Field = "",
) -> Response:
    """A page of the audit log, the newest first."""
    wanted = AuditFilter(
        subject=subject.strip() or None,
        who=who.strip() or None,
        action=action.strip() or None,
        since=time_of(since, "Since"),
        until=time_of(until, "Until"),
    )
    page = view.held.audit.page(wanted, after=after or None, size=PAGE_ROWS)
    given = {"who": who, "action": action, "subject": subject, "since": since, "until": until}
    asked = {name: value for name, value in given.items() if value}
    older = f"/audit?{urlencode(asked | {'after': page.cursor})}" if page.cursor else None
    return view.page(
        "audit.html",
        "audit",
        entries=page.documents,
        given=given,
        narrowed=bool(asked),
        older=older,
        newest=f"/audit?{urlencode(asked)}" if after else None,
        link=subject_link,
    )


def subject_link(subject: str) -> str | None:
    """The page of what an entry is about; None where there is none."""
    if len(subject) == 64 and subject.isalnum():  # noqa: PLR2004 - a SHA-256
        return f"/alerts/{subject}"
    return None
