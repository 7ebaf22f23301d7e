"""The pipeline with the project's own catalog, on databases of a test's own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kedro.config import OmegaConfigLoader
from kedro.io import DataCatalog
from kedro.runner import SequentialRunner
from pymongo.database import Database

from network_security.pipelines.correlation import create_pipeline
from network_security.pipelines.correlation.options import Joining, Window
from network_security.settings import CONFIG_LOADER_ARGS
from network_security.storage import open_database, server_uri

CONF = Path(__file__).parents[3] / "conf"

Correlate = Callable[..., dict[str, Any]]
Store = Database[dict[str, Any]]


def run_pipeline(**parameters: Any) -> dict[str, Any]:
    """Correlate as ``kedro run --pipelines=correlation --params=...`` does; returns the summary."""
    loader = OmegaConfigLoader(
        conf_source=str(CONF), env="test", runtime_params=parameters, **CONFIG_LOADER_ARGS
    )
    catalog = DataCatalog.from_config(loader["catalog"], loader["credentials"])
    options = loader["parameters"]["correlation"]
    catalog["params:correlation.window"] = Window(**options["window"])
    catalog["params:correlation.joining"] = Joining(**options["joining"])
    outputs = SequentialRunner().run(create_pipeline(), catalog)
    summary: dict[str, Any] = outputs["correlation.summary"].load()
    return summary


@pytest.fixture
def store(tmp_path: Path, embedded_uri: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty database, which the pipeline uses."""
    monkeypatch.setenv("NETWORK_SECURITY_PROJECT", str(tmp_path))
    monkeypatch.setenv("MONGODB_URI", embedded_uri.replace("/?", f"/{tmp_path.name}?"))
    database = open_database(server_uri(), embedded_directory=tmp_path)
    yield database
    database.client.drop_database(database.name)


@pytest.fixture
def correlate(store: Store) -> Correlate:
    """Run the pipeline on that database; files go into the test's folder."""
    return run_pipeline
