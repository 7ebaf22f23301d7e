"""Settings of the expert's members that do well without a search, and sums of them.

The pipeline has its own, in ``conf/base/parameters/url_text.yml``, from which its search starts.
"""

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

CANDIDATES: Final[Mapping[str, UrlCandidateOptions]] = {
    "linear": UrlCandidateOptions((LINEAR,)),
    "random_forest_ada_boost": UrlCandidateOptions(("random_forest", "ada_boost"), "stack"),
    "gradient_boosting": UrlCandidateOptions(("gradient_boosting",)),
    "ada_boost_gradient_boosting": UrlCandidateOptions(("ada_boost", "gradient_boosting"), "stack"),
    "all": UrlCandidateOptions(tuple(MEMBERS), "stack"),
}
