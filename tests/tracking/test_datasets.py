import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import onnx
import onnxruntime
import optuna
import pandas as pd
import pytest
from kedro.io import DatasetError
from mlflow import MlflowClient
from mlflow.entities import Run
from optuna.study import Study
from optuna.trial import Trial

from network_security.detection.additive import AdditiveTrees, Tree
from network_security.detection.detector import Detector, Manifest
from network_security.detection.export import model_digest, to_onnx
from network_security.evidence import SCHEMAS
from network_security.tracking.datasets import (
    ChampionReportDataset,
    PromotionDataset,
    RegisteredDetectorDataset,
    RunTagsDataset,
    TrialRunsDataset,
)

SCHEMA = SCHEMAS["phishing"]
NAME = "network-security-phishing"


@pytest.fixture(scope="module", autouse=True)
def store(tracking_store: MlflowClient) -> MlflowClient:
    return tracking_store


@pytest.fixture
def run() -> Iterator[Run]:
    with mlflow.start_run() as opened:
        yield opened


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A registered model's name that no other test uses."""
    return f"{NAME}-{hashlib.sha256(request.node.name.encode()).hexdigest()[:8]}"


def trained(leaf: float = 0.25, *, simulated: bool = False) -> dict[str, Any]:
    """What the registration pipeline hands over: a stump on the port, its manifest, an example."""
    stump = Tree(
        left=np.array([1, -1, -1]),
        right=np.array([2, -1, -1]),
        feature=np.array([SCHEMA.features.index("port"), -1, -1]),
        threshold=np.array([0.5, 0.0, 0.0]),
        value=np.array([0.0, leaf, -1.0]),
        cover=np.array([3.0, 1.0, 2.0]),
    )
    model = to_onnx(AdditiveTrees((stump,), bias=0.5), SCHEMA.features, {"detector": "phishing"})
    manifest = Manifest.of(
        SCHEMA,
        detector="phishing",
        digest=model_digest(model),
        thresholds=dict.fromkeys(SCHEMA.tiers, 0.5),
        false_positive_rate=0.014,
        ensemble={"name": "stump", "weights": {}},
        training={"simulated": simulated},
        metrics={},
    ).to_json()
    example = np.ones((5, len(SCHEMA.features)), dtype=np.float32)
    return {"model": model, "manifest": manifest, "example": example}


class TestRunTagsDataset:
    def test_tags_are_set_on_the_open_run(self, run: Run, store: MlflowClient) -> None:
        dataset = RunTagsDataset(prefix="phishing.data")

        dataset.save({"name": "phishing_websites", "simulated": True})

        tags = store.get_run(run.info.run_id).data.tags
        assert tags["phishing.data.name"] == "phishing_websites"
        assert tags["phishing.data.simulated"] == "True"
        assert dataset.load() == {"name": "phishing_websites", "simulated": "True"}

    def test_without_a_run_nothing_is_written(self, store: MlflowClient) -> None:
        runs = len(mlflow.search_runs())

        RunTagsDataset(prefix="phishing.data").save({"name": "phishing_websites"})

        assert len(mlflow.search_runs()) == runs
        assert RunTagsDataset(prefix="phishing.data").load() == {}


class TestTrialRunsDataset:
    @pytest.fixture
    def studies(self) -> dict[str, Study]:
        """Two trials that ended, the second pruned, and one that was interrupted."""

        def value(trial: Trial) -> float:
            rate = trial.suggest_float("learning_rate", 0.1, 1.0)
            trial.suggest_categorical("criterion", ["gini", "entropy"])
            for step in range(2 - trial.number):
                trial.report(rate + step, step)
            if trial.number == 1:
                raise optuna.TrialPruned
            return rate

        study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
        study.optimize(value, n_trials=2)
        study.ask()
        return {"random_forest.half_a.0123456789ab": study}

    def test_each_trial_is_a_run_inside_the_open_one(
        self, run: Run, store: MlflowClient, studies: dict[str, Study]
    ) -> None:
        TrialRunsDataset().save(studies)

        (study,) = studies.values()
        query = f"tags.mlflow.parentRunId = '{run.info.run_id}'"
        nested = store.search_runs([run.info.experiment_id], query)
        done, pruned = sorted(nested, key=lambda each: each.info.run_name)
        assert done.info.run_name == "random_forest.half_a.0"
        assert done.info.status == pruned.info.status == "FINISHED"
        assert done.info.start_time <= done.info.end_time
        assert done.data.params == {
            "learning_rate": str(study.trials[0].params["learning_rate"]),
            "criterion": study.trials[0].params["criterion"],
        }
        assert done.data.metrics["roc_auc"] == study.trials[0].value
        assert done.data.tags["state"] == "COMPLETE"
        assert done.data.tags["study"] == "random_forest.half_a.0123456789ab"
        steps = store.get_metric_history(done.info.run_id, "roc_auc_so_far")
        assert [(each.step, each.value) for each in steps] == list(
            study.trials[0].intermediate_values.items()
        )
        assert pruned.data.tags["state"] == "PRUNED"
        assert "roc_auc" not in pruned.data.metrics

    def test_without_a_run_nothing_is_written(self, studies: dict[str, Study]) -> None:
        runs = len(mlflow.search_runs())

        TrialRunsDataset().save(studies)

        assert len(mlflow.search_runs()) == runs

    def test_trials_are_not_read_back(self) -> None:
        with pytest.raises(DatasetError, match="studies"):
            TrialRunsDataset().load()


class TestRegisteredDetectorDataset:
    def test_a_model_is_registered_as_the_challenger(
        self, run: Run, store: MlflowClient, name: str
    ) -> None:
        dataset = RegisteredDetectorDataset(name=name)
        made = trained(simulated=True)
        assert not dataset.exists()

        dataset.save(made)

        version = store.get_model_version_by_alias(name, "challenger")
        assert dataset.exists()
        assert version.run_id == run.info.run_id
        assert version.tags == {"digest": made["manifest"]["digest"], "simulated": "true"}
        assert dataset.load() == {
            "name": name,
            "version": version.version,
            "run_id": run.info.run_id,
            "manifest": made["manifest"],
        }

    def test_it_has_a_signature_and_an_example(self, run: Run, name: str) -> None:
        RegisteredDetectorDataset(name=name).save(trained())

        info = mlflow.models.get_model_info(f"models:/{name}@challenger")
        (features,) = info.signature.inputs.inputs
        assert (features.type, features.shape) == (np.dtype("float32"), (-1, 30))
        assert info.signature.outputs.input_names() == ["log_odds", "probability"]
        assert info.saved_input_example_info is not None

    def test_it_is_served_as_it_was_trained(self, run: Run, name: str, tmp_path: Path) -> None:
        made = trained()
        RegisteredDetectorDataset(name=name).save(made)

        folder = mlflow.artifacts.download_artifacts(
            f"models:/{name}@challenger", dst_path=tmp_path
        )
        (path,) = Path(folder).glob("*.onnx")
        manifest = Manifest.from_json(RegisteredDetectorDataset(name=name).load()["manifest"])

        onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        detector = Detector(onnx.load(path).SerializeToString(deterministic=True), manifest)
        verdicts = detector.score(pd.DataFrame({"port": [0, 1]}))
        assert verdicts.probability == pytest.approx(1 / (1 + np.exp([-0.75, 0.5])))

    def test_the_newest_is_the_challenger(self, run: Run, name: str) -> None:
        dataset = RegisteredDetectorDataset(name=name)
        newest = trained(leaf=2.0)

        dataset.save(trained(leaf=1.0))
        dataset.save(newest)

        assert dataset.load()["version"] == 2
        assert dataset.load()["manifest"]["digest"] == newest["manifest"]["digest"]


class TestChampionReportDataset:
    def test_there_is_none_before_the_first_promotion(self, run: Run, name: str) -> None:
        assert ChampionReportDataset(name=name).load() is None

        RegisteredDetectorDataset(name=name).save(trained())

        assert ChampionReportDataset(name=name).load() is None

    def test_it_is_the_report_of_the_run_that_made_the_champion(
        self, store: MlflowClient, name: str
    ) -> None:
        for number in range(2):
            with mlflow.start_run():
                mlflow.log_text(json.dumps({"number": number}), "metrics.json")
                RegisteredDetectorDataset(name=name).save(trained(leaf=number + 1.0))
        store.set_registered_model_alias(name, "champion", "1")

        assert ChampionReportDataset(name=name).load() == {"number": 0}

    def test_it_is_read_only(self, name: str) -> None:
        with pytest.raises(DatasetError, match="read-only"):
            ChampionReportDataset(name=name).save({})

    def test_a_server_that_fails_is_not_taken_for_one_without_a_champion(
        self, failing_server: str, name: str
    ) -> None:
        before = mlflow.get_tracking_uri()
        mlflow.set_tracking_uri(failing_server)
        try:
            with pytest.raises(DatasetError, match="500"):
                ChampionReportDataset(name=name).load()
            with pytest.raises(DatasetError, match="500"):
                RegisteredDetectorDataset(name=name).exists()
        finally:
            mlflow.set_tracking_uri(before)


class TestPromotionDataset:
    def test_a_yes_makes_the_challenger_the_champion(
        self, run: Run, store: MlflowClient, name: str
    ) -> None:
        RegisteredDetectorDataset(name=name).save(trained())
        decision = {"promote": True, "reason": "there is no champion yet", "version": 1}

        PromotionDataset(name=name).save(decision)

        assert store.get_model_version_by_alias(name, "champion").version == 1
        assert PromotionDataset(name=name).load() == decision

    def test_a_no_leaves_the_champion(self, run: Run, store: MlflowClient, name: str) -> None:
        for number, promote in enumerate((True, False), start=1):
            RegisteredDetectorDataset(name=name).save(trained(leaf=float(number)))
            decision = {"promote": promote, "reason": "a reason", "version": number}
            PromotionDataset(name=name).save(decision)

        assert store.get_model_version_by_alias(name, "champion").version == 1
        assert PromotionDataset(name=name).load()["promote"] is False

    def test_the_version_that_was_judged_is_promoted(
        self, run: Run, store: MlflowClient, name: str
    ) -> None:
        # Another training has registered its model between the judgement and its execution.
        for number in (1, 2):
            RegisteredDetectorDataset(name=name).save(trained(leaf=float(number)))

        PromotionDataset(name=name).save({"promote": True, "reason": "better", "version": 1})

        assert store.get_model_version_by_alias(name, "champion").version == 1
        assert "promotion" not in store.get_model_version(name, "2").tags


@pytest.fixture
def failing_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server that answers everything with HTTP 500."""

    class Failure(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(500)

        def log_message(self, *_: object) -> None:
            pass

    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Failure)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
