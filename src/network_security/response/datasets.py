"""The blocklist, and the outbox with its sinks, as Kedro sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kedro.io import DatasetError

from network_security.alerts.outbox import Outbox
from network_security.alerts.sinks import SinkOptions, make_sinks
from network_security.enrichment.lists.errors import ListError
from network_security.enrichment.lists.options import RankListOptions
from network_security.response.options import ResponseOptions
from network_security.response.proposing import NAME, BlocklistSink
from network_security.response.store import BlocklistStore
from network_security.response.well_known import read_ranks
from network_security.storage.load_only_dataset import LoadOnlyDataset
from network_security.storage.location import StoreLocation


class BlocklistDataset(LoadOnlyDataset[BlocklistStore]):
    """Loads as a `BlocklistStore`.

    Example of an entry:

    .. code-block:: yaml

        response.blocklist:
          type: network_security.response.datasets.BlocklistDataset
          options: {mode: recommend, own_networks: [192.0.2.0/24], own_domains: [example.org]}
          ranks: [{name: top sites, path: data/01_raw/ranks.csv}]
          embedded_directory: data/mongodb
          credentials: mongodb
    """

    refusal = "the blocklist is changed by its actions, not saved as a whole"

    def __init__(
        self,
        *,
        embedded_directory: str,
        options: Mapping[str, Any] | None = None,
        ranks: Sequence[Mapping[str, Any]] | None = None,
        database: str | None = None,
        credentials: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Describe it; nothing is read or contacted yet.

        Args:
            embedded_directory: Where the embedded server keeps its data, if it is the one used.
            options: The fields of `ResponseOptions`.
            ranks: Lists of well known sites, each the fields of `RankListOptions`.
            database: The database's name, as for `MongoCollectionDataset`.
            credentials: ``{"uri": ...}``, or nothing for the embedded server.
            metadata: For Kedro's plugins.

        Raises:
            DatasetError: If an option cannot be meant; it says which.
        """
        self._location = StoreLocation.of(credentials, embedded_directory, database)
        self.metadata = metadata
        try:
            self._options = ResponseOptions(**(options or {}))
            self._ranks = [RankListOptions(**each) for each in ranks or ()]
        except (TypeError, ValueError) as error:
            raise DatasetError(f"the blocklist: {error}") from error

    def load(self) -> BlocklistStore:
        """The store; it reads the rank lists now, and contacts nothing before it is used.

        Raises:
            DatasetError: If a rank list cannot be read.
        """
        try:
            rank = read_ranks(self._ranks)
        except ListError as error:
            raise DatasetError(f"the blocklist: {error}") from error
        return BlocklistStore(
            self._location.open,
            name=self._location.server(),
            options=self._options,
            rank=rank,
        )

    def _exists(self) -> bool:
        return True

    def _describe(self) -> dict[str, Any]:
        return {"mode": self._options.mode, "server": self._location.server()}


class OutboxDataset(LoadOnlyDataset[Outbox]):
    """Loads as an `Outbox` with its sinks, the blocklist among them.

    Example of an entry:

    .. code-block:: yaml

        alerts.outbox:
          type: network_security.response.datasets.OutboxDataset
          sinks:
            all: [{type: ndjson, name: file, path: data/alerts.ndjson}]
            credentials: sinks
          proposals: {least_severity: medium}
          blocklist: {options: {mode: recommend}}
          embedded_directory: data/mongodb
          credentials: mongodb
    """

    refusal = "the outbox is told of alerts, not saved as a whole"

    def __init__(
        self,
        *,
        embedded_directory: str,
        sinks: Mapping[str, Any] | None = None,
        proposals: Mapping[str, Any] | None = None,
        blocklist: Mapping[str, Any] | None = None,
        database: str | None = None,
        credentials: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Describe it; nothing is contacted yet.

        Args:
            embedded_directory: Where the embedded server keeps its data, if it is the one used.
            sinks: ``all``, a list as for `make_sinks`, and ``credentials``, their secrets by name.
            proposals: Which alerts propose to block something, the fields of `SinkOptions` but the
                name; None for no alert.
            blocklist: ``options`` and ``ranks`` as for `BlocklistDataset`.
            database: The database's name, as for `MongoCollectionDataset`.
            credentials: ``{"uri": ...}``, or nothing for the embedded server.
            metadata: For Kedro's plugins.

        Raises:
            DatasetError: If an option cannot be meant; it says which.
        """
        self._location = StoreLocation.of(credentials, embedded_directory, database)
        self.metadata = metadata
        told = sinks or {}
        self._blocklist = BlocklistDataset(
            embedded_directory=str(Path(embedded_directory)),
            database=database,
            credentials=credentials,
            **(blocklist or {}),
        )
        try:
            self._sinks = make_sinks(told.get("all") or (), told.get("credentials"))
            self._proposals = (
                None if proposals is None else SinkOptions(**{**proposals, "name": NAME})
            )
        except (TypeError, ValueError) as error:
            raise DatasetError(f"sinks: {error}") from error
        if any(sink.options.name == NAME for sink in self._sinks):
            raise DatasetError(f"sinks: {NAME!r} is the blocklist's name: choose another")

    def load(self) -> Outbox:
        """The outbox; nothing is contacted before it is used.

        Raises:
            DatasetError: If a rank list of the blocklist cannot be read.
        """
        proposing = (
            []
            if self._proposals is None
            else [BlocklistSink(self._blocklist.load(), self._proposals)]
        )
        return Outbox(self._location.open, [*self._sinks, *proposing], name=self._location.server())

    def _exists(self) -> bool:
        return True

    def _describe(self) -> dict[str, Any]:
        names = [sink.options.name for sink in self._sinks]
        return {"sinks": names, "server": self._location.server()}
