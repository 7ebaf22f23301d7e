"""Optuna studies of the members' settings on domains they were not fitted on."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import optuna
import pandas as pd
from optuna.distributions import BaseDistribution
from optuna.storages import BaseStorage
from optuna.study import Study
from optuna.trial import TrialState
from scipy.special import expit
from sklearn.metrics import log_loss

from network_security.detection.arrays import Floats
from network_security.detection.stacking import Combination
from network_security.detection.tuning import parse_space
from network_security.detection.url_text.evaluation import weighted_auc
from network_security.detection.url_text.fitting import (
    LINEAR,
    Members,
    Settings,
    UrlCandidateOptions,
    out_of_fold_scores,
)
from network_security.detection.url_text.training_table import TrainingTable, UrlFitOptions

_FINISHED: Final = (TrialState.COMPLETE, TrialState.PRUNED)


@dataclass(frozen=True)
class UrlTuningOptions:
    """The budget of the search.

    Attributes:
        trials: settings tried of each member, the defaults first.
        folds: inner folds that a trial is scored on; a trial that falls behind the median of the
            others is given up between them.
        seed: of the sampler.
    """

    trials: int = 6
    folds: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse a budget that is none."""
        for name in ("trials", "folds"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}, must be at least 1")


def tune(
    frame: pd.DataFrame,
    members: Settings,
    spaces: Mapping[str, Mapping[str, Mapping[str, Any]]],
    options: UrlTuningOptions,
    fitting: UrlFitOptions,
    storage: BaseStorage | None = None,
) -> tuple[dict[str, Study], dict[str, dict[str, Any]]]:
    """Search each member's settings for the highest weighted ROC-AUC on unseen domains.

    Args:
        frame: training URLs as `fitting.fit` takes them.
        members: default settings of each member.
        spaces: search space of each member, as `detection.tuning.parse_space` reads it.
        options: budget and seed.
        fitting: how members are fitted.
        storage: where trials are kept as they finish, so that a killed search resumes; None for
            memory.

    Returns:
        The studies, and the best settings of each member, those without a space unchanged.

    Raises:
        ValueError: a search space is none, that of no member, or of a setting without a default;
            or there are too few URLs.
    """
    parsed = {}
    for name, space in spaces.items():
        if name not in members:
            raise ValueError(f"there is a search space for {name!r}, which is no member here")
        if unset := set(space) - set(members[name]):
            raise ValueError(f"{name}: {', '.join(sorted(unset))} is searched for, but not set")
        parsed[name] = parse_space(space)
    table = TrainingTable.of(frame, fitting)
    studies, settings = {}, {name: dict(own) for name, own in members.items()}
    # The linear member first, for the trees read its score.
    for name in sorted(parsed, key=lambda member: member != LINEAR):
        studies[name] = _search(table, name, parsed[name], settings, options, fitting, storage)
        settings[name] |= studies[name].best_params
    return studies, settings


def choose(
    table: TrainingTable,
    candidates: Mapping[str, UrlCandidateOptions],
    settings: Settings,
    options: UrlFitOptions,
) -> tuple[str, dict[str, float], dict[str, Floats]]:
    """The candidate of least weighted log-loss on unseen domains.

    Returns:
        Its name, every candidate's log-loss, and the members' out-of-fold scores, from which
        `fitting.fit_on` goes on.
    """
    names = list(dict.fromkeys(name for own in candidates.values() for name in own.members))
    scores = out_of_fold_scores(table, names, settings, options)
    losses = {}
    for candidate, own in candidates.items():
        probability = np.empty(len(table.labels))
        for train, test in table.inner(options):
            combination = Combination.fit(
                {name: score[train] for name, score in scores.items()},
                table.labels[train],
                table.weights[train],
                own,
            )
            held_out = {name: score[test] for name, score in scores.items()}
            probability[test] = expit(combination.log_odds(held_out))
        losses[candidate] = float(log_loss(table.labels, probability, sample_weight=table.weights))
    return min(losses, key=lambda candidate: losses[candidate]), losses, scores


def _study_name(
    table: TrainingTable,
    name: str,
    space: Mapping[str, BaseDistribution],
    settings: Settings,
    fitting: UrlFitOptions,
) -> str:
    """Changes with the rows, the settings and the search, so that none resumes another's."""
    described = [{key: repr(own) for key, own in space.items()}, settings, asdict(fitting)]
    digest = hashlib.sha256(json.dumps(described, sort_keys=True).encode())
    for array in (table.counts, table.labels, table.weights):
        digest.update(np.ascontiguousarray(array).tobytes())
    return f"url_text.{name}.{digest.hexdigest()[:12]}"


def _search(
    table: TrainingTable,
    name: str,
    space: Mapping[str, BaseDistribution],
    settings: Mapping[str, dict[str, Any]],
    options: UrlTuningOptions,
    fitting: UrlFitOptions,
    storage: BaseStorage | None,
) -> Study:
    study = optuna.create_study(
        study_name=_study_name(table, name, space, settings, fitting),
        storage=storage,
        direction="maximize",
        load_if_exists=True,
        pruner=optuna.pruners.MedianPruner(n_startup_trials=2),
    )
    while (done := len(study.get_trials(states=_FINISHED))) < options.trials:
        study.sampler = optuna.samplers.TPESampler(seed=options.seed + done, n_startup_trials=3)
        if done == 0 and not study.get_trials(states=(TrialState.WAITING,)):
            study.enqueue_trial({setting: settings[name][setting] for setting in space})
        trial = study.ask(dict(space))
        tried = {**settings, name: {**settings[name], **trial.params}}
        values: list[float] = []
        for step, (train, test) in enumerate(table.inner(fitting)[: options.folds]):
            members = Members.fit(table.part(train), [name], tried, fitting)
            score = members.scores(table.sums[test], table.counts[test])[name]
            value = weighted_auc(table.labels[test], score, table.weights[test])
            if np.isnan(value):
                raise ValueError(
                    f"inner fold {step} holds too few URLs of one class to compare settings: "
                    "take more URLs, or fewer inner_folds"
                )
            values.append(value)
            trial.report(float(np.mean(values)), step)
            if trial.should_prune():
                break
        if len(values) < min(options.folds, fitting.inner_folds):
            study.tell(trial, state=TrialState.PRUNED)
        else:
            study.tell(trial, float(np.mean(values)))
    return study
