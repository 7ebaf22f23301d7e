"""Members weighed into one calibrated probability.

Every candidate, from a single forest to the stack of all members, has the same form: the logistic
function of a weighted sum of member scores. With one member, or with fixed weights, that is sigmoid
calibration (J. Platt, 1999); with free weights it is stacking (D. Wolpert, 1992) and calibration in
one. Weights are always fitted on scores of rows that the members were not fitted on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from network_security.detection.arrays import Floats, Ints
from network_security.detection.members import MEMBERS

Scores = Mapping[str, Floats]

REGULARISATION: Final = 1.0
"""Inverse strength of the ridge on the slopes, next to nothing for thousands of rows."""


@dataclass(frozen=True)
class CandidateOptions:
    """How an ensemble is put together from members.

    Attributes:
        members: the members that take part.
        combine: ``vote`` averages their standardised scores, ``stack`` learns a weight each.
    """

    members: Sequence[str]
    combine: str = "vote"

    def __post_init__(self) -> None:
        """Refuse what cannot be combined."""
        if not self.members:
            raise ValueError("a candidate needs at least one member")
        for name in self.members:
            if name not in MEMBERS:
                raise ValueError(
                    f"no ensemble member is called {name!r}; there are {', '.join(MEMBERS)}"
                )
            if list(self.members).count(name) > 1:
                raise ValueError(
                    f"a candidate cannot be made: {name!r} stands twice among its members"
                )
        if self.combine not in {"vote", "stack"}:
            raise ValueError(f"combine is {self.combine!r}, must be 'vote' or 'stack'")


@dataclass(frozen=True)
class Combination:
    """``probability = expit(intercept + sum of weight x member score)``.

    Attributes:
        weights: of each member that has any.
        intercept: log-odds when all scores are 0.
    """

    weights: Mapping[str, float]
    intercept: float

    @classmethod
    def fit(
        cls, scores: Scores, labels: Ints, sample_weight: Floats, options: CandidateOptions
    ) -> Self:
        """Fit intercept and weights by maximum likelihood; no weight is negative.

        Args:
            scores: each member's out-of-fold score, shape (n_rows,).
            labels: shape (n_rows,), 1 for phishing.
            sample_weight: shape (n_rows,).
            options: the members, and whether each has a weight of its own.

        Raises:
            ValueError: no member's scores rise with phishing.
        """
        members = [name for name in options.members if np.ptp(scores[name]) > 0]
        if not members:
            raise _nothing_told(options)
        raw = np.column_stack([scores[name] for name in members])
        scale = raw.std(axis=0)
        columns = raw / scale
        if options.combine == "vote":
            columns = columns.mean(axis=1, keepdims=True)
        intercept, slopes = _logistic(columns, labels, sample_weight)
        if options.combine == "vote":
            slopes = np.repeat(slopes / len(members), len(members))
        if slopes.max() <= 0:
            raise _nothing_told(options)
        weights = zip(members, (slopes / scale).tolist(), strict=True)
        return cls({name: weight for name, weight in weights if weight > 0}, intercept)

    def log_odds(self, scores: Scores) -> Floats:
        """Calibrated log-odds of phishing, shape (n_rows,)."""
        total = np.full(len(next(iter(scores.values()))), self.intercept)
        for name, weight in self.weights.items():
            total += weight * scores[name]
        return total

    def probability(self, scores: Scores) -> Floats:
        """Calibrated probability of phishing, shape (n_rows,)."""
        return np.asarray(expit(self.log_odds(scores)))


def _nothing_told(options: CandidateOptions) -> ValueError:
    return ValueError(
        f"the scores of {', '.join(options.members)} do not rise with phishing: check that the "
        "labels mean what they should, and the members' settings"
    )


def _logistic(columns: Floats, labels: Ints, sample_weight: Floats) -> tuple[float, Floats]:
    """Logistic regression whose slopes are not negative: columns that want to be are left out.

    A member that is wrong about a row should at worst be ignored: a negative weight would mean that
    the more a forest suspects a row, the less the stack does.
    """
    slopes = np.zeros(columns.shape[1])
    kept = np.arange(columns.shape[1])
    while True:
        model = LogisticRegression(C=REGULARISATION, solver="newton-cholesky", tol=1e-8)
        model.fit(columns[:, kept], labels, sample_weight=sample_weight / sample_weight.mean())
        fitted = model.coef_[0]
        if (fitted >= 0).all() or len(kept) == 1:
            slopes[kept] = fitted
            return float(model.intercept_[0]), slopes
        kept = np.delete(kept, fitted.argmin())
