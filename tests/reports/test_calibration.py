import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from network_security.reports.calibration import measure_calibration, uncalibrated_probability


def lines(**scores) -> pd.DataFrame:
    count = len(next(iter(scores.values())))
    return pd.DataFrame(
        {
            "protocol": "grouped",
            "tier": "all",
            "row": range(count),
            "half": 0,
            "fold": 0,
            "label": [0] * count,
            **scores,
        }
    )


def test_every_member_is_taken_at_its_word():
    scores = lines(
        random_forest=[0.0, 0.6],
        extra_trees=[0.2, 0.8],
        ada_boost=[-1.0, 0.5],
        gradient_boosting=[0.0, 2.0],
    )

    stated = uncalibrated_probability(scores)

    assert stated.tolist() == pytest.approx(
        [(0.0 + 0.2 + 0.0 + 0.5) / 4, (0.6 + 0.8 + 0.75 + expit(2.0)) / 4]
    )


def test_votes_may_miss_their_bounds_by_a_rounding_error():
    assert uncalibrated_probability(lines(ada_boost=[-1 - 1e-12, 1.0])).tolist() == [0.0, 1.0]


def test_scores_of_another_scale_are_refused():
    with pytest.raises(ValueError, match=r"scores of ada_boost .* from 0.500 to 1.500"):
        uncalibrated_probability(lines(ada_boost=[0.0, 2.0]))


def test_a_member_of_unknown_scale_is_refused():
    with pytest.raises(KeyError, match="oracle"):
        uncalibrated_probability(lines(oracle=[0.0, 1.0]))


def test_the_error_is_the_mean_gap_weighted_by_rows():
    # Two bins hold rows: three state 0.9, two of them phishing; one states 0.1 and is not.
    scores = lines(random_forest=[0.9, 0.9, 0.9, 0.1]).assign(label=[1, 1, 0, 0])
    probabilities = scores.rename(columns={"random_forest": "only"})
    chosen = {"half_a": "only", "half_b": "only", "final": "only"}

    measured = measure_calibration(scores, probabilities, chosen)["all"]["after"]

    assert measured["ece"] == pytest.approx(0.75 * (0.9 - 2 / 3) + 0.25 * 0.1)
    assert measured["brier"] == pytest.approx((2 * 0.1**2 + 0.9**2 + 0.1**2) / 4)
    assert measured["reliability"]["frequency"] == pytest.approx([0, 2 / 3])
    assert measured["histogram"][18] == 3
    assert sum(measured["histogram"]) == 4


def test_calibration_is_measured_before_and_after_at_every_tier(metrics):
    for measured in metrics["calibration"].values():
        assert measured["after"]["ece"] < measured["before"]["ece"]
        assert np.isclose(sum(measured["before"]["reliability"]["rows"]), 800)
