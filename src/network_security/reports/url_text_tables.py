"""The URL text card's tables, every cell from the report of metrics."""

from collections.abc import Mapping
from typing import Any, Final

from network_security.reports.table import Table
from network_security.reports.wording import count, percent, plain

Metrics = Mapping[str, Any]

FIGURES: Final[Mapping[str, str]] = {
    "roc_auc": "ROC-AUC",
    "roc_auc_with_path": "... URLs with a path",
    "roc_auc_without_path": "... bare hosts",
    "roc_auc_matched": "... classes matched",
    "recall": "Recall at FPR 1%",
    "ece": "ECE",
}
"""Columns of the headline table."""

SHORTCUTS: Final = ("path", "https", "www", "length")

_SUBJECTS: Final[Mapping[str, str]] = {
    "later": "later phishing, unseen sites",
    "same_period": "phishing of the same period, unseen sites",
}
_NONE: Final = "-"


def url_text_tables(metrics: Metrics) -> dict[str, Table]:
    """The tables by name.

    Args:
        metrics: the report of metrics.
    """
    return {
        "headline": _headline(metrics),
        "shortcuts": _shortcuts(metrics),
        "evasions": _evasions(metrics),
        "sources": _sources(metrics),
        "candidates": _candidates(metrics),
    }


def subject_label(protocol: str, subject: str) -> str:
    """What was tested, in words."""
    name = _SUBJECTS.get(subject, subject)
    return {
        "within_source": f"{name} alone, unseen domains",
        "left_out_source": f"{name}, left out of training",
    }.get(protocol, name if subject in _SUBJECTS else f"{name}, unseen domains")


def spread(figure: Mapping[str, Any]) -> str:
    """Mean and standard deviation over folds, as ``0.988 ± 0.004``; of a single fold its value."""
    if figure["mean"] is None:
        return _NONE
    around = f" ± {figure['std']:.3f}" if figure["std"] is not None else ""
    return f"{figure['mean']:.3f}{around}"


def _each(metrics: Metrics, part: str = "protocols") -> list[tuple[str, str, Metrics]]:
    return [
        (protocol, subject, own)
        for protocol, subjects in metrics[part].items()
        for subject, own in subjects.items()
    ]


def _headline(metrics: Metrics) -> Table:
    rows = [
        [
            plain(protocol),
            subject_label(protocol, subject),
            str(len(own["roc_auc"]["folds"])),
            *(spread(own[name]) for name in FIGURES),
        ]
        for protocol, subject, own in _each(metrics)
    ]
    return Table(["Trained on", "Tested on", "Folds", *FIGURES.values()], rows, words=(1,))


def _shortcuts(metrics: Metrics) -> Table:
    rows = [
        [
            subject_label(protocol, subject),
            *(spread(own[f"shortcut_{name}"]) for name in SHORTCUTS),
            spread(own["roc_auc"]),
            spread(own["roc_auc_matched"]),
        ]
        for protocol, subject, own in _each(metrics)
    ]
    columns = ["Tested on", "path", "https", "www", "length", "Expert", "Expert, classes matched"]
    return Table(columns, rows)


def _evasions(metrics: Metrics) -> Table:
    tested = _each(metrics, "evasions")
    names = list(tested[0][2]) if tested else []
    rows = [[plain(name), *(_points(own[name]) for _, _, own in tested)] for name in names]
    columns = ["Evasion", *(subject_label(protocol, subject) for protocol, subject, _ in tested)]
    return Table(columns, rows)


def _points(figure: Mapping[str, Any]) -> str:
    return _NONE if figure["mean"] is None else f"{100 * figure['mean']:+.1f}"


def _sources(metrics: Metrics) -> Table:
    rows = [
        [
            own["source"],
            count(own["phishing"]),
            count(own["legitimate"]),
            count(own["domains"]),
            f"{own['from']} to {own['to']}" if own["from"] else _NONE,
            own["licence"],
            own["home"],
        ]
        for own in metrics["data"]["sources"]
    ]
    columns = ["List", "Phishing", "Legitimate", "Domains", "Dates", "Licence", "Where it is had"]
    return Table(columns, rows, words=(4, 5, 6))


def _candidates(metrics: Metrics) -> Table:
    ordered = sorted(metrics["candidates"].items(), key=lambda own: own[1])
    rows = [[plain(name), f"{loss:.4f}"] for name, loss in ordered]
    return Table(["Candidate", "Log-loss on unseen domains"], rows, stands_out=0)


def worst_evasion(metrics: Metrics) -> str:
    """The evasion that costs the expert of all lists most recall, with what it costs."""
    losses = [
        (figure["mean"], name, subject)
        for subject, own in metrics["evasions"].get("all_sources", {}).items()
        for name, figure in own.items()
    ]
    if not losses:
        return _NONE
    lost, name, subject = max(losses)
    return f"{plain(name)}, {percent(max(lost, 0.0))} ({subject_label('all_sources', subject)})"
