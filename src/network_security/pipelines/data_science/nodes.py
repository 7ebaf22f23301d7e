"""Tuning, scoring out of fold, choosing, fitting and exporting a detector."""

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pandas as pd

from network_security.detection.additive import AdditiveTrees, sum_members
from network_security.detection.arrays import Codes, Ints
from network_security.detection.cross_validation import (
    ChoiceOptions,
    calibrate_out_of_fold,
    choose_candidate,
    fit_combination,
    out_of_fold_scores,
    permutation_importance,
)
from network_security.detection.explanation import shap_values
from network_security.detection.export import model_digest, to_onnx
from network_security.detection.masking import EvidenceLayout, MaskingOptions, masked_training_rows
from network_security.detection.members import fit_member, member_score
from network_security.detection.stacking import Combination
from network_security.detection.tuning import TuningOptions, TuningRows, tune
from network_security.evidence import SCHEMAS

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrainingOptions:
    """How fits are made.

    Attributes:
        seed: of masks and fits.
        workers: fits that run side by side, -1 for one a core. No result depends on it.
    """

    seed: int = 0
    workers: int = -1


@dataclass(frozen=True)
class ParityOptions:
    """How far served probabilities may be from scikit-learn's.

    Attributes:
        tolerance: largest absolute difference.
    """

    tolerance: float = 1e-6


@dataclass(frozen=True)
class ExplanationOptions:
    """How many rows are explained for the report.

    Attributes:
        rows: distinct rows, drawn at random.
        seed: of the draw.
    """

    rows: int = 200
    seed: int = 0


class ParityError(Exception):
    """The exported detector is not the one that was fitted."""


@dataclass(frozen=True, eq=False)
class FittedDetector:
    """A detector as scikit-learn fitted it, before export.

    Attributes:
        members: fitted ensembles by name.
        combination: how their scores become one probability.
    """

    members: Mapping[str, Any]
    combination: Combination


def tune_members(
    primary: pd.DataFrame,
    folds: pd.DataFrame,
    detector: str,
    members: dict[str, Any],
    search_space: dict[str, Any],
    masking: MaskingOptions,
    options: TuningOptions,
    storage: Any,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The Optuna studies of every member, and the settings they won."""
    features, labels, layout = _arrays(primary, detector)
    rows = TuningRows(features, labels, folds["grouped"].to_numpy(dtype=np.int64))
    half = folds["half"].to_numpy(dtype=np.int64)
    studies, settings = tune(members, search_space, rows, half, layout, masking, options, storage)
    for member, won in settings.items():
        log.info("%s: tuned to %s", member, won["final"])
    return studies, settings


def score_out_of_fold(
    primary: pd.DataFrame,
    folds: pd.DataFrame,
    detector: str,
    settings: dict[str, Any],
    masking: MaskingOptions,
    options: TrainingOptions,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every member's scores of rows it never saw, as they are and with features shuffled."""
    features, labels, layout = _arrays(primary, detector)
    return out_of_fold_scores(
        features, labels, folds, settings, layout, masking, options.seed, options.workers
    )


def calibrate(scores: pd.DataFrame, choice: ChoiceOptions) -> pd.DataFrame:
    """Each candidate's cross-fitted probabilities."""
    return calibrate_out_of_fold(scores, choice)


def choose(probabilities: pd.DataFrame, choice: ChoiceOptions) -> dict[str, Any]:
    """The ensemble that the out-of-fold probabilities speak for."""
    chosen = choose_candidate(probabilities, choice)
    best = chosen["log_loss"][chosen["final"]]
    log.info("chosen ensemble: %s, log-loss %.4f", chosen["final"], best)
    return chosen


def combine(scores: pd.DataFrame, chosen: dict[str, Any], choice: ChoiceOptions) -> dict[str, Any]:
    """The chosen ensemble's weights and sigmoid, from the grouped protocol's scores."""
    candidate = choice.candidates[chosen["final"]]
    grouped = scores[scores["protocol"] == "grouped"]
    return asdict(fit_combination(grouped, candidate, choice.tier_weights))


def fit_detector(
    primary: pd.DataFrame,
    detector: str,
    settings: dict[str, Any],
    combination: dict[str, Any],
    masking: MaskingOptions,
    options: TrainingOptions,
) -> FittedDetector:
    """The chosen ensemble, fitted on all rows."""
    features, labels, layout = _arrays(primary, detector)
    rng = np.random.default_rng(options.seed)
    rows = masked_training_rows(features, labels, layout, masking, rng)
    fitted = {
        name: fit_member(name, settings[name]["final"], rows, options.seed)
        for name in combination["weights"]
    }
    return FittedDetector(fitted, Combination(**combination))


def reduce_to_trees(fitted: FittedDetector) -> AdditiveTrees:
    """The detector's log-odds as one sum over trees."""
    return sum_members(fitted.members, fitted.combination.weights, fitted.combination.intercept)


def export(trees: AdditiveTrees, detector: str, provenance: dict[str, Any]) -> onnx.ModelProto:
    """The detector in its serving format; equal trees give equal bytes."""
    source = {"detector": detector, "training_set": provenance["sha256"]}
    return to_onnx(trees, SCHEMAS[detector].features, source)


def check_parity(
    primary: pd.DataFrame,
    detector: str,
    fitted: FittedDetector,
    model: onnx.ModelProto,
    parity: ParityOptions,
) -> dict[str, Any]:
    """How far the served probabilities are from scikit-learn's, at every evidence tier.

    Raises:
        ParityError: further than the tolerance.
    """
    features, _, layout = _arrays(primary, detector)
    every_tier = np.concatenate([layout.restrict(features, tier) for tier in layout.tiers])
    rows = np.unique(every_tier, axis=0)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(deterministic=True), providers=["CPUExecutionProvider"]
    )
    (served,) = session.run(["probability"], {"features": rows.astype(np.float32)})
    scores = {name: member_score(member, rows) for name, member in fitted.members.items()}
    trained = fitted.combination.probability(scores)
    difference = float(np.abs(served[:, 0] - trained).max())
    if not difference <= parity.tolerance:  # Nor is a probability that is no number one to serve.
        raise ParityError(
            f"the exported {detector} detector differs from the fitted one by {difference:.2e} on "
            f"{len(rows)} rows, more than {parity.tolerance:.0e}: it must not be served"
        )
    return {
        "rows": len(rows),
        "max_abs_difference": difference,
        "tolerance": parity.tolerance,
        "model_bytes": model.ByteSize(),
        "digest": model_digest(model),
    }


def rank_features(
    shuffled: pd.DataFrame, scores: pd.DataFrame, combination: dict[str, Any]
) -> pd.DataFrame:
    """What each feature is worth, measured by shuffling it out of fold."""
    return permutation_importance(shuffled, scores, Combination(**combination))


def explain(
    primary: pd.DataFrame, detector: str, trees: AdditiveTrees, options: ExplanationOptions
) -> pd.DataFrame:
    """Exact contributions of each feature, beside its value, for a sample of distinct rows.

    Returns:
        Columns ``shap.<feature>`` in log-odds, ``value.<feature>``, ``shap.expected`` and
        ``label``.
    """
    features = list(SCHEMAS[detector].features)
    distinct = primary.drop_duplicates(subset="vector")
    sample = distinct.sample(min(options.rows, len(distinct)), random_state=options.seed)
    contributions = shap_values(trees, sample[features].to_numpy(dtype=np.int8), features)
    values = sample[features].reset_index(drop=True)
    return pd.concat(
        [
            contributions.add_prefix("shap."),
            values.add_prefix("value."),
            sample["label"].reset_index(drop=True),
        ],
        axis=1,
    )


def _arrays(primary: pd.DataFrame, detector: str) -> tuple[Codes, Ints, EvidenceLayout]:
    schema = SCHEMAS[detector]
    return (
        primary[list(schema.features)].to_numpy(dtype=np.int8),
        primary["label"].to_numpy(dtype=np.int64),
        EvidenceLayout.of(schema),
    )
