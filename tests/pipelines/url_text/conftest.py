"""Made-up lists under the published names, and an expert trained on them as conf/test says."""

import gzip
from collections.abc import Iterator
from dataclasses import is_dataclass
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, get_type_hints

import numpy as np
import pytest
from kedro.config import OmegaConfigLoader
from kedro.io import DataCatalog
from kedro.runner import SequentialRunner
from threadpoolctl import threadpool_limits

from network_security.pipelines.url_text import create_pipeline
from network_security.settings import CONFIG_LOADER_ARGS

if TYPE_CHECKING:
    from mlflow import MlflowClient

REPOSITORY = Path(__file__).parents[3]
PLAIN = ("garden", "river", "bread", "museum", "library", "harbour", "choir", "bakery", "meadow")
BAIT = ("secure", "verify", "account", "signin", "update", "wallet", "billing")


def phishing_url(rng: np.random.Generator) -> str:
    random = "".join(rng.choice(list("bcdfghjkxz123456789"), 7))
    path = f"/{rng.choice(BAIT)}/{random}.php" if rng.random() < 0.6 else ""
    return f"http://{rng.choice(BAIT)}-{random}.test{path}"


def legitimate_url(rng: np.random.Generator) -> str:
    first, second, third = rng.choice(PLAIN, 3)
    path = f"/{third}/{first}.html" if rng.random() < 0.4 else "/"
    return f"https://{first}{second}{rng.integers(10**9)}.example{path}"


def write_lists(folder: Path, *, urls: int) -> None:
    """Lists of so many URLs each: one with both classes, one of dated phishing, one legitimate."""
    rng = np.random.default_rng(0)
    both = [
        f"{phishing_url(rng)},phishing\n{legitimate_url(rng)},legitimate" for _ in range(urls // 2)
    ]
    dated = [f"2024-{1 + number * 12 // urls:02}-01,{phishing_url(rng)}" for number in range(urls)]
    contents = {
        "hannousse_yahiouche_2021.csv.gz": "\n".join(["url,status", *both]),
        "jpcert_phishing.csv.gz": "\n".join(["date,url", *dated]),
        "citizenlab_legitimate.txt.gz": "\n".join(legitimate_url(rng) for _ in range(urls)),
    }
    (folder / "phishing_urls").mkdir(parents=True)
    for name, text in contents.items():
        (folder / "phishing_urls" / name).write_bytes(gzip.compress(text.encode()))


@pytest.fixture(scope="module")
def catalog(
    tracking_store: "MlflowClient", tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DataCatalog]:
    """The catalog of a project in a folder of its own, after the pipeline has run."""
    import mlflow  # noqa: PLC0415 - two seconds that other tests need not pay

    folder = tmp_path_factory.mktemp("project")
    write_lists(folder / "lists", urls=400)
    with pytest.MonkeyPatch.context() as patch, threadpool_limits(1):
        patch.setenv("NETWORK_SECURITY_PROJECT", str(folder))
        patch.setenv("NETWORK_SECURITY_DATA", str(folder / "lists"))
        configuration = OmegaConfigLoader(
            conf_source=str(REPOSITORY / "conf"), env="test", **CONFIG_LOADER_ARGS
        )
        catalog = DataCatalog.from_config(
            configuration["catalog"], configuration["credentials"], save_version="made"
        )
        parameters = configuration["parameters"]["url_text"]
        for node in create_pipeline().nodes:
            hints = get_type_hints(node.func)
            for argument, name in zip(signature(node.func).parameters, node.inputs, strict=True):
                if name.startswith("params:"):
                    own = parameters[name.removeprefix("params:url_text.")]
                    made = hints[argument](**own) if is_dataclass(hints[argument]) else own
                    catalog[name] = made
        with mlflow.start_run():
            SequentialRunner().run(create_pipeline(), catalog)
        yield catalog
