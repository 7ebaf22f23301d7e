import numpy as np
import pytest
from scipy.special import expit

from network_security.detection.arrays import Floats, Ints
from network_security.detection.metrics import expected_calibration_error
from network_security.detection.stacking import CandidateOptions, Combination, Scores

N_ROWS = 4000


@pytest.fixture(scope="module")
def labels() -> Ints:
    return np.random.default_rng(0).integers(0, 2, N_ROWS)


@pytest.fixture(scope="module")
def scores(labels: Ints) -> Scores:
    """Two members that know something, one that has it the wrong way round, one that is mute."""
    rng = np.random.default_rng(1)
    towards = 2.0 * labels - 1
    return {
        "random_forest": towards + rng.normal(size=N_ROWS),
        "ada_boost": 100 + 10 * (towards + rng.normal(size=N_ROWS)),
        "extra_trees": -towards + 3 * rng.normal(size=N_ROWS),
        "gradient_boosting": np.full(N_ROWS, 0.25),
    }


def fit(scores: Scores, labels: Ints, *members: str, combine: str = "stack") -> Combination:
    options = CandidateOptions(members, combine)
    return Combination.fit(scores, labels, np.ones(len(labels)), options)


def test_a_vote_weighs_members_by_the_inverse_of_their_spread(scores: Scores, labels: Ints) -> None:
    vote = fit(scores, labels, "random_forest", "ada_boost", combine="vote")

    influence = {name: weight * scores[name].std() for name, weight in vote.weights.items()}
    assert influence["random_forest"] == pytest.approx(influence["ada_boost"])
    assert influence["random_forest"] > 0


def test_a_stack_learns_a_weight_for_each(scores: Scores, labels: Ints) -> None:
    rng = np.random.default_rng(2)
    unsure = {**scores, "ada_boost": scores["ada_boost"] + 50 * rng.normal(size=N_ROWS)}

    stack = fit(unsure, labels, "random_forest", "ada_boost")

    influence = {name: weight * unsure[name].std() for name, weight in stack.weights.items()}
    assert influence["random_forest"] > 3 * influence["ada_boost"] > 0


def test_a_member_that_points_the_wrong_way_is_left_out(scores: Scores, labels: Ints) -> None:
    stack = fit(scores, labels, "random_forest", "extra_trees", "ada_boost")

    assert list(stack.weights) == ["random_forest", "ada_boost"]
    assert stack == fit(scores, labels, "random_forest", "ada_boost")


def test_a_member_that_says_the_same_of_every_row_is_left_out(scores: Scores, labels: Ints) -> None:
    for combine in ("vote", "stack"):
        both = fit(scores, labels, "random_forest", "gradient_boosting", combine=combine)
        alone = fit(scores, labels, "random_forest", combine=combine)
        assert list(both.weights) == ["random_forest"]
        assert both.probability(scores) == pytest.approx(alone.probability(scores))


@pytest.mark.parametrize("member", ["extra_trees", "gradient_boosting"])
@pytest.mark.parametrize("combine", ["vote", "stack"])
def test_members_that_tell_nothing_are_refused(
    scores: Scores, labels: Ints, member: str, combine: str
) -> None:
    with pytest.raises(ValueError, match=f"{member}.* do not rise with phishing"):
        fit(scores, labels, member, combine=combine)


@pytest.mark.parametrize("combine", ["vote", "stack"])
def test_probabilities_are_calibrated(combine: str, labels: Ints) -> None:
    # Scores as a forest gives them: squeezed towards the middle, in the right order.
    rng = np.random.default_rng(3)
    log_odds = rng.normal(scale=2, size=20_000)
    truth = (rng.random(20_000) < expit(log_odds)).astype(np.int64)
    score = {"random_forest": 0.5 + 0.05 * log_odds}

    combination = fit(score, truth, "random_forest", combine=combine)

    probability = combination.probability(score)
    assert expected_calibration_error(truth, score["random_forest"]) > 0.1
    assert expected_calibration_error(truth, probability) < 0.015
    assert combination.log_odds(score) == pytest.approx(log_odds, abs=0.3)


def test_sample_weights_count(scores: Scores, labels: Ints) -> None:
    def mean_probability(weights: Floats) -> float:
        options = CandidateOptions(["random_forest"])
        combination = Combination.fit(scores, labels, weights, options)
        return float(combination.probability(scores).mean())

    plain = mean_probability(np.ones(N_ROWS))
    assert mean_probability(np.where(labels == 1, 5.0, 1.0)) > plain + 0.1
    assert mean_probability(np.full(N_ROWS, 7.0)) == pytest.approx(plain)


def test_rows_of_no_weight_do_not_count(scores: Scores, labels: Ints) -> None:
    weights = np.ones(N_ROWS)
    weights[: N_ROWS // 2] = 0
    options = CandidateOptions(["random_forest"])
    flipped = labels.copy()
    flipped[: N_ROWS // 2] = 1 - flipped[: N_ROWS // 2]

    combination = Combination.fit(scores, labels, weights, options)

    assert combination == Combination.fit(scores, flipped, weights, options)


def test_log_odds_are_a_weighted_sum() -> None:
    combination = Combination({"random_forest": 2.0, "ada_boost": 0.5}, intercept=-1.0)
    scores = {"random_forest": np.array([0.5, 1.0]), "ada_boost": np.array([0.0, -2.0])}

    assert combination.log_odds(scores).tolist() == [0.0, 0.0]
    assert combination.probability(scores).tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    ("members", "combine", "message"),
    [
        ([], "vote", "at least one member"),
        (["random_forest"], "average", "combine is 'average', must be 'vote' or 'stack'"),
        (["random_forrest"], "vote", "no ensemble member is called 'random_forrest'; there are"),
        (["ada_boost", "ada_boost"], "vote", "'ada_boost' stands twice among its members"),
    ],
)
def test_what_cannot_be_combined_is_refused(members: list[str], combine: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CandidateOptions(members, combine)
