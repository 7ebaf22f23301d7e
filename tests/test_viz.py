"""What kedro-viz shows of a trained project, asked as its pages ask."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from kedro_viz.api.apps import create_api_app_from_project
from kedro_viz.data_access import data_access_manager
from kedro_viz.server import load_and_populate_data

from network_security.pipeline_registry import DETECTORS, OPERATIONS, STAGES

LAYERS = [
    "raw",
    "intermediate",
    "primary",
    "model_input",
    "models",
    "model_output",
    "reporting",
    "registry",
]
TABLES = {
    "training_set",
    "intermediate",
    "primary",
    "folds",
    "studies",
    "out_of_fold_scores",
    "out_of_fold_probabilities",
    "permutation_importance",
    "contributions",
    "threshold_table",
}
TEXTS = {
    "provenance",
    "data_quality",
    "settings",
    "chosen",
    "combination",
    "model",
    "manifest",
    "parity",
    "metrics",
}


@pytest.fixture(scope="module")
def pages(project: Path) -> Iterator[TestClient]:
    """The server behind the pages, as ``kedro viz run --env=test`` starts it."""
    load_and_populate_data(project, env="test", package_name="network_security")
    yield TestClient(create_api_app_from_project(project))
    data_access_manager.reset_fields()


@pytest.fixture(scope="module")
def flowchart(pages: TestClient) -> dict[str, Any]:
    """What the first page is drawn from."""
    loaded: dict[str, Any] = pages.get("/api/main").json()
    return loaded


def panel(pages: TestClient, flowchart: dict[str, Any], name: str) -> dict[str, Any]:
    """What the panel beside the flowchart says of a data set."""
    (found,) = [node["id"] for node in flowchart["nodes"] if node["name"] == f"phishing.{name}"]
    loaded: dict[str, Any] = pages.get(f"/api/nodes/{found}").json()
    return loaded


def test_pipelines_are_there_by_name(flowchart: dict[str, Any]) -> None:
    assert {each["id"] for each in flowchart["pipelines"]} == {
        "__default__",
        "training",
        *STAGES,
        *OPERATIONS,
    }


def test_nodes_can_be_filtered_by_detector_and_stage(flowchart: dict[str, Any]) -> None:
    tags = {each["id"] for each in flowchart["tags"]}

    assert {*DETECTORS, *STAGES} <= tags


def test_layers_follow_one_another(pages: TestClient) -> None:
    shown = pages.get("/api/pipelines/training").json()

    # A cycle among layers, and kedro-viz shows none at all.
    used = {node.get("layer") for node in shown["nodes"]}
    assert [layer for layer in shown["layers"] if layer in used] == LAYERS


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_its_layers(pages: TestClient, stage: str) -> None:
    shown = pages.get(f"/api/pipelines/{stage}").json()

    assert {node["layer"] for node in shown["nodes"] if node.get("layer")} <= set(shown["layers"])


@pytest.mark.parametrize("name", sorted(TABLES))
def test_tables_can_be_looked_at(pages: TestClient, flowchart: dict[str, Any], name: str) -> None:
    shown = panel(pages, flowchart, name)

    assert shown["preview_type"] == "TablePreview"
    assert shown["preview"]["data"]


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_metrics_settings_and_the_model_can_be_looked_at(
    pages: TestClient, flowchart: dict[str, Any], name: str
) -> None:
    shown = panel(pages, flowchart, name)

    assert shown["preview_type"] == "JSONPreview"
    assert json.loads(shown["preview"])


def test_every_plot_can_be_looked_at(pages: TestClient, flowchart: dict[str, Any]) -> None:
    plots = [node["name"] for node in flowchart["nodes"] if node["name"].endswith("_plot")]

    assert len(plots) == 11
    for plot in plots:
        shown = panel(pages, flowchart, plot.removeprefix("phishing."))
        assert shown["preview_type"] == "ImagePreview"
        assert shown["preview"].startswith("iVBORw0KGgo")
