from typing import Any

import numpy as np
import pandas as pd
import pytest

from network_security.detection.url_text.folds import UrlSplitOptions, deal_folds
from network_security.reports import url_text_plots
from network_security.reports.style import render
from network_security.reports.url_text_card import url_text_card
from network_security.reports.url_text_tables import (
    FIGURES,
    SHORTCUTS,
    spread,
    subject_label,
    url_text_tables,
    worst_evasion,
)


def figure(mean: float | None, std: float | None = 0.01) -> dict[str, Any]:
    return {"mean": mean, "std": std, "folds": [mean]}


@pytest.fixture
def metrics() -> dict[str, Any]:
    """A report of metrics, small but whole."""
    names = [*FIGURES, *(f"shortcut_{name}" for name in SHORTCUTS)]
    own = {name: figure(0.9) for name in names}
    return {
        "detector": "url_text",
        "data": {
            "rows": 1200, "phishing": 600, "domains": 800, "duplicates": 3, "contradictions": 2,
            "simulated": False, "folds": 3, "sha256": "4567",
            "sources": [
                {
                    "source": "mixed", "licence": "CC BY 4.0", "home": "https://lists.example",
                    "phishing": 600, "legitimate": 600, "domains": 800, "from": "2024-01-01",
                    "to": "2024-12-31",
                },
                {
                    "source": "known", "licence": "", "home": "", "phishing": 0,
                    "legitimate": 100, "domains": 100, "from": None, "to": None,
                },
            ],
        },
        "model": {
            "digest": "0123abcd", "model_bytes": 1_200_000, "rows": 1200,
            "max_abs_difference": 1e-14, "tolerance": 1e-6,
        },
        "ensemble": {"name": "linear", "weights": {"ngrams": 1.0}},
        "candidates": {"linear": 0.3, "gradient_boosting": 0.25},
        "false_positive_rate": 0.01,
        "protocols": {
            "within_source": {"mixed": own},
            "all_sources": {"later": {**own, "roc_auc": figure(0.975)}, "mixed": own},
            "left_out_source": {"mixed": {**own, "roc_auc_matched": figure(None, None)}},
        },
        "evasions": {
            "within_source": {"mixed": {"added_path": figure(0.16), "scheme": figure(0.0)}},
            "all_sources": {"later": {"added_path": figure(0.04), "scheme": figure(0.0)}},
        },
    }  # fmt: skip


def test_a_figure_is_written_with_its_spread_or_without() -> None:
    assert spread(figure(0.9753)) == "0.975 ± 0.010"
    assert spread(figure(0.9753, None)) == "0.975"
    assert spread(figure(None, None)) == "-"


def test_what_was_tested_is_told_in_words() -> None:
    assert subject_label("all_sources", "later") == "later phishing, unseen sites"
    assert subject_label("all_sources", "mixed") == "mixed, unseen domains"
    assert subject_label("within_source", "mixed") == "mixed alone, unseen domains"
    assert subject_label("left_out_source", "mixed") == "mixed, left out of training"


def test_the_worst_evasion_is_that_of_the_expert_that_is_served(metrics: dict[str, Any]) -> None:
    assert worst_evasion(metrics) == "added path, 4.0% (later phishing, unseen sites)"


def test_every_table_has_a_row_for_each_thing_told(metrics: dict[str, Any]) -> None:
    tables = url_text_tables(metrics)

    assert [row[1] for row in tables["headline"].rows] == [
        "mixed alone, unseen domains",
        "later phishing, unseen sites",
        "mixed, unseen domains",
        "mixed, left out of training",
    ]
    assert tables["headline"].rows[1][3] == "0.975 ± 0.010"
    assert tables["evasions"].rows[0] == ["added path", "+16.0", "+4.0"]
    assert tables["candidates"].rows[0] == ["gradient boosting", "0.2500"]
    assert [row[0] for row in tables["sources"].rows] == ["mixed", "known"]
    for table in tables.values():
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_the_card_holds_figures_pictures_and_licences(metrics: dict[str, Any]) -> None:
    plots = {
        "shortcuts": url_text_plots.shortcuts(metrics),
        "evasions": url_text_plots.evasions(metrics),
        "left_out": url_text_plots.left_out(metrics),
    }
    pictures = {name: render(plot) for name, plot in plots.items()}

    html, markdown = url_text_card(metrics, {**pictures, "roc": pictures["left_out"]})

    for text in ("0.975 ± 0.010", "CC BY 4.0", "0123abcd", "added path"):
        assert text in html
        assert text in markdown
    assert html.count("data:image/png") == 4
    assert "://" not in html.replace("https://lists.example", "")
    assert pictures["evasions"].title in markdown


def test_plots_stand_for_one_list_alone(metrics: dict[str, Any]) -> None:
    metrics["protocols"] = {"within_source": metrics["protocols"]["within_source"]}
    metrics["evasions"] = {}

    for plot in (url_text_plots.shortcuts, url_text_plots.evasions, url_text_plots.left_out):
        assert render(plot(metrics)).png
    assert worst_evasion(metrics) == "-"


def test_a_roc_curve_is_drawn_for_each_thing_tested(metrics: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    label = np.tile([0, 1], 300)
    urls = pd.DataFrame(
        {
            "url": [f"http://{number}.example/" for number in range(600)],
            "label": label,
            "source": "mixed",
            "date": pd.Series([pd.NaT] * 600, dtype="datetime64[us, UTC]"),
            "domain": [f"{number}.example" for number in range(600)],
        }
    )
    folds = deal_folds(urls, UrlSplitOptions(folds=3))
    scores = pd.DataFrame(
        {
            "protocol": "all_sources",
            "subject": "all",
            "fold": folds["fold"],
            "row": range(600),
            "log_odds": label + rng.normal(size=600),
        }
    )

    whole, low = url_text_plots.roc_by_protocol(urls, folds, scores, metrics).axes

    (curve,) = whole.lines
    assert curve.get_ydata()[-1] == 1.0
    assert low.get_xscale() == "log"
