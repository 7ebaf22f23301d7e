"""Tables judged as jobs, and trainings."""

import csv
import io
import json
import time
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from network_security.serving.security.roles import Role
from network_security.serving.services.judging import score_urls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.serving.conftest import Service, Start, WaitFor

URLS = [f"https://login{n}.example/verify?id={n}" for n in range(40)]
MANY = 40_000


@pytest.fixture(scope="module")
def service(start: "Start") -> "Iterator[Service]":
    """A service of its own: elsewhere, jobs of other tests come first."""
    with start() as started:
        yield started


def table(urls: list[str]) -> bytes:
    return ("url,note\n" + "".join(f"{url},=1+1\n" for url in urls)).encode()


def test_a_table_is_judged_and_its_verdicts_downloaded(
    service: "Service", wait_for: "WaitFor"
) -> None:
    with service.client("viewer") as client:
        sent = client.post("/v1/jobs", files={"file": ("urls.csv", table(URLS))})
        assert sent.status_code == 202
        done = wait_for(client, sent.json()["id"], "done")
        result = client.get(f"/v1/jobs/{done['id']}/result")
    assert (done["done"], done["total"], done["unit"]) == (40, 40, "rows")
    assert done["summary"]["source"] == "urls.csv"
    assert result.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(result.text)))
    expected = score_urls(service.held.models.current, URLS)
    assert [float(row["probability"]) for row in rows] == [
        each.score.probability for each in expected if each.score
    ]


def test_what_spreadsheets_would_run_is_neutralised(
    service: "Service", wait_for: "WaitFor"
) -> None:
    cells = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]
    given = io.StringIO()
    writer = csv.writer(given)
    writer.writerow(["url", "=cmd|' /C calc'!A0"])
    writer.writerows([URLS[0], cell] for cell in cells)
    with service.client("viewer") as client:
        sent = client.post("/v1/jobs", files={"file": ("urls.csv", given.getvalue().encode())})
        done = wait_for(client, sent.json()["id"], "done")
        result = client.get(f"/v1/jobs/{done['id']}/result").text
    for row in csv.reader(io.StringIO(result)):
        assert not any(cell.startswith(("=", "+", "@", "\t", "\r")) for cell in row), row


def test_a_result_may_be_parquet(service: "Service", wait_for: "WaitFor") -> None:
    given = io.BytesIO()
    pa.parquet.write_table(pa.table({"SSLfinal_State": [1, -1, None]}), given)
    with service.client("viewer") as client:
        files = {"file": ("rows.parquet", given.getvalue())}
        sent = client.post("/v1/jobs", files=files, data={"result": "parquet"})
        done = wait_for(client, sent.json()["id"], "done")
        result = client.get(f"/v1/jobs/{done['id']}/result").content
    assert pa.parquet.read_table(io.BytesIO(result)).num_rows == 3
    assert done["summary"]["kind"] == "features"


def test_a_table_that_cannot_be_judged_fails_with_a_reason(
    service: "Service", wait_for: "WaitFor"
) -> None:
    with service.client("viewer") as client:
        sent = client.post("/v1/jobs", files={"file": ("x.csv", b"a,b\n1,2\n")})
        failed = wait_for(client, sent.json()["id"], "failed")
        refused = client.get(f"/v1/jobs/{failed['id']}/result")
    assert "none of the 30 features is a column" in failed["message"]
    assert str(service.held.settings.jobs) not in failed["message"]
    assert refused.status_code == 409


def test_a_job_is_stopped(service: "Service", wait_for: "WaitFor") -> None:
    many = [f"https://a{n}.example/" for n in range(MANY)]
    with service.client("viewer") as client:
        job = client.post("/v1/jobs", files={"file": ("many.csv", table(many))}).json()["id"]
        wait_for(client, job, "running")
        assert client.post(f"/v1/jobs/{job}/cancel").status_code == 200
        assert wait_for(client, job, "cancelled")["ended"]
        assert client.post(f"/v1/jobs/{job}/cancel").status_code == 409
        assert client.post(f"/v1/jobs/{job}/resume").status_code == 409


def test_a_job_that_the_services_end_interrupts_goes_on(
    start: "Start", service: "Service", wait_for: "WaitFor"
) -> None:
    many = [f"https://a{n}.example/" for n in range(MANY)]
    with start() as first:
        settings = first.held.settings
        key = first.key("viewer")
        with first.client(Authorization=f"Bearer {key}") as client:
            job = client.post("/v1/jobs", files={"file": ("many.csv", table(many))}).json()["id"]
            while not (client.get(f"/v1/jobs/{job}").json()["done"] or 0):
                time.sleep(0.02)
    before = len(list((settings.jobs / job / "parts").glob("*/part-*")))
    assert before >= 1
    with start(store=settings.store, jobs=settings.jobs) as second:  # noqa: SIM117
        with second.client(Authorization=f"Bearer {key}") as client:
            found = client.get(f"/v1/jobs/{job}").json()
            assert found["status"] == "interrupted"
            assert client.post(f"/v1/jobs/{job}/resume").status_code == 200
            done = wait_for(client, job, "done")
    assert done["done"] == done["summary"]["rows"] == MANY
    said = (settings.jobs / job / "log.txt").read_text().splitlines()
    again = [json.loads(line) for line in said][len(said) - said[::-1].index('{"total": 40000}') :]
    assert again[0]["done"] == (before + 1) * 5000


def test_jobs_are_paged_and_others_see_none_of_them(service: "Service") -> None:
    with service.client("viewer") as client, service.client("analyst") as other:
        ids = [
            client.post("/v1/jobs", files={"file": (f"{n}.csv", table(URLS[:1]))}).json()["id"]
            for n in range(3)
        ]
        first = client.get("/v1/jobs", params={"size": 2}).json()
        rest = client.get("/v1/jobs", params={"size": 2, "cursor": first["cursor"]}).json()
        assert [each["id"] for each in first["jobs"] + rest["jobs"]] == ids[::-1]
        assert rest["cursor"] is None
        assert other.get("/v1/jobs").json()["jobs"] == []


def test_an_admin_starts_a_training_and_follows_it(
    start: "Start", make_project: Any, wait_for: "WaitFor"
) -> None:
    project = make_project("import time; time.sleep(2); return x")
    with start(project=project) as service, service.client("admin") as admin:
        begun = admin.post("/v1/training")
        assert begun.status_code == 202
        assert admin.post("/v1/training").status_code == 409
        done = wait_for(admin, begun.json()["id"], "done")
        audit = admin.get("/v1/audit", params={"subject": f"job:{done['id']}"}).json()["entries"]
    assert (done["kind"], done["done"], done["total"], done["unit"]) == ("training", 2, 2, "steps")
    assert [each["action"] for each in audit] == ["training asked for"]


def test_a_training_that_fails_says_so(
    start: "Start", make_project: Any, wait_for: "WaitFor"
) -> None:
    project = make_project("raise ValueError('no data')")
    with start(project=project) as service, service.client("admin") as admin:
        job = admin.post("/v1/training").json()["id"]
        failed = wait_for(admin, job, "failed")
    assert failed["message"] == "It ended with status 1: ValueError: no data"
    assert (failed["done"], failed["total"]) == (1, 2)


def test_who_is_no_admin_any_more_does_not_start_a_training_again(
    start: "Start", make_project: Any, wait_for: "WaitFor"
) -> None:
    project = make_project("raise ValueError('no data')")
    with start(project=project) as service:
        service.user("admin")
        name = service.user("admin")
        with service.browser(name) as admin:
            job = admin.post("/v1/training").json()["id"]
            wait_for(admin, job, "failed")
        service.held.accounts.change_user(name, by="test", role=Role.ANALYST)
        with service.browser(name) as analyst:
            assert analyst.get(f"/v1/jobs/{job}").json()["by"] == name
            assert analyst.post(f"/v1/jobs/{job}/resume").status_code == 403


def test_nobody_else_starts_a_training(service: "Service") -> None:
    with service.client("analyst") as analyst:
        assert analyst.post("/v1/training").status_code == 403
