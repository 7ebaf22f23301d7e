import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from network_security.detection.arrays import Floats, Ints
from network_security.detection.metrics import recall_at_fpr
from network_security.detection.thresholds import DutyOptions, duty_table, threshold_for_fpr

RATES = st.floats(0.001, 0.999)


@st.composite
def scored_rows(draw: st.DrawFn) -> tuple[Ints, Floats]:
    """Rows of both classes; probabilities tie, or are neighbours that nothing lies between."""
    truth = draw(
        st.lists(st.integers(0, 1), min_size=2, max_size=40).filter(lambda x: 0 < sum(x) < len(x))
    )
    grid = [0.0, 0.25, 0.5, np.nextafter(0.5, 1), np.nextafter(1, 0), 1.0]
    values = st.one_of(st.sampled_from(grid), st.floats(0, 1))
    probability = draw(st.lists(values, min_size=len(truth), max_size=len(truth)))
    return np.array(truth), np.array(probability)


NEIGHBOURS = (np.array([0, 1]), np.array([0.5, np.nextafter(0.5, 1)]))
HUNDRED = (np.array([0] * 100 + [1]), np.array([*np.linspace(0, 0.99, 100), 0.705]))


@given(scored_rows(), RATES)
@example(NEIGHBOURS, 0.1)
def test_no_more_false_positives_than_the_rate_allows(
    rows: tuple[Ints, Floats], rate: float
) -> None:
    truth, probability = rows

    called = probability >= threshold_for_fpr(truth, probability, rate)

    assert called[truth == 0].mean() <= rate


@given(scored_rows(), RATES)
@example(NEIGHBOURS, 0.1)
@example(HUNDRED, 0.29)
def test_no_other_threshold_within_the_rate_finds_more(
    rows: tuple[Ints, Floats], rate: float
) -> None:
    truth, probability = rows

    called = probability >= threshold_for_fpr(truth, probability, rate)

    assert called[truth == 1].mean() == pytest.approx(recall_at_fpr(truth, probability, rate))


def test_threshold_lies_half_way_between_two_rows() -> None:
    truth = np.array([0, 0, 0, 0, 1, 1])
    probability = np.array([0.1, 0.2, 0.3, 0.6, 0.5, 0.9])

    # One of four legitimate rows may be called: 0.6 is, 0.3 is the highest that must not be.
    assert threshold_for_fpr(truth, probability, 0.25) == pytest.approx((0.3 + 0.5) / 2)


def test_threshold_above_all_rows_when_the_highest_is_legitimate() -> None:
    truth, probability = np.array([0, 1]), np.array([1.0, 0.9])

    assert not (probability >= threshold_for_fpr(truth, probability, 0.1)).any()


def test_a_day_computed_by_hand() -> None:
    truth = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    probability = np.array([0.9, 0.8, 0.7, 0.2, 0.75, 0.1, 0.1, 0.1, 0.1, 0.1])
    options = DutyOptions(urls_per_day=1000, base_rate=0.1, false_positive_rates=[0.1, 0.2])

    quiet, busy = duty_table(truth, probability, options)

    # No false alarm: 2 of 4 are caught, of 100 phishing URLs a day.
    assert quiet["target_fpr"] == 0.1
    assert quiet["threshold"] == pytest.approx(0.775)
    assert (quiet["fpr"], quiet["recall"], quiet["precision"]) == (0.0, 0.5, 1.0)
    assert (quiet["alerts_per_day"], quiet["false_alarms_per_day"]) == (50, 0)
    assert quiet["missed_per_day"] == 50
    # One of 6 legitimate URLs alerts: 150 of 900 a day, beside all phishing ones.
    assert busy["threshold"] == pytest.approx(0.15)
    assert busy["false_alarms_per_day"] == pytest.approx(150)
    assert busy["alerts_per_day"] == pytest.approx(250)
    assert busy["missed_per_day"] == 0
    assert busy["precision"] == pytest.approx(100 / 250)


def test_a_day_without_alerts() -> None:
    options = DutyOptions(urls_per_day=10, base_rate=0.5, false_positive_rates=[0.1])

    (row,) = duty_table(np.array([0, 1]), np.array([0.9, 0.2]), options)

    assert (row["alerts_per_day"], row["precision"], row["missed_per_day"]) == (0, 0.0, 5)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"urls_per_day": 0}, "urls_per_day is 0"),
        ({"base_rate": 1.0}, r"1\.0, must be between"),
        ({"false_positive_rates": [0.01, 0.0]}, r"0\.0, must be between"),
    ],
)
def test_a_day_that_cannot_be_is_refused(changed: dict[str, object], message: str) -> None:
    day = {"urls_per_day": 10, "base_rate": 0.1, "false_positive_rates": [0.01]}

    with pytest.raises(ValueError, match=message):
        DutyOptions(**{**day, **changed})
