from pathlib import Path

import bson
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network_security.detection.message import MessageDetector
from network_security.evidence.messages.reading import read_message
from network_security.pretrained import load_message_detector
from network_security.scoring.execution import Assignment, score_partition
from network_security.scoring.job import ScoringOptions, make_job
from network_security.scoring.message_files import MessageFiles
from network_security.scoring.message_judge import MessageJudge
from network_security.scoring.models import Models
from network_security.scoring.rows import TableError

MESSAGES = [
    b"From: Bank <a@example.org>\nSubject: Verify your account now\n\n"
    b"Your account is suspended: http://192.0.2.9/paypal/login.php or https://example.org/\n",
    b"From: ann@example.org\nSubject: lunch\n\nAt noon? Ann\n",
    b"From: ann@example.org\nSubject: page\nContent-Type: text/html\n\n"
    b'<a href="https://example.com/a">one</a> <a href="http://login.example.net/b">two</a>\n',
]


@pytest.fixture(scope="module")
def messages() -> MessageJudge:
    judge = Models("phishing", "/nowhere").judge("messages")
    assert isinstance(judge, MessageJudge)
    return judge


@pytest.fixture(scope="module")
def shipped() -> MessageDetector:
    return load_message_detector()


def frame(raws: list[bytes]) -> pd.DataFrame:
    return pd.DataFrame({"message": [str(n) for n in range(len(raws))], "raw": raws})


def test_a_message_in_a_batch_is_judged_as_alone(
    messages: MessageJudge, shipped: MessageDetector
) -> None:
    judged = messages.judge(frame(MESSAGES * 2))

    alone = [shipped.examine(read_message(raw)) for raw in MESSAGES] * 2
    assert judged.verdicts.probability.tolist() == [one.probability for one in alone]
    assert judged.verdicts.decision.tolist() == [one.decision for one in alone]
    worst = [one.links[0] if one.links else None for one in alone]
    assert judged.columns["worst_link"] == [one and one.url for one in worst]
    assert judged.columns["worst_link_log_odds"] == [one and one.log_odds for one in worst]
    assert len(set(judged.evidence.tolist())) == len(MESSAGES)


def test_a_document_says_what_the_columns_say_and_why_it_alerts(
    messages: MessageJudge, shipped: MessageDetector
) -> None:
    bad = (
        b"From: Bank <a@example.net>\nSubject: Your account is suspended\n\nVerify your password "
        b"immediately: http://account7-verify-paypal8.com/webscr/login.php\n"
    )
    judged = messages.judge(frame([bad, *MESSAGES[1:]]))

    documents = [bson.decode(each) for each in judged.columns["document"]]
    assert [each["probability"] for each in documents] == judged.verdicts.probability.tolist()
    assert [each["worst_link"] for each in documents] == judged.columns["worst_link"]
    assert [each["decision"] for each in documents] == [True, False, False]
    reasons = shipped.examine(read_message(bad)).reasons
    assert [
        (each["feature"], each["log_odds"], each["phrase"])
        for each in documents[0]["contributions"]
    ] == [(each.term, each.log_odds, each.phrase) for each in reasons]


def test_the_document_is_in_no_partition_that_is_handed_back(messages: MessageJudge) -> None:
    rows = frame(MESSAGES)
    assignment = Assignment(
        Models("phishing", "/nowhere"), "messages", messages.about.digest, rows.head(0),
        {"message": "message"},
    )  # fmt: skip

    scored = score_partition(rows, assignment)

    assert "worst_link" in scored
    assert "document" not in scored


@pytest.mark.parametrize(
    "raw",
    [
        b"From: =?utf-7?q?+2AA-?= <a@example.org>\nSubject: =?utf-7?q?+2AA-?=\n"
        b"Content-Type: text/plain; charset=utf-7\n\nverify http://paypal.example.net/+2AA-/x\n",
        b"From: a@example.org\nSubject: \xff\nMessage-ID: <" + b"a" * 5000 + b"@x>\n\n\xff\0\xfe",
        b"From: \nTo: ,,;\nSubject:\nMessage-ID: <\0>\nDate: Mon, 2 Mar 0000 25:61:00 +9999\n\n",
    ],
)
def test_whatever_a_sender_writes_can_be_stored(messages: MessageJudge, raw: bytes) -> None:
    (document,) = messages.judge(frame([raw])).columns["document"]

    assert 0 < len(bson.decode(document)["entity"]) <= 998


@settings(max_examples=20, deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=3))
def test_any_bytes_are_judged(messages: MessageJudge, raws: list[bytes]) -> None:
    judged = messages.judge(frame(raws))

    assert judged.problems == {}
    assert ((judged.verdicts.probability >= 0) & (judged.verdicts.probability <= 1)).all()


def test_the_messages_themselves_are_not_kept_and_few_are_read_at_once(
    messages: MessageJudge, tmp_path: Path
) -> None:
    (tmp_path / "a.eml").write_bytes(MESSAGES[0])

    job = make_job(MessageFiles(str(tmp_path)), messages, ScoringOptions())

    assert (job.kind, job.id_column, dict(job.keep)) == (
        "messages",
        "message",
        {"message": "message"},
    )
    assert job.portion_rows == 250


def test_there_must_be_messages(messages: MessageJudge) -> None:
    with pytest.raises(TableError, match="no column 'raw'"):
        messages.check(["url"], "urls.txt")
