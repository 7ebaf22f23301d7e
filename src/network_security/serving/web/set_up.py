"""The first user, an admin, whom whoever started the service makes by the link that it shows."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from network_security.serving.security.access import client_address, set_session_cookie
from network_security.serving.security.users import BadUserError
from network_security.serving.services.services import Held
from network_security.serving.web.sign_in import FROM_HERE
from network_security.serving.web.view import draw

router: Final = APIRouter()


@router.get("/setup")
def set_up_form(request: Request, token: str = "") -> Response:
    """The form; without the link's token it says where to find it."""
    return draw("set_up.html", request, token=token, name="", problem="")


@router.post("/setup", dependencies=[FROM_HERE])
def set_up(
    request: Request,
    held: Held,
    token: Annotated[str, Form()],
    name: Annotated[str, Form()],
    password: Annotated[str, Form()],
    again: Annotated[str, Form()],
) -> Response:
    """Make the first user, and sign them in."""
    address = client_address(request)
    try:
        if password != again:
            raise BadUserError("the two passwords are not the same")
        held.signing_in.create_first_user(token, name, password, address=address)
    except BadUserError as error:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        said = f"{str(error)[:1].upper()}{str(error)[1:]}."
        return draw("set_up.html", request, status=status, token=token, name=name, problem=said)
    _, cookie = held.signing_in.sign_in(name, password, address=address)
    response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    set_session_cookie(response, cookie, held.settings)
    return response
