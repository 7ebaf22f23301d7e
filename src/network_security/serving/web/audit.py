"""Who did what to what, and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from network_security.serving.services.audit import AuditFilter
from network_security.serving.web.times import time_of
from network_security.serving.web.view import ViewerPage

router: Final = APIRouter()

PAGE_ROWS: Final = 50
ON_ALERTS: Final = frozenset({"acknowledged", "closed", "reopened", "assigned", "merged"})
"""What is done with alerts alone."""

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


def subject_link(entry: Mapping[str, Any]) -> str | None:
    """The page of what an entry is about; None where there is none.

    Ids of alerts, rules and entries of the blocklist look alike: what was done tells them apart.

    >>> subject_link({"subject": "job:5f", "action": "job resumed"})
    '/batch/5f'
    """
    kind, _, id_ = str(entry["subject"]).rpartition(":")
    if kind == "job":
        return f"/batch/{id_}"
    if entry["action"] in ON_ALERTS:
        return f"/alerts/{id_}"
    return None
