"""What is sent of alerts to whom: what waits, what arrived, what was given up, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query
from starlette.responses import Response

from network_security.alerts.deliveries import STATES, DeliveryFilter, State
from network_security.alerts.outbox import DeliveryNotFoundError
from network_security.serving.security.guarded import GuardedRoute
from network_security.serving.web.filters import plural
from network_security.serving.web.navigation import counts, counts_changed
from network_security.serving.web.view import AnalystPage, ViewerPage

router: Final = APIRouter(route_class=GuardedRoute)

PAGE_ROWS: Final = 40
OVERDUE: Final = timedelta(minutes=5)
"""After which nobody seems to send: couriers take what is due within a second."""


@dataclass(frozen=True)
class Asked:
    """What the link of a page asks for, each as it stands in the link.

    Attributes:
        state: in this state; "all" for any.
        sink: to this sink; "" for any.
        alert: of the alert with this id; "" for any.
    """

    state: State | Literal["all"] = "all"
    sink: str = ""
    alert: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether less than a whole state is asked for."""
        return bool(self.sink or self.alert)

    @property
    def wanted(self) -> DeliveryFilter:
        """The filter that it means."""
        return DeliveryFilter(
            state=None if self.state == "all" else self.state,
            sink=self.sink or None,
            alert=self.alert or None,
        )

    def link(self, **changed: str) -> str:
        """The link of this page, or of one that differs in something.

        >>> Asked(sink="soar").link(state="failed"), Asked().link()
        ('/deliveries?state=failed&sink=soar', '/deliveries')
        """
        values = {**vars(self), **changed}
        if values["state"] == "all":
            del values["state"]
        query = urlencode({name: value for name, value in values.items() if value})
        return f"/deliveries?{query}" if query else "/deliveries"


def asked_of(
    state: Annotated[State | Literal["all"], Query()] = "all",
    sink: Annotated[str, Query(max_length=100)] = "",
    alert: Annotated[str, Query(max_length=100)] = "",
) -> Asked:
    """What a link asks for; fields that a form left empty ask for nothing."""
    return Asked(state, sink, alert)


@router.get("/deliveries")
def deliveries(
    view: ViewerPage,
    asked: Annotated[Asked, Depends(asked_of)],
    after: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """A page of deliveries, the newest first."""
    outbox = view.held.outbox
    page = outbox.page(asked.wanted, after=after or None, size=PAGE_ROWS)
    counted = counts(outbox)
    now = view.held.clock()
    sinks = sorted({name for by_sink in counted.values() for name in by_sink})
    return view.page(
        "deliveries.html",
        "deliveries",
        asked=asked,
        deliveries=page.deliveries,
        sinks=sinks,
        tabs=_tabs(asked, counted),
        any_at_all=bool(sinks),
        unattended=sorted(
            {
                each.sink
                for each in page.deliveries
                if each.state == "waiting" and now - each.due > OVERDUE
            }
        ),
        older=asked.link(after=page.cursor) if page.cursor else None,
        newest=asked.link() if after else None,
        failed=[each.id for each in page.deliveries if each.state == "failed"],
    )


@router.post("/deliveries")
def retry(
    view: AnalystPage,
    id: Annotated[list[str], Form(max_length=PAGE_ROWS)],
    back: Annotated[str, Form()] = "/deliveries",
) -> Response:
    """Try deliveries that were given up again; one that was not stops no other."""
    again = 0
    for each in id:
        try:
            view.held.outbox.retry(each, who=view.caller.name)
            again += 1
        except DeliveryNotFoundError:
            continue
    counts_changed(view.held.outbox)
    if not again:
        return view.go(back, "Nothing to do: somebody else has it tried again.", "medium")
    said = plural(again, "delivery is", "deliveries are")
    return view.go(back, f"{said} tried again from the first attempt on.")


def _tabs(
    asked: Asked, counted: Mapping[str, Mapping[str, int]]
) -> list[tuple[str, int | None, str]]:
    """The states, how many deliveries to the sink there are in each, and their links."""
    totals: dict[str, int] = {
        state: sum(count for sink, count in counted[state].items() if asked.sink in ("", sink))
        for state in STATES
    }
    totals = {"all": sum(totals.values()), **totals}
    return [
        (state, None if asked.alert else count, asked.link(state=state))
        for state, count in totals.items()
    ]
