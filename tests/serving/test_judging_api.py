"""Judging URLs, messages and feature rows over the API."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network_security.judging import judge_url
from network_security.pretrained import load_detector, load_phishing
from network_security.serving.services.judging import score_rows, score_urls

if TYPE_CHECKING:
    from tests.serving.conftest import Service

URL = "https://login.paypal.example/verify?id=1"
MESSAGE = (
    b"From: Support <help@bank.example>\r\nSubject: Your account is locked\r\n\r\n"
    b"Verify now: http://198.51.100.7/login\r\n"
)


def test_a_url_is_judged_as_on_the_command_line(service: "Service") -> None:
    with service.client("viewer") as client:
        answer = client.post("/v1/urls", json={"urls": [URL]}).json()
    expected = judge_url(URL, load_phishing(), now=datetime.now(UTC)).verdict
    (result,) = answer["results"]
    assert result["score"] == {
        "probability": expected.probability,
        "decision": expected.decision,
        "tier": expected.tier,
        "threshold": expected.threshold,
    }
    assert answer["model"] == {"detector": "phishing", "digest": expected.digest}
    assert result["explanation"] is None


def test_urls_are_answered_in_their_order_and_a_bad_one_stops_no_other(service: "Service") -> None:
    given = ["hxxps://docs[.]example/a", "no host", URL, *(f"{URL}{n}" for n in range(20))]
    with service.client("viewer") as client:
        results = client.post("/v1/urls", json={"urls": given}).json()["results"]
    assert [each["given"] for each in results] == given
    assert results[0]["url"] == "https://docs.example/a"
    assert results[1]["score"] is None
    assert "no host to judge" in results[1]["problem"]
    assert all(each["score"] for each in results[2:])


def test_an_explanation_says_why_and_has_the_same_figures(service: "Service") -> None:
    with service.client("viewer") as client:
        plain = client.post("/v1/urls", json={"urls": [URL]}).json()["results"][0]
        told = client.post("/v1/urls", json={"urls": [URL], "explain": True}).json()["results"][0]
    assert told["score"] == plain["score"]
    explanation = told["explanation"]
    assert explanation["answer"] in ("phishing", "not phishing", "not sure")
    assert explanation["contributions"]
    assert explanation["bounds"]["lowest"] <= told["score"]["probability"]
    assert explanation["looked_up"] == {}


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.text(max_size=300), min_size=1, max_size=5))
def test_any_text_is_judged_alike_alone_and_beside_others(
    service: "Service", texts: list[str]
) -> None:
    models = service.held.models.current
    together = score_urls(models, texts)
    assert [score_urls(models, [text])[0] for text in texts] == together


def test_rows_of_features_are_judged_as_the_detector_does(service: "Service") -> None:
    rows = [{"SSLfinal_State": -1, "Prefix_Suffix": None}, {}, {"web_traffic": 1}]
    with service.client("viewer") as client:
        answer = client.post("/v1/features", json={"rows": rows, "explain": True}).json()
    scores = [each["score"] for each in answer["results"]]
    assert scores == [
        {
            "probability": each.probability,
            "decision": each.decision,
            "threshold": each.threshold,
            "tier": each.tier,
        }
        for each in score_rows(service.held.models.current, rows)
    ]
    assert answer["model"]["digest"] == load_detector("phishing").manifest.digest
    assert answer["results"][0]["explanation"]["contributions"][0]["feature"] == "SSLfinal_State"


@pytest.mark.parametrize(
    "body", [{"rows": [{"SSLfinal_State": 2}]}, {"rows": [{"unheard_of": 1}]}, {"rows": []}, {}]
)
def test_rows_that_are_none_are_refused(service: "Service", body: dict[str, object]) -> None:
    with service.client("viewer") as client:
        answer = client.post("/v1/features", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["where"].startswith("body/rows")


def test_messages_are_judged_by_their_bytes(service: "Service") -> None:
    files = [("files", ("one.eml", MESSAGE)), ("files", ("two.eml", b"Subject: lunch\r\n\r\nHi"))]
    with service.client("viewer") as client:
        answer = client.post("/v1/messages", files=files, data={"explain": "true"}).json()
    first, second = answer["results"]
    assert first["score"]["probability"] > second["score"]["probability"]
    assert first["explanation"]["links"][0]["url"] == "http://198.51.100.7/login"
    assert first["message"] == first["explanation"]["message"]


def test_a_problem_says_what_and_where(service: "Service") -> None:
    with service.client("viewer") as client:
        answer = client.post("/v1/urls", json={"urls": "https://a.example"})
    assert answer.json() == {
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "body/urls: Input should be a valid list",
        "errors": [{"where": "body/urls", "what": "Input should be a valid list"}],
    }


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/nothing", 404), ("PUT", "/v1/urls", 405), ("POST", "/v1/models", 405)],
)
def test_the_router_answers_with_problems_too(
    service: "Service", method: str, path: str, status: int
) -> None:
    answer = service.client().request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert (answer.headers.get("allow") is not None) == (status == 405)
