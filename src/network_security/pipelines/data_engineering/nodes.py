"""Checked rows and folds, from a training set as it was found.

What only a node needs is imported there where it costs tenths of a second, so that a command that
runs none of them starts at once.
"""

from dataclasses import asdict
from typing import Any

import pandas as pd

from network_security.detection.protocols import SplitOptions, assign_folds, vector_groups
from network_security.evidence import SCHEMAS
from network_security.training_sets.training_set import TrainingSet


def open_training_set(training_set: TrainingSet) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The rows, with the data set's own names and codes, and where they come from."""
    return training_set.table, asdict(training_set.provenance)


def refuse_wrong_labels(table: pd.DataFrame, detector: str) -> pd.DataFrame:
    """The rows ready to learn from, once the labels have been found to mean what they should.

    Returns:
        The features, int8; ``label``, 1 for what is to be detected; and ``vector``, a number that
        rows of equal features share.

    Raises:
        LabelCanaryError: the labels' polarity is inverted, or columns are shuffled.
    """
    from network_security.training_sets.checks import check_label_canaries  # noqa: PLC0415

    check_label_canaries(table)
    schema = SCHEMAS[detector]
    features = table[list(schema.features)]
    return features.assign(
        label=(table[schema.label] == schema.positive).astype("int8"),
        vector=vector_groups(features),
    )


def describe_rows(table: pd.DataFrame, provenance: dict[str, Any]) -> dict[str, Any]:
    """Rows, duplicates, conflicting labels and the ceilings they put on any detector."""
    from network_security.training_sets.checks import describe_quality  # noqa: PLC0415

    return {"source": provenance, **describe_quality(table)}


def deal_folds(primary: pd.DataFrame, options: SplitOptions) -> pd.DataFrame:
    """The half and, for each protocol, the fold of each row."""
    return assign_folds(
        primary["label"].to_numpy(dtype="int64"), primary["vector"].to_numpy(), options
    )


def tag_run(provenance: dict[str, Any]) -> dict[str, Any]:
    """What a run must say about its data: which it is, and whether it is real."""
    return {name: provenance[name] for name in ("name", "kind", "location", "sha256", "simulated")}
