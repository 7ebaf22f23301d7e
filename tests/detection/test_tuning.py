import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.storages import BaseStorage, InMemoryStorage
from optuna.storages.journal._storage import JournalOperation
from optuna.study import Study
from optuna.trial import TrialState

from network_security.detection import tuning
from network_security.detection.arrays import Codes, Ints
from network_security.detection.masking import EvidenceLayout, MaskingOptions
from network_security.detection.protocols import SplitOptions, assign_folds, vector_groups
from network_security.detection.tuning import (
    Task,
    TuningOptions,
    TuningRows,
    nest,
    parse_space,
    tune,
)
from network_security.storage.studies_dataset import StudyJournalDataset

MEMBERS = {"extra_trees": {"n_estimators": 4, "max_features": 6, "max_leaf_nodes": 16}}
SPACES = {
    "extra_trees": {
        "max_features": {"low": 2, "high": 30},
        "max_leaf_nodes": {"low": 2, "high": 64, "log": True},
    }
}
OPTIONS = TuningOptions(trials=6, tier_weights={"all": 3.0, "url": 1.0}, workers=1)
MASKING = MaskingOptions(copies=1)
Found = tuple[dict[str, Study], dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def rows(labelled: tuple[Codes, Ints]) -> TuningRows:
    features, labels = labelled
    folds = assign_folds(labels, vector_groups(pd.DataFrame(features)), SplitOptions(folds=4))
    return TuningRows(features, labels, folds["grouped"].to_numpy(dtype=np.int64))


@pytest.fixture(scope="module")
def half(rows: TuningRows) -> Ints:
    return rows.fold // 2


@pytest.fixture
def journal(tmp_path: Path) -> BaseStorage:
    return StudyJournalDataset(filepath=str(tmp_path / "studies.journal")).load()


@pytest.fixture(scope="module")
def found(rows: TuningRows, half: Ints, layout: EvidenceLayout) -> Found:
    """What an uninterrupted search finds."""
    return tune(MEMBERS, SPACES, rows, half, layout, MASKING, OPTIONS, InMemoryStorage())


def trials_of(studies: dict[str, Study]) -> dict[str, list[tuple[Any, ...]]]:
    """State, settings and value of every trial that came to an end by itself."""
    return {
        name: [
            (trial.state, trial.params, trial.value, trial.intermediate_values)
            for trial in study.get_trials(states=(TrialState.COMPLETE, TrialState.PRUNED))
        ]
        for name, study in studies.items()
    }


# --- options and search spaces ------------------------------------------------------------------


def test_a_search_space_from_its_plain_description() -> None:
    space = {
        "max_leaf_nodes": {"low": 2, "high": 64, "log": True},
        "max_features": {"low": 4, "high": 16, "step": 4},
        "learning_rate": {"low": 0.1, "high": 1},
        "criterion": {"choices": ["gini", "entropy"]},
    }

    assert parse_space(space) == {
        "max_leaf_nodes": IntDistribution(2, 64, log=True),
        "max_features": IntDistribution(4, 16, step=4),
        "learning_rate": FloatDistribution(0.1, 1.0),
        "criterion": CategoricalDistribution(["gini", "entropy"]),
    }


@pytest.mark.parametrize(
    "described",
    [
        {},
        {"low": 1},
        {"low": "1", "high": 2},
        {"choices": "gini"},
        {"low": 2, "high": 1},
        {"low": 1, "high": 2, "logg": True},
        {"low": 0.1, "high": 1.0, "log": True, "step": 0.1},
        {"choices": []},
        7,
    ],
)
def test_a_search_space_that_is_none_is_refused_by_name(described: object) -> None:
    with pytest.raises(ValueError, match="the search space of 'max_features' is"):
        parse_space({"max_features": described})


def test_dots_reach_into_nested_settings() -> None:
    flat = {"n_estimators": 5, "tree.max_depth": 9, "tree.max_features": 3}

    assert nest(flat) == {"n_estimators": 5, "tree": {"max_depth": 9, "max_features": 3}}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"trials": 0}, "trials is 0"),
        ({"tier_weights": {}}, "tier_weights"),
        ({"tier_weights": {"all": -1.0}}, "tier_weights"),
        ({"tier_weights": {"all": 0.0}}, "tier_weights"),
    ],
)
def test_a_budget_or_an_aim_that_is_none_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TuningOptions(**{"trials": 1, "tier_weights": {"all": 1.0}, **changed})


def test_a_search_space_of_no_member_is_refused(
    rows: TuningRows, half: Ints, layout: EvidenceLayout
) -> None:
    spaces = {"extra_tree": SPACES["extra_trees"]}

    with pytest.raises(ValueError, match="'extra_tree'"):
        tune(MEMBERS, spaces, rows, half, layout, MASKING, OPTIONS, InMemoryStorage())


def test_a_search_for_a_setting_without_a_default_is_refused(
    rows: TuningRows, half: Ints, layout: EvidenceLayout
) -> None:
    spaces = {"extra_trees": {"min_samples_leaf": {"low": 1, "high": 4}}}

    with pytest.raises(ValueError, match="extra_trees: min_samples_leaf"):
        tune(MEMBERS, spaces, rows, half, layout, MASKING, OPTIONS, InMemoryStorage())


# --- what a search finds ------------------------------------------------------------------------


def test_each_half_has_its_study(found: Found) -> None:
    studies, settings = found

    assert [name.rpartition(".")[0] for name in studies] == [
        "extra_trees.half_a",
        "extra_trees.half_b",
    ]
    for side, study in zip(("half_a", "half_b"), studies.values(), strict=True):
        assert len(study.trials) == OPTIONS.trials
        assert settings["extra_trees"][side] == {
            **MEMBERS["extra_trees"],
            **study.best_trial.params,
        }


def test_the_defaults_come_first(found: Found) -> None:
    for study in found[0].values():
        assert study.trials[0].params == {"max_features": 6, "max_leaf_nodes": 16}
        assert study.trials[0].state is TrialState.COMPLETE


def test_a_trial_that_falls_behind_is_pruned(found: Found) -> None:
    trials = [trial for study in found[0].values() for trial in study.trials]
    pruned = [trial for trial in trials if trial.state is TrialState.PRUNED]

    assert pruned
    for trial in pruned:
        # The first fold is the warm-up, the second and last one was not waited for in vain.
        assert trial.last_step == 1


def test_a_trial_s_value_is_the_weighted_area_under_the_curve(
    found: Found, rows: TuningRows, half: Ints, layout: EvidenceLayout
) -> None:
    task = _task(rows.half(half, 0), layout)
    best = next(iter(found[0].values())).best_trial

    by_fold = list(tuning._fold_values(task, best.params))

    assert best.value == pytest.approx(np.mean(by_fold))
    assert len(by_fold) == 2
    assert all(0.5 < value < 1 for value in by_fold)


def test_the_final_settings_are_those_that_carry_over(
    found: Found, rows: TuningRows, half: Ints, layout: EvidenceLayout
) -> None:
    studies, settings = found
    won = settings["extra_trees"]
    by_side = list(studies.values())
    gains = {}
    for side, name in enumerate(("half_a", "half_b")):
        other = _task(rows.half(half, 1 - side), layout)
        there = float(np.mean(list(tuning._fold_values(other, by_side[side].best_trial.params))))
        gains[name] = there - by_side[1 - side].trials[0].value

    assert won["transfer"] == pytest.approx(gains)
    best = max(gains, key=gains.__getitem__)
    assert won["final"] == (won[best] if gains[best] > 0 else MEMBERS["extra_trees"])


def test_defaults_that_no_winner_beats_stay(
    rows: TuningRows, half: Ints, layout: EvidenceLayout
) -> None:
    # A larger forest is better; the space holds none larger.
    spaces = {"extra_trees": {"max_leaf_nodes": {"low": 2, "high": 16}}}
    options = replace(OPTIONS, trials=2)

    _, settings = tune(MEMBERS, spaces, rows, half, layout, MASKING, options, InMemoryStorage())

    assert settings["extra_trees"]["final"] == MEMBERS["extra_trees"]
    assert max(settings["extra_trees"]["transfer"].values()) <= 0


def test_a_member_without_a_space_keeps_its_defaults(
    rows: TuningRows, half: Ints, layout: EvidenceLayout
) -> None:
    members = {"ada_boost": {"n_estimators": 2, "tree.max_leaf_nodes": 4}}

    studies, settings = tune(members, {}, rows, half, layout, MASKING, OPTIONS, InMemoryStorage())

    defaults = {"n_estimators": 2, "tree": {"max_leaf_nodes": 4}}
    assert [len(study.trials) for study in studies.values()] == [1, 1]
    assert {side: settings["ada_boost"][side] for side in ("half_a", "half_b", "final")} == {
        "half_a": defaults,
        "half_b": defaults,
        "final": defaults,
    }
    assert settings["ada_boost"]["transfer"] == {"half_a": 0.0, "half_b": 0.0}


# --- reproducibility ----------------------------------------------------------------------------


def test_workers_change_nothing(
    found: Found, rows: TuningRows, half: Ints, layout: EvidenceLayout, journal: BaseStorage
) -> None:
    options = replace(OPTIONS, workers=2)

    studies, settings = tune(MEMBERS, SPACES, rows, half, layout, MASKING, options, journal)

    assert settings == found[1]
    assert trials_of(studies) == trials_of(found[0])


def test_the_budget_can_be_raised_later(
    found: Found, rows: TuningRows, half: Ints, layout: EvidenceLayout
) -> None:
    storage = InMemoryStorage()
    for trials in (2, OPTIONS.trials):
        options = replace(OPTIONS, trials=trials)
        studies, settings = tune(MEMBERS, SPACES, rows, half, layout, MASKING, options, storage)

    assert settings == found[1]
    assert trials_of(studies) == trials_of(found[0])


def test_a_killed_search_resumes_as_if_nothing_had_been(
    found: Found, rows: TuningRows, half: Ints, layout: EvidenceLayout, tmp_path: Path
) -> None:
    path = tmp_path / "studies.journal"
    np.savez(tmp_path / "rows.npz", features=rows.features, labels=rows.labels, fold=rows.fold)
    search = f"""
import sys, time
import numpy as np
from network_security.detection import tuning
from network_security.detection.masking import EvidenceLayout, MaskingOptions
from network_security.evidence import SCHEMAS
from network_security.storage.studies_dataset import StudyJournalDataset

fit = tuning.fit_member

def fit_slowly(*arguments):
    time.sleep(0.3)
    return fit(*arguments)

tuning.fit_member = fit_slowly
rows = np.load({str(tmp_path / "rows.npz")!r})
tuning.tune(
    {MEMBERS!r}, {SPACES!r}, tuning.TuningRows(**rows), rows["fold"] // 2,
    EvidenceLayout.of(SCHEMAS["phishing"]), {MASKING!r},
    tuning.{OPTIONS!r}, StudyJournalDataset(filepath={str(path)!r}).load(),
)
"""
    process = subprocess.Popen([sys.executable, "-c", search])
    try:
        _wait_for_a_finished_trial(path, process)
        time.sleep(0.1)  # Past the writing, into the second trial's first fit.
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    storage = StudyJournalDataset(filepath=str(path)).load()
    left = optuna.load_study(study_name=next(iter(found[0])), storage=storage)
    assert 1 <= len(trials_of({"left": left})["left"]) < OPTIONS.trials
    assert left.trials[-1].state is TrialState.RUNNING

    studies, settings = tune(MEMBERS, SPACES, rows, half, layout, MASKING, OPTIONS, storage)

    assert settings == found[1]
    assert trials_of(studies) == trials_of(found[0])


def _wait_for_a_finished_trial(path: Path, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the journal tells of a trial's end and the next one's beginning."""
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        assert process.poll() is None
        text = path.read_text() if path.exists() else ""
        entries = [json.loads(line) for line in text.splitlines() if line.endswith("}")]
        ended = [entry.get("state") == TrialState.COMPLETE.value for entry in entries]
        begun = [entry["op_code"] == JournalOperation.CREATE_TRIAL for entry in entries]
        if any(ended) and any(begun[ended.index(True) :]):
            return
        time.sleep(0.02)
    raise AssertionError("no trial was finished in a minute")


def test_a_search_killed_before_its_first_trial_resumes(
    found: Found, rows: TuningRows, half: Ints, layout: EvidenceLayout
) -> None:
    storage = InMemoryStorage()
    for name in found[0]:
        study = optuna.create_study(study_name=name, storage=storage, direction="maximize")
        study.enqueue_trial({"max_features": 6, "max_leaf_nodes": 16})

    studies, settings = tune(MEMBERS, SPACES, rows, half, layout, MASKING, OPTIONS, storage)

    assert settings == found[1]
    assert trials_of(studies) == trials_of(found[0])


def test_no_further_trial_starts_after_the_timeout(
    rows: TuningRows, half: Ints, layout: EvidenceLayout
) -> None:
    options = replace(OPTIONS, timeout_seconds=0.0)

    studies, settings = tune(
        MEMBERS, SPACES, rows, half, layout, MASKING, options, InMemoryStorage()
    )

    assert [len(study.trials) for study in studies.values()] == [1, 1]
    assert settings["extra_trees"]["final"] == MEMBERS["extra_trees"]


# --- which study is resumed ---------------------------------------------------------------------


def _task(rows: TuningRows, layout: EvidenceLayout) -> Task:
    return Task(
        "extra_trees", MEMBERS["extra_trees"], parse_space(SPACES["extra_trees"]),
        rows, layout, MASKING, OPTIONS,
    )  # fmt: skip


def _changed_tasks(task: Task) -> Iterator[tuple[str, Task]]:
    features = task.rows.features.copy()
    features[0, 0] *= -1
    yield "a feature", replace(task, rows=replace(task.rows, features=features))
    labels = task.rows.labels.copy()
    labels[0] = 1 - labels[0]
    yield "a label", replace(task, rows=replace(task.rows, labels=labels))
    yield "the folds", replace(task, rows=replace(task.rows, fold=np.roll(task.rows.fold, 1)))
    yield "a default", replace(task, defaults={**task.defaults, "n_estimators": 5})
    yield "the space", replace(task, space=parse_space({"max_features": {"low": 2, "high": 29}}))
    yield "the masking", replace(task, masking=replace(task.masking, feature_rate=0.06))
    yield "the seed", replace(task, options=replace(task.options, seed=1))
    yield "the aim", replace(task, options=replace(task.options, tier_weights={"all": 1.0}))
    tiers = {**task.layout.tiers, "url": task.layout.tiers["url"][:-1]}
    yield "a tier", replace(task, layout=replace(task.layout, tiers=tiers))


def test_a_study_is_resumed_by_the_same_search_only(
    rows: TuningRows, layout: EvidenceLayout
) -> None:
    task = _task(rows, layout)
    name = task.name(0)

    assert name.startswith("extra_trees.half_a.")
    assert _task(rows, layout).name(0) == name
    assert task.name(1) != name
    names = {what: changed.name(0) for what, changed in _changed_tasks(task)}
    assert name not in names.values()
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize("budget", [{"trials": 9}, {"timeout_seconds": 5.0}, {"workers": 2}])
def test_a_study_is_resumed_with_another_budget(
    budget: dict[str, Any], rows: TuningRows, layout: EvidenceLayout
) -> None:
    task = _task(rows, layout)

    assert replace(task, options=replace(OPTIONS, **budget)).name(0) == task.name(0)
