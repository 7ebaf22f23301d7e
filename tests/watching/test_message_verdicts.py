"""Messages are judged as a whole when they come, as `kedro score --as messages` judges them."""

import base64
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bson
import pytest

from network_security.alerts.replaying import replay_findings, scorers
from network_security.alerts.sightings import finding_of
from network_security.detection.message import MessageDetector
from network_security.detection.message.links import LinkJudge
from network_security.pretrained import load_message_detector
from network_security.scoring.job import Portion, ScoringOptions, make_job
from network_security.scoring.message_files import MessageFiles
from network_security.scoring.message_judge import MessageJudge
from network_security.scoring.portions import score_rows
from network_security.scoring.verdict_store import documents
from network_security.sensors import FORMATS, parse_event
from network_security.storage.documents import to_documents
from network_security.watching.message_verdicts import MessageVerdicts

PHISHING = (
    b"From: Example Bank <security@bank-alerts.example.net>\r\nTo: Bob@example.org\r\n"
    b"Cc: ann@example.org\r\nMessage-ID: <p1@bank-alerts.example.net>\r\n"
    b"Date: Mon, 2 Mar 2026 08:10:00 +0000\r\nSubject: Your account is suspended\r\n\r\n"
    b"Dear customer, your account is suspended. Verify your password immediately:\r\n"
    b"http://account7-verify-paypal8.com/webscr/login.php?cmd=_login\r\n"
)
HARMLESS = (
    b"From: ann@example.org\r\nTo: bob@example.org\r\nMessage-ID: <h1@example.org>\r\n"
    b"Date: Mon, 2 Mar 2026 08:11:00 +0000\r\nSubject: lunch\r\n\r\nAt noon? Ann\r\n"
)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class FragileLinks:
    """Judges links, but for those of one host."""

    def __init__(self, links: LinkJudge) -> None:
        self.name, self.digest, self.examine = links.name, links.digest, links.examine
        self._links = links

    def log_odds(self, urls: Sequence[str]) -> Any:
        if any("unheard-of" in url for url in urls):
            raise RecursionError("too deep")
        return self._links.log_odds(urls)


@pytest.fixture(scope="module")
def detector() -> MessageDetector:
    return load_message_detector()


@pytest.fixture
def verdicts(detector: MessageDetector) -> MessageVerdicts:
    return MessageVerdicts(lambda: detector)


def event(raw: bytes, id_: str = "e") -> dict[str, Any]:
    """A message as it is stored."""
    text = raw.decode("utf-8", "surrogateescape")
    return parse_event(text, format="email", received=NOW) | {"_id": id_}


def test_the_verdict_is_the_one_that_scoring_the_file_gives(
    verdicts: MessageVerdicts, detector: MessageDetector, tmp_path: Path
) -> None:
    (tmp_path / "one.eml").write_bytes(PHISHING)
    (tmp_path / "two.eml").write_bytes(HARMLESS)
    files = MessageFiles(str(tmp_path))
    judge = MessageJudge(detector.manifest, detector.judge)
    job = make_job(files, judge, ScoringOptions())
    (rows,) = files.rows()
    table, evidence = score_rows(rows, judge, empty=files.empty, keep=dict(job.keep))
    of_files = to_documents(documents(Portion(job, 0, table, evidence)))

    as_they_came = verdicts.of([event(PHISHING, "1"), event(HARMLESS, "2")])

    for of_file, of_event, id_ in zip(of_files, as_they_came, ("1", "2"), strict=True):
        assert of_event.pop("origin") == {"source": "watch", "row": id_}
        assert Path(of_file.pop("origin")["file"]).suffix == ".eml"
        if of_event["decision"]:
            assert of_event["message"].pop("sources") == {"messages": [id_]}
            assert of_file["message"].pop("sources") == {"messages": []}
        assert {name: of_event.get(name) for name in of_file} == of_file
    assert [each["decision"] for each in as_they_came] == [True, False]
    assert [each["entity"] for each in as_they_came] == [
        "p1@bank-alerts.example.net", "h1@example.org",
    ]  # fmt: skip


def test_an_alert_names_who_took_part_and_why(verdicts: MessageVerdicts) -> None:
    (verdict,) = verdicts.of([event(PHISHING)])

    finding = finding_of(verdict)

    assert finding is not None
    assert (finding.entity.kind, finding.entity.text) == ("message", "p1@bank-alerts.example.net")
    assert finding.messages == ("p1@bank-alerts.example.net",)
    assert finding.senders == ("security@bank-alerts.example.net",)
    assert finding.recipients == ("ann@example.org", "bob@example.org")
    assert finding.events == ("e",)
    assert finding.first_seen == datetime(2026, 3, 2, 8, 10, tzinfo=UTC)
    assert "look like phishing" in " ".join(each["phrase"] for each in finding.contributions)
    assert not finding.attachment


def test_the_receipt_gives_the_same_verdict_again(
    verdicts: MessageVerdicts, detector: MessageDetector
) -> None:
    (verdict,) = verdicts.of([event(PHISHING)])
    finding = finding_of(bson.decode(bson.encode(verdict), bson.CodecOptions(tz_aware=True)))
    assert finding is not None

    (again,) = replay_findings([finding], scorers([], messages=[detector]))

    assert again.replay.equal, str(again)


def test_the_same_message_again_is_the_same_finding_and_another_one_is_not(
    verdicts: MessageVerdicts,
) -> None:
    forged = PHISHING.replace(b"Dear customer", b"Dear Bob")
    one, again, other = map(
        finding_of, verdicts.of([event(PHISHING, "1"), event(PHISHING, "2"), event(forged, "3")])
    )
    assert one is not None
    assert again is not None
    assert other is not None
    assert one.joined(again).events == ("1", "2")
    assert other.entity == one.entity, "both claim the same Message-ID"
    assert other.id != one.id


@pytest.mark.parametrize(
    ("body", "attachment"),
    [
        (b"see attached\n--x\nContent-Type: text/html; name=login.html\n"
         b"Content-Disposition: attachment; filename=login.html\n\n"
         b"<form action='http://192.0.2.9/paypal/login.php'><input type=password></form>", True),
        (b"http://192.0.2.9/paypal/login.php\n--x\nContent-Type: image/png; name=a.png\n\nx",
         False),
    ],
)  # fmt: skip
def test_judged_for_what_is_attached_or_for_where_it_leads(
    verdicts: MessageVerdicts, body: bytes, attachment: bool
) -> None:
    raw = (
        b"From: a@example.net\nTo: b@example.org\nSubject: Verify your password, your account is "
        b"suspended\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\n"
        b"Verify your password immediately, your account is suspended. " + body + b"\n--x--\n"
    )
    (verdict,) = verdicts.of([event(raw)])

    assert verdict["decision"]
    assert verdict["attachment"] is attachment
    assert len(verdict["entity"]) == 64, "without a Message-ID its digest is its name"


def test_of_a_message_above_a_million_characters_the_first_are_judged(
    verdicts: MessageVerdicts, detector: MessageDetector
) -> None:
    end = PHISHING.index(b"\r\n\r\n")
    kept = PHISHING[:end] + b"\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
    kept += PHISHING[end:] + b"--x\r\nContent-Type: application/pdf; name=a.pdf\r\n"
    kept += b"Content-Transfer-Encoding: base64\r\n\r\n"
    large = event(kept + base64.encodebytes(b"\0" * 3_000_000) + b"--x--\r\n")
    assert "original_cut" in large["tags"]

    (verdict,) = verdicts.of([large])

    assert verdict["decision"]
    assert verdict["worst_link"].startswith("http://account7-verify-paypal8.com/")


def test_records_of_mail_systems_are_no_messages(verdicts: MessageVerdicts) -> None:
    record = parse_event(FORMATS["postfix"].sample.splitlines()[0], format="postfix")

    assert verdicts.of([record | {"_id": "1"}, {"_id": "2"}]) == []


def test_a_message_that_cannot_be_judged_holds_up_no_other(
    detector: MessageDetector, caplog: pytest.LogCaptureFixture
) -> None:
    fragile = MessageDetector(detector.manifest, FragileLinks(detector.judge))
    verdicts = MessageVerdicts(lambda: fragile)
    bad = PHISHING.replace(b"account7", b"unheard-of")

    with caplog.at_level(logging.ERROR):
        found = verdicts.of([event(bad, "1"), event(PHISHING, "2"), event(bad, "3")])

    assert [each["origin"]["row"] for each in found] == ["2"]
    assert (verdicts.counts.judged, verdicts.counts.failed) == (1, 2)
    assert caplog.text.count("is not judged as a whole") == 1


def test_without_a_model_messages_are_counted_until_there_is_one(
    detector: MessageDetector,
) -> None:
    there: list[MessageDetector] = []
    verdicts = MessageVerdicts(lambda: there[0])
    assert verdicts.of([event(PHISHING)]) == []
    there.append(detector)
    assert len(verdicts.of([event(PHISHING)])) == 1
    assert verdicts.counts.failed == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"From: =?utf-7?q?+2AA-?= <a@example.org>\nSubject: =?utf-7?q?+2AA-?=\n"
        b"Content-Type: text/plain; charset=utf-7\n\nverify http://paypal.example.net/+2AA-/x\n",
        b"From: a@example.org\nSubject: \xff\nMessage-ID: <" + b"a" * 5000 + b"@x>\n\n\xff\0\xfe",
        b"From: \nTo: ,,;\nSubject:\nMessage-ID: <>\n\n",
    ],
)
def test_whatever_a_sender_writes_can_be_stored(verdicts: MessageVerdicts, raw: bytes) -> None:
    stored = bson.decode(bson.encode(event(raw)), bson.CodecOptions(tz_aware=True))

    (verdict,) = verdicts.of([stored])

    assert bson.encode(verdict)
    assert len(verdict["entity"]) <= 998
    assert verdicts.counts.failed == 0


def test_reasons_are_left_out_where_nobody_wants_them(detector: MessageDetector) -> None:
    (verdict,) = MessageVerdicts(lambda: detector, explain=False).of([event(PHISHING)])

    assert verdict["contributions"] == []
