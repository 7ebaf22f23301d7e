"""The pipeline with the project's own catalog and parameters, in a folder of a test's own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kedro.config import OmegaConfigLoader
from kedro.io import DataCatalog
from kedro.runner import SequentialRunner

from network_security.pipelines.batch_prediction import create_pipeline
from network_security.scoring.job import ScoringOptions
from network_security.settings import CONFIG_LOADER_ARGS

CONF = Path(__file__).parents[3] / "conf"

Predict = Callable[..., dict[str, Any]]


def run_pipeline(**parameters: Any) -> dict[str, Any]:
    """Score a table as ``kedro run --pipelines=batch_prediction --params=...`` does."""
    loader = OmegaConfigLoader(
        conf_source=str(CONF), env="test", runtime_params=parameters, **CONFIG_LOADER_ARGS
    )
    catalog = DataCatalog.from_config(loader["catalog"], loader["credentials"])
    options = loader["parameters"]["batch_prediction"]["scoring"] | parameters.get("scoring", {})
    catalog["params:batch_prediction.scoring"] = ScoringOptions(**options)
    outputs = SequentialRunner().run(create_pipeline(), catalog)
    summary: dict[str, Any] = outputs["batch_prediction.summary"].load()
    return summary


@pytest.fixture
def predict(tmp_path: Path, embedded_uri: str, monkeypatch: pytest.MonkeyPatch) -> Predict:
    """Run the pipeline; files go into the test's folder, documents into a database of its own."""
    monkeypatch.setenv("NETWORK_SECURITY_PROJECT", str(tmp_path))
    monkeypatch.setenv("MONGODB_URI", embedded_uri.replace("/?", f"/{tmp_path.name}?"))
    return run_pipeline
