"""The configuration holds what the pipelines need, and nothing else."""

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from inspect import signature
from pathlib import Path
from typing import get_type_hints

import pytest
from kedro.config import OmegaConfigLoader
from kedro.framework import project
from kedro.io import DataCatalog
from kedro.pipeline import Pipeline

from network_security.config import project_folder
from network_security.pipeline_registry import DETECTORS, register_pipelines
from network_security.settings import CONFIG_LOADER_ARGS

REPOSITORY = Path(__file__).parents[1]
LAYERS = {
    "raw",
    "intermediate",
    "primary",
    "model_input",
    "models",
    "model_output",
    "reporting",
    "registry",
    "pretrained",
}
FOR_PEOPLE = {
    "alerts.outbox",
    "events",
    "message.detector",
    "response.blocklist",
    "retention",
    "serving.settings",
    "site_lookups",
    "watching.watcher",
}
"""What no pipeline reads, but notebooks and commands do."""

PASSED_ON = {"shuffled_scores", "fitted", "trees", "pictures"}
"""What one node of a detector's training hands to the next, and nobody keeps."""
PASSED_ON_OF_URL_TEXT = {"url_text.fitted", "url_text.pictures"}


@pytest.fixture(scope="module")
def pipelines() -> dict[str, Pipeline]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(project.pipelines, "_requested_pipelines", None, raising=False)
        return register_pipelines()


@pytest.fixture(scope="module", params=["base", "test"])
def configuration(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OmegaConfigLoader]:
    """The configuration of each environment, for a project in another folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETWORK_SECURITY_PROJECT", str(tmp_path_factory.mktemp("project")))
        yield OmegaConfigLoader(
            conf_source=str(REPOSITORY / "conf"), env=request.param, **CONFIG_LOADER_ARGS
        )


@pytest.fixture(scope="module")
def catalog(configuration: OmegaConfigLoader) -> DataCatalog:
    return DataCatalog.from_config(configuration["catalog"], configuration["credentials"])


@pytest.fixture(scope="module")
def data(pipelines: Mapping[str, Pipeline]) -> set[str]:
    """Every data set of every pipeline, by name."""
    names = set().union(*(pipeline.datasets() for pipeline in pipelines.values()))
    return {name for name in names if not name.startswith("params:")}


def pattern(catalog: DataCatalog, name: str) -> str | None:
    """The entry that a data set is made from; None for one in memory."""
    if name in catalog.config_resolver.config:
        return name
    found: str | None = catalog.config_resolver.match_dataset_pattern(name)
    return found


def test_all_data_have_an_entry_but_those_passed_on(catalog: DataCatalog, data: set[str]) -> None:
    without = {name for name in data if pattern(catalog, name) is None}

    of_detectors = {f"{detector}.{name}" for detector in DETECTORS for name in PASSED_ON}
    assert without == of_detectors | PASSED_ON_OF_URL_TEXT


def test_every_entry_has_a_layer_and_a_type_that_can_be_made(
    catalog: DataCatalog, data: set[str]
) -> None:
    for name in data:
        if pattern(catalog, name):
            dataset = catalog.get(name)
            assert dataset.metadata["kedro-viz"]["layer"] in LAYERS, name


def test_every_entry_is_of_use(
    catalog: DataCatalog, data: set[str], configuration: OmegaConfigLoader
) -> None:
    used = {pattern(catalog, name) for name in data} - {None}

    assert set(configuration["catalog"]) == used | FOR_PEOPLE


def test_everything_is_kept_in_the_project_s_folders(
    catalog: DataCatalog, data: set[str], configuration: OmegaConfigLoader
) -> None:
    folders = configuration["globals"]["folders"]

    for name in data:
        path = Path(catalog.config_resolver.resolve_pattern(name).get("filepath", folders["data"]))
        assert any(path.is_relative_to(folder) for folder in folders.values()), name
    for folder in folders.values():
        assert Path(folder).is_relative_to(project_folder())


def test_the_test_environment_has_folders_of_its_own(configuration: OmegaConfigLoader) -> None:
    if configuration.env == "test":
        own = Path(project_folder()) / "data" / "test"
        for folder in configuration["globals"]["folders"].values():
            assert Path(folder).is_relative_to(own)


def test_every_parameter_that_a_node_takes_is_there(
    pipelines: Mapping[str, Pipeline], configuration: OmegaConfigLoader
) -> None:
    assert used(pipelines) <= given(configuration)


def test_every_parameter_that_is_there_is_taken(
    pipelines: Mapping[str, Pipeline], configuration: OmegaConfigLoader
) -> None:
    assert given(configuration) <= used(pipelines)


def test_every_option_is_valid(
    pipelines: Mapping[str, Pipeline], configuration: OmegaConfigLoader
) -> None:
    parameters = configuration["parameters"]
    made = set()
    for node in pipelines["training"].nodes + pipelines["pretrained"].nodes:
        hints = get_type_hints(node.func)
        for argument, name in zip(signature(node.func).parameters, node.inputs, strict=True):
            if name.startswith("params:") and is_dataclass(hints[argument]):
                detector, option = name.removeprefix("params:").split(".")
                hints[argument](**parameters[detector][option])
                made.add(option)

    assert {"split", "masking", "tuning", "choice", "promotion", "shipping"} <= made


def used(pipelines: Mapping[str, Pipeline]) -> set[str]:
    names = set().union(*(pipeline.inputs() for pipeline in pipelines.values()))
    return {name.removeprefix("params:") for name in names if name.startswith("params:")}


def given(configuration: OmegaConfigLoader) -> set[str]:
    return {
        f"{detector}.{name}"
        for detector, parameters in configuration["parameters"].items()
        for name in parameters
    }


def test_each_detector_knows_its_name(configuration: OmegaConfigLoader) -> None:
    for detector in DETECTORS:
        assert configuration["parameters"][detector]["detector"] == detector


def test_no_credentials_are_committed() -> None:
    loader = OmegaConfigLoader(
        conf_source=str(REPOSITORY / "conf"), env="test", **CONFIG_LOADER_ARGS
    )

    assert loader["credentials"] == {"mongodb": {"uri": None}, "sinks": {}}
