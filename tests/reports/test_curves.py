import numpy as np
import pytest

from network_security.reports.curves import precision_recall_curves, roc_curves
from network_security.reports.style import PROTOCOL_COLOURS

REAL = {"simulated": False}


def curve(axes, protocol: str) -> tuple[np.ndarray, np.ndarray]:
    (line,) = [line for line in axes.lines if line.get_color() == PROTOCOL_COLOURS[protocol]]
    return line.get_xdata(), line.get_ydata()


def test_the_roc_curve_passes_through_the_reported_recall(probabilities, chosen, metrics):
    whole, low = roc_curves(probabilities, chosen, 0.014, REAL).get_axes()

    for axes in (whole, low):
        rates, recall = curve(axes, "grouped")
        reported = metrics["protocols"]["grouped"]["recall_at_fpr_1_4"]["mean"]
        assert recall[rates == 0.014] == pytest.approx(reported)


def test_low_rates_have_a_logarithmic_axis(probabilities, chosen):
    whole, low = roc_curves(probabilities, chosen, 0.014, REAL).get_axes()

    assert whole.get_xscale() == "linear"
    assert low.get_xscale() == "log"
    assert low.get_xlim() == pytest.approx((0.001, 0.1))


def test_the_roc_title_states_both_protocols(probabilities, chosen, metrics):
    title = roc_curves(probabilities, chosen, 0.014, REAL).get_label()

    for protocol in ("grouped", "random"):
        recall = metrics["protocols"][protocol]["recall_at_fpr_1_4"]["mean"]
        assert f"{100 * recall:.1f}%" in title


def test_precision_falls_with_the_base_rate(probabilities, chosen):
    figure = precision_recall_curves(probabilities, chosen, 0.001, REAL)
    balanced, deployed = figure.get_axes()

    recalls, precision = curve(deployed, "grouped")
    in_balance = np.interp(recalls, *curve(balanced, "grouped"))
    assert (precision < in_balance).all()
    assert precision.max() < 0.5


def test_precision_is_drawn_only_where_false_positives_tell_it(probabilities, chosen):
    balanced, deployed = precision_recall_curves(probabilities, chosen, 0.001, REAL).get_axes()
    rows = probabilities.query("protocol == 'grouped' and tier == 'all'")
    legitimate = np.sort(rows.loc[rows["label"] == 0, "full_stack"])[::-1]
    phishing = rows.loc[rows["label"] == 1, "full_stack"]

    lowest_recall = curve(deployed, "grouped")[0].min()

    # The fifth false positive is among the rows called at the threshold of that recall.
    threshold = np.quantile(phishing, 1 - lowest_recall, method="lower")
    assert (legitimate >= threshold).sum() >= 5
    assert curve(balanced, "grouped")[0].min() < lowest_recall
