"""The folder in which a demonstration keeps everything, and which the next one empties."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from network_security.storage.embedded_server import SERVER_LOCK, acquire, open_lock

MARK: Final = ".demonstration"
"""Says that a folder is a demonstration's; locked while one runs, and holds its address."""
STORE_SECONDS: Final = 30.0
"""How long the store of a demonstration that was killed may take to end."""


class FolderError(Exception):
    """The folder cannot be used; says why, and what to do."""


@contextmanager
def taken(folder: Path, store: Path, say: Callable[[str], object]) -> Iterator[None]:
    """Hold a demonstration's folder, made or emptied, as long as the context lasts.

    Args:
        folder: Where everything is kept.
        store: The folder of the embedded store in it.
        say: Tells people what is done.

    Raises:
        FolderError: Another demonstration runs in it, or it holds what no demonstration wrote.
    """
    folder = folder.absolute()
    mark = folder / MARK
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise FolderError(
            f"{folder} is not a folder: move it away, the demonstration makes its own"
        )
    found = list(folder.iterdir()) if folder.exists() else []
    if found and not mark.exists():
        raise FolderError(
            f"{folder} holds {found[0].name}, which no demonstration wrote: move it away first"
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = open_lock(mark)
    try:
        if not acquire(lock, fcntl.LOCK_EX, seconds=0):
            raise FolderError(
                f"A demonstration runs already, at {_address(mark)}: stop it with Ctrl-C there"
            )
        if len(found) > 1:
            say(f"Emptying {folder}: what the last demonstration left")
            _empty(folder, store)
        yield
    finally:
        os.close(lock)


def note_address(folder: Path, address: str) -> None:
    """Write down where the demonstration is reached, for one that is started beside it."""
    (folder / MARK).write_text(json.dumps({"address": address}))


def _address(mark: Path) -> str:
    try:
        return str(json.loads(mark.read_text())["address"])
    except (ValueError, KeyError):
        return "an address that it will soon say"


def _empty(folder: Path, store: Path) -> None:
    """Delete everything but the mark, once the last demonstration's store has ended."""
    if store.exists():
        server = open_lock(store / SERVER_LOCK)
        try:
            if not acquire(server, fcntl.LOCK_EX, seconds=STORE_SECONDS):
                raise FolderError(
                    f"The store in {store} is still in use: end the command that uses it"
                )
        finally:
            os.close(server)
    for each in folder.iterdir():
        if each.name == MARK:
            continue
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink()
