import fcntl
import os
from pathlib import Path

import pytest

from network_security.demo.folder import MARK, FolderError, note_address, taken
from network_security.storage.embedded_server import SERVER_LOCK, open_lock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "demo"


def take(folder: Path, said: list[str] | None = None):
    return taken(folder, folder / "mongodb", (said if said is not None else []).append)


def test_it_is_made_for_its_owner_alone(folder: Path) -> None:
    with take(folder):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_what_the_last_one_left_is_deleted_after_saying_so(folder: Path) -> None:
    said: list[str] = []
    with take(folder, said):
        (folder / "logs").mkdir()
        (folder / "logs" / "service.log").write_text("old")
    assert said == []
    with take(folder, said):
        assert [each.name for each in folder.iterdir()] == [MARK]
    assert said == [f"Emptying {folder}: what the last demonstration left"]


def test_links_are_deleted_not_what_they_lead_to(folder: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("mine")
    with take(folder):
        (folder / "link").symlink_to(precious)
    with take(folder):
        assert not (folder / "link").is_symlink()
    assert (precious / "file").read_text() == "mine"


def test_what_no_demonstration_wrote_is_never_deleted(folder: Path) -> None:
    folder.mkdir()
    (folder / "thesis.tex").write_text("mine")
    with pytest.raises(FolderError, match=r"holds thesis\.tex, which no demonstration wrote"):
        take(folder).__enter__()
    assert (folder / "thesis.tex").read_text() == "mine"


def test_a_link_in_its_place_is_refused(folder: Path, tmp_path: Path) -> None:
    folder.symlink_to(tmp_path)
    with pytest.raises(FolderError, match="is not a folder"):
        take(folder).__enter__()


def test_a_second_one_is_told_where_the_first_is(folder: Path) -> None:
    with take(folder):
        note_address(folder, "http://127.0.0.1:8123/")
        with pytest.raises(FolderError, match=r"runs already, at http://127\.0\.0\.1:8123/"):
            take(folder).__enter__()
    with take(folder):
        pass


def test_a_store_in_use_is_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("network_security.demo.folder.STORE_SECONDS", 0.1)
    with take(folder):
        (folder / "mongodb").mkdir()
    server = open_lock(folder / "mongodb" / SERVER_LOCK)
    fcntl.flock(server, fcntl.LOCK_EX)
    try:
        with pytest.raises(FolderError, match="is still in use"):
            take(folder).__enter__()
        assert (folder / "mongodb").is_dir()
    finally:
        os.close(server)
