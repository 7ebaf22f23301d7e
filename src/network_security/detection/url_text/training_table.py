"""Featurised training rows, and how they are made and parted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from network_security.detection.arrays import Floats, Ints
from network_security.detection.url_text.features import feature_table
from network_security.detection.url_text.ngrams import NgramOptions
from network_security.detection.url_text.training_rows import AlteringOptions, training_rows


@dataclass(frozen=True)
class UrlFitOptions:
    """How the expert is fitted.

    Attributes:
        ngrams: which n-grams are read.
        altering: weights and altered copies of the training rows.
        inner_folds: folds by domain that out-of-fold scores are made on.
        seed: of alterations, folds and fits.
    """

    ngrams: NgramOptions = field(default_factory=lambda: NgramOptions(1, 5, 18))
    altering: AlteringOptions = field(default_factory=AlteringOptions)
    inner_folds: int = 3
    seed: int = 0

    def __post_init__(self) -> None:
        """Take nested options as plain settings as well; refuse a single fold."""
        if isinstance(self.ngrams, Mapping):
            object.__setattr__(self, "ngrams", NgramOptions(**self.ngrams))
        if isinstance(self.altering, Mapping):
            object.__setattr__(self, "altering", AlteringOptions(**self.altering))
        if self.inner_folds < 2:  # noqa: PLR2004 - said below
            raise ValueError(f"inner_folds is {self.inner_folds}, must be at least 2")


@dataclass(frozen=True, eq=False)
class TrainingTable:
    """Featurised training rows.

    Attributes:
        sums: summed n-grams, shape (n_rows, 2**bits).
        counts: shape (n_rows, n_counts).
        labels: shape (n_rows,), 1 for phishing.
        weights: shape (n_rows,).
        domains: shape (n_rows,), registered domains.
    """

    sums: scipy.sparse.csr_matrix
    counts: NDArray[Any]
    labels: Ints
    weights: Floats
    domains: NDArray[np.object_]

    @classmethod
    def of(cls, frame: pd.DataFrame, options: UrlFitOptions) -> "TrainingTable":
        """The frame's rows, weighed and altered, with their features."""
        rows = training_rows(frame, options.altering, np.random.default_rng(options.seed))
        sums, counts = feature_table(rows["url"].tolist(), options.ngrams)
        return cls(
            sums,
            counts,
            rows["label"].to_numpy(dtype=np.int64),
            rows["weight"].to_numpy(dtype=np.float64),
            rows["domain"].to_numpy(dtype=object),
        )

    def part(self, rows: Ints) -> "TrainingTable":
        """Some of the rows."""
        weights = self.weights[rows]
        return TrainingTable(
            self.sums[rows],
            self.counts[rows],
            self.labels[rows],
            weights / weights.mean(),
            self.domains[rows],
        )

    def inner(self, options: UrlFitOptions) -> list[tuple[Ints, Ints]]:
        """Rows to fit on and rows to score, parted by domain."""
        dealer = StratifiedGroupKFold(options.inner_folds, shuffle=True, random_state=options.seed)
        return list(dealer.split(self.counts, self.labels, self.domains))
