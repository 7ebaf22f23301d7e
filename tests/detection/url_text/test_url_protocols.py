from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from network_security.detection.url_text.evasions import EVASIONS
from network_security.detection.url_text.fitting import (
    LINEAR,
    FittedExpert,
    UrlCandidateOptions,
    fit,
)
from network_security.detection.url_text.folds import UrlSplitOptions, deal_folds
from network_security.detection.url_text.protocols import (
    ProtocolOptions,
    figures,
    out_of_fold,
    score_held_out,
    spreads,
)
from network_security.detection.url_text.training_table import UrlFitOptions

OPTIONS = ProtocolOptions({"within_source": 1, "left_out_source": 1})


@pytest.fixture(scope="module")
def folds(urls: pd.DataFrame) -> pd.DataFrame:
    return deal_folds(urls, UrlSplitOptions(folds=3, later_share=0.5))


@pytest.fixture(scope="module")
def trained_on() -> list[pd.DataFrame]:
    """The rows of each fit, in turn."""
    return []


@pytest.fixture(scope="module")
def fit_expert(
    fitting: UrlFitOptions, trained_on: list[pd.DataFrame]
) -> Callable[[pd.DataFrame], FittedExpert]:
    def fit_and_note(rows: pd.DataFrame) -> FittedExpert:
        trained_on.append(rows)
        return fit(rows, UrlCandidateOptions((LINEAR,)), {}, fitting)

    return fit_and_note


@pytest.fixture(scope="module")
def held_out(
    urls: pd.DataFrame, folds: pd.DataFrame, fit_expert: Callable[[pd.DataFrame], FittedExpert]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    return score_held_out(urls, folds, fit_expert, OPTIONS)


def test_as_many_folds_as_asked_for_are_fitted(
    held_out: tuple[pd.DataFrame, pd.DataFrame], trained_on: list[pd.DataFrame]
) -> None:
    scores, _ = held_out

    fits = scores.groupby(["protocol", "subject"])["fold"].nunique().to_dict()
    assert fits == {
        ("all_sources", "all"): 3,
        ("within_source", "mixed"): 1,
        ("left_out_source", "known"): 1,
        ("left_out_source", "mixed"): 1,
        ("left_out_source", "reported"): 1,
    }
    assert len(trained_on) == sum(fits.values())


def test_every_url_has_one_out_of_fold_score_by_an_expert_that_never_saw_its_domain(
    urls: pd.DataFrame, held_out: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    scored = out_of_fold(urls, held_out[0])

    assert scored["url"].equals(urls["url"])
    assert np.isfinite(scored["log_odds"]).all()
    assert scored.groupby("domain")["fold"].nunique().max() == 1


def test_figures_leave_out_the_fold_that_settings_were_searched_for_on(
    urls: pd.DataFrame, folds: pd.DataFrame, held_out: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    measured = figures(urls, folds, held_out[0], unused_fold=2)

    own = measured[(measured["protocol"] == "all_sources") & (measured["subject"] == "later")]
    assert sorted(own["fold"]) == [0, 1]
    later = folds["later"] & (folds["fold"] == 0) & (urls["source"] == "reported")
    assert own["phishing"].iloc[0] == later.sum()
    assert own["roc_auc"].min() > 0.9


def test_evasions_are_measured_wherever_the_list_is_not_a_strange_one(
    held_out: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    _, losses = held_out

    assert set(losses["protocol"]) == {"within_source", "all_sources"}
    assert set(EVASIONS) <= set(losses)
    assert (losses["scheme"] == 0).all()


def test_one_list_of_both_classes_is_enough(
    urls: pd.DataFrame, fit_expert: Callable[[pd.DataFrame], FittedExpert]
) -> None:
    alone = urls[urls["source"] == "mixed"].reset_index(drop=True)
    folds = deal_folds(alone, UrlSplitOptions(folds=2))

    scores, losses = score_held_out(alone, folds, fit_expert, OPTIONS)

    assert set(scores["protocol"]) == {"within_source", "all_sources"}
    assert set(figures(alone, folds, scores, 1)["subject"]) == {"mixed"}
    assert set(losses["subject"]) == {"mixed"}


def test_spreads_say_none_where_there_is_nothing_to_say() -> None:
    table = pd.DataFrame(
        {
            "protocol": ["within_source", "within_source", "left_out_source"],
            "subject": ["mixed", "mixed", "known"],
            "fold": [0, 1, 0],
            "roc_auc": [0.5, 0.7, 0.9],
            "ece": [float("nan")] * 3,
        }
    )

    told = spreads(table, ["roc_auc", "ece"])

    assert told["within_source"]["mixed"]["roc_auc"]["mean"] == pytest.approx(0.6)
    assert told["within_source"]["mixed"]["roc_auc"]["std"] == pytest.approx(0.02**0.5)
    assert told["left_out_source"]["known"]["roc_auc"] == {
        "mean": 0.9,
        "std": None,
        "folds": [0.9],
    }
    assert told["within_source"]["mixed"]["ece"] == {
        "mean": None,
        "std": None,
        "folds": [None, None],
    }


def test_an_unknown_protocol_is_refused() -> None:
    with pytest.raises(ValueError, match="folds: guess; there are within_source, left_out_source"):
        ProtocolOptions({"guess": 1})
