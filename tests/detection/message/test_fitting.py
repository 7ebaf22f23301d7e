import numpy as np
import pandas as pd
import pytest

from network_security.detection.message.evaluation import MessageSplitOptions, figures, out_of_fold
from network_security.detection.message.fitting import MessageFitOptions, calibration, fit
from network_security.detection.message.terms import TERMS, UNSEEN


@pytest.fixture
def table() -> tuple[pd.DataFrame, np.ndarray]:
    """200 messages: links and haste tell them apart, brands point the wrong way."""
    rng = np.random.default_rng(0)
    labels = np.arange(200) % 2
    rows = pd.DataFrame(0.0, index=range(200), columns=list(TERMS))
    rows["worst_site"] = rng.normal(3.0 * labels - 1.5, 2.0)
    rows.loc[::5, "worst_site"] = np.nan
    rows["urgency"] = rng.random(200) < 0.1 + 0.4 * labels
    rows["brands_without_link"] = rng.random(200) < 0.5 - 0.4 * labels
    return rows.assign(label=labels), labels


def test_weights_speak_for_phishing_or_not_at_all(
    table: tuple[pd.DataFrame, np.ndarray],
) -> None:
    rows, labels = table

    weights = fit(rows, labels, TERMS, MessageFitOptions()).terms

    assert weights["worst_site"] > 0
    assert weights["urgency"] > 0
    assert weights["brands_without_link"] == 0
    assert weights["forms"] == UNSEEN["forms"]
    assert weights["shortener_share"] == 0


def test_a_class_without_messages_is_an_error(table: tuple[pd.DataFrame, np.ndarray]) -> None:
    rows, labels = table

    with pytest.raises(ValueError, match="there are 100 phishing and 0 legitimate"):
        fit(rows[labels == 1], labels[labels == 1], TERMS, MessageFitOptions())


def test_both_classes_weigh_alike(table: tuple[pd.DataFrame, np.ndarray]) -> None:
    rows, labels = table
    more = np.concatenate([np.arange(200), np.repeat(np.flatnonzero(labels == 0), 9)])

    once = fit(rows, labels, TERMS, MessageFitOptions(0.001))
    often = fit(rows.iloc[more], labels[more], TERMS, MessageFitOptions(0.001))

    assert often.intercept == pytest.approx(once.intercept, abs=0.02)


def test_held_out_scores_tell_unseen_campaigns_apart(
    table: tuple[pd.DataFrame, np.ndarray],
) -> None:
    rows, labels = table
    split = MessageSplitOptions(folds=4, repetitions=2)

    scores = out_of_fold(rows, np.arange(200) // 4, TERMS, split, MessageFitOptions())

    assert scores.shape == (2, 200)
    assert figures(labels, scores)["roc_auc"]["mean"] > 0.8


def test_calibration_undoes_a_stretch(table: tuple[pd.DataFrame, np.ndarray]) -> None:
    _, labels = table
    rng = np.random.default_rng(1)
    log_odds = rng.normal(2.0 * labels - 1.0, np.sqrt(2.0))

    slope, _ = calibration(log_odds, labels)
    stretched, _ = calibration(4 * log_odds, labels)

    assert stretched == pytest.approx(slope / 4, rel=0.05)


@pytest.mark.parametrize("wrong", [{"folds": 1}, {"repetitions": 0}])
def test_options_that_score_nothing_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be at least"):
        MessageSplitOptions(**wrong)
