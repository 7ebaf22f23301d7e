"""The detector with a judge of links that knows bad sites by name, and a model of two terms."""

import json
from collections.abc import Sequence
from math import log

import numpy as np
import pytest

from network_security.detection.arrays import Floats
from network_security.detection.detector import DetectorError
from network_security.detection.message import MessageDetector, MessageManifest, render_message
from network_security.detection.message.links import LinkOptions
from network_security.detection.message.manifest import TIER
from network_security.detection.verdicts import Verdict
from network_security.detection.verdicts.conformal import Conformal, Quantiles
from network_security.evidence.messages import Message, read_message


def mail(text: str, subject: str = "Hello", head: str = "") -> Message:
    return read_message(f"{head}From: a@a.example\nSubject: {subject}\n\n{text}\n".encode())


PHISH = mail("Urgent: http://bad.example/login")
NEWS = mail("The minutes are at https://club.example/minutes")


class KnownBad:
    """Says +5 of hosts that begin with "bad", -3 of all others."""

    name = "known_bad"
    digest = "d" * 64

    def __init__(self) -> None:
        self.asked: list[str] = []

    def log_odds(self, urls: Sequence[str]) -> Floats:
        self.asked += urls
        return np.array([5.0 if "//bad" in url else -3.0 for url in urls])

    def examine(self, url: str) -> Verdict | None:
        return None


@pytest.fixture
def judge() -> KnownBad:
    return KnownBad()


@pytest.fixture
def manifest() -> MessageManifest:
    return MessageManifest(
        detector="message",
        intercept=-3.0,
        weights={"worst_site": 0.5, "urgency": 2.0, "lure": 0.0},
        threshold=0.5,
        false_positive_rate=0.02,
        conformal=Conformal(0.95, {TIER: Quantiles(0.1, 0.7)}),
        links={"detector": "known_bad", "digest": "d" * 64},
        training={"sources": []},
        metrics={},
    )


@pytest.fixture
def detector(manifest: MessageManifest, judge: KnownBad) -> MessageDetector:
    return MessageDetector(manifest, judge)


def test_the_same_call_judges_one_message_and_many(detector: MessageDetector) -> None:
    scores = detector.score([PHISH, NEWS, PHISH])

    assert scores.decision.tolist() == [True, False, True]
    for message, probability in zip([PHISH, NEWS, PHISH], scores.probability, strict=True):
        assert detector.score([message]).probability[0] == probability
        assert detector.examine(message).probability == probability


def test_no_messages_are_no_error(detector: MessageDetector) -> None:
    assert detector.score([]).probability.shape == (0,)


def test_the_reasons_add_up_to_the_probability(detector: MessageDetector) -> None:
    verdict = detector.examine(PHISH)

    total = verdict.no_reason + sum(reason.log_odds for reason in verdict.reasons)
    assert total == pytest.approx(log(verdict.probability / (1 - verdict.probability)))
    assert [reason.term for reason in verdict.reasons] == ["worst_site", "urgency"]
    assert verdict.reasons[1].phrase == 'it presses for haste: "urgent"'


def test_harmless_links_do_not_hide_the_bad_one(detector: MessageDetector) -> None:
    crowd = " ".join(f"https://site{number}.example/" for number in range(50))
    padded = mail(f"Urgent: http://bad.example/login {crowd}")

    assert detector.examine(padded).probability == detector.examine(PHISH).probability


def test_a_long_newsletter_is_not_suspected_for_its_length(detector: MessageDetector) -> None:
    crowd = " ".join(f"https://news.example/{number}" for number in range(100))

    assert detector.examine(mail(crowd)).probability == detector.examine(NEWS).probability


def test_more_links_than_the_cap_are_counted_and_said(
    manifest: MessageManifest, judge: KnownBad
) -> None:
    detector = MessageDetector(manifest, judge, LinkOptions(most_links=3))
    pages = " ".join(f"https://news.example/{number}" for number in range(10))

    verdict = detector.examine(mail(f"{pages} http://bad.example/"))

    assert verdict.links_judged == len(judge.asked) == 3
    assert verdict.links[0].site == "bad.example"
    assert "only the first 3 of 11 web links were judged" in verdict.notes


def test_what_cannot_be_known_is_said(detector: MessageDetector) -> None:
    verdict = detector.examine(mail("See you at noon."))

    assert verdict.unknown == ("where it leads: it has no link to the web",)
    assert verdict.links == ()


def test_the_sender_s_facts_stand_beside_the_score(detector: MessageDetector) -> None:
    results = "Authentication-Results: mx.example; spf=fail; dmarc=fail\nReply-To: b@b.example\n"
    spoofed = mail("Urgent: http://bad.example/login", head=results)

    verdict = detector.examine(spoofed)

    assert verdict.probability == detector.examine(PHISH).probability
    assert verdict.sender.authentication == {"spf": "fail", "dmarc": "fail"}
    assert verdict.sender.reply_to_differs
    assert not verdict.sender.part_of_score


def test_another_link_detector_than_at_fitting_is_noted(
    manifest: MessageManifest, judge: KnownBad
) -> None:
    judge.digest = "e" * 64

    (note,) = MessageDetector(manifest, judge).examine(PHISH).notes

    assert "was fitted with known_bad dddddddddddd" in note


def test_a_verdict_is_plain_json(detector: MessageDetector) -> None:
    plain = json.loads(json.dumps(detector.examine(PHISH).to_json()))

    assert plain["answer"] == "phishing"
    assert plain["links"][0]["site"] == "bad.example"


def test_a_rendered_verdict_is_safe_to_print(detector: MessageDetector) -> None:
    raw = "From: =?utf-8?q?=1B[31mAnn?= <a@a.example>\nSubject: s\n\nUrgent http://bad.example/\n"

    text = render_message(detector.examine(read_message(raw.encode())))

    assert text.startswith("PHISHING: probability ")
    assert "\x1b" not in text
    assert "hxxp://bad[.]example/" in text
    assert "http://" not in text
    assert "no part of the score" in text


def test_a_manifest_survives_json(manifest: MessageManifest) -> None:
    again = MessageManifest.from_json(json.loads(json.dumps(manifest.to_json())))

    assert again.digest == manifest.digest
    assert again.weights == manifest.weights


def test_an_altered_manifest_is_refused(manifest: MessageManifest) -> None:
    plain = manifest.to_json()
    plain["weights"]["urgency"] = 0.1

    with pytest.raises(DetectorError, match="its manifest says"):
        MessageManifest.from_json(plain)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weights": {"urgency": -1.0}, "digest": ""}, "must not be negative"),
        ({"weights": {"x_mailer": 1.0}, "digest": ""}, "no term of this version"),
        ({"colour": "red"}, "does not fit this version"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(
    manifest: MessageManifest, change: dict[str, object], message: str
) -> None:
    with pytest.raises(DetectorError, match=message):
        MessageManifest.from_json(manifest.to_json() | change)


def test_probabilities_are_those_of_the_formula(detector: MessageDetector) -> None:
    (probability,) = detector.score([NEWS]).probability

    assert probability == pytest.approx(1 / (1 + np.exp(3.0 + 0.5 * 3.0)))
