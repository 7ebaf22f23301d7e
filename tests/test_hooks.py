import logging
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mlflow
import pytest
from kedro.io import DataCatalog
from kedro.pipeline import Node, Pipeline
from mlflow import MlflowClient
from mlflow.entities import Run

from network_security import __version__
from network_security.hooks import ProgressHooks, TrackingHooks

PARAMETERS = {
    "phishing": {"split": {"folds": 4}, "tuning": {"tiers": {"all": 0.7}, "timeout": None}},
    "intrusion": {"split": {"folds": 10}},
}


def identity(data: Any) -> Any:
    return data


NODE = Node(identity, inputs="phishing.scores", outputs="phishing.metrics", name="measure")
PIPELINE = Pipeline([NODE])


@pytest.fixture(scope="module", autouse=True)
def store(tracking_store: MlflowClient) -> MlflowClient:
    return tracking_store


@pytest.fixture
def run() -> Iterator[Run]:
    with mlflow.start_run() as opened:
        yield opened


@pytest.fixture
def catalog(tmp_path: Path) -> DataCatalog:
    """Two reports, of which one is versioned, and a table that MLflow need not keep."""

    def entry(path: str, **options: Any) -> dict[str, Any]:
        return {"type": "json.JSONDataset", "filepath": str(tmp_path / path), **options}

    return DataCatalog.from_config(
        {
            "report": entry("report.json", metadata={"mlflow": {"artifact_path": ""}}),
            "settings": entry(
                "settings.json",
                versioned=True,
                metadata={"mlflow": {"artifact_path": "model/settings"}},
            ),
            "table": entry("table.json", metadata={"kedro-viz": {"layer": "primary"}}),
        },
        save_version="2026-01-02T03.04.05.678Z",
    )


@pytest.fixture
def hooks(tmp_path: Path, catalog: DataCatalog) -> TrackingHooks:
    """The hooks of a session that has begun."""
    started = TrackingHooks()
    started.after_context_created(
        SimpleNamespace(config_loader={"parameters": PARAMETERS}, project_path=tmp_path)
    )
    return started


def begin(hooks: TrackingHooks, catalog: DataCatalog) -> None:
    hooks.before_pipeline_run(run_params={}, pipeline=PIPELINE, catalog=catalog)


def tags(run: Run, store: MlflowClient) -> dict[str, str]:
    found: dict[str, str] = store.get_run(run.info.run_id).data.tags
    return found


class TestParameters:
    def test_each_of_a_detector_s_is_a_column(
        self, hooks: TrackingHooks, catalog: DataCatalog, run: Run, store: MlflowClient
    ) -> None:
        begin(hooks, catalog)

        assert store.get_run(run.info.run_id).data.params == {
            "phishing.split.folds": "4",
            "phishing.tuning.tiers.all": "0.7",
            "phishing.tuning.timeout": "None",
        }

    def test_without_a_run_nothing_is_written(
        self, hooks: TrackingHooks, catalog: DataCatalog
    ) -> None:
        before = len(mlflow.search_runs())

        begin(hooks, catalog)
        hooks.after_dataset_saved("report", {}, NODE)

        assert len(mlflow.search_runs()) == before


class TestCode:
    def git(self, folder: Path, *arguments: str) -> str:
        identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
        done = subprocess.run(
            ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    @pytest.mark.parametrize("dirty", [False, True])
    def test_a_run_knows_the_commit(
        self,
        dirty: bool,
        hooks: TrackingHooks,
        catalog: DataCatalog,
        run: Run,
        store: MlflowClient,
        tmp_path: Path,
    ) -> None:
        self.git(tmp_path, "init")
        (tmp_path / "code.py").write_text("")
        self.git(tmp_path, "add", ".")
        self.git(tmp_path, "commit", "--message", "Begin")
        (tmp_path / "untracked.py").write_text("")
        if dirty:
            (tmp_path / "code.py").write_text("print()")

        begin(hooks, catalog)

        assert tags(run, store)["git.commit"] == self.git(tmp_path, "rev-parse", "HEAD")
        assert tags(run, store)["git.dirty"] == str(dirty).lower()
        assert tags(run, store)["version"] == __version__

    def test_a_project_without_a_repository_has_none(
        self, hooks: TrackingHooks, catalog: DataCatalog, run: Run, store: MlflowClient
    ) -> None:
        begin(hooks, catalog)

        assert tags(run, store)["git.commit"] == "unknown"
        assert "git.dirty" not in tags(run, store)


class TestArtifacts:
    def kept(self, run: Run, store: MlflowClient, folder: str | None = None) -> list[str]:
        return [each.path for each in store.list_artifacts(run.info.run_id, folder)]

    def test_files_are_kept_that_ask_for_it(
        self, hooks: TrackingHooks, catalog: DataCatalog, run: Run, store: MlflowClient
    ) -> None:
        begin(hooks, catalog)
        for name in ("report", "settings", "table"):
            catalog.save(name, {"of": name})
            hooks.after_dataset_saved(name, {"of": name}, NODE)

        assert self.kept(run, store) == ["model", "report.json"]
        assert self.kept(run, store, "model/settings") == ["model/settings/settings.json"]
        uri = f"runs:/{run.info.run_id}/model/settings/settings.json"
        assert mlflow.artifacts.load_dict(uri) == {"of": "settings"}

    def test_data_without_a_catalog_entry_are_not(
        self, hooks: TrackingHooks, catalog: DataCatalog, run: Run, store: MlflowClient
    ) -> None:
        begin(hooks, catalog)

        hooks.after_dataset_saved("phishing.metrics", {}, NODE)

        assert self.kept(run, store) == []


class TestEndOfARun:
    def test_a_run_that_was_closed_once_is_let_go(self, hooks: TrackingHooks) -> None:
        with mlflow.start_run() as run:
            # As kedro-mlflow opens it again for a node.
            mlflow.start_run(run_id=run.info.run_id, nested=True)
        assert mlflow.active_run() is not None

        hooks.after_pipeline_run()

        assert mlflow.active_run() is None

    def test_a_run_of_another_s_is_left_open(self, hooks: TrackingHooks, run: Run) -> None:
        hooks.after_pipeline_run()

        assert mlflow.active_run().info.run_id == run.info.run_id


class TestProgress:
    def test_each_node_is_a_line(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO, logger="network_security.hooks")
        other = Node(identity, inputs="phishing.metrics", outputs="phishing.card", name="describe")
        hooks = ProgressHooks()

        for _ in range(2):
            hooks.before_pipeline_run(Pipeline([NODE, other]))
            for node in (NODE, other):
                hooks.before_node_run()
                hooks.after_node_run(node)

        lines = [record.getMessage().rpartition("  ")[0] for record in caplog.records]
        assert lines == ["[1/2] measure", "[2/2] describe"] * 2
