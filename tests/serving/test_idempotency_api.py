"""Requests that are sent again."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from network_security.serving.problems import Problem
from network_security.serving.services.idempotency import KEPT, LONGEST_WORK, Answer, Idempotency

if TYPE_CHECKING:
    from tests.serving.conftest import RaiseAlert, Service

JOB = {"file": ("urls.txt", b"https://a.example\n")}


def test_a_request_sent_again_is_carried_out_once(service: "Service") -> None:
    key = {"Idempotency-Key": "job-1"}
    with service.client("viewer") as client:
        first = client.post("/v1/jobs", files=JOB, headers=key)
        again = client.post("/v1/jobs", files=JOB, headers=key)
        jobs = client.get("/v1/jobs").json()["jobs"]
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert len(jobs) == 1


def test_a_key_is_of_one_request_and_one_caller(service: "Service") -> None:
    key = {"Idempotency-Key": "job-2"}
    other = {"file": ("urls.txt", b"https://b.example\n")}
    with service.client("viewer") as client, service.client("viewer") as stranger:
        assert client.post("/v1/jobs", files=JOB, headers=key).status_code == 202
        assert client.post("/v1/jobs", files=other, headers=key).status_code == 409
        mine = stranger.post("/v1/jobs", files=JOB, headers=key)
    assert mine.status_code == 202
    assert "idempotent-replayed" not in mine.headers


def test_a_request_that_failed_may_be_sent_again(
    service: "Service", raise_alert: "RaiseAlert"
) -> None:
    alert = raise_alert()
    key = {"Idempotency-Key": "reopen"}
    path = f"/v1/alerts/{alert.id}/reopen"
    with service.client("analyst") as client:
        assert client.post(path, json={}, headers=key).status_code == 409
        client.post(f"/v1/alerts/{alert.id}/close", json={"verdict": "benign"})
        assert client.post(path, json={}, headers=key).status_code == 200
        assert client.post(path, json={}, headers=key).status_code == 200
        (_, *entries) = client.get(f"/v1/alerts/{alert.id}/audit").json()["entries"]
    assert [each["action"] for each in entries] == ["reopened"]


def test_of_many_at_once_one_is_carried_out(service: "Service") -> None:
    key = {"Idempotency-Key": "many"}
    barrier = threading.Barrier(6)
    with service.client("viewer") as client:

        def send(_: int) -> int:
            barrier.wait()
            return client.post("/v1/jobs", files=JOB, headers=key).status_code

        with ThreadPoolExecutor(6) as pool:
            statuses = list(pool.map(send, range(6)))
        assert len(client.get("/v1/jobs").json()["jobs"]) == 1
    assert set(statuses) <= {202, 409}
    assert 202 in statuses


def test_a_bad_key_is_refused(service: "Service") -> None:
    with service.client("viewer") as client:
        answer = client.post("/v1/jobs", files=JOB, headers={"Idempotency-Key": "x" * 201})
    assert answer.status_code == 422


def test_the_text_of_an_api_key_is_kept_nowhere(service: "Service") -> None:
    with service.client("admin") as client:
        body = {"name": "gateway", "role": "viewer"}
        text = client.post("/v1/api-keys", json=body, headers={"Idempotency-Key": "k"}).json()[
            "text"
        ]
    secret = text.split("_", 2)[2]
    for name in service.held.database.list_collection_names():
        assert secret not in str(list(service.held.database[name].find()))


def test_what_was_broken_off_or_is_old_is_free_again(service: "Service") -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    clock = [now]
    keep = Idempotency(service.held.database, lambda: clock[0])
    caller, answer = uuid4().hex, Answer(200, "application/json", '{"a": "ä"}'.encode())
    assert keep.begin(caller, "k", "f") is None
    with pytest.raises(Problem, match="under way"):
        keep.begin(caller, "k", "f")
    clock[0] += LONGEST_WORK
    assert keep.begin(caller, "k", "f") is None
    keep.finish(caller, "k", "f", answer)
    assert keep.begin(caller, "k", "f") == answer
    clock[0] += KEPT - timedelta(seconds=1)
    assert keep.begin(caller, "k", "f") == answer
    clock[0] += timedelta(seconds=1)
    assert keep.begin(caller, "k", "f") is None
