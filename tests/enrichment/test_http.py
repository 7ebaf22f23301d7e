"""Getting URLs that strangers wrote, from servers of theirs."""

import gzip
import socket
import ssl
import time
import tracemalloc
import zlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network_security.enrichment.connections import Connector
from network_security.enrichment.deadline import Deadline
from network_security.enrichment.http import Exchange, Request, get
from network_security.enrichment.rate_limit import RateLimiter
from network_security.enrichment.resolver import Resolver
from network_security.evidence.urls import parse

HTML = b"<html><title>Sign in</title></html>"


def answer(body: bytes = HTML, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html", *headers, "Connection: close"]
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    return answer(b"", f"Location: {location}", status=status)


@pytest.fixture
def request_() -> Request:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return Request(
        accept=("text/html",),
        schemes=frozenset({"http", "https"}),
        ports=frozenset(range(1, 65_536)),
        most_redirects=5,
        most_bytes=100_000,
        user_agent="tests",
        context=context,
    )


@pytest.fixture
def fetch(request_: Request, connector: Connector):
    def got(url: str, seconds: float = 5, **changes: object) -> Exchange:
        return get(parse(url), replace(request_, **changes), connector, Deadline(seconds))

    return got


names = st.sampled_from(
    ["Content-Type", "Content-Encoding", "Content-Length", "Transfer-Encoding", "Location"]
)
values = st.sampled_from(
    ["text/html", "text/html; charset=x;;=", "gzip", "deflate", "chunked", "-1", "9" * 40, "0", "/"]
)
headers = st.tuples(names, values | st.text(st.characters(codec="latin-1"), max_size=20))
answers = st.builds(
    lambda status, lines, body: (
        f"HTTP/1.1 {status}\r\n".encode("latin-1")
        + "".join(f"{name}: {value}\r\n" for name, value in lines).encode("latin-1")
        + b"\r\n"
        + body
    ),
    st.sampled_from(["200 OK", "302 Found", "100 Go on", "999", "-1", "20 0"]),
    st.lists(headers, max_size=4),
    st.binary(max_size=60) | st.just(gzip.compress(HTML, mtime=0)) | st.just(b"ffffffff\r\nx"),
)


class TestRequest:
    def test_page_is_got(self, serve, fetch) -> None:
        server = serve(answer())
        exchange = fetch(f"{server.url}login?next=%2Fa b&x=ü#top")
        assert (exchange.status, exchange.body, exchange.redirects) == (200, HTML, 0)
        assert exchange.problem is None
        request = server.received[0].decode("ascii")
        assert request.startswith("GET /login?next=%2Fa%20b&x=%C3%BC HTTP/1.1\r\n")

    def test_nothing_but_what_is_needed_is_sent(self, serve, fetch, monkeypatch) -> None:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:1/")
        server = serve(answer(HTML, "Set-Cookie: id=1"))
        assert fetch(f"http://user:secret@127.0.0.1:{server.port}/").status == 200
        head = server.received[0].decode("ascii").removesuffix("\r\n\r\n").split("\r\n")
        names = [line.partition(":")[0] for line in head[1:]]
        assert names == ["Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"]
        assert head[1] == f"Host: 127.0.0.1:{server.port}"

    def test_lines_cannot_be_smuggled_into_the_request(self, serve, fetch) -> None:
        server = serve(answer())
        fetch(f"{server.url}a%0d%0aX-One: 1\r\nX-Two:\x001?q=\x0b\x85\u2028X-Three: 1")
        head = server.received[0].split(b"\r\n\r\n")[0].split(b"\r\n")
        assert [line for line in head[1:] if line.startswith(b"X-")] == []

    def test_https_of_an_unknown_authority_is_read(self, serve, fetch, authority) -> None:
        server = serve(answer(), tls=authority.server("shop.example.com"))
        exchange = fetch(f"https://127.0.0.1:{server.port}/")
        assert (exchange.status, exchange.body) == (200, HTML)

    def test_name_is_sent_to_the_address_that_was_checked(
        self, serve, fetch, dns_server, authority
    ) -> None:
        names: list[str | None] = []
        context = authority.server("shop.example.com")
        context.sni_callback = lambda _, name, __: names.append(name)
        server = serve(answer(), tls=context)
        dns_server.zone["shop.example.com", "A"] = ["127.0.0.1"]
        assert fetch(f"https://shop.example.com:{server.port}/").status == 200
        assert names == ["shop.example.com"]
        assert f"Host: shop.example.com:{server.port}\r\n".encode() in server.received[0]

    def test_name_in_another_script(self, serve, fetch, dns_server) -> None:
        server = serve(answer())
        dns_server.zone["xn--bcher-kva.example.com", "A"] = ["127.0.0.1"]
        assert fetch(f"http://b\u00fccher.example.com:{server.port}/").status == 200
        assert b"Host: xn--bcher-kva.example.com" in server.received[0]


class TestRefusal:
    @pytest.mark.parametrize(
        "url",
        [
            "ftp://127.0.0.1/a",
            "file:///etc/passwd",
            "gopher://127.0.0.1:6379/_FLUSHALL",
            "javascript:alert(1)",
            "data:text/html,hello",
            "dict://127.0.0.1:11211/stats",
        ],
    )
    def test_other_schemes(self, fetch, url: str) -> None:
        exchange = fetch(url)
        assert exchange.status is None
        assert "scheme" in exchange.problem.what

    def test_other_ports(self, fetch, serve) -> None:
        server = serve(answer())
        exchange = fetch(server.url, ports=frozenset({80, 443}))
        assert exchange.problem.what == f"not contacted: port {server.port} is not among ports"
        assert server.received == []

    @pytest.mark.parametrize(
        "records",
        [
            {"A": ["10.0.0.1"]},
            {"A": ["169.254.169.254"]},
            {"A": ["127.0.0.1", "192.168.0.1"]},
            {"AAAA": ["::1"]},
            {"AAAA": ["::ffff:127.0.0.1"]},
            {"AAAA": ["64:ff9b::a9fe:a9fe"]},
            {"A": ["127.0.0.1"], "AAAA": ["fd00:ec2::254"]},
        ],
    )
    def test_names_with_any_address_of_the_inside(self, fetch, dns_server, records) -> None:
        for kind, addresses in records.items():
            dns_server.zone["evil.example.com", kind] = addresses
        exchange = fetch("http://evil.example.com/")
        assert "is not a public address" in exchange.problem.what
        assert exchange.problem.where == "evil.example.com"

    def test_name_that_changes_its_address(self, serve, request_, dns_server) -> None:
        # 127.0.0.2 plays the public address, 127.0.0.1 with the same port the one of the inside.
        inside = serve(answer(b"<p>secret</p>"))
        public = serve(redirect("/again"), host="127.0.0.2", port=inside.port)
        dns_server.zone["evil.example.com", "A"] = [["127.0.0.2"], ["127.0.0.1"]]
        resolver = Resolver("127.0.0.1", dns_server.port)
        connector = Connector(resolver, RateLimiter(1000, 1000), frozenset({"127.0.0.2"}))
        url = parse(f"http://evil.example.com:{inside.port}/")
        exchange = get(url, request_, connector, Deadline(5))
        assert exchange.problem.what == "more than 5 redirections"
        assert len(public.received) == 6
        assert inside.received == []
        assert dns_server.asked.count(("evil.example.com", "A")) == 1


class TestRedirections:
    def test_they_are_followed_and_counted(self, serve, fetch, dns_server) -> None:
        end = serve(answer())
        dns_server.zone["end.example.com", "A"] = ["127.0.0.1"]
        middle = serve(redirect(f"//end.example.com:{end.port}/l\u00f6gin", "301 Moved"))
        start = serve(redirect(f"http:\\\\127.0.0.1:{middle.port}\\a", "307 Temporary Redirect"))
        exchange = fetch(start.url)
        assert (exchange.status, exchange.redirects, exchange.problem) == (200, 2, None)
        assert exchange.url.text == f"http://end.example.com:{end.port}/l\u00f6gin"
        assert end.received[0].startswith(b"GET /l%C3%B6gin ")

    @pytest.mark.parametrize(
        "location",
        [
            "http://127.0.0.2/",
            "http://2130706434/",
            "http://0x7f.2/",
            "//0177.0.0.2/",
            "http://169.254.169.254/latest/meta-data/",
            "http://[::1]/",
            "http://[::ffff:169.254.169.254]/",
            "http://example.com@10.0.0.1/",
            "http://localhost/",
            "http://metadata.google.internal/",
            "file:///etc/passwd",
            "gopher://127.0.0.1:6379/_INFO",
            "javascript:alert(1)",
            "http://[::1",
            "https:///",
            "\\\\169.254.169.254\\a",
        ],
    )
    def test_they_do_not_lead_inside(self, serve, fetch, location: str) -> None:
        server = serve(redirect(location))
        exchange = fetch(server.url)
        assert exchange.problem is not None
        assert exchange.problem.what.startswith(("not contacted", "it redirects to what is no URL"))
        assert (exchange.status, exchange.redirects) == (302, 0)
        assert exchange.url.text == server.url
        assert len(server.received) == 1

    def test_name_behind_a_redirection_is_checked_as_well(self, serve, fetch, dns_server) -> None:
        dns_server.zone["rebind.example.com", "A"] = ["192.168.1.1"]
        server = serve(redirect("http://rebind.example.com/admin"))
        exchange = fetch(server.url)
        assert exchange.problem.what == "not contacted: 192.168.1.1 is not a public address"

    def test_circle_ends(self, serve, fetch) -> None:
        server = serve(redirect("/"))
        exchange = fetch(server.url, most_redirects=3)
        assert exchange.problem.what == "more than 3 redirections"
        assert (exchange.redirects, len(server.received)) == (3, 4)

    def test_redirection_to_nowhere_is_an_answer(self, serve, fetch) -> None:
        exchange = fetch(serve(answer(b"", status="302 Found")).url)
        assert exchange.problem.what == "the server answers 302"


class TestBody:
    @pytest.mark.parametrize(
        ("coding", "packed"),
        [
            ("gzip", gzip.compress(HTML, mtime=0)),
            ("deflate", zlib.compress(HTML)),
            ("deflate", zlib.compress(HTML)[2:-4]),
            ("identity", HTML),
        ],
    )
    def test_compression(self, serve, fetch, coding: str, packed: bytes) -> None:
        exchange = fetch(serve(answer(packed, f"Content-Encoding: {coding}")).url)
        assert (exchange.body, exchange.truncated) == (HTML, False)

    def test_bomb_is_cut(self, serve, fetch) -> None:
        bomb = gzip.compress(bytes(300_000_000), mtime=0)
        server = serve(answer(bomb, "Content-Encoding: gzip"))
        tracemalloc.start()
        exchange = fetch(server.url)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert (len(exchange.body), exchange.truncated) == (100_000, True)
        assert peak < 3_000_000

    def test_endless_body_is_cut(self, serve, fetch) -> None:
        def endless(connection: socket.socket) -> None:
            connection.sendall(answer(b"", "Transfer-Encoding: chunked"))
            while True:
                connection.sendall(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")

        exchange = fetch(serve(endless).url)
        assert (len(exchange.body), exchange.truncated) == (100_000, True)

    def test_exactly_as_long_as_is_read(self, serve, fetch) -> None:
        exchange = fetch(serve(answer(b"x" * 100_000)).url)
        assert (len(exchange.body), exchange.truncated) == (100_000, False)

    @pytest.mark.parametrize(
        ("sent", "problem"),
        [
            (answer(b"x", "Content-Encoding: br"), "the answer is compressed by br"),
            (answer(b"no gzip", "Content-Encoding: gzip"), "the answer cannot be read"),
            (answer(b"", status="404 Not Found"), "the server answers 404"),
            (
                b"HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\n\r\nPK",
                "the answer is application/zip, not text/html",
            ),
            (b"", "the connection failed"),
            (b"SSH-2.0-OpenSSH_9.9\r\n", "the answer cannot be read"),
            (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200, "the answer cannot be read"),
            (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000, "the answer cannot be read"),
            (answer(b"zz\r\n", "Transfer-Encoding: chunked"), "the answer cannot be read"),
        ],
    )
    def test_what_is_no_page_is_told(self, serve, fetch, sent: bytes, problem: str) -> None:
        exchange = fetch(serve(sent).url)
        assert exchange.problem.what.startswith(problem)
        assert exchange.body == b""


class TestHostileAnswers:
    @settings(
        max_examples=100,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(sent=st.binary(max_size=200) | answers)
    def test_any_answer_is_read_or_told(self, serve, request_, connector, sent: bytes) -> None:
        if not hasattr(self, "server"):
            self.server = serve(lambda connection: connection.sendall(self.sent))
        self.sent = sent
        exchange = get(parse(self.server.url), request_, connector, Deadline(2))
        assert exchange.problem is not None or exchange.status is not None
        assert len(exchange.body) <= request_.most_bytes


class TestTime:
    @pytest.mark.parametrize(
        "beginning",
        [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n<html>", b"HTTP/1.1 100 Go on\r\n"],
    )
    def test_trickle_ends_at_the_deadline(self, serve, fetch, beginning: bytes) -> None:
        def trickle(connection: socket.socket) -> None:
            connection.sendall(beginning)
            while True:
                time.sleep(0.05)
                connection.sendall(b"x")

        begun = time.monotonic()
        exchange = fetch(serve(trickle).url, seconds=0.5)
        assert time.monotonic() - begun < 1.5
        assert exchange.problem.what == "no answer within 0.5 s"

    def test_silent_handshake_ends_at_the_deadline(self, serve, fetch) -> None:
        server = serve(lambda _: time.sleep(2))
        begun = time.monotonic()
        exchange = fetch(f"https://127.0.0.1:{server.port}/", seconds=0.3)
        assert time.monotonic() - begun < 1.5
        assert exchange.problem.what == "no answer within 0.3 s"

    def test_server_that_is_not_there(self, fetch, serve) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        exchange = fetch(f"http://127.0.0.1:{port}/")
        assert exchange.problem.what == "the server takes no connections"
        assert exchange.problem.where == f"127.0.0.1:{port}"

    def test_no_tls_where_tls_is_wanted(self, serve, fetch) -> None:
        server = serve(answer())
        exchange = fetch(f"https://127.0.0.1:{server.port}/")
        assert exchange.problem.what.startswith("the TLS handshake failed")
