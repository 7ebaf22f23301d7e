"""Rows of evidence as one number each, equal exactly where the evidence is."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

KNOWN: Final = (-1, 0, 1)
"""What a feature may be: phishing, suspicious, legitimate."""

_BITS, _MASK = 2, 3
_SHOWN = 60

Keys = NDArray[np.uint64]


def encode(
    frame: pd.DataFrame, features: Sequence[str], *, missing: int, unknown: Collection[str] = ()
) -> tuple[Keys, dict[int, str]]:
    """Return each row's key, and what is wrong with rows that have none.

    Args:
        frame: the rows, of shape (n_rows, n_columns); a feature may be text, a number, or null,
            and a feature without a column is unknown.
        features: the features, in the order of the model's input, at most 32.
        missing: the model's code for unknown evidence, which is taken as well.
        unknown: words that stand for it; empty text always does.

    Returns:
        The keys of shape (n_rows,), and by position the columns and values that are wrong; the
        keys of those rows mean nothing.
    """
    levels = {code: level for level, code in enumerate((missing, *KNOWN))}
    words = {"", *unknown}
    keys = np.zeros(len(frame), np.uint64)
    wrong: dict[int, list[str]] = {}
    for place, feature in enumerate(features):
        if feature not in frame:
            continue
        positions, distinct = _factorized(frame[feature])
        found = [_level(value, levels, words) for value in distinct]
        # Nulls have the position -1, which is the last one's here: unknown.
        table = np.array([*(level or 0 for level in found), levels[missing]], np.uint64)
        keys |= table[positions] << np.uint64(_BITS * place)
        if None in found:
            bad = np.array([*(level is None for level in found), False])
            for row in np.flatnonzero(bad[positions]).tolist():
                value = _shown(distinct[positions[row]])
                wrong.setdefault(row, []).append(f"{feature} is {value}, not -1, 0 or 1")
    return keys, {row: "; ".join(problems) for row, problems in sorted(wrong.items())}


def decode(keys: Keys, features: Sequence[str], *, missing: int) -> pd.DataFrame:
    """The evidence that keys stand for, of shape (n_keys, n_features)."""
    return pd.DataFrame(codes_of(keys, len(features), missing=missing), columns=list(features))


def codes_of(keys: Keys, features: int, *, missing: int) -> NDArray[np.int8]:
    """The codes that keys of so many features stand for, of shape (n_keys, n_features)."""
    codes = np.array((missing, *KNOWN), np.int8)
    shifts = np.arange(features, dtype=np.uint64) * np.uint64(_BITS)
    levels = (keys[:, None] >> shifts) & np.uint64(_MASK)
    return np.asarray(codes[levels])


def keys_of(codes: NDArray[np.int8]) -> Keys:
    """The keys of rows of codes, of shape (n_rows, n_features); any code but `KNOWN` is missing."""
    shifts = np.arange(codes.shape[1], dtype=np.uint64) * np.uint64(_BITS)
    levels = np.zeros(codes.shape, np.uint64)
    for level, code in enumerate(KNOWN, 1):
        levels[codes == code] = level
    return np.asarray((levels << shifts).sum(axis=1, dtype=np.uint64))


def _factorized(column: pd.Series[Any]) -> tuple[NDArray[np.int64], Sequence[Any]]:
    try:
        positions, distinct = pd.factorize(column)
    except (TypeError, NotImplementedError):
        # Lists and records, none of which is a feature's value.
        positions, distinct = pd.factorize(column.astype(object).map(str))
    return np.asarray(positions, np.int64), list(distinct)


def _level(value: Any, levels: dict[Any, int], unknown: Collection[str]) -> int | None:
    """The value's place among the codes; None for what is not one of them."""
    if isinstance(value, str):
        text = value.strip()
        if text in unknown:
            return 0
        try:
            value = float(text)
        except ValueError:
            return None
    if isinstance(value, float) and math.isnan(value):
        return 0
    return levels.get(value)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
