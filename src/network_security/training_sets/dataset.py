"""``TrainingSetDataset`` loads a training set from the store, filling the store on first use."""

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

from kedro.io import DatasetError
from kedro_datasets._typing import TablePreview
from pymongo import DeleteOne

from network_security.storage.collection_dataset import MongoCollectionDataset
from network_security.storage.collections import TRAINING_SETS
from network_security.storage.errors import StoreError, store_errors
from network_security.storage.load_only_dataset import LoadOnlyDataset
from network_security.storage.location import StoreLocation
from network_security.training_sets.documents import StoredSet, stored_sets, to_documents
from network_security.training_sets.download import PHISHING_WEBSITES, PublishedTable
from network_security.training_sets.source import (
    find_real,
    log_source,
    simulated_training_set,
)
from network_security.training_sets.training_set import COLUMNS, TrainingSet

_FLAGS: Final = {"": False, "0": False, "false": False, "no": False, "off": False} | {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
}


class TrainingSetDataset(LoadOnlyDataset[TrainingSet]):
    """The training set of a detector, read from the collection ``training_sets``.

    The first load fills the collection from the best source there is: a local file, the official
    download, or a simulated sample (see `network_security.training_sets.source`). Later loads read
    the collection and look no further, unless

    - rows are missing, since a load was killed or someone removed them: the set is completed;
    - it holds the simulated sample: local files are looked at again, and the download is tried
      again, once for each instance of this class, so that a machine without network waits for it
      once in a run at most. What is found replaces the sample.

    Loading twice changes nothing. For the documents see `network_security.training_sets.documents`.

    Examples:
        In the catalog, where an environment variable that is not set leaves an empty text:

        ```yaml
        phishing_training_set:
          type: network_security.training_sets.dataset.TrainingSetDataset
          folders: ["${oc.env:NETWORK_SECURITY_DATA,''}", data/01_raw]
          download_to: data/01_raw
          offline: ${oc.env:NETWORK_SECURITY_OFFLINE,false}
          embedded_directory: data/store
          credentials: mongodb
          validator:
            class: network_security.training_sets.checks.validate_training_set
            "on": [load]
        ```

        In a node:

        ```python
        def describe(training_set: TrainingSet) -> dict[str, Any]:
            return describe_quality(training_set.table) | {"source": str(training_set.provenance)}
        ```
    """

    refusal = "A training set is loaded from its source and cannot be saved"

    def __init__(
        self,
        *,
        folders: Sequence[str | Path | None],
        embedded_directory: str | Path,
        detector: str = "phishing",
        download_to: str | Path | None = None,
        offline: bool | str = False,
        collection: str = TRAINING_SETS,
        database: str | None = None,
        credentials: dict[str, Any] | None = None,
        published: PublishedTable = PHISHING_WEBSITES,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Describe the training set; nothing is read or contacted yet.

        Args:
            folders: Where a local file is looked for, in this order; empty entries are left out.
            embedded_directory: Where the embedded server keeps its data, if it is the one used.
            detector: The detector that learns from the set.
            download_to: Folder for the official download; None for no download.
            offline: Whether the network must be left alone: a truth value, or the text of an
                environment variable (``1``, ``true``, ``yes``, ``on``; ``0``, ``false``, ``no``,
                ``off`` or nothing).
            collection: The collection's name.
            database: The database's name; by default the one in the URI's path, else
                ``network_security``.
            credentials: ``{"uri": ...}``, or nothing for the embedded server.
            published: The table that the download must give.
            metadata: Any arbitrary metadata. This is ignored by Kedro, but may be consumed by
                users or external plugins.

        Raises:
            DatasetError: If ``offline`` is a text that says neither yes nor no.
        """
        self._folders = tuple(Path(folder) for folder in folders if folder)
        self._download_to = Path(download_to) if download_to else None
        self._offline = _flag(offline)
        self._detector = detector
        self._published = published
        self._collection = collection
        self._location = StoreLocation.of(credentials, embedded_directory, database)
        self._rows = self._documents()
        self._download_tried = False
        self.metadata = deepcopy(metadata)

    def load(self) -> TrainingSet:
        """Return the training set, its rows in the order of its source.

        Raises:
            DatasetError: If the store cannot be used, a local file is broken or refused, or the
                collection holds part of a set of which the source is gone.
        """
        stored = self._stored()
        kept = next((each for each in stored if each.complete and not each.simulated), None)
        if kept is None:
            found = self._find_real()
            if found is not None:
                return self._replace(stored, found)
            self._refuse_to_lose_rows(stored)
            kept = next((each for each in stored if each.complete), None)
            if kept is None:
                return self._replace(stored, simulated_training_set())
        self._remove(stored, keep=set(kept.ids))
        log_source(kept.training_set.provenance)
        return kept.training_set

    def preview(self, nrows: int = 5) -> TablePreview:
        """Return the first rows of the collection as Kedro-Viz shows them; none before a load.

        Args:
            nrows: How many rows.
        """
        return self._documents(projection={"_id": 0} | dict.fromkeys(COLUMNS, 1)).preview(nrows)

    def _exists(self) -> bool:
        return self._rows.exists()

    def _describe(self) -> dict[str, Any]:
        return {
            "detector": self._detector,
            "collection": self._collection,
            "server": self._location.server(),
            "folders": [str(folder) for folder in self._folders],
            "download_to": self._download_to and str(self._download_to),
            "offline": self._offline,
        }

    def _documents(self, projection: dict[str, Any] | None = None) -> MongoCollectionDataset:
        return MongoCollectionDataset(
            collection=self._collection,
            database=self._location.database,
            query={"detector": self._detector},
            projection=projection,
            sort={"row": 1},
            credentials={"uri": self._location.configured_uri},
            embedded_directory=self._location.embedded_directory,
        )

    def _find_real(self) -> TrainingSet | None:
        found = find_real(
            self._folders,
            download_to=None if self._download_tried else self._download_to,
            offline=self._offline,
            published=self._published,
        )
        self._download_tried = True
        return found

    def _stored(self) -> list[StoredSet]:
        """The training sets of which the collection holds rows."""
        documents = self._rows.load()
        try:
            return stored_sets(documents)
        except (KeyError, TypeError, ValueError) as error:
            raise DatasetError(
                f"Collection {self._collection!r} ({self._location.server()}) holds rows of "
                f"detector {self._detector!r} that are no training set of this version "
                f"({error!r}). Remove them, and load again."
            ) from error

    def _replace(self, stored: list[StoredSet], found: TrainingSet) -> TrainingSet:
        """Write a set, then remove what was stored, and return what the collection holds."""
        documents = to_documents(self._detector, found)
        self._rows.save(documents)
        self._remove(stored, keep=set(documents["_id"]))
        kept = self._stored()
        if len(kept) != 1 or not kept[0].complete:
            raise DatasetError(
                f"Collection {self._collection!r} ({self._location.server()}) does not hold what "
                "was written to it: another process is changing the training set. Load again."
            )
        return kept[0].training_set

    def _remove(self, stored: list[StoredSet], *, keep: set[str]) -> None:
        removals = [
            DeleteOne({"_id": key}) for each in stored for key in each.ids if key not in keep
        ]
        if not removals:
            return
        try:
            with store_errors(self._location.server()):
                self._location.open()[self._collection].bulk_write(removals, ordered=False)
        except StoreError as error:
            raise DatasetError(f"collection {self._collection!r}: {error}") from error

    def _refuse_to_lose_rows(self, stored: list[StoredSet]) -> None:
        for each in stored:
            provenance = each.training_set.provenance
            if not each.complete and not provenance.simulated:
                raise DatasetError(
                    f"Collection {self._collection!r} ({self._location.server()}) holds "
                    f"{len(each.ids):,} rows of {provenance}, and they are not the whole set. Put "
                    "its file back into one of the folders, or remove the rows, and load again."
                )


def _flag(value: bool | str) -> bool:
    if isinstance(value, bool):
        return value
    flag = _FLAGS.get(value.strip().lower())
    if flag is None:
        raise DatasetError(f"offline is {value!r}: write 1 for yes, or 0 for no")
    return flag
