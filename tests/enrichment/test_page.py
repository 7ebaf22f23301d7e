"""Pages."""

import pytest

from network_security.enrichment.findings import LookupFailed
from network_security.enrichment.options import EnrichmentOptions
from network_security.enrichment.page import PageFetch
from network_security.evidence.phishing import HttpExchange, Page
from network_security.evidence.urls import parse

HTML = "<html><form action=http://evil.example>вход</form></html>"


def answer(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers]).encode() + b"\r\n\r\n" + body


@pytest.fixture
def look_up(resolver, connector, deadline):
    def found(url: str, **options: object):
        lookup = PageFetch(
            EnrichmentOptions(ports=tuple(range(1, 65_536)), **options), resolver, connector.allow
        )
        return lookup.run(parse(url), connector, deadline)

    return found


def test_page_and_how_it_was_reached(serve, look_up) -> None:
    header = "Content-Type: text/html; charset=koi8-r"
    end = serve(answer(HTML.encode("koi8-r"), "200 OK", header))
    start = serve(answer(b"", "301 Moved Permanently", f"Location: {end.url}login"))
    outcome = look_up(start.url)
    assert outcome.observations == {
        "page": Page(HTML, f"{end.url}login"),
        "http": HttpExchange(1, 200, f"{end.url}login"),
    }
    assert outcome.problems == ()


def test_url_without_a_scheme_is_asked_for_by_http(serve, look_up) -> None:
    server = serve(answer(b"<p>"))
    outcome = look_up(f"127.0.0.1:{server.port}/a")
    assert outcome.observations["http"].final_url == f"http://127.0.0.1:{server.port}/a"


@pytest.mark.parametrize(
    ("sent", "status", "what"),
    [
        (answer(b"<p>gone", "404 Not Found"), 404, "the server answers 404"),
        (answer(b"%PDF", "200 OK", "Content-Type: application/pdf"), 200, "the answer is app"),
        (answer(b"", "302 Found", "Location: http://10.0.0.1/"), 302, "not contacted"),
    ],
)
def test_what_is_no_page_still_tells_of_the_exchange(
    serve, look_up, sent: bytes, status: int, what: str
) -> None:
    server = serve(sent)
    outcome = look_up(server.url)
    assert outcome.observations == {"http": HttpExchange(0, status, server.url)}
    (problem,) = outcome.problems
    assert problem.lookup == "page"
    assert problem.what.startswith(what)


def test_no_answer_is_no_observation(look_up) -> None:
    with pytest.raises(LookupFailed, match="the name has no address"):
        look_up("http://gone.example.com/")


def test_long_page_is_cut(serve, look_up) -> None:
    server = serve(answer(b"<p>" + b"x" * 10_000))
    assert len(look_up(server.url, page_bytes=1000).observations["page"].html) == 1000


def test_same_page_whatever_the_fragment(resolver) -> None:
    lookup = PageFetch(EnrichmentOptions(), resolver)
    subjects = {lookup.subject(parse(f"http://example.com/a{end}")) for end in ("", "#b", "#")}
    assert subjects == {"http://example.com/a"}
