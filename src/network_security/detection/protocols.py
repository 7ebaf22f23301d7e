"""The two protocols' folds, and the halves that tune each other.

``random`` deals rows to folds as most publications do, which leaves about two thirds of the test
rows with an equal row in training. ``grouped`` keeps equal feature vectors in one fold. Both share
two halves that no feature vector straddles: settings tuned on one half's rows score only the other
half's, so that no row is ever scored with settings it had a part in choosing.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from network_security.detection.arrays import Ints

if TYPE_CHECKING:
    from sklearn.model_selection import BaseCrossValidator

PROTOCOLS: Final = ("grouped", "random")
HALVES: Final = 2


@dataclass(frozen=True)
class SplitOptions:
    """How rows are dealt to folds.

    Attributes:
        folds: folds of each protocol, an even number of at least 4.
        seed: of every shuffle.
    """

    folds: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse a number of folds that two halves cannot share."""
        if self.folds < 2 * HALVES or self.folds % HALVES:
            raise ValueError(f"folds is {self.folds}, must be an even number of at least 4")


def vector_groups(features: pd.DataFrame) -> Ints:
    """A number for each row, equal exactly where the feature vectors are equal; shape (n_rows,)."""
    group = features.groupby(list(features.columns), sort=False).ngroup()
    return np.asarray(group, dtype=np.int64)


def assign_folds(labels: Ints, groups: Ints, options: SplitOptions) -> pd.DataFrame:
    """The fold of each row.

    Args:
        labels: shape (n_rows,), 1 for phishing.
        groups: shape (n_rows,), rows that must not be parted by the grouped protocol.
        options: how many folds, and the seed.

    Returns:
        Columns ``half`` (0 or 1), and ``grouped`` and ``random`` (0 to folds - 1); the first half
        of the folds of either protocol lies in half 0, the rest in half 1.

    Raises:
        ValueError: a fold would hold rows of one class only.
    """
    from sklearn.model_selection import (  # noqa: PLC0415 - a second that only this call should cost
        StratifiedGroupKFold,
        StratifiedKFold,
    )

    rows = np.arange(len(labels))
    half = _deal(
        StratifiedGroupKFold(HALVES, shuffle=True, random_state=options.seed), labels, groups
    )
    folds = {"half": half, **{protocol: np.empty(len(labels), np.int64) for protocol in PROTOCOLS}}
    per_half = options.folds // HALVES
    dealers = {
        "grouped": StratifiedGroupKFold(per_half, shuffle=True, random_state=options.seed),
        "random": StratifiedKFold(per_half, shuffle=True, random_state=options.seed),
    }
    for side in range(HALVES):
        own = rows[half == side]
        for protocol, dealer in dealers.items():
            own_groups = groups[own] if protocol == "grouped" else None
            folds[protocol][own] = side * per_half + _deal(dealer, labels[own], own_groups)
    for protocol in PROTOCOLS:
        for fold in range(options.folds):
            if len(np.unique(labels[folds[protocol] == fold])) < 2:  # noqa: PLR2004 - both classes
                raise ValueError(
                    f"fold {fold} of the {protocol} protocol would not hold rows of both classes: "
                    f"{options.folds} folds are too many for this table, choose fewer folds"
                )
    return pd.DataFrame(folds, dtype=np.int8)


def _deal(dealer: "BaseCrossValidator", labels: Ints, groups: Ints | None) -> Ints:
    fold = np.empty(len(labels), np.int64)
    for number, (_, dealt) in enumerate(dealer.split(labels, labels, groups)):
        fold[dealt] = number
    return fold
