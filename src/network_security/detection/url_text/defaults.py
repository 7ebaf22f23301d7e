"""The expert's members, where a search for their settings looks, and which sums of them compete."""

from collections.abc import Mapping
from typing import Any, Final

from network_security.detection.url_text.fitting import LINEAR, UrlCandidateOptions

MEMBERS: Final[Mapping[str, Mapping[str, Any]]] = {
    LINEAR: {"c": 30.0},
    "random_forest": {"n_estimators": 40, "max_features": 0.33, "min_samples_leaf": 7},
    "ada_boost": {
        "n_estimators": 40,
        "learning_rate": 0.12,
        "tree.max_leaf_nodes": 200,
        "tree.max_features": 10,
    },
    "extra_trees": {"n_estimators": 40, "max_features": 0.41, "min_samples_leaf": 7},
    "gradient_boosting": {
        "max_iter": 150,
        "learning_rate": 0.1,
        "max_leaf_nodes": 16,
        "l2_regularization": 2.0,
    },
}

SPACES: Final[Mapping[str, Mapping[str, Mapping[str, Any]]]] = {
    LINEAR: {"c": {"low": 3.0, "high": 60.0, "log": True}},
    "random_forest": {
        "max_features": {"low": 0.15, "high": 0.6},
        "min_samples_leaf": {"low": 3, "high": 8},
    },
    "ada_boost": {
        "learning_rate": {"low": 0.1, "high": 0.6, "log": True},
        "tree.max_leaf_nodes": {"low": 60, "high": 500, "log": True},
    },
    "extra_trees": {
        "max_features": {"low": 0.2, "high": 0.7},
        "min_samples_leaf": {"low": 3, "high": 8},
    },
    "gradient_boosting": {
        "learning_rate": {"low": 0.03, "high": 0.15, "log": True},
        "max_leaf_nodes": {"low": 8, "high": 48},
        "l2_regularization": {"low": 0.5, "high": 40.0, "log": True},
    },
}

CANDIDATES: Final[Mapping[str, UrlCandidateOptions]] = {
    "linear": UrlCandidateOptions((LINEAR,)),
    "random_forest_ada_boost": UrlCandidateOptions(("random_forest", "ada_boost"), "stack"),
    "gradient_boosting": UrlCandidateOptions(("gradient_boosting",)),
    "ada_boost_gradient_boosting": UrlCandidateOptions(("ada_boost", "gradient_boosting"), "stack"),
    "all": UrlCandidateOptions(tuple(MEMBERS), "stack"),
}
