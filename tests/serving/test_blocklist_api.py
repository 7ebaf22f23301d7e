"""The blocklist, the allow-list and the feeds over the API."""

from base64 import b64encode
from typing import TYPE_CHECKING

from network_security.response.feeds import FEEDS

if TYPE_CHECKING:
    from tests.serving.conftest import Service

PLAIN = next(name for name, each in FEEDS.items() if "domain" in each.kinds)


def test_what_is_enforced_is_in_the_feed_until_it_is_withdrawn(service: "Service") -> None:
    bad = {"value": "hxxp://bad[.]blocked-one[.]example/x", "reason": "phishing", "kind": None}
    with service.client("analyst") as client:
        added = client.post("/v1/blocklist", json={**bad, "value": "blocked-one.example"})
        assert added.status_code == 201, added.text
        entry = added.json()
        assert "blocked-one.example" not in client.get(f"/v1/feeds/{PLAIN}").text
        path = f"/v1/blocklist/{entry['id']}"
        assert client.post(f"{path}/enforce", json={"note": "sure"}).status_code == 200
        first = client.get(f"/v1/feeds/{PLAIN}")
        same = client.get(f"/v1/feeds/{PLAIN}", headers={"If-None-Match": first.headers["etag"]})
        assert client.post(f"{path}/withdraw", json={}).status_code == 200
        action = client.get(path).json()["history"][-1]["id"]
        gone = client.get(f"/v1/feeds/{PLAIN}").text
        assert client.post("/v1/blocklist-undo", json={"action": action}).status_code == 200
        back = client.get(f"/v1/feeds/{PLAIN}").text
        listed = client.get("/v1/blocklist", params={"value": "blocked-one"}).json()["entries"]
    assert "blocked-one.example" in first.text
    assert (same.status_code, same.content) == (304, b"")
    assert "blocked-one.example" not in gone
    assert "blocked-one.example" in back
    assert [each["id"] for each in listed] == [entry["id"]]


def test_what_is_allowed_cannot_be_blocked(service: "Service") -> None:
    with service.client("analyst") as client:
        allowed = client.post("/v1/allowlist", json={"value": "ours.example", "reason": "ours"})
        refused = client.post("/v1/blocklist", json={"value": "ours.example", "reason": "no"})
        ended = client.delete(f"/v1/allowlist/{allowed.json()['id']}")
        missing = client.delete(f"/v1/allowlist/{allowed.json()['id']}")
        entries = client.get("/v1/allowlist").json()["entries"]
    assert (allowed.status_code, refused.status_code) == (201, 409)
    assert "is not blocked" in refused.json()["detail"]
    assert (ended.status_code, missing.status_code) == (204, 404)
    assert allowed.json()["id"] in [each["id"] for each in entries]


def test_a_firewall_shows_its_key_as_a_basic_password_for_reading_only(service: "Service") -> None:
    password = b64encode(f"firewall:{service.key('analyst')}".encode()).decode()
    with service.client(Authorization=f"Basic {password}") as firewall:
        names = [each["name"] for each in firewall.get("/v1/feeds").json()["feeds"]]
        assert names == list(FEEDS)
        assert {firewall.get(f"/v1/feeds/{name}").status_code for name in names} == {200}
        added = firewall.post("/v1/blocklist", json={"value": "a.example", "reason": "x"})
    assert added.status_code == 401
