from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from network_security.detection.masking import EvidenceLayout, MaskingOptions
from network_security.detection.protocols import vector_groups
from network_security.detection.stacking import CandidateOptions
from network_security.detection.transfer import Ensemble, LabelledRows, transfer
from network_security.evidence import SCHEMAS
from network_security.training_sets.simulation import simulate

SCHEMA = SCHEMAS["phishing"]
RATE = 0.05
ENSEMBLE = Ensemble(
    CandidateOptions(["random_forest", "ada_boost"], "stack"),
    {
        "random_forest": {"n_estimators": 8, "max_leaf_nodes": 40},
        "ada_boost": {"n_estimators": 6, "tree": {"max_leaf_nodes": 20, "max_features": 10}},
    },
    MaskingOptions(copies=1),
    workers=1,
)


def simulated(seed: int) -> LabelledRows:
    table = simulate(rows=900, seed=seed)
    features = table[list(SCHEMA.features)]
    return LabelledRows(
        features.to_numpy(dtype=np.int8),
        (table[SCHEMA.label] == SCHEMA.positive).to_numpy(dtype=np.int64),
        vector_groups(features),
    )


@pytest.fixture(scope="module")
def tiers() -> EvidenceLayout:
    return EvidenceLayout.of(replace(SCHEMA, tiers={"url": ("url",), "all": tuple(SCHEMA.groups)}))


@pytest.fixture(scope="module")
def judged(tiers):
    return transfer(simulated(1), simulated(2), tiers, ENSEMBLE, RATE)


def test_what_is_learned_holds_for_rows_of_the_same_origin(judged):
    own, other = simulated(1), simulated(2)
    within = roc_auc_score(own.labels, judged["all"].within)
    across = roc_auc_score(other.labels, judged["all"].across)

    assert within > 0.9
    assert across == pytest.approx(within, abs=0.04)


def test_it_does_not_hold_for_rows_that_are_coded_the_other_way(tiers):
    other = simulated(2)
    inverted = replace(other, features=-other.features)

    judged = transfer(simulated(1), inverted, tiers, ENSEMBLE, RATE)

    assert roc_auc_score(other.labels, judged["all"].across) < 0.5


def test_less_evidence_tells_less(judged):
    labels = simulated(1).labels

    by_tier = {tier: roc_auc_score(labels, seen.within) for tier, seen in judged.items()}

    assert by_tier["url"] < by_tier["all"] - 0.05


def test_the_threshold_is_chosen_on_its_own_rows(judged):
    own = simulated(1)

    for seen in judged.values():
        called = seen.within >= seen.threshold
        assert called[own.labels == 0].mean() <= RATE


def test_own_rows_are_judged_by_what_was_not_fitted_on_them(tiers):
    own = simulated(1)
    deep = replace(ENSEMBLE, settings={**ENSEMBLE.settings, "random_forest": {"n_estimators": 8}})
    memory = replace(deep, candidate=CandidateOptions(["random_forest"]))

    judged = transfer(own, own, tiers, memory, RATE)

    remembered = roc_auc_score(own.labels, judged["all"].across)
    assert remembered > roc_auc_score(own.labels, judged["all"].within) + 0.01
