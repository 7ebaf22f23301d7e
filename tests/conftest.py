"""Fixtures that every test may use."""

import os
from pathlib import Path

import pytest

from network_security.storage import embedded

# A server that the person running the tests works with is not for the tests to write to.
os.environ.pop("MONGODB_URI", None)


@pytest.fixture(scope="session")
def embedded_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the embedded server that the tests share."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="session")
def embedded_uri(embedded_directory: Path) -> str:
    """The URI of that server, which runs until the tests have ended."""
    return embedded.lease(embedded_directory)


@pytest.fixture(scope="session")
def empty_tracking_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MLflow database without runs, for copying: making its tables takes seconds."""
    import mlflow  # noqa: PLC0415 - two seconds that most tests need not pay

    path = tmp_path_factory.mktemp("mlflow") / "mlflow.db"
    mlflow.MlflowClient(f"sqlite:///{path}").search_experiments()
    return path
