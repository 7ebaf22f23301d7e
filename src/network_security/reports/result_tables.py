"""The model card's tables of what was measured, every cell from the report of metrics."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from network_security.reports.operating_point import DUTY_COLUMNS, threshold_cells
from network_security.reports.table import Table
from network_security.reports.wording import (
    percent,
    rate,
    spread_number,
    spread_percent,
    tier_label,
)

Metrics = Mapping[str, Any]

FIGURES: Final[Mapping[str, tuple[str, Callable[[Mapping[str, Any]], str]]]] = {
    "accuracy": ("Accuracy", spread_percent),
    "precision": ("Precision", spread_percent),
    "recall": ("Recall", spread_percent),
    "fpr": ("False-positive rate", spread_percent),
    "f1": ("F1", spread_percent),
    "roc_auc": ("ROC-AUC", spread_number),
    "pr_auc": ("Average precision (PR-AUC)", spread_number),
    "brier": ("Brier score", spread_number),
    "recall_at_fpr_1_4": ("Recall at a false-positive rate of 1.4%", spread_percent),
    "recall_at_fpr_0_1": ("Recall at a false-positive rate of 0.1%", spread_percent),
    "accuracy_at_operating_point": ("Accuracy at the operating point", spread_percent),
    "precision_at_operating_point": ("Precision at the operating point", spread_percent),
    "recall_at_operating_point": ("Recall at the operating point", spread_percent),
    "fpr_at_operating_point": ("False-positive rate at the operating point", spread_percent),
}
"""What the headline table shows, and how it is written."""


def result_tables(metrics: Metrics) -> dict[str, Table]:
    """The tables by name: what is measured, what others claim, and what could be reached.

    Args:
        metrics: the report of metrics.
    """
    return {
        "headline": _headline(metrics),
        "claims": _claims(metrics),
        "arithmetic": _arithmetic(metrics),
        "ceilings": _ceilings(metrics),
        "tiers": _tiers(metrics),
        "thresholds": _thresholds(metrics),
        "calibration": _calibration(metrics),
    }


def _headline(metrics: Metrics) -> Table:
    protocols: Metrics = metrics["protocols"]
    rows = [
        [title, *(write(figures[name]) for figures in protocols.values())]
        for name, (title, write) in FIGURES.items()
    ]
    pooled = [f"{figures['ece']['mean']:.4f}" for figures in protocols.values()]
    rows.append(["Expected calibration error, all folds together", *pooled])
    return Table(["Figure", *protocols], rows)


def _claims(metrics: Metrics) -> Table:
    table = metrics["claims"]["table"]
    compared = {
        "detector": "this detector, at 0.5",
        "detector_at_operating_point": "at the operating point",
        "same_ensemble": "the claimed ensemble, at 0.5",
    }
    columns = [
        (protocol, which)
        for protocol in ("random", "grouped")
        for which in compared
        if which in table[0][protocol]
    ]
    return Table(
        ["Figure", "Claimed", *(f"{protocol}: {compared[which]}" for protocol, which in columns)],
        [
            [
                FIGURES[entry["figure"]][0],
                percent(entry["claimed"]),
                *(spread_percent(entry[protocol][which]) for protocol, which in columns),
            ]
            for entry in table
        ],
    )


def _arithmetic(metrics: Metrics) -> Table:
    return Table(
        ["If positive is", "Figure", "Claimed", "Follows", "Room for rounding", "Can it hold?"],
        [
            [
                f"{entry['positive']} ({percent(entry['share'])} of rows)",
                entry["figure"],
                percent(entry["claimed"]),
                percent(entry["implied"], 2),
                f"{percent(entry['lowest'], 2)} to {percent(entry['highest'], 2)}",
                "yes" if entry["holds"] else "no",
            ]
            for entry in metrics["claims"]["arithmetic"]
        ],
        words=(1, 5),
    )


def _ceilings(metrics: Metrics) -> Table:
    data = metrics["data"]
    noise = data["label_noise_ceiling"]
    return Table(
        ["Ceiling", "Accuracy", "What it is"],
        [
            [
                "Memoriser",
                percent(data["memoriser_ceiling"], 2),
                "each feature vector given its majority label, judged on the very same rows",
            ],
            [
                "Label noise",
                "unknown, no vector repeats" if noise is None else percent(noise, 2),
                "estimate for unseen rows, from how often rows of equal vector disagree "
                "(Cover and Hart, 1967)",
            ],
        ],
        words=(2,),
    )


def _tiers(metrics: Metrics) -> Table:
    point = rate(metrics["operating_point"]["target_fpr"])
    return Table(
        ["Evidence", "Accuracy", "ROC-AUC", f"Recall at FPR {point}", "Alert from probability"],
        [
            [
                tier_label(metrics["detector"], tier),
                spread_percent(measured["folds"]["accuracy"]),
                spread_number(measured["folds"]["roc_auc"]),
                spread_percent(measured["folds"]["recall_at_operating_point"]),
                f"{metrics['thresholds'][tier]:.3f}",
            ]
            for tier, measured in metrics["tiers"].items()
        ],
    )


def _thresholds(metrics: Metrics) -> Table:
    rates = [row["target_fpr"] for row in metrics["duty"]]
    point = metrics["operating_point"]["target_fpr"]
    return Table(
        [heading.replace("\n", " ") for heading in DUTY_COLUMNS.values()],
        threshold_cells(metrics),
        stands_out=rates.index(point) if point in rates else None,
    )


def _calibration(metrics: Metrics) -> Table:
    return Table(
        ["Evidence", "ECE before", "ECE after", "Brier before", "Brier after"],
        [
            [
                tier_label(metrics["detector"], tier),
                *(
                    f"{measured[when][figure]:.4f}"
                    for figure in ("ece", "brier")
                    for when in ("before", "after")
                ),
            ]
            for tier, measured in metrics["calibration"].items()
        ],
    )
