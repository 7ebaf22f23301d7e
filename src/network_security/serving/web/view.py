"""What every page is drawn with: the templates, who looks, and the way around."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import Depends
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

import network_security
from network_security.serving.security.access import (
    PageAdmin,
    PageAnalyst,
    PageViewer,
    visit_of,
)
from network_security.serving.security.roles import Caller, Role
from network_security.serving.security.sessions import Session
from network_security.serving.services.services import Held, Services
from network_security.serving.web import notices
from network_security.serving.web.assets import static
from network_security.serving.web.filters import FILTERS
from network_security.serving.web.navigation import navigation
from network_security.serving.web.notices import Kind, Notice

THEMES: Final = ("light", "dark")


def make_templates() -> Environment:
    """The templates: text is escaped, and a value that is missing is an error."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= FILTERS
    templates.globals |= {"static": static, "version": network_security.__version__}
    return templates


TEMPLATES: Final = make_templates()


@dataclass(frozen=True)
class View:
    """One request for a page.

    Attributes:
        request: the request.
        held: what the service holds.
        caller: who asks.
        session: the browser's sign-in; None for an API key.
    """

    request: Request
    held: Services
    caller: Caller
    session: Session | None

    @property
    def csrf_token(self) -> str:
        """What forms repeat."""
        return "" if self.session is None else self.session.csrf_token

    @property
    def may_triage(self) -> bool:
        """Whether the caller may do more than look."""
        return self.caller.may(Role.ANALYST)

    @property
    def address(self) -> str:
        """The page's own path and query."""
        query = self.request.url.query
        return f"{self.request.url.path}?{query}" if query else self.request.url.path

    def page(
        self,
        template: str,
        here: str,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        notice: Notice | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """Draw a page.

        Args:
            template: name of the template.
            here: the place of the navigation that it belongs to.
            status: of the answer.
            notice: what to say above it.
            values: what the template asks for besides.
        """
        said = notices.left(self.request)
        response = draw(
            template,
            self.request,
            status=status,
            here=here,
            user=self.caller,
            csrf_token=self.csrf_token,
            may_triage=self.may_triage,
            is_admin=self.caller.may(Role.ADMIN),
            navigation=navigation(self.held, self.caller),
            notices=[each for each in (said, notice) if each is not None],
            now=self.held.clock(),
            address=self.address,
            demo=self.held.settings.demo,
            **values,
        )
        if said is not None:
            response.delete_cookie(notices.COOKIE)
        return response

    def go(
        self, where: str, text: str = "", kind: Kind = "good", undo: tuple[str, ...] = ()
    ) -> Response:
        """Go on to a page of this site, which says what happened."""
        response = RedirectResponse(own_path(where), HTTPStatus.SEE_OTHER)
        if text:
            notice = Notice(text, kind, undo)
            notices.leave(response, notice, secure=self.held.settings.https)
        return response


def draw(
    template: str, request: Request, *, status: HTTPStatus = HTTPStatus.OK, **values: Any
) -> HTMLResponse:
    """Draw a template."""
    theme = request.cookies.get("theme")
    known = {"theme": theme if theme in THEMES else "auto", "request": request}
    return HTMLResponse(TEMPLATES.get_template(template).render(**known | values), status)


def own_path(where: str | None, otherwise: str = "/") -> str:
    r"""A path of this site; another for what leads elsewhere.

    Browsers read ``//host`` and ``/\host`` as links to other hosts, and pass over tabs and line
    ends (WHATWG URL standard).

    >>> own_path("/alerts?status=new"), own_path("//evil.example"), own_path("https://evil.example")
    ('/alerts?status=new', '/', '/')
    """
    if where and where.startswith("/") and where.isprintable() and where[1:2] not in ("/", "\\"):
        return where
    return otherwise


async def _view(request: Request, held: Services, caller: Caller) -> View:
    visit = await visit_of(request)
    return View(request, held, caller, None if visit is None else visit.session)


async def _viewer(request: Request, held: Held, caller: PageViewer) -> View:
    return await _view(request, held, caller)


async def _analyst(request: Request, held: Held, caller: PageAnalyst) -> View:
    return await _view(request, held, caller)


async def _admin(request: Request, held: Held, caller: PageAdmin) -> View:
    return await _view(request, held, caller)


ViewerPage = Annotated[View, Depends(_viewer)]
AnalystPage = Annotated[View, Depends(_analyst)]
AdminPage = Annotated[View, Depends(_admin)]
"""A page for callers of this role and above."""
