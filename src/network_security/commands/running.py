"""What commands share: the configuration's environment, pipelines, the catalog, plain errors."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from network_security.config import project_folder

if TYPE_CHECKING:
    from kedro.io import DataCatalog

STOPPED: Final = 130
"""Exit status after Ctrl-C, as shells have it."""

environment = click.option("--env", "-e", help="Configuration environment, as for kedro run.")


def run_pipeline(pipeline: str, parameters: dict[str, Any], env: str | None) -> dict[str, Any]:
    """Run a pipeline with those parameters that are given; returns its outputs."""
    from kedro.framework.session import KedroSession  # noqa: PLC0415
    from kedro.runner import SequentialRunner  # noqa: PLC0415

    # Of interest in a training, not in three nodes around a progress bar.
    logging.getLogger("network_security.hooks").setLevel(logging.WARNING)
    given = {name: value for name, value in parameters.items() if value is not None}
    with (
        plain_errors(),
        KedroSession.create(
            project_path=project_folder(), env=env, runtime_params=given
        ) as session,
    ):
        # Named, as kedro-viz takes a run without one for one that it cannot follow.
        runner = SequentialRunner()
        return session.run(pipeline_names=[pipeline], runner=runner)  # type: ignore[call-arg]


@contextmanager
def open_catalog(
    env: str | None, parameters: dict[str, Any] | None = None
) -> Iterator[DataCatalog]:
    """The catalog, for commands that run no pipeline.

    Made from the configuration alone: a session would open MLflow's database, for seconds.
    """
    from kedro.config import OmegaConfigLoader  # noqa: PLC0415
    from kedro.io import DataCatalog  # noqa: PLC0415

    from network_security.settings import CONFIG_LOADER_ARGS  # noqa: PLC0415

    with plain_errors():
        configuration = OmegaConfigLoader(
            conf_source=str(Path(project_folder()) / "conf"),
            env=env or os.environ.get("KEDRO_ENV"),
            runtime_params=parameters or {},
            **CONFIG_LOADER_ARGS,
        )
        yield DataCatalog.from_config(configuration["catalog"], configuration["credentials"])


@contextmanager
def plain_errors() -> Iterator[None]:
    """Say what went wrong in one line, without the way through the code."""
    from kedro.config import MissingConfigException  # noqa: PLC0415
    from kedro.io import DatasetError  # noqa: PLC0415
    from omegaconf.errors import OmegaConfBaseException  # noqa: PLC0415

    from network_security.storage import StoreError  # noqa: PLC0415

    try:
        yield
    except KeyboardInterrupt:
        click.echo("Stopped. What was read so far is stored: run it again to go on.", err=True)
        sys.exit(STOPPED)
    except (DatasetError, MissingConfigException, StoreError) as error:
        raise click.ClickException(str(error)) from error
    except OmegaConfBaseException as error:
        # Such as "Environment variable 'MONGODB_URI' not found": the rest is for programmers.
        what, where = error.msg or str(error), error.full_key
        reason = what.splitlines()[0].rpartition("interpolation: ")[2].strip('"')
        raise click.ClickException(f"the configuration's {where}: {reason}") from error


def absolute(path: str) -> str:
    """A path or pattern of paths wherever the command runs; - stays standard input."""
    return path if path == "-" else os.path.abspath(path)  # noqa: PTH100 - of a pattern
