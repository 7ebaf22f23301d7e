"""Fits the fusion's weights on labelled URLs, by maximum likelihood under constraints of sign.

The URL text's log-odds must be of models that did not see the row. Rows with evidence are taken
several times: with all of it, with that of each tier, and with some of it masked at random, so that
a reading is not only worth what it is beside all others.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit

from network_security.detection.arrays import Codes, Floats, Ints
from network_security.detection.detector import Detector
from network_security.detection.fusion.evidence import SiteEvidence
from network_security.detection.fusion.options import FusionOptions
from network_security.detection.fusion.weights import READINGS, FusionWeights
from network_security.detection.masking import EvidenceLayout, mask_at_random
from network_security.detection.verdicts.phrases import PHRASES

MASKED_FEATURES: Final = 0.1
"""Share of single readings taken away from a masked copy."""


def tier_copies(codes: Codes, layout: EvidenceLayout) -> dict[str, tuple[Ints, Codes]]:
    """Each row with just the evidence of each tier.

    Args:
        codes: shape (n_rows, n_features).
        layout: groups and tiers.

    Returns:
        By tier: positions of rows, and their codes. The poorest tier has all rows, the others those
        of whose site anything is known.
    """
    beyond_url = np.concatenate(list(layout.groups.values())[1:])
    known = np.flatnonzero((codes[:, beyond_url] != layout.missing).any(axis=1))
    return {
        tier: (taken, layout.restrict(codes[taken], tier))
        for tier, taken in zip(
            layout.tiers, [np.arange(len(codes)), *[known] * len(layout.tiers)], strict=False
        )
    }


def fit_weights(
    rows: pd.DataFrame,
    codes: Codes,
    detector: Detector,
    layout: EvidenceLayout,
    options: FusionOptions,
) -> FusionWeights:
    """The weights that make the labels most likely.

    Args:
        rows: columns ``label`` (1 for phishing) and ``log_odds`` (of the URL's text, out of fold).
        codes: shape (n_rows, n_features), all missing where only the URL is known.
        detector: the one of 30 features.
        layout: its groups and tiers.
        options: what is chosen.

    Raises:
        ValueError: there are no rows of one class.
    """
    if rows["label"].nunique() < 2:  # noqa: PLR2004 - both classes
        raise ValueError("a fusion is fitted on URLs of both classes, there is only one here")
    plain = FusionWeights(0.0, 1.0, 1.0, {}, options.set_aside, options.relief)
    reader = SiteEvidence(detector, plain)
    taken, known, weight = _training_copies(rows, codes, layout, options)
    label = rows["label"].to_numpy()[taken]
    names = _weighed_readings(known, layout.features, options)
    columns = [
        np.ones(len(taken)),
        rows["log_odds"].to_numpy()[taken],
        reader.detector_adds(known),
        *(known[:, layout.features.index(name)] == code for name, code in names),
    ]
    bounds = [(None, None), (0.0, None), (0.0, None), *(_sign(code) for _, code in names)]
    penalty = np.array([0.0, 0.0, 0.0, *(options.ridge for _ in names)])
    fitted = _logistic(np.column_stack(columns).astype(np.float64), label, weight, penalty, bounds)
    worth = dict(zip(names, fitted[3:].tolist(), strict=True))
    readings = {
        name: (worth.get((name, -1), 0.0), worth.get((name, 1), 0.0))
        for name in dict.fromkeys(name for name, _ in names)
    }
    return FusionWeights(
        intercept=float(fitted[0]),
        url_text=float(fitted[1]),
        features=float(fitted[2]),
        readings={name: own for name, own in readings.items() if any(own)} | dict(options.stated),
        set_aside=options.set_aside,
        relief=options.relief,
    )


def _training_copies(
    rows: pd.DataFrame, codes: Codes, layout: EvidenceLayout, options: FusionOptions
) -> tuple[Ints, Codes, Floats]:
    """Positions of rows, their codes, and weights under which every copy and class counts alike."""
    copies = list(tier_copies(codes, layout).values())
    known, full = copies[-1]
    rng = np.random.default_rng(options.seed)
    copies += [
        (known, mask_at_random(full, layout, MASKED_FEATURES, rng)) for _ in range(options.copies)
    ]
    copies = [copy for copy in copies if len(copy[0])]
    label = rows["label"].to_numpy()
    weights = []
    for taken, _ in copies:
        share = np.bincount(label[taken], minlength=2)[label[taken]]
        weights.append(1 / share)
    total = np.concatenate(weights)
    scale = len(rows) / total.sum()
    return (
        np.concatenate([taken for taken, _ in copies]),
        np.concatenate([own for _, own in copies]),
        total * scale,
    )


def _weighed_readings(
    known: Codes, features: Sequence[str], options: FusionOptions
) -> list[tuple[str, int]]:
    """The readings that occur often enough, of features whose codes have an order."""
    return [
        (name, code)
        for column, name in enumerate(features)
        if name not in {*options.set_aside, *options.stated}
        if PHRASES[name].minus is not None
        for code in READINGS
        if np.sum(known[:, column] == code) >= max(options.least_rows, 1)
    ]


def _sign(code: int) -> tuple[float | None, float | None]:
    """A suspicious reading must not clear, nor a legitimate one accuse."""
    return (0.0, None) if code < 0 else (None, 0.0)


def _logistic(
    columns: Floats,
    label: Ints,
    weight: Floats,
    penalty: Floats,
    bounds: Sequence[tuple[float | None, float | None]],
) -> Floats:
    """Coefficients of a logistic regression, each within its bounds."""
    sign = np.where(label == 1, 1.0, -1.0)

    def loss(coefficients: Floats) -> tuple[float, Floats]:
        margin = sign * (columns @ coefficients)
        value = float(weight @ np.logaddexp(0.0, -margin) + penalty @ coefficients**2 / 2)
        gradient = -columns.T @ (weight * sign * expit(-margin)) + penalty * coefficients
        return value / len(label), gradient / len(label)

    start = np.zeros(columns.shape[1])
    start[1] = 1.0
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds,
        options={"maxiter": 2_000, "ftol": 1e-12, "gtol": 1e-8},
    )  # fmt: skip
    return np.asarray(found.x)
