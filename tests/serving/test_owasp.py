"""A test for each item of the OWASP API Security Top 10 (2023)."""

import json
import socket
import time
from typing import TYPE_CHECKING

import pytest
from kedro.io import DatasetError

from network_security.serving.problems import Problem, problem_of
from network_security.serving.services.model_watch import load_models
from network_security.serving.settings import Limits
from network_security.storage import StoreError

if TYPE_CHECKING:
    from tests.serving.conftest import RaiseAlert, Service, Start

JOB = {"file": ("urls.txt", b"https://a.example\n")}


def test_api1_nobody_reaches_anothers_objects(service: "Service") -> None:
    """Broken object level authorization: a job is its owner's, whatever id is asked for."""
    with service.client("viewer") as owner, service.client("analyst") as other:
        job = owner.post("/v1/jobs", files=JOB).json()["id"]
        paths = [("GET", ""), ("GET", "/result"), ("POST", "/cancel"), ("POST", "/resume")]
        answers = [other.request(method, f"/v1/jobs/{job}{path}") for method, path in paths]
        unheard = other.get(f"/v1/jobs/{'0' * 32}")
        assert owner.get(f"/v1/jobs/{job}").status_code == 200
    assert [each.status_code for each in answers] == [404] * 4
    # Nothing tells an id that there is from one that there is not.
    assert answers[0].json()["detail"].replace(job, "0" * 32) == unheard.json()["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer ns_000000000000_guessed"},
        {"Authorization": "Basic YWRtaW46YWRtaW4="},
        {"Authorization": 'Bearer {"$ne": null}'},
        {"Cookie": "session=guessed"},
        {"Cookie": "__Host-session=guessed"},
    ],
)
def test_api2_what_is_no_key_opens_nothing(service: "Service", headers: dict[str, str]) -> None:
    """Broken authentication."""
    answer = service.client(**headers).get("/v1/alerts")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_api2_a_key_that_was_taken_back_is_good_no_more(service: "Service") -> None:
    key = service.key("viewer")
    headers = {"Authorization": f"Bearer {key}"}
    with service.client("admin") as admin, service.client(**headers) as client:
        assert client.get("/v1/me").status_code == 200
        assert admin.delete(f"/v1/api-keys/{key.split('_')[1]}").status_code == 204
        assert client.get("/v1/me").status_code == 401


def test_api2_passwords_cannot_be_guessed_at_speed(service: "Service") -> None:
    name = service.user("viewer")
    statuses = []
    for _ in range(8):
        with pytest.raises(Problem) as refused:
            service.held.signing_in.sign_in(name, "wrong", address="203.0.113.9")
        statuses.append(int(refused.value.status))
    assert statuses == [401] * 5 + [429] * 3


def test_api2_a_user_who_is_shut_out_is_signed_out(service: "Service") -> None:
    name = service.user("analyst")
    with service.browser(name) as browser, service.client("admin") as admin:
        assert browser.get("/v1/me").json()["name"] == name
        assert admin.patch(f"/v1/users/{name}", json={"disabled": True}).status_code == 200
        assert browser.get("/v1/me").status_code == 401


def test_api3_secrets_are_in_no_answer_and_cannot_be_set(service: "Service") -> None:
    """Broken object property level authorization: neither read nor written beyond one's own."""
    name = service.user("viewer")
    with service.client("admin") as admin:
        users, keys = admin.get("/v1/users").text, admin.get("/v1/api-keys").text
        extra = {"name": "mallory", "password": "violet-harbour-41", "role": "viewer"}
        refused = admin.post("/v1/users", json={**extra, "password_hash": "x"})
        changed = admin.patch(f"/v1/users/{name}", json={"created": "2020-01-01T00:00:00Z"})
    assert "argon2" not in users
    assert "hash" not in users + keys
    assert (refused.status_code, changed.status_code) == (422, 422)


def test_api3_an_alert_is_changed_by_its_actions_alone(
    service: "Service", raise_alert: "RaiseAlert"
) -> None:
    alert = raise_alert()
    with service.client("analyst") as client:
        action = {"note": "x", "severity": "informational", "history": []}
        answer = client.post(f"/v1/alerts/{alert.id}/acknowledge", json=action)
    assert answer.status_code == 422
    assert service.held.alerts.get(alert.id).triage.status == "new"


def test_api4_what_one_caller_may_ask_for_is_bounded(start: "Start") -> None:
    """Unrestricted resource consumption: requests, bodies, lists, jobs."""
    limits = Limits(requests_per_second=5, burst=20, body_bytes=10_000, open_jobs=1)
    with start(limits=limits) as service:
        with service.client("viewer") as client:
            answers = [client.get("/v1/me").status_code for _ in range(30)]
            late = client.get("/v1/me")
        assert answers[:20] == [200] * 20
        assert late.status_code == 429
        assert int(late.headers["retry-after"]) >= 1
        with service.client("viewer") as client:
            long = client.post("/v1/urls", json={"urls": ["x" * 5000, "y" * 5000]})
            many = client.post("/v1/urls", json={"urls": ["x"] * 1001})
            page = client.get("/v1/alerts", params={"size": 201})
            jobs = [client.post("/v1/jobs", files=JOB).status_code for _ in range(2)]
    assert (long.status_code, many.status_code, page.status_code) == (413, 422, 422)
    assert jobs == [202, 429]


def test_api4_nothing_is_read_of_what_strangers_send(service: "Service") -> None:
    with socket.create_connection(service.address) as stranger:
        head = "POST /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9999999\r\n\r\n"
        stranger.sendall(head.encode())
        assert stranger.recv(100).startswith(b"HTTP/1.1 401 ")


def test_api4_guesses_of_keys_are_counted_by_address(start: "Start") -> None:
    with start(limits=Limits(requests_per_second=5, burst=20)) as service:
        guesses = [f"Bearer ns_{n:012x}_guess" for n in range(30)]
        statuses = [
            service.client(Authorization=guess).get("/v1/me").status_code for guess in guesses
        ]
    assert statuses[0] == 401
    assert statuses[-1] == 429


ROLES = ("viewer", "analyst", "admin")
LEAST = {
    ("POST", "/v1/alerts/{id}/acknowledge"): "analyst",
    ("POST", "/v1/alerts/{id}/assign"): "analyst",
    ("POST", "/v1/alerts/{id}/close"): "analyst",
    ("POST", "/v1/alerts/{id}/reopen"): "analyst",
    ("POST", "/v1/alert-actions"): "analyst",
    ("POST", "/v1/suppressions"): "analyst",
    ("POST", "/v1/suppression-previews"): "analyst",
    ("DELETE", "/v1/suppressions/{id}"): "analyst",
    ("GET", "/v1/dead-letters"): "analyst",
    ("GET", "/v1/audit"): "analyst",
    ("POST", "/v1/blocklist"): "analyst",
    ("POST", "/v1/blocklist/{id}/enforce"): "analyst",
    ("POST", "/v1/blocklist/{id}/withdraw"): "analyst",
    ("POST", "/v1/blocklist-undo"): "analyst",
    ("POST", "/v1/allowlist"): "analyst",
    ("DELETE", "/v1/allowlist/{id}"): "analyst",
    ("POST", "/v1/training"): "admin",
    ("GET", "/v1/users"): "admin",
    ("POST", "/v1/users"): "admin",
    ("PATCH", "/v1/users/{name}"): "admin",
    ("GET", "/v1/api-keys"): "admin",
    ("POST", "/v1/api-keys"): "admin",
    ("DELETE", "/v1/api-keys/{id}"): "admin",
}
OPEN = {("GET", "/health/live"), ("GET", "/health/ready")}


@pytest.mark.parametrize("role", ROLES)
def test_api5_every_operation_asks_for_its_role(service: "Service", role: str) -> None:
    """Broken function level authorization: all operations, not only those thought of here."""
    described = service.client().get("/v1/openapi.json").json()
    operations = {
        (method.upper(), path) for path, item in described["paths"].items() for method in item
    }
    with service.client(role) as client, service.client() as stranger:
        for method, path in sorted(operations - OPEN):
            asked = path.replace("{id}", "0" * 64).replace("{name}", "nobody")
            assert stranger.request(method, asked).status_code == 401, (method, path)
            may = ROLES.index(role) >= ROLES.index(LEAST.get((method, path), "viewer"))
            if may and method == "POST" and path == "/v1/training":
                continue
            status = client.request(method, asked).status_code
            assert (status != 403) == may, (method, path, status)


def test_api6_decisions_of_many_are_recorded_and_can_be_taken_back(
    service: "Service", raise_alert: "RaiseAlert"
) -> None:
    """Unrestricted access to sensitive business flows: bulk closing is bounded and audited."""
    ids = [raise_alert().id for _ in range(2)]
    with service.client("analyst") as client:
        close = {"action": "close", "ids": ids, "note": "noise"}
        assert len(client.post("/v1/alert-actions", json=close).json()["changed"]) == 2
        too_many = {**close, "ids": [f"{n:064x}" for n in range(1001)]}
        assert client.post("/v1/alert-actions", json=too_many).status_code == 422
        for id_ in ids:
            (entry,) = client.get(f"/v1/alerts/{id_}/audit").json()["entries"]
            assert entry["who"].startswith("key:")
            assert client.post(f"/v1/alerts/{id_}/reopen", json={}).status_code == 200


def test_api7_judging_contacts_nobody(service: "Service", monkeypatch: pytest.MonkeyPatch) -> None:
    """Server side request forgery: a URL is text."""
    asked: list[object] = []

    def noted(*arguments: object, **_options: object) -> list[object]:
        asked.append(arguments)
        raise OSError("nobody is to be asked")

    urls = [
        "http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:27017/", "http://[::1]/",
        "file:///etc/passwd", "gopher://127.0.0.1:6379/_FLUSHALL", "http://localhost/admin",
        "http://0x7f000001/", "http://2130706433/", "http://a.example@127.0.0.1/",
        "http://169.254.169.254.nip.example/", "dict://127.0.0.1:11211/", "http://①②⑦.⓪.⓪.①/",
    ]  # fmt: skip
    with service.client("viewer") as client:
        client.get("/v1/me")
        monkeypatch.setattr(socket, "getaddrinfo", noted)
        answer = client.post("/v1/urls", json={"urls": urls, "explain": True})
        files = [("files", ("a.eml", f"Subject: x\r\n\r\n{' '.join(urls)}".encode()))]
        message = client.post("/v1/messages", files=files, data={"explain": "true"})
    assert (answer.status_code, message.status_code) == (200, 200)
    assert asked == []
    for result in answer.json()["results"]:
        assert (result["explanation"] or {}).get("looked_up") in ({}, None)


def test_api8_answers_carry_security_headers_and_errors_no_internals(service: "Service") -> None:
    """Security misconfiguration."""
    with service.client() as client:
        for path in ("/health/live", "/v1/nothing", "/v1/alerts"):
            headers = client.get(path).headers
            assert "'unsafe-inline'" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert headers["cache-control"] == "no-store"
            assert "server" not in headers
            assert "access-control-allow-origin" not in headers
        other = client.get("/health/live", headers={"Host": "evil.example"})
        assert other.status_code == 421
        broken = client.post("/v1/urls", content=b"{", headers={"Content-Type": "application/json"})
    assert broken.status_code == 401
    assert "Traceback" not in broken.text


def test_api8_a_page_of_another_site_can_change_nothing(
    service: "Service", raise_alert: "RaiseAlert"
) -> None:
    alert = raise_alert()
    path = f"/v1/alerts/{alert.id}/acknowledge"
    with service.browser(service.user("analyst")) as browser:
        token = browser.headers.pop("X-CSRF-Token")
        assert browser.get("/v1/me").status_code == 200
        assert browser.post(path, json={}).status_code == 403
        wrong = browser.post(path, json={}, headers={"X-CSRF-Token": token[::-1]})
        assert wrong.status_code == 403
        right = browser.post(path, json={}, headers={"X-CSRF-Token": token})
        assert right.status_code == 200


def test_api9_the_description_is_the_whole_inventory(service: "Service") -> None:
    """Improper inventory management: no operation that is not described, no second version."""
    described = service.client().get("/v1/openapi.json").json()["paths"]
    assert all(path.startswith(("/v1/", "/health/", "/metrics")) for path in described)
    for path in (
        "/docs",
        "/redoc",
        "/openapi.json",
        "/v0/alerts",
        "/v2/alerts",
        "/debug",
        "/admin",
    ):
        answer = service.client().get(path, follow_redirects=False)
        assert answer.status_code == 404, path


def test_api10_what_others_answered_is_not_trusted(start: "Start") -> None:
    """Unsafe consumption of APIs: a model that is not what its manifest says is never loaded.

    Whatever lookups find out is read by `enrichment`, whose own tests hold it to bounds.
    """
    with start() as service:
        folder = service.held.settings.models
        (folder / "phishing" / "model.onnx" / "v1").mkdir(parents=True)
        (folder / "phishing" / "manifest.json" / "v1").mkdir(parents=True)
        (folder / "phishing" / "model.onnx" / "v1" / "model.onnx").write_bytes(b"\x80\x05pickle")
        manifest = service.held.models.current.features.manifest.to_json()
        path = folder / "phishing" / "manifest.json" / "v1" / "manifest.json"
        path.write_text(json.dumps(manifest))
        gate = folder / "phishing" / "gate_decision.json" / "v1" / "gate_decision.json"
        gate.parent.mkdir(parents=True)
        gate.write_text('{"promote": true}')
        with pytest.raises(DatasetError, match="digest"):
            load_models(folder)


def test_unknown_users_take_as_long_as_known_ones(service: "Service") -> None:
    """That there is a user of some name cannot be told from the time."""
    users = service.held.doorkeeper.users
    name = service.user("viewer")
    times: dict[str, float] = {}
    for who in (name, "nobody-of-that-name"):
        begun = time.perf_counter()
        for _ in range(3):
            assert users.verify(who, "wrong password") is None
        times[who] = time.perf_counter() - begun
    assert min(times.values()) > max(times.values()) / 4


def test_a_store_that_is_away_is_a_problem_and_no_error(service: "Service") -> None:
    problem = problem_of(StoreError("away", "mongodb://user:***@host", "start it"))
    assert problem.status == 503
    assert "mongodb" not in problem.detail
