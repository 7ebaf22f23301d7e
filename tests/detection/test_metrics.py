import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.detection.arrays import Floats, Ints
from network_security.detection.metrics import (
    LOW_FPR,
    evaluate,
    expected_calibration_error,
    recall_at_fpr,
    reliability_curve,
)

CASE = (np.array([1, 1, 0, 0]), np.array([0.9, 0.4, 0.6, 0.1]))


@st.composite
def scored_rows(draw: st.DrawFn) -> tuple[Ints, Floats]:
    """Rows of both classes, their probabilities full of ties."""
    truth = draw(
        st.lists(st.integers(0, 1), min_size=2, max_size=40).filter(lambda x: 0 < sum(x) < len(x))
    )
    values = st.one_of(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), st.floats(0, 1))
    probability = draw(st.lists(values, min_size=len(truth), max_size=len(truth)))
    return np.array(truth), np.array(probability)


def test_figures_computed_by_hand() -> None:
    figures = evaluate(*CASE)

    # One of each: caught 0.9, missed 0.4, false alarm 0.6, rightly quiet 0.1.
    assert [figures[name] for name in ("accuracy", "precision", "recall", "fpr", "f1")] == [0.5] * 5
    # Of the four pairs of a phishing and a legitimate row, only 0.4 < 0.6 is in the wrong order.
    assert figures["roc_auc"] == 0.75
    # Recall rises by a half at precision 1, and by a half at precision 2/3.
    assert figures["pr_auc"] == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert figures["brier"] == pytest.approx((0.01 + 0.36 + 0.36 + 0.01) / 4)
    # Each row has a bin of its own.
    assert figures["ece"] == pytest.approx((0.1 + 0.6 + 0.6 + 0.1) / 4)
    # No false positive is allowed among two legitimate rows.
    assert [figures[name] for name in LOW_FPR] == [0.5, 0.5]


def test_a_row_at_the_threshold_is_called_phishing() -> None:
    assert evaluate(*CASE, threshold=0.4)["recall"] == 1.0
    assert evaluate(*CASE, threshold=np.nextafter(0.4, 1))["recall"] == 0.5


def test_precision_is_zero_where_nothing_is_called() -> None:
    figures = evaluate(*CASE, threshold=0.95)

    assert (figures["precision"], figures["recall"], figures["f1"]) == (0.0, 0.0, 0.0)


@given(scored_rows(), st.floats(0, 1))
def test_recall_at_fpr_is_that_of_the_best_threshold(
    rows: tuple[Ints, Floats], rate: float
) -> None:
    truth, probability = rows
    allowed = [0.0]
    for threshold in probability:
        called = probability >= threshold
        if called[truth == 0].mean() <= rate:
            allowed.append(called[truth == 1].mean())

    assert recall_at_fpr(truth, probability, rate) == pytest.approx(max(allowed))


def test_calibration_error_is_zero_where_frequency_is_probability() -> None:
    truth = np.array([1] * 3 + [0] * 7 + [1] * 3 + [0])
    probability = np.array([0.3] * 10 + [0.75] * 4)

    assert expected_calibration_error(truth, probability) == pytest.approx(0, abs=1e-12)


def test_calibration_error_weighs_bins_by_their_rows() -> None:
    truth = np.array([0] * 9 + [1])
    probability = np.array([0.2] * 9 + [1.0])

    assert expected_calibration_error(truth, probability) == pytest.approx(0.9 * 0.2)


@given(scored_rows())
def test_calibration_error_is_a_share(rows: tuple[Ints, Floats]) -> None:
    assert 0 <= expected_calibration_error(*rows) <= 1


def test_reliability_curve_leaves_out_empty_bins() -> None:
    truth = np.array([0, 1, 1, 1])
    probability = np.array([0.10, 0.12, 0.95, 1.0])

    curve = reliability_curve(truth, probability, bins=5)

    assert curve["probability"] == pytest.approx([0.11, 0.975])
    assert curve["frequency"] == [0.5, 1.0]
    assert curve["rows"] == [2, 2]


@given(scored_rows())
def test_reliability_curve_and_calibration_error_agree(rows: tuple[Ints, Floats]) -> None:
    curve = {name: np.array(values) for name, values in reliability_curve(*rows).items()}
    gaps = np.abs(curve["probability"] - curve["frequency"]) * curve["rows"]

    assert curve["rows"].sum() == len(rows[0])
    assert gaps.sum() / len(rows[0]) == pytest.approx(expected_calibration_error(*rows), abs=1e-12)
