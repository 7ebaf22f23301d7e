import pytest

from network_security.sensors import ParseError, parse_event

HEADER = "Jan 14 08:15:01 mx1 "


def parse(message: str, program: str = "postfix/smtpd[1]: ", header: str = HEADER) -> dict:
    return parse_event(header + program + message, format="postfix")


def bare(message: str) -> dict:
    return parse_event(message, format="postfix")


@pytest.mark.parametrize(
    ("client", "address", "domain", "ip"),
    [
        ("mx.example.org[203.0.113.5]", "mx.example.org", "mx.example.org", "203.0.113.5"),
        ("unknown[203.0.113.5]", "203.0.113.5", None, "203.0.113.5"),
        ("unknown[2001:db8::5]", "2001:db8::5", None, "2001:db8::5"),
    ],
)
def test_a_client_goes_by_the_name_that_was_verified(client, address, domain, ip):
    source = parse(f"connect from {client}")["source"]

    assert source["address"] == address
    assert source.get("domain") == domain
    assert source["ip"] == ip


@pytest.mark.parametrize("queue_id", ["4F1A2B3C4D", "3ZkBbP1Q2xz9sWd"])
def test_short_and_long_queue_ids_are_kept(queue_id):
    document = parse(f"{queue_id}: removed", "postfix/qmgr[9]: ")

    assert document["email"]["local_id"] == queue_id
    assert document["postfix"]["log"]["queue_id"] == queue_id


@pytest.mark.parametrize(
    ("status", "outcome"), [("sent", "success"), ("bounced", "failure"), ("deferred", "failure")]
)
def test_a_delivery_has_recipient_relay_and_outcome(status, outcome):
    document = parse(
        f"4F1A2B3C4D: to=<ann@example.com>, orig_to=<info@example.com>, "
        f"relay=mbx.example.com[192.0.2.25]:25, delay=1, delays=1/0/0/0, dsn=2.0.0, "
        f"status={status} (250 2.0.0 Ok: queued as 9A8B7C6D5E)",
        "postfix/smtp[1]: ",
    )

    assert document["event"]["outcome"] == outcome
    assert document["email"]["to"]["address"] == ["ann@example.com"]
    assert document["destination"]["port"] == 25
    assert document["postfix"]["log"]["queued_as"] == "9A8B7C6D5E"
    assert document["postfix"]["log"]["orig_to"] == "info@example.com"


def test_a_refusal_without_a_queue_id_has_its_envelope():
    document = parse(
        "NOQUEUE: reject: RCPT from unknown[203.0.113.6]: 554 5.7.1 <ann@example.com>: denied; "
        "from=<a@example.org> to=<ann@example.com> proto=ESMTP helo=<friend>"
    )

    assert document["event"]["type"] == ["denied", "info"]
    assert document["event"]["outcome"] == "success"
    assert document["event"]["code"] == "554"
    assert "local_id" not in document["email"]
    assert document["source"]["ip"] == "203.0.113.6"


def test_the_envelope_is_the_last_one_in_the_line():
    document = parse(
        "4F1A2B3C4D: warning: header Subject: x; from=<forged@example.com> to=<b@example.com> "
        "from mx.example.org[203.0.113.6]; from=<real@example.org> to=<ann@example.com>",
        "postfix/cleanup[1]: ",
    )

    assert document["email"]["from"]["address"] == ["real@example.org"]
    assert document["email"]["to"]["address"] == ["ann@example.com"]


def test_a_refused_login_names_the_user():
    document = parse(
        "warning: unknown[203.0.113.6]: SASL PLAIN authentication failed: bad password, "
        "sasl_username=ann@example.com"
    )

    assert document["event"]["category"] == ["email", "authentication"]
    assert document["event"]["outcome"] == "failure"
    assert document["user"]["email"] == "ann@example.com"


@pytest.mark.parametrize(
    ("line", "program"),
    [
        ("4F1A2B3C4D: client=mx.example.org[203.0.113.5]", "postfix/smtpd"),
        ("4F1A2B3C4D: message-id=<a@example.org>", "postfix/cleanup"),
        ("4F1A2B3C4D: from=<a@example.org>, size=1, nrcpt=1 (queue active)", "postfix/qmgr"),
        ("4F1A2B3C4D: uid=0 from=<root>", "postfix/pickup"),
        ("statistics: max connection count 1 for (smtp:203.0.113.5) at Jan 14", "postfix/anvil"),
        (
            "action=pass, reason=triplet found, client_name=a, client_address=203.0.113.5",
            "postgrey",
        ),
        ("None; identity=helo; client-ip=203.0.113.5; helo=a; envelope-from=<>; r", "policyd-spf"),
        ("spamd: processing message <a@example.org> for filter:1", "spamd"),
    ],
)
def test_a_line_without_header_is_told_by_its_shape(line, program):
    assert bare(line)["log"]["syslog"]["appname"] == program


@pytest.mark.parametrize(("flag", "kind"), [("Y", "alert"), (".", "event")])
def test_a_spam_verdict_is_an_alert(flag, kind):
    document = parse(
        f"spamd: result: {flag} 14 - BAYES_99 scantime=1,size=1,user=u,rhost=h,raddr=203.0.113.5,"
        "rport=1,mid=<a@example.org>",
        "spamd[1]: ",
    )

    assert document["event"]["kind"] == kind
    assert document["email"]["message_id"] == "<a@example.org>"
    assert document["related"]["message_id"] == ["a@example.org"]


def test_a_client_that_logged_in_is_a_login_that_worked():
    document = parse(
        "4F1A2B3C4D: client=mx.example.org[203.0.113.5], sasl_method=PLAIN, sasl_username=ann"
    )

    assert document["event"]["category"] == ["email", "authentication"]
    assert document["event"]["outcome"] == "success"
    assert document["user"]["name"] == "ann"


def test_a_header_check_may_log_the_subject():
    document = parse(
        "4F1A2B3C4D: warning: header Subject: Win from home[1] =?utf-8?q?=E2=82=AC?= from "
        "mx.example.org[203.0.113.5]; from=<a@example.org> to=<b@example.com> proto=ESMTP helo=<x>",
    )

    assert document["email"]["subject"] == "Win from home[1] \N{EURO SIGN}"
    assert document["source"]["ip"] == "203.0.113.5"


def test_reasons_keep_their_own_parentheses():
    document = parse(
        "4F1A2B3C4D: to=<b@example.com>, relay=none, dsn=5.1.1, status=bounced "
        "(host x said: 550 unknown (in reply to RCPT TO command))"
    )

    assert document["event"]["reason"] == "host x said: 550 unknown (in reply to RCPT TO command)"


def test_the_screen_before_the_server_names_both_ends():
    document = parse("CONNECT from [203.0.113.5]:5555 to [192.0.2.1]:25")

    assert document["source"]["ip"] == "203.0.113.5"
    assert document["destination"]["ip"] == "192.0.2.1"
    assert document["destination"]["port"] == 25


def test_a_listed_address_is_the_source():
    document = parse("addr 203.0.113.5 listed by domain dnsbl.example.org as 127.0.0.4")

    assert document["source"]["ip"] == "203.0.113.5"
    assert document["event"]["reason"] == "dnsbl.example.org"


def test_a_filter_on_the_same_host_does_not_hide_whom_a_message_is_for():
    document = parse(
        "4F1A2B3C4D: to=<ann@example.com>, relay=localhost[127.0.0.1]:10025, delay=1, "
        "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 5F1A2B3C4D)"
    )

    assert document["destination"]["ip"] == "127.0.0.1"
    assert document["destination"]["domain"] == "example.com"


@pytest.mark.parametrize("line", ["hello", "a: b", "SELECT 1", "Jan"])
def test_other_text_is_refused(line):
    with pytest.raises(ParseError):
        bare(line)
