import pytest
from kedro.framework import project

from network_security.evidence import SCHEMAS
from network_security.pipeline_registry import DETECTORS, STAGES, TRAINING, register_pipelines


@pytest.fixture
def everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has asked for a part of the pipelines."""
    monkeypatch.setattr(project.pipelines, "_requested_pipelines", None, raising=False)


@pytest.mark.usefixtures("everything")
def test_every_pipeline_is_there() -> None:
    assert set(register_pipelines()) == {
        "__default__",
        "training",
        "data_engineering",
        "data_science",
        "reporting",
        "registration",
        "pretrained",
        "alerts",
        "batch_prediction",
        "correlation",
        "fusion",
        "fusion_pretrained",
        "ingestion",
        "message",
        "message_pretrained",
        "replay_dead_letters",
        "url_text",
        "url_text_pretrained",
    }


@pytest.mark.usefixtures("everything")
def test_training_runs_every_stage_but_the_shipping() -> None:
    pipelines = register_pipelines()

    training = {node.name for node in pipelines["training"].nodes}
    assert training == {node.name for stage in TRAINING for node in pipelines[stage].nodes}
    assert training.isdisjoint(node.name for node in pipelines["pretrained"].nodes)
    assert {node.name for node in pipelines["__default__"].nodes} == training


@pytest.mark.usefixtures("everything")
def test_training_needs_nothing_that_a_clone_has_not() -> None:
    inputs = register_pipelines()["training"].inputs()

    data = {name for name in inputs if not name.startswith("params:")}
    assert data == {
        f"{detector}.{name}"
        for detector in DETECTORS
        for name in ("training_set", "external_set", "study_storage", "champion")
    }


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize("stage", STAGES)
def test_every_node_belongs_to_a_detector_and_its_stage(stage: str) -> None:
    nodes = register_pipelines()[stage].nodes

    assert nodes
    for node in nodes:
        named_stage, detector, _ = node.name.split(".")
        assert named_stage == stage
        assert detector in DETECTORS
        assert {detector, stage} <= node.tags


@pytest.mark.parametrize("stage", STAGES)
def test_a_command_that_asks_for_a_stage_is_given_that_one(
    stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project.pipelines, "_requested_pipelines", [stage], raising=False)

    assert list(register_pipelines()) == [stage]


def test_a_command_that_asks_for_what_is_not_there_is_given_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Kedro then says which there are.
    monkeypatch.setattr(project.pipelines, "_requested_pipelines", ["trainng"], raising=False)

    assert set(STAGES) < set(register_pipelines())


def test_every_detector_has_its_evidence() -> None:
    assert set(DETECTORS) <= set(SCHEMAS)
