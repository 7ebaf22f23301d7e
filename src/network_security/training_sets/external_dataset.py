"""``ExternalSetDataset`` loads the pages that a detector is judged by, where they are at hand."""

import logging
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from kedro.io import DatasetError

from network_security.storage.load_only_dataset import LoadOnlyDataset
from network_security.training_sets.hannousse import (
    FILE,
    HOME,
    LICENCE,
    ExternalSet,
    HannousseError,
    load_external_set,
)

logger = logging.getLogger(__name__)


class ExternalSetDataset(LoadOnlyDataset[ExternalSet | None]):
    """The web pages of Hannousse and Yahiouche, or None where no folder holds their file.

    Examples:
        In the catalog, where an environment variable that is not set leaves an empty text:

        ```yaml
        phishing.external_set:
          type: network_security.training_sets.external_dataset.ExternalSetDataset
          folders: ["${oc.env:NETWORK_SECURITY_DATA,''}", data/01_raw]
        ```
    """

    refusal = "The external set is read from its file and cannot be saved"

    def __init__(
        self,
        *,
        folders: Sequence[str | Path | None],
        file: str = FILE,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Describe where the file may be; nothing is read yet.

        Args:
            folders: Where it is looked for, in this order; empty entries are left out.
            file: Its path, relative to a folder.
            metadata: Any arbitrary metadata. This is ignored by Kedro, but may be consumed by
                users or external plugins.
        """
        self._paths = tuple(Path(folder) / file for folder in folders if folder)
        self.metadata = deepcopy(metadata)

    def load(self) -> ExternalSet | None:
        """Return the set; None, and a line in the log, where it is not at hand.

        Raises:
            DatasetError: If the file is there and cannot be read as the set.
        """
        for path in self._paths:
            if path.is_file():
                try:
                    return load_external_set(path)
                except (HannousseError, OSError) as error:
                    raise DatasetError(f"external set: {error}") from error
        logger.info(
            "No external set to judge the detector by: put %s of %s (%s) into one of the folders",
            FILE,
            HOME,
            LICENCE,
        )
        return None

    def _exists(self) -> bool:
        return any(path.is_file() for path in self._paths)

    def _describe(self) -> dict[str, Any]:
        return {"paths": [str(path) for path in self._paths]}
