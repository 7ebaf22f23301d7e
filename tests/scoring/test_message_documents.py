"""What is known of a message from its file is what its event says."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.evidence.messages.reading import read_message
from network_security.scoring.message_documents import (
    Judgement,
    event_of,
    message_of,
    verdict_document,
)
from network_security.scoring.message_judge import MessageJudge
from network_security.scoring.models import Models
from network_security.sensors import ParseError, parse_event

HEADERS = (
    b"From: Ann <Ann@example.org>\nTo: bob@example.net\nCc: CY@example.net\n"
    b"Message-ID: <1@example.org>\nDate: Mon, 2 Mar 2026 08:10:00 +0000\nSubject: lunch\n"
)
MESSAGES = {
    "plain": HEADERS + b"\nAt noon?\n",
    "CRLF": (HEADERS + b"\nAt noon?\n").replace(b"\n", b"\r\n"),
    "old Mac": (HEADERS + b"\nAt noon?\n").replace(b"\n", b"\r"),
    "byte order mark": b"\xef\xbb\xbf" + HEADERS + b"\nAt noon?\n",
    "mailbox": b"From ann Mon Mar  2 08:00:00 2026\n" + HEADERS + b"\nAt noon?\n",
    "blank lines first": b"\n\r\n" + HEADERS + b"\nAt noon?\n",
    "Latin-1": HEADERS + b"X-Name: J\xf6rg\n\nUm zw\xf6lf?\n",
    "headers alone": HEADERS,
    "large": HEADERS + b"\n" + b"At noon? \n" * 120_000,
    "no date": HEADERS.replace(b"Date:", b"X-Date:") + b"\nAt noon?\n",
}


def as_stored(raw: bytes) -> dict[str, object]:
    """The whole message's event, as it is stored when its file is dropped."""
    text = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    return parse_event(text, format="email", received=datetime(2026, 3, 3, tzinfo=UTC))


@pytest.fixture(scope="module")
def judge() -> MessageJudge:
    judge = Models("phishing", "/nowhere").judge("messages")
    assert isinstance(judge, MessageJudge)
    return judge


@pytest.mark.parametrize("raw", MESSAGES.values(), ids=MESSAGES)
def test_the_headers_alone_say_who_took_part(raw: bytes) -> None:
    whole, headers = as_stored(raw), event_of(raw)

    assert headers["email"] == whole["email"] | {"message": headers["email"]["message"]}
    assert ("@timestamp" in headers) == (b"\nX-Date:" not in raw)
    assert headers.get("@timestamp", whole["@timestamp"]) == whole["@timestamp"]


@pytest.mark.parametrize("raw", MESSAGES.values(), ids=MESSAGES)
def test_a_message_has_one_digest_in_its_file_and_in_its_event(raw: bytes) -> None:
    kept = as_stored(raw)["event"]["original"]  # type: ignore[index]

    assert message_of(raw).digest == read_message(kept.encode()).digest


def test_the_digest_of_an_ordinary_message_is_that_of_its_file() -> None:
    assert message_of(MESSAGES["CRLF"]).digest == sha256(MESSAGES["CRLF"]).hexdigest()


@given(st.binary(max_size=300), st.booleans())
def test_whatever_the_bytes_the_file_and_the_event_are_one(raw: bytes, headers: bool) -> None:
    raw = HEADERS + raw if headers else raw
    try:
        whole = as_stored(raw)
    except ParseError:
        return
    assert message_of(raw).digest == read_message(whole["event"]["original"].encode()).digest  # type: ignore[index]
    found = event_of(raw)["email"]
    for name in ("message_id", "from", "sender", "to", "cc", "bcc"):
        assert found.get(name) == whole["email"].get(name)  # type: ignore[attr-defined]


def test_what_is_no_message_is_known_by_its_digest(judge: MessageJudge) -> None:
    raw = b"no headers\n"
    assert event_of(raw) == {}

    (document,) = judge.documents([message_of(raw)], [event_of(raw)])

    assert document["entity"] == sha256(raw).hexdigest()
    assert document["@timestamp"] is None


@pytest.mark.parametrize("decision", [True, False])
def test_a_verdict_that_alerts_can_be_made_again_and_others_are_short(
    judge: MessageJudge, decision: bool
) -> None:
    raw = MESSAGES["plain"]
    judgement = Judgement(1, "message", 0.5, 0.4, decision, None, None, {"words": 2}, ())

    document = verdict_document(judge.about, message_of(raw), event_of(raw), judgement)

    assert document["entity"] == "1@example.org"
    assert document["features"] == ({"words": 2.0} if decision else None)
    assert ("message" in document) is decision
    if decision:
        assert document["message"] == {
            "messages": [
                {"message_id": "1@example.org", "subject": "lunch", "address": "Ann@example.org"}
            ],
            "recipients": ["bob@example.net", "cy@example.net"],
            "sources": {"messages": []},
        }
