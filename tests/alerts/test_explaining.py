"""The reasons of a finding are those of the model that judged it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from network_security.alerts.explaining import Explanations
from network_security.alerts.finding import Entity, Finding
from network_security.alerts.receipt import Receipt
from network_security.detection.fusion import FusedDetector
from network_security.detection.verdicts import Verdict
from network_security.evidence.phishing import extract
from network_security.pretrained import load_phishing

URL = "http://203.0.113.7/paypal/signin/update.php"
MakeFinding = Callable[..., Finding]


@pytest.fixture(scope="module")
def detector() -> FusedDetector:
    return load_phishing()


@pytest.fixture
def explanations(detector: FusedDetector) -> Explanations:
    return Explanations(detector)


@pytest.fixture
def found(finding: MakeFinding, detector: FusedDetector) -> Finding:
    digest = detector.manifest.digest
    features = extract(URL, now=datetime(2026, 3, 1, tzinfo=UTC))
    receipt = Receipt(URL, features, {"": digest}, {}, 0.9, True, "url", 0.5)
    return finding("a", url=URL, digest=digest, receipt=receipt)


def test_the_strongest_reasons_come_first(found: Finding, explanations: Explanations) -> None:
    own = explanations.explained(found)

    shares = [abs(each["log_odds"]) for each in own.contributions]
    assert shares == sorted(shares, reverse=True)
    text = next(each for each in own.contributions if each["value"] is None)
    assert any(piece["text"] in URL for piece in text["pieces"])
    assert explanations.explained(own) is own


def test_a_record_without_reasons_does_not_take_them_away(
    found: Finding, explanations: Explanations
) -> None:
    own = explanations.explained(found)

    assert found.joined(own) == own.joined(found) == own


@pytest.mark.parametrize("lack", ["model", "input", "kind"])
def test_no_reasons_are_made_up(found: Finding, explanations: Explanations, lack: str) -> None:
    other = {
        "model": {"digest": "0" * 64},
        "input": {"receipt": replace(found.receipt, features=None, hashes={})},
        "kind": {"entity": Entity("message", "m", "", "")},
    }[lack]

    assert explanations.explained(replace(found, **other)).contributions == ()


def test_of_the_same_input_the_detector_is_asked_once(
    found: Finding, detector: FusedDetector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("network_security.alerts.explaining.MOST_REMEMBERED", 1)
    asked: list[str] = []

    class Counting:
        manifest = detector.manifest

        def examine(self, url: str, evidence: Mapping[str, Any]) -> Verdict:
            asked.append(url)
            return detector.examine(url, evidence)

    explanations = Explanations(Counting())
    again = replace(found, id="b")
    other = replace(found, receipt=replace(found.receipt, subject="http://203.0.113.7/", hashes={}))
    own = [explanations.explained(each) for each in (found, again, other, found)]

    assert own[0].contributions == own[1].contributions == own[3].contributions
    assert own[2].contributions != own[0].contributions
    assert asked == [URL, "http://203.0.113.7/", URL]
