"""Kedro data sets that write a training to MLflow, and read the champion's."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import mlflow
import mlflow.onnx
import numpy as np
from kedro.io import AbstractDataset
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature

from network_security.storage.load_only_dataset import LoadOnlyDataset

if TYPE_CHECKING:
    from optuna.study import Study

CHALLENGER = "challenger"
CHAMPION = "champion"


class RunTagsDataset(AbstractDataset[dict[str, Any], dict[str, Any]]):
    """Tags of the MLflow run that is open; without one, nothing is written.

    Example of an entry:

    .. code-block:: yaml

        phishing.run_tags:
          type: network_security.tracking.datasets.RunTagsDataset
          prefix: phishing.data
    """

    def __init__(self, *, prefix: str, metadata: dict[str, Any] | None = None) -> None:
        """Prefix every tag's name with ``prefix`` and a dot."""
        self._prefix = prefix
        self.metadata = metadata

    def load(self) -> dict[str, Any]:
        """The open run's tags of this prefix."""
        run = mlflow.active_run()
        tags = mlflow.get_run(run.info.run_id).data.tags if run else {}
        start = f"{self._prefix}."
        return {name[len(start) :]: value for name, value in tags.items() if name.startswith(start)}

    def save(self, data: dict[str, Any]) -> None:
        """Set the tags."""
        if mlflow.active_run():
            mlflow.set_tags({f"{self._prefix}.{name}": value for name, value in data.items()})

    def _describe(self) -> dict[str, Any]:
        return {"prefix": self._prefix}


class TrialRunsDataset(AbstractDataset[dict[str, "Study"], None]):
    """Every trial of Optuna studies as a run nested in the one that is open."""

    def __init__(self, *, metadata: dict[str, Any] | None = None) -> None:
        """Take nothing but the metadata that kedro-viz shows."""
        self.metadata = metadata

    def load(self) -> None:
        """Trials are read from their study, not from MLflow."""
        raise NotImplementedError("load the studies' own catalog entry")

    def save(self, data: "dict[str, Study]") -> None:
        """Write a nested run a trial."""
        from optuna.trial import TrialState  # noqa: PLC0415 - the other data sets need not wait

        parent = mlflow.active_run()
        if parent is None:
            return
        client = MlflowClient()
        for name, study in data.items():
            for trial in study.get_trials(states=(TrialState.COMPLETE, TrialState.PRUNED)):
                started, ended = (
                    _milliseconds(t) for t in (trial.datetime_start, trial.datetime_complete)
                )
                run = client.create_run(
                    parent.info.experiment_id,
                    start_time=started,
                    run_name=f"{name.rpartition('.')[0]}.{trial.number}",
                    tags={"mlflow.parentRunId": parent.info.run_id, "study": name},
                )
                steps = [
                    Metric("roc_auc_so_far", value, started, step)
                    for step, value in trial.intermediate_values.items()
                ]
                if trial.state is TrialState.COMPLETE:
                    steps.append(Metric("roc_auc", trial.value, ended, 0))
                client.log_batch(
                    run.info.run_id,
                    metrics=steps,
                    params=[Param(key, str(value)) for key, value in trial.params.items()],
                    tags=[RunTag("state", trial.state.name)],
                )
                client.set_terminated(run.info.run_id, end_time=ended)

    def _describe(self) -> dict[str, Any]:
        return {}


def _milliseconds(time: datetime | None) -> int:
    return int(time.timestamp() * 1000) if time else 0


class RegisteredDetectorDataset(AbstractDataset[dict[str, Any], dict[str, Any]]):
    """A detector in MLflow's model registry: saved as the challenger, read by its alias.

    Example of an entry:

    .. code-block:: yaml

        phishing.registered_model:
          type: network_security.tracking.datasets.RegisteredDetectorDataset
          name: network-security-phishing
    """

    def __init__(
        self, *, name: str, alias: str = CHALLENGER, metadata: dict[str, Any] | None = None
    ) -> None:
        """Register under ``name`` and point ``alias`` at what is saved."""
        self._name = name
        self._alias = alias
        self.metadata = metadata

    def load(self) -> dict[str, Any]:
        """The version under the alias: ``name``, ``version``, ``run_id`` and its ``manifest``."""
        version = MlflowClient().get_model_version_by_alias(self._name, self._alias)
        info = mlflow.models.get_model_info(f"models:/{self._name}/{version.version}")
        return {
            "name": self._name,
            "version": version.version,
            "run_id": version.run_id,
            "manifest": json.loads(info.metadata["manifest"]),
        }

    def save(self, data: dict[str, Any]) -> None:
        """Log and register ``model`` (ONNX), with its ``manifest`` and an ``example`` input."""
        example: np.ndarray = data["example"]
        manifest: Mapping[str, Any] = data["manifest"]
        signature = infer_signature(
            example, {name: np.zeros((len(example), 1)) for name in ("log_odds", "probability")}
        )
        logged = mlflow.onnx.log_model(
            data["model"],
            name="model",
            signature=signature,
            input_example=example,
            registered_model_name=self._name,
            # Named, as MLflow would otherwise start the model in a second process to find them out.
            pip_requirements=["onnx", "onnxruntime", "numpy"],
            save_as_external_data=False,
            onnx_execution_providers=["CPUExecutionProvider"],
            metadata={"manifest": json.dumps(manifest), "digest": manifest["digest"]},
        )
        version = logged.registered_model_version
        client = MlflowClient()
        client.set_registered_model_alias(self._name, self._alias, version)
        client.set_model_version_tag(self._name, version, "digest", manifest["digest"])
        simulated = str(manifest["training"]["simulated"]).lower()
        client.set_model_version_tag(self._name, version, "simulated", simulated)

    def _exists(self) -> bool:
        return _version_under(self._name, self._alias) is not None

    def _describe(self) -> dict[str, Any]:
        return {"name": self._name, "alias": self._alias}


class ChampionReportDataset(LoadOnlyDataset[dict[str, Any] | None]):
    """The metrics of the model in service, as its own training reported them; None without one."""

    refusal = "the champion's report is read-only"

    def __init__(
        self, *, name: str, artifact: str = "metrics.json", metadata: dict[str, Any] | None = None
    ) -> None:
        """Read ``artifact`` of the run that made the champion of the model ``name``."""
        self._name = name
        self._artifact = artifact
        self.metadata = metadata

    def load(self) -> dict[str, Any] | None:
        """The champion's report."""
        version = _version_under(self._name, CHAMPION)
        if version is None:
            return None
        with TemporaryDirectory() as folder:
            path = mlflow.artifacts.download_artifacts(
                run_id=version.run_id, artifact_path=self._artifact, dst_path=folder
            )
            report: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
        return report

    def _describe(self) -> dict[str, Any]:
        return {"name": self._name, "artifact": self._artifact}


class PromotionDataset(AbstractDataset[dict[str, Any], dict[str, Any]]):
    """The gate's decision: kept with the challenger's version, and carried out when it is a yes."""

    def __init__(self, *, name: str, metadata: dict[str, Any] | None = None) -> None:
        """Move the champion's alias of the model ``name``."""
        self._name = name
        self.metadata = metadata

    def load(self) -> dict[str, Any]:
        """The decision taken on the present challenger."""
        version = MlflowClient().get_model_version_by_alias(self._name, CHALLENGER)
        decision: dict[str, Any] = json.loads(version.tags["promotion"])
        return decision

    def save(self, data: dict[str, Any]) -> None:
        """Tag the version that was judged with the decision and, on a yes, make it the champion."""
        client = MlflowClient()
        version = data["version"]
        client.set_model_version_tag(self._name, version, "promotion", json.dumps(data))
        if data["promote"]:
            client.set_registered_model_alias(self._name, CHAMPION, version)

    def _describe(self) -> dict[str, Any]:
        return {"name": self._name}


def _version_under(name: str, alias: str) -> ModelVersion | None:
    """The model's version under an alias, or None without one; a server that fails is an error."""
    try:
        return MlflowClient().get_model_version_by_alias(name, alias)
    except MlflowException as error:
        # The first is said of an unknown model, the second of an unknown alias of a known one.
        if error.error_code in {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}:
            return None
        raise
