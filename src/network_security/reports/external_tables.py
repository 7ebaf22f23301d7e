"""The model card's tables and figures of the pages of another origin."""

from collections.abc import Mapping
from typing import Any, Final

from network_security.reports.external_validity import EVIDENCE
from network_security.reports.table import Table
from network_security.reports.wording import percent, plain, rate, spread_percent

Metrics = Mapping[str, Any]

EVIDENCE_LABELS: Final[Mapping[str, str]] = {
    "url": "URL",
    "page": "+ page and redirections",
    "registration": "+ DNS, registration, threat list",
    "all": "+ reputation",
}
"""What each evidence adds to the one before it."""

DIRECTION_LABELS: Final[Mapping[str, str]] = {
    "training_to_training": "training set, on itself",
    "training_to_external": "training set, on external",
    "external_to_external": "external set, on itself",
    "external_to_training": "external set, on training",
}
URL_FEATURES: Final[Mapping[str, str]] = {
    "extracted": "as extracted here",
    "published": "as its authors have them",
}


def external_tables(metrics: Metrics) -> dict[str, Table]:
    """The tables by name; none where the external set was not at hand.

    Args:
        metrics: the report of metrics.
    """
    report: Metrics = metrics["external_validity"]
    if not report["measured"]:
        return {}
    return {
        "external_served": _served(report),
        "external_transfer": _transfer(report),
        "external_features": _features(report),
    }


def external_findings(report: Metrics) -> dict[str, Any]:
    """What the card's sentences about a measured report rest on.

    Returns:
        ``carried``, the share that is left on external pages of how far ROC-AUC is above chance, at
        the most evidence and for the detector that is served; the features that ``agrees``,
        ``flips`` and ``unclear`` name, and those that ``shifted``.
    """
    served = report["served"]["extracted"]["all"]["roc_auc"]["mean"]
    within = report["transfer"]["training_to_training"]["all"]["roc_auc"]["mean"]
    named = {
        verdict: [row["feature"] for row in report["features"] if row["verdict"] == verdict]
        for verdict in ("agrees", "flips", "unclear")
    }
    shifted = [row["feature"] for row in report["features"] if row["shifted"]]
    return {"carried": (served - 0.5) / (within - 0.5), "shifted": shifted, **named}


def spread_auc(figure: Mapping[str, float]) -> str:
    """Value and standard deviation of a ROC-AUC, as ``0.687 ± 0.023``."""
    return f"{figure['mean']:.3f} ± {figure['std']:.3f}"


def _served(report: Metrics) -> Table:
    point = rate(report["target_fpr"])
    return Table(
        [
            "Evidence",
            "URL features",
            "ROC-AUC",
            f"Recall at FPR {point}",
            "Accuracy at the operating point",
            "Recall there",
            "FPR there",
        ],
        [
            [
                EVIDENCE_LABELS[evidence],
                URL_FEATURES[origin],
                spread_auc(figures["roc_auc"]),
                *(
                    spread_percent(figures[name])
                    for name in ("recall_at_rate", "accuracy", "recall", "fpr")
                ),
            ]
            for origin, by_evidence in report["served"].items()
            for evidence, figures in _in_order(by_evidence)
        ],
        words=(1,),
    )


def _transfer(report: Metrics) -> Table:
    return Table(
        [
            "Trained on",
            "Evidence",
            "ROC-AUC",
            f"Recall at FPR {rate(report['target_fpr'])}",
            "Accuracy at its operating point",
            "FPR there",
        ],
        [
            [
                DIRECTION_LABELS[direction],
                EVIDENCE_LABELS[evidence],
                spread_auc(figures["roc_auc"]),
                *(spread_percent(figures[name]) for name in ("recall_at_rate", "accuracy", "fpr")),
            ]
            for direction in DIRECTION_LABELS
            for evidence, figures in _in_order(report["transfer"][direction])
        ],
        words=(1,),
    )


def _features(report: Metrics) -> Table:
    return Table(
        [
            "Feature",
            "Training: phishing",
            "legitimate",
            "ROC-AUC alone",
            "External: phishing",
            "legitimate",
            "ROC-AUC alone",
            "Known there",
            "Verdict",
        ],
        [
            [
                row["feature"],
                *(
                    cell
                    for origin in ("training", "external")
                    for cell in (
                        percent(row[origin]["phishing"]),
                        percent(row[origin]["legitimate"]),
                        spread_auc(row[origin]["roc_auc"]),
                    )
                ),
                percent(row["external"]["known"], 0),
                plain(row["verdict"]) + (", shifted" if row["shifted"] else ""),
            ]
            for row in report["features"]
        ],
        words=(8,),
    )


def _in_order(by_evidence: Metrics) -> list[tuple[str, Any]]:
    """Poorest evidence first, however the report was stored."""
    return [(evidence, by_evidence[evidence]) for evidence in EVIDENCE]
