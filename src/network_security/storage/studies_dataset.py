"""Kedro data sets of Optuna studies: finished ones, and the journal of running ones."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import optuna
from kedro_datasets._typing import TablePreview
from optuna.storages import BaseStorage, JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
from optuna.study import Study

from network_security.storage.load_only_dataset import LoadOnlyDataset
from network_security.storage.versioned_file import VersionedFileDataset

LOCK_SECONDS: Final = 5
"""A lock on the journal, held for milliseconds, is a killed process's after this long."""


class StudyJournalDataset(LoadOnlyDataset[BaseStorage]):
    """The journal that trials are appended to as they finish, so that a killed search resumes.

    A file, as it needs no server, may be shared by processes, and survives a kill at any time.
    """

    refusal = "trials are written to the journal by the search as it runs"

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        """Keep the journal at ``filepath``."""
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> BaseStorage:
        """The journal as an Optuna storage; it is begun when there is none."""
        self._filepath.parent.mkdir(parents=True, exist_ok=True)
        path = str(self._filepath)
        lock = JournalFileOpenLock(path, grace_period=LOCK_SECONDS)
        lock.acquire()
        try:
            _drop_torn_line(self._filepath)
        finally:
            lock.release()
        return JournalStorage(JournalFileBackend(path, lock_obj=lock))

    def _exists(self) -> bool:
        return self._filepath.is_file()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._filepath}


def _drop_torn_line(journal: Path) -> None:
    """Cut off what a process killed as it wrote has left of a line; Optuna would append to it."""
    text = journal.read_bytes() if journal.is_file() else b""
    if text and not text.endswith(b"\n"):
        with journal.open("r+b") as file:
            file.truncate(text.rfind(b"\n") + 1)


class StudiesDataset(VersionedFileDataset[dict[str, Study], dict[str, Study]]):
    """Optuna studies by name, in one SQLite file that optuna-dashboard opens as well.

    Example of an entry:

    .. code-block:: yaml

        phishing.studies:
          type: network_security.storage.studies_dataset.StudiesDataset
          filepath: data/06_models/phishing/studies.db
          versioned: true
    """

    def load(self) -> dict[str, Study]:
        """Every study of the file."""
        storage = f"sqlite:///{self._get_load_path()}"
        return {
            name: optuna.load_study(study_name=name, storage=storage)
            for name in optuna.get_all_study_names(storage)
        }

    def save(self, data: dict[str, Study]) -> None:
        """Copy the studies into a new file."""
        path = Path(self._get_save_path())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        for name, study in data.items():
            optuna.copy_study(
                from_study_name=name,
                from_storage=study._storage,
                to_storage=f"sqlite:///{path}",
            )

    def preview(self, nrows: int = 40) -> TablePreview:
        """The first trials as a table, for kedro-viz: what each tried, and what it came to."""
        trials = [
            [name, trial.number, _short(trial.value), trial.state.name, _settings(trial.params)]
            for name, study in self.load().items()
            for trial in study.trials
        ]
        return TablePreview(
            {
                "index": list(range(len(trials[:nrows]))),
                "columns": ["study", "number", "value", "state", "settings"],
                "data": trials[:nrows],
            }
        )


def _settings(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_short(value)}" for name, value in settings.items())


def _short(value: Any) -> Any:
    """A number as a person reads it; anything else as it is."""
    return float(f"{value:.5g}") if isinstance(value, float) else value
