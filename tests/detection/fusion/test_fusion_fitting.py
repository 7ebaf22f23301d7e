from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from network_security.detection.arrays import Codes
from network_security.detection.detector import Detector
from network_security.detection.fusion.evaluation import (
    JUDGES,
    conformal,
    held_out_log_odds,
    measure_fusion,
    operating_points,
    probability,
)
from network_security.detection.fusion.fitting import fit_weights, tier_copies
from network_security.detection.fusion.options import FusionOptions
from network_security.detection.masking import EvidenceLayout
from network_security.evidence.phishing import SCHEMA

OPTIONS = FusionOptions(
    (*SCHEMA.groups["url"], "SSLfinal_State"), least_rows=5, false_positive_rate=0.1
)
Rows = tuple[pd.DataFrame, Codes]


@pytest.fixture(scope="module")
def held_out(rows: Rows, features: Detector, layout: EvidenceLayout) -> pd.DataFrame:
    return held_out_log_odds(*rows, features, layout, OPTIONS)


def test_only_rows_of_whose_site_something_is_known_stand_for_richer_tiers(
    rows: Rows, layout: EvidenceLayout
) -> None:
    copies = tier_copies(rows[1], layout)

    assert len(copies["url"][0]) == len(rows[1])
    for tier in ("url_tls", "url_page", "all"):
        taken, codes = copies[tier]
        assert (taken % 2 == 1).all()
        assert set(np.flatnonzero((codes != SCHEMA.missing).any(axis=0))) <= set(layout.tiers[tier])


def test_weights_follow_the_labels_and_keep_their_signs(
    rows: Rows, features: Detector, layout: EvidenceLayout
) -> None:
    weights = fit_weights(*rows, features, layout, OPTIONS)

    assert weights.url_text > 0.3
    assert weights.features >= 0
    assert weights.set_aside == OPTIONS.set_aside
    assert all(worth[0] >= 0 >= worth[1] for worth in weights.readings.values())
    assert set(weights.readings).isdisjoint(weights.set_aside)


def test_a_reading_that_tells_is_worth_more_than_one_that_does_not(
    rows: Rows, features: Detector, layout: EvidenceLayout
) -> None:
    table, codes = rows
    told = codes.copy()
    known = told[:, layout.features.index("DNSRecord")] != SCHEMA.missing
    column = layout.features.index("age_of_domain")
    told[known, column] = np.where(table["label"].to_numpy()[known] == 1, -1, 1)

    weights = fit_weights(table, told, features, layout, OPTIONS)

    suspicious, legitimate = weights.readings["age_of_domain"]
    assert suspicious > 0.5
    assert legitimate < -0.5


def test_readings_that_are_too_rare_are_worth_nothing(
    rows: Rows, features: Detector, layout: EvidenceLayout
) -> None:
    weights = fit_weights(*rows, features, layout, replace(OPTIONS, least_rows=10**6))

    assert weights.readings == {}


def test_what_is_stated_of_a_reading_is_not_fitted(
    rows: Rows, features: Detector, layout: EvidenceLayout
) -> None:
    stated = replace(OPTIONS, stated={"Statistical_report": [6.9, 0.0]})

    weights = fit_weights(*rows, features, layout, stated)

    assert weights.readings["Statistical_report"] == (6.9, 0.0)


def test_one_class_is_not_enough(rows: Rows, features: Detector, layout: EvidenceLayout) -> None:
    table, codes = rows

    with pytest.raises(ValueError, match="both classes, there is only one here"):
        fit_weights(table.assign(label=1), codes, features, layout, OPTIONS)


def test_every_row_is_held_out_once_a_tier(rows: Rows, held_out: pd.DataFrame) -> None:
    assert (held_out.groupby("tier")["row"].nunique() == held_out.groupby("tier").size()).all()
    assert list(held_out["tier"].unique()) == list(SCHEMA.tiers)
    assert sorted(held_out.loc[held_out["tier"] == "url", "row"]) == list(range(len(rows[0])))
    assert held_out[list(JUDGES)].notna().all(axis=None)


def test_a_row_is_not_held_out_by_weights_that_knew_it(
    rows: Rows, held_out: pd.DataFrame, features: Detector, layout: EvidenceLayout
) -> None:
    table, codes = rows
    first = table["fold"] == 0
    relabelled = table.assign(label=table["label"].where(~first, 1 - table["label"]))

    again = held_out_log_odds(relabelled, codes, features, layout, OPTIONS)

    own = held_out["fold"] == 0
    assert again.loc[own, "fused"].tolist() == held_out.loc[own, "fused"].tolist()
    assert again.loc[~own, "fused"].tolist() != held_out.loc[~own, "fused"].tolist()


def test_thresholds_keep_the_false_positive_rate(held_out: pd.DataFrame) -> None:
    for tier, threshold in operating_points(held_out, OPTIONS).items():
        legitimate = held_out[(held_out["tier"] == tier) & (held_out["label"] == 0)]
        called = probability(legitimate["fused"].to_numpy(), OPTIONS) >= threshold
        assert called.mean() <= OPTIONS.false_positive_rate


def test_thresholds_and_answers_follow_the_prior(held_out: pd.DataFrame) -> None:
    rare = replace(OPTIONS, prior=0.001)

    assert operating_points(held_out, rare)["url"] < operating_points(held_out, OPTIONS)["url"]
    assert conformal(held_out, rare).tiers["url"].legitimate_to < 0.1


def test_every_judge_is_measured_at_every_tier(held_out: pd.DataFrame) -> None:
    metrics = measure_fusion(held_out, OPTIONS)

    assert set(metrics["tiers"]) == set(SCHEMA.tiers)
    for figures in metrics["tiers"].values():
        assert figures["rows"]["phishing"] + figures["rows"]["legitimate"] > 0
        for judge in JUDGES:
            assert len(figures[judge]["roc_auc"]["folds"]) == 3
    assert metrics["tiers"]["url"]["fused"]["roc_auc"]["mean"] > 0.7
    assert set(metrics["sources"]) == {"list", "pages"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"prior": 0.0}, "prior is 0.0, must be between 0 and 1"),
        ({"coverage": 1.0}, "coverage is 1.0"),
        ({"ridge": -1.0}, "ridge is -1.0, must not be negative"),
    ],
)
def test_options_that_cannot_be_are_refused(change: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(OPTIONS, **change)  # type: ignore[arg-type]
