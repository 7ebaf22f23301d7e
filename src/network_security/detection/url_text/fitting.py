"""Fits the expert: n-gram weights, trees over counts and the n-grams' score, one calibrated sum.

The trees read the linear member's score beside the counts. In training that score is out of fold,
by domain, and so are the members' scores that the sum's weights are fitted on (D. Wolpert, "Stacked
Generalization", 1992).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import scipy.sparse
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin

from network_security.detection.additive import AdditiveTrees, Tree, sum_members
from network_security.detection.arrays import Floats
from network_security.detection.masking import WeightedRows
from network_security.detection.members import fit_member, member_score
from network_security.detection.stacking import CandidateOptions, Combination
from network_security.detection.tuning import nest
from network_security.detection.url_text.features import feature_table
from network_security.detection.url_text.linear import NgramWeights
from network_security.detection.url_text.ngrams import NgramOptions
from network_security.detection.url_text.training_table import TrainingTable, UrlFitOptions

LINEAR: Final = "ngrams"
"""The linear member's name; the others are those of `detection.members`."""

_NO_TREE: Final = Tree(
    left=np.array([-1]),
    right=np.array([-1]),
    feature=np.array([-1]),
    threshold=np.zeros(1),
    value=np.zeros(1),
    cover=np.ones(1),
)
"""A tree that adds nothing, for an expert without any."""

Settings = Mapping[str, Mapping[str, Any]]
"""Of each member: the linear one's ``c``, and what scikit-learn calls those of the trees."""


@dataclass(frozen=True)
class UrlCandidateOptions(CandidateOptions):
    """How the expert is put together: `CandidateOptions`, with the linear member among them."""

    def __post_init__(self) -> None:
        """Refuse what cannot be combined."""
        trees = [name for name in self.members if name != LINEAR]
        if len(self.members) - len(trees) > 1:
            raise ValueError(f"{LINEAR!r} stands twice among the members")
        if trees or not self.members:
            CandidateOptions(trees, self.combine)


@dataclass(frozen=True, eq=False)
class Members:
    """The fitted members, before they are weighed."""

    linear: NgramWeights
    trees: Mapping[str, ClassifierMixin]

    @classmethod
    def fit(
        cls,
        table: TrainingTable,
        names: Sequence[str],
        settings: Settings,
        options: UrlFitOptions,
    ) -> "Members":
        """Fit the linear member, and the named trees over counts and its out-of-fold score."""
        own = {name: nest(settings.get(name, {})) for name in (LINEAR, *names)}
        linear = fit_linear(table, own[LINEAR], options.seed)
        trees = [name for name in names if name != LINEAR]
        if not trees:
            return cls(linear, {})
        held_out = np.empty(len(table.labels))
        for train, test in table.inner(options):
            part = fit_linear(table.part(train), own[LINEAR], options.seed)
            held_out[test] = part.score_sums(table.sums[test])
        rows = WeightedRows(with_score(table.counts, held_out), table.labels, table.weights)
        return cls(
            linear, {name: fit_member(name, own[name], rows, options.seed) for name in trees}
        )

    def scores(self, sums: scipy.sparse.csr_matrix, counts: NDArray[Any]) -> dict[str, Floats]:
        """Each member's score of some URLs, shape (n_urls,)."""
        linear = self.linear.score_sums(sums)
        rows = with_score(counts, linear)
        trees = {name: member_score(member, rows) for name, member in self.trees.items()}
        return {LINEAR: linear, **trees}


@dataclass(frozen=True, eq=False)
class FittedExpert:
    """``log-odds = linear weight x n-gram score + trees(counts, n-gram score)``, as fitted.

    Attributes:
        ngrams: which n-grams are read.
        members: as scikit-learn fitted them.
        combination: how their scores become calibrated log-odds.
    """

    ngrams: NgramOptions
    members: Members
    combination: Combination

    def linear_weight(self) -> float:
        """What the n-grams' score counts by itself, beside what the trees make of it."""
        return self.combination.weights.get(LINEAR, 0.0)

    def trees(self) -> AdditiveTrees:
        """All trees weighed, and the intercept; columns are the counts, then the n-grams' score."""
        weights = {
            name: weight for name, weight in self.combination.weights.items() if name != LINEAR
        }
        total = sum_members(self.members.trees, weights, self.combination.intercept)
        return AdditiveTrees(total.trees or (_NO_TREE,), total.bias)

    def log_odds(self, urls: Sequence[str]) -> Floats:
        """Log-odds of phishing by scikit-learn, shape (n_urls,): what the served model must say."""
        return self.combination.log_odds(self.members.scores(*feature_table(urls, self.ngrams)))


def fit_linear(table: TrainingTable, settings: Mapping[str, Any], seed: int) -> NgramWeights:
    """The linear member."""
    c = float(settings.get("c", 10.0))
    return NgramWeights.fit(table.sums, table.labels, table.weights, c, seed)


def with_score(counts: NDArray[Any], score: Floats) -> NDArray[Any]:
    """The columns that trees read: the counts, then the n-grams' score."""
    return np.column_stack([counts, score.astype(np.float32)])


def out_of_fold_scores(
    table: TrainingTable, names: Sequence[str], settings: Settings, options: UrlFitOptions
) -> dict[str, Floats]:
    """Each member's score of every training row, by members fitted on other domains."""
    scores = {name: np.empty(len(table.labels)) for name in dict.fromkeys((LINEAR, *names))}
    for train, test in table.inner(options):
        members = Members.fit(table.part(train), names, settings, options)
        for name, own in members.scores(table.sums[test], table.counts[test]).items():
            scores[name][test] = own
    return scores


def fit(
    frame: pd.DataFrame,
    candidate: UrlCandidateOptions,
    settings: Settings,
    options: UrlFitOptions,
) -> FittedExpert:
    """Fit the expert on labelled URLs.

    Args:
        frame: columns ``url``, ``label`` (1 for phishing), ``source`` and ``domain``.
        candidate: the members and how they are combined.
        settings: of each member; a dot reaches into a nested one.
        options: n-grams, alterations, folds and seed.

    Raises:
        ValueError: there are no URLs of one class, or no member tells the classes apart.
    """
    table = TrainingTable.of(frame, options)
    scores = out_of_fold_scores(table, candidate.members, settings, options)
    return fit_on(table, candidate, scores, settings, options)


def fit_on(
    table: TrainingTable,
    candidate: UrlCandidateOptions,
    scores: Mapping[str, Floats],
    settings: Settings,
    options: UrlFitOptions,
) -> FittedExpert:
    """As `fit`, of featurised rows and their out-of-fold scores."""
    combination = Combination.fit(scores, table.labels, table.weights, candidate)
    members = Members.fit(table, list(combination.weights), settings, options)
    return FittedExpert(options.ngrams, members, combination)
