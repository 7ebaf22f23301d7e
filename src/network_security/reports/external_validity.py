"""How far a detector holds on pages that other people gathered and measured.

Three questions: what the detector that is served says of the external pages; what the same
ensemble, with default settings, carries from either set to the other, as measured on the features
that both hold; and whether each feature speaks for the same class in both.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from network_security.detection.arrays import Codes, Floats, Ints
from network_security.detection.detector import Detector
from network_security.detection.masking import EvidenceLayout
from network_security.detection.resampling import figures_with_spread
from network_security.detection.transfer import Ensemble, LabelledRows, Transferred, transfer
from network_security.evidence import EvidenceSchema
from network_security.training_sets.hannousse import CITATION, FILE, HOME, LICENCE, ExternalSet

EVIDENCE: Final[Mapping[str, tuple[str, ...]]] = {
    "url": ("url",),
    "page": ("url", "http", "page"),
    "registration": ("url", "http", "page", "dns", "registration", "threat_list"),
    "all": ("url", "http", "page", "dns", "registration", "threat_list", "reputation", "tls"),
}
"""What is known of the external pages, poorest first; of the certificate nothing is.

Reputation comes last and alone: rank, index and age of a page in that set were asked for long
after phishing pages are gone, so that they tell how it was gathered.
"""
DIRECTIONS: Final = (
    "training_to_training",
    "training_to_external",
    "external_to_external",
    "external_to_training",
)
"""Trained on, judged on; both the same: out of fold."""

SURE: Final = 2.0
"""Standard deviations from 0.5 at which a feature's ROC-AUC counts as telling a side."""

SHIFT: Final = 0.25
"""Difference of both classes' shares at which a feature counts as measured otherwise."""

CLASSES: Final = ("phishing", "legitimate")
SOURCE: Final = {"citation": CITATION, "licence": LICENCE, "home": HOME, "file": FILE}


def not_measured() -> dict[str, Any]:
    """What stands in the report where the external set is not at hand."""
    return {"measured": False, "source": SOURCE}


def measure_external_validity(
    external: ExternalSet,
    primary: pd.DataFrame,
    detector: Detector,
    schema: EvidenceSchema,
    ensemble: Ensemble,
    rate: float,
) -> dict[str, Any]:
    """Judge the external pages, and both sets by one another.

    Args:
        external: the external pages.
        primary: the training set; the features, ``label`` and ``vector``, equal for equal rows.
        detector: as it is served.
        schema: the detector's evidence.
        ensemble: what is trained on either set.
        rate: the false-positive rate of the operating point.

    Returns:
        ``source`` and what it holds; ``shared`` and ``unknown`` features; ``served``, figures by
        origin of the URL features and by evidence; ``transfer``, by `DIRECTIONS` and evidence; and
        ``features``, a row each. A figure is ``mean``, the value on the rows, and ``std``, of the
        bootstrap by domain, in the training set by feature vector.
    """
    layout = EvidenceLayout.of(replace(schema, tiers=EVIDENCE))
    names = list(schema.features)
    pages = external.extracted
    shared = [name for name in names if pages[name].notna().any()]
    own = _rows(primary, shared, schema, primary["vector"])
    other = _rows(pages, shared, schema, pages["domain"])
    return {
        "measured": True,
        "source": {**SOURCE, "sha256": external.sha256},
        "rows": len(pages),
        "domains": int(pages["domain"].nunique()),
        "phishing": float(pages["label"].mean()),
        "target_fpr": rate,
        "shared": shared,
        "unknown": [name for name in names if name not in shared],
        "served": {
            origin: _served(frame, detector, schema, layout, rate)
            for origin, frame in (
                ("extracted", external.extracted),
                ("published", external.published),
            )
        },
        "transfer": _transfers(own, other, layout, ensemble, rate),
        "features": [
            _feature(name, own, other, names.index(name), schema.missing) for name in shared
        ],
    }


def _rows(
    table: pd.DataFrame, shared: list[str], schema: EvidenceSchema, groups: pd.Series
) -> LabelledRows:
    """A table's rows with the shared features only, all others absent."""
    known = table[shared].reindex(columns=list(schema.features))
    return LabelledRows(
        known.fillna(schema.missing).to_numpy(dtype=np.int8),
        table["label"].to_numpy(dtype=np.int64),
        np.asarray(pd.factorize(groups)[0], dtype=np.int64),
    )


def _served(
    pages: pd.DataFrame,
    detector: Detector,
    schema: EvidenceSchema,
    layout: EvidenceLayout,
    rate: float,
) -> dict[str, Any]:
    """What the detector says of the pages, at the operating points of the tiers it takes them for.

    The figures of a tier that no page has all groups of are those of the next poorer one.
    """
    rows = _rows(pages, list(schema.features), schema, pages["domain"])
    result = {}
    for tier in layout.tiers:
        evidence = pd.DataFrame(layout.restrict(rows.features, tier), columns=list(schema.features))
        verdicts = detector.score(evidence)
        result[tier] = {
            **_figures(rows, verdicts.probability, verdicts.decision, rate),
            "operating_points": {
                str(name): float(verdicts.threshold[verdicts.tier == name][0])
                for name in np.unique(verdicts.tier)
            },
        }
    return result


def _transfers(
    own: LabelledRows,
    other: LabelledRows,
    layout: EvidenceLayout,
    ensemble: Ensemble,
    rate: float,
) -> dict[str, Any]:
    figures: dict[str, Any] = {direction: {} for direction in DIRECTIONS}
    for source, target, within, across in (
        (own, other, *DIRECTIONS[:2]),
        (other, own, *DIRECTIONS[2:]),
    ):
        judged: dict[str, Transferred] = transfer(source, target, layout, ensemble, rate)
        for tier, verdicts in judged.items():
            for direction, rows, score in (
                (within, source, verdicts.within),
                (across, target, verdicts.across),
            ):
                called = score >= verdicts.threshold
                figures[direction][tier] = _figures(rows, score, called, rate)
    return figures


def _figures(
    rows: LabelledRows, score: Floats, called: NDArray[np.bool_], rate: float
) -> dict[str, Any]:
    return figures_with_spread(rows.labels, score, called, rows.groups, rate=rate)


def _feature(
    name: str, own: LabelledRows, other: LabelledRows, column: int, missing: int
) -> dict[str, Any]:
    """How often a feature is below its usual value in either class of either set, and what follows.

    A feature ranks by itself: the lower, the more suspicious. Its ROC-AUC is above 0.5 where it
    speaks as it should, and below where what it calls phishing is the more often legitimate. It
    has shifted where both classes' shares moved far the same way: its rule is another one there.
    """
    sets = {
        origin: _alone(rows.features[:, column], rows.labels, rows.groups, missing)
        for origin, rows in (("training", own), ("external", other))
    }
    sides = {origin: _side(figures["roc_auc"]) for origin, figures in sets.items()}
    if 0 in sides.values():
        verdict = "unclear"
    else:
        verdict = "agrees" if sides["training"] == sides["external"] else "flips"
    moved = [sets["external"][label] - sets["training"][label] for label in CLASSES]
    shifted = min(moved) >= SHIFT or max(moved) <= -SHIFT
    return {"feature": name, **sets, "verdict": verdict, "shifted": shifted}


def _alone(codes: Codes, labels: Ints, groups: Ints, missing: int) -> dict[str, Any]:
    known = codes != missing
    value, label = codes[known], labels[known]
    suspicious = value < 1
    figures = figures_with_spread(
        label, -value.astype(np.float64), suspicious, groups[known], rate=1.0
    )
    return {
        "known": float(known.mean()),
        "phishing": figures["recall"]["mean"],
        "legitimate": figures["fpr"]["mean"],
        "roc_auc": figures["roc_auc"],
    }


def _side(roc_auc: Mapping[str, float]) -> int:
    """1 above 0.5, -1 below, 0 where chance could have it either way."""
    away = roc_auc["mean"] - 0.5
    return 0 if abs(away) <= SURE * roc_auc["std"] else int(np.sign(away))
