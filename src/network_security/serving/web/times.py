"""Times as links and forms give them."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

from network_security.serving.problems import Problem


def time_of(text: str, what: str) -> datetime | None:
    """The time that a field means, in UTC unless it says otherwise; None for an empty field.

    Raises:
        Problem: 422 for what is no time.
    """
    if not text.strip():
        return None
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"{what} is no time: write 2026-03-01 or 2026-03-01T12:00, in UTC.",
        ) from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
