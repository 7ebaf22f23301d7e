import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from network_security.detection.metrics import recall_at_fpr
from network_security.detection.resampling import figures_with_spread

MEAN, STD = "mean", "std"


def figures(truth, score, groups=None, threshold=0.5, rate=0.1, **options):
    truth, score = np.asarray(truth), np.asarray(score, dtype=float)
    groups = np.arange(len(truth)) if groups is None else np.asarray(groups)
    return figures_with_spread(truth, score, score >= threshold, groups, rate=rate, **options)


def made_up_rows(rows: int, seed: int = 0):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, rows)
    return truth, np.round(truth + rng.normal(size=rows), 1)


def test_a_perfect_score_has_no_spread():
    result = figures([0, 0, 0, 1, 1, 1], [0, 0, 0, 1, 1, 1])

    assert {name: figure[MEAN] for name, figure in result.items()} == {
        "roc_auc": 1, "recall_at_rate": 1, "accuracy": 1, "recall": 1, "fpr": 0,
    }  # fmt: skip
    assert all(figure[STD] == 0 for figure in result.values())


@given(seed=st.integers(0, 10_000), rate=st.sampled_from([0.0, 0.014, 0.1, 0.5]))
def test_the_values_are_those_of_scikit_learn(seed, rate):
    truth, score = made_up_rows(60, seed)
    truth[:2] = 0, 1

    result = figures(truth, score, rate=rate, draws=3)

    assert result["roc_auc"][MEAN] == pytest.approx(roc_auc_score(truth, score))
    assert result["recall_at_rate"][MEAN] == pytest.approx(recall_at_fpr(truth, score, rate))
    called = score >= 0.5
    assert result["accuracy"][MEAN] == pytest.approx(np.mean(called == truth))
    assert result["recall"][MEAN] == pytest.approx(called[truth == 1].mean())
    assert result["fpr"][MEAN] == pytest.approx(called[truth == 0].mean())


def test_rows_that_are_copies_of_one_another_make_nothing_surer():
    truth, score = made_up_rows(200)
    rows = np.arange(200)

    once = figures(truth, score, rows)
    tenfold = figures(np.tile(truth, 10), np.tile(score, 10), np.tile(rows, 10))
    taken_for_new = figures(np.tile(truth, 10), np.tile(score, 10))

    assert tenfold["roc_auc"] == pytest.approx(once["roc_auc"])
    assert taken_for_new["roc_auc"][STD] < 0.5 * once["roc_auc"][STD]


def test_the_spread_is_about_that_of_other_rows():
    seen = figures(*made_up_rows(300), draws=200)["roc_auc"][STD]
    others = [roc_auc_score(*made_up_rows(300, seed)) for seed in range(1, 200)]

    assert seen == pytest.approx(np.std(others), rel=0.25)


def test_the_same_seed_gives_the_same_spread():
    rows = made_up_rows(100)

    assert figures(*rows, seed=3) == figures(*rows, seed=3)
    assert figures(*rows, seed=3) != figures(*rows, seed=4)


def test_rows_of_one_class_are_refused():
    with pytest.raises(ValueError, match="all of one class"):
        figures([1, 1], [0.2, 0.4])
