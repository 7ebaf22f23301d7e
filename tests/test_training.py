"""A whole training, as ``kedro run --pipelines=training --env=test`` makes it."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from kedro.framework.session import KedroSession
from mlflow import MlflowClient
from mlflow.entities import Run

from network_security.detection.detector import Detector, Manifest

MODEL = "network-security-phishing"


def versions(project: Path, name: str) -> list[Path]:
    """The files of a versioned data set, oldest first."""
    return sorted(project.glob(f"data/test/*/phishing/{name}/*/{name}"))


@pytest.fixture(scope="module")
def metrics(project: Path) -> dict[str, Any]:
    report = project / "data" / "test" / "08_reporting" / "phishing" / "metrics.json"
    loaded: dict[str, Any] = json.loads(report.read_text())
    return loaded


@pytest.fixture(scope="module")
def run(project: Path) -> Run:
    """The training's MLflow run."""
    (found,) = runs("tags.version != ''")
    return found


def runs(query: str) -> list[Run]:
    experiment = MlflowClient().get_experiment_by_name("network-security")
    return MlflowClient().search_runs([experiment.experiment_id], query)


def test_the_report_says_that_the_data_are_simulated(metrics: dict[str, Any]) -> None:
    assert metrics["data"]["simulated"] is True
    assert metrics["data"]["rows"] == 2_400
    assert set(metrics["protocols"]) == {"grouped", "random"}
    for figures in metrics["protocols"].values():
        assert 0.8 < figures["accuracy"]["mean"] < 1
        assert len(figures["accuracy"]["folds"]) == 4


def test_no_host_but_this_one_was_contacted(training: tuple[Path, frozenset[str]]) -> None:
    _, hosts = training

    assert hosts
    assert hosts <= {"127.0.0.1", "::1"}


def test_the_run_says_what_it_was_made_of(run: Run, metrics: dict[str, Any]) -> None:
    assert run.info.status == "FINISHED"
    assert run.data.tags["phishing.data.simulated"] == "True"
    assert run.data.tags["phishing.data.sha256"] == metrics["data"]["sha256"]
    assert "git.commit" in run.data.tags
    assert run.data.params["phishing.split.folds"] == "4"
    assert run.data.params["phishing.tuning.trials"] == "2"
    assert run.data.params["phishing.members.ada_boost.tree.max_leaf_nodes"] == "30"


def test_the_run_has_the_report_s_figures(run: Run, metrics: dict[str, Any]) -> None:
    tracked = run.data.metrics

    for protocol, figures in metrics["protocols"].items():
        name = f"phishing.{protocol}.accuracy.mean"
        assert tracked[name] == pytest.approx(figures["accuracy"]["mean"])
    assert tracked["phishing.tier.url.roc_auc"] == metrics["tiers"]["url"]["roc_auc"]


def test_every_trial_is_a_run_inside_it(run: Run) -> None:
    nested = runs(f"tags.mlflow.parentRunId = '{run.info.run_id}'")

    # Two trials of each of four members on each half.
    assert len(nested) == 16
    assert {trial.info.status for trial in nested} == {"FINISHED"}


def test_the_run_keeps_the_reports(run: Run) -> None:
    def files(folder: str = "") -> set[str]:
        return {each.path for each in MlflowClient().list_artifacts(run.info.run_id, folder)}

    assert {
        "metrics.json",
        "manifest.json",
        "data_quality.json",
        "thresholds.csv",
        "model_card.html",
        "model_card.md",
    } <= files()
    assert {"plots/roc.png", "plots/reliability.png"} <= files("plots")
    assert run.info.artifact_uri.startswith("file:")


def test_artifacts_lie_in_the_project(run: Run, project: Path) -> None:
    assert (project / "data" / "test" / "mlflow" / "artifacts").as_uri() in run.info.artifact_uri


def test_the_model_is_a_challenger_and_never_the_champion(
    run: Run, metrics: dict[str, Any]
) -> None:
    model = MlflowClient().get_registered_model(MODEL)
    version = MlflowClient().get_model_version_by_alias(MODEL, "challenger")

    assert set(model.aliases) == {"challenger"}
    assert version.run_id == run.info.run_id
    assert version.tags["simulated"] == "true"
    assert version.tags["digest"] == metrics["model"]["digest"]
    assert json.loads(version.tags["promotion"])["promote"] is False


def test_the_model_can_be_served(project: Path, metrics: dict[str, Any]) -> None:
    (model,) = versions(project, "model.onnx")
    (manifest,) = versions(project, "manifest.json")

    detector = Detector(model.read_bytes(), Manifest.from_json(json.loads(manifest.read_text())))

    assert detector.manifest.digest == metrics["model"]["digest"]
    assert detector.manifest.thresholds == metrics["thresholds"]
    verdicts = detector.score(pd.DataFrame({"SSLfinal_State": [-1, 1], "URL_of_Anchor": [-1, 1]}))
    assert verdicts.probability[0] > verdicts.probability[1]


def test_a_second_training_finds_the_same(project: Path, metrics: dict[str, Any], run: Run) -> None:
    for journal in project.glob("data/test/*/phishing/studies.journal"):
        journal.unlink()

    with KedroSession.create(project_path=project, env="test") as session:
        session.run(pipeline_names=["training"], to_nodes=["reporting.phishing.measure_detector"])

    report = project / "data" / "test" / "08_reporting" / "phishing" / "metrics.json"
    again = json.loads(report.read_text())
    first, second = versions(project, "model.onnx")
    assert first.read_bytes() == second.read_bytes()
    assert again == metrics
    # It has a run of its own.
    assert len(runs("tags.version != ''")) == 2
