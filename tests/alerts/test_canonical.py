"""Equal content gives equal bytes."""

from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

import pytest

from network_security.alerts.canonical import canonical_json, sha256


def test_neither_the_order_nor_the_kind_of_a_mapping_matters() -> None:
    assert sha256({"a": 1, "b": (1, 2)}) == sha256(MappingProxyType({"b": [1, 2], "a": 1}))
    assert sha256({"a": 1}) != sha256({"a": 2})


def test_times_are_those_that_the_store_keeps() -> None:
    time = datetime(2026, 3, 1, 12, 0, 0, 123_456, tzinfo=UTC)
    elsewhere = time.astimezone(timezone(timedelta(hours=5)))

    assert canonical_json(time) == b'"2026-03-01T12:00:00.123+00:00"'
    assert canonical_json(elsewhere) == canonical_json(time)


def test_numbers_are_written_so_that_they_come_back() -> None:
    assert canonical_json([0.1 + 0.2, 1e-9, 1]) == b"[0.30000000000000004,1e-09,1]"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(value)


def test_what_json_has_not_is_refused() -> None:
    with pytest.raises(TypeError, match="a set cannot be hashed"):
        canonical_json({"a": {1}})
