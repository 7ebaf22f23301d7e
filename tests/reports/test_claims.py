from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.reports.claims import CLAIMS, check_arithmetic, compare, implied

BALANCE = 0.443


@given(
    tp=st.integers(1, 5000),
    fn=st.integers(0, 5000),
    fp=st.integers(0, 5000),
    tn=st.integers(1, 5000),
)
def test_recall_and_false_positive_rate_leave_no_choice_about_the_rest(tp, fn, fp, tn):
    total = tp + fn + fp + tn

    figures = implied(tp / (tp + fn), fp / (fp + tn), (tp + fn) / total)

    assert figures["accuracy"] == pytest.approx((tp + tn) / total)
    assert figures["precision"] == pytest.approx(tp / (tp + fp))


def test_a_detector_that_never_alerts_has_no_precision():
    assert implied(0.0, 0.0, 0.25) == {"accuracy": 0.75, "precision": 0.0}


def test_the_published_claims_cannot_hold_together():
    entries = check_arithmetic(CLAIMS, BALANCE)

    assert len(entries) == 4
    assert not any(entry["holds"] for entry in entries)
    accuracy, precision = entries[:2]
    assert accuracy["implied"] == pytest.approx(0.978 * 0.443 + 0.986 * 0.557)
    assert precision["implied"] == pytest.approx(
        0.978 * 0.443 / (0.978 * 0.443 + 0.014 * 0.557), abs=1e-12
    )


def test_rounding_is_allowed_for():
    true = implied(0.97804, 0.01404, BALANCE)
    rounded = replace(CLAIMS, **{name: round(value, 3) for name, value in true.items()})

    assert [entry["holds"] for entry in check_arithmetic(rounded, BALANCE)[:2]] == [True, True]


def test_claims_that_hold_for_one_positive_class_are_consistent(metrics):
    legitimate = implied(CLAIMS.recall, CLAIMS.fpr, 1 - BALANCE)

    assert compare(metrics, replace(CLAIMS, **legitimate))["consistent"]
    assert not compare(metrics)["consistent"]


def test_claims_stand_beside_the_measured_figures(metrics):
    accuracy = compare(metrics)["table"][0]

    measured = metrics["protocols"]["random"]["accuracy"]
    same = metrics["candidates"]["random_forest_ada_boost_vote"]["grouped"]["accuracy"]
    assert accuracy["claimed"] == 0.985
    assert accuracy["random"]["detector"] == {"mean": measured["mean"], "std": measured["std"]}
    assert accuracy["grouped"]["same_ensemble"]["mean"] == same["mean"]


def test_an_ensemble_that_did_not_compete_is_left_out(metrics):
    only = {"full_stack": metrics["candidates"]["full_stack"]}

    table = compare({**metrics, "candidates": only})["table"]

    assert all("same_ensemble" not in entry["grouped"] for entry in table)


def test_only_figures_of_the_published_rows_compare(metrics, simulated_metrics):
    assert metrics["claims"]["comparable"]
    assert not simulated_metrics["claims"]["comparable"]
    other = {**metrics, "data": {**metrics["data"], "name": "phishing_websites_unpublished"}}
    assert not compare(other)["comparable"]
