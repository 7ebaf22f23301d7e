"""The project's pipelines by name."""

from importlib import import_module
from typing import Final

from kedro.framework.project import pipelines as project_pipelines
from kedro.pipeline import Pipeline

DETECTORS: Final = ("phishing",)
"""Each has its evidence schema, and its parameters under its own name in conf."""

TRAINING: Final[tuple[str, ...]] = ("data_engineering", "data_science", "reporting", "registration")
STAGES: Final[tuple[str, ...]] = (*TRAINING, "pretrained")
OPERATIONS: Final[dict[str, tuple[str, str]]] = {
    "alerts": ("alerts", "create_pipeline"),
    "batch_prediction": ("batch_prediction", "create_pipeline"),
    "correlation": ("correlation", "create_pipeline"),
    "fusion": ("fusion", "create_pipeline"),
    "fusion_pretrained": ("fusion", "create_shipping_pipeline"),
    "ingestion": ("ingestion", "create_pipeline"),
    "message": ("message", "create_pipeline"),
    "message_pretrained": ("message", "create_shipping_pipeline"),
    "replay_dead_letters": ("ingestion", "create_replay_pipeline"),
    "url_text": ("url_text", "create_pipeline"),
    "url_text_pretrained": ("url_text", "create_shipping_pipeline"),
}
"""Pipelines that serve no detector in particular: the module and function that make each."""


def register_pipelines() -> dict[str, Pipeline]:
    """Every stage for all detectors, ``training``, which runs those that make one, and the rest.

    Only the stages that a command asks for are imported: scikit-learn, Optuna, matplotlib and ONNX
    would cost every command seconds.

    Returns:
        The pipelines by the name that ``kedro run --pipeline`` takes.
    """
    # Kedro's own find_pipelines() asks the same; None, as in kedro-viz, stands for all of them.
    requested = getattr(project_pipelines, "_requested_pipelines", None)
    wanted = {*STAGES, *OPERATIONS}
    if requested and wanted.issuperset(requested):
        wanted = set(requested)
    pipelines: dict[str, Pipeline] = {
        name: _for_each_detector(name) for name in STAGES if name in wanted
    }
    if wanted.issuperset(TRAINING):
        training = sum((pipelines[name] for name in TRAINING), Pipeline([]))
        pipelines = {"__default__": training, "training": training, **pipelines}
    return pipelines | {name: _operation(name) for name in OPERATIONS if name in wanted}


def _operation(name: str) -> Pipeline:
    module, function = OPERATIONS[name]
    made = getattr(import_module(f"network_security.pipelines.{module}"), function)()
    return Pipeline([made], namespace=name, prefix_datasets_with_namespace=False)


def _for_each_detector(stage: str) -> Pipeline:
    """The stage once a detector, its data sets and parameters prefixed with the detector's name.

    Nodes are named by their stage as well, which kedro-viz folds into a box of that name.
    """
    module = import_module(f"network_security.pipelines.{stage}")
    return Pipeline(
        [
            Pipeline([module.create_pipeline()], namespace=detector, tags=detector)
            for detector in DETECTORS
        ],
        namespace=stage,
        prefix_datasets_with_namespace=False,
    )
