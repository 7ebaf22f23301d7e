from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from network_security.detection.arrays import Codes, Ints
from network_security.detection.cross_validation import (
    ROW_COLUMNS,
    ChoiceOptions,
    calibrate_out_of_fold,
    choose_candidate,
    chosen_probability,
    fit_combination,
    out_of_fold_scores,
    permutation_importance,
)
from network_security.detection.masking import EvidenceLayout, MaskingOptions
from network_security.detection.protocols import SplitOptions, assign_folds, vector_groups
from network_security.detection.stacking import CandidateOptions, Combination

MEMBERS = {
    "extra_trees": {"n_estimators": 5, "max_leaf_nodes": 64},
    "random_forest": {"n_estimators": 5, "max_leaf_nodes": 64},
}
SETTINGS = {name: {"half_a": own, "half_b": own} for name, own in MEMBERS.items()}
MASKING = MaskingOptions(copies=1)
CHOICE = ChoiceOptions(
    candidates={
        "extra_trees": {"members": ["extra_trees"]},
        "both": {"members": ["random_forest", "extra_trees"], "combine": "stack"},
    },
    tier_weights={"all": 0.9, "url": 0.1},
    protocol_weights={"grouped": 1.0, "random": 1.0},
)


def score(
    features: Codes,
    labels: Ints,
    folds: pd.DataFrame,
    layout: EvidenceLayout,
    settings: dict[str, Any] = SETTINGS,
    seed: int = 0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    return out_of_fold_scores(features, labels, folds, settings, layout, MASKING, seed, workers=1)


@pytest.fixture(scope="module")
def folds(labelled: tuple[Codes, Ints]) -> pd.DataFrame:
    features, labels = labelled
    return assign_folds(labels, vector_groups(pd.DataFrame(features)), SplitOptions(folds=4))


@pytest.fixture(scope="module")
def scored(
    labelled: tuple[Codes, Ints], folds: pd.DataFrame, layout: EvidenceLayout
) -> tuple[pd.DataFrame, pd.DataFrame]:
    return score(*labelled, folds, layout)


@pytest.fixture(scope="module")
def probabilities(scored: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    return calibrate_out_of_fold(scored[0], CHOICE)


def complete(lines: pd.DataFrame, protocol: str) -> pd.DataFrame:
    """A protocol's lines at full evidence, in the order of their rows."""
    own = lines[(lines["protocol"] == protocol) & (lines["tier"] == "all")]
    return own.sort_values("row", ignore_index=True)


# --- scoring ------------------------------------------------------------------------------------


def test_every_row_is_scored_once_a_protocol_and_tier(
    scored: tuple[pd.DataFrame, pd.DataFrame],
    labelled: tuple[Codes, Ints],
    folds: pd.DataFrame,
    layout: EvidenceLayout,
) -> None:
    scores, _ = scored

    assert list(scores.columns) == [*ROW_COLUMNS, *MEMBERS]
    every_row = list(range(len(labelled[1])))
    for protocol in ("grouped", "random"):
        for tier in layout.tiers:
            own = scores[(scores["protocol"] == protocol) & (scores["tier"] == tier)]
            own = own.sort_values("row")
            assert own["row"].tolist() == every_row
            assert own["label"].tolist() == labelled[1].tolist()
            assert own["fold"].tolist() == folds[protocol].tolist()
            assert own["half"].tolist() == folds["half"].tolist()


def test_a_fold_s_labels_have_no_part_in_its_scores(
    scored: tuple[pd.DataFrame, pd.DataFrame],
    labelled: tuple[Codes, Ints],
    folds: pd.DataFrame,
    layout: EvidenceLayout,
) -> None:
    features, labels = labelled
    for protocol in ("grouped", "random"):
        flipped = np.where(folds[protocol] == 0, 1 - labels, labels)

        other, _ = score(features, flipped, folds, layout)

        before, after = complete(scored[0], protocol), complete(other, protocol)
        own = before["fold"] == 0
        for name in MEMBERS:
            assert before.loc[own, name].tolist() == after.loc[own, name].tolist()
            assert before.loc[~own, name].tolist() != after.loc[~own, name].tolist()


def test_nothing_is_learnt_from_labels_that_mean_nothing(
    labelled: tuple[Codes, Ints], layout: EvidenceLayout
) -> None:
    # Each distinct vector stands there twice with the same drawn label. Who has seen the one
    # knows the other: that is what the grouped protocol must not let happen.
    features = np.repeat(np.unique(labelled[0], axis=0), 2, axis=0)
    labels = np.repeat(np.random.default_rng(0).integers(0, 2, len(features) // 2), 2)
    folds = assign_folds(labels, vector_groups(pd.DataFrame(features)), SplitOptions(folds=4))
    deep = {"extra_trees": {side: {"n_estimators": 10} for side in ("half_a", "half_b")}}

    scores, _ = score(features, labels, folds, layout, deep)

    area = {
        protocol: roc_auc_score(own["label"], own["extra_trees"])
        for protocol in ("grouped", "random")
        for own in [complete(scores, protocol)]
    }
    assert area["grouped"] == pytest.approx(0.5, abs=0.1)
    assert area["random"] > 0.8


def test_rows_are_scored_with_the_settings_of_the_other_half(
    labelled: tuple[Codes, Ints], folds: pd.DataFrame, layout: EvidenceLayout
) -> None:
    stump = {"n_estimators": 1, "max_leaf_nodes": 2}
    settings = {"extra_trees": {"half_a": stump, "half_b": MEMBERS["extra_trees"]}}

    scores, _ = score(*labelled, folds, layout, settings)

    answers = scores.groupby(["half", "protocol", "fold"])["extra_trees"].nunique()
    assert (answers.loc[1] <= 2).all()
    assert (answers.loc[0] > 10).all()


def test_a_tier_s_score_sees_that_tier_s_evidence_only(
    scored: tuple[pd.DataFrame, pd.DataFrame],
    labelled: tuple[Codes, Ints],
    folds: pd.DataFrame,
    layout: EvidenceLayout,
) -> None:
    features, _ = labelled
    url = layout.restrict(features, "url")
    scores = scored[0]
    for _, own in scores[scores["tier"] == "url"].groupby(["protocol", "fold"]):
        by_vector = own.groupby([url[own["row"], column] for column in layout.tiers["url"]])
        assert (by_vector["extra_trees"].nunique() == 1).all()
        assert own["extra_trees"].nunique() > 1


def test_the_seed_alone_decides(
    scored: tuple[pd.DataFrame, pd.DataFrame],
    labelled: tuple[Codes, Ints],
    folds: pd.DataFrame,
    layout: EvidenceLayout,
) -> None:
    for before, after in zip(scored, score(*labelled, folds, layout), strict=True):
        pd.testing.assert_frame_equal(before, after, check_exact=True)
    assert not score(*labelled, folds, layout, seed=1)[0].equals(scored[0])


# --- calibration --------------------------------------------------------------------------------


def test_probabilities_stand_beside_every_line(
    scored: tuple[pd.DataFrame, pd.DataFrame], probabilities: pd.DataFrame
) -> None:
    assert list(probabilities.columns) == [*ROW_COLUMNS, *CHOICE.candidates]
    pd.testing.assert_frame_equal(probabilities[list(ROW_COLUMNS)], scored[0][list(ROW_COLUMNS)])
    for name in CHOICE.candidates:
        assert probabilities[name].between(0, 1).all()


def test_a_fold_s_labels_have_no_part_in_its_calibration(
    scored: tuple[pd.DataFrame, pd.DataFrame], probabilities: pd.DataFrame
) -> None:
    scores = scored[0]
    own = (scores["protocol"] == "random") & (scores["fold"] == 2)
    flipped = scores.assign(label=scores["label"].where(~own, 1 - scores["label"]))

    after = calibrate_out_of_fold(flipped, CHOICE)

    others = (scores["protocol"] == "random") & ~own
    grouped = scores["protocol"] == "grouped"
    for name in CHOICE.candidates:
        assert after.loc[own, name].tolist() == probabilities.loc[own, name].tolist()
        assert after.loc[grouped, name].tolist() == probabilities.loc[grouped, name].tolist()
        assert (after.loc[others, name] != probabilities.loc[others, name]).mean() > 0.9


def test_a_fold_is_calibrated_on_the_others(
    scored: tuple[pd.DataFrame, pd.DataFrame], probabilities: pd.DataFrame
) -> None:
    scores = scored[0]
    own = (scores["protocol"] == "grouped") & (scores["fold"] == 1)
    others = scores[(scores["protocol"] == "grouped") & (scores["fold"] != 1)]
    combination = fit_combination(others, CHOICE.candidates["both"], CHOICE.tier_weights)

    expected = combination.probability({name: scores.loc[own, name].to_numpy() for name in MEMBERS})

    assert probabilities.loc[own, "both"].to_numpy() == pytest.approx(expected)


def test_tiers_without_a_weight_have_no_part_in_the_calibration(
    scored: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    scores, candidate = scored[0], CandidateOptions(["extra_trees"])
    weights = {"all": 0.75, "url": 0.25}
    uncounted = scores["tier"] == "url_page"
    flipped = scores.assign(label=scores["label"].where(~uncounted, 1 - scores["label"]))

    combination = fit_combination(scores, candidate, weights)

    assert fit_combination(flipped, candidate, weights) == combination
    assert fit_combination(scores, candidate, {"all": 1.0}) != combination


# --- the choice ---------------------------------------------------------------------------------


def lines(**probability: list[float]) -> pd.DataFrame:
    """Four lines, two a half, that candidates give these probabilities."""
    return pd.DataFrame(
        {
            "protocol": "grouped",
            "tier": "all",
            "row": range(4),
            "half": [0, 0, 1, 1],
            "fold": range(4),
            "label": [1, 0, 1, 0],
            **probability,
        }
    )


ONE_PROTOCOL = ChoiceOptions(
    candidates={
        "sharp": CandidateOptions(["extra_trees"]),
        "blunt": CandidateOptions(["ada_boost"]),
    },
    tier_weights={"all": 1.0},
    protocol_weights={"grouped": 1.0},
)


def test_the_candidate_of_least_log_loss_is_chosen_in_each_half() -> None:
    probabilities = lines(sharp=[0.9, 0.1, 0.2, 0.8], blunt=[0.6, 0.4, 0.6, 0.4])

    chosen = choose_candidate(probabilities, ONE_PROTOCOL)

    assert (chosen["half_a"], chosen["half_b"], chosen["final"]) == ("sharp", "blunt", "blunt")
    assert chosen["log_loss"] == pytest.approx(
        {"sharp": -(np.log(0.9) + np.log(0.2)) / 2, "blunt": -np.log(0.6)}
    )


def test_a_candidate_that_is_certain_and_wrong_has_a_loss_that_is_a_number() -> None:
    probabilities = lines(sharp=[0.0, 0.1, 0.9, 0.1], blunt=[0.6, 0.4, 0.6, 0.4])

    chosen = choose_candidate(probabilities, ONE_PROTOCOL)

    assert chosen["final"] == "blunt"
    assert np.isfinite(chosen["log_loss"]["sharp"])


def test_tiers_and_protocols_count_by_their_weights() -> None:
    good, bad = [0.9, 0.1, 0.9, 0.1], [0.4, 0.6, 0.4, 0.6]
    probabilities = pd.concat(
        [
            lines(sharp=good, blunt=bad),
            lines(sharp=bad, blunt=good).assign(tier="url"),
            lines(sharp=bad, blunt=bad).assign(protocol="random"),
            lines(sharp=bad, blunt=bad).assign(protocol="random", tier="url"),
        ],
        ignore_index=True,
    )
    options = replace(
        ONE_PROTOCOL,
        tier_weights={"all": 1.0, "url": 3.0},
        protocol_weights={"grouped": 2.0, "random": 2.0},
    )

    chosen = choose_candidate(probabilities, options)

    right, wrong = -np.log(0.9), -np.log(0.4)
    assert chosen["final"] == "blunt"
    assert chosen["log_loss"]["sharp"] == pytest.approx((right + 3 * wrong) / 8 + wrong / 2)
    assert chosen["log_loss"]["blunt"] == pytest.approx((wrong + 3 * right) / 8 + wrong / 2)


def test_each_half_is_detected_by_the_choice_of_the_other() -> None:
    probabilities = lines(sharp=[0.1, 0.2, 0.3, 0.4], blunt=[0.5, 0.6, 0.7, 0.8])
    choice = {"half_a": "sharp", "half_b": "blunt", "final": "sharp"}

    assert chosen_probability(probabilities, choice).tolist() == [0.5, 0.6, 0.3, 0.4]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"candidates": {}}, "at least one candidate"),
        ({"candidates": {"one": {"members": []}}}, "at least one member"),
        ({"tier_weights": {"all": -1.0}}, "tier_weights"),
        ({"protocol_weights": {"grouped": 0.0}}, "protocol_weights"),
        ({"protocol_weights": {"grouped": 1.0, "groupd": 1.0}}, "'groupd'.*grouped, random"),
    ],
)
def test_a_choice_of_nothing_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(ONE_PROTOCOL, **changed)


# --- importance ---------------------------------------------------------------------------------


def test_the_feature_that_the_label_is_made_of_comes_first(
    labelled: tuple[Codes, Ints], folds: pd.DataFrame, layout: EvidenceLayout
) -> None:
    features, _ = labelled
    made_of = layout.features.index("Prefix_Suffix")
    labels = (features[:, made_of] == 1).astype(np.int64)
    scores, shuffled = score(features, labels, folds, layout)
    combination = Combination({"random_forest": 1.0, "extra_trees": 1.0}, 0.0)

    table = permutation_importance(shuffled, scores, combination)

    assert list(table.columns) == ["feature", "mean", "std"]
    assert sorted(table["feature"]) == sorted(layout.features)
    assert table["feature"][0] == "Prefix_Suffix"
    assert table["mean"][0] > 5 * abs(table["mean"][1])
    assert table["mean"].is_monotonic_decreasing


def test_shuffling_keeps_a_fold_s_values(
    scored: tuple[pd.DataFrame, pd.DataFrame], labelled: tuple[Codes, Ints], layout: EvidenceLayout
) -> None:
    _, shuffled = scored

    assert shuffled["protocol"].unique().tolist() == ["grouped"]
    assert len(shuffled) == len(labelled[1]) * len(layout.features)
    assert (shuffled.groupby("feature")["row"].nunique() == len(labelled[1])).all()
