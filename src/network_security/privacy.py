"""Telemetry of third-party packages, switched off for every entry point."""

import os
import sys


def disable_telemetry() -> None:
    """Keep Kedro and MLflow from reporting usage, unless the operator has decided otherwise.

    The variable holds the word ``true``: Kedro accepts any value, MLflow that one only. MLflow
    reads it at import, and Kedro's plug-ins import MLflow before a project's own code, so that a
    client that MLflow has already made is taken down as well.
    """
    os.environ.setdefault("DO_NOT_TRACK", "true")
    if "mlflow" in sys.modules:
        from mlflow.telemetry import set_telemetry_client  # noqa: PLC0415

        set_telemetry_client()
