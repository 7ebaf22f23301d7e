"""Out-of-fold scores of every member, under both protocols and at every evidence tier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.metrics import roc_auc_score

from network_security.detection.arrays import Codes, Ints
from network_security.detection.masking import EvidenceLayout, MaskingOptions, masked_training_rows
from network_security.detection.members import fit_member, member_score
from network_security.detection.metrics import check_weights
from network_security.detection.protocols import PROTOCOLS
from network_security.detection.stacking import CandidateOptions, Combination

ROW_COLUMNS = ("protocol", "tier", "row", "half", "fold", "label")
"""What identifies a line of out-of-fold scores; the members' scores stand beside them."""


@dataclass(frozen=True)
class FoldTask:
    """One fold of one protocol: what is fitted, and what is scored."""

    protocol: str
    fold: int
    half: int
    train: Ints
    test: Ints


def out_of_fold_scores(
    features: Codes,
    labels: Ints,
    folds: pd.DataFrame,
    settings: Mapping[str, Mapping[str, Any]],
    layout: EvidenceLayout,
    masking: MaskingOptions,
    seed: int,
    workers: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score every row by members that were neither fitted nor tuned on it.

    Args:
        features: shape (n_rows, n_features).
        labels: shape (n_rows,), 1 for phishing.
        folds: columns ``half`` and one a protocol, as `protocols.assign_folds` gives them.
        settings: of each member, won on either half, as `tuning.tune` gives them.
        layout: evidence groups and tiers.
        masking: how evidence is taken away in training.
        seed: of masks and fits.
        workers: folds that are fitted side by side, -1 for one a core.

    Returns:
        The scores: `ROW_COLUMNS` and a column a member, a line a row, tier and protocol. And the
        same for the grouped protocol at full evidence with one feature at a time shuffled among the
        fold's rows, named in a column ``feature``.
    """
    half = folds["half"].to_numpy()
    tasks = []
    for protocol in PROTOCOLS:
        fold = folds[protocol].to_numpy()
        for number in np.unique(fold):
            test = np.flatnonzero(fold == number)
            train = np.flatnonzero(fold != number)
            tasks.append(FoldTask(protocol, int(number), int(half[test[0]]), train, test))
    parts = Parallel(n_jobs=workers)(
        delayed(_score_fold)(task, features, labels, settings, layout, masking, seed)
        for task in tasks
    )
    scores = pd.concat([part[0] for part in parts], ignore_index=True)
    shuffled = pd.concat([part[1] for part in parts if part[1] is not None], ignore_index=True)
    return scores, shuffled


def _score_fold(
    task: FoldTask,
    features: Codes,
    labels: Ints,
    settings: Mapping[str, Mapping[str, Any]],
    layout: EvidenceLayout,
    masking: MaskingOptions,
    seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    training = masked_training_rows(
        features[task.train], labels[task.train], layout, masking,
        np.random.default_rng([seed, PROTOCOLS.index(task.protocol), task.fold]),
    )  # fmt: skip
    tuned_on = "half_b" if task.half == 0 else "half_a"
    members = {
        name: fit_member(name, own[tuned_on], training, seed) for name, own in settings.items()
    }
    rows = features[task.test]
    tiers = {tier: layout.restrict(rows, tier) for tier in layout.tiers}
    scores = _table(task, labels, members, "tier", tiers)
    if task.protocol != "grouped":
        return scores, None
    rng = np.random.default_rng([seed, task.fold])
    shuffled = {}
    for column, feature in enumerate(layout.features):
        shuffled[feature] = rows.copy()
        shuffled[feature][:, column] = rng.permutation(rows[:, column])
    return scores, _table(task, labels, members, "feature", shuffled)


def _table(
    task: FoldTask,
    labels: Ints,
    members: Mapping[str, Any],
    variant: str,
    variants: Mapping[str, Codes],
) -> pd.DataFrame:
    """A line for each variant of each test row: who it is, and what each member says of it."""
    stacked = np.concatenate(list(variants.values()))
    count = len(task.test)
    table = pd.DataFrame(
        {
            "protocol": task.protocol,
            variant: np.repeat(list(variants), count),
            "row": np.tile(task.test, len(variants)),
            "half": task.half,
            "fold": task.fold,
            "label": np.tile(labels[task.test], len(variants)),
        }
    )
    for name, member in members.items():
        table[name] = member_score(member, stacked)
    return table


@dataclass(frozen=True)
class ChoiceOptions:
    """Which ensembles compete, and for what.

    Attributes:
        candidates: the ensembles by name.
        tier_weights: what each evidence tier's log-loss counts, and its rows when weights are
            fitted.
        protocol_weights: what each protocol's log-loss counts. In service some vectors have been
            seen in training and others have not, so neither protocol alone is what is to come.
    """

    candidates: Mapping[str, CandidateOptions]
    tier_weights: Mapping[str, float]
    protocol_weights: Mapping[str, float]

    def __post_init__(self) -> None:
        """Take candidates as plain settings as well, as configuration gives them; refuse none."""
        if not self.candidates:
            raise ValueError("a choice needs at least one candidate")
        check_weights("tier_weights", self.tier_weights)
        check_weights("protocol_weights", self.protocol_weights)
        if unknown := set(self.protocol_weights) - set(PROTOCOLS):
            raise ValueError(
                f"protocol_weights names {', '.join(map(repr, sorted(unknown)))}; "
                f"there are {', '.join(PROTOCOLS)}"
            )
        candidates = {
            name: CandidateOptions(**plain) if isinstance(plain, Mapping) else plain
            for name, plain in self.candidates.items()
        }
        object.__setattr__(self, "candidates", candidates)


def calibrate_out_of_fold(scores: pd.DataFrame, options: ChoiceOptions) -> pd.DataFrame:
    """Each candidate's calibrated probability for every line of out-of-fold scores.

    Cross-fitted: the weights and the sigmoid applied to a fold are fitted on the other folds of its
    protocol.

    Returns:
        `ROW_COLUMNS` and a column a candidate.
    """
    probabilities = scores[list(ROW_COLUMNS)].copy()
    for name, candidate in options.candidates.items():
        column = np.empty(len(scores))
        for _, protocol in scores.groupby("protocol", sort=False):
            for fold in protocol["fold"].unique():
                held_out = protocol["fold"] == fold
                combination = fit_combination(protocol[~held_out], candidate, options.tier_weights)
                own = protocol[held_out]
                column[own.index] = combination.probability(_by_member(own, candidate.members))
        probabilities[name] = column
    return probabilities


def fit_combination(
    scores: pd.DataFrame, candidate: CandidateOptions, tier_weights: Mapping[str, float]
) -> Combination:
    """The candidate's weights and sigmoid, fitted on these lines of out-of-fold scores."""
    return Combination.fit(
        _by_member(scores, candidate.members),
        scores["label"].to_numpy(),
        np.asarray(scores["tier"].map(tier_weights).fillna(0.0), dtype=np.float64),
        candidate,
    )


def choose_candidate(probabilities: pd.DataFrame, options: ChoiceOptions) -> dict[str, Any]:
    """Which ensemble detects: the one of least log-loss, weighted over protocols and tiers.

    Returns:
        ``final``, chosen on all rows; ``half_a`` and ``half_b``, chosen on that half alone, so that
        the other half's figures are not those of a choice it took part in; and ``log_loss`` of
        each.
    """
    sides = {
        "half_a": probabilities[probabilities["half"] == 0],
        "half_b": probabilities[probabilities["half"] == 1],
        "final": probabilities,
    }
    losses = {side: _weighted_log_loss(rows, options) for side, rows in sides.items()}
    chosen: dict[str, Any] = {side: str(loss.idxmin()) for side, loss in losses.items()}
    return {**chosen, "log_loss": losses["final"].to_dict()}


def chosen_probability(probabilities: pd.DataFrame, choice: Mapping[str, Any]) -> pd.Series:
    """The detector's own out-of-fold probability: each half's by the other half's choice."""
    in_half_a, in_half_b = probabilities[choice["half_b"]], probabilities[choice["half_a"]]
    chosen: pd.Series = in_half_a.where(probabilities["half"] == 0, in_half_b)
    return chosen.rename("probability")


def permutation_importance(
    shuffled: pd.DataFrame, scores: pd.DataFrame, combination: Combination
) -> pd.DataFrame:
    """How much ROC-AUC each feature is worth, out of fold (L. Breiman, "Random Forests", 2001).

    Returns:
        Columns ``feature``, ``mean`` and ``std`` over folds of the loss when the feature's values
        are shuffled among the rows, most important first.
    """
    complete = scores[(scores["protocol"] == "grouped") & (scores["tier"] == "all")]
    whole = {str(fold): _roc_auc(rows, combination) for fold, rows in complete.groupby("fold")}
    losses = pd.DataFrame(
        [
            (feature, whole[str(fold)] - _roc_auc(rows, combination))
            for (feature, fold), rows in shuffled.groupby(["feature", "fold"])
        ],
        columns=["feature", "loss"],
    )
    table = losses.groupby("feature")["loss"].agg(["mean", "std"]).reset_index()
    return table.sort_values("mean", ascending=False, ignore_index=True)


def _roc_auc(rows: pd.DataFrame, combination: Combination) -> float:
    score = combination.log_odds(_by_member(rows, combination.weights))
    return float(roc_auc_score(rows["label"], score))


def _weighted_log_loss(rows: pd.DataFrame, options: ChoiceOptions) -> pd.Series:
    """The log-loss of each candidate: the mean over protocols and tiers, weighted."""
    given = rows[list(options.candidates)]
    likelihood = given.where(rows["label"] == 1, 1 - given)
    # A candidate that is certain and wrong has a great loss, not an infinite one, as JSON has none.
    likelihood = likelihood.clip(lower=np.finfo(np.float64).eps)
    loss = -likelihood.map(np.log).groupby([rows["protocol"], rows["tier"]]).mean()
    weights = pd.Series(
        {
            (protocol, tier): by_protocol * by_tier
            for protocol, by_protocol in options.protocol_weights.items()
            for tier, by_tier in options.tier_weights.items()
        }
    )
    total: pd.Series = loss.loc[weights.index].mul(weights, axis=0).sum() / weights.sum()
    return total


def _by_member(
    rows: pd.DataFrame, members: Sequence[str] | Mapping[str, float]
) -> dict[str, np.ndarray]:
    return {name: rows[name].to_numpy() for name in members}
