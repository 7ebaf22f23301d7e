"""Checking one URL or one message at once."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, File, Form, UploadFile
from starlette.responses import Response

from network_security.evidence.urls import parse
from network_security.judging import NotAUrlError
from network_security.serving.security.guarded import GuardedRoute
from network_security.serving.services.judging import check_message, check_url
from network_security.serving.services.services import Services
from network_security.serving.web import verdict_view
from network_security.serving.web.view import View, ViewerPage

router: Final = APIRouter(route_class=GuardedRoute)

LONGEST_URL: Final = 8000
LONGEST_MESSAGE: Final = 2_000_000
"""Signs of a message that is pasted; a file may be as large as uploads may be."""
_ANY_URL: Final = "https://example.org/"


@router.get("/check")
def check_form(view: ViewerPage, url: str = "") -> Response:
    """The forms; a link may fill in the URL, and judges nothing by itself."""
    return _page(view, url=url[:LONGEST_URL])


@router.post("/check/url")
def check_one_url(
    view: ViewerPage,
    url: Annotated[str, Form(max_length=LONGEST_URL)] = "",
    look_up: Annotated[bool, Form()] = False,
) -> Response:
    """Judge a URL; its site is asked about only where that is switched on, and ticked."""
    held = view.held
    lookups = held.lookups if look_up else None
    try:
        judgement = check_url(held.models.current, url, lookups=lookups, now=held.clock())
    except NotAUrlError as error:
        return _page(view, url=url, url_problem=str(error), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    groups = held.models.current.features.manifest.groups
    return _page(
        view,
        url=url,
        judgement=judgement,
        verdict=verdict_view.of_url(judgement.verdict),
        evidence=verdict_view.evidence(groups, judgement.features),
    )


@router.post("/check/mail")
def check_one_message(
    view: ViewerPage,
    file: Annotated[UploadFile | None, File()] = None,
    text: Annotated[str, Form(max_length=LONGEST_MESSAGE)] = "",
) -> Response:
    """Judge a message; nothing of it is opened, run or kept."""
    raw = file.file.read() if file is not None and file.filename else text.encode()
    if not raw.strip():
        problem = "Choose a message, or paste its source with all headers."
        return _page(view, mail_problem=problem, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    message = check_message(view.held.models.current, raw)
    links = [
        (link, None if link.verdict is None else verdict_view.of_url(link.verdict))
        for link in message.links
    ]
    return _page(
        view, message=message, verdict=verdict_view.of_message(message), links=links,
        file_name=(file.filename or "") if file is not None else "",
    )  # fmt: skip


def _page(view: View, *, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> Response:
    nothing: dict[str, Any] = {
        "url": "", "url_problem": "", "mail_problem": "", "judgement": None, "message": None,
        "verdict": None, "evidence": (), "links": (), "file_name": "",
    }  # fmt: skip
    switched_on = contacted(view.held)
    return view.page(
        "check.html", "check", status=status, switched_on=switched_on, **(nothing | values)
    )


def contacted(held: Services) -> tuple[str, ...]:
    """The lookups that are switched on; nobody is contacted to tell."""
    if held.lookups is None:
        return ()
    plan = held.lookups.plan(parse(_ANY_URL))
    return tuple(dict.fromkeys(contact.lookup for contact in plan if contact.switched_on))
