"""Where pages may lead, and what they leave for the next one."""

from http import HTTPStatus

import pytest
from starlette.requests import Request
from starlette.responses import Response

from network_security.serving.problems import Problem
from network_security.serving.web.errors import error_page
from network_security.serving.web.notices import Notice, leave, left
from network_security.serving.web.view import own_path


@pytest.mark.parametrize(
    "where",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "", None,
     "/\t/evil.example", "/\n/evil.example", "evil"],
)  # fmt: skip
def test_nobody_is_sent_to_another_site(where: str | None) -> None:
    assert own_path(where) == "/"


def test_a_path_of_this_site_is_kept_with_its_query() -> None:
    assert own_path("/alerts?status=new&entity=a") == "/alerts?status=new&entity=a"


def _request(cookie: str) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", cookie.encode())]})


def test_a_notice_reaches_the_next_page() -> None:
    notice = Notice("Closed “it”; <b>done</b>.", "medium", ("a" * 64,))
    response = Response()
    leave(response, notice, secure=False)
    cookie = response.headers["set-cookie"].partition(";")[0]
    assert left(_request(cookie)) == notice


def test_a_long_notice_is_cut_so_that_the_browser_takes_it() -> None:
    response = Response()
    leave(response, Notice("x" * 9000, undo=("a" * 64,) * 50), secure=True)
    cookie = response.headers["set-cookie"].partition(";")[0]
    assert len(cookie) < 4096
    found = left(_request(cookie))
    assert found is not None
    assert found.undo == ()


@pytest.mark.parametrize("value", ["", "odd", "%7B%7D", "[1]", '"text"', "%00"])
def test_what_is_no_notice_is_none(value: str) -> None:
    assert left(_request(f"notice={value}")) is None


def test_an_error_page_needs_no_store_and_says_when_to_try_again() -> None:
    scope = {"type": "http", "method": "GET", "path": "/alerts", "headers": [], "query_string": b"",
             "server": ("127.0.0.1", 80), "scheme": "http"}  # fmt: skip
    detail = "The store <does not> answer: see http://status.example"
    away = Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": "5"})
    answer = error_page(Request(scope), away)
    shown = bytes(answer.body).decode()
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.headers["Retry-After"] == "5"
    assert "The store does not answer" in shown
    assert "&lt;does not&gt; answer: see hxxp://status[.]example" in shown
    assert '<a class="button" href="/alerts">Try again</a>' in shown
