"""What attackers send: bombs, queries in place of values, formulas, paths."""

import gzip
import io
import zipfile
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network_security.serving.limits import inflated
from network_security.serving.problems import Problem
from network_security.serving.services.events import EventFilter
from network_security.serving.settings import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.serving.conftest import Service, Start

MEGABYTE = 1_000_000
SMALL = Limits(upload_bytes=2 * MEGABYTE, unpacked_bytes=5 * MEGABYTE, job_rows=100_000)


@pytest.fixture(scope="module")
def small(start: "Start") -> "Iterator[Service]":
    """A service that takes small tables only."""
    with start(limits=SMALL) as started:
        yield started


def gzip_bomb() -> bytes:
    return gzip.compress(b"https://a.example\n" * 1_000_000, mtime=0)


def gzip_in_members() -> bytes:
    """Many gzip files behind each other, each of which is small (RFC 1952, section 2.2)."""
    return gzip.compress(b"https://a.example\n" * 10_000, mtime=0) * 100


def parquet_bomb() -> bytes:
    """A column of one value, which takes a few bytes for any number of rows."""
    file = io.BytesIO()
    column = pa.array(["https://a.example"] * 1_000_000)
    pa.parquet.write_table(pa.table({"url": column}), file, compression="zstd")
    return file.getvalue()


def wide_parquet() -> bytes:
    file = io.BytesIO()
    pa.parquet.write_table(pa.table({f"c{n}": [1] for n in range(2000)}), file)
    return file.getvalue()


def zip_bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("urls.csv", b"\0" * 10 * MEGABYTE)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (gzip_bomb(), 413),
        (gzip_in_members(), 413),
        (parquet_bomb(), 413),
        (b"https://a.example\n" * 200_000, 413),
        (wide_parquet(), 422),
        (zip_bomb(), 422),
        (b"\x1f\x8b" + b"broken" * 100, 422),
        (gzip.compress(b"x" * 1000, mtime=0)[:-20], 422),
        (b"PAR1" + b"\0" * 100 + b"PAR1", 422),
        (b"\x80\x05\x95pickle\0\0", 422),
        (b"", 422),
    ],
    ids=[
        "gzip bomb", "gzip members", "parquet bomb", "too long", "wide parquet", "zip bomb",
        "broken gzip", "cut gzip", "broken parquet", "pickle", "empty",
    ],
)  # fmt: skip
def test_uploads_that_would_not_end_are_refused(
    small: "Service", content: bytes, status: int
) -> None:
    with small.client("viewer") as client:
        answer = client.post("/v1/jobs", files={"file": ("t.csv", content)})
        assert answer.status_code == status, answer.text
        assert client.get("/v1/jobs").json()["jobs"] == []
    assert not [path for path in small.held.settings.jobs.iterdir() if path.is_dir()]


@given(st.binary(max_size=2000), st.integers(1, 100))
def test_inflating_gives_back_what_was_packed_or_refuses(content: bytes, cut: int) -> None:
    packed = gzip.compress(content, mtime=0)
    pieces = [packed[start : start + cut] for start in range(0, len(packed), cut)]
    assert b"".join(inflated(pieces, len(content) or 1)) == content
    if content:
        with pytest.raises(Problem) as refused:
            list(inflated(pieces, len(content) - 1))
        assert refused.value.status == 413


@given(st.binary(min_size=1, max_size=200))
def test_inflating_anything_else_is_a_problem(content: bytes) -> None:
    with pytest.raises(Problem) as refused:
        list(inflated([content], 1000))
    assert refused.value.status in (400, 413)


OPERATORS = [
    '{"$ne": null}', '{"$gt": ""}', '{"$where": "sleep(5000)"}', '{"$regex": ".*"}',
    "'; return true; var x='", '||1==1', '$where', '{"$function": {}}', "admin'--", "[$ne]=1",
]  # fmt: skip
SPAN = ("since", "until")
"""Of an answer that says which span of time was searched."""


@pytest.mark.parametrize("value", OPERATORS)
def test_operators_are_looked_for_as_text(service: "Service", value: str) -> None:
    """NoSQL injection: a query is made of typed filters, and a value is a value."""
    query = EventFilter(user=value, module=value).to_query()
    assert query == {"user.name": value, "event.module": value}
    with service.client("analyst") as client:
        for path, name in (
            ("/v1/events", "user"), ("/v1/audit", "who"), ("/v1/alerts", "detector"),
            ("/v1/alerts", "entity"), ("/v1/labels", "subject"), ("/v1/dead-letters", "format"),
        ):  # fmt: skip
            answer = client.get(path, params={name: value})
            assert answer.status_code == 200
            found = {name: each for name, each in answer.json().items() if name not in SPAN}
            assert not any(found.values())
            nested = client.get(path, params={f"{name}[$ne]": "x"})
            assert nested.status_code == 422


@pytest.mark.parametrize(
    "body", [{"note": {"$gt": ""}}, {"version": {"$gt": 0}}, {"$set": {"status": "closed"}}, []]
)
def test_bodies_of_operators_are_refused(service: "Service", body: object) -> None:
    with service.client("analyst") as client:
        answer = client.post(f"/v1/alerts/{'0' * 64}/acknowledge", json=body)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "a\0b", "..\\..\\x", "/abs/olute", "<script>", "x" * 500, ""]
)
def test_the_name_of_an_upload_names_no_file(service: "Service", name: str) -> None:
    with service.client("viewer") as client:
        answer = client.post("/v1/jobs", files={"file": (name or "x", b"https://a.example")})
        shown = answer.json().get("name", "")
    folder = service.held.settings.jobs
    assert answer.status_code == 202
    assert "/" not in shown
    assert "<" not in shown
    assert len(shown) <= 200
    assert all(path.resolve().is_relative_to(folder.resolve()) for path in folder.rglob("*"))


@pytest.mark.parametrize("id_", ["..", "%2e%2e", "..%2f..%2fetc", "0" * 31, "0" * 33, "$ne"])
def test_ids_that_are_none_reach_no_file(service: "Service", id_: str) -> None:
    with service.client("admin") as client:
        assert client.get(f"/v1/jobs/{id_}/result").status_code in (404, 422)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=3000))
def test_any_bytes_are_a_message(service: "Service", raw: bytes) -> None:
    key = _key(service)
    with service.client(Authorization=f"Bearer {key}") as client:
        answer = client.post("/v1/messages", files=[("files", ("m.eml", raw))])
    assert answer.status_code == 200, answer.text


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=500), st.sampled_from(["application/json", "text/plain", "x", ""]))
def test_any_body_is_answered_with_a_problem_or_a_verdict(
    service: "Service", body: bytes, kind: str
) -> None:
    key = _key(service)
    with service.client(Authorization=f"Bearer {key}") as client:
        answer = client.post("/v1/urls", content=body, headers={"Content-Type": kind})
    assert answer.status_code in (200, 400, 415, 422)


def _key(service: "Service") -> str:
    known: dict[str, str] = service.__dict__.setdefault("keys", {})
    if "viewer" not in known:
        known["viewer"] = service.key("viewer")
    return known["viewer"]
