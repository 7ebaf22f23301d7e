"""A small labelled table and tiny members fitted to it, made once for all tests of this folder."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest
from sklearn.base import ClassifierMixin
from threadpoolctl import threadpool_limits

from network_security.detection.arrays import Codes, Ints
from network_security.detection.masking import (
    EvidenceLayout,
    MaskingOptions,
    WeightedRows,
    masked_training_rows,
)
from network_security.detection.members import fit_member
from network_security.evidence import SCHEMAS
from network_security.training_sets.simulation import simulate

SCHEMA = SCHEMAS["phishing"]
TINY_MEMBERS: Mapping[str, Mapping[str, Any]] = {
    "random_forest": {"n_estimators": 6, "max_leaf_nodes": 40},
    "ada_boost": {"n_estimators": 6, "tree": {"max_leaf_nodes": 20, "max_features": 10}},
    "extra_trees": {"n_estimators": 6, "max_leaf_nodes": 40},
    "gradient_boosting": {"max_iter": 6, "max_leaf_nodes": 10},
}


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Gradient boosting on one thread: two on a busy machine wait for each other."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="session")
def layout() -> EvidenceLayout:
    return EvidenceLayout.of(SCHEMA)


@pytest.fixture(scope="session")
def labelled() -> tuple[Codes, Ints]:
    """600 rows of features, and their labels."""
    table = simulate(rows=600, seed=1)
    features = table[list(SCHEMA.features)].to_numpy(dtype=np.int8)
    labels = (table[SCHEMA.label] == SCHEMA.positive).to_numpy(dtype=np.int64)
    features.flags.writeable = labels.flags.writeable = False
    return features, labels


@pytest.fixture(scope="session")
def training_rows(labelled: tuple[Codes, Ints], layout: EvidenceLayout) -> WeightedRows:
    """The rows as members are fitted on: complete ones and masked copies."""
    features, labels = labelled
    return masked_training_rows(
        features, labels, layout, MaskingOptions(), np.random.default_rng(0)
    )


@pytest.fixture(scope="session")
def members(training_rows: WeightedRows) -> dict[str, ClassifierMixin]:
    """One of each kind, fitted."""
    return {
        name: fit_member(name, settings, training_rows, seed=0)
        for name, settings in TINY_MEMBERS.items()
    }
