"""The model card's tables of how the detector came about, every cell from the reports."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from network_security.evidence import SCHEMAS
from network_security.reports.importance import mean_contributions
from network_security.reports.table import Table
from network_security.reports.wording import count, percent, plain, spread_number, spread_percent

Metrics = Mapping[str, Any]

FEATURES_SHOWN: Final = 12


def detail_tables(
    metrics: Metrics, permutation: pd.DataFrame, contributions: pd.DataFrame
) -> dict[str, Table]:
    """The tables by name: what competed, how it was tuned, what it rests on, data and model.

    Args:
        metrics: the report of metrics.
        permutation: columns ``feature``, ``mean`` and ``std``, largest first.
        contributions: a row each, columns ``shap.<feature>`` and ``value.<feature>``.
    """
    return {
        "candidates": _candidates(metrics),
        "tuning": _tuning(metrics),
        "features": _features(metrics, permutation, contributions),
        "data": _data(metrics),
        "model": _model(metrics),
    }


def _candidates(metrics: Metrics) -> Table:
    losses: Mapping[str, float] = metrics["choice"]["log_loss"]
    names = sorted(losses, key=losses.__getitem__)
    measured = metrics["candidates"]
    shown = {"accuracy": "Accuracy", "recall_at_operating_point": "Recall at operating point"}
    columns = [(figure, protocol) for figure in shown for protocol in metrics["protocols"]]
    return Table(
        ["Ensemble", "Log-loss", *(f"{shown[figure]}, {protocol}" for figure, protocol in columns)],
        [
            [
                plain(name),
                f"{losses[name]:.4f}",
                *(spread_percent(measured[name][protocol][figure]) for figure, protocol in columns),
            ]
            for name in names
        ],
        stands_out=names.index(metrics["ensemble"]),
    )


def _tuning(metrics: Metrics) -> Table:
    return Table(
        ["Member", "Trials", "Given up", "Gain, a on b", "Gain, b on a", "Settings"],
        [
            [
                plain(member),
                count(sum(tuned[half]["trials"] for half in ("half_a", "half_b"))),
                count(sum(tuned[half]["pruned"] for half in ("half_a", "half_b"))),
                *(f"{tuned[half]['gain_on_other_half']:+.4f}" for half in ("half_a", "half_b")),
                _settings(tuned["final"]),
            ]
            for member, tuned in metrics["tuning"].items()
        ],
        words=(5,),
    )


def _settings(settings: Mapping[str, Any], prefix: str = "") -> str:
    written = []
    for name, value in settings.items():
        if isinstance(value, Mapping):
            written.append(_settings(value, f"{name}."))
        else:
            shown = f"{value:.3g}" if isinstance(value, float) else value
            written.append(f"{prefix}{name} {shown}")
    return ", ".join(written)


def _features(metrics: Metrics, permutation: pd.DataFrame, contributions: pd.DataFrame) -> Table:
    supplier = {
        feature: group
        for group, features in SCHEMAS[metrics["detector"]].groups.items()
        for feature in features
    }
    moved = mean_contributions(contributions)
    return Table(
        ["Feature", "Evidence", "ROC-AUC lost when shuffled", "Mean |contribution|, log-odds"],
        [
            [
                row["feature"],
                plain(supplier[row["feature"]]),
                spread_number({"mean": row["mean"], "std": row["std"]}),
                f"{moved[row['feature']]:.2f}",
            ]
            for row in permutation.head(FEATURES_SHOWN).to_dict("records")
        ],
        words=(1,),
    )


def _data(metrics: Metrics) -> Table:
    data = metrics["data"]
    balance = data["class_balance"]
    return Table(
        ["Property", "Value"],
        [
            ["Name", data["name"]],
            ["Obtained as", data["kind"]],
            ["SHA-256 of its rows", data["sha256"]],
            ["Rows", count(data["rows"])],
            ["Distinct feature vectors", count(data["distinct_vectors"])],
            ["Rows that repeat an earlier one", count(data["duplicates"])],
            [
                "Vectors with both labels",
                f"{count(data['conflicts']['vectors'])} ({count(data['conflicts']['rows'])} rows)",
            ],
            ["Phishing", percent(balance["phishing"])],
            ["Licence", data["licence"] or "unknown"],
            ["Citation", data["citation"] or "unknown"],
            ["Digest of the folds", data["folds_digest"]],
        ],
        words=(1,),
    )


def _model(metrics: Metrics) -> Table:
    model = metrics["model"]
    parity = model["parity"]
    return Table(
        ["Property", "Value"],
        [
            ["Ensemble", plain(metrics["ensemble"])],
            ["Format", "ONNX, one tree ensemble and a sigmoid, double precision"],
            ["SHA-256", model["digest"]],
            ["Size", f"{model['bytes'] / 1e6:.1f} MB"],
            [
                "Parity with scikit-learn",
                f"largest difference of a probability {parity['max_abs_difference']:.1e} on "
                f"{count(parity['rows'])} rows; {parity['tolerance']:.0e} is allowed",
            ],
        ],
        words=(1,),
    )
