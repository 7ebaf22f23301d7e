import numpy as np
import pytest

from network_security.reports.tuning_history import HALVES, describe_tuning, tuning_history


def test_trials_are_counted_and_gains_named_by_the_half_tuned_on(studies, settings):
    tuned = describe_tuning(studies, settings)["random_forest"]

    assert tuned["half_a"] == {
        "trials": 5,
        "pruned": 1,
        "best": pytest.approx(0.946),
        "gain_on_other_half": 0.002,
    }
    assert tuned["half_b"]["gain_on_other_half"] == -0.001
    assert tuned["final"]["n_estimators"] == 100


def test_a_panel_shows_both_halves_and_the_best_so_far(studies):
    figure = tuning_history(studies, {"simulated": False})

    random_forest = figure.get_axes()[0]
    best = {line.get_color(): line.get_ydata() for line in random_forest.lines}
    assert random_forest.get_title(loc="left") == "random forest"
    assert list(best[HALVES["half_a"]]) == pytest.approx([0.94, 0.944, 0.944, 0.946, 0.946])
    assert (np.diff(best[HALVES["half_b"]]) >= 0).all()


def test_a_place_without_a_member_stays_empty(studies):
    only = {name: study for name, study in studies.items() if name.startswith("random_forest")}

    shown, empty = tuning_history(only, {"simulated": False}).get_axes()

    assert shown.axison
    assert not empty.axison


def test_pruned_trials_are_marked(studies):
    (_, crosses, _, _) = tuning_history(studies, {"simulated": False}).get_axes()[0].collections

    assert crosses.get_offsets().tolist() == [[4, pytest.approx(0.93)]]


def test_the_title_counts_what_was_tried(studies):
    title = tuning_history(studies, {"simulated": False}).get_label()

    assert title == "20 trials tuned 2 members, 4 of them given up early"
