"""The service's settings from the project's configuration.

It is read without a Kedro session, whose hooks make ready for tracking a training, which takes some
seconds that a service need not wait for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from kedro.config import OmegaConfigLoader
from kedro.io import DataCatalog

from network_security.config import project_folder
from network_security.serving.settings import JOB_SCORING, ServingSettings
from network_security.settings import CONFIG_LOADER_ARGS

ENTRIES: Final = ("serving.settings", "site_lookups", "response.blocklist")


def load_settings(env: str | None, asked: Mapping[str, Any] | None = None) -> ServingSettings:
    """The settings of a configuration environment.

    Args:
        env: its name, as for ``kedro run``.
        asked: settings that win over those of the configuration, such as the port.

    Raises:
        DatasetError: one cannot be meant, or a list of the operator's cannot be read.
        SettingsError: one that was asked for cannot be meant.
    """
    project = Path(project_folder())
    loader = OmegaConfigLoader(str(project / "conf"), env=env, **CONFIG_LOADER_ARGS)
    entries = {name: loader["catalog"][name] for name in ENTRIES}
    catalog = DataCatalog.from_config(entries, loader["credentials"])
    settings: ServingSettings = catalog.load("serving.settings")
    unknown = loader["parameters"]["batch_prediction"]["scoring"]["unknown"]
    return replace(
        settings,
        lookups=catalog.load("site_lookups"),
        blocklist=catalog.load("response.blocklist"),
        scoring=replace(JOB_SCORING, unknown=tuple(unknown)),
        project=project,
        environment=env,
        **(asked or {}),
    )
