"""Fixtures that every test may use."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from network_security.storage import embedded

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from pymongo.database import Database

REPOSITORY = Path(__file__).parents[1]
NOT_CONFIGURED = (
    "NETWORK_SECURITY_DATA",
    "MONGODB_URI",
    "MLFLOW_TRACKING_URI",
    "MLFLOW_REGISTRY_URI",
    "DAGSHUB_REPO",
)

# Started in the background, a shell has its children ignore Ctrl-C, and those theirs, for good.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

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


@pytest.fixture
def atomic_store(database: "Database[dict[str, Any]]") -> None:
    """A server that replaces a document as found by its version in one step, as MongoDB does."""
    if "ferretdbVersion" in database.client.admin.command("buildInfo"):
        pytest.skip("FerretDB 1 finds and replaces in two steps: one writer at a time there")


@pytest.fixture(scope="session")
def empty_tracking_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MLflow database without runs, for copying: making its tables takes seconds."""
    import mlflow  # noqa: PLC0415 - two seconds that most tests need not pay

    path = tmp_path_factory.mktemp("mlflow") / "mlflow.db"
    mlflow.MlflowClient(f"sqlite:///{path}").search_experiments()
    return path


@pytest.fixture(scope="module")
def tracking_store(
    empty_tracking_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator["MlflowClient"]:
    """A module's own MLflow database, set as the one in use, and an experiment in it."""
    import mlflow  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("tracking")
    shutil.copyfile(empty_tracking_database, folder / "mlflow.db")
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
    mlflow.create_experiment("tests", artifact_location=(folder / "artifacts").as_uri())
    mlflow.set_experiment("tests")
    yield mlflow.MlflowClient()
    mlflow.set_tracking_uri(before)


@pytest.fixture(scope="session")
def training(
    empty_tracking_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, frozenset[str]]:
    """A project in a folder of its own, trained as ``--env=test`` says, and the hosts contacted."""
    from kedro.framework.session import KedroSession  # noqa: PLC0415 - as above

    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(REPOSITORY / "conf", folder / "conf", ignore=shutil.ignore_patterns("local"))
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    for needed in ("src", "notebooks", "data/test/mlflow"):
        (folder / needed).mkdir(parents=True)
    shutil.copy(empty_tracking_database, folder / "data" / "test" / "mlflow" / "mlflow.db")
    hosts: set[str] = set()
    listening = True

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if listening and event == "socket.connect" and isinstance(arguments[1], tuple):
            hosts.add(str(arguments[1][0]))

    sys.addaudithook(note)
    with _working_in(folder), KedroSession.create(project_path=folder, env="test") as session:
        session.run(pipeline_names=["training"])
    listening = False
    return folder, frozenset(hosts)


@pytest.fixture(scope="module")
def project(training: tuple[Path, frozenset[str]]) -> Iterator[Path]:
    """The trained project, in which commands work while the tests of a module run."""
    folder, _ = training
    with _working_in(folder):
        yield folder


@contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    """The folder is the project, on a machine without network, data and servers."""
    import mlflow  # noqa: PLC0415 - as above
    from kedro.framework.project import configure_project  # noqa: PLC0415
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    from network_security.training_sets import source  # noqa: PLC0415
    from network_security.training_sets.simulation import simulate  # noqa: PLC0415

    tracked_before = mlflow.get_tracking_uri()
    with pytest.MonkeyPatch.context() as patch, threadpool_limits(1):
        for name in NOT_CONFIGURED:
            # Set first, so that what a test sets is taken back as well.
            patch.setenv(name, "")
            patch.delenv(name)
        patch.setenv("NETWORK_SECURITY_PROJECT", str(folder))
        patch.setenv("NETWORK_SECURITY_OFFLINE", "true")
        # Fewer rows than the sample has, for speed.
        patch.setattr(source, "simulate", partial(simulate, rows=2_400))
        configure_project("network_security")
        mlflow.set_tracking_uri(f"sqlite:///{folder}/data/test/mlflow/mlflow.db")
        yield
    mlflow.set_tracking_uri(tracked_before)
