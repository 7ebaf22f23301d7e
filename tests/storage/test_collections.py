"""The declared collections and indexes."""

import re
from pathlib import Path

import pytest

from network_security.storage import StoreError, ensure_indexes, open_database
from network_security.storage.collections import EVENTS, INDEXES


@pytest.fixture
def database(embedded_directory: Path):
    database = open_database(None, embedded_directory=embedded_directory, name="indexes")
    yield database
    database.client.drop_database("indexes")


def test_names_are_ones_that_every_server_takes() -> None:
    names = [*INDEXES, *(index.name for indexes in INDEXES.values() for index in indexes)]
    assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]*", name)] == []


def test_index_names_are_unique_in_their_collection() -> None:
    for indexes in INDEXES.values():
        names = [index.name for index in indexes]
        assert len(set(names)) == len(names)


def test_only_the_collections_meant_get_indexes(database) -> None:
    ensure_indexes(database, [EVENTS, "undeclared"])
    assert database.list_collection_names() == [EVENTS]
    assert len(database[EVENTS].index_information()) == 1 + len(INDEXES[EVENTS])


def test_refusal_is_reported(database, monkeypatch: pytest.MonkeyPatch) -> None:
    # A name that the embedded server takes for no collection's.
    monkeypatch.setitem(INDEXES, "no-name", INDEXES[EVENTS])
    with pytest.raises(StoreError, match="refused"):
        ensure_indexes(database, ["no-name"])
