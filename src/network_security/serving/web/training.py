"""Trainings, for admins: one is started after a second look, and followed as any job."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from network_security.serving.problems import Problem
from network_security.serving.security.guarded import GuardedRoute
from network_security.serving.services.jobs import OPEN, Job
from network_security.serving.web.view import AdminPage, View

router: Final = APIRouter(route_class=GuardedRoute)

PAGE_ROWS: Final = 25


@router.get("/training")
def training(
    view: AdminPage, after: Annotated[str | None, Query(max_length=400)] = None
) -> Response:
    """What a training does, the button that starts one, and those there were."""
    jobs = view.held.jobs
    page = jobs.page(view.caller, kind="training", after=after or None, size=PAGE_ROWS)
    return view.page(
        "training.html",
        "models",
        possible=view.held.settings.project is not None,
        open_job=under_way(view),
        jobs=page.jobs,
        older=f"/training?after={page.cursor}" if page.cursor else None,
        first=not after,
        days=timedelta(days=view.held.settings.limits.job_days),
    )


@router.post("/training")
def start(view: AdminPage) -> Response:
    """Start a training, and go on to its progress."""
    try:
        job = view.held.jobs.submit_training(by=view.caller)
    except Problem as problem:
        return view.go("/training", f"Not done: {problem.detail}", "wrong")
    return view.go(f"/batch/{job.id}", "The training is asked for; it goes on beside the service.")


def under_way(view: View) -> Job | None:
    """The training that waits or runs; None for none."""
    page = view.held.jobs.page(view.caller, kind="training", size=PAGE_ROWS)
    return next((job for job in page.jobs if job.status in OPEN), None)
