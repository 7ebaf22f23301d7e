"""From what arrives to the alert, across stops, outages and other processes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from network_security.alerts.alert import Alert
from network_security.alerts.replaying import replay_findings, scorers
from network_security.alerts.store import AlertStore
from network_security.pretrained import load_message_detector
from network_security.sensors import FORMATS
from network_security.storage import embedded
from network_security.storage.location import StoreLocation
from network_security.streaming.inputs import Source
from network_security.watching.judge import AlertOptions
from network_security.watching.settings import Following, Listening, WatchSettings
from network_security.watching.watcher import Parts
from tests.watching.conftest import (
    PHISHING,
    PHISHING_HOST,
    ToldAlerts,
    eventually,
    running,
    tcp_to,
)

POSTFIX = [line.encode() for line in FORMATS["postfix"].sample.splitlines()]
MESSAGE = (
    "From: ann@example.com\r\nTo: bob@example.org\r\nMessage-ID: <{0}@example.com>\r\n"
    "Date: Mon, 2 Mar 2026 08:10:00 +0000\r\nSubject: {0}\r\n\r\nhttp://" + PHISHING_HOST + "/a\r\n"
)


def alerts_of(database: Any) -> list[dict[str, Any]]:
    return list(database.alerts.find({}))


def test_a_request_for_a_phishing_page_is_an_alert_within_seconds(
    settings: WatchSettings, parts: Parts, database: Any
) -> None:
    told = ToldAlerts()
    explaining = replace(parts, outbox=told, alerts=AlertOptions(explain=True))
    with running(settings, explaining) as watcher:
        with tcp_to(watcher.addresses["syslog-tcp"][0]) as sensor:
            sensor.sendall(PHISHING.encode() + b"\n")
            (alert,) = eventually(lambda: alerts_of(database))
        assert alert["hosts"] == [PHISHING_HOST]
        assert alert["detector"] == "phishing"
        assert alert["reached"]
        # The raw event behind it is there as well, the row and the verdict are soon.
        eventually(lambda: not database.arrivals.count_documents({}))
        event = database.events.find_one({"_id": alert["events"][0]})
        assert event["event"]["original"] == PHISHING
        (row,) = database.evidence.find({"entity": {"$in": alert["entities"]}})
        (verdict,) = database.verdicts.find({"_id": alert["verdicts"][0]})
        assert verdict["decision"]
        assert verdict["entity"] == row["entity"]
        assert alert["contributions"]
    assert told.updates[0].kind == "raised"
    assert told.updates[0].alert.id == alert["_id"]
    assert database.arrivals.count_documents({}) == 0


def test_the_status_says_what_was_done(
    settings: WatchSettings, parts: Parts, database: Any
) -> None:
    with running(settings, parts) as watcher, tcp_to(watcher.addresses["syslog-tcp"][0]) as sensor:
        sensor.sendall(PHISHING.encode() + b"\n")
        eventually(lambda: alerts_of(database))
        status = eventually(lambda: database.watchers.find_one({"judged.alerts": 1}))
        assert status["state"] == "running"
        assert status["judged"]["judging"]
    (status,) = database.watchers.find()
    assert status["state"] == "stopped"
    assert status["stored"]["events"] == 1
    assert status["journal"]["waiting"] == 0
    assert sum(each["records"] for each in status["listeners"]) == 1


def test_a_judge_leaves_nothing_of_those_before_it(
    settings: WatchSettings, parts: Parts, database: Any
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    here = {"host": socket.gethostname(), "role": "judge"}
    database.watchers.insert_many(
        [
            {"_id": "gone", **here, "pid": gone.pid},
            {"_id": "running", **here, "pid": os.getpid()},
            {"_id": "elsewhere", **here, "host": "other.example", "pid": gone.pid},
        ]
    )
    with running(replace(settings, role="judge"), parts):
        eventually(lambda: not database.watchers.count_documents({"_id": "gone"}))
    ids = {each["_id"] for each in database.watchers.find()}
    assert ids == {"running", "elsewhere", f"{socket.gethostname()}:judge-{os.getpid()}"}


def test_files_are_followed_and_dropped_messages_put_away(
    settings: WatchSettings, parts: Parts, database: Any, tmp_path: Path
) -> None:
    log, drop = tmp_path / "mail.log", tmp_path / "drop"
    drop.mkdir()
    log.write_bytes(POSTFIX[0] + b"\n")
    following = Following((Source(str(log)),), (drop,), look_seconds=0.05, settle_seconds=0.1)
    quiet = replace(settings, listening=Listening(), following=following)
    with running(quiet, parts):
        eventually(lambda: database.events.count_documents({"event.dataset": "postfix.log"}) == 1)
        with log.open("ab") as opened:
            opened.write(POSTFIX[0] + b"\n")
        for name in ("one", "two"):
            partial = drop / f".{name}"
            partial.write_text(MESSAGE.format(name))
            partial.rename(drop / f"{name}.eml")
        eventually(lambda: database.events.count_documents({"event.dataset": "email.message"}) == 2)
        eventually(lambda: database.events.count_documents({"event.dataset": "postfix.log"}) == 2)
        eventually(lambda: not list(drop.glob("*.eml")))
        assert sorted(path.name for path in (drop / ".done").iterdir()) == ["one.eml", "two.eml"]
        # The same message again is the same event, and is put away as well.
        (drop / "again.eml").write_text(MESSAGE.format("one"))
        eventually(lambda: not list(drop.glob("*.eml")))
    assert database.events.count_documents({"event.dataset": "email.message"}) == 2
    (row,) = database.evidence.find({"entity": f"http://{PHISHING_HOST}/a"})
    assert len(row["messages"]) == 2


def test_a_dropped_message_is_judged_as_a_whole(
    settings: WatchSettings, parts: Parts, database: Any, tmp_path: Path
) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    following = Following((), (drop,), look_seconds=0.05, settle_seconds=0.1)
    quiet = replace(settings, listening=Listening(), following=following)
    suspicious = MESSAGE.format("one").replace("http", "Verify your password immediately: http")
    (drop / "one.eml").write_text(suspicious)
    (drop / "two.eml").write_text(MESSAGE.format("two").replace(PHISHING_HOST, "example.org"))
    explaining = replace(parts, alerts=AlertOptions(explain=True))
    with running(quiet, explaining):
        eventually(lambda: database.alerts.count_documents({"detector": "message"}))
    alerts = {alert["detector"]: alert for alert in alerts_of(database)}
    of_message, of_link = alerts["message"], alerts["phishing"]
    assert of_message["entity"]["text"] == "one@example.com"
    assert of_message["title"].startswith('Phishing message "one" from ann@example.com')
    assert of_message["recipients"] == ["bob@example.org"]
    assert of_message["techniques"] == ["T1566.002"]
    assert of_message["contributions"]
    # That of its link is another alert, of the same message and event.
    assert of_link["hosts"] == [PHISHING_HOST]
    assert of_link["messages"] == of_message["messages"]
    assert of_link["events"] == of_message["events"]
    kinds = [each["entity"] for each in database.verdicts.find({"kind": "message"})]
    assert sorted(kinds) == ["one@example.com", "two@example.com"]
    (finding,) = AlertStore(parts.location.open, name="the embedded server").findings(
        Alert.from_document(of_message)
    )
    (again,) = replay_findings([finding], scorers([], messages=[load_message_detector()]))
    assert again.replay.equal, str(again)
    (status,) = database.watchers.find()
    assert (status["judged"]["messages"], status["judged"]["failed_messages"]) == (2, 0)


def test_a_message_that_waits_is_judged_by_another_process_from_the_store(
    settings: WatchSettings, parts: Parts, database: Any
) -> None:
    suspicious = MESSAGE.format("one").replace("http", "Verify your password immediately: http")
    with running(replace(settings, role="receive"), parts) as watcher:
        import_message(watcher.addresses["http"][0], suspicious)
    assert alerts_of(database) == []
    for _ in range(2):
        with running(replace(settings, role="judge"), parts):
            pass
        (of_message,) = database.alerts.find({"detector": "message"})
        assert of_message["count"] == 1
        (verdict,) = database.verdicts.find({"kind": "message"})
        assert verdict["_id"] == of_message["verdicts"][0]
        assert database.arrivals.count_documents({}) == 0


def test_what_belongs_together_is_joined_across_a_stop(
    settings: WatchSettings, parts: Parts, database: Any
) -> None:
    """A message comes before, the click on its link after the watcher was stopped."""
    click = json.loads(PHISHING)
    click["http"]["url"] = "/a"
    with running(settings, parts) as watcher:
        with tcp_to(watcher.addresses["syslog-tcp"][0]) as sensor:
            sensor.sendall(FORMATS["suricata"].sample.encode() + b"\n")
        import_message(watcher.addresses["http"][0], MESSAGE.format("one"))
    (before,) = database.evidence.find({"entity": f"http://{PHISHING_HOST}/a"})
    assert before["clients"] == []
    with running(settings, parts) as watcher, tcp_to(watcher.addresses["syslog-tcp"][0]) as sensor:
        sensor.sendall(json.dumps(click).encode() + b"\n")
    (after,) = database.evidence.find({"entity": f"http://{PHISHING_HOST}/a"})
    assert after["_id"] == before["_id"]
    assert [one["message_id"] for one in after["messages"]] == ["one@example.com"]
    assert [one["address"] for one in after["clients"]] == ["10.20.0.15"]


def test_events_received_while_the_store_is_away_are_stored_when_it_is_back(
    settings: WatchSettings, parts: Parts, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    location = StoreLocation(None, store)
    embedded.lease(store)
    try:
        with running(settings, replace(parts, location=location)) as watcher:
            database = location.open()
            with tcp_to(watcher.addresses["syslog-tcp"][0]) as sensor:
                for number in range(3):
                    sensor.sendall(PHISHING.encode() + b"\n")
                    eventually(lambda n=number: database.events.count_documents({}) > n)
                    os.kill(json.loads((store / "server.json").read_text())["pid"], signal.SIGKILL)
                    time.sleep(0.1)
                sensor.sendall(PHISHING.encode() + b"\n")
        assert database.events.count_documents({}) == 4
        assert len(alerts_of(database)) == 1
        assert database.arrivals.count_documents({}) == 0
    finally:
        embedded.release(store)


def import_message(address: Any, text: str) -> None:
    with socket.create_connection(address) as client:
        body = text.encode()
        client.sendall(
            b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: message/rfc822\r\n"
            b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        )
        assert b" 202 " in client.recv(1000)
