"""Kinds of parameters that several routes share."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import Path, Query
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)

from network_security.evidence.urls.refang import refang
from network_security.serving.services.newest_first import CURSOR, EARLIEST

LATEST: Final = datetime(9998, 12, 31, tzinfo=UTC)
TEXT: Final = r"^[^\x00-\x1f\x7f]+$"
"""Text without control characters."""
MOST_ON_A_PAGE: Final = 200
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]")


class Strict(BaseModel):
    """A body or answer of which every field is known and of its own type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Filter(BaseModel):
    """Parameters of a query, of which each is known."""

    model_config = ConfigDict(extra="forbid")


def _held(time: datetime) -> datetime:
    """A time as every store keeps it; what no clock shows is the nearest that is kept."""
    try:
        time = time.astimezone(UTC)
    except OverflowError:
        return EARLIEST if time.year < LATEST.year else LATEST
    return min(max(time, EARLIEST), LATEST)


def _no_number(given: object) -> object:
    """Not the seconds since 1970 that would be read as a time as well."""
    if isinstance(given, str) and not _DATE.match(given):
        raise ValueError("write a time such as 2026-03-01T12:00:00Z")
    return given


def _whole(given: object) -> object:
    """A number as JSON Schema has integers: 5.0 is one."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


Whole = BeforeValidator(_whole)
"""Of a whole number: 5.0 is one, and a text that looks like one is none."""

Moment = Annotated[AwareDatetime, BeforeValidator(_no_number), AfterValidator(_held)]
"""A time with its zone."""

Word = Annotated[str, Field(min_length=1, max_length=300, pattern=TEXT)]
"""A short text that is looked for as it is."""

Shown = Annotated[Word, AfterValidator(refang)]
"""Likewise, as pages and reports show it or as it is: ``example[.]org`` is ``example.org``."""

Note = Annotated[str, Field(max_length=2000, description="Why.")]
Version = Annotated[
    Annotated[int, Field(ge=0, le=2**31), Whole] | None,
    Field(description="The version that this was decided on: refused if it was changed since."),
]

Size = Annotated[int, Field(ge=1, le=MOST_ON_A_PAGE, description="How many at most.")]
Cursor = Annotated[
    str | None,
    Field(pattern=CURSOR, max_length=320, description="The page before gave it."),
]
JobId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="The job's id.")]
Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="Its id.")]


class Paged(Filter):
    """Which page of a list."""

    cursor: Cursor = None
    size: Size = 50


PageQuery = Annotated[Paged, Query()]
