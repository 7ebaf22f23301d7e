"""A project in a folder of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from kedro.framework.project import configure_project

from network_security.storage import embedded

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project in a folder of its own, with its own embedded server."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(REPOSITORY / "conf", folder / "conf", ignore=shutil.ignore_patterns("local"))
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    (folder / "src").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MONGODB_URI", raising=False)
        patch.setenv("NETWORK_SECURITY_PROJECT", str(folder))
        patch.chdir(folder)
        configure_project("network_security")
        yield folder
    embedded.release(folder / "data" / "test" / "mongodb")
