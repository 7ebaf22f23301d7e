"""Optuna studies of each member's settings, on the inner grouped folds of one half of the rows.

A trial is a setting of one member; its value is the mean over inner folds of the weighted ROC-AUC
at each evidence tier, and a trial that falls behind the median of the others is pruned between
folds. Every study is sequential and seeds its sampler by the trials it already holds, so that
neither the number of workers nor a kill and a resume changes what it finds; studies run side by
side.
"""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import optuna
from joblib import Parallel, delayed
from optuna.distributions import BaseDistribution, json_to_distribution
from optuna.storages import BaseStorage
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState
from sklearn.metrics import roc_auc_score

from network_security.detection.arrays import Codes, Ints
from network_security.detection.masking import (
    EvidenceLayout,
    MaskingOptions,
    masked_training_rows,
)
from network_security.detection.members import fit_member, member_score
from network_security.detection.metrics import check_weights
from network_security.detection.protocols import HALVES

Settings = dict[str, Any]
"""A member's settings by name; a dot reaches into a nested one, as in ``tree.max_leaf_nodes``."""

_FINISHED: Final = (TrialState.COMPLETE, TrialState.PRUNED)


@dataclass(frozen=True)
class TuningOptions:
    """The budget and the aim of the search.

    Attributes:
        trials: settings tried in each study, the configured defaults first.
        timeout_seconds: a study starts no further trial after this long; null for no limit. A limit
            that strikes makes the result depend on the machine.
        tier_weights: what each evidence tier's ROC-AUC counts; they are scaled to add up to 1.
        folds: inner folds that a trial is scored on; all of a half's when it has fewer.
        seed: of samplers and fits.
        workers: studies that run side by side, -1 for one a core.
    """

    trials: int
    tier_weights: Mapping[str, float]
    folds: int = 5
    timeout_seconds: float | None = None
    seed: int = 0
    workers: int = -1

    def __post_init__(self) -> None:
        """Refuse a budget that is none."""
        for name in ("trials", "folds"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}, must be at least 1")
        check_weights("tier_weights", self.tier_weights)


@dataclass(frozen=True)
class TuningRows:
    """What a study may see.

    Attributes:
        features: shape (n_rows, n_features).
        labels: shape (n_rows,), 1 for phishing.
        fold: shape (n_rows,), fold of the grouped protocol.
    """

    features: Codes
    labels: Ints
    fold: Ints

    def half(self, half: Ints, side: int) -> "TuningRows":
        """The rows of one half."""
        own = half == side
        return TuningRows(self.features[own], self.labels[own], self.fold[own])


@dataclass(frozen=True)
class Task:
    """All that one study depends on besides its budget."""

    member: str
    defaults: Mapping[str, Any]
    space: Mapping[str, BaseDistribution]
    rows: TuningRows
    layout: EvidenceLayout
    masking: MaskingOptions
    options: TuningOptions

    def name(self, half: int) -> str:
        """The study's name; it changes with the rows, tiers, settings and this package's code."""
        digest = hashlib.sha256(_code_digest().encode())
        digest.update(np.ascontiguousarray(self.rows.features).tobytes())
        digest.update(self.rows.labels.tobytes() + self.rows.fold.tobytes())
        options = asdict(self.options)
        for budget in ("trials", "timeout_seconds", "workers"):
            del options[budget]
        described = [
            dict(self.defaults),
            {setting: repr(values) for setting, values in self.space.items()},
            {tier: columns.tolist() for tier, columns in self.layout.tiers.items()},
            {group: columns.tolist() for group, columns in self.layout.groups.items()},
        ]
        digest.update(
            json.dumps([*described, asdict(self.masking), options], sort_keys=True).encode()
        )
        return f"{self.member}.half_{'ab'[half]}.{digest.hexdigest()[:12]}"


def parse_space(space: Mapping[str, Mapping[str, Any]]) -> dict[str, BaseDistribution]:
    """Optuna distributions from their plain description.

    Each setting is ``{low: 1, high: 9}`` (whole numbers when both are), optionally ``log: true`` or
    ``step: 2``, or ``{choices: [a, b]}``.

    Raises:
        ValueError: a description is neither, or holds more.
    """
    distributions: dict[str, BaseDistribution] = {}
    for name, described in space.items():
        match described:
            case {"choices": list()}:
                kind = "CategoricalDistribution"
            case {"low": int(), "high": int()}:
                kind = "IntDistribution"
            case {"low": int() | float(), "high": int() | float()}:
                kind = "FloatDistribution"
            case _:
                raise ValueError(
                    f"the search space of {name!r} is {described!r}; "
                    "it must hold low and high, or choices"
                )
        try:
            distributions[name] = json_to_distribution(
                json.dumps({"name": kind, "attributes": dict(described)})
            )
        except (TypeError, ValueError) as error:
            raise ValueError(f"the search space of {name!r} is {described!r}: {error}") from error
    return distributions


def nest(settings: Mapping[str, Any]) -> Settings:
    """``{"tree.max_depth": 9}`` as ``{"tree": {"max_depth": 9}}``."""
    nested: Settings = {}
    for name, value in settings.items():
        *path, last = name.split(".")
        place = nested
        for step in path:
            place = place.setdefault(step, {})
        place[last] = value
    return nested


def tune(
    members: Mapping[str, Mapping[str, Any]],
    spaces: Mapping[str, Mapping[str, Mapping[str, Any]]],
    rows: TuningRows,
    half: Ints,
    layout: EvidenceLayout,
    masking: MaskingOptions,
    options: TuningOptions,
    storage: BaseStorage,
) -> tuple[dict[str, Study], dict[str, dict[str, Any]]]:
    """Tune every member on each half, and judge each half's winner on the other.

    Args:
        members: default settings of each member.
        spaces: search space of each member; one without is left at its defaults.
        rows: all labelled rows with their grouped folds.
        half: shape (n_rows,), which half each row belongs to.
        layout: evidence groups and tiers.
        masking: how evidence is taken away in training.
        options: budget, aim and seed.
        storage: where trials are kept as they finish; a killed run resumes from it.

    Returns:
        The studies by name, and for each member: ``half_a`` and ``half_b``, the settings won on
        that half; ``final``, the winner that beats the defaults by more on the half it was not
        tuned on, or the defaults when neither does; and ``transfer``, those two gains.

    Raises:
        ValueError: a search space is none, that of no member, or of a setting without a default.
    """
    if unknown := set(spaces) - set(members):
        raise ValueError(
            f"there is a search space for {', '.join(map(repr, sorted(unknown)))}, but no such "
            f"member; there are {', '.join(members)}"
        )
    for member, space in spaces.items():
        if unset := set(space) - set(members[member]):
            raise ValueError(
                f"{member}: {', '.join(sorted(unset))} is searched for, but the defaults, "
                "which are the first trial, do not set it"
            )
    tasks = {
        (member, side): Task(
            member, defaults, parse_space(spaces.get(member, {})), rows.half(half, side),
            layout, masking, options,
        )
        for member, defaults in members.items()
        for side in range(HALVES)
    }  # fmt: skip
    names = {key: task.name(key[1]) for key, task in tasks.items()}
    parallel = Parallel(n_jobs=options.workers)
    parallel(delayed(_study)(task, names[key], storage) for key, task in tasks.items())
    studies = {
        key: optuna.load_study(study_name=name, storage=storage) for key, name in names.items()
    }
    winners = {key: study.best_trial.params for key, study in studies.items()}
    gains = dict.fromkeys(tasks, 0.0)
    moved = [key for key in tasks if studies[key].best_trial.number != _first(studies[key]).number]
    transferred = parallel(
        delayed(_value)(tasks[member, 1 - side], winners[member, side]) for member, side in moved
    )
    for (member, side), value in zip(moved, transferred, strict=True):
        gains[member, side] = value - _first(studies[member, 1 - side]).values[0]
    settings = {}
    for member, defaults in members.items():
        best = max(range(HALVES), key=lambda side: gains[member, side])
        final = winners[member, best] if gains[member, best] > 0 else {}
        settings[member] = {
            "half_a": nest({**defaults, **winners[member, 0]}),
            "half_b": nest({**defaults, **winners[member, 1]}),
            "final": nest({**defaults, **final}),
            "transfer": {"half_a": gains[member, 0], "half_b": gains[member, 1]},
        }
    return {studies[key].study_name: studies[key] for key in tasks}, settings


def _study(task: Task, name: str, storage: BaseStorage) -> None:
    """Run or resume one study until its budget is spent."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        study_name=name,
        storage=storage,
        direction="maximize",
        load_if_exists=True,
        pruner=optuna.pruners.MedianPruner(n_startup_trials=2, n_warmup_steps=1),
    )
    _forget_interrupted(study)
    started = time.monotonic()
    budget = task.options.trials if task.space else 1
    while (done := len(study.get_trials(states=_FINISHED))) < budget:
        elapsed = time.monotonic() - started
        if (
            done
            and task.options.timeout_seconds is not None
            and elapsed > task.options.timeout_seconds
        ):
            return
        study.sampler = optuna.samplers.TPESampler(
            seed=task.options.seed + done, n_startup_trials=4
        )
        # A killed process may have left the defaults waiting.
        if done == 0 and not study.get_trials(states=(TrialState.WAITING,)):
            study.enqueue_trial({name: task.defaults[name] for name in task.space})
        _run_trial(study, task)


def _run_trial(study: Study, task: Task) -> None:
    trial = study.ask(dict(task.space))
    values: list[float] = []
    for step, value in enumerate(_fold_values(task, trial.params)):
        values.append(value)
        trial.report(float(np.mean(values)), step)
        if trial.should_prune():
            study.tell(trial, state=TrialState.PRUNED)
            return
    study.tell(trial, float(np.mean(values)))


def _forget_interrupted(study: Study) -> None:
    """Close trials that a killed process left running; they are tried again from the same seed."""
    for trial in study.get_trials(states=(TrialState.RUNNING,)):
        study.tell(trial.number, state=TrialState.FAIL)


def _first(study: Study) -> FrozenTrial:
    """The trial of the default settings, which is never pruned."""
    return next(trial for trial in study.trials if trial.state == TrialState.COMPLETE)


def _value(task: Task, settings: Mapping[str, Any]) -> float:
    return float(np.mean(list(_fold_values(task, settings))))


def _fold_values(task: Task, tuned: Mapping[str, Any]) -> Iterator[float]:
    """The weighted ROC-AUC of each inner fold, in turn."""
    settings = nest({**task.defaults, **tuned})
    weights = task.options.tier_weights
    rows = task.rows
    for fold in np.unique(rows.fold)[: task.options.folds]:
        held_out = rows.fold == fold
        training = masked_training_rows(
            rows.features[~held_out], rows.labels[~held_out], task.layout, task.masking,
            np.random.default_rng([task.options.seed, int(fold)]),
        )  # fmt: skip
        member = fit_member(task.member, settings, training, task.options.seed)
        scored = {
            tier: member_score(member, task.layout.restrict(rows.features[held_out], tier))
            for tier in weights
        }
        yield sum(
            weight * roc_auc_score(rows.labels[held_out], scored[tier])
            for tier, weight in weights.items()
        ) / sum(weights.values())


def _code_digest() -> str:
    """SHA-256 of this package's sources: a study is resumed only by the code that began it."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()
