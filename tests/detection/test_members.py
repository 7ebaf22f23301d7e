import numpy as np
import pytest
from sklearn.base import ClassifierMixin

from network_security.detection.arrays import Codes, Ints
from network_security.detection.masking import WeightedRows
from network_security.detection.members import MEMBERS, fit_member, member_score


@pytest.mark.parametrize("name", MEMBERS)
def test_a_higher_score_means_phishing(
    name: str, members: dict[str, ClassifierMixin], labelled: tuple[Codes, Ints]
) -> None:
    features, labels = labelled
    score = member_score(members[name], features)

    assert score.shape == labels.shape
    assert score[labels == 1].mean() > score[labels == 0].mean()


@pytest.mark.parametrize(
    ("name", "lowest", "highest"),
    [("random_forest", 0, 1), ("extra_trees", 0, 1), ("ada_boost", -1, 1)],
)
def test_scores_keep_to_their_range(
    name: str,
    lowest: float,
    highest: float,
    members: dict[str, ClassifierMixin],
    labelled: tuple[Codes, Ints],
) -> None:
    score = member_score(members[name], labelled[0])

    assert lowest <= score.min() < score.max() <= highest


@pytest.mark.parametrize("name", MEMBERS)
def test_a_row_s_score_does_not_depend_on_its_neighbours(
    name: str, members: dict[str, ClassifierMixin], labelled: tuple[Codes, Ints]
) -> None:
    rows = labelled[0][:40]
    alone = [member_score(members[name], row[None])[0] for row in rows[:10]]

    assert member_score(members[name], rows)[:10].tolist() == alone
    assert member_score(members[name], np.repeat(rows, 2, axis=0))[::2][:10].tolist() == alone


def test_boosting_s_score_is_its_share_of_votes(
    members: dict[str, ClassifierMixin], labelled: tuple[Codes, Ints]
) -> None:
    boosted, rows = members["ada_boost"], labelled[0][:50]
    votes = np.array(
        [tree.predict(rows.astype(np.float32)) * 2 - 1 for tree in boosted.estimators_]
    )
    weights = boosted.estimator_weights_[: len(votes)]

    share = weights @ votes / weights.sum()

    assert member_score(boosted, rows) == pytest.approx(share)


def test_boosting_takes_settings_of_its_trees(members: dict[str, ClassifierMixin]) -> None:
    boosted = members["ada_boost"]

    assert boosted.n_estimators == 6
    assert {tree.max_leaf_nodes for tree in boosted.estimators_} == {20}


@pytest.mark.parametrize("name", MEMBERS)
def test_the_seed_alone_decides(
    name: str, training_rows: WeightedRows, labelled: tuple[Codes, Ints]
) -> None:
    few = WeightedRows(*(part[:200] for part in vars(training_rows).values()))
    settings = {
        "ada_boost": {"n_estimators": 2, "tree": {"max_leaf_nodes": 5, "max_features": 3}},
        "gradient_boosting": {"max_iter": 2, "max_features": 0.2},
    }.get(name, {"n_estimators": 2, "max_features": 3})
    first, again, other = (
        member_score(fit_member(name, settings, few, seed), labelled[0]).tolist()
        for seed in (1, 1, 2)
    )

    assert first == again
    assert first != other


def test_weights_count(training_rows: WeightedRows, labelled: tuple[Codes, Ints]) -> None:
    # The more the phishing rows weigh, the more of the rows are suspected.
    heavier = np.where(training_rows.labels == 1, 10.0, 0.1)
    weighted = WeightedRows(training_rows.features, training_rows.labels, heavier)
    cases = [("random_forest", {"n_estimators": 5}, 0.5), ("gradient_boosting", {"max_iter": 5}, 0)]
    for name, size, undecided in cases:
        settings = {**size, "max_leaf_nodes": 5}
        plain, suspicious = (
            (member_score(fit_member(name, settings, rows, 0), labelled[0]) > undecided).mean()
            for rows in (training_rows, weighted)
        )
        assert suspicious > plain


def test_an_unknown_member_is_refused_by_name(training_rows: WeightedRows) -> None:
    with pytest.raises(KeyError, match="'random_forrest'; there are random_forest, ada_boost"):
        fit_member("random_forrest", {}, training_rows, seed=0)
