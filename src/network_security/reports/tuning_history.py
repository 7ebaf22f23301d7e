"""What the search for settings tried, and what it brought."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from network_security.reports.style import BLUE, ORANGE, SMALL, dress, new_figure
from network_security.reports.wording import plain

HALVES: Final[Mapping[str, str]] = {"half_a": BLUE, "half_b": ORANGE}
COLUMNS: Final = 2


def describe_tuning(
    studies: Mapping[str, Study], settings: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Trials, pruned trials and best value of each member and half, and how the winners transfer.

    Args:
        studies: by name, as `tuning.tune` gives them.
        settings: of each member, as `tuning.tune` gives them.
    """
    return {
        member: {
            **{
                half: {
                    "trials": len(_finished(study)),
                    "pruned": len(study.get_trials(states=(TrialState.PRUNED,))),
                    "best": study.best_value,
                    "gain_on_other_half": settings[member]["transfer"][half],
                }
                for half, study in halves.items()
            },
            "final": dict(settings[member]["final"]),
        }
        for member, halves in _by_member(studies).items()
    }


def tuning_history(studies: Mapping[str, Study], data: Mapping[str, Any]) -> Figure:
    """The value of every trial of every member, both halves, and the best so far.

    Args:
        studies: by name, ``<member>.half_a...`` and ``<member>.half_b...``.
        data: what was measured on.
    """
    members = _by_member(studies)
    trials = [trial for study in studies.values() for trial in _finished(study)]
    pruned = sum(trial.state == TrialState.PRUNED for trial in trials)
    rows = -(-len(members) // COLUMNS)
    figure = new_figure(
        f"{len(trials)} trials tuned {len(members)} members, {pruned} of them given up early",
        "Value: mean over inner folds of the ROC-AUC, weighted over evidence tiers. The first "
        "trial has the defaults. Colour: the half tuned on. Line: best so far. Cross: given up "
        "(pruned).",
        1.3 + 2.2 * rows,
        data,
    )
    grid = np.atleast_2d(figure.subplots(rows, COLUMNS, squeeze=False))
    for axes in grid.flat[len(members) :]:
        axes.set_axis_off()
    for axes, (member, halves) in zip(grid.flat, members.items(), strict=False):
        for place, (half, study) in zip((0.84, 1.0), halves.items(), strict=False):
            _history(axes, _finished(study), HALVES[half])
            axes.text(
                place, 1.015, plain(half), transform=axes.transAxes, ha="right", va="bottom",
                size=SMALL, weight="bold", color=HALVES[half],
            )  # fmt: skip
        dress(axes, x="Trial", y="Weighted ROC-AUC", title=plain(member))
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.yaxis.set_major_formatter("{x:.4f}")
    return figure


def _history(axes: Axes, trials: list[FrozenTrial], colour: str) -> None:
    complete = {t.number: _last_value(t) for t in trials if t.state == TrialState.COMPLETE}
    given_up = {t.number: _last_value(t) for t in trials if t.state == TrialState.PRUNED}
    axes.scatter(list(complete), list(complete.values()), s=20, color=colour, zorder=3)
    axes.scatter(list(given_up), list(given_up.values()), s=24, marker="x", color=colour, alpha=0.7)
    best = np.maximum.accumulate(list(complete.values()))
    numbers = [*complete, trials[-1].number]
    axes.step(numbers, [*best, best[-1]], where="post", color=colour, linewidth=1.2)


def _last_value(trial: FrozenTrial) -> float:
    """The mean over the folds that the trial got to."""
    return trial.intermediate_values[max(trial.intermediate_values)]


def _finished(study: Study) -> list[FrozenTrial]:
    return study.get_trials(states=(TrialState.COMPLETE, TrialState.PRUNED))


def _by_member(studies: Mapping[str, Study]) -> dict[str, dict[str, Study]]:
    """The studies by member and half, which a study's name begins with."""
    members: dict[str, dict[str, Study]] = {}
    for name, study in studies.items():
        member, half = name.split(".")[:2]
        members.setdefault(member, {})[half] = study
    return members
