from datetime import UTC, datetime

import pytest

from network_security.sensors import FORMATS, parse_event


def parse(raw: str) -> dict:
    return parse_event(raw, format="syslog")


@pytest.mark.parametrize(
    ("raw", "program", "pid", "message"),
    [
        ("Jan 14 09:00:00 web1 backup[812]: done", "backup", 812, "done"),
        ("Jan 14 09:00:00 desk-7 Web Browser[42]: tab: 3", "Web Browser", 42, "tab: 3"),
        ("Jan 14 09:00:00 desk-7 launchd[1] (com.example.a[9]): gone", "launchd", 1, "gone"),
        ("2026-01-14 09:00:00.120 Agent[433/0x70] [lvl=2] fine", "Agent", 433, "[lvl=2] fine"),
        ("<34>1 2026-01-14T09:00:00Z web1 su 77 ID1 - failed", "su", 77, "failed"),
    ],
)
def test_the_program_is_told_from_its_message(raw, program, pid, message):
    document = parse(raw)

    assert document["process"] == {"name": program, "pid": pid}
    assert document["message"] == message


def test_the_priority_is_severity_and_level():
    document = parse("<34>Jan 14 09:00:00 web1 cleaner: failed")

    assert document["event"]["severity"] == 2
    assert document["log"]["level"] == "critical"
    assert document["log"]["syslog"]["facility"]["name"] == "auth"


def test_structured_data_is_kept():
    document = parse('<13>1 2026-01-14T09:00:00Z web1 app - - [ex@32473 k="v \\"w\\""] hello')

    assert document["log"]["syslog"]["structured_data"] == {"ex@32473": {"k": 'v "w"'}}


def test_text_without_a_header_is_a_message():
    document = parse("anything: at all, said by nobody")

    assert document["message"].endswith("at all, said by nobody")
    assert document["tags"] == ["time_of_receipt"]


@pytest.mark.parametrize("name", ["sshd", "postfix", "iptables"])
def test_a_program_with_a_format_of_its_own_is_read_as_that(name):
    received = datetime(2026, 1, 15, tzinfo=UTC)
    raw = FORMATS[name].sample

    alone = parse_event(raw, format=name, received=received)

    assert parse_event(raw, format="syslog", received=received) == alone


def test_what_its_format_does_not_know_is_kept_as_a_message():
    document = parse("Jan 14 09:00:00 mx1 postfix/smtpd[1]: something nobody wrote before")

    assert document["process"]["name"].startswith("postfix")
    assert "something nobody wrote before" in document["event"]["original"]
