"""What cannot be stored is changed until it can, and nothing else is."""

import copy
import math
from typing import Any

import bson
from hypothesis import given
from hypothesis import strategies as st

from network_security.streaming.storable import storable

# Dots, dollar signs and NULs as often as other characters.
names = st.text(st.sampled_from("ab.$\0_ø"), max_size=4)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
)
values = st.recursive(
    scalars, lambda some: st.lists(some, max_size=3) | st.dictionaries(names, some, max_size=4)
)
documents = st.dictionaries(names, values, max_size=5)


def leaves(value: Any) -> list[str]:
    """What a document holds, names aside, as sorted text."""
    if isinstance(value, dict):
        return sorted(leaf for one in value.values() for leaf in leaves(one))
    if isinstance(value, list):
        return sorted(leaf for one in value for leaf in leaves(one))
    return [str(value)]


def all_names(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(name for one in value.values() for name in all_names(one))]
    if isinstance(value, list):
        return [name for one in value for name in all_names(one)]
    return []


@given(documents)
def test_every_document_can_be_stored_and_loses_nothing(document: dict[str, Any]) -> None:
    before = copy.deepcopy(document)
    stored = storable(document)
    assert bson.decode(bson.encode(stored)) == stored
    assert leaves(stored) == leaves(before)
    for name in all_names(stored):
        assert name
        assert not name.startswith("$")
        assert not {".", "\0"} & set(name)


@given(documents)
def test_what_can_be_stored_stays_as_it_is(document: dict[str, Any]) -> None:
    once = copy.deepcopy(storable(document))
    assert storable(document) == once


def test_numbers_that_do_not_fit_become_text() -> None:
    document = {"n": [2**63 - 1, 2**63, -(2**63), [math.inf, math.nan]], "x": -math.inf, "b": True}
    assert storable(document) == {
        "n": [2**63 - 1, "9223372036854775808", -(2**63), ["inf", "nan"]],
        "x": "-inf",
        "b": True,
    }


def test_names_that_would_be_the_same_are_kept_apart() -> None:
    document = {"a.b": 1, "a_b": 2, "a\0_b": 3, "": 4, "$": 5, "$$": 6, "_": 7}
    assert storable(document) == {
        "a_b": 2, "a_b_": 1, "a_b__": 3, "_": 7, "__": 4, "___": 5, "_$": 6,
    }  # fmt: skip
