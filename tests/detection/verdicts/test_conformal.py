import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.detection.verdicts.conformal import (
    Conformal,
    Quantiles,
    conformal_quantiles,
)


def rows(number: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Probabilities that tell phishing apart better where there is more evidence."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, number)
    tier = rng.choice(["url", "all"], number)
    overlap = np.where(tier == "url", 1.5, 0.7)
    score = (2 * truth - 1) + overlap * rng.normal(size=number)
    return 1 / (1 + np.exp(-score)), truth, tier


def test_of_each_class_and_tier_the_promised_share_is_not_answered_with_the_other() -> None:
    conformal = conformal_quantiles(*rows(4_000, seed=1), coverage=0.9)

    probability, truth, tier = rows(20_000, seed=2)
    answers = np.array(
        [conformal.tiers[t].answer(p) for p, t in zip(probability, tier, strict=True)]
    )
    for name in ("url", "all"):
        for own, other in ((1, "not phishing"), (0, "phishing")):
            asked = answers[(tier == name) & (truth == own)]
            assert np.mean(asked != other) > 0.87
    unsure = {name: np.mean(answers[tier == name] == "not sure") for name in ("url", "all")}
    assert unsure["all"] < unsure["url"] < 1


def test_where_both_are_plausible_or_neither_the_answer_is_not_sure() -> None:
    overlapping, apart = Quantiles(0.3, 0.6), Quantiles(0.6, 0.3)

    assert [overlapping.answer(p) for p in (0.29, 0.3, 0.6, 0.61)] == [
        "not phishing", "not sure", "not sure", "phishing",
    ]  # fmt: skip
    assert [apart.answer(p) for p in (0.3, 0.45, 0.6)] == ["not phishing", "not sure", "phishing"]


def test_nineteen_rows_are_enough_for_95_percent_and_eighteen_are_not() -> None:
    def quantiles(number: int) -> Quantiles:
        probability = np.linspace(0.2, 0.8, number)
        truth = np.zeros(number, dtype=np.int64)
        return conformal_quantiles(probability, truth, np.full(number, "url"), 0.95).tiers["url"]

    assert quantiles(19).legitimate_to == 0.8
    assert quantiles(18).legitimate_to == 1.0


def test_a_class_without_rows_is_never_ruled_out() -> None:
    conformal = conformal_quantiles(
        np.full(100, 0.1), np.zeros(100, dtype=np.int64), np.full(100, "url"), 0.9
    )

    assert conformal.tiers["url"] == Quantiles(phishing_from=0.0, legitimate_to=0.1)
    assert conformal.tiers["url"].answer(0.0) == "not sure"


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 1)), min_size=1, max_size=60
    ),
    st.floats(0.01, 0.99),
)  # fmt: skip
def test_the_calibration_rows_themselves_are_always_covered(
    labelled: list[tuple[float, int]], coverage: float
) -> None:
    probability = np.array([p for p, _ in labelled])
    truth = np.array([label for _, label in labelled])

    found = conformal_quantiles(probability, truth, np.full(len(truth), "url"), coverage)

    # A probability less than 2**-53 is lost in its difference from 1.
    margin = 1e-15
    quantiles = found.tiers["url"]
    for label, plausible in (
        (1, probability >= quantiles.phishing_from - margin),
        (0, probability <= quantiles.legitimate_to),
    ):
        if (truth == label).any():
            assert plausible[truth == label].mean() >= coverage - 1e-9


def test_it_goes_into_a_manifest_and_back() -> None:
    conformal = conformal_quantiles(*rows(200, seed=3), coverage=0.95)

    assert Conformal.from_json(json.loads(json.dumps(conformal.to_json()))) == conformal


@pytest.mark.parametrize("plain", [{}, {"coverage": 0.9, "tiers": {"url": {"from": 0.1}}}])
def test_other_plain_values_are_refused(plain: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="do not fit this version"):
        Conformal.from_json(plain)


def test_impossible_input_is_refused() -> None:
    one = np.array([0.5]), np.array([1]), np.array(["url"])

    with pytest.raises(ValueError, match=r"the coverage is 95, must be between 0 and 1"):
        conformal_quantiles(*one, coverage=95)
    with pytest.raises(ValueError, match="a probability is not between 0 and 1"):
        conformal_quantiles(np.array([np.nan]), *one[1:], coverage=0.9)
