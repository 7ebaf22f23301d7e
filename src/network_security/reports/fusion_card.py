"""The fused detector's card, as Markdown: what it brings over its parts, and what it leaves out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from network_security.detection.verdicts.phrases import PHRASES
from network_security.evidence.phishing import EVIDENCE_GROUPS
from network_security.reports.wording import count, percent, spread_number, spread_percent

JUDGES: Final = {
    "fused": "Fused",
    "url_text": "URL text alone",
    "features": "30 features alone",
}
_CLASSES: Final = {1: "phishing", 0: "legitimate"}
_CODES: Final = (-1, 0, 1)


def rule_rates(primary: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """How often each URL feature takes each value, as coded and by the published rules.

    Args:
        primary: the rows that the 30-feature detector learns from: the features, and ``label``, 1
            for phishing.
        rows: real URLs, with the features as they are extracted in operation, and ``label``.

    Returns:
        A line a feature: ``feature`` and the shares ``coded_phishing_-1`` to ``real_legitimate_1``.
    """
    lines = []
    for feature in EVIDENCE_GROUPS["url"]:
        line: dict[str, Any] = {"feature": feature}
        for origin, table in (("coded", primary), ("real", rows)):
            for label, name in _CLASSES.items():
                own = table[feature][table["label"] == label]
                line |= {f"{origin}_{name}_{code}": float((own == code).mean()) for code in _CODES}
        lines.append(line)
    return pd.DataFrame(lines)


def fusion_card(
    manifest: Mapping[str, Any], metrics: Mapping[str, Any], rates: pd.DataFrame
) -> str:
    """The card.

    Args:
        manifest: of the fusion, as plain values.
        metrics: the report of metrics.
        rates: as `rule_rates` gives them.
    """
    fpr = percent(metrics["false_positive_rate"])
    return "\n".join(
        [
            "# The fused phishing detector",
            "",
            "The log-odds of phishing are an intercept, the URL text expert's log-odds times a "
            "slope, what the 30-feature detector adds times a weight, and what each reading is "
            "worth on real sites. All were fitted on scores of URLs that the expert had not seen, "
            "no registered domain being on both sides.",
            "",
            "## How well",
            "",
            f"Mean ± standard deviation over {metrics['folds']} folds by registered domain "
            f"({count(metrics['domains'])} domains). Recall at a false-positive rate of {fpr}; "
            '"at the threshold" is with that of the other folds.',
            "",
            *_results(metrics),
            "",
            f"At the threshold of tier `url`, chosen for {fpr} of all legitimate URLs together:",
            "",
            *_sources(metrics),
            "",
            "## What counts how much",
            "",
            *_weights(manifest["weights"]),
            "",
            "## What is set aside, and why",
            "",
            "Share of URLs with the suspicious value (-1): as the data set of the 30 features "
            "codes it, and by the published rule on real URLs.",
            "",
            *_rates(rates),
            "",
            "`SSLfinal_State` is set aside as well: by its rule, a certificate of less than a year "
            "is suspicious, which nearly all now are.",
            "",
        ]
    )


def _results(metrics: Mapping[str, Any]) -> Iterator[str]:
    yield from _header(
        "Tier", "Phishing / legitimate", "Judge", "ROC-AUC", "Recall", "Recall at the threshold",
        "False alarms there",
    )  # fmt: skip
    for tier, figures in metrics["tiers"].items():
        rows = figures["rows"]
        for judge, name in JUDGES.items():
            own = figures[judge]
            yield _row(
                f"`{tier}`",
                f"{count(rows['phishing'])} / {count(rows['legitimate'])}",
                name,
                spread_number(own["roc_auc"]),
                spread_percent(own["recall"]),
                *(
                    spread_percent(own[name]) if name in own else ""
                    for name in ("recall_at_operating_point", "fpr_at_operating_point")
                ),
            )


def _sources(metrics: Mapping[str, Any]) -> Iterator[str]:
    yield from _header("List", "Caught", "False alarms")
    for source, own in metrics["sources"].items():
        yield _row(
            source, *(percent(own[name]) if name in own else "" for name in ("recall", "fpr"))
        )


def _weights(weights: Mapping[str, Any]) -> Iterator[str]:
    yield from _header("What", "If suspicious", "If legitimate")
    yield _row("the URL's text, times", f"{weights['url_text']:.2f}", f"{weights['url_text']:.2f}")
    yield _row("the 30-feature detector, times", *[f"{weights['features']:.2f}"] * 2)
    for feature, (suspicious, legitimate) in weights["readings"].items():
        yield _row(PHRASES[feature].subject, f"{suspicious:+.2f}", f"{legitimate:+.2f}")
    yield ""
    yield (
        "What the sender can set up for the next attempt takes at most "
        f"{weights['relief']:.1f} away."
    )


def _rates(rates: pd.DataFrame) -> Iterator[str]:
    yield from _header(
        "Feature", "Coded: phishing", "Coded: legitimate", "Real: phishing", "Real: legitimate"
    )
    for line in rates.to_dict("records"):
        shares = [
            percent(line[f"{origin}_{name}_-1"])
            for origin in ("coded", "real")
            for name in _CLASSES.values()
        ]
        yield _row(f"`{line['feature']}`", *shares)


def _header(*columns: str) -> Sequence[str]:
    return [_row(*columns), _row(*["---"] * len(columns))]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
