"""The linear member: a logistic regression on hashed n-grams, kept as plain weights."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from network_security.detection.arrays import Floats, Ints
from network_security.detection.url_text.ngrams import Ngrams

_TOLERANCE: Final = 0.1
"""Of the solver; a smaller one changes no figure of merit's third digit."""

_MAX_SWEEPS: Final = 1000
"""Of the solver over all rows; a weak ridge takes up to a few hundred."""


@dataclass(frozen=True, eq=False)
class NgramWeights:
    """``score = bias + sum of value x weight`` over a URL's n-grams.

    Attributes:
        weights: of each column, shape (2**bits,), single precision.
        bias: the score of a URL without any n-gram.
    """

    weights: NDArray[np.float32]
    bias: float

    @classmethod
    def fit(
        cls, sums: scipy.sparse.csr_matrix, labels: Ints, row_weights: Floats, c: float, seed: int
    ) -> Self:
        """Fit by regularised maximum likelihood.

        Args:
            sums: n-gram values by column, shape (n_urls, 2**bits).
            labels: shape (n_urls,), 1 for phishing.
            row_weights: shape (n_urls,), mean 1.
            c: inverse strength of the ridge.
            seed: of the solver.
        """
        # The dual problem (H.-F. Yu, F.-L. Huang, C.-J. Lin, "Dual coordinate descent methods for
        # logistic regression", 2011) takes a third of the time where columns outnumber rows.
        model = LogisticRegression(
            C=c,
            solver="liblinear",
            dual=True,
            tol=_TOLERANCE,
            max_iter=_MAX_SWEEPS,
            random_state=seed,
        )
        model.fit(sums, labels, sample_weight=row_weights)
        return cls(model.coef_[0].astype(np.float32), float(model.intercept_[0]))

    def score(self, ngrams: Ngrams, n_urls: int) -> Floats:
        """The score of each URL of a batch, shape (n_urls,); log-odds before calibration."""
        parts = self.weights[ngrams.column] * ngrams.value
        sums = np.bincount(ngrams.row, weights=parts, minlength=n_urls)
        return np.asarray(self.bias + sums, dtype=np.float64)

    def score_sums(self, sums: scipy.sparse.csr_matrix) -> Floats:
        """As `score`, of summed n-grams."""
        return self.bias + np.asarray(sums @ self.weights.astype(np.float64))
