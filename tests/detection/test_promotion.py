from typing import Any

import numpy as np
import pytest
from scipy import stats

from network_security.detection.promotion import PromotionOptions, decide_promotion

OPTIONS = PromotionOptions()
AREAS = [0.990, 0.991, 0.989, 0.992, 0.990, 0.988, 0.991, 0.990, 0.992, 0.989]


def report(
    areas: list[float] = AREAS, *, ece: float = 0.01, simulated: bool = False, folds: str = "same"
) -> dict[str, Any]:
    """What of a metrics report the gate looks at."""
    figures = {"roc_auc": {"folds": areas}, "ece": {"mean": ece}}
    return {
        "data": {"simulated": simulated, "folds_digest": folds},
        "protocols": {"grouped": figures},
    }


def plus(gain: float) -> list[float]:
    return [area + gain for area in AREAS]


def test_the_first_model_is_promoted() -> None:
    decision = decide_promotion(report(), None, OPTIONS)

    assert decision == {"promote": True, "reason": "there is no champion yet"}


@pytest.mark.parametrize("champion", [None, report()])
def test_a_model_of_simulated_data_never_is(champion: dict[str, Any] | None) -> None:
    decision = decide_promotion(report(plus(0.009), simulated=True), champion, OPTIONS)

    assert not decision["promote"]
    assert "simulated" in decision["reason"]


def test_the_same_model_is_not_promoted_again() -> None:
    decision = decide_promotion(report(), report(), OPTIONS)

    assert not decision["promote"]
    assert (decision["gain"], decision["noise"], decision["paired"]) == (0.0, 0.0, True)


def test_a_clearly_better_model_is_promoted() -> None:
    decision = decide_promotion(report(plus(0.003)), report(), OPTIONS)

    assert decision["promote"]
    assert decision["gain"] == pytest.approx(0.003)


def test_a_gain_within_the_noise_is_not_enough() -> None:
    better = [area + gain for area, gain in zip(AREAS, [0.01, -0.009] * 5, strict=True)]

    decision = decide_promotion(report(better), report(), OPTIONS)

    assert not decision["promote"]
    assert decision["noise"] > decision["gain"] > 0
    assert "within the noise" in decision["reason"]


def test_a_worse_model_is_not_promoted() -> None:
    assert not decide_promotion(report(plus(-0.003)), report(), OPTIONS)["promote"]


@pytest.mark.parametrize(("ece", "promoted"), [(0.0129, True), (0.0131, False)])
def test_a_better_model_of_worse_calibration_is_refused(ece: float, promoted: bool) -> None:
    decision = decide_promotion(report(plus(0.003), ece=ece), report(ece=0.01), OPTIONS)

    assert decision["promote"] is promoted
    assert decision["calibration_change"] == pytest.approx(ece - 0.01)


def test_equal_folds_are_compared_in_pairs() -> None:
    gains = np.array([0.001, 0.002, 0.001, 0.003, 0.002, 0.001, 0.002, 0.003, 0.001, 0.002])
    challenger = report((np.array(AREAS) + gains).tolist())

    decision = decide_promotion(challenger, report(), OPTIONS)

    # The corrected resampled t-test with nine times as many rows trained on as tested.
    error = gains.std(ddof=1) * np.sqrt(1 / 10 + 1 / 9)
    assert decision["paired"]
    assert decision["noise"] == pytest.approx(stats.t.ppf(0.95, 9) * error)
    assert decision["gain"] == pytest.approx(gains.mean())


def test_other_folds_are_compared_as_two_samples() -> None:
    few = [0.993, 0.995, 0.994, 0.996]

    decision = decide_promotion(report(few, folds="other"), report(), OPTIONS)

    error = np.sqrt(
        np.var(AREAS, ddof=1) * (1 / 10 + 1 / 9) + np.var(few, ddof=1) * (1 / 4 + 1 / 3)
    )
    assert not decision["paired"]
    assert decision["noise"] == pytest.approx(stats.t.ppf(0.95, 3) * error)
    assert decision["promote"]


def test_pairs_show_a_gain_that_two_samples_cannot() -> None:
    better = plus(0.0005)

    assert decide_promotion(report(better), report(), OPTIONS)["promote"]
    assert not decide_promotion(report(better, folds="other"), report(), OPTIONS)["promote"]


def test_figures_that_are_no_numbers_do_not_promote() -> None:
    unknown = report([float("nan"), *AREAS[1:]])

    assert not decide_promotion(unknown, report(), OPTIONS)["promote"]
    assert not decide_promotion(report(plus(0.003), ece=float("nan")), report(), OPTIONS)["promote"]


@pytest.mark.parametrize("confidence", [0.5, 1.0, 95])
def test_a_confidence_that_is_none_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence is"):
        PromotionOptions(confidence=confidence)


def test_a_metric_that_was_not_measured_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no figure 'roc'; there are roc_auc, ece"):
        decide_promotion(report(), report(), PromotionOptions(metric="roc"))
