from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from network_security.detection.arrays import Floats
from network_security.detection.url_text.evaluation import (
    evaluate,
    evasion_losses,
    matching_weights,
    shortcuts,
    weighted_auc,
)
from network_security.detection.url_text.evasions import EVASIONS


def confounded(count: int = 400) -> pd.DataFrame:
    """Phishing mostly with a path and https, legitimate URLs mostly without."""
    rng = np.random.default_rng(0)
    label = rng.integers(0, 2, count)
    same = rng.random(count) < 0.8
    with_path = np.where(same, label, 1 - label)
    return pd.DataFrame(
        {
            "url": [
                f"http{'s' if path else ''}://site{number}.test{'/page' if path else ''}"
                for number, path in enumerate(with_path)
            ],
            "label": label,
        }
    )


def test_shortcuts_alone_part_confounded_lists() -> None:
    rows = confounded()
    truth = rows["label"].to_numpy()

    alone = {
        name: weighted_auc(truth, score, np.ones(len(rows)))
        for name, score in shortcuts(rows["url"]).items()
    }

    assert alone["path"] > 0.7
    assert alone["https"] > 0.7
    assert alone["www"] == pytest.approx(0.5)


def test_matched_classes_leave_shortcuts_nothing() -> None:
    rows = confounded()
    truth, weights = rows["label"].to_numpy(), matching_weights(rows)

    assert weighted_auc(truth, shortcuts(rows["url"])["path"], weights) == pytest.approx(0.5)


def test_a_perfect_score_is_perfect_everywhere(urls: pd.DataFrame) -> None:
    figures = evaluate(urls, np.where(urls["label"] == 1, 20.0, -20.0))

    assert figures["ece"] < 1e-6
    for name in ("roc_auc", "roc_auc_with_path", "roc_auc_without_path", "recall"):
        assert figures[name] == 1


def test_a_part_of_too_few_urls_has_no_figure() -> None:
    rows = pd.DataFrame({"url": [f"http://{n}.test" for n in range(40)], "label": [0, 1] * 20})

    figures = evaluate(rows, np.arange(40.0))

    assert np.isnan(figures["roc_auc_with_path"])
    assert figures["roc_auc_without_path"] == figures["roc_auc"]


def test_an_evasion_costs_what_it_hides(urls: pd.DataFrame) -> None:
    """A judge of one lower-case word is deceived by capitals, and by nothing before the host."""

    def score(listed: Sequence[str]) -> Floats:
        return np.where([".php" in url for url in listed], 5.0, -5.0)

    recall = urls["url"][urls["label"] == 1].str.contains(".php", regex=False).mean()

    losses = evasion_losses(urls, score, seed=0)

    assert set(losses) == set(EVASIONS)
    assert losses["upper_case"] == pytest.approx(recall)
    assert losses["subdomain_noise"] == losses["www"] == 0
