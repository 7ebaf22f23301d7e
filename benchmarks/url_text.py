"""What the URL text expert achieves on labelled URL lists, and how fast it is.

    NETWORK_SECURITY_DATA=folder python benchmarks/url_text.py [--folds 5] [--as-they-are]

Prints, as mean and standard deviation over folds that no registered domain straddles:

- within one list that has both classes; on all lists together, tested on later phishing and unseen
  sites; and on each list when it is left out of training (one fold of it);
- what path, scheme, ``www`` and length alone tell of the class, and the ROC-AUC where the classes
  are matched on all four;
- the recall at a false-positive rate of 1 % that each evasion costs;
- size, latency and rate of the served model, and how far it is from the one that was fitted.

``--as-they-are`` fits on the rows as the lists have them, neither weighed nor altered: what the
robustness costs where no one evades. Exits with 1 when a budget of size, speed or parity is
missed.
"""

import argparse
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from network_security.detection.url_text.defaults import CANDIDATES, MEMBERS
from network_security.detection.url_text.evaluation import evaluate, evasion_losses, spread
from network_security.detection.url_text.expert import UrlTextExpert, serialise
from network_security.detection.url_text.export import expert_to_onnx
from network_security.detection.url_text.fitting import (
    FittedExpert,
    fit,
)
from network_security.detection.url_text.folds import (
    PROTOCOLS,
    UrlSplit,
    UrlSplitOptions,
    deal_folds,
    splits,
)
from network_security.detection.url_text.training_rows import AlteringOptions
from network_security.detection.url_text.training_table import UrlFitOptions
from network_security.training_sets.urls.table import build_training_frame

MAX_MB = 10.0
ONE_URL_MS = 0.2
URLS_PER_SECOND = 50_000
PARITY = 1e-6
MANY = 50_000


def main() -> int:
    """Run and print the benchmark; 0 when every budget holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--candidate", choices=CANDIDATES, default="ada_boost_gradient_boosting")
    parser.add_argument("--folds", type=int, default=5, help="folds that are fitted of each")
    parser.add_argument("--protocols", nargs="+", choices=PROTOCOLS, default=PROTOCOLS)
    parser.add_argument("--as-they-are", action="store_true", help="no weights, no altered rows")
    arguments = parser.parse_args()
    folder = os.environ.get("NETWORK_SECURITY_DATA", "data/01_raw")
    urls = build_training_frame([Path(folder)])
    print(f"{urls.counts}\nexpert: {arguments.candidate}")
    folds = deal_folds(urls.frame, UrlSplitOptions())
    altering = AlteringOptions(0, 0, 0, 0) if arguments.as_they_are else AlteringOptions()
    options = UrlFitOptions(altering=altering)
    expert = None
    for protocol in arguments.protocols:
        limit = 1 if protocol == "left_out_source" else arguments.folds
        fitted = measure(urls.frame, folds, protocol, limit, arguments.candidate, options)
        expert = fitted if protocol == "all_sources" else expert or fitted
    return int(not serves_within_budget(expert, urls.frame["url"].tolist()))


def measure(
    frame: pd.DataFrame,
    folds: pd.DataFrame,
    protocol: str,
    limit: int,
    candidate: str,
    options: UrlFitOptions,
) -> FittedExpert:
    """Fit and test every split of a protocol, print its figures; the last expert fitted."""
    figures = defaultdict(list)
    losses = defaultdict(list)
    chosen = [own for own in splits(frame, folds, protocol) if own.fold < limit]
    for split in chosen:
        expert = fit(frame.iloc[split.train], CANDIDATES[candidate], MEMBERS, options)
        for name, rows in test_sets(frame, split):
            figures[name].append(evaluate(rows, expert.log_odds(rows["url"].tolist())))
            if protocol != "left_out_source":
                losses[name].append(evasion_losses(rows, expert.log_odds, seed=split.fold))
    for name, own in figures.items():
        print(f"\n{protocol}, {name} ({len(own)} folds)")
        print_figures(spread(own))
        if losses[name]:
            print("  recall lost to")
            print_figures(spread(losses[name]))
    return expert


def test_sets(frame: pd.DataFrame, split: UrlSplit) -> Iterator[tuple[str, pd.DataFrame]]:
    """The test rows; with all sources trained on, those with both classes and the rest apart."""
    rows = frame.iloc[split.test]
    if split.protocol != "all_sources":
        yield split.subject, rows
        return
    both = rows.groupby("source")["label"].transform("nunique") > 1
    for name, part in (("later phishing, unseen sites", rows[~both]), ("both classes", rows[both])):
        if part["label"].nunique() > 1:
            yield f"{name}: {' and '.join(part['source'].unique())}", part


def print_figures(table: pd.DataFrame) -> None:
    """A line a figure."""
    for name, row in table.iterrows():
        around = "" if np.isnan(row["std"]) else f" +- {row['std']:.4f}"
        print(f"  {name:24} {row['mean']:.4f}{around}")


def serves_within_budget(fitted: FittedExpert, urls: list[str]) -> bool:
    """Print size, speed and parity of the served form; whether all budgets hold."""
    model = serialise(expert_to_onnx(fitted, {}))
    expert = UrlTextExpert(model)
    size = len(model) / 1e6
    many = [url for _ in range(MANY // len(urls) + 1) for url in urls][:MANY]
    batch = min(seconds(expert, many) for _ in range(5))
    one = [seconds(expert, [url]) * 1e3 for url in urls[:2000]]
    apart = float(np.abs(expert.score(many) - fitted.log_odds(many)).max())
    print(f"\nserved model {size:.2f} MB; one URL p50 {np.median(one):.3f} ms, "
          f"p10 {np.percentile(one, 10):.3f} ms; {MANY / batch:,.0f} URLs/s; "
          f"parity {apart:.1e}")  # fmt: skip
    return (
        size <= MAX_MB
        and float(np.median(one)) <= ONE_URL_MS
        and MANY / batch >= URLS_PER_SECOND
        and apart <= PARITY
    )


def seconds(expert: UrlTextExpert, urls: list[str]) -> float:
    """Seconds of one call."""
    started = time.perf_counter()
    expert.score(urls)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
