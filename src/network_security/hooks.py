"""What is written to MLflow besides what kedro-mlflow writes by itself."""

import logging
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.io import AbstractDataset, AbstractVersionedDataset, DataCatalog
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

import network_security

log = logging.getLogger(__name__)


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
