import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from network_security.detection.metrics import expected_calibration_error
from network_security.detection.url_text.features import feature_table, url_features
from network_security.detection.url_text.fitting import (
    LINEAR,
    FittedExpert,
    UrlCandidateOptions,
    fit,
    out_of_fold_scores,
)
from network_security.detection.url_text.ngrams import NgramOptions
from network_security.detection.url_text.training_table import TrainingTable, UrlFitOptions

Settings = dict[str, dict[str, float]]


def test_it_tells_unseen_phishing(fitted: FittedExpert, unseen: pd.DataFrame) -> None:
    log_odds = fitted.log_odds(unseen["url"].tolist())

    assert roc_auc_score(unseen["label"], log_odds) > 0.9


def test_log_odds_are_calibrated(fitted: FittedExpert, unseen: pd.DataFrame) -> None:
    probability = 1 / (1 + np.exp(-fitted.log_odds(unseen["url"].tolist())))

    assert expected_calibration_error(unseen["label"].to_numpy(), probability) < 0.1


def test_all_members_have_a_say(fitted: FittedExpert, members: Settings) -> None:
    assert set(fitted.combination.weights) == set(members)
    assert fitted.linear_weight() > 0


@pytest.mark.parametrize("names", [(LINEAR,), ("gradient_boosting",)])
def test_one_member_is_enough(
    urls: pd.DataFrame, members: Settings, fitting: UrlFitOptions, names: tuple[str, ...]
) -> None:
    expert = fit(urls, UrlCandidateOptions(names), members, fitting)

    assert tuple(expert.combination.weights) == names
    assert tuple(expert.members.trees) == tuple(name for name in names if name != LINEAR)


def test_one_seed_makes_one_expert(
    urls: pd.DataFrame, members: Settings, fitting: UrlFitOptions
) -> None:
    candidate = UrlCandidateOptions((LINEAR, "random_forest"))
    first, second = (fit(urls, candidate, members, fitting) for _ in range(2))

    listed = urls["url"].tolist()
    assert (first.log_odds(listed) == second.log_odds(listed)).all()


def test_scores_of_training_rows_come_from_other_domains(
    urls: pd.DataFrame, members: Settings, fitting: UrlFitOptions
) -> None:
    """Labels without a pattern can be learned by heart, but not told out of fold."""
    noise = urls.assign(label=np.random.default_rng(3).integers(0, 2, len(urls)))
    table = TrainingTable.of(noise, fitting)

    scores = out_of_fold_scores(table, ["random_forest"], members, fitting)

    for score in scores.values():
        assert roc_auc_score(table.labels, score) < 0.6


def test_summed_ngrams_score_as_single_ones(fitted: FittedExpert, unseen: pd.DataFrame) -> None:
    listed = unseen["url"].tolist()
    single = fitted.members.linear.score(url_features(listed, fitted.ngrams).ngrams, len(listed))
    sums, _ = feature_table(listed, fitted.ngrams)

    assert fitted.members.linear.score_sums(sums) == pytest.approx(single, abs=1e-9)


@pytest.mark.parametrize("names", [(), (LINEAR, LINEAR), ("oracle",), ("ada_boost", "ada_boost")])
def test_impossible_candidates_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"at least one|twice|no ensemble member"):
        UrlCandidateOptions(names)


def test_options_are_read_from_plain_settings() -> None:
    options = UrlFitOptions(
        ngrams={"shortest": 2, "longest": 3, "bits": 10},  # type: ignore[arg-type]
        altering={"altered_weight": 0.0},  # type: ignore[arg-type]
    )

    assert options.ngrams == NgramOptions(2, 3, 10)
    assert options.altering.altered_weight == 0


def test_a_single_inner_fold_is_refused() -> None:
    with pytest.raises(ValueError, match="inner_folds is 1"):
        UrlFitOptions(inner_folds=1)
