"""Long work that was asked for: tables to judge, and trainings; who asked, and how far it is."""

from __future__ import annotations

import re
import shutil
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal
from uuid import uuid4

from pymongo.database import Database

from network_security.serving.problems import Problem, not_found
from network_security.serving.security.roles import Caller, Role
from network_security.serving.services.audit import Audit
from network_security.serving.services.newest_first import newest_first
from network_security.serving.services.uploads import keep_upload
from network_security.serving.settings import ServingSettings
from network_security.storage.collections import JOBS
from network_security.storage.errors import store_errors

Kind = Literal["batch", "training"]
Status = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
RowKind = Literal["urls", "features"]
ResultFormat = Literal["csv", "parquet"]

OPEN: Final = ("queued", "running")
RESUMABLE: Final = ("interrupted", "failed")
LONGEST_NAME: Final = 200
_UNPRINTABLE: Final = re.compile(r"[^\w.,()@ +-]+")

Document = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """Long work.

    Attributes:
        id: names it.
        kind: what is done: a table is judged, or models are trained.
        name: of the file that was uploaded, or of the pipeline.
        status: ``queued``, ``running``, ``done``, ``failed``, ``cancelled``, or ``interrupted`` by
            the service's end, after which it can be resumed.
        created: when it was asked for.
        by: who asked.
        started, ended: when; None for not yet.
        done, total: how far it is, in `unit`; None while that is not known.
        unit: rows or steps.
        message: what is to be said of it.
        summary: what became of the rows; None until it is done.
        result: the format of its result; None where it has none.
    """

    id: str
    kind: Kind
    name: str
    status: Status
    created: datetime
    by: str
    started: datetime | None = None
    ended: datetime | None = None
    done: int | None = None
    total: int | None = None
    unit: str = "rows"
    message: str = ""
    summary: Mapping[str, Any] | None = None
    result: ResultFormat | None = None


@dataclass(frozen=True)
class JobPage:
    """Some jobs, the newest first, and the cursor of the next page."""

    jobs: tuple[Job, ...]
    cursor: str | None


class Jobs:
    """The jobs of this machine's service, in the store and in a folder each."""

    def __init__(
        self,
        database: Database[Document],
        settings: ServingSettings,
        audit: Audit,
        clock: Callable[[], datetime],
    ) -> None:
        """Keep them in a database and in the folder of the settings."""
        self._collection = database[JOBS]
        self._settings = settings
        self._audit = audit
        self._clock = clock
        # A folder is of one machine, a store may be of many.
        self._where = f"{socket.gethostname()}:{settings.jobs}"

    def submit_batch(
        self,
        upload: BinaryIO,
        name: str,
        *,
        by: Caller,
        kind: RowKind | None = None,
        delimiter: str = ",",
        result: ResultFormat = "csv",
    ) -> Job:
        """Have a table judged.

        Args:
            upload: CSV, Parquet, or text with a URL a line; text may be gzipped.
            name: what it is called in lists; no file is named so.
            by: who asks.
            kind: what its rows are; by default told from the content.
            delimiter: what separates the cells of CSV.
            result: format of the result.

        Raises:
            Problem: 413 for too large a table, 422 for none, 429 for too many jobs of one caller.
        """
        most = self._settings.limits.open_jobs
        if self._count({"by": by.name, "status": {"$in": list(OPEN)}}) >= most:
            raise Problem(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"{most} jobs of yours are waiting: let one end, or cancel one.",
                headers={"Retry-After": "60"},
            )
        shown = _UNPRINTABLE.sub("_", name)[-LONGEST_NAME:] or "table"
        job = Job(uuid4().hex, "batch", shown, "queued", self._clock(), by.name, result=result)
        folder = self.folder(job.id)
        folder.mkdir(parents=True)
        try:
            keep_upload(upload, folder / "upload", self._settings.limits)
        except Problem:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._add(job, {"rows": kind, "delimiter": delimiter})
        return job

    def submit_training(self, *, by: Caller) -> Job:
        """Have the models trained, as `kedro run --pipelines=training` does.

        Raises:
            Problem: 409 while another training is under way, or where there is no project to train
                in.
        """
        if self._settings.project is None:
            raise Problem(
                HTTPStatus.CONFLICT,
                "This service was started without the project: train with `make training`.",
            )
        if self._count({"kind": "training", "status": {"$in": list(OPEN)}}):
            raise Problem(HTTPStatus.CONFLICT, "A training is under way: let it end, or cancel it.")
        job = Job(
            uuid4().hex, "training", "training", "queued", self._clock(), by.name, unit="steps"
        )
        self.folder(job.id).mkdir(parents=True)
        self._add(job, {})
        return job

    def get(self, id_: str, caller: Caller) -> Job:
        """A job, for who asked for it and for admins.

        Raises:
            Problem: 404 where there is none, or it is none of the caller's.
        """
        document = self._read(id_)
        if document is None or not (caller.may(Role.ADMIN) or document["by"] == caller.name):
            raise not_found("job", id_)
        return _job(document)

    def page(
        self, caller: Caller, *, kind: Kind | None = None, after: str | None = None, size: int = 50
    ) -> JobPage:
        """The caller's jobs, an admin's everybody's, the newest first.

        Raises:
            CursorError: the cursor is none.
        """
        query: Document = {"where": self._where}
        if not caller.may(Role.ADMIN):
            query["by"] = caller.name
        if kind is not None:
            query["kind"] = kind
        until = self._clock() + timedelta(seconds=1)
        with store_errors("jobs"):
            page = newest_first(
                self._collection, query, field="created", until=until, after=after, size=size
            )
        return JobPage(tuple(map(_job, page.documents)), page.cursor)

    def cancel(self, id_: str, caller: Caller) -> Job:
        """Stop a job; one that runs ends within seconds.

        Raises:
            Problem: 404 as `get`; 409 where it has ended.
        """
        job = self.get(id_, caller)
        ended = {"status": "cancelled", "ended": self._clock(), "message": f"by {caller.name}"}
        if not (
            self._change(id_, ("queued", "interrupted"), ended)
            or self._change(id_, ("running",), {"cancel": True})
        ):
            raise Problem(HTTPStatus.CONFLICT, f"The job is {job.status}: it has ended.")
        self._audit.note(f"job:{id_}", who=caller.name, action="job cancelled")
        return self.get(id_, caller)

    def resume(self, id_: str, caller: Caller) -> Job:
        """Let an interrupted job go on where it stopped; a training begins anew.

        Raises:
            Problem: 404 as `get`; 403 for a training, of who is no admin any more; 409 where it was
                not interrupted and did not fail.
        """
        job = self.get(id_, caller)
        if job.kind == "training" and not caller.may(Role.ADMIN):
            raise Problem(HTTPStatus.FORBIDDEN, "Only an admin has the models trained.")
        again = {"status": "queued", "ended": None, "message": "", "cancel": False}
        if not self._change(id_, RESUMABLE, again):
            raise Problem(
                HTTPStatus.CONFLICT,
                f"The job is {job.status}: only one that was interrupted or failed goes on.",
            )
        self._audit.note(f"job:{id_}", who=caller.name, action="job resumed")
        return self.get(id_, caller)

    def result_path(self, job: Job) -> Path:
        """The file with a job's verdicts.

        Raises:
            Problem: 409 before it is done, 404 where the file was removed.
        """
        if job.status != "done" or job.result is None:
            raise Problem(HTTPStatus.CONFLICT, f"The job is {job.status}: it has no result.")
        path = self.folder(job.id) / f"verdicts.{job.result}"
        if not path.is_file():
            raise not_found("result of job", job.id)
        return path

    def folder(self, id_: str) -> Path:
        """Where a job's files are."""
        return self._settings.jobs / id_

    def claim(self, kind: Kind) -> tuple[Job, Document] | None:
        """The next job of a kind, marked as running, and how it is to be done; None for none."""
        waiting = {"kind": kind, "status": "queued", "where": self._where}
        with store_errors("jobs"):
            documents = list(self._collection.find(waiting).sort("created", 1))
        for document in documents:
            running = {"status": "running", "started": self._clock(), "message": ""}
            if self._change(document["_id"], ("queued",), running):
                return _job(document | running), document
        return None

    def is_cancelled(self, id_: str) -> bool:
        """Whether a job that runs is to stop."""
        document = self._read(id_)
        return document is None or bool(document.get("cancel"))

    def update(self, id_: str, **changes: Any) -> None:
        """Say how far a job is, or how it ended."""
        if changes.get("status") not in (None, *OPEN):
            changes["ended"] = self._clock()
        self._change(id_, ("running",), changes)

    def interrupt(self, kind: Kind) -> None:
        """Mark the jobs of a kind that cannot be running: nobody works on them any more."""
        running = {"kind": kind, "status": "running", "where": self._where}
        with store_errors("jobs"):
            left = list(self._collection.find(running))
        for document in left:
            self.update(document["_id"], status="interrupted", message="The service ended.")

    def purge(self) -> int:
        """Remove jobs that ended long ago, with their files; returns how many."""
        before = self._clock() - timedelta(days=self._settings.limits.job_days)
        with store_errors("jobs"):
            old = [
                document["_id"]
                for document in self._collection.find({"where": self._where})
                if document["status"] not in OPEN and document["created"] < before
            ]
            for id_ in old:
                shutil.rmtree(self.folder(id_), ignore_errors=True)
                self._collection.delete_one({"_id": id_})
        return len(old)

    def _change(self, id_: str, statuses: tuple[str, ...], changes: Document) -> bool:
        """Change a job that has one of these statuses; whether it had."""
        while True:
            document = self._read(id_)
            if document is None or document["status"] not in statuses:
                return False
            as_read = {"_id": id_, "version": document["version"]}
            changed = document | changes | {"version": document["version"] + 1}
            with store_errors("jobs"):
                # As a whole: not every server keeps the type of a time that is set by itself.
                if self._collection.replace_one(as_read, changed).matched_count:
                    return True

    def _add(self, job: Job, how: Document) -> None:
        document = {**vars(job), "_id": job.id, "version": 0, "where": self._where, **how}
        with store_errors("jobs"):
            self._collection.insert_one(document)
        self._audit.note(f"job:{job.id}", who=job.by, action=f"{job.kind} asked for", note=job.name)

    def _read(self, id_: str) -> Document | None:
        with store_errors("jobs"):
            return self._collection.find_one({"_id": id_})

    def _count(self, query: Document) -> int:
        with store_errors("jobs"):
            return len(list(self._collection.find({**query, "where": self._where}, {"_id": 1})))


def _job(document: Document) -> Job:
    return Job(**{name: document[name] for name in Job.__dataclass_fields__ if name in document})
