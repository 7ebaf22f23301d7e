"""Rows of a frame as documents that every server of the store keeps alike, and back."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import bson
import numpy as np
import pandas as pd
from bson.codec_options import CodecOptions
from bson.tz_util import utc

from network_security.storage.times import milliseconds

_AS_STORED: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True, tzinfo=utc)


def document_id(*key: object) -> str:
    """Return the ``_id`` of the document that the key's values identify: a SHA-256 in hexadecimal.

    Equal values give equal ids, whatever types pandas and NumPy hold them in.

    >>> document_id("phishing", 17) == document_id("phishing", np.float64(17.0))
    True

    Raises:
        ValueError: If a value is missing, or is neither text, number, true or false, nor time.
    """
    values = [_key_value(value) for value in key]
    return hashlib.sha256(json.dumps(values, separators=(",", ":")).encode()).hexdigest()


def document_ids(frame: pd.DataFrame, *, key: Sequence[str]) -> list[str]:
    """Return each row's ``_id``: the column of that name if there is one, else made from the key.

    Args:
        frame: The rows, of shape (n_rows, n_columns).
        key: The columns that identify a row.

    Raises:
        ValueError: If the frame has neither ``_id`` nor the key's columns, an id is not a
            text or is empty, or two rows have the same: one of them would be lost.
    """
    if "_id" in frame:
        ids = frame["_id"].tolist()
        wrong = [row for row, value in zip(frame.index, ids, strict=True) if not _is_id(value)]
        if wrong:
            raise ValueError(f"column '_id', row {wrong[0]}: an _id is a text that is not empty")
    else:
        missing = [column for column in key if column not in frame]
        if missing or not key:
            raise ValueError(f"the frame has no column '_id' and not the key's columns {missing}")
        columns = [_converted(frame[column], _key_value) for column in key]
        ids = [document_id(*values) for values in zip(*columns, strict=True)]
    repeated = pd.Series(ids, dtype=object).duplicated(keep=False).to_numpy()
    if repeated.any():
        rows = frame.index[repeated][:2].tolist()
        raise ValueError(f"rows {rows[0]} and {rows[1]} have the same key: one would be lost")
    return ids


def to_documents(frame: pd.DataFrame, *, key: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return the rows as documents: Python's own types, and None for a missing value.

    Times become UTC and lose what is finer than a millisecond, as MongoDB keeps them.

    Args:
        frame: The rows, of shape (n_rows, n_columns).
        key: The columns that identify a row, as for `document_ids`.

    Raises:
        ValueError: As `document_ids`; and, with column and row, for what not every server keeps:
            infinite numbers, integers beyond 64 bits, times without a zone, field names with
            ``.`` or a leading ``$``, and other types.
    """
    ids = document_ids(frame, key=key)
    fields = frame.drop(columns="_id", errors="ignore")
    names = [_field(column) for column in fields.columns]
    columns = [_portable_values(fields[column]) for column in fields.columns]
    return [
        {"_id": id_, **dict(zip(names, row, strict=True))}
        for id_, *row in zip(ids, *columns, strict=True)
    ]


def to_frame(batches: Iterable[pd.DataFrame], *, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Return the batches as one frame, with the columns asked for even where no row has them."""
    parts = list(batches)
    names = dict.fromkeys([*columns, *(name for part in parts for name in part.columns)])
    # A column that is empty throughout a batch has no type yet, and must not decide the whole's.
    filled = [part.dropna(axis="columns", how="all") for part in parts]
    joined = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()
    return joined.reindex(columns=list(names))


def portable(value: object) -> object:
    """Return a value as every server of the store keeps it; see `to_documents`."""
    if isinstance(value, np.generic):
        value = pd.Timestamp(value) if isinstance(value, np.datetime64) else value.item()
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, Mapping):
        return {_field(name): portable(item) for name, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [portable(item) for item in value]
    return _scalar(value)


def as_stored(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document as the store gives it back: with lists, and times in milliseconds."""
    return from_bson(bson.encode(document))


def from_bson(raw: bytes) -> dict[str, Any]:
    """Return the document that some BSON is, its times in UTC."""
    return bson.decode(raw, codec_options=_AS_STORED)


def _scalar(value: object) -> object:
    match value:
        case bool() | str():
            return value
        case int() if -(2**63) <= value < 2**63:
            return value
        case int():
            raise ValueError(f"the integer {value} has more than 64 bits")
        case float() if math.isinf(value):
            raise ValueError("an infinite number cannot be stored")
        case float():
            return None if math.isnan(value) else value
        case datetime():
            return _utc_milliseconds(value)
        case _:
            raise ValueError(f"a {type(value).__name__} cannot be stored")


def _utc_milliseconds(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"the time {value} has no zone; give it one with dt.tz_localize")
    if isinstance(value, pd.Timestamp):
        value = value.to_pydatetime(warn=False)
    return milliseconds(value)


def _field(name: object) -> str:
    if not isinstance(name, str) or not name or "." in name or name.startswith("$"):
        raise ValueError(f"the field name {name!r} must be a text without '.' or a leading '$'")
    return name


def _is_id(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _key_value(value: object) -> object:
    value = portable(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is None or isinstance(value, list | dict):
        raise ValueError(f"{value!r} cannot be part of a key")
    return value


def _portable_values(column: pd.Series[Any]) -> list[Any]:
    # The features of a training set, by far the most values there are, need no look at each.
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "bi":
        return column.tolist()
    return _converted(column, portable)


def _converted(column: pd.Series[Any], convert: Callable[[object], object]) -> list[object]:
    converted = []
    for row, value in zip(column.index, column.tolist(), strict=True):
        try:
            converted.append(convert(value))
        except ValueError as error:
            raise ValueError(f"column {column.name!r}, row {row!r}: {error}") from None
    return converted
