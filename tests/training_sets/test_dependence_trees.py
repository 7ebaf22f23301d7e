import itertools
import json

import numpy as np
import pytest

from network_security.training_sets.dependence_trees import ROOT, DependenceTree, TreeMixture

SIZES = (2, 3, 2, 3)


@pytest.fixture
def generator():
    return np.random.default_rng(5)


def chain(generator, n_rows):
    """Rows in which each variable follows the one before it, most of the time."""
    rows = np.zeros((n_rows, len(SIZES)), dtype=np.intp)
    rows[:, 0] = generator.integers(0, SIZES[0], n_rows)
    for variable in range(1, len(SIZES)):
        noise = generator.random(n_rows) < 0.2
        random = generator.integers(0, SIZES[variable], n_rows)
        rows[:, variable] = np.where(noise, random, rows[:, variable - 1] % SIZES[variable])
    return rows


def one_hot(rows):
    return np.hstack([np.eye(size)[rows[:, variable]] for variable, size in enumerate(SIZES)])


def all_rows():
    return np.array(list(itertools.product(*(range(size) for size in SIZES))), dtype=np.intp)


def test_a_chain_is_found_again(generator):
    rows = chain(generator, 4_000)
    tree = DependenceTree.fit(one_hot(rows), np.ones(len(rows)), SIZES)
    assert tree.parents == (ROOT, 0, 1, 2)
    assert tree.order == (0, 1, 2, 3)


def test_probabilities_of_all_rows_sum_to_one(generator):
    mixture = TreeMixture.fit(chain(generator, 500), SIZES, n_trees=3, seed=0)
    assert np.exp(mixture.log_probability(all_rows())).sum() == pytest.approx(1)
    for tree in mixture.trees:
        assert np.exp(tree.log_probability(all_rows())).sum() == pytest.approx(1)


def test_a_row_that_never_occurred_is_possible():
    rows = np.zeros((50, len(SIZES)), dtype=np.intp)
    tree = DependenceTree.fit(one_hot(rows), np.ones(len(rows)), SIZES)
    assert np.isfinite(tree.log_probability(all_rows())).all()


def test_rows_are_drawn_as_often_as_they_are_probable(generator):
    mixture = TreeMixture.fit(chain(generator, 500), SIZES, n_trees=2, seed=0)
    drawn, counts = np.unique(mixture.sample(50_000, generator), axis=0, return_counts=True)
    assert counts / 50_000 == pytest.approx(np.exp(mixture.log_probability(drawn)), abs=0.01)


def test_weights_say_how_much_a_row_counts(generator):
    rows = chain(generator, 200)
    twice = DependenceTree.fit(one_hot(np.repeat(rows, 2, axis=0)), np.ones(400), SIZES)
    weighted = DependenceTree.fit(one_hot(rows), np.full(200, 2.0), SIZES)
    assert weighted.log_probability(rows) == pytest.approx(twice.log_probability(rows))


def test_a_mixture_fits_two_kinds_of_rows_better_than_one_tree(generator):
    kinds = chain(generator, 1_000), np.tile([0, 2, 1, 0], (1_000, 1))
    rows = np.vstack(kinds)
    one, two = (TreeMixture.fit(rows, SIZES, n_trees=count, seed=0) for count in (1, 2))
    assert two.log_probability(rows).mean() > one.log_probability(rows).mean() + 0.1


def test_a_mixture_survives_json(generator):
    rows = chain(generator, 500)
    mixture = TreeMixture.fit(rows, SIZES, n_trees=2, seed=0)
    restored = TreeMixture.from_document(json.loads(json.dumps(mixture.to_document())))
    assert restored.log_probability(rows) == pytest.approx(mixture.log_probability(rows), abs=0.01)
    assert np.exp(restored.log_probability(all_rows())).sum() == pytest.approx(1)
