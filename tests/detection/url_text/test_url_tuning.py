from collections.abc import Callable

import optuna
import pandas as pd
import pytest

from network_security.detection.url_text import defaults
from network_security.detection.url_text.fitting import (
    LINEAR,
    UrlCandidateOptions,
    fit_on,
)
from network_security.detection.url_text.training_table import TrainingTable, UrlFitOptions
from network_security.detection.url_text.tuning import UrlTuningOptions, choose, tune

Settings = dict[str, dict[str, float]]

SPACES = {
    LINEAR: {"c": {"low": 0.001, "high": 30.0, "log": True}},
    "gradient_boosting": {"max_leaf_nodes": {"low": 2, "high": 12}},
}


@pytest.fixture
def search(
    urls: pd.DataFrame, members: Settings, fitting: UrlFitOptions
) -> Callable[..., tuple[dict[str, optuna.Study], Settings]]:
    def run(
        trials: int, storage: optuna.storages.BaseStorage | None = None
    ) -> tuple[dict[str, optuna.Study], Settings]:
        return tune(urls, members, SPACES, UrlTuningOptions(trials, seed=1), fitting, storage)

    return run


def test_the_defaults_are_tried_first_and_never_beaten_by_worse(
    search: Callable[..., tuple[dict[str, optuna.Study], Settings]], members: Settings
) -> None:
    studies, settings = search(4)

    assert set(studies) == set(SPACES)
    for name, study in studies.items():
        assert len(study.trials) == 4
        first = study.trials[0]
        assert first.params == {key: members[name][key] for key in SPACES[name]}
        assert study.best_value >= first.value
        assert settings[name] == {**members[name], **study.best_params}
    assert settings["ada_boost"] == members["ada_boost"]


def test_a_search_that_stopped_goes_on_as_if_it_had_not(
    search: Callable[..., tuple[dict[str, optuna.Study], Settings]],
) -> None:
    storage = optuna.storages.InMemoryStorage()
    search(2, storage)

    _, resumed = search(4, storage)

    assert resumed == search(4)[1]


def test_the_candidate_of_least_log_loss_is_chosen(
    urls: pd.DataFrame, members: Settings, fitting: UrlFitOptions
) -> None:
    candidates = {
        "few": UrlCandidateOptions(("random_forest",)),
        "many": UrlCandidateOptions((LINEAR, "gradient_boosting"), "stack"),
    }
    table = TrainingTable.of(urls, fitting)

    chosen, losses, scores = choose(table, candidates, members, fitting)

    assert losses[chosen] == min(losses.values())
    assert set(losses) == set(candidates)
    assert set(scores) == {LINEAR, "random_forest", "gradient_boosting"}
    expert = fit_on(table, candidates[chosen], scores, members, fitting)
    assert set(expert.combination.weights) <= set(candidates[chosen].members)


@pytest.mark.parametrize(
    ("spaces", "said"),
    [
        ({"oracle": {}}, "no member here"),
        ({LINEAR: {"depth": {"low": 1, "high": 2}}}, "depth is searched for"),
        ({LINEAR: {"c": {"low": 1.0}}}, "must hold low and high"),
    ],
)
def test_an_impossible_search_is_refused(
    urls: pd.DataFrame, members: Settings, fitting: UrlFitOptions,
    spaces: dict[str, dict[str, dict[str, float]]], said: str,
) -> None:  # fmt: skip
    with pytest.raises(ValueError, match=said):
        tune(urls, members, spaces, UrlTuningOptions(1), fitting)


def test_too_few_urls_are_told(
    urls: pd.DataFrame, members: Settings, fitting: UrlFitOptions
) -> None:
    with pytest.raises(ValueError, match="too few URLs"):
        tune(urls[:14], members, {LINEAR: SPACES[LINEAR]}, UrlTuningOptions(1), fitting)


def test_a_trial_that_falls_behind_is_given_up(
    urls: pd.DataFrame, members: Settings, fitting: UrlFitOptions
) -> None:
    space = {"random_forest": {"max_leaf_nodes": {"low": 2, "high": 20}}}

    studies, _ = tune(urls, members, space, UrlTuningOptions(8, folds=3), fitting)

    states = [trial.state for trial in studies["random_forest"].trials]
    assert optuna.trial.TrialState.PRUNED in states
    assert len(states) == 8


@pytest.mark.parametrize("wrong", [{"trials": 0}, {"folds": 0}])
def test_a_budget_of_nothing_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        UrlTuningOptions(**wrong)


def test_every_default_candidate_has_default_members() -> None:
    for candidate in defaults.CANDIDATES.values():
        assert set(candidate.members) <= set(defaults.MEMBERS)
