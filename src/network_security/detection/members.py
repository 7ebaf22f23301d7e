"""The tree ensembles that a detector is built from, each reduced to one sum over trees.

A forest's probability, AdaBoost's share of votes and a boosting machine's log-odds are all sums of
one value a tree. So is any weighted sum of them, which is what lets a stack of all four be
explained exactly and exported as a single tree ensemble (`additive`).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.ensemble import (
    AdaBoostClassifier,
    ExtraTreesClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.tree import DecisionTreeClassifier
from threadpoolctl import threadpool_limits

from network_security.detection.arrays import Codes, Floats
from network_security.detection.masking import WeightedRows

Settings = Mapping[str, Any]


def _random_forest(settings: Settings, seed: int) -> ClassifierMixin:
    return RandomForestClassifier(**settings, random_state=seed)


def _extra_trees(settings: Settings, seed: int) -> ClassifierMixin:
    return ExtraTreesClassifier(**settings, random_state=seed)


def _ada_boost(settings: Settings, seed: int) -> ClassifierMixin:
    """AdaBoost over deep trees: settings of the boosting, and under ``tree`` those of its trees."""
    boosting = {name: value for name, value in settings.items() if name != "tree"}
    tree = DecisionTreeClassifier(**settings.get("tree", {}), random_state=seed)
    return AdaBoostClassifier(tree, **boosting, random_state=seed)


def _gradient_boosting(settings: Settings, seed: int) -> ClassifierMixin:
    # Early stopping would split rows at random, and copies of one row would stand on both sides.
    return HistGradientBoostingClassifier(**settings, early_stopping=False, random_state=seed)


MEMBERS: Final[Mapping[str, Callable[[Settings, int], ClassifierMixin]]] = {
    "random_forest": _random_forest,
    "ada_boost": _ada_boost,
    "extra_trees": _extra_trees,
    "gradient_boosting": _gradient_boosting,
}


def fit_member(name: str, settings: Settings, rows: WeightedRows, seed: int) -> ClassifierMixin:
    """Build and fit the named member.

    Raises:
        KeyError: there is no member of that name; the message lists those there are.
    """
    if name not in MEMBERS:
        raise KeyError(f"no ensemble member is called {name!r}; there are {', '.join(MEMBERS)}")
    member = MEMBERS[name](settings, seed)
    # Fits run side by side, one a core; threads within one would only wait for each other.
    with threadpool_limits(limits=1):
        return member.fit(rows.features.astype(np.float32), rows.labels, sample_weight=rows.weights)


def member_score(member: ClassifierMixin, features: Codes) -> Floats:
    """The member's additive score, shape (n_rows,); the higher, the more likely phishing.

    A probability in [0, 1] for forests, the votes' balance in [-1, 1] for AdaBoost, log-odds for
    gradient boosting. Equal rows are scored once.
    """
    distinct, index = np.unique(features, axis=0, return_inverse=True)
    rows = distinct.astype(np.float32)
    if isinstance(member, AdaBoostClassifier):
        # scikit-learn counts every vote once for its class and once against the other.
        score = member.decision_function(rows) / 2
    elif isinstance(member, HistGradientBoostingClassifier):
        score = member.decision_function(rows)
    else:
        score = member.predict_proba(rows)[:, 1]
    return np.asarray(score, dtype=np.float64)[index.ravel()]
