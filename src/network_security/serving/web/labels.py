"""What analysts said of alerts: what the next training learns from."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from network_security.serving.services.label_table import as_csv
from network_security.serving.services.labels import LABEL_VERDICTS, LabelVerdict
from network_security.serving.web.view import ViewerPage

router: Final = APIRouter()

PAGE_ROWS: Final = 40

Verdict = Annotated[LabelVerdict | Literal[""], Query()]
Who = Annotated[str, Query(max_length=100)]


@router.get("/labels")
def labels(
    view: ViewerPage,
    verdict: Verdict = "",
    who: Who = "",
    after: Annotated[str, Query(max_length=400)] = "",
) -> Response:
    """A page of labels, the newest first."""
    store = view.held.labels
    author = who.strip()
    page = store.page(
        verdict=verdict or None, who=author or None, after=after or None, size=PAGE_ROWS
    )
    return view.page(
        "labels.html",
        "labels",
        labels=store.read(page.documents),
        verdict=verdict,
        who=author,
        tabs=[(name, link("/labels", name, author)) for name in ("", *LABEL_VERDICTS)],
        older=link("/labels", verdict, author, after=page.cursor) if page.cursor else None,
        newest=link("/labels", verdict, author) if after else None,
        first=not after,
        by=lambda name: link("/labels", verdict, name),
        download=link("/labels.csv", verdict, author),
    )


@router.get("/labels.csv")
def download(view: ViewerPage, verdict: Verdict = "", who: Who = "") -> Response:
    """The labels that a page of them is of, as a file."""
    wanted = view.held.labels.every(verdict=verdict or None, who=who.strip() or None)
    headers = {"Content-Disposition": 'attachment; filename="labels.csv"'}
    return StreamingResponse(as_csv(wanted), media_type="text/csv", headers=headers)


def link(path: str, verdict: str, who: str, **more: str) -> str:
    """The link of what is filtered so.

    >>> link("/labels", "benign", ""), link("/labels", "", "")
    ('/labels?verdict=benign', '/labels')
    """
    given = {"verdict": verdict, "who": who, **more}
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{path}?{query}" if query else path
