"""From labelled messages to a measured message model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from network_security.detection.message.evaluation import (
    ABLATIONS,
    MessageSplitOptions,
    figures,
    out_of_fold,
    single_features,
)
from network_security.detection.message.fitting import MessageFitOptions, calibration, fit
from network_security.detection.message.groups import campaigns
from network_security.detection.message.links import LinkJudge, LinkOptions
from network_security.detection.message.manifest import TIER, MessageManifest
from network_security.detection.message.table import message_table
from network_security.detection.message.terms import TERMS
from network_security.detection.metrics import evaluate
from network_security.detection.thresholds import threshold_for_fpr
from network_security.detection.verdicts import conformal_quantiles
from network_security.evidence.messages import read_message
from network_security.pipelines.message.datasets import LabelledMail

BOTH = "links and content"


@dataclass(frozen=True)
class OperatingOptions:
    """When to alert, and when to be unsure.

    Attributes:
        false_positive_rate: of legitimate messages that may alert, in (0, 1).
        coverage: the share of each class that is not to be answered with the other, in (0, 1).
    """

    false_positive_rate: float
    coverage: float

    def __post_init__(self) -> None:
        """Refuse shares that are none."""
        for name, share in vars(self).items():
            if not 0 < share < 1:
                raise ValueError(f"{name} is {share}, must be between 0 and 1")


def tabulate(
    labelled: Sequence[LabelledMail], judge: LinkJudge, links: LinkOptions
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Read the messages, and judge their links.

    Returns:
        A row a message: its features, `worst_site`, `label`, `digest`, `campaign` and `name`; and
        the name and digest of the URL detector. A message that stands there twice is kept once.
    """
    once = {mail.raw: mail for mail in labelled}
    messages = [read_message(raw) for raw in once]
    labels = [mail.label for mail in once.values()]
    table = message_table(messages, labels, judge, links)
    table = table.assign(campaign=campaigns(messages), name=[mail.name for mail in once.values()])
    return table, {"detector": judge.name, "digest": judge.digest}


def measure(
    table: pd.DataFrame, split: MessageSplitOptions, fitting: MessageFitOptions
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Score every message by models of other campaigns, with all terms and with parts of them.

    Returns:
        The held-out log-odds of the whole model, a column a repetition; and the figures.
    """
    labels, groups = _labels(table), table["campaign"].to_numpy(dtype=np.int64)
    scores = {
        name: out_of_fold(table, groups, terms, split, fitting) for name, terms in ABLATIONS.items()
    }
    sizes = np.bincount(labels, minlength=2)
    report = {
        "messages": {"phishing": int(sizes[1]), "legitimate": int(sizes[0])},
        "campaigns": len(np.unique(groups)),
        "one_false_alarm_is_an_fpr_of": 1 / int(sizes[0]),
        "protocol": f"{split.repetitions} repetitions of {split.folds} folds, by campaign",
        "ablations": {name: figures(labels, own) for name, own in scores.items()},
        "single_features": single_features(table),
    }
    columns = [f"repetition_{number}" for number in range(split.repetitions)]
    held_out = pd.DataFrame(scores[BOTH].T, columns=columns)
    return held_out.assign(digest=table["digest"].to_numpy()), report


def make_model(
    table: pd.DataFrame,
    held_out: pd.DataFrame,
    measured: dict[str, Any],
    links: dict[str, str],
    fitting: MessageFitOptions,
    operating: OperatingOptions,
    sources: list[dict[str, str]],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fit on all messages; calibrate, and choose when to alert, by the held-out log-odds.

    Returns:
        The manifest, and the report: the figures, with those at the threshold.
    """
    labels = _labels(table)
    mean = held_out.drop(columns="digest").mean(axis=1).to_numpy(dtype=np.float64)
    slope, shift = calibration(mean, labels)
    model = fit(table, labels, TERMS, fitting).scaled(slope, shift)
    probability = np.asarray(expit(slope * mean + shift))
    threshold = threshold_for_fpr(labels, probability, operating.false_positive_rate)
    conformal = conformal_quantiles(
        probability, labels, np.full(len(labels), TIER), operating.coverage
    )
    answers = [conformal.tiers[TIER].answer(own) for own in probability.tolist()]
    at_threshold = evaluate(labels, probability, threshold)
    report = measured | {
        "operating_point": {
            "threshold": threshold,
            "asked_fpr": operating.false_positive_rate,
            **{name: at_threshold[name] for name in ("fpr", "recall", "precision", "accuracy")},
        },
        "not_sure": answers.count("not sure") / len(answers),
    }
    manifest = MessageManifest(
        detector="message",
        intercept=model.intercept,
        weights=model.terms,
        threshold=threshold,
        false_positive_rate=operating.false_positive_rate,
        conformal=conformal,
        links=links,
        training={"sources": sources, "messages": measured["messages"]},
        metrics={
            "protocol": measured["protocol"],
            "ablations": measured["ablations"],
            "operating_point": report["operating_point"],
            "not_sure": report["not_sure"],
        },
    )
    return manifest.to_json(), report


def ship(manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest, once this version can read it.

    Raises:
        DetectorError: it cannot.
    """
    return MessageManifest.from_json(manifest).to_json()


def _labels(table: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.int64]]:
    return table["label"].to_numpy(dtype=np.int64)
