"""A verdict can be made again from its receipt, and what differs is told."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.alerts.receipt import FeatureScorer, Receipt, replay, verify
from network_security.detection.detector import Detector
from network_security.evidence.phishing import FEATURES
from network_security.pretrained import load_detector


@pytest.fixture(scope="module")
def detector() -> Detector:
    return load_detector()


@pytest.fixture(scope="module")
def receipts(detector: Detector) -> list[Receipt]:
    """Of verdicts that were made together, some of the evidence unknown."""
    random = np.random.default_rng(3)
    rows = random.choice([-1.0, 0.0, 1.0, np.nan], size=(40, len(FEATURES)))
    evidence = pd.DataFrame(rows, columns=list(FEATURES))
    verdicts = detector.score(evidence).to_frame()
    return [
        Receipt(
            subject=f"https://example.org/{number}",
            features={
                name: None if np.isnan(value) else int(value)
                for name, value in zip(FEATURES, row, strict=True)
            },
            models={"": str(verdict.digest)},
            configuration={"prior": 0.5, "a.b": {"$c": [1, None]}},
            probability=float(verdict.probability),
            decision=bool(verdict.decision),
            tier=str(verdict.tier),
            threshold=float(verdict.threshold),
        )
        for number, (row, verdict) in enumerate(
            zip(rows, verdicts.itertuples(index=False), strict=True)
        )
    ]


def test_the_same_verdict_comes_out_to_the_bit(detector: Detector, receipts: list[Receipt]) -> None:
    for receipt in receipts:
        stored = Receipt.from_document(receipt.to_document())
        assert replay(stored, FeatureScorer(detector)).equal


def test_what_comes_out_otherwise_is_told(detector: Detector, receipts: list[Receipt]) -> None:
    other = np.nextafter(receipts[0].probability, 1)
    receipt = replace(receipts[0], probability=float(other), hashes={})

    (difference,) = replay(receipt, FeatureScorer(detector)).differences

    assert (difference.what, difference.was) == ("probability", other)
    assert difference.is_ == receipts[0].probability


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"subject": "https://example.org/x"}, "input"),
        ({"features": {"port": 1}}, "features"),
        ({"models": {"": "0" * 64}}, "models"),
        ({"configuration": {}}, "configuration"),
        ({"tier": "elsewhere"}, "outcome"),
    ],
)
def test_a_receipt_that_was_changed_says_so(receipts: list[Receipt], change, part: str) -> None:
    assert verify(receipts[0]) == ()

    (difference,) = verify(replace(receipts[0], **change))
    assert difference.what == f"SHA-256 of the {part}"


def test_another_model_is_not_asked(detector: Detector, receipts: list[Receipt]) -> None:
    receipt = replace(receipts[0], models={"": "0" * 64}, hashes={})

    found = replay(receipt, FeatureScorer(detector))

    assert not found.recomputed
    assert not found.equal
    assert str(found.differences[0]) == (
        f"SHA-256 of the model was '{'0' * 64}', is '{detector.manifest.digest}'"
    )


def test_input_that_was_not_kept_cannot_be_judged(
    detector: Detector, receipts: list[Receipt]
) -> None:
    receipt = replace(receipts[0], features=None, hashes={})

    assert not replay(receipt, FeatureScorer(detector)).recomputed


values = st.none() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)


@given(st.text(), st.dictionaries(st.text(), values), st.floats(0, 1))
def test_a_document_gives_the_receipt_back(subject, features, probability: float) -> None:
    receipt = Receipt(subject, features, {"": "0"}, {"x": features}, probability, True, "url", 0.5)

    assert Receipt.from_document(receipt.to_document()) == receipt
    assert verify(Receipt.from_document(receipt.to_document())) == ()
