import random
from datetime import UTC, datetime, timedelta

import pytest

from network_security.sensors.joins import INCOMPLETE

QUEUE_ID = "4F1A2B3C4D"


def line(second, program, text, host="mx1", queue_id=QUEUE_ID):
    time = datetime(2026, 1, 14, 8, 0, tzinfo=UTC) + timedelta(seconds=second)
    return f"{time:%b %d %H:%M:%S} {host} postfix/{program}[7]: {queue_id}: {text}"


def arrival(queue_id=QUEUE_ID, second=0, host="mx1", name="a1", recipients=1):
    who = {"host": host, "queue_id": queue_id}
    return [
        line(second, "smtpd", "client=mail.example.net[203.0.113.25]", **who),
        line(second, "cleanup", f"message-id=<{name}@example.net>", **who),
        line(
            second + 1,
            "qmgr",
            f"from=<cara@example.net>, size=3120, nrcpt={recipients} (queue active)",
            **who,
        ),
    ]


def delivery(to="ann@example.com", second=2, status="sent", reply="250 2.0.0 Ok", **who):
    code = {"sent": "2.0.0", "deferred": "4.4.1"}.get(status, "5.1.1")
    text = (
        f"to=<{to}>, relay=mbx.example.com[192.0.2.25]:25, delay=0.9, delays=0.3/0/0.2/0.4,"
        f" dsn={code}, status={status} ({reply})"
    )
    return line(second, "smtp", text, **who)


def removed(second=3, **who):
    return line(second, "qmgr", "removed", **who)


@pytest.fixture
def joined(join):
    return lambda lines, **options: join(lines, "postfix", **options)


def test_the_lines_of_a_message_become_one_event(joined):
    (message,) = joined([*arrival(), delivery(), removed()])

    event = message["event"]
    assert (event["dataset"], event["module"]) == ("postfix.message", "postfix")
    assert (event["kind"], event["category"], event["type"]) == ("event", ["email"], ["info"])
    assert (event["action"], event["outcome"]) == ("delivered", "success")
    assert event["id"] == f"{QUEUE_ID}@0"
    assert event["duration"] == 3_000_000_000
    assert message["@timestamp"] == event["end"] == event["start"] + timedelta(seconds=3)
    assert message["email"] == {
        "local_id": QUEUE_ID,
        "message_id": "a1@example.net",
        "from": {"address": ["cara@example.net"]},
        "sender": {"address": "cara@example.net"},
        "to": {"address": ["ann@example.com"]},
    }
    assert message["source"]["ip"] == "203.0.113.25"
    assert message["related"] == {
        "ip": ["203.0.113.25", "192.0.2.25"],
        "hosts": ["mx1", "mail.example.net"],
        "message_id": ["a1@example.net"],
    }
    own = message["postfix"]["message"]
    assert (own["queue_id"], own["host"], own["lines"], own["size"]) == (QUEUE_ID, "mx1", 5, 3120)
    assert own["deliveries"] == [
        {
            "address": "ann@example.com",
            "status": "sent",
            "dsn": "2.0.0",
            "relay": "mbx.example.com[192.0.2.25]:25",
            "relay_ip": "192.0.2.25",
            "response": "250 2.0.0 Ok",
            "delay": 0.9,
            "attempts": 1,
        }
    ]
    assert INCOMPLETE not in message["tags"]


def test_a_deferred_recipient_is_one_delivery_of_several_attempts(joined):
    tries = [delivery(second=900 * n, status="deferred", reply="timed out") for n in (1, 2, 3)]

    (message,) = joined([*arrival(), *tries, delivery(second=3600), removed(3600)])

    (recipient,) = message["postfix"]["message"]["deliveries"]
    assert (recipient["status"], recipient["attempts"]) == ("sent", 4)
    assert message["event"]["action"] == "delivered"
    assert "reason" not in message["event"]


@pytest.mark.parametrize(
    ("statuses", "action", "outcome"),
    [
        (("sent", "sent"), "delivered", "success"),
        (("sent", "bounced"), "delivered", "failure"),
        (("sent", "deferred"), "delivered", "failure"),
        (("deferred", "bounced"), "deferred", "failure"),
        (("bounced", "bounced"), "bounced", "failure"),
    ],
)
def test_the_action_is_the_best_that_a_recipient_had(joined, statuses, action, outcome):
    lines = [delivery(f"r{n}@example.com", status=one) for n, one in enumerate(statuses)]

    (message,) = joined([*arrival(recipients=2), *lines])

    assert (message["event"]["action"], message["event"]["outcome"]) == (action, outcome)


def test_a_message_too_long_in_the_queue_is_bounced(joined):
    (message,) = joined([
        *arrival(),
        delivery(status="deferred", reply="connect to mbx.example.com: timed out"),
        line(9, "qmgr", "from=<cara@example.net>, status=expired, returned to sender"),
        line(9, "bounce", "sender non-delivery notification: 5AAAAAAAAA"),
        removed(9),
    ])  # fmt: skip

    assert message["event"]["action"] == "bounced"
    assert message["event"]["reason"] == "connect to mbx.example.com: timed out"
    assert message["postfix"]["message"]["notifications"] == [
        {"kind": "non-delivery", "queue_id": "5AAAAAAAAA"}
    ]


def test_a_filter_makes_two_messages_that_name_each_other(joined):
    second = "5DEF000000"
    first_client = "client=localhost[127.0.0.1], orig_queue_id={}, orig_client={}"
    messages = joined([
        *arrival(),
        line(2, "smtpd", first_client.format(QUEUE_ID, "mail.example.net[203.0.113.25]"),
             queue_id=second),
        line(2, "cleanup", "message-id=<a1@example.net>", queue_id=second),
        delivery(reply=f"250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): Ok: queued as {second}"),
        removed(),
        delivery(second=4, queue_id=second),
        removed(5, queue_id=second),
    ])  # fmt: skip

    first, last = (message["postfix"]["message"] for message in messages)
    assert first["queued_as"] == [second]
    assert last["queued_from"] == QUEUE_ID
    assert messages[1]["source"]["ip"] == "203.0.113.25"
    assert messages[1]["source"]["domain"] == "mail.example.net"


AMAVIS = "Jan 14 08:00:02 mx1 amavis[9]: "
JUDGED = (
    "(00009-01) Blocked INFECTED (Example.Test) {DiscardedInbound,Quarantined},"
    " [203.0.113.25]:4321 [203.0.113.25] <cara@example.net> -> <ann@example.com>,"
    f" Queue-ID: {QUEUE_ID}, Message-ID: <a1@example.net>, mail_id: x, Hits: -, size: 3000, 80 ms"
)


def test_what_the_filter_found_is_the_message_s_verdict(joined):
    sent = delivery(reply="250 2.7.0 Ok, discarded, id=00009-01 - INFECTED")

    (message,) = joined([*arrival(), AMAVIS + JUDGED, sent, removed()])

    assert message["event"]["kind"] == "alert"
    assert message["event"]["category"] == ["email", "malware"]
    assert message["event"]["action"] == "quarantined"
    assert message["event"]["type"] == ["denied", "info"]
    assert message["postfix"]["message"]["filter"]["verdict"] == "INFECTED"


def test_a_sender_cannot_forge_the_filter_s_queue_id(joined):
    forged = JUDGED.replace("<cara@", f'<"x, Queue-ID: {QUEUE_ID}, "@').replace("a1@", "b2@")

    (message,) = joined([*arrival(), AMAVIS + forged, delivery(), removed()])

    assert message["event"]["kind"] == "event"


@pytest.mark.parametrize(
    ("decision", "action"),
    [
        ("milter-reject: END-OF-MESSAGE", "rejected"),
        ("reject: header Subject: Win a prize", "rejected"),
        ("milter-discard: END-OF-MESSAGE", "dropped"),
    ],
)
def test_a_message_refused_at_its_end_is_complete(joined, decision, action):
    refusal = (
        f"{decision} from mail.example.net[203.0.113.25]: 5.7.1 Unwanted;"
        " from=<cara@example.net> to=<ann@example.com> proto=ESMTP helo=<mail>"
    )

    (message,) = joined([*arrival()[:2], line(1, "cleanup", refusal)])

    assert (message["event"]["action"], message["event"]["outcome"]) == (action, "success")
    assert message["event"]["type"] == ["denied", "info"]
    assert INCOMPLETE not in message["tags"]


def test_a_recipient_who_is_refused_does_not_end_the_message(joined):
    refusal = (
        "reject: RCPT from mail.example.net[203.0.113.25]: 550 5.1.1 <nobody@example.com>: unknown;"
        " from=<cara@example.net> to=<nobody@example.com> proto=ESMTP helo=<mail>"
    )

    (message,) = joined([*arrival(), line(1, "smtpd", refusal), delivery(), removed()])

    assert (message["event"]["action"], message["event"]["outcome"]) == ("delivered", "success")
    assert message["email"]["to"]["address"] == ["ann@example.com"]
    assert message["postfix"]["message"]["rejected"] == 1


def test_a_refusal_without_a_queue_id_makes_no_message(joined):
    refusal = (
        "reject: RCPT from unknown[203.0.113.66]: 554 5.7.1 <ann@example.com>: Relay access denied;"
        " from=<spoof@example.org> to=<ann@example.com> proto=ESMTP helo=<friend>"
    )

    assert joined([line(0, "smtpd", refusal, queue_id="NOQUEUE")]) == []


def test_header_checks_show_the_subject_and_the_attachments(joined):
    tail = " from mail.example.net[203.0.113.25]; from=<c@example.net> to=<a@example.com> helo=<x>"
    (message,) = joined([
        *arrival(),
        line(1, "cleanup", "warning: header Subject: Plan; from=<x> to=<y>" + tail),
        line(1, "cleanup", 'warning: header Content-Disposition: attachment; filename="a.docm"'
             + tail),
    ])  # fmt: skip

    assert message["email"]["subject"] == "Plan; from=<x> to=<y>"
    assert message["email"]["attachments"] == [{"file": {"name": "a.docm"}}]


def test_an_authenticated_sender_is_the_user(joined):
    client = "client=laptop.example.com[198.51.100.40], sasl_method=PLAIN, sasl_username=bob"

    (message,) = joined([line(0, "submission/smtpd", client)])

    assert message["user"] == {"name": "bob"}
    assert message["related"]["user"] == ["bob"]


@pytest.mark.parametrize("missing", range(6))
def test_a_message_comes_out_whatever_line_is_missing(joined, missing):
    lines = [*arrival(), delivery(), delivery("bob@example.com"), removed()]
    del lines[missing]

    (message,) = joined(lines)

    assert message["email"]["local_id"] == QUEUE_ID
    assert message["postfix"]["message"]["lines"] == 5
    assert (INCOMPLETE in message["tags"]) == (missing == 5)


def test_a_log_that_starts_in_the_middle_says_so(joined):
    (message,) = joined([delivery(), removed()])

    assert message["event"]["action"] == "delivered"
    assert INCOMPLETE in message["tags"]


def test_a_repeated_line_counts_once(joined):
    lines = [*arrival(), delivery(), removed()]

    (message,) = joined([one for one in lines for _ in range(2)])

    assert message["postfix"]["message"]["lines"] == 5
    assert message["postfix"]["message"]["deliveries"][0]["attempts"] == 1


def test_a_late_line_gives_the_same_event_again(joined):
    first, second = joined([*arrival(), removed(), delivery()])

    assert first["event"]["id"] == second["event"]["id"]
    assert second["event"]["action"] == "delivered"


def test_a_queue_id_that_is_used_again_makes_another_event(joined):
    again = arrival(second=60, name="b2")

    first, second = joined([*arrival(), delivery(), *again])

    assert first["event"]["id"] != second["event"]["id"]
    assert first["email"]["message_id"] == "a1@example.net"
    assert INCOMPLETE in first["tags"]
    assert second["email"]["message_id"] == "b2@example.net"


def test_two_hosts_may_use_the_same_queue_id(joined):
    one, other = arrival(), arrival(host="mx2", name="b2")
    lines = [each for pair in zip(one, other, strict=True) for each in pair]

    messages = joined([*lines, removed(), removed(host="mx2")])

    assert [message["host"]["hostname"] for message in messages] == ["mx1", "mx2"]
    assert [message["postfix"]["message"]["lines"] for message in messages] == [4, 4]


def test_all_recipients_are_counted_and_some_are_listed(joined):
    everyone = [delivery(f"r{n}@example.com") for n in range(450)]

    (message,) = joined([*arrival(recipients=450), *everyone, removed()])

    own = message["postfix"]["message"]
    assert own["recipient_count"] == own["delivered"] == 450
    assert len(own["deliveries"]) == 200


def test_interleaved_messages_come_out_once_with_all_their_recipients(joined):
    shuffle = random.Random(7)
    expected, queues = {}, []
    for number in range(50):
        who = {"queue_id": f"4{number:09X}"}
        people = [f"r{n}@example.com" for n in range(shuffle.randint(1, 6))]
        expected[who["queue_id"]] = people
        queues.append([
            *arrival(name=f"m{number}", recipients=len(people), **who),
            *(delivery(to, **who) for to in people),
            removed(**who),
        ])  # fmt: skip
    lines = []
    while queues:
        queue = shuffle.choice(queues)
        lines.append(queue.pop(0))
        queues = [one for one in queues if one]

    messages = joined(lines)

    assert len(messages) == 50
    assert {one["email"]["local_id"]: one["email"]["to"]["address"] for one in messages} == expected
    assert all(INCOMPLETE not in one["tags"] for one in messages)
