"""Fits the message model: logistic regression whose weights are never negative.

Both classes weigh alike, whatever their numbers, so that the log-odds are at equal prior. Terms are
scaled to unit deviation for the penalty alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from network_security.detection.arrays import Floats, Ints
from network_security.detection.message.terms import UNSEEN, term_value

FLAT = 1e-9
"""A deviation below which a term does not vary and cannot be weighed."""


@dataclass(frozen=True)
class MessageFitOptions:
    """How the model is fitted.

    Attributes:
        penalty: strength of the L2 penalty, in messages.
    """

    penalty: float = 3.0

    def __post_init__(self) -> None:
        """Refuse a penalty that is none."""
        if self.penalty <= 0:
            raise ValueError(f"penalty is {self.penalty}, must be positive")


@dataclass(frozen=True)
class Weights:
    """``log-odds = intercept + sum of weight x term``.

    Attributes:
        intercept: the log-odds of a message without any reason.
        terms: weight by the term's name, none negative.
    """

    intercept: float
    terms: dict[str, float]

    def log_odds(self, rows: pd.DataFrame) -> Floats:
        """Shape (n_rows,)."""
        values = term_matrix(rows, list(self.terms))
        return np.asarray(self.intercept + values @ np.array(list(self.terms.values())))

    def scaled(self, slope: float, shift: float) -> "Weights":
        """The weights whose log-odds are ``slope x log-odds + shift``; negative slopes are none."""
        terms = {name: max(slope, 0.0) * weight for name, weight in self.terms.items()}
        return Weights(max(slope, 0.0) * self.intercept + shift, terms)


def term_matrix(rows: pd.DataFrame, terms: Sequence[str]) -> Floats:
    """The terms' values, shape (n_rows, n_terms); 0 for what is not known."""
    columns = [[term_value(name, value) for value in rows[name]] for name in terms]
    return np.array(columns, dtype=np.float64).reshape(len(terms), len(rows)).T


def class_weights(labels: Ints) -> Floats:
    """A weight a row, mean 1, by which both classes count alike.

    Raises:
        ValueError: there are no rows of one class.
    """
    counts = np.bincount(labels, minlength=2)
    if not counts.all():
        raise ValueError(
            f"the model is fitted on messages of both classes; there are {counts[1]} phishing and "
            f"{counts[0]} legitimate ones"
        )
    return np.asarray(len(labels) / (2 * counts[labels]))


def fit(
    rows: pd.DataFrame, labels: Ints, terms: Sequence[str], options: MessageFitOptions
) -> Weights:
    """Fit the weights of these terms; one that no message has keeps its weight of `UNSEEN`.

    Args:
        rows: the terms by name, as `table.message_table` makes them.
        labels: shape (n_rows,), 1 for phishing.
        terms: those that the model may weigh.
        options: the penalty.

    Raises:
        ValueError: there are no rows of one class.
    """
    values = term_matrix(rows, terms)
    deviation = values.std(axis=0)
    varies = deviation > FLAT
    scaled = values / np.where(varies, deviation, 1.0) * varies
    weight = class_weights(labels)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        margin = parameters[0] + scaled @ parameters[1:]
        own = np.logaddexp(0.0, np.where(labels == 1, -margin, margin))
        total = float(weight @ own + options.penalty / 2 * (parameters[1:] @ parameters[1:]))
        residual = weight * (expit(margin) - labels)
        slope = scaled.T @ residual + options.penalty * parameters[1:]
        return total, np.concatenate([[residual.sum()], slope])

    bounds = [(None, None), *[(0.0, None)] * len(terms)]
    found = minimize(loss, np.zeros(len(terms) + 1), jac=True, method="L-BFGS-B", bounds=bounds)
    judged = np.array([UNSEEN.get(name, 0.0) for name in terms])
    weights = np.where(varies, found.x[1:] / np.where(varies, deviation, 1.0), judged)
    return Weights(float(found.x[0]), dict(zip(terms, weights.tolist(), strict=True)))


def calibration(log_odds: Floats, labels: Ints) -> tuple[float, float]:
    """Slope and shift that calibrate held-out log-odds at equal prior (J. Platt, 1999).

    A weak penalty keeps the slope finite where the classes are told apart without error.
    """
    model = LogisticRegression(C=1.0).fit(log_odds[:, None], labels, class_weights(labels))
    return float(model.coef_[0, 0]), float(model.intercept_[0])
