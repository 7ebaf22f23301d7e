"""An alert in words."""

import pytest

from network_security.alerts.sinks.wording import LONGEST, one_line, reason


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.97, "Judged 97.0 % likely on tier url, an alert from 50.0 % on."),
        (0.9996, "Judged over 99.9 % likely on tier url, an alert from 50.0 % on."),
    ],
)
def test_a_reason_promises_no_more_than_is_known(announce, probability: float, said: str) -> None:
    assert reason(announce(probability=probability).alert) == said


@pytest.mark.parametrize("text", ["a" * LONGEST, "a" * (LONGEST + 1), "\n" * LONGEST])
def test_a_line_is_no_longer_than_it_may_be(text: str) -> None:
    line = one_line(text)

    assert len(line) <= LONGEST
    assert line == text or line.endswith("…")
