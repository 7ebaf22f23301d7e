import numpy as np
import pytest

from network_security.evidence.phishing import FEATURES
from network_security.reports.importance import importance, mean_contributions, shap_summary

REAL = {"simulated": False}


def test_contributions_are_ranked_by_their_mean_size(contributions):
    ranked = mean_contributions(contributions)

    assert ranked.is_monotonic_decreasing
    assert set(ranked.index) == set(FEATURES)
    first = ranked.index[0]
    assert ranked[first] == pytest.approx(contributions[f"shap.{first}"].abs().mean())


def test_both_views_have_one_order(permutation, contributions):
    left, right = importance(permutation, contributions, "phishing", REAL).get_axes()

    moved = mean_contributions(contributions)
    assert [bar.get_width() for bar in left.patches] == pytest.approx(list(permutation["mean"]))
    assert [bar.get_width() for bar in right.patches] == pytest.approx(list(moved[list(FEATURES)]))
    assert left.get_yticklabels()[0].get_text() == "having_IP_Address (url)"


def test_the_title_names_the_strongest_features(permutation, contributions):
    title = importance(permutation, contributions, "phishing", REAL).get_label()

    assert title == (
        "The detector rests most on having_IP_Address, URL_Length and Shortining_Service"
    )


def test_every_row_is_a_dot_where_its_contribution_lies(contributions):
    (axes,) = shap_summary(contributions, "phishing", REAL).get_axes()
    strongest = mean_contributions(contributions).index[0]

    dots = np.concatenate([group.get_offsets() for group in axes.collections[:3]])

    assert sorted(dots[:, 0]) == pytest.approx(sorted(contributions[f"shap.{strongest}"]))
    assert (np.abs(dots[:, 1]) < 0.5).all()


def test_dots_of_equal_contribution_do_not_hide_one_another(contributions):
    equal = contributions.assign(**{f"shap.{name}": 1.0 for name in FEATURES})

    (axes,) = shap_summary(equal, "phishing", REAL).get_axes()

    dots = np.concatenate([group.get_offsets() for group in axes.collections[:3]])
    assert len(np.unique(dots.round(6), axis=0)) == len(contributions)
