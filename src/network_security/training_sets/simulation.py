"""Draws a phishing table from a small probabilistic model, where the published one is out of reach.

The model holds, for each class, a mixture of dependence trees over the 30 features, and how often
a feature vector repeats. Its parameters are figures fitted to the published set; no row of that is
kept. It serves to try the software out offline: a figure measured on it says nothing of real pages.

    python -m network_security.training_sets.simulation fit phishing_websites.csv > parameters.json
"""

import argparse
import json
import sys
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from network_security.evidence.phishing import FEATURES, LABEL, LEGITIMATE, PHISHING
from network_security.training_sets.dependence_trees import TreeMixture
from network_security.training_sets.formats import read_table
from network_security.training_sets.training_set import COLUMNS, table_digest

PARAMETERS_FILE: Final = "simulation_parameters.json"
DEFAULT_ROWS: Final = 11_055
DEFAULT_SEED: Final = 7
N_TREES: Final = 8
"""A class. One tree is already near in accuracy, but with it a linear model beats a forest."""
_CLASSES: Final = (PHISHING, LEGITIMATE)


def fit(table: pd.DataFrame, *, n_trees: int = N_TREES, seed: int = DEFAULT_SEED) -> dict[str, Any]:
    """The parameters of the simulation, fitted to a table.

    Args:
        table: Shape (n_rows, 31), columns `COLUMNS`.
        n_trees: Number of dependence trees a class.
        seed: Of the start of the fit.

    Returns:
        `fitted_to` (digest of the table), `domains` (values of each feature), and for each class
        its `share` of the rows, `repetitions` (how many vectors stand in the table once, twice ...)
        and `mixture`.
    """
    domains = {feature: sorted(table[feature].unique().tolist()) for feature in FEATURES}
    sizes = [len(values) for values in domains.values()]
    classes = {}
    for label in _CLASSES:
        of_class = table.loc[table[LABEL] == label, list(FEATURES)]
        vectors, repetitions = np.unique(of_class.to_numpy(), axis=0, return_counts=True)
        positions = [
            np.searchsorted(domains[feature], vectors[:, column])
            for column, feature in enumerate(FEATURES)
        ]
        times, vectors_repeated = np.unique(repetitions, return_counts=True)
        classes[str(label)] = {
            "share": round(len(of_class) / len(table), 4),
            "repetitions": dict(zip(map(str, times), vectors_repeated.tolist(), strict=True)),
            "mixture": TreeMixture.fit(
                np.column_stack(positions), sizes, n_trees=n_trees, seed=seed
            ).to_document(),
        }
    return {"fitted_to": table_digest(table), "domains": domains, "classes": classes}


def load_parameters() -> dict[str, Any]:
    """The parameters that the package holds, fitted to the published set."""
    source = resources.files(__package__) / PARAMETERS_FILE
    parameters: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return parameters


def simulate(
    parameters: dict[str, Any] | None = None, *, rows: int = DEFAULT_ROWS, seed: int = DEFAULT_SEED
) -> pd.DataFrame:
    """A table drawn from the model, the same for the same arguments.

    A vector that is drawn stands in the table as often as a vector of the real table did, the more
    probable ones being the more frequent: half of the rows repeat another one, as in the real set.

    Args:
        parameters: What `fit` returned; those of the package when None.
        rows: Number of rows, at least 2.
        seed: Of the random generator.

    Returns:
        Shape (rows, 31), int8, columns `COLUMNS`.

    Raises:
        ValueError: If there is not a row for each class.
    """
    if rows < len(_CLASSES):
        raise ValueError(f"rows is {rows}, below {len(_CLASSES)}: one for each class")
    parameters = load_parameters() if parameters is None else parameters
    generator = np.random.default_rng(seed)
    domains = [np.array(parameters["domains"][feature]) for feature in FEATURES]
    of_phishing = round(rows * parameters["classes"][str(PHISHING)]["share"])
    parts = []
    for label, n_rows in ((PHISHING, of_phishing), (LEGITIMATE, rows - of_phishing)):
        of_class = parameters["classes"][str(label)]
        mixture = TreeMixture.from_document(of_class["mixture"])
        repetitions = np.sort(_repetitions(of_class["repetitions"], n_rows, generator))
        positions = mixture.sample(len(repetitions), generator)
        log_probability = mixture.log_probability(positions)
        chance = generator.normal(scale=log_probability.std(), size=len(positions))
        rarest_first = np.argsort(log_probability + chance, kind="stable")
        repeated = np.repeat(positions[rarest_first], repetitions, axis=0)
        values = [domain[repeated[:, column]] for column, domain in enumerate(domains)]
        parts.append(np.column_stack([*values, np.full(n_rows, label)]))
    table = generator.permutation(np.vstack(parts)).astype(np.int8)
    return pd.DataFrame(table, columns=list(COLUMNS))


def _repetitions(
    histogram: dict[str, int], n_rows: int, generator: np.random.Generator
) -> npt.NDArray[np.int64]:
    """How often each vector of a class is to stand in the table, `n_rows` in all."""
    times = np.array([int(time) for time in histogram])
    frequency = np.array(list(histogram.values()), dtype=np.float64)
    drawn = generator.choice(times, size=n_rows, p=frequency / frequency.sum())
    totals = np.cumsum(drawn)
    last = int(np.searchsorted(totals, n_rows))
    drawn[last] -= totals[last] - n_rows
    return drawn[: last + 1]


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit the parameters to a file and write them to standard output as JSON."""
    parser = argparse.ArgumentParser(prog="python -m network_security.training_sets.simulation")
    commands = parser.add_subparsers(required=True)
    fit_command = commands.add_parser("fit", help="print the parameters fitted to a table")
    fit_command.add_argument("path", type=Path, help="the published set, CSV or ARFF")
    table = read_table(parser.parse_args(arguments).path)
    json.dump(fit(table), sys.stdout, separators=(",", ":"))
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
