"""Tables to be judged, and trainings, as jobs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, Query, UploadFile
from fastapi.responses import FileResponse
from pydantic import BaseModel

from network_security.serving.api.idempotent import IdempotentRoute
from network_security.serving.api.parameters import JobId, Paged
from network_security.serving.openapi import problems
from network_security.serving.security.access import Admin, Viewer
from network_security.serving.services.jobs import Job, Kind, ResultFormat
from network_security.serving.services.services import Held

router = APIRouter(tags=["jobs"], route_class=IdempotentRoute)

MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


class JobsQuery(Paged):
    """Which jobs."""

    kind: Kind | None = None


class JobsOut(BaseModel):
    """Some jobs, the newest first."""

    jobs: list[Job]
    cursor: str | None


@router.post(
    "/v1/jobs",
    operation_id="submitJob",
    summary="Have a table judged",
    status_code=HTTPStatus.ACCEPTED,
    responses=problems(HTTPStatus.CONFLICT),
)
def submit(
    file: Annotated[
        UploadFile,
        File(
            description="CSV with a heading, Parquet, or text with a URL a line; a column `url`, "
            "or columns of features. Text may be gzipped."
        ),
    ],
    caller: Viewer,
    held: Held,
    rows: Annotated[
        Literal["auto", "urls", "features"],
        Form(description="What the rows are; `auto` is told from the content."),
    ] = "auto",
    delimiter: Annotated[
        str, Form(pattern=r"^[,;|\t]$", description="Between the cells of CSV.")
    ] = ",",
    result: Annotated[ResultFormat, Form(description="Format of the result.")] = "csv",
) -> Job:
    """Have a table of URLs or feature rows judged; its verdicts are for who sent it alone."""
    return held.jobs.submit_batch(
        file.file,
        file.filename or "table",
        by=caller,
        kind=None if rows == "auto" else rows,
        delimiter=delimiter,
        result=result,
    )


@router.get(
    "/v1/jobs",
    operation_id="listJobs",
    summary="List one's jobs",
    responses=problems(),
)
def jobs(query: Annotated[JobsQuery, Query()], caller: Viewer, held: Held) -> JobsOut:
    """One's own jobs, an admin's everybody's, the newest first."""
    page = held.jobs.page(caller, kind=query.kind, after=query.cursor, size=query.size)
    return JobsOut(jobs=list(page.jobs), cursor=page.cursor)


@router.get(
    "/v1/jobs/{id}",
    operation_id="getJob",
    summary="Get a job",
    responses=problems(HTTPStatus.NOT_FOUND),
)
def job(id: JobId, caller: Viewer, held: Held) -> Job:
    """A job, and how far it is."""
    return held.jobs.get(id, caller)


@router.get(
    "/v1/jobs/{id}/result",
    operation_id="getJobResult",
    summary="Download a job's verdicts",
    response_class=FileResponse,
    responses={
        **problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
        200: {
            "description": "A row for each row of the table.",
            "content": {
                kind.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
                for kind in MEDIA_TYPES.values()
            },
        },
    },
)
def result(id: JobId, caller: Viewer, held: Held) -> FileResponse:
    """The verdicts; in CSV, texts that spreadsheets would take for formulas are neutralised."""
    found = held.jobs.get(id, caller)
    path = held.jobs.result_path(found)
    return FileResponse(
        path,
        media_type=MEDIA_TYPES[found.result or "csv"],
        filename=f"verdicts-{found.id[:8]}.{found.result}",
    )


@router.post(
    "/v1/jobs/{id}/cancel",
    operation_id="cancelJob",
    summary="Stop a job",
    responses=problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
def cancel(id: JobId, caller: Viewer, held: Held) -> Job:
    """Stop a job; one that runs ends within seconds."""
    return held.jobs.cancel(id, caller)


@router.post(
    "/v1/jobs/{id}/resume",
    operation_id="resumeJob",
    summary="Let a job go on",
    responses=problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
def resume(id: JobId, caller: Viewer, held: Held) -> Job:
    """Let a job that was interrupted, or failed, go on where it stopped."""
    return held.jobs.resume(id, caller)


@router.post(
    "/v1/training",
    operation_id="startTraining",
    summary="Train the models",
    status_code=HTTPStatus.ACCEPTED,
    responses=problems(HTTPStatus.CONFLICT),
)
def train(caller: Admin, held: Held) -> Job:
    """Train as `kedro run --pipelines=training` does, beside the service; one at a time.

    Follow the job; models that it finishes serve from then on, without a restart.
    """
    return held.jobs.submit_training(by=caller)
