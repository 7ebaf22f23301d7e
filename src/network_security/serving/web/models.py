"""The models that serve: what they are good for, how well they do, and their cards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast

from fastapi import APIRouter
from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.responses import Response

from network_security.serving.problems import not_found
from network_security.serving.security.roles import Role
from network_security.serving.services.model_watch import DETECTOR, ServedModels, describe
from network_security.serving.services.models import ModelName, model_card
from network_security.serving.web import training
from network_security.serving.web.filters import percent, words
from network_security.serving.web.reliability import Reliability, read_reliability
from network_security.serving.web.view import View, ViewerPage

router: Final = APIRouter()

TITLES: Final[dict[ModelName, str]] = {
    "urls": "URLs with the evidence about their sites",
    "url_text": "The text of URLs",
    "features": "The 30 features of a site",
    "messages": "Messages",
}
FIGURES: Final = {
    "roc_auc": "ROC-AUC",
    "accuracy": "Accuracy",
    "precision": "Precision",
    "recall": "Recall",
    "recall_at_fpr_1_4": "Recall at 1.4 % false alarms",
    "recall_at_operating_point": "Recall at the threshold",
    "fpr": "False-positive rate",
    "fpr_at_operating_point": "False alarms at the threshold",
    "recall_at_fpr_1": "Recall at 1 % false alarms",
    "recall_at_fpr_2": "Recall at 2 % false alarms",
    "f1": "F1",
    "pr_auc": "PR-AUC",
    "brier": "Brier score",
    "ece": "Calibration error (ECE)",
    "not_sure": "Answered with not sure",
}
"""Figures that manifests hold, as people read them."""
MEASURED: Final = {
    "url": "URL alone",
    "url_tls": "URL and certificate",
    "url_page": "URL and page",
    "all": "All evidence",
    "fused": "both models",
    "url_text": "the text alone",
    "features": "the 30 features alone",
    "within_source": "One list, new domains",
    "all_sources": "All lists",
    "later": "a later period",
    "same_period": "the same period",
    "left_out_source": "A list left out of training",
    "hannousse": "Hannousse",
    "citizenlab": "Citizen Lab",
    "jpcert": "JPCERT",
    "grouped": "Equal rows kept together",
    "random": "Split at random",
    "without what only HTML has": "without what only HTML shows",
}
"""What figures are of, by the manifests' names, as people read it."""
LEARNERS: Final = {
    "random_forest": "random forest",
    "extra_trees": "extra trees",
    "ada_boost": "AdaBoost",
    "gradient_boosting": "gradient boosting",
}
_OF_ONE: Final = frozenset({"roc_auc", "pr_auc", "brier", "ece", "f1"})


@dataclass(frozen=True)
class Table:
    """Figures, a column each way of measuring.

    Attributes:
        columns: what was measured on.
        rows: name of the figure, and its values.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Shown:
    """A model as it is shown.

    Attributes:
        name: as links name it.
        title: what it judges.
        digest: SHA-256 that changes with anything it judges by.
        facts: threshold and the like.
        figures: how well it does; None where its manifest does not say.
        sources: what it was trained on: name, licence, home.
        has_card: whether there is more to read.
    """

    name: str
    title: str
    digest: str
    facts: tuple[tuple[str, str], ...]
    figures: Table | None
    sources: tuple[tuple[str, str, str], ...]
    has_card: bool


@router.get("/models")
def models(view: ViewerPage) -> Response:
    """The models that serve now."""
    current, reports = view.held.models.current, view.held.settings.reports
    shown = [_shown(each, current, reports) for each in describe(current)]
    return view.page(
        "models.html",
        "models",
        models=shown,
        loaded=current.loaded,
        problem=view.held.models.problem,
        reliability=_reliability(reports, current.features.manifest.digest),
        training=training.under_way(view) if view.caller.may(Role.ADMIN) else None,
    )


@router.get("/models/{name}")
def card(view: ViewerPage, name: str) -> Response:
    """A model's card."""
    known = next((each for each in TITLES if each == name), None)
    if known is None or (text := _card(view, known)) is None:
        raise not_found("model card", name)
    return view.page("card.html", "models", title=TITLES[known], card=as_html(text))


def _card(view: View, name: ModelName) -> str | None:
    return model_card(view.held.models.current, name, view.held.settings.reports)


@lru_cache(maxsize=8)
def as_html(markdown: str) -> Markup:
    """Markdown (CommonMark, with tables) as HTML; HTML within it is shown as text."""
    made = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    # The page has a heading of its own, and wide tables scroll by themselves.
    for level in (5, 4, 3, 2, 1):
        made = made.replace(f"<h{level}>", f"<h{level + 1}>").replace(
            f"</h{level}>", f"</h{level + 1}>"
        )
    # Columns of figures: a page has no style of its own.
    made = made.replace(' style="text-align:right"', ' class="number"')
    made = made.replace(' style="text-align:left"', "").replace(' style="text-align:center"', "")
    made = made.replace(
        "<table>", '<div class="table-box" tabindex="0" role="region" aria-label="Table"><table>'
    )
    return Markup(made.replace("</table>", "</table></div>"))  # noqa: S704 - made without HTML


def _reliability(reports: Path | None, digest: str) -> Reliability | None:
    """Stated against observed; of the model that serves, not of another training's."""
    path = None if reports is None else reports / DETECTOR / "metrics.json"
    if path is None or not path.is_file():
        return None
    try:
        metrics = json.loads(path.read_text(encoding="utf-8"))
        if metrics["model"]["digest"] != digest:
            return None
        return read_reliability(metrics)
    except (ValueError, KeyError, TypeError):
        return None


def _shown(model: Mapping[str, Any], current: ServedModels, reports: Path | None) -> Shown:
    name, manifest = cast(ModelName, model["name"]), model["manifest"]
    return Shown(
        name=name,
        title=TITLES[name],
        digest=str(model["digest"]),
        facts=tuple(facts_of(manifest)),
        figures=figures_of(manifest.get("metrics") or {}),
        sources=tuple(_sources(manifest)),
        has_card=model_card(current, name, reports) is not None,
    )


def facts_of(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a model decides by and is made of: names and values."""
    facts = []
    # The expert for the URL's text alone has log-odds there, and decides nothing.
    thresholds = manifest.get("thresholds") or {}
    facts += [
        (f"Alerts from: {_first_lower(MEASURED.get(tier, words(tier)))}", percent(value))
        for tier, value in thresholds.items()
        if isinstance(value, float) and 0 <= value <= 1 and not tier[:1].isdigit()
    ]
    if isinstance(manifest.get("threshold"), float):
        facts.append(("Alerts from", percent(manifest["threshold"])))
    if isinstance(manifest.get("false_positive_rate"), float):
        facts.append(("Chosen for false alarms of", percent(manifest["false_positive_rate"])))
    ensemble = manifest.get("ensemble")
    if isinstance(ensemble, Mapping) and "name" in ensemble:
        members = ensemble.get("weights") or {ensemble["name"]: 1}
        facts.append(("Made of", ", ".join(LEARNERS.get(name, words(name)) for name in members)))
    return facts


def _first_lower(text: str) -> str:
    """A text that goes on behind a colon; a word in capitals stays.

    >>> _first_lower("All evidence"), _first_lower("URL alone")
    ('all evidence', 'URL alone')
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def figures_of(metrics: Mapping[str, Any]) -> Table | None:
    """The figures that are means over folds, whatever the manifest groups them by."""
    columns: dict[str, dict[str, str]] = {}
    _collect(metrics, (), columns)
    if not columns:
        return None
    names = [name for name in FIGURES if any(name in column for column in columns.values())]
    rows = tuple(
        (FIGURES[name], tuple(column.get(name, "") for column in columns.values()))
        for name in names
    )
    return Table(tuple(columns), rows)


def _collect(
    value: Mapping[str, Any], path: tuple[str, ...], columns: dict[str, dict[str, str]]
) -> None:
    for name, each in value.items():
        if not isinstance(each, Mapping):
            continue
        if name in FIGURES and "mean" in each:
            parts = [MEASURED.get(part, words(part)) for part in path if part != "ablations"]
            column = ": ".join(parts)
            columns.setdefault(column, {})[name] = _figure(name, each)
        else:
            _collect(each, (*path, name), columns)


def _figure(name: str, value: Mapping[str, Any]) -> str:
    mean, deviation = value["mean"], value.get("std")
    if mean is None:
        return ""
    if name in _OF_ONE:
        return f"{mean:.4f}" + ("" if deviation is None else f" ± {deviation:.4f}")
    return f"{100 * mean:.1f}" + ("" if deviation is None else f" ± {100 * deviation:.1f}") + " %"


def _sources(manifest: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    training = manifest.get("training") or {}
    listed = manifest.get("sources") or training.get("sources") or []
    found = [
        (str(each.get("source") or each.get("name", "")), str(each.get("licence", "")),
         str(each.get("home", "")))
        for each in listed
        if isinstance(each, Mapping)
    ]  # fmt: skip
    if not found and training.get("name"):
        found = [(str(training["name"]), str(training.get("licence", "")),
                  str(training.get("citation", "")))]  # fmt: skip
    return found
