"""What the URL text expert achieves on labelled URL lists, and how fast it is.

    NETWORK_SECURITY_DATA=folder python benchmarks/url_text.py [--within 5] [--as-they-are]

Prints, as mean and standard deviation over folds that no registered domain straddles:

- within one list that has both classes; on all lists together, tested on unseen sites and later
  phishing, on phishing of the same period, and on each list with both classes; and on each list
  when it is left out of training (one fold of it);
- what path, scheme, ``www`` and length alone tell of the class, and the ROC-AUC where the classes
  are matched on all four;
- the recall at a false-positive rate of 1 % that each evasion costs;
- size, latency and rate of the served model, and how far it is from the one that was fitted.

Settings are the defaults, nothing is tuned. ``--as-they-are`` fits on the rows as the lists have
them, neither weighed nor altered: what the robustness costs where no one evades. Exits with 1 when
a budget of size, speed or parity is missed.
"""

import argparse
import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from network_security.detection.url_text.defaults import CANDIDATES, MEMBERS
from network_security.detection.url_text.evasions import EVASIONS
from network_security.detection.url_text.expert import UrlTextExpert, serialise
from network_security.detection.url_text.export import expert_to_onnx
from network_security.detection.url_text.fitting import FittedExpert, fit
from network_security.detection.url_text.folds import UrlSplitOptions, deal_folds
from network_security.detection.url_text.protocols import (
    ProtocolOptions,
    figures,
    score_held_out,
    spreads,
)
from network_security.detection.url_text.training_rows import AlteringOptions
from network_security.detection.url_text.training_table import UrlFitOptions
from network_security.training_sets.urls.table import build_training_frame

MAX_MB = 2.0
ONE_URL_MS = 0.2
URLS_PER_SECOND = 50_000
PARITY = 1e-6
MANY = 50_000
NO_FOLD = -1
"""Nothing is tuned, so that no fold has to be left out of the figures."""


def main() -> int:
    """Run and print the benchmark; 0 when every budget holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--candidate", choices=CANDIDATES, default="ada_boost_gradient_boosting")
    parser.add_argument("--within", type=int, default=5, help="folds within one list")
    parser.add_argument("--left-out", type=int, default=1, help="folds of each list left out")
    parser.add_argument("--as-they-are", action="store_true", help="no weights, no altered rows")
    arguments = parser.parse_args()
    folder = os.environ.get("NETWORK_SECURITY_DATA", "data/01_raw")
    urls = build_training_frame([Path(folder)])
    print(f"{urls.counts}\nexpert: {arguments.candidate}")
    altering = AlteringOptions(0, 0, 0, 0) if arguments.as_they_are else AlteringOptions()
    fit_expert = partial(
        fit,
        candidate=CANDIDATES[arguments.candidate],
        settings=MEMBERS,
        options=UrlFitOptions(altering=altering),
    )
    folds = deal_folds(urls.frame, UrlSplitOptions())
    limits = {"within_source": arguments.within, "left_out_source": arguments.left_out}
    scores, losses = score_held_out(urls.frame, folds, fit_expert, ProtocolOptions(limits))
    measured = figures(urls.frame, folds, scores, NO_FOLD)
    print_figures(spreads(measured, [name for name in measured if name not in losses]))
    print("\nrecall lost to evasions")
    print_figures(spreads(losses, list(EVASIONS)))
    return int(not serves_within_budget(fit_expert(urls.frame), urls.frame["url"].tolist()))


def print_figures(told: dict[str, dict[str, dict[str, Any]]]) -> None:
    """A line a figure."""
    for protocol, subjects in told.items():
        for subject, own in subjects.items():
            print(f"\n{protocol}, {subject}")
            for name, figure in own.items():
                if figure["mean"] is not None:
                    around = f" +- {figure['std']:.4f}" if figure["std"] is not None else ""
                    print(f"  {name:24} {figure['mean']:.4f}{around}")


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
