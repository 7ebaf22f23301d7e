import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, roc_auc_score

from network_security.detection.cross_validation import chosen_probability
from network_security.detection.thresholds import DutyOptions, threshold_for_fpr
from network_security.detection.verdicts.conformal import Conformal
from network_security.reports.measures import OperatingPointOptions, describe_data, measure


def test_a_figure_is_the_mean_and_spread_of_its_folds(metrics, probabilities):
    rows = probabilities.query("protocol == 'grouped' and tier == 'all'")
    folds = [
        accuracy_score(own["label"], own["full_stack"] >= 0.5) for _, own in rows.groupby("fold")
    ]

    accuracy = metrics["protocols"]["grouped"]["accuracy"]

    assert accuracy["folds"] == pytest.approx(folds)
    assert accuracy["mean"] == pytest.approx(np.mean(folds))
    assert accuracy["std"] == pytest.approx(np.std(folds, ddof=1))


def test_both_protocols_hold_the_same_figures(metrics):
    grouped, random = (metrics["protocols"][name] for name in ("grouped", "random"))

    assert grouped.keys() == random.keys()
    assert {"roc_auc", "pr_auc", "brier", "ece", "recall_at_fpr_1_4"} <= grouped.keys()
    assert random["roc_auc"]["mean"] > grouped["roc_auc"]["mean"]


def test_at_the_operating_point_a_fold_is_judged_by_the_threshold_of_the_others(
    probabilities, chosen
):
    in_fold = (probabilities["fold"] == 2) & (probabilities["label"] == 0)
    suspicious = probabilities["full_stack"].mask(in_fold, probabilities["full_stack"] ** 0.25)
    harder = probabilities.assign(full_stack=suspicious)

    metrics = measure(harder, chosen, OperatingPointOptions(0.02), DutyOptions(1000, 0.01, [0.02]))

    rows = harder.query("protocol == 'grouped' and tier == 'all'")
    legitimate, others = rows.query("fold == 2 and label == 0"), rows.query("fold != 2")
    threshold = threshold_for_fpr(others["label"].to_numpy(), others["full_stack"].to_numpy(), 0.02)
    fpr = metrics["protocols"]["grouped"]["fpr_at_operating_point"]["folds"][2]
    assert fpr == pytest.approx((legitimate["full_stack"] >= threshold).mean())
    assert fpr > 0.05


def test_the_operating_point_counts_every_row_once(metrics, probabilities):
    rows = probabilities.query("protocol == 'grouped' and tier == 'all'")
    point = metrics["operating_point"]

    assert point["true_positives"] + point["false_negatives"] == (rows["label"] == 1).sum()
    assert point["true_negatives"] + point["false_positives"] == (rows["label"] == 0).sum()
    assert point["fpr"] == pytest.approx(
        point["false_positives"] / (point["false_positives"] + point["true_negatives"])
    )
    assert point["target_fpr"] == 0.02


def test_each_half_is_measured_with_the_ensemble_that_the_other_chose(probabilities, chosen):
    halves_differ = {**chosen, "half_a": "random_forest", "half_b": "full_stack"}

    metrics = measure(
        probabilities, halves_differ, OperatingPointOptions(), DutyOptions(1000, 0.01, [0.02])
    )

    rows = probabilities.query("protocol == 'grouped' and tier == 'all'")
    in_half_a, in_half_b = (rows[rows["fold"] == fold] for fold in (0, 3))
    folds = metrics["protocols"]["grouped"]["roc_auc"]["folds"]
    assert folds[0] == pytest.approx(roc_auc_score(in_half_a["label"], in_half_a["full_stack"]))
    assert folds[3] == pytest.approx(roc_auc_score(in_half_b["label"], in_half_b["random_forest"]))


def test_tiers_are_measured_with_all_folds_together(metrics, probabilities):
    rows = probabilities.query("protocol == 'grouped' and tier == 'url'")

    url = metrics["tiers"]["url"]

    assert list(metrics["tiers"]) == list(metrics["thresholds"]) == list(metrics["calibration"])
    assert url["roc_auc"] == pytest.approx(roc_auc_score(rows["label"], rows["full_stack"]))
    assert url["roc_auc"] < metrics["tiers"]["all"]["roc_auc"]
    assert len(url["folds"]["recall_at_operating_point"]["folds"]) == 4


def test_of_each_class_no_more_than_promised_is_answered_with_the_other(
    metrics, probabilities, chosen
):
    conformal = Conformal.from_json(metrics["conformal"])

    assert list(conformal.tiers) == list(metrics["tiers"])
    rows = probabilities[probabilities["protocol"] == "grouped"]
    rows = rows.assign(detector=chosen_probability(rows, chosen))
    for tier, quantiles in conformal.tiers.items():
        own = rows[rows["tier"] == tier]
        answers = own["detector"].map(quantiles.answer)
        for label, wrong in ((1, "not phishing"), (0, "phishing")):
            assert (answers[own["label"] == label] == wrong).mean() <= 1 - conformal.coverage


def test_one_fold_shows_more_calibration_error_than_all_folds_together(metrics):
    grouped = metrics["protocols"]["grouped"]

    assert grouped["ece"]["mean"] < grouped["ece_per_fold"]["mean"]
    assert grouped["ece_by_chance"]["mean"] > 0


def test_the_report_survives_json(metrics):
    assert json.loads(json.dumps(metrics, allow_nan=False)) == metrics


def test_the_data_section_names_what_was_measured_on(metrics):
    data = metrics["data"]

    assert data["name"] == "phishing_websites"
    assert data["simulated"] is False
    assert data["conflicts"] == {"vectors": 6, "rows": 31}


def test_the_folds_digest_changes_with_rows_and_folds(data_quality, folds):
    def digest(sha256: str, folds: pd.DataFrame) -> str:
        source = {**data_quality["source"], "sha256": sha256}
        return describe_data({**data_quality, "source": source}, folds)["folds_digest"]

    assert digest("a", folds) == digest("a", folds.copy())
    assert len({digest("a", folds), digest("b", folds), digest("a", folds[::-1])}) == 3


@pytest.mark.parametrize("rate", [0, 1, -0.1])
def test_an_operating_point_outside_0_to_1_is_refused(rate):
    with pytest.raises(ValueError, match="must be between 0 and 1"):
        OperatingPointOptions(rate)
