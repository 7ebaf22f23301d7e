"""The service's settings as the catalog has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kedro.io import DatasetError

from network_security.serving.settings import Limits, ServingSettings
from network_security.storage.load_only_dataset import LoadOnlyDataset
from network_security.storage.location import StoreLocation


class ServingSettingsDataset(LoadOnlyDataset[ServingSettings]):
    """How the service runs.

    Example of an entry:

    .. code-block:: yaml

        serving.settings:
          type: network_security.serving.datasets.ServingSettingsDataset
          models: data/06_models
          jobs: data/serving/jobs
          port: 8000
          limits: {requests_per_second: 100}
          embedded_directory: data/mongodb
          credentials: mongodb
    """

    refusal = "the service's settings stand in the catalog"

    def __init__(
        self,
        *,
        models: str,
        jobs: str,
        embedded_directory: str,
        reports: str | None = None,
        port: int | str = 8000,
        https: bool | str = False,
        trusted_hosts: Sequence[str] | str = (),
        trusted_proxies: Sequence[str] | str = (),
        limits: Mapping[str, Any] | None = None,
        database: str | None = None,
        credentials: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
        **settings: Any,
    ) -> None:
        """Describe the settings.

        Args:
            models: as `ServingSettings.models`.
            jobs: as `ServingSettings.jobs`.
            embedded_directory: as for `MongoCollectionDataset`.
            reports: as `ServingSettings.reports`.
            port: as `ServingSettings.port`; a text where it comes from the environment.
            https: as `ServingSettings.https`; likewise ``true`` or ``false``.
            trusted_hosts: as `ServingSettings.trusted_hosts`; a text has commas between.
            trusted_proxies: as `ServingSettings.trusted_proxies`; likewise.
            limits: as for `Limits`.
            database: as for `MongoCollectionDataset`.
            credentials: as for `MongoCollectionDataset`.
            metadata: for Kedro's plugins.
            **settings: any other of `ServingSettings`.

        Raises:
            DatasetError: a setting is unknown, or cannot be meant.
        """
        try:
            self._settings = ServingSettings(
                store=StoreLocation.of(credentials, embedded_directory, database),
                models=Path(models),
                jobs=Path(jobs),
                reports=None if reports is None else Path(reports),
                port=int(port),
                https=_is_true(https),
                trusted_hosts=_listed(trusted_hosts),
                trusted_proxies=_listed(trusted_proxies),
                limits=Limits(**(limits or {})),
                **settings,
            )
        except (TypeError, ValueError) as error:
            raise DatasetError(f"the service cannot be set up: {error}") from error
        self.metadata = metadata

    def load(self) -> ServingSettings:
        """The settings."""
        return self._settings

    def _exists(self) -> bool:
        return True

    def _describe(self) -> dict[str, Any]:
        settings = self._settings
        return {"host": settings.host, "port": settings.port, "store": settings.store.server()}


def _listed(given: Sequence[str] | str) -> tuple[str, ...]:
    items = given.split(",") if isinstance(given, str) else given
    return tuple(item.strip() for item in items if item.strip())


def _is_true(given: bool | str) -> bool:
    words = {"true": True, "false": False, "": False}
    try:
        return words[str(given).strip().lower()]
    except KeyError:
        raise ValueError(f"https is {given!r}: write true or false") from None
