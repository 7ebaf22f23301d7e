"""The detector that ships with the package, on mails written for this test."""

import pytest

from network_security import pretrained
from network_security.detection.message import MessageDetector, render_message
from network_security.detection.message.terms import TERMS
from network_security.evidence.messages import read_message

PHISH = b"""From: "Parcel service" <news@k3j2.example>
Subject: Final notice
Content-Type: text/html; charset=utf-8

<p>Dear customer, your parcel has been held. Confirm your account within 24 hours or it will be
deleted.</p><p><a href="http://secure-login-parcel-verify.top/account/login.php?id=3">Confirm now
</a></p>
"""
LETTER = b"""From: Ann <ann@example.org>
Subject: Saturday

Hello Ben,

we meet at the station at nine. The trains are on https://www.bahn.de/ and Carla brings the maps.

Ann
"""


@pytest.fixture(scope="module")
def detector() -> MessageDetector:
    return pretrained.load_message_detector()


def test_it_tells_a_phish_from_a_letter(detector: MessageDetector) -> None:
    scores = detector.score([read_message(PHISH), read_message(LETTER)])

    assert scores.decision.tolist() == [True, False]


def test_it_explains_the_worst_link(detector: MessageDetector) -> None:
    verdict = detector.examine(read_message(PHISH))

    assert verdict.links[0].site == "secure-login-parcel-verify.top"
    assert verdict.links[0].verdict is not None
    assert "your parcel" in render_message(verdict)


def test_its_manifest_names_its_sources_and_what_it_measured(detector: MessageDetector) -> None:
    manifest = detector.manifest

    assert all(source["licence"] for source in manifest.training["sources"])
    assert set(manifest.weights) == set(TERMS)
    assert manifest.metrics["ablations"]["links and content"]["roc_auc"]["mean"] >= 0.95


def test_it_was_fitted_with_the_link_detector_that_ships(detector: MessageDetector) -> None:
    """After the fusion was trained anew: the pipelines `message` and `message_pretrained`."""
    assert detector.examine(read_message(PHISH)).notes == ()
