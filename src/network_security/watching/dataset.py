"""The watcher as Kedro sees it: an entry of the catalog that holds its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kedro.io import DatasetError

from network_security.alerts.grouping import GroupingOptions
from network_security.alerts.severity import SeverityOptions
from network_security.pipelines.correlation.options import Joining
from network_security.storage.load_only_dataset import LoadOnlyDataset
from network_security.storage.location import StoreLocation
from network_security.streaming.inputs import Source
from network_security.streaming.read_options import ReadOptions
from network_security.watching.judge import AlertOptions
from network_security.watching.settings import (
    Address,
    Following,
    JournalOptions,
    Listening,
    Pace,
    TlsFiles,
    WatchSettings,
)
from network_security.watching.watcher import Parts, Watcher

LISTENERS = ("syslog_udp", "syslog_tcp", "syslog_tls", "http")


class WatcherDataset(LoadOnlyDataset[Watcher]):
    """Loads as a `Watcher` that is ready to run.

    Example of an entry:

    .. code-block:: yaml

        watching.watcher:
          type: network_security.watching.dataset.WatcherDataset
          role: all
          listening: {syslog_udp: ["127.0.0.1:5514"], http: ["127.0.0.1:8080"]}
          following: {tail: [{path: /var/log/mail.log}], drop: [data/drop]}
          journal: {folder: data/journal}
          models: data/06_models
          embedded_directory: data/mongodb
          credentials: mongodb
    """

    refusal = "a watcher is only run, by `kedro watch`"

    def __init__(
        self,
        *,
        journal: Mapping[str, Any],
        models: str,
        embedded_directory: str,
        role: Any = "all",
        listening: Mapping[str, Any] | None = None,
        following: Mapping[str, Any] | None = None,
        pace: Mapping[str, Any] | None = None,
        reading: Mapping[str, Any] | None = None,
        joining: Mapping[str, Any] | None = None,
        alerts: Mapping[str, Any] | None = None,
        database: str | None = None,
        credentials: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Describe it; nothing is opened or contacted yet.

        Args:
            journal: The fields of `JournalOptions`.
            models: The folder of models.
            embedded_directory: Where the embedded server keeps its data, if it is the one used.
            role: ``all``, ``receive`` or ``judge``.
            listening: The fields of `Listening`, addresses as text.
            following: The fields of `Following`, what is tailed as the fields of `Source`.
            pace: The fields of `Pace`.
            reading: The fields of `ReadOptions`.
            joining: ``windows`` and ``limits`` of the joins, as for the pipeline of correlation.
            alerts: ``grouping``, ``severity`` and ``explain``, as for the pipeline of alerts.
            database: The database's name, as for `MongoCollectionDataset`.
            credentials: ``{"uri": ...}``, or nothing for the embedded server.
            metadata: For Kedro's plugins.

        Raises:
            DatasetError: A setting cannot be meant; it says which.
        """
        self._location = StoreLocation.of(credentials, embedded_directory, database)
        self.metadata = metadata
        try:
            self._settings = WatchSettings(
                JournalOptions(**{**journal, "folder": Path(journal["folder"])}),
                role,
                _listening(listening or {}),
                _following(following or {}),
                Pace(**(pace or {})),
            )
            told = dict(alerts or {})
            self._parts = Parts(
                self._location,
                Path(models),
                ReadOptions(**(reading or {})),
                Joining(**(joining or {})).options,
                AlertOptions(
                    GroupingOptions(**told.get("grouping", {})),
                    SeverityOptions(**_tuples(told.get("severity", {}))),
                    told.get("explain", True),
                ),
            )
        except (TypeError, ValueError, KeyError) as error:
            raise DatasetError(f"watching: {error}") from error

    def load(self) -> Watcher:
        """The watcher; nothing is opened or contacted before it runs."""
        return Watcher(self._settings, self._parts)

    def _exists(self) -> bool:
        return True

    def _describe(self) -> dict[str, Any]:
        return {"role": self._settings.role, "server": self._location.server()}


def _listening(told: Mapping[str, Any]) -> Listening:
    addresses = {
        name: tuple(Address.parse(one) for one in _all(told.get(name))) for name in LISTENERS
    }
    tls = told.get("tls")
    made = TlsFiles(**tls) if tls and any(tls.values()) else None
    return Listening(**{**told, **addresses, "tls": made})


def _following(told: Mapping[str, Any]) -> Following:
    tail = tuple(
        Source(**({"path": one} if isinstance(one, str) else one)) for one in _all(told.get("tail"))
    )
    drop = tuple(Path(one) for one in _all(told.get("drop")))
    return Following(**{**told, "tail": tail, "drop": drop})


def _all(told: Any) -> Sequence[Any]:
    """A list, where one may be written alone or left out."""
    if told is None:
        return ()
    return (told,) if isinstance(told, str | Mapping) else tuple(told)


def _tuples(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(one) if isinstance(one, list) else one for name, one in told.items()}
