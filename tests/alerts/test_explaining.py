"""The reasons of a finding are those of the model that judged it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from network_security.alerts.explaining import explained
from network_security.alerts.finding import Entity, Finding
from network_security.alerts.receipt import Receipt
from network_security.detection.fusion import FusedDetector
from network_security.evidence.phishing import extract
from network_security.pretrained import load_phishing

URL = "http://203.0.113.7/paypal/signin/update.php"
MakeFinding = Callable[..., Finding]


@pytest.fixture(scope="module")
def detector() -> FusedDetector:
    return load_phishing()


@pytest.fixture
def found(finding: MakeFinding, detector: FusedDetector) -> Finding:
    digest = detector.manifest.digest
    features = extract(URL, now=datetime(2026, 3, 1, tzinfo=UTC))
    receipt = Receipt(URL, features, {"": digest}, {}, 0.9, True, "url", 0.5)
    return finding("a", url=URL, digest=digest, receipt=receipt)


def test_the_strongest_reasons_come_first(found: Finding, detector: FusedDetector) -> None:
    own = explained(found, detector)

    shares = [abs(each["log_odds"]) for each in own.contributions]
    assert shares == sorted(shares, reverse=True)
    text = next(each for each in own.contributions if each["value"] is None)
    assert any(piece["text"] in URL for piece in text["pieces"])
    assert explained(own, detector) is own


def test_a_record_without_reasons_does_not_take_them_away(
    found: Finding, detector: FusedDetector
) -> None:
    own = explained(found, detector)

    assert found.joined(own) == own.joined(found) == own


@pytest.mark.parametrize("lack", ["model", "input", "kind"])
def test_no_reasons_are_made_up(found: Finding, detector: FusedDetector, lack: str) -> None:
    other = {
        "model": {"digest": "0" * 64},
        "input": {"receipt": replace(found.receipt, features=None, hashes={})},
        "kind": {"entity": Entity("message", "m", "", "")},
    }[lack]

    assert explained(replace(found, **other), detector).contributions == ()
