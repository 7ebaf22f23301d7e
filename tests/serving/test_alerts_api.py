"""Alerts, suppressions, events, labels and the audit log over the API."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.serving.conftest import RaiseAlert, Service


def test_an_alert_is_taken_up_closed_and_becomes_a_label(
    service: "Service", raise_alert: "RaiseAlert"
) -> None:
    alert = raise_alert()
    with service.client("analyst") as client:
        who = client.get("/v1/me").json()["name"]
        taken = client.post(f"/v1/alerts/{alert.id}/acknowledge", json={"note": "mine"}).json()
        assert (taken["triage"]["status"], taken["triage"]["assignee"]) == ("acknowledged", who)
        verdict = {"verdict": "true_positive", "note": "a copy of our login"}
        closed = client.post(f"/v1/alerts/{alert.id}/close", json=verdict).json()
        assert closed["triage"]["closing"]["verdict"] == "true_positive"
        (label,) = client.get("/v1/labels", params={"subject": alert.id}).json()["items"]
        history = client.get(f"/v1/alerts/{alert.id}/audit").json()["entries"]
    assert (label["verdict"], label["who"]) == ("true_positive", who)
    assert [each["action"] for each in history] == ["acknowledged", "closed"]
    assert history[0]["after"] == history[1]["before"]


def test_a_decision_on_an_old_version_is_refused(
    service: "Service", raise_alert: "RaiseAlert"
) -> None:
    alert = raise_alert()
    with service.client("analyst") as client:
        path = f"/v1/alerts/{alert.id}/assign"
        first = client.post(path, json={"to": "ana", "version": alert.version})
        second = client.post(path, json={"to": "ben", "version": alert.version})
    assert first.status_code == 200
    assert second.status_code == 409
    assert "changed by somebody else" in second.json()["detail"]


def test_alerts_are_filtered_and_paged(service: "Service", raise_alert: "RaiseAlert") -> None:
    made = {raise_alert(host=f"h{n}.paged.example").id for n in range(3)}
    wanted = {"entity": "https://h", "size": 2}
    with service.client("viewer") as client:
        first = client.get("/v1/alerts", params=wanted).json()
        rest = client.get("/v1/alerts", params={**wanted, "cursor": first["cursor"]}).json()
        none = client.get("/v1/alerts", params={"until": "2020-01-01T00:00:00Z"}).json()
        one = client.get(f"/v1/alerts/{next(iter(made))}").json()
        findings = client.get(f"/v1/alerts/{one['id']}/findings").json()["findings"]
    assert made <= {each["id"] for each in first["alerts"] + rest["alerts"]}
    assert none == {"alerts": [], "cursor": None}
    assert findings[0]["receipt"]["hashes"]


def test_many_alerts_are_closed_at_once(service: "Service", raise_alert: "RaiseAlert") -> None:
    ids = [raise_alert().id for _ in range(3)]
    action = {"action": "close", "verdict": "false_positive", "ids": [*ids, "0" * 64]}
    with service.client("analyst") as client:
        done = client.post("/v1/alert-actions", json=action).json()
        again = client.post("/v1/alert-actions", json=action).json()
    assert {each["id"] for each in done["changed"]} == set(ids)
    assert list(done["problems"]) == ["0" * 64]
    assert again["changed"] == []
    assert len(again["problems"]) == 4


def test_a_rule_is_previewed_added_and_removed(
    service: "Service", raise_alert: "RaiseAlert"
) -> None:
    alert = raise_alert(host="mail.partner.example")
    rule = {"reason": "our partner", "days": 30, "domain": "partner.example"}
    with service.client("analyst") as client:
        preview = client.post("/v1/suppression-previews", json=rule).json()
        added = client.post("/v1/suppressions", json=rule)
        listed = client.get("/v1/suppressions").json()["rules"]
        id_ = added.json()["id"]
        removed = client.delete(f"/v1/suppressions/{id_}", params={"note": "no more"})
        missing = client.delete(f"/v1/suppressions/{id_}")
        audit = client.get("/v1/audit", params={"subject": id_}).json()["entries"]
    assert preview["suppressed"] == [alert.id]
    assert added.status_code == 201
    assert id_ in [each["id"] for each in listed]
    assert (removed.status_code, missing.status_code) == (204, 404)
    assert [(each["action"], each["note"]) for each in audit] == [
        ("removed", "no more"),
        ("added", "our partner"),
    ]


@pytest.mark.parametrize(
    ("changed", "why"),
    [({"domain": None}, "no condition"), ({"source": "0.0.0.0/0"}, "every address")],
)
def test_a_rule_that_hides_everything_is_refused(
    service: "Service", changed: dict[str, object], why: str
) -> None:
    rule = {"reason": "quiet", "days": 1, "domain": "a.example", **changed}
    with service.client("analyst") as client:
        answer = client.post("/v1/suppressions", json=rule)
    assert answer.status_code == 422
    assert why in answer.json()["detail"]


def test_events_are_found_by_typed_filters_and_paged(service: "Service") -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    events = [
        {
            "_id": f"paged-{n}",
            "@timestamp": now - timedelta(milliseconds=100 * n),
            "event": {"module": "suricata", "original": f"raw {n}"},
            "source": {"ip": "192.0.2.200"},
        }
        for n in range(25)
    ]
    service.held.database["events"].insert_many(events)
    wanted = {"source_ip": "192.0.2.200", "module": "suricata", "size": "10"}
    seen, cursor = [], None
    with service.client("viewer") as client:
        while True:
            params = wanted if cursor is None else {**wanted, "cursor": cursor}
            page = client.get("/v1/events", params=params).json()
            seen += [each["_id"] for each in page["events"]]
            if (cursor := page["cursor"]) is None:
                break
        one = client.get("/v1/events/paged-3").json()
        none = client.get("/v1/events", params={"source_ip": "192.0.2.201"}).json()["events"]
    assert seen == [each["_id"] for each in events]
    assert one["event"]["original"] == "raw 3"
    assert none == []


def test_what_a_page_shows_defanged_is_found_by_it(
    service: "Service", raise_alert: "RaiseAlert"
) -> None:
    event = {
        "_id": "defanged-1",
        "@timestamp": datetime.now(UTC),
        "event": {"module": "suricata"},
        "source": {"ip": "192.0.2.77"},
        "url": {"domain": "pay.example.org"},
        "email": {"message_id": "<7@mail.example.org>"},
    }
    service.held.database["events"].insert_one(event)
    alert = raise_alert(host="defanged.example")
    with service.client("viewer") as client:
        for name, value in (
            ("source_ip", "192[.]0[.]2[.]77"),
            ("url_domain", "pay[.]example[.]org"),
            ("message_id", "<7[@]mail[.]example[.]org>"),
        ):
            found = client.get("/v1/events", params={name: value}).json()["events"]
            assert [each["_id"] for each in found] == ["defanged-1"], name
        asked = {"entity": "hxxps://defanged[.]example"}
        alerts = client.get("/v1/alerts", params=asked).json()["alerts"]
    assert [each["id"] for each in alerts] == [alert.id]


def test_the_answer_says_which_span_was_searched(service: "Service") -> None:
    asked = {"since": "2026-01-01T00:00:00Z", "until": "2026-03-31T00:00:00Z"}
    with service.client("viewer") as client:
        long = client.get("/v1/events", params=asked).json()
        short = client.get("/v1/events", params=asked | {"since": "2026-03-30T00:00:00Z"}).json()
    assert (long["since"], long["until"]) == ("2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z")
    assert short["since"] == "2026-03-30T00:00:00Z"


def test_a_path_or_method_that_there_is_not_says_where_to_look(service: "Service") -> None:
    with service.client("viewer") as client:
        nowhere = client.get("/v1/alert").json()["detail"]
        method = client.put("/v1/alerts")
    assert "/v1/openapi.json" in nowhere
    assert method.headers["allow"] in method.json()["detail"]


def test_sources_models_and_metrics_are_told(service: "Service") -> None:
    with service.client("viewer") as client:
        client.post("/v1/urls", json={"urls": ["https://a.example"]})
        assert client.get("/v1/sources").json() == {"sources": []}
        models = client.get("/v1/models").json()
        card = client.get("/v1/models/features/card")
        metrics = client.get("/metrics").text
    assert {each["name"] for each in models["models"]} == {
        "urls", "url_text", "features", "messages",
    }  # fmt: skip
    assert card.text.startswith("#")
    assert 'network_security_verdicts_total{alerts="' in metrics
    assert 'route="/v1/urls"' in metrics
    assert f'digest="{models["models"][0]["digest"]}"' in metrics


def test_health_is_told_to_anybody(service: "Service") -> None:
    with service.client() as client:
        assert client.get("/health/live").json() == {"status": "ok"}
        assert client.get("/health/ready").json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/metrics", "/health/nothing"])
def test_what_programs_ask_for_fails_with_a_document_and_no_page(
    service: "Service", path: str
) -> None:
    with service.client() as client:
        answer = client.get(path)
    assert answer.status_code in (401, 404)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
