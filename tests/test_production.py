"""The environment ``production`` runs with nothing but environment variables."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from kedro.config import OmegaConfigLoader

from network_security.settings import CONFIG_LOADER_ARGS

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture
def deployed(tmp_path: Path, embedded_uri: str) -> dict[str, str]:
    """The environment of a container that holds the project and may write to one folder."""
    project = tmp_path / "project"
    shutil.copytree(REPOSITORY / "conf", project / "conf", ignore=shutil.ignore_patterns("local"))
    shutil.copy(REPOSITORY / "pyproject.toml", project)
    for folder in ("src", "notebooks"):
        (project / folder).mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {
        "PYTHONPATH": str(REPOSITORY / "src"),
        "NETWORK_SECURITY_PROJECT": str(project),
        "NETWORK_SECURITY_STORAGE": str(tmp_path / "storage"),
        "MONGODB_URI": embedded_uri.replace("/?", f"/{tmp_path.name}?"),
        "KEDRO_LOGGING_CONFIG": "conf/production/logging.yml",
        "DO_NOT_TRACK": "true",
    }


def kedro(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kedro", *arguments],
        cwd=environment["NETWORK_SECURITY_PROJECT"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_pipelines_run_and_write_to_the_folder_named(deployed: dict[str, str]) -> None:
    storage = Path(deployed["NETWORK_SECURITY_STORAGE"])
    urls = storage / "01_raw" / "urls.txt"
    urls.parent.mkdir(parents=True)
    urls.write_text("http://login.example.net/verify\n")

    run = kedro(deployed, "run", "--env=production", "--pipelines=correlation,batch_prediction")

    assert run.returncode == 0, run.stdout + run.stderr
    assert list(storage.glob("08_reporting/correlation/summary.json/*/summary.json"))
    assert list(storage.glob("07_model_output/*/verdicts.parquet/*/verdicts.parquet"))
    assert not (Path(deployed["NETWORK_SECURITY_PROJECT"]) / "data").exists()
    lines = run.stdout.splitlines()
    assert any("INFO" in line and "network_security" in line for line in lines), "for containers"


def test_without_a_server_nothing_runs(deployed: dict[str, str]) -> None:
    del deployed["MONGODB_URI"]

    run = kedro(deployed, "run", "--env=production", "--pipelines=correlation")

    assert run.returncode != 0
    assert "MONGODB_URI" in run.stdout + run.stderr

    listed = kedro(deployed, "alerts", "--env=production")
    assert listed.returncode == 1
    assert "Environment variable 'MONGODB_URI' not found" in listed.stderr
    assert "Traceback" not in listed.stderr


@pytest.mark.parametrize("address", [None, "tcp://scheduler:8786"])
def test_batches_go_to_the_scheduler_that_is_named(
    monkeypatch: pytest.MonkeyPatch, address: str | None
) -> None:
    monkeypatch.delenv("DASK_SCHEDULER", raising=False)
    if address is not None:
        monkeypatch.setenv("DASK_SCHEDULER", address)
    loader = OmegaConfigLoader(
        conf_source=str(REPOSITORY / "conf"), env="production", **CONFIG_LOADER_ARGS
    )

    scoring = loader["parameters"]["batch_prediction"]["scoring"]
    assert (scoring["scheduler"], scoring["portion_rows"]) == (address, 20_000)
