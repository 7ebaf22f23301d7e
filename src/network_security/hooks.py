"""What a run logs of itself, and what it writes to MLflow besides what kedro-mlflow does."""

import logging
import subprocess
import time
from collections.abc import Iterator, Mapping
from inspect import isgeneratorfunction
from pathlib import Path
from typing import Any

from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.io import AbstractDataset, AbstractVersionedDataset, DataCatalog
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

import network_security

log = logging.getLogger(__name__)


class ProgressHooks:
    """A line in the log for each node: how far the run is, and how long the node took."""

    def __init__(self) -> None:
        """Count from nothing."""
        self._nodes = 0
        self._done = 0
        self._started = 0.0

    @hook_impl
    def before_pipeline_run(self, pipeline: Pipeline) -> None:
        """Count the nodes that will run."""
        self._nodes, self._done = len(pipeline.nodes), 0

    @hook_impl
    def before_node_run(self) -> None:
        """Start the node's clock."""
        self._started = time.perf_counter()

    @hook_impl
    def after_node_run(self, node: Node) -> None:
        """Log the node, unless it goes on while its portions are saved: its time is not known."""
        self._done += 1
        if isgeneratorfunction(node.func):
            return
        seconds = time.perf_counter() - self._started
        log.info("[%d/%d] %s  %.1f s", self._done, self._nodes, node.name, seconds)


class TrackingHooks:
    """Parameters a column each, the code's commit, and files whose catalog entry asks for it.

    An entry with ``metadata: {mlflow: {artifact_path: plots}}`` is logged as an artifact whenever
    it is saved.
    """

    def __init__(self) -> None:
        """Start with no context and no catalog."""
        self._parameters: Mapping[str, Any] = {}
        self._project: Path | None = None
        self._catalog: DataCatalog | None = None

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Keep the raw parameters: nodes are given dataclasses, which MLflow shows as one text."""
        self._parameters = context.config_loader["parameters"]
        self._project = context.project_path

    @hook_impl
    def before_pipeline_run(
        self, run_params: dict[str, Any], pipeline: Pipeline, catalog: DataCatalog
    ) -> None:
        """Log the parameters of the pipeline's detectors, and which code runs."""
        import mlflow  # noqa: PLC0415 - 1.5 s that commands without a run need not pay

        self._catalog = catalog
        if mlflow.active_run() is None:
            return
        namespaces = {name.split(".")[0] for name in pipeline.datasets()}
        for namespace in namespaces & set(self._parameters):
            mlflow.log_params(dict(_leaves(self._parameters[namespace], namespace)))
        mlflow.set_tags({"version": network_security.__version__, **_commit(self._project)})
        log.info("Tracked as MLflow run %s", mlflow.active_run().info.run_id)

    @hook_impl
    def after_dataset_saved(self, dataset_name: str, data: Any, node: Node) -> None:
        """Log the file that was just written, if its entry asks for it."""
        import mlflow  # noqa: PLC0415

        if self._catalog is None or mlflow.active_run() is None:
            return
        dataset = self._catalog.get(dataset_name)
        wish = (getattr(dataset, "metadata", None) or {}).get("mlflow")
        if wish and dataset is not None:
            mlflow.log_artifact(str(_saved_file(dataset)), wish.get("artifact_path") or None)

    @hook_impl(trylast=True)
    def after_pipeline_run(self) -> None:
        """Let go of the run: kedro-mlflow opens it once more for its nodes than it closes it.

        Otherwise a second run in the same process, such as a notebook's, would be written into it.
        """
        import mlflow  # noqa: PLC0415
        from kedro_mlflow.framework.hooks.mlflow_hook import mlflow_hook  # noqa: PLC0415

        # One hook serves all sessions of a process, and would open its last run again for the nodes
        # of a pipeline that is not tracked.
        mlflow_hook.run_id = None
        while run := mlflow.active_run():
            if mlflow.get_run(run.info.run_id).info.status == "RUNNING":
                return  # Opened by whoever started the pipeline, who will close it.
            mlflow.end_run()


def _saved_file(dataset: AbstractDataset[Any, Any]) -> Path:
    """The file that was just written: of a versioned data set, that of the run's version."""
    if isinstance(dataset, AbstractVersionedDataset) and (
        version := dataset.resolve_save_version()
    ):
        return Path(dataset._get_versioned_path(version))
    return Path(dataset._filepath)  # type: ignore[attr-defined]


def _leaves(tree: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from _leaves(value, f"{name}.{key}")
    else:
        yield name, tree


def _commit(project: Path | None) -> dict[str, str]:
    """The commit that the project's files are at, and whether they differ from it."""
    try:
        commit, changes = (
            subprocess.run(  # noqa: S603 - fixed arguments
                ["git", *arguments],
                cwd=project,
                capture_output=True,
                text=True,
                check=True,
                timeout=5,
            ).stdout.strip()
            for arguments in (
                ["rev-parse", "HEAD"],
                ["status", "--porcelain", "--untracked-files=no"],
            )
        )
    except (OSError, subprocess.SubprocessError):
        return {"git.commit": "unknown"}
    return {"git.commit": commit, "git.dirty": str(bool(changes)).lower()}
