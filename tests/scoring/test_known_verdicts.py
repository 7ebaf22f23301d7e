from dataclasses import fields

import numpy as np
import pytest

from network_security.detection.detector import Detector, Verdicts
from network_security.evidence.phishing import FEATURES, MISSING
from network_security.scoring.evidence_keys import decode
from network_security.scoring.known_verdicts import KnownVerdicts


def equal(one: Verdicts, other: Verdicts) -> bool:
    """To the bit."""
    return all(
        np.array_equal(getattr(one, each.name), getattr(other, each.name)) for each in fields(one)
    )


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("capacity", [1, 50, 10_000])
def test_what_was_seen_before_changes_no_verdict(
    detector: Detector, workers: int, capacity: int
) -> None:
    random = np.random.default_rng(0)
    known = KnownVerdicts(detector, workers=workers, capacity=capacity)
    distinct = random.integers(4**30, size=60, dtype=np.uint64)

    for _ in range(5):
        keys = random.choice(distinct, size=90)
        expected = detector.score(decode(keys, FEATURES, missing=MISSING))
        assert equal(known.score(keys), expected)


def test_equal_rows_are_scored_once(detector: Detector, monkeypatch: pytest.MonkeyPatch) -> None:
    known = KnownVerdicts(detector)
    scored: list[int] = []
    score = detector.score
    monkeypatch.setattr(detector, "score", lambda frame: scored.append(len(frame)) or score(frame))

    for keys in ([5, 5, 9], [9, 5], [9, 7, 7]):
        known.score(np.array(keys, np.uint64))

    assert scored == [2, 1]


def test_no_row_is_no_verdict(detector: Detector) -> None:
    assert len(KnownVerdicts(detector).score(np.empty(0, np.uint64)).probability) == 0
