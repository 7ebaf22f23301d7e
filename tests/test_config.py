from pathlib import Path

import pytest

from network_security import config
from network_security.config import project_folder

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like a project."""
    monkeypatch.delenv("NETWORK_SECURITY_PROJECT", raising=False)
    folder = tmp_path / "project"
    (folder / "conf" / "base").mkdir(parents=True)
    (folder / "pyproject.toml").touch()
    return folder


def test_the_variable_names_the_folder(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NETWORK_SECURITY_PROJECT", "elsewhere")

    assert project_folder() == str(tmp_path / "elsewhere")


@pytest.mark.parametrize("below", [".", "notebooks", "data/08_reporting"])
def test_the_nearest_project_upwards_is_found(
    below: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / below).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(project / below)

    assert project_folder() == str(project)


def test_a_package_s_project_is_none_of_ours(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = project / "vendored"
    package.mkdir()
    (package / "pyproject.toml").touch()
    monkeypatch.chdir(package)

    assert project_folder() == str(project)


def test_elsewhere_it_is_the_one_that_this_package_lies_in(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert project_folder() == str(REPOSITORY)


def test_installed_without_the_project_it_is_the_working_directory(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "lib" / "site-packages" / "network_security" / "config.py"
    monkeypatch.setattr(config, "__file__", str(installed))
    monkeypatch.chdir(tmp_path)

    assert project_folder() == str(tmp_path)
