"""What happens now: what waits, what comes in, what is wrong, and what the latest alerts are."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from network_security.alerts.queries import AlertFilter
from network_security.alerts.severity import SEVERITIES
from network_security.demo.status import read_status
from network_security.serving.web.alert_lookups import oldest_new
from network_security.serving.web.navigation import counts
from network_security.serving.web.source_state import State, states
from network_security.serving.web.view import ViewerPage

router: Final = APIRouter()

SHOWN_ALERTS: Final = 8
MEASURED: Final = timedelta(minutes=1)
"""Over how long events a second are counted."""


@dataclass
class Pulse:
    """How many events a second come in, told from their total at times when somebody looked."""

    samples: deque[tuple[datetime, int]] = field(default_factory=lambda: deque(maxlen=120))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def rate(self, total: int, now: datetime) -> float | None:
        """Events a second of the last minute; None until somebody looks a second time."""
        with self.lock:
            samples = self.samples
            if samples and (samples[-1][1] > total or now < samples[-1][0]):
                samples.clear()
            if not samples or now - samples[-1][0] >= timedelta(seconds=1):
                samples.append((now, total))
            while len(samples) > 2 and now - samples[1][0] >= MEASURED:  # noqa: PLR2004 - a span
                samples.popleft()
            (since, before), (at, last) = samples[0], samples[-1]
        seconds = (at - since).total_seconds()
        return (last - before) / seconds if seconds else None


@router.get("/")
def overview(view: ViewerPage) -> Response:
    """The page; its figures and latest alerts come anew every ten seconds."""
    held, now = view.held, view.held.clock()
    counted = counts(held.alerts)
    is_open = {
        name: counted["new"].get(name, 0) + counted["acknowledged"].get(name, 0)
        for name in reversed(SEVERITIES)
    }
    health = states(held.sources.health(), now)
    events = sum(each.health.events for each in health)
    pulse: Pulse = view.request.app.state.pulse
    latest = held.alerts.page(AlertFilter(status="new"), size=SHOWN_ALERTS).alerts
    if not latest:
        latest = held.alerts.page(size=SHOWN_ALERTS).alerts
    return view.page(
        "overview.html",
        "overview",
        by_severity=is_open,
        open_count=sum(is_open.values()),
        new_count=sum(counted["new"].values()),
        oldest=oldest_new(held.database),
        events=events,
        rate=pulse.rate(events, now),
        last_read=max(
            (each.health.last_read for each in health if each.health.last_read), default=None
        ),
        failing=[each for each in health if each.state is State.FAILING],
        quiet=[each for each in health if each.state is State.QUIET],
        sources=len(health),
        dead_letters=sum(each.health.dead_letters for each in health),
        latest=latest,
        models=held.models.current,
        models_problem=held.models.problem,
        demonstration=read_status(held.database) if held.settings.demo else None,
    )
