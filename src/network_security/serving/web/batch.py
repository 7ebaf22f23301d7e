"""Tables of URLs or features, judged as a whole: upload, progress, download."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final, Literal

from fastapi import APIRouter, File, Form, Query, UploadFile
from starlette.responses import FileResponse, Response

from network_security.serving.problems import Problem
from network_security.serving.security.guarded import GuardedRoute
from network_security.serving.services.jobs import OPEN, RESUMABLE
from network_security.serving.web.view import View, ViewerPage

router: Final = APIRouter(route_class=GuardedRoute)

PAGE_ROWS: Final = 25
MEDIA_TYPES: Final = {"csv": "text/csv; charset=utf-8", "parquet": "application/octet-stream"}


@router.get("/batch")
def batch(view: ViewerPage, after: Annotated[str | None, Query(max_length=400)] = None) -> Response:
    """The form, and the caller's jobs."""
    return _page(view, after=after or None)


@router.post("/batch")
def submit(
    view: ViewerPage,
    file: Annotated[UploadFile | None, File()] = None,
    kind: Annotated[Literal["urls", "features", ""], Form()] = "",
    delimiter: Annotated[Literal[",", ";", "|", "tab"], Form()] = ",",
    result: Annotated[Literal["csv", "parquet"], Form()] = "csv",
) -> Response:
    """Have a table judged."""
    if file is None or not file.filename:
        return _page(view, problem="Choose a file first.")
    try:
        job = view.held.jobs.submit_batch(
            file.file,
            file.filename,
            by=view.caller,
            kind=kind or None,
            delimiter="\t" if delimiter == "tab" else delimiter,
            result=result,
        )
    except Problem as problem:
        return _page(view, problem=problem.detail, status=problem.status)
    return view.go(f"/batch/{job.id}")


@router.get("/batch/{id}")
def job_page(view: ViewerPage, id: str) -> Response:
    """How far a job is."""
    job = view.held.jobs.get(id, view.caller)
    return view.page(
        "job.html",
        "models" if job.kind == "training" else "batch",
        job=job,
        is_open=job.status in OPEN,
        resumable=job.status in RESUMABLE,
    )


@router.post("/batch/{id}")
def act(
    view: ViewerPage, id: str, action: Annotated[Literal["cancel", "resume"], Form()]
) -> Response:
    """Stop a job, or let one go on."""
    if action == "cancel":
        view.held.jobs.cancel(id, view.caller)
        return view.go(f"/batch/{id}", "The job stops.", "medium")
    view.held.jobs.resume(id, view.caller)
    return view.go(f"/batch/{id}", "The job goes on where it stopped.")


@router.get("/batch/{id}/result")
def result(view: ViewerPage, id: str) -> Response:
    """The verdicts as a file."""
    jobs = view.held.jobs
    job = jobs.get(id, view.caller)
    path = jobs.result_path(job)
    name = f"verdicts-{job.id[:8]}.{job.result}"
    return FileResponse(path, media_type=MEDIA_TYPES[str(job.result)], filename=name)


def _page(
    view: View,
    *,
    after: str | None = None,
    problem: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    page = view.held.jobs.page(view.caller, kind="batch", after=after, size=PAGE_ROWS)
    return view.page(
        "batch.html",
        "batch",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem and status is HTTPStatus.OK else status,
        jobs=page.jobs,
        older=f"/batch?after={page.cursor}" if page.cursor else None,
        first=after is None,
        problem=problem,
        limits=view.held.settings.limits,
    )
