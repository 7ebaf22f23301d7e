"""Figures that others published for this data set, what follows from them, and what we measure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from network_security.training_sets.download import PHISHING_WEBSITES


@dataclass(frozen=True)
class PublishedClaims:
    """What a publication states of its detector, as shares of 1.

    Attributes:
        source: who states it, and of what.
        table: the data set that it was measured on.
        candidate: the ensemble among ours that is built as theirs.
        accuracy: share of right calls.
        precision: share of phishing among the rows called phishing.
        recall: share of phishing that is called so.
        fpr: share of legitimate rows called phishing.
        rounding: by how much each figure may be off for being rounded.
        remarks: how it was measured, as far as its code tells.
    """

    source: str
    table: str
    candidate: str
    accuracy: float
    precision: float
    recall: float
    fpr: float
    rounding: float
    remarks: tuple[str, ...]


CLAIMS: Final = PublishedClaims(
    source=(
        "the page of a public project that trains on the same data set: a random forest and "
        "AdaBoost that vote"
    ),
    table=PHISHING_WEBSITES.name,
    candidate="random_forest_ada_boost_vote",
    accuracy=0.985,
    precision=0.962,
    recall=0.978,
    fpr=0.014,
    rounding=0.0005,
    remarks=(
        "Its settings are selected on the rows that it is then measured on.",
        "Some of the figures that it logs are those of its training rows.",
        "Its figures carry no spread over several splits.",
        "It reads the label the wrong way round and shows phishing as safe.",
    ),
)

FIGURES: Final = ("accuracy", "precision", "recall", "fpr")


def implied(recall: float, fpr: float, positive_share: float) -> dict[str, float]:
    """The accuracy and precision that recall and false-positive rate leave no choice about.

    With p the share of positive rows: accuracy is ``recall p + (1 - fpr)(1 - p)``, and precision is
    ``recall p / (recall p + fpr (1 - p))``, or 0 where nothing is called positive.
    """
    caught, false_alarms = recall * positive_share, fpr * (1 - positive_share)
    return {
        "accuracy": caught + (1 - positive_share) - false_alarms,
        "precision": caught / (caught + false_alarms) if caught + false_alarms else 0.0,
    }


def check_arithmetic(claims: PublishedClaims, phishing_share: float) -> list[dict[str, Any]]:
    """Whether the claims can hold together on rows of this class balance.

    The publication does not say which class is its positive one, so both are tried.

    Args:
        claims: what is stated.
        phishing_share: share of the rows that is phishing.

    Returns:
        An entry for each positive class and each of accuracy and precision: ``positive``, ``share``
        of that class, ``figure``, ``claimed``, ``implied`` by the claimed recall and false-positive
        rate, ``lowest`` and ``highest`` that rounding leaves room for, and whether the claim
        ``holds``.
    """
    entries = []
    for positive, share in (("phishing", phishing_share), ("legitimate", 1 - phishing_share)):
        stated = implied(claims.recall, claims.fpr, share)
        corners = [implied(recall, fpr, share) for recall, fpr in _within_rounding(claims)]
        for figure, value in stated.items():
            lowest = min(corner[figure] for corner in corners)
            highest = max(corner[figure] for corner in corners)
            claimed = getattr(claims, figure)
            entries.append(
                {
                    "positive": positive,
                    "share": share,
                    "figure": figure,
                    "claimed": claimed,
                    "implied": value,
                    "lowest": lowest,
                    "highest": highest,
                    "holds": lowest - claims.rounding <= claimed <= highest + claims.rounding,
                }
            )
    return entries


def compare(metrics: Mapping[str, Any], claims: PublishedClaims = CLAIMS) -> dict[str, Any]:
    """The claims beside what is measured, ready for JSON.

    Args:
        metrics: the report of metrics, with ``protocols``, ``candidates`` and ``data``.
        claims: what is stated.

    Returns:
        ``source`` and ``remarks``; ``comparable``, whether the figures here are of the same data
        set; ``table``, an entry a figure: ``claimed``, and for each protocol ``detector``,
        ``detector_at_operating_point`` and, where the same ensemble competed, ``same_ensemble``,
        each with mean and std; ``arithmetic``, as `check_arithmetic` gives it; and ``consistent``,
        whether it holds throughout for one of the positive classes.
    """
    data = metrics["data"]
    same = metrics["candidates"].get(claims.candidate)
    table = []
    for figure in FIGURES:
        entry: dict[str, Any] = {"figure": figure, "claimed": getattr(claims, figure)}
        for protocol, figures in metrics["protocols"].items():
            entry[protocol] = {
                "detector": _short(figures[figure]),
                "detector_at_operating_point": _short(figures[f"{figure}_at_operating_point"]),
            }
            if same is not None:
                entry[protocol]["same_ensemble"] = _short(same[protocol][figure])
        table.append(entry)
    arithmetic = check_arithmetic(claims, data["class_balance"]["phishing"])
    return {
        "source": claims.source,
        "remarks": list(claims.remarks),
        "comparable": data["name"] == claims.table and not data["simulated"],
        "table": table,
        "arithmetic": arithmetic,
        "consistent": any(
            all(entry["holds"] for entry in arithmetic if entry["positive"] == positive)
            for positive in ("phishing", "legitimate")
        ),
    }


def _within_rounding(claims: PublishedClaims) -> Iterator[tuple[float, float]]:
    """Recall and false-positive rate at the corners of what they may have been before rounding."""
    off = (-claims.rounding, claims.rounding)
    for recall_off, fpr_off in product(off, off):
        yield claims.recall + recall_off, claims.fpr + fpr_off


def _short(spread: Mapping[str, Any]) -> dict[str, float]:
    return {"mean": spread["mean"], "std": spread["std"]}
