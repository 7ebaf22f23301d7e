"""An ensemble trained on one set of pages and judged on another, beside its own out of fold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from joblib import Parallel, delayed
from sklearn.model_selection import StratifiedGroupKFold

from network_security.detection.arrays import Codes, Floats, Ints
from network_security.detection.masking import EvidenceLayout, MaskingOptions, masked_training_rows
from network_security.detection.members import fit_member, member_score
from network_security.detection.stacking import CandidateOptions, Combination
from network_security.detection.thresholds import threshold_for_fpr

FOLDS: Final = 2
"""Of the set that is trained on; each costs a fit, and a training is not to wait for more."""

MemberScores = Mapping[str, Mapping[str, Floats]]
"""Scores by evidence tier and member."""


@dataclass(frozen=True, eq=False)
class LabelledRows:
    """A set of pages.

    Attributes:
        features: shape (n_rows, n_features).
        labels: shape (n_rows,), 1 for phishing.
        groups: shape (n_rows,), rows that one fold must hold together.
    """

    features: Codes
    labels: Ints
    groups: Ints


@dataclass(frozen=True, eq=False)
class Transferred:
    """What the ensemble says with one tier's evidence.

    Attributes:
        within: probability of phishing of each row of its own set, out of fold.
        across: probability of phishing of each row of the other set.
        threshold: operating point, chosen on its own set out of fold.
    """

    within: Floats
    across: Floats
    threshold: float


@dataclass(frozen=True)
class Ensemble:
    """What is fitted, and how.

    Attributes:
        candidate: the members, and how they are put together.
        settings: of each member.
        masking: how evidence is taken away in training.
        seed: of folds, masks and fits.
        workers: fits that run side by side, -1 for one a core.
    """

    candidate: CandidateOptions
    settings: Mapping[str, Mapping[str, Any]]
    masking: MaskingOptions
    seed: int = 0
    workers: int = -1


def transfer(
    own: LabelledRows, other: LabelledRows, layout: EvidenceLayout, ensemble: Ensemble, rate: float
) -> dict[str, Transferred]:
    """Train on one set; judge its own rows out of fold and the other's with all of it.

    Args:
        own: the set that is trained on.
        other: the set that is not.
        layout: evidence groups and tiers.
        ensemble: what is fitted.
        rate: the false-positive rate that thresholds are chosen for.

    Returns:
        By evidence tier. Weights and calibration have a parameter a member and one more, and are
        fitted on the out-of-fold scores of all tiers alike, those that ``within`` is of included.

    Raises:
        ValueError: no member's scores rise with phishing.
    """
    dealer = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=ensemble.seed)
    folds = list(dealer.split(own.features, own.labels, own.groups))
    everything = np.arange(len(own.labels))
    tasks = [(train, own.features[test]) for train, test in folds] + [(everything, other.features)]
    *held_out, across = Parallel(n_jobs=ensemble.workers)(
        delayed(_fit_and_score)(own, train, rows, layout, ensemble, number)
        for number, (train, rows) in enumerate(tasks)
    )
    within = {
        tier: {
            name: _in_place([test for _, test in folds], [part[tier][name] for part in held_out])
            for name in ensemble.candidate.members
        }
        for tier in layout.tiers
    }
    combination = _combine(within, own.labels, ensemble.candidate)
    result = {}
    for tier in layout.tiers:
        probability = combination.probability(within[tier])
        result[tier] = Transferred(
            within=probability,
            across=combination.probability(across[tier]),
            threshold=threshold_for_fpr(own.labels, probability, rate),
        )
    return result


def _fit_and_score(
    own: LabelledRows,
    train: Ints,
    rows: Codes,
    layout: EvidenceLayout,
    ensemble: Ensemble,
    number: int,
) -> MemberScores:
    """Each member's scores of the rows at each tier, fitted on some rows of a set."""
    training = masked_training_rows(
        own.features[train], own.labels[train], layout, ensemble.masking,
        np.random.default_rng([ensemble.seed, number]),
    )  # fmt: skip
    members = {
        name: fit_member(name, ensemble.settings[name], training, ensemble.seed)
        for name in ensemble.candidate.members
    }
    return {
        tier: {
            name: member_score(member, layout.restrict(rows, tier))
            for name, member in members.items()
        }
        for tier in layout.tiers
    }


def _in_place(tests: list[Ints], scores: list[Floats]) -> Floats:
    """The folds' scores in the order of the rows."""
    together = np.empty(sum(map(len, tests)))
    together[np.concatenate(tests)] = np.concatenate(scores)
    return together


def _combine(within: MemberScores, labels: Ints, candidate: CandidateOptions) -> Combination:
    tiers = list(within.values())
    stacked = {
        name: np.concatenate([scores[name] for scores in tiers]) for name in candidate.members
    }
    truth = np.tile(labels, len(tiers))
    return Combination.fit(stacked, truth, np.ones(len(truth)), candidate)
