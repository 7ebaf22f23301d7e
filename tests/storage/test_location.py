from pathlib import Path

import pytest

from network_security.storage.location import StoreLocation


def test_without_a_uri_it_is_the_embedded_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("MONGODB_URI", raising=False)
    monkeypatch.chdir(tmp_path)

    location = StoreLocation.of(None, "store", None)

    assert location.embedded_directory == tmp_path / "store"
    assert location.server() == f"embedded server in {tmp_path / 'store'}"


def test_the_environment_is_asked_at_each_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    location = StoreLocation.of({"uri": "mongodb://ana:secret@db.example.com/x"}, tmp_path, None)
    monkeypatch.delenv("MONGODB_URI", raising=False)
    assert location.server() == "mongodb://ana:***@db.example.com/x"

    monkeypatch.setenv("MONGODB_URI", "mongodb://other.example.com")
    assert location.server() == "mongodb://other.example.com"


def test_it_opens_the_database_that_is_named(embedded_uri: str, tmp_path: Path):
    named = StoreLocation.of({"uri": embedded_uri}, tmp_path, "somewhere").open()
    unnamed = StoreLocation.of({"uri": embedded_uri}, tmp_path, None).open()

    assert (named.name, unnamed.name) == ("somewhere", "network_security")
