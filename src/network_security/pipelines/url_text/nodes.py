"""Labelled URLs to an expert in its serving format, and to its scores of URLs it never saw."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import onnx
import pandas as pd
from optuna.storages import BaseStorage
from optuna.study import Study

from network_security.detection.url_text.expert import UrlTextExpert, serialise
from network_security.detection.url_text.export import expert_to_onnx
from network_security.detection.url_text.fitting import FittedExpert, UrlCandidateOptions, fit
from network_security.detection.url_text.folds import Mask, UrlSplitOptions, deal_folds
from network_security.detection.url_text.protocols import (
    ProtocolOptions,
    out_of_fold,
    score_held_out,
)
from network_security.detection.url_text.training_table import TrainingTable, UrlFitOptions
from network_security.detection.url_text.tuning import UrlTuningOptions, choose, tune
from network_security.pipelines.data_science.nodes import ParityError, ParityOptions
from network_security.training_sets.urls.published import PHISHING
from network_security.training_sets.urls.table import UrlTable

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ChoiceOptions:
    """The candidates that compete.

    Attributes:
        candidates: members of each, and how they are combined.
    """

    candidates: Mapping[str, UrlCandidateOptions]

    def __post_init__(self) -> None:
        """Take candidates as plain settings as well."""
        made = {
            name: UrlCandidateOptions(**own) if isinstance(own, Mapping) else own
            for name, own in self.candidates.items()
        }
        object.__setattr__(self, "candidates", made)


def take_lists(lists: UrlTable) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The labelled URLs, and whose they are."""
    urls = lists.frame
    digest = hashlib.sha256(
        "\n".join(f"{url}\t{label}" for url, label in zip(urls["url"], urls["label"], strict=True))
        .encode(errors="surrogatepass")
    )  # fmt: skip
    sources = []
    for own in lists.lists:
        # A list may say more closely whom a URL comes from; such rows name another source.
        rows = urls[urls["source"] == own.source]
        phishing = int((rows["label"] == PHISHING).sum())
        dates = rows["date"].dropna()
        sources.append(
            {
                "source": own.source,
                "licence": own.licence,
                "home": own.home,
                "phishing": phishing,
                "legitimate": len(rows) - phishing,
                "domains": int(rows["domain"].nunique()),
                "from": str(dates.min().date()) if len(dates) else None,
                "to": str(dates.max().date()) if len(dates) else None,
            }
        )
    return urls, {
        "rows": len(urls),
        "phishing": int((urls["label"] == PHISHING).sum()),
        "domains": int(urls["domain"].nunique()),
        "sha256": digest.hexdigest(),
        "sources": sources,
        **{name: lists.counts[name] for name in ("duplicates", "contradictions")},
    }


def deal(urls: pd.DataFrame, options: UrlSplitOptions) -> pd.DataFrame:
    """The fold of each URL; the last fold is the one that settings are searched for on."""
    return deal_folds(urls, options)


def tune_members(
    urls: pd.DataFrame,
    folds: pd.DataFrame,
    members: dict[str, Any],
    search_space: dict[str, Any],
    options: UrlTuningOptions,
    fitting: UrlFitOptions,
    storage: BaseStorage,
) -> tuple[dict[str, Study], dict[str, Any]]:
    """The Optuna studies, and the settings they won, on URLs that no figure is measured on."""
    rows = urls[tuning_rows(folds)]
    studies, settings = tune(rows, members, search_space, options, fitting, storage)
    for member, won in settings.items():
        log.info("%s: tuned to %s", member, won)
    return {study.study_name: study for study in studies.values()}, settings


def choose_candidate(
    urls: pd.DataFrame,
    folds: pd.DataFrame,
    settings: dict[str, Any],
    options: ChoiceOptions,
    fitting: UrlFitOptions,
) -> dict[str, Any]:
    """The candidate of least log-loss on unseen domains of the URLs that settings were tuned on."""
    table = TrainingTable.of(urls[tuning_rows(folds)], fitting)
    final, losses, _ = choose(table, options.candidates, settings, fitting)
    log.info("chosen: %s, log-loss %.4f", final, losses[final])
    return {"final": final, "log_loss": losses}


def tuning_rows(folds: pd.DataFrame) -> Mask:
    """The URLs that settings and candidate are chosen on: the last fold's, without later ones."""
    last = folds["fold"] == folds["fold"].max()
    return np.asarray(last & ~folds["later"], dtype=np.bool_)


def score_protocols(
    urls: pd.DataFrame,
    folds: pd.DataFrame,
    settings: dict[str, Any],
    chosen: dict[str, Any],
    choice: ChoiceOptions,
    fitting: UrlFitOptions,
    options: ProtocolOptions,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Scores of held-out URLs by each protocol, and what evasions cost there."""
    candidate = choice.candidates[chosen["final"]]
    fitted = partial(fit, candidate=candidate, settings=settings, options=fitting)
    return score_held_out(urls, folds, fitted, options)


def collect_out_of_fold(urls: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Every URL with its out-of-fold log-odds."""
    return out_of_fold(urls, scores)


def fit_expert(
    urls: pd.DataFrame,
    settings: dict[str, Any],
    chosen: dict[str, Any],
    choice: ChoiceOptions,
    fitting: UrlFitOptions,
) -> FittedExpert:
    """The chosen candidate, fitted on all URLs."""
    return fit(urls, choice.candidates[chosen["final"]], settings, fitting)


def export(fitted: FittedExpert, data_quality: dict[str, Any]) -> onnx.ModelProto:
    """The expert in its serving format; equal experts give equal bytes."""
    return expert_to_onnx(fitted, {"training_set": data_quality["sha256"]})


def check_parity(
    urls: pd.DataFrame, fitted: FittedExpert, model: onnx.ModelProto, options: ParityOptions
) -> dict[str, Any]:
    """How far the served log-odds are from scikit-learn's, over all URLs.

    Raises:
        ParityError: further than the tolerance.
    """
    listed = urls["url"].tolist()
    served = UrlTextExpert(serialise(model))
    difference = float(np.abs(served.score(listed) - fitted.log_odds(listed)).max())
    if not difference <= options.tolerance:  # Nor are log-odds that are no number to be served.
        raise ParityError(
            f"the exported URL text expert differs from the fitted one by {difference:.2e} on "
            f"{len(listed)} URLs, more than {options.tolerance:.0e}: it must not be served"
        )
    return {
        "rows": len(listed),
        "max_abs_difference": difference,
        "tolerance": options.tolerance,
        "model_bytes": model.ByteSize(),
        "digest": served.digest,
        "weights": dict(fitted.combination.weights),
    }
