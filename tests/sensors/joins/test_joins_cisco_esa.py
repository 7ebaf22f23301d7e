from datetime import UTC, datetime, timedelta

import pytest

from network_security.sensors.joins import INCOMPLETE


def line(text, second=0, host="esa1", log="mail_logs"):
    time = datetime(2026, 1, 14, 8, 0, tzinfo=UTC) + timedelta(seconds=second)
    return f"<22>{time:%b %d %H:%M:%S} {host} {log}: Info: {text}"


CONNECTION = [
    "New SMTP ICID 501 interface Data1 (192.0.2.10) address 203.0.113.25"
    " reverse dns host mail.example.net verified yes",
    "ICID 501 ACCEPT SG UNKNOWNLIST match sbrs[-1.0:10.0] SBRS 3.5 country Testland",
]
ENVELOPE = [
    "Start MID 9001 ICID 501",
    "MID 9001 ICID 501 From: <cara@example.net>",
    "MID 9001 ICID 501 RID 0 To: <ann@example.com>",
    "MID 9001 ICID 501 RID 1 To: <bob@example.com>",
]
HEADERS = [
    "MID 9001 Message-ID '<a1@example.net>'",
    "MID 9001 Subject 'MID 7 is a subject'",
    "MID 9001 ready 3120 bytes from <cara@example.net>",
    "MID 9001 matched all recipients for per-recipient policy DEFAULT in the inbound table",
]
DELIVERY = [
    "ICID 501 close",
    "New SMTP DCID 77 interface 192.0.2.10 address 192.0.2.25 port 25",
    "Delivery start DCID 77 MID 9001 to RID [0, 1]",
    "Message done DCID 77 MID 9001 to RID [0, 1]",
    "MID 9001 RID [0, 1] Response '2.0.0 Ok: queued'",
    "Message finished MID 9001 done",
    "DCID 77 close",
]


@pytest.fixture
def joined(join):
    return lambda texts: join([line(text, n) for n, text in enumerate(texts)], "cisco_esa")


def test_the_lines_of_a_message_become_one_event(joined):
    (message,) = joined([*CONNECTION, *ENVELOPE, *HEADERS, *DELIVERY])

    event = message["event"]
    assert (event["dataset"], event["module"]) == ("cisco.esa_message", "cisco")
    assert (event["kind"], event["action"], event["outcome"]) == ("event", "delivered", "success")
    assert event["id"].startswith("9001@")
    assert message["email"] == {
        "local_id": "9001",
        "message_id": "a1@example.net",
        "subject": "MID 7 is a subject",
        "direction": "inbound",
        "from": {"address": ["cara@example.net"]},
        "to": {"address": ["ann@example.com", "bob@example.com"]},
    }
    assert message["source"] == {
        "address": "203.0.113.25",
        "ip": "203.0.113.25",
        "domain": "mail.example.net",
    }
    assert message["related"]["ip"] == ["203.0.113.25", "192.0.2.25"]
    own = message["cisco"]["esa_message"]
    assert own["icid"] == "501"
    assert (own["interface"], own["sender_group"], own["sbrs"]) == ("Data1", "UNKNOWNLIST", "3.5")
    assert (own["size"], own["policy"], own["delivered"]) == (3120, "DEFAULT", 2)
    assert own["deliveries"][1] == {
        "rid": "1",
        "address": "bob@example.com",
        "dcid": "77",
        "relay": "192.0.2.25",
        "relay_ip": "192.0.2.25",
        "status": "delivered",
        "attempts": 1,
        "response": "2.0.0 Ok: queued",
    }
    assert INCOMPLETE not in message["tags"]


@pytest.mark.parametrize(
    ("text", "engine", "verdict"),
    [
        ("interim verdict using engine: CASE spam suspect", "anti_spam", "suspect"),
        ("using engine: CASE spam negative", "anti_spam", "negative"),
        ("antivirus negative", "antivirus", "negative"),
        ("using engine: GRAYMAIL negative", "graymail", "negative"),
        ("Outbreak Filters: verdict positive", "outbreak", "positive"),
        ("Virus Threat Level=5", "virus_threat_level", "5"),
        ("AMP file reputation verdict : UNKNOWN", "file_reputation", "unknown"),
        ("DKIM: permfail body hash did not verify [final]", "dkim", "permfail"),
        ("SPF: mailfrom identity c@example.net Pass (v=spf1)", "spf", "pass"),
        ("SPF: helo identity postmaster@mail.example.net None", "spf_helo", "none"),
        ("DMARC: Verification failed", "dmarc", "fail"),
        ("DMARC: Message from domain example.net, DMARC pass (SPF aligned True)", "dmarc", "pass"),
        ("SDR: Consolidated Sender Reputation: Poor, Threat Category: Spam",
         "sender_reputation", "poor"),
    ],
)  # fmt: skip
def test_an_engine_s_verdict_is_kept(joined, text, engine, verdict):
    (message,) = joined([*ENVELOPE, f"MID 9001 {text}"])

    assert message["cisco"]["esa_message"]["verdicts"] == {engine: verdict}


def test_the_last_verdict_of_an_engine_counts(joined):
    (message,) = joined([
        *ENVELOPE,
        "MID 9001 interim verdict using engine: CASE spam suspect",
        "MID 9001 using engine: CASE spam positive",
    ])  # fmt: skip

    assert message["cisco"]["esa_message"]["verdicts"] == {"anti_spam": "positive"}
    assert message["event"]["kind"] == "alert"
    assert message["event"]["category"] == ["email"]


@pytest.mark.parametrize(
    "text", ["antivirus positive 'EICAR-AV-Test'", "AMP file reputation verdict : MALICIOUS"]
)
def test_malware_is_an_alert(joined, text):
    (message,) = joined([*ENVELOPE, f"MID 9001 {text}"])

    assert message["event"]["kind"] == "alert"
    assert message["event"]["category"] == ["email", "malware"]


def test_an_attachment_has_the_digest_that_file_reputation_states(join):
    digest = "3" * 64
    amp = (
        "Response received for file reputation query from Cloud. File Name = 'a, b.exe',"
        " MID = 9001, Disposition = MALICIOUS, Malware = W32.Example.Test, Reputation Score = 95,"
        f" sha256 = {digest}, upload_action = 2"
    )

    (message,) = join(
        [*map(line, ENVELOPE), line("MID 9001 attachment 'a, b.exe'"), line(amp, log="amp")],
        "cisco_esa",
    )

    file = {"name": "a, b.exe", "hash": {"sha256": digest}}
    assert message["email"]["attachments"] == [{"file": file}]
    assert message["related"]["hash"] == [digest]
    assert message["cisco"]["esa_message"]["malware"] == "W32.Example.Test"


@pytest.mark.parametrize(
    ("texts", "action", "outcome"),
    [
        (["Message aborted MID 9001 Dropped by antispam"], "dropped", "success"),
        (["Message aborted MID 9001 Receiving aborted by sender"], "aborted", "failure"),
        (['MID 9001 quarantined to "Policy" (content filter:block)'], "quarantined", "success"),
        (['MID 9001 (2314 of 2314 bytes) enqueued for transfer to centralized quarantine "Policy"',
          "Message finished MID 9001 done"], "quarantined", "success"),
        (["ISQ: Tagging MID 9001 for quarantine", "RPC Message done RCID 6 MID 9001",
          "Message finished MID 9001 done"], "quarantined", "success"),
        (["Bounced: DCID 7 MID 9001 to RID 0 - 5.1.0 - Unknown address error ('550', ['no'])",
          "Message finished MID 9001 done"], "bounced", "failure"),
        (["Bounced: DCID 7 MID 9001 From: <c@example.net> To: <ann@example.com> RID 0 - 5.4.7 - No",
          "Message finished MID 9001 done"], "bounced", "failure"),
    ],
)  # fmt: skip
def test_the_end_of_a_message_says_what_became_of_it(joined, texts, action, outcome):
    message = joined([*ENVELOPE, *texts])[-1]

    assert (message["event"]["action"], message["event"]["outcome"]) == (action, outcome)
    assert INCOMPLETE not in message["tags"]


def test_a_delayed_message_is_deferred_until_it_is_delivered(joined):
    delayed = "Delayed: DCID 7 MID 9001 to RID 0 - 4.1.0 - Unknown address error ('451', ['wait'])"

    (message,) = joined([*ENVELOPE, delayed])
    assert message["event"]["action"] == "deferred"
    assert message["event"]["reason"] == "Unknown address error ('451', ['wait'])"

    (message,) = joined([*ENVELOPE, delayed, *DELIVERY])
    assert message["event"]["action"] == "delivered"
    assert message["cisco"]["esa_message"]["deliveries"][0]["attempts"] == 2


def test_a_rewritten_message_passes_on_what_is_known_of_it(joined):
    rewritten = ["MID 9001 rewritten to MID 9002 by antispam", "Message finished MID 9001 done"]
    delivery = [text.replace("9001", "9002") for text in DELIVERY]

    first, second = joined([*CONNECTION, *ENVELOPE, *HEADERS, *rewritten, *delivery])

    assert first["event"]["action"] == "rewritten"
    assert first["cisco"]["esa_message"]["rewritten_to"] == "9002"
    assert second["event"]["action"] == "delivered"
    assert second["cisco"]["esa_message"]["rewritten_from"] == "9001"
    for name in ("message_id", "subject", "from", "to", "direction"):
        assert second["email"][name] == first["email"][name]
    assert second["source"] == first["source"]
    assert second["event"]["id"] != first["event"]["id"]


def test_a_split_message_has_its_own_recipients(joined):
    messages = joined([
        *ENVELOPE,
        "MID 9001 was split creating MID 9002 due to a per-recipient policy Sales in the inbound"
        " table",
        "MID 9002 ICID 0 RID 0 To: <sales@example.com>",
    ])  # fmt: skip

    first, second = sorted(messages, key=lambda message: message["email"]["local_id"])
    assert first["cisco"]["esa_message"]["split_into"] == ["9002"]
    assert second["cisco"]["esa_message"]["split_from"] == "9001"
    assert second["email"]["to"]["address"] == ["sales@example.com"]
    assert second["email"]["from"] == first["email"]["from"]


def test_a_refused_recipient_is_not_one_that_had_the_message(joined):
    refused = "MID 9001 ICID 501 RID 1 To: <bob@example.com> Rejected by RAT"
    delivery = [text.replace("[0, 1]", "[0]") for text in DELIVERY]

    (message,) = joined([*ENVELOPE[:3], refused, *delivery])

    assert message["email"]["to"]["address"] == ["ann@example.com"]
    assert message["cisco"]["esa_message"]["rejected"] == 1


def test_a_connection_s_line_may_come_after_the_message_s_first(joined):
    (message,) = joined([ENVELOPE[0], *reversed(CONNECTION), *ENVELOPE[1:]])

    assert message["source"]["ip"] == "203.0.113.25"
    assert message["cisco"]["esa_message"]["sender_group"] == "UNKNOWNLIST"


def test_the_ids_of_two_appliances_are_not_mixed(join):
    texts = [*CONNECTION, *ENVELOPE]
    lines = [line(text, host=host) for text in texts for host in ("esa1", "esa2")]
    other = [line("MID 9001 Subject 'Other'", host="esa2")]

    messages = join(lines + other, "cisco_esa")

    assert [message["host"]["hostname"] for message in messages] == ["esa1", "esa2"]
    assert [message["email"].get("subject") for message in messages] == [None, "Other"]


def test_a_mid_that_is_used_again_makes_another_event(joined):
    again = [text.replace("501", "502") for text in ENVELOPE]

    first, second = joined([*ENVELOPE, *again])

    assert first["event"]["id"] != second["event"]["id"]
    assert second["cisco"]["esa_message"]["icid"] == "502"


def test_a_url_has_the_reputation_that_the_gateway_found(joined):
    text = "MID 9001 URL https://pay.example.net/x has reputation -8.1 matched Condition: Rule"

    (message,) = joined([*ENVELOPE, text])

    assert message["cisco"]["esa_message"]["urls"] == [
        {"url": "https://pay.example.net/x", "reputation": -8.1}
    ]


def test_what_the_appliance_says_of_itself_makes_no_message(joined):
    assert joined([*CONNECTION, "PID 1500: User ann commit changes: allow partner"]) == []


def test_a_file_that_no_message_is_known_of_makes_none(join):
    amp = "File not uploaded for analysis. MID = 0, File mime[text/plain], Reason: No contents"

    assert join([line(amp, log="amp")], "cisco_esa") == []


def test_that_a_message_is_done_is_not_enough_to_make_one_of(joined):
    assert joined(["Message finished MID 9001 done"]) == []


def test_a_copy_has_the_subject_but_other_recipients(joined):
    copied = "MID 9002 was generated based on MID 9001 by bcc filter 'archive'"

    messages = joined([*ENVELOPE, *HEADERS, copied])

    copy = next(message for message in messages if message["email"]["local_id"] == "9002")
    assert copy["cisco"]["esa_message"]["generated_from"] == "9001"
    assert copy["email"]["subject"] == "MID 7 is a subject"
    assert "to" not in copy["email"]


def test_a_bounce_is_a_message_of_its_own(joined):
    bounce = "MID 9002 was generated for bounce of MID 9001"

    messages = joined([*ENVELOPE, *HEADERS, bounce])

    made = next(message for message in messages if message["email"]["local_id"] == "9002")
    assert made["cisco"]["esa_message"]["generated_from"] == "9001"
    assert made["email"] == {"local_id": "9002"}


def test_what_is_relayed_for_a_host_of_ours_is_outbound(joined):
    (message,) = joined(
        [CONNECTION[0], "ICID 501 RELAY SG RELAYLIST match 192.0.2.0/24", *ENVELOPE]
    )

    assert message["email"]["direction"] == "outbound"


def test_the_cipher_of_the_connection_is_the_message_s(joined):
    cipher = "ICID 501 TLS success protocol TLSv1.2 cipher ECDHE-RSA-AES256-GCM-SHA384"

    (message,) = joined([*CONNECTION, cipher, *ENVELOPE])

    assert message["tls"]["version"] == "1.2"
    assert message["tls"]["cipher"] == "ECDHE-RSA-AES256-GCM-SHA384"


def test_a_message_that_is_released_at_once_is_not_quarantined(joined):
    message = joined([
        *ENVELOPE,
        'MID 9001 quarantined to "Policy" (content filter:block)',
        'MID 9001 released from quarantine "Policy" (manual) t=2',
        *[text.replace("[0, 1]", "[0]") for text in DELIVERY[2:6]],
    ])[-1]  # fmt: skip

    assert message["event"]["action"] == "delivered"


def test_all_recipients_are_counted_and_some_are_listed(joined):
    everyone = [f"MID 9001 ICID 501 RID {n} To: <r{n}@example.com>" for n in range(250)]

    (message,) = joined([ENVELOPE[0], *everyone])

    assert message["cisco"]["esa_message"]["recipient_count"] == 250
    assert len(message["cisco"]["esa_message"]["deliveries"]) == 200


def test_a_repeated_line_counts_once(join):
    lines = [line(text, n) for n, text in enumerate([*ENVELOPE, *HEADERS, *DELIVERY])]

    (message,) = join([one for one in lines for _ in range(2)], "cisco_esa")

    assert message["cisco"]["esa_message"]["deliveries"][0]["attempts"] == 1
