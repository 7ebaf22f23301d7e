"""Exact contributions of each feature to a detector's log-odds."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from network_security.detection.additive import AdditiveTrees
from network_security.detection.arrays import Codes


def shap_values(trees: AdditiveTrees, rows: Codes, features: Sequence[str]) -> pd.DataFrame:
    """Shapley values of the rows' log-odds (S. Lundberg et al., Nat. Mach. Intell. 2, 2020).

    The path-dependent TreeSHAP of the whole sum of trees, exact for the stack as it is served.

    Args:
        trees: the detector as a sum over trees.
        rows: shape (n_rows, n_features).
        features: the columns' names.

    Returns:
        A row each and a column a feature, in log-odds of phishing: positive speaks for phishing.
        With the column ``expected``, the log-odds before anything is known, a row adds up to its
        log-odds.
    """
    import shap  # noqa: PLC0415 - seconds that only this call should cost

    explainer = shap.TreeExplainer(
        {
            "internal_dtype": np.float64,
            "input_dtype": np.float64,
            "objective": None,
            "tree_output": "log_odds",
            "base_offset": trees.bias,
            "trees": [
                {
                    "children_left": tree.left,
                    "children_right": tree.right,
                    "children_default": tree.left,
                    "features": tree.feature,
                    "thresholds": tree.threshold,
                    "values": tree.value.reshape(-1, 1),
                    "node_sample_weight": tree.cover,
                }
                for tree in trees.trees
            ],
        },
        feature_perturbation="tree_path_dependent",
    )
    values = explainer.shap_values(rows.astype(np.float64), check_additivity=False)
    table = pd.DataFrame(
        np.asarray(values).reshape(len(rows), len(features)), columns=list(features)
    )
    return table.assign(expected=float(np.ravel(explainer.expected_value)[0]))
