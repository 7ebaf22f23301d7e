"""The notebooks, run from top to bottom on a trained project as a newcomer would run them."""

import os
from datetime import date
from pathlib import Path

import nbformat
import pytest
from kedro.framework.session import KedroSession
from nbclient import NotebookClient
from nbformat import NotebookNode

from network_security.simulator import write_day

REPOSITORY = Path(__file__).parents[1]
NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
SENSORS = ("fortigate", "suricata", "sshd", "postfix")
LONGEST_CELL = 22
"""Lines of code that a reader takes in at a glance."""


@pytest.fixture
def kernels(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The trained project, with what a kernel needs to know in the environment."""
    monkeypatch.setenv("KEDRO_ENV", "test")
    monkeypatch.setenv("IPYTHONDIR", str(project / "ipython"))
    # A kernel works in another folder, from which a relative path leads nowhere.
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY / "src"), prepend=os.pathsep)
    return project


def run(name: str, folder: Path) -> NotebookNode:
    """The notebook with the outputs that it gives where its kernel works in that folder."""
    book = nbformat.read(REPOSITORY / "notebooks" / f"{name}.ipynb", as_version=4)
    kernel = NotebookClient(book, timeout=120, resources={"metadata": {"path": str(folder)}})
    return kernel.execute()


def results(book: NotebookNode, kind: str) -> list[str]:
    """What the cells show, of one kind: ``text/plain`` or ``image/png``."""
    outputs = [output for cell in book.cells for output in cell.get("outputs", ())]
    return [output.data[kind] for output in outputs if kind in output.get("data", {})]


def code(path: Path) -> list[NotebookNode]:
    book = nbformat.read(path, as_version=4)
    return [cell for cell in book.cells if cell.cell_type == "code"]


def test_the_training_set_can_be_explored_from_the_project_s_folder(kernels: Path) -> None:
    explored = run("explore_training_set", kernels)

    assert "phishing_websites_simulated" in "\n".join(results(explored, "text/plain"))
    assert len(results(explored, "image/png")) == 3


def test_the_events_can_be_explored(kernels: Path, tmp_path: Path) -> None:
    write_day(tmp_path / "day", seed=7, day=date(2026, 3, 2), n_events=2_000, formats=SENSORS)
    sources = [{"path": str(tmp_path / "day" / "logs")}]
    with KedroSession.create(
        project_path=kernels, env="test", runtime_params={"sources": sources}
    ) as session:
        session.run(pipeline_names=["ingestion"])

    explored = run("explore_events", kernels)

    shown = "\n".join(results(explored, "text/plain"))
    assert "fortinet.fortigate" in shown
    assert "logs/ids/suricata.json" in shown
    assert len(results(explored, "image/png")) == 1


def test_the_detector_can_be_reviewed_from_the_notebooks_folder(kernels: Path) -> None:
    reviewed = run("review_trained_model", kernels / "notebooks")

    shown = "\n".join(results(reviewed, "text/plain"))
    assert "phishing_websites_simulated" in shown
    assert "without tls" in shown
    assert len(results(reviewed, "image/png")) == 7


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestEveryNotebook:
    def test_keeps_no_outputs(self, path: Path) -> None:
        assert all(not cell.outputs and cell.execution_count is None for cell in code(path))

    def test_opens_the_project_first_and_reads_through_its_catalog_alone(self, path: Path) -> None:
        first, *others = (cell.source for cell in code(path))

        assert first.startswith("%load_ext kedro.ipython")
        assert any("catalog.load(" in source for source in others)
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
