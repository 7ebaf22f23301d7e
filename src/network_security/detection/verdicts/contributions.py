"""What each piece of evidence adds to a row's log-odds, exactly, from the served model alone."""

import numpy as np
from scipy.special import comb

from network_security.detection.arrays import Codes, Floats
from network_security.detection.verdicts.leaves import Leaves, bit


def shapley_values(leaves: Leaves, row: Codes, nothing_known: Codes) -> Floats:
    """Shapley values of a row's features against the row of which nothing is known.

    The game's players are the features; a coalition's worth is the log-odds of the row with all
    other features unknown (baseline Shapley: M. Sundararajan, A. Najmi, ICML 2020). Its value is a
    closed form for a leaf: where a leaf wants `a` features as in the row and `b` others unknown,
    each of the `a` gets weight * (a-1)! b! / (a+b)!, and each of the `b` the negative of
    weight * a! (b-1)! / (a+b)! (S. Lundberg et al., Nat. Mach. Intell. 2, 2020, interventional
    TreeSHAP). So nothing is sampled.

    Args:
        leaves: of the model.
        row: shape (n_features,).
        nothing_known: shape (n_features,).

    Returns:
        Shape (n_features,), in log-odds of phishing. Their sum is the row's log-odds minus those
        of the row of which nothing is known; unknown features have exactly 0.
    """
    near = leaves.among(bit(row) | bit(nothing_known))
    as_in_row = (near.allowed & bit(row)[:, None]) != 0
    as_unknown = (near.allowed & bit(nothing_known)[:, None]) != 0
    wanted, unwanted = as_in_row & ~as_unknown, as_unknown & ~as_in_row
    a, b = wanted.sum(axis=0), unwanted.sum(axis=0)
    # (a-1)! b! / (a+b)! is 1 / (a * choose(a+b, a)); where a is 0, nobody asks for it.
    ways = comb(a + b, a)
    for_wanted = near.weight / np.maximum(ways * a, 1.0)
    for_unwanted = near.weight / np.maximum(ways * b, 1.0)
    return np.asarray(wanted @ for_wanted - unwanted @ for_unwanted)
