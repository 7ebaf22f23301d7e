"""What a fused detector brings over its parts, on URLs that none of them saw."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from sklearn.metrics import roc_auc_score

from network_security.detection.arrays import Codes, Floats, Ints
from network_security.detection.detector import Detector
from network_security.detection.fusion.evidence import SiteEvidence
from network_security.detection.fusion.fitting import fit_weights, tier_copies
from network_security.detection.fusion.options import FusionOptions
from network_security.detection.masking import EvidenceLayout
from network_security.detection.metrics import expected_calibration_error, recall_at_fpr
from network_security.detection.thresholds import threshold_for_fpr
from network_security.detection.verdicts.conformal import Conformal, conformal_quantiles

JUDGES: Final = ("fused", "url_text", "features")
"""Who is compared: the fused detector, the URL text expert and the 30-feature detector alone."""
_EDGE: Final = 1e-12


def held_out_log_odds(
    rows: pd.DataFrame,
    codes: Codes,
    detector: Detector,
    layout: EvidenceLayout,
    options: FusionOptions,
) -> pd.DataFrame:
    """Log-odds of every row at every tier, by weights that were fitted on the other folds.

    Args:
        rows: columns ``label``, ``source``, ``fold`` and ``log_odds`` (of the URL's text, out of
            fold); no registered domain is in two folds.
        codes: shape (n_rows, n_features).
        detector: the one of 30 features.
        layout: its groups and tiers.
        options: what is chosen.

    Returns:
        A line a row and tier: ``row``, ``label``, ``source``, ``fold``, ``tier``, and the log-odds
        of each of `JUDGES`.
    """
    lines = []
    fold = rows["fold"].to_numpy()
    text = rows["log_odds"].to_numpy(dtype=np.float64)
    for number in np.unique(fold):
        own = np.flatnonzero(fold == number)
        others = np.flatnonzero(fold != number)
        weights = fit_weights(rows.iloc[others], codes[others], detector, layout, options)
        site = SiteEvidence(detector, weights)
        for tier, (taken, known) in tier_copies(codes[own], layout).items():
            there = own[taken]
            part = rows[["label", "source", "fold"]].iloc[there].reset_index(drop=True)
            lines.append(
                part.assign(
                    row=there,
                    tier=tier,
                    fused=weights.intercept + weights.url_text * text[there] + site.log_odds(known),
                    url_text=text[there],
                    features=_features_alone(detector, known),
                )
            )
    order = {tier: place for place, tier in enumerate(layout.tiers)}
    return (
        pd.concat(lines, ignore_index=True)
        .sort_values(["tier", "row"], key=lambda own: own.map(order) if own.name == "tier" else own)
        .reset_index(drop=True)
    )


def _features_alone(detector: Detector, codes: Codes) -> Floats:
    """What the 30-feature detector says by itself, with the published rules for the URL too."""
    evidence = pd.DataFrame(codes, columns=list(detector.manifest.features))
    probability = detector.score(evidence).probability
    return np.asarray(logit(np.clip(probability, _EDGE, 1 - _EDGE)))


def operating_points(held_out: pd.DataFrame, options: FusionOptions) -> dict[str, float]:
    """The probability at which each tier alerts, for the chosen false-positive rate."""
    return {
        tier: threshold_for_fpr(
            own["label"].to_numpy(),
            probability(own["fused"].to_numpy(), options),
            options.false_positive_rate,
        )
        for tier, own in _tiers(held_out)
    }


def conformal(held_out: pd.DataFrame, options: FusionOptions) -> Conformal:
    """When to answer "not sure", at each tier."""
    return conformal_quantiles(
        probability(held_out["fused"].to_numpy(), options),
        held_out["label"].to_numpy(),
        held_out["tier"].to_numpy(dtype=str),
        options.coverage,
    )


def probability(log_odds: Floats, options: FusionOptions) -> Floats:
    """Probabilities at the chosen prior, of log-odds at an equal one."""
    return np.asarray(expit(logit(options.prior) + log_odds))


def measure_fusion(held_out: pd.DataFrame, options: FusionOptions) -> dict[str, Any]:
    """The figures of every judge at every tier, and by source where only the URL is known.

    Returns:
        ``tiers``: of each tier, ``rows`` by class and for each of `JUDGES` ``roc_auc``, ``recall``
        at the target false-positive rate and, for the fused, ``fpr_at_operating_point`` and
        ``recall_at_operating_point``, each fold's by the threshold of the others, ``ece`` and the
        share ``not_sure``; each as mean, std and folds. ``sources``: of each list, which share of
        its legitimate and of its phishing URLs the threshold of tier ``url`` catches.
    """
    answers = conformal(held_out, options)
    tiers = {}
    for tier, own in _tiers(held_out):
        figures = [
            _figures(own, number, options, answers) for number in sorted(own["fold"].unique())
        ]
        tiers[tier] = {
            "rows": {
                "phishing": int((own["label"] == 1).sum()),
                "legitimate": int((own["label"] == 0).sum()),
            },
            **{
                judge: {
                    name: _spread([each[judge][name] for each in figures])
                    for name in figures[0][judge]
                }
                for judge in JUDGES
            },
        }
    thresholds = operating_points(held_out, options)
    poorest = next(iter(thresholds))
    lines = held_out[held_out["tier"] == poorest]
    caught = probability(lines["fused"].to_numpy(), options) >= thresholds[poorest]
    sources: dict[str, dict[str, float]] = {}
    for (source, label), own in lines.assign(caught=caught).groupby(["source", "label"]):
        name = "recall" if label == 1 else "fpr"
        sources.setdefault(str(source), {})[name] = float(own["caught"].mean())
    return {"tiers": tiers, "sources": sources}


def _figures(
    lines: pd.DataFrame, fold: int, options: FusionOptions, answers: Conformal
) -> dict[str, dict[str, float]]:
    """Of one fold at one tier."""
    own, others = lines[lines["fold"] == fold], lines[lines["fold"] != fold]
    truth = own["label"].to_numpy()
    rate = options.false_positive_rate
    figures = {
        judge: {
            "roc_auc": float(roc_auc_score(truth, own[judge])),
            "recall": recall_at_fpr(truth, own[judge].to_numpy(), rate),
        }
        for judge in JUDGES
    }
    fused = probability(own["fused"].to_numpy(), options)
    threshold = threshold_for_fpr(
        others["label"].to_numpy(), probability(others["fused"].to_numpy(), options), rate
    )
    quantiles = answers.tiers[str(own["tier"].iloc[0])]
    unsure = [quantiles.answer(each) == "not sure" for each in fused]
    figures["fused"] |= {
        **_rates(truth, fused >= threshold),
        "ece": expected_calibration_error(truth, expit(own["fused"].to_numpy())),
        "not_sure": float(np.mean(unsure)),
    }
    return figures


def _rates(truth: Ints, called: Any) -> dict[str, float]:
    return {
        "recall_at_operating_point": float(called[truth == 1].mean()),
        "fpr_at_operating_point": float(called[truth == 0].mean()),
    }


def _tiers(held_out: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    for tier, own in held_out.groupby("tier", sort=False):
        yield str(tier), own


def _spread(values: list[float]) -> dict[str, Any]:
    return {"mean": float(np.mean(values)), "std": float(np.std(values, ddof=1)), "folds": values}
