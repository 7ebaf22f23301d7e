"""Datasets that are only read: what they hold is made elsewhere, or stands in the catalog."""

from __future__ import annotations

from typing import ClassVar, Generic, NoReturn, TypeVar

from kedro.io import AbstractDataset, DatasetError

Loaded = TypeVar("Loaded")


class LoadOnlyDataset(AbstractDataset[NoReturn, Loaded], Generic[Loaded]):
    """What datasets have in common that refuse to save.

    Attributes:
        refusal: Why they do: who writes what they load.
    """

    refusal: ClassVar[str]

    def save(self, data: NoReturn) -> NoReturn:
        """Refuse.

        Raises:
            DatasetError: Always.
        """
        raise DatasetError(self.refusal)
