"""Where the project lives on disk."""

import os
from pathlib import Path


def project_folder() -> str:
    """The project's folder, which holds ``conf`` and ``data``.

    It is the folder that the variable ``NETWORK_SECURITY_PROJECT`` names, else the nearest one
    upwards from the working directory that holds the project's ``pyproject.toml``, else, where the
    package is installed without the project, the working directory.
    """
    named = os.environ.get("NETWORK_SECURITY_PROJECT")
    if named:
        return str(Path(named).resolve())
    here = Path.cwd()
    source_tree = Path(__file__).resolve().parents[2]
    for folder in (here, *here.parents, source_tree):
        if (folder / "pyproject.toml").is_file() and (folder / "conf" / "base").is_dir():
            return str(folder)
    return str(here)
