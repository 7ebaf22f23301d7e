"""The lookups of the catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kedro.io import DatasetError

from network_security.enrichment import Enrichment, EnrichmentOptions, MongoCache
from network_security.enrichment.lists import ListError, Lists, ListsOptions
from network_security.enrichment.options import LOOKUPS
from network_security.judging.lookups import SiteLookups
from network_security.storage.load_only_dataset import LoadOnlyDataset
from network_security.storage.location import StoreLocation


class SiteLookupsDataset(LoadOnlyDataset[SiteLookups]):
    """Gives what finds out about sites, with its lists read and its cache in the store.

    Example of an entry, under which the DNS is asked and one threat list is known:

    .. code-block:: yaml

        site_lookups:
          type: network_security.judging.datasets.SiteLookupsDataset
          options:
            dns: {enabled: true}
          lists:
            threats:
              - {name: own, path: data/01_raw/lists/own.txt}
          embedded_directory: data/mongodb
          credentials: mongodb
    """

    refusal = "lookups are set up in the catalog, not saved"

    def __init__(
        self,
        *,
        embedded_directory: str,
        options: Mapping[str, Any] | None = None,
        lists: Mapping[str, Any] | None = None,
        switched_on: Sequence[str] = (),
        database: str | None = None,
        credentials: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Describe the lookups; nothing is contacted, nor read, yet.

        Args:
            embedded_directory: as for `MongoCollectionDataset`.
            options: as for `EnrichmentOptions`.
            lists: as for `ListsOptions.from_parameters`.
            switched_on: lookups to make beside those that the options switch on.
            database: as for `MongoCollectionDataset`.
            credentials: as for `MongoCollectionDataset`.
            metadata: for Kedro's plugins.

        Raises:
            DatasetError: an option is unknown, or not in its range.
        """
        if unknown := [name for name in switched_on if name not in LOOKUPS]:
            raise DatasetError(
                f"no lookup is called {unknown[0]!r}: there are {', '.join(LOOKUPS)}"
            )
        try:
            made = EnrichmentOptions(**(options or {}))
            on = {name: replace(getattr(made, name), enabled=True) for name in switched_on}
            self._options = replace(made, **on)
            self._lists = ListsOptions.from_parameters(lists or {})
        except (TypeError, ValueError) as error:
            raise DatasetError(f"the lookups cannot be set up: {error}") from error
        self._location = StoreLocation.of(credentials, embedded_directory, database)
        self.metadata = metadata

    def load(self) -> SiteLookups:
        """The lookups.

        Raises:
            DatasetError: a list cannot be read.
        """
        try:
            lists = Lists.load(self._lists)
        except ListError as error:
            raise DatasetError(str(error)) from error
        return SiteLookups(Enrichment(self._options, MongoCache(self._location), lists), lists)

    def _describe(self) -> dict[str, Any]:
        on = [name for name in LOOKUPS if getattr(self._options, name).enabled]
        ranks = [each.name for each in self._lists.ranks]
        threats = [each.name for each in self._lists.threats]
        return {"switched_on": on, "ranks": ranks, "threats": threats}
