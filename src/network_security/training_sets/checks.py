"""Refuses a phishing table that is not what it says, and describes the one that is.

In the catalog:

    validator:
      class: network_security.training_sets.checks.validate_training_set
      "on": [load]
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd
import pandera.pandas as pa
from kedro.validation import PanderaValidator

from network_security.evidence.phishing import FEATURES, LABEL, LEGITIMATE, PHISHING
from network_security.training_sets.training_set import TrainingSet, table_digest

MIN_ROWS: Final = 2_000
"""Fewest rows on which the canaries' tolerance is safe."""

_THREE_VALUED: Final = frozenset(
    {
        "URL_Length",
        "having_Sub_Domain",
        "SSLfinal_State",
        "URL_of_Anchor",
        "Links_in_tags",
        "SFH",
        "web_traffic",
        "Links_pointing_to_page",
    }
)
DOMAINS: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType(
    {name: (-1, 0, 1) if name in _THREE_VALUED else (-1, 1) for name in FEATURES}
    | {"Redirect": (0, 1), LABEL: (PHISHING, LEGITIMATE)}
)
"""The values of each column, as the published set declares them."""

TABLE_SCHEMA: Final = pa.DataFrameSchema(
    {name: pa.Column("int8", pa.Check.isin(values)) for name, values in DOMAINS.items()},
    checks=pa.Check(lambda table: len(table) >= MIN_ROWS, error=f"at least {MIN_ROWS} rows"),
    strict=True,
    ordered=True,
)
"""Names, order, type and values of a table's columns; int8 leaves no room for a null."""

CANARIES: Final[Mapping[str, Mapping[int, tuple[float, float, float]]]] = MappingProxyType(
    {
        "SSLfinal_State": {PHISHING: (0.62, 0.23, 0.14), LEGITIMATE: (0.08, 0.00, 0.91)},
        "URL_of_Anchor": {PHISHING: (0.66, 0.31, 0.03), LEGITIMATE: (0.01, 0.62, 0.37)},
        "Prefix_Suffix": {PHISHING: (1.00, 0.00, 0.00), LEGITIMATE: (0.76, 0.00, 0.24)},
        "having_Sub_Domain": {PHISHING: (0.37, 0.46, 0.16), LEGITIMATE: (0.25, 0.22, 0.53)},
        "web_traffic": {PHISHING: (0.34, 0.35, 0.31), LEGITIMATE: (0.16, 0.14, 0.70)},
        "Domain_registeration_length": {
            PHISHING: (0.55, 0.00, 0.45),
            LEGITIMATE: (0.76, 0.00, 0.24),
        },
        "Links_in_tags": {PHISHING: (0.49, 0.36, 0.16), LEGITIMATE: (0.26, 0.44, 0.31)},
    }
)
"""Shares of the values -1, 0 and 1 within each class, measured on the published set.

The features that are tied to the label and resemble no other column: the nearest one differs in a
share by 13 points (`SFH` from `Prefix_Suffix`), the others by 17 or more.
"""

CANARY_TOLERANCE: Final = 0.10
"""Largest difference from `CANARIES`: six standard deviations of a share in `MIN_ROWS` rows."""


class LabelCanaryError(ValueError):
    """A table's features are not tied to its label as they must be.

    Attributes:
        features: The canaries that failed.
        inverted: Whether all of them would hold with the two labels exchanged.
    """

    def __init__(self, message: str, features: tuple[str, ...], *, inverted: bool) -> None:
        super().__init__(message)
        self.features = features
        self.inverted = inverted


def validate_training_set(training_set: TrainingSet) -> TrainingSet:
    """The training set, its table validated; for the catalog's `validator:`.

    Raises:
        kedro.validation.DataValidationError: If the table does not follow `TABLE_SCHEMA`.
        LabelCanaryError: If the label is inverted or columns are exchanged.
    """
    return replace(training_set, table=validate_table(training_set.table))


def validate_table(table: pd.DataFrame) -> pd.DataFrame:
    """The table, validated as by `validate_training_set`."""
    validated: pd.DataFrame = PanderaValidator(TABLE_SCHEMA).validate(table)
    check_label_canaries(validated)
    return validated


def check_label_canaries(table: pd.DataFrame) -> None:
    """Refuse a table whose label is inverted or shuffled, or whose columns are exchanged.

    An exchange among columns that are no canaries is not seen here, but by the digest of a table
    that claims to be the published one.

    Args:
        table: Shape (n_rows, 31), columns of `TABLE_SCHEMA`; at least `MIN_ROWS` rows.

    Raises:
        LabelCanaryError: If a share within a class is off by more than `CANARY_TOLERANCE`.
    """
    failures = _failed_canaries(table)
    if not failures:
        return
    inverted = not _failed_canaries(table.assign(**{LABEL: -table[LABEL]}))
    if inverted:
        cause = f"{LABEL} is inverted: {PHISHING} must stand for phishing; multiply it by -1"
    else:
        cause = (
            "values stand under the wrong column, or the label of another row; compare the header "
            "with the file's own description, or delete the file to have the published one fetched"
        )
    raise LabelCanaryError(
        f"{cause} ({'; '.join(failures.values())})", tuple(failures), inverted=inverted
    )


def _failed_canaries(table: pd.DataFrame) -> dict[str, str]:
    """What is wrong with each canary that fails: its share that is furthest from the expected."""
    failures = {}
    for feature, by_class in CANARIES.items():
        differences = []
        for label, expected in by_class.items():
            values = table.loc[table[LABEL] == label, feature].to_numpy()
            for value, share in zip((-1, 0, 1), expected, strict=True):
                found = float(np.mean(values == value)) if len(values) else 0.0
                differences.append((abs(found - share), label, value, found, share))
        furthest, label, value, found, share = max(differences)
        if furthest > CANARY_TOLERANCE:
            failures[feature] = (
                f"{feature} is {value} in {found:.0%} of the rows with {LABEL} {label}, "
                f"expected {share:.0%}"
            )
    return failures


def describe_quality(table: pd.DataFrame) -> dict[str, Any]:
    """Duplicates, contradictions and the accuracy that they allow, ready for JSON.

    Args:
        table: Shape (n_rows, 31), columns of `TABLE_SCHEMA`.

    Returns:
        rows: Number of rows.
        distinct_vectors: Number of different feature vectors.
        duplicate_rows: Rows that repeat an earlier one, label included.
        conflicting_vectors: Feature vectors that stand there with both labels.
        conflicting_rows: Rows with one of these.
        memoriser_ceiling: Accuracy of the majority label of each vector, on the rows themselves.
        label_noise_ceiling: Estimate of the best accuracy on other rows (see below); None when no
            vector repeats.
        class_balance: Share of the rows, `phishing` and `legitimate`.
        value_counts: For each column, how often each value occurs.
        sha256: `table_digest`.

    Two rows with the same vector disagree at the rate at which a nearest-neighbour rule errs on
    unlimited data, R. No rule errs less than (1 - sqrt(1 - 2R)) / 2 (T. Cover, P. Hart, "Nearest
    neighbor pattern classification", IEEE Transactions on Information Theory 13(1), 1967). R is
    measured on the rows whose vector repeats, each row against all the others with its vector.
    """
    by_vector = table[LABEL].eq(PHISHING).groupby([table[name] for name in FEATURES])
    counts = by_vector.agg(["size", "sum"]).to_numpy(dtype=np.int64)
    rows, phishing = counts[:, 0], counts[:, 1]
    legitimate = rows - phishing
    conflicting = (phishing > 0) & (legitimate > 0)
    return {
        "rows": len(table),
        "distinct_vectors": len(counts),
        "duplicate_rows": int(table.duplicated().sum()),
        "conflicting_vectors": int(conflicting.sum()),
        "conflicting_rows": int(rows[conflicting].sum()),
        "memoriser_ceiling": float(np.maximum(phishing, legitimate).sum() / rows.sum()),
        "label_noise_ceiling": _label_noise_ceiling(rows, phishing),
        "class_balance": {
            "phishing": float(phishing.sum() / rows.sum()),
            "legitimate": float(legitimate.sum() / rows.sum()),
        },
        "value_counts": {
            name: {str(value): int((table[name] == value).sum()) for value in values}
            for name, values in DOMAINS.items()
        },
        "sha256": table_digest(table),
    }


def _label_noise_ceiling(rows: np.ndarray, phishing: np.ndarray) -> float | None:
    repeated = rows > 1
    rows, phishing = rows[repeated], phishing[repeated]
    if not len(rows):
        return None
    disagreements = 2 * phishing * (rows - phishing) / (rows - 1)
    rate = float(disagreements.sum() / rows.sum())
    return 0.5 + 0.5 * float(np.sqrt(max(0.0, 1 - 2 * rate)))
