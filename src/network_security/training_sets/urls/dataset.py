"""``UrlListsDataset`` loads every labelled URL list that a folder holds."""

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from kedro.io import DatasetError

from network_security.storage.load_only_dataset import LoadOnlyDataset
from network_security.training_sets.urls.published import PUBLISHED, UrlList
from network_security.training_sets.urls.reading import UrlListError
from network_security.training_sets.urls.table import (
    NoUrlListsError,
    UrlTable,
    build_training_frame,
)


class UrlListsDataset(LoadOnlyDataset[UrlTable]):
    """The labelled URLs of all lists, each once.

    Nothing is downloaded: what is missing is named, with where it is had.

    Example of an entry; an environment variable that is not set leaves an empty text:

    .. code-block:: yaml

        url_text.lists:
          type: network_security.training_sets.urls.dataset.UrlListsDataset
          folders: ["${oc.env:NETWORK_SECURITY_DATA,''}", data/01_raw]
    """

    refusal = "URL lists are read from their source and cannot be saved"

    def __init__(
        self,
        *,
        folders: Sequence[str | Path],
        lists: Sequence[UrlList | dict[str, Any]] = PUBLISHED,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Describe the lists; nothing is read yet.

        Args:
            folders: where the files are looked for, in this order; empty ones are left out.
            lists: the published ones, or others, in a catalog with the fields of `UrlList`.
            metadata: for Kedro's plugins.

        Raises:
            DatasetError: a list is described by fields that it does not have.
        """
        self._folders = tuple(Path(folder) for folder in folders if folder)
        try:
            self._lists = tuple(
                own if isinstance(own, UrlList) else UrlList(**own) for own in lists
            )
        except (TypeError, ValueError) as error:
            raise DatasetError(f"a URL list of the catalog: {error}") from error
        self.metadata = deepcopy(metadata)

    def load(self) -> UrlTable:
        """Read every list that is there.

        Raises:
            DatasetError: there is none, which says where each is had; or a file is no such list.
        """
        try:
            return build_training_frame(self._folders, self._lists)
        except (NoUrlListsError, UrlListError, OSError) as error:
            raise DatasetError(str(error)) from error

    def _exists(self) -> bool:
        return any((folder / own.file).is_file() for folder in self._folders for own in self._lists)

    def _describe(self) -> dict[str, Any]:
        return {
            "folders": [str(folder) for folder in self._folders],
            "lists": [own.source for own in self._lists],
        }
