"""Both notebooks, run from top to bottom on a trained project as a newcomer would run them."""

import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import mlflow
import nbformat
import pytest
from kedro.framework.project import configure_project
from kedro.framework.session import KedroSession
from nbclient import NotebookClient
from nbformat import NotebookNode

from network_security.training_sets import source
from network_security.training_sets.simulation import simulate

REPOSITORY = Path(__file__).parents[1]
NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
LONGEST_CELL = 20
"""Lines of code that a reader takes in at a glance."""
NOT_CONFIGURED = ("NETWORK_SECURITY_DATA", "MONGODB_URI", "MLFLOW_TRACKING_URI", "DAGSHUB_REPO")


@pytest.fixture(scope="module")
def project(
    empty_tracking_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A project in a folder of its own, trained on a simulated sample, for kernels to work in."""
    folder = tmp_path_factory.mktemp("notebooks_project")
    shutil.copytree(REPOSITORY / "conf", folder / "conf", ignore=shutil.ignore_patterns("local"))
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    for needed in ("src", "notebooks", "data/mlflow"):
        (folder / needed).mkdir(parents=True)
    shutil.copy(empty_tracking_database, folder / "data" / "mlflow" / "mlflow.db")
    tracked_before = mlflow.get_tracking_uri()
    with pytest.MonkeyPatch.context() as patch:
        for name in NOT_CONFIGURED:
            patch.delenv(name, raising=False)
        patch.setenv("NETWORK_SECURITY_PROJECT", str(folder))
        patch.setenv("NETWORK_SECURITY_OFFLINE", "true")
        patch.setenv("KEDRO_ENV", "test")
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        # A kernel works in another folder, from which a relative path leads nowhere.
        patch.setenv("PYTHONPATH", str(REPOSITORY / "src"), prepend=os.pathsep)
        # Fewer rows than the sample has, for speed.
        patch.setattr(source, "simulate", partial(simulate, rows=2_400))
        configure_project("network_security")
        with KedroSession.create(project_path=folder) as session:
            session.run(pipeline_names=["training"])
        yield folder
        mlflow.set_tracking_uri(tracked_before)


def run(name: str, folder: Path) -> NotebookNode:
    """The notebook with the outputs that it gives where the kernel works in that folder."""
    book = nbformat.read(REPOSITORY / "notebooks" / f"{name}.ipynb", as_version=4)
    kernel = NotebookClient(book, timeout=120, resources={"metadata": {"path": str(folder)}})
    return kernel.execute()


def code(path: Path) -> list[NotebookNode]:
    book = nbformat.read(path, as_version=4)
    return [cell for cell in book.cells if cell.cell_type == "code"]


def texts(book: NotebookNode) -> str:
    """All that the cells' tables and values say."""
    outputs = [output for cell in book.cells for output in cell.get("outputs", ())]
    return "\n".join(output.get("data", {}).get("text/plain", "") for output in outputs)


def pictures(book: NotebookNode) -> int:
    outputs = [output for cell in book.cells for output in cell.get("outputs", ())]
    return sum("image/png" in output.get("data", {}) for output in outputs)


def test_the_training_set_can_be_explored_from_the_project_s_folder(project: Path) -> None:
    explored = run("explore_training_set", project)

    assert "phishing_websites_simulated" in texts(explored)
    assert pictures(explored) == 3


def test_the_detector_can_be_reviewed_from_the_notebooks_folder(project: Path) -> None:
    reviewed = run("review_trained_model", project / "notebooks")

    assert "phishing_websites_simulated" in texts(reviewed)
    assert "without tls" in texts(reviewed)
    assert pictures(reviewed) == 7


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestEveryNotebook:
    def test_keeps_no_outputs(self, path: Path) -> None:
        assert all(not cell.outputs and cell.execution_count is None for cell in code(path))

    def test_opens_the_project_first_and_reads_through_its_catalog_alone(self, path: Path) -> None:
        first, *others = (cell.source for cell in code(path))

        assert first.startswith("%load_ext kedro.ipython")
        assert any('catalog.load("phishing.' in source for source in others)
        for reader in ("open(", "read_", "Path(", "glob"):
            assert all(reader not in source for source in others)

    def test_explains_before_it_computes(self, path: Path) -> None:
        book = nbformat.read(path, as_version=4)
        written = sum(cell.cell_type == "markdown" for cell in book.cells)

        assert book.cells[0].source.startswith("# ")
        assert written >= len(book.cells) / 3

    def test_has_no_long_cells(self, path: Path) -> None:
        lines = {cell.id: len(cell.source.splitlines()) for cell in code(path)}

        assert {cell: count for cell, count in lines.items() if count > LONGEST_CELL} == {}
