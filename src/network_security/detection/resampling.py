"""Figures of merit with the spread that other rows of the same kind would have brought.

The bootstrap of B. Efron, "Bootstrap Methods: Another Look at the Jackknife", Annals of Statistics
7, 1979, by whole groups: pages of one domain are alike, so that drawing them one by one would make
the spread too small (A. C. Davison, D. V. Hinkley, "Bootstrap Methods and their Application", 1997,
section 3.8).
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from network_security.detection.arrays import Floats, Ints

DRAWS: Final = 100


def figures_with_spread(
    truth: Ints,
    score: Floats,
    called: NDArray[np.bool_],
    groups: Ints,
    *,
    rate: float,
    draws: int = DRAWS,
    seed: int = 0,
) -> dict[str, Any]:
    """What a score and a decision are worth on these rows.

    Args:
        truth: shape (n_rows,), 1 for phishing and 0 for legitimate.
        score: shape (n_rows,); the higher, the more likely phishing.
        called: shape (n_rows,), whether a row is called phishing.
        groups: shape (n_rows,), a number for each group of rows that are drawn together.
        rate: the false-positive rate at which recall is measured.
        draws: number of resamples.
        seed: of the draws.

    Returns:
        ``roc_auc``, ties counting half; ``recall_at_rate``, of the best threshold within the rate;
        and of the calls ``accuracy``, ``recall`` and ``fpr``. Each as ``mean``, which is the value
        on the rows themselves, and ``std``, over the resamples.

    Raises:
        ValueError: the rows are of one class.
    """
    if len(np.unique(truth)) < 2:  # noqa: PLR2004 - both classes
        raise ValueError("the rows are all of one class: nothing can be told apart")
    _, group = np.unique(groups, return_inverse=True)
    number = int(group.max()) + 1
    drawn = np.random.default_rng(seed).multinomial(number, np.full(number, 1 / number), draws)
    times = np.vstack([np.ones(number), drawn])
    _, place = np.unique(-score, return_inverse=True)
    phishing, legitimate = (_drawn(times, group, place, truth == label) for label in (1, 0))
    usable = (phishing.sum(axis=1) > 0) & (legitimate.sum(axis=1) > 0)
    figures = {
        **_of_ranking(phishing[usable], legitimate[usable], rate),
        **_of_calls(times[usable], group, truth == 1, called),
    }
    return {
        name: {"mean": float(values[0]), "std": float(np.std(values[1:], ddof=1))}
        for name, values in figures.items()
    }


def _drawn(times: Floats, group: Ints, place: Ints, rows: NDArray[np.bool_]) -> Floats:
    """How many of the rows each draw has at each place, shape (n_draws, n_places)."""
    shape = (times.shape[1], int(place.max()) + 1)
    standing = csr_matrix((np.ones(rows.sum()), (group[rows], place[rows])), shape=shape)
    return np.asarray(standing.T.dot(times.T).T)


def _of_ranking(phishing: Floats, legitimate: Floats, rate: float) -> dict[str, Floats]:
    """Places are from the highest score to the lowest."""
    share = phishing / phishing.sum(axis=1, keepdims=True)
    of_legitimate = legitimate / legitimate.sum(axis=1, keepdims=True)
    recall, fpr = share.cumsum(axis=1), of_legitimate.cumsum(axis=1)
    # A sum of shares may be a rounding error above the rate that it equals.
    within = fpr <= rate + 1e-12
    return {
        "roc_auc": ((recall - share / 2) * of_legitimate).sum(axis=1),
        "recall_at_rate": np.where(within, recall, 0.0).max(axis=1),
    }


def _of_calls(
    times: Floats, group: Ints, phishing: NDArray[np.bool_], called: NDArray[np.bool_]
) -> dict[str, Floats]:
    def count(rows: NDArray[np.bool_]) -> Floats:
        return times @ np.bincount(group, weights=rows, minlength=times.shape[1])

    right, of_phishing, of_legitimate = count(called == phishing), count(phishing), count(~phishing)
    return {
        "accuracy": right / (of_phishing + of_legitimate),
        "recall": count(called & phishing) / of_phishing,
        "fpr": count(called & ~phishing) / of_legitimate,
    }
