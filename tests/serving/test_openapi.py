"""The description of the API, and whether the API does what it says."""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from network_security.serving.settings import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.serving.conftest import Service, Start

EXAMPLES = 5
"""Of each operation and kind of test, so that all of it takes less than a minute."""


@pytest.fixture(scope="module")
def patient(start: "Start") -> "Iterator[Service]":
    """A service that takes any number of requests."""
    limits = Limits(requests_per_second=1e6, burst=1_000_000, open_jobs=10_000)
    with start(limits=limits) as started:
        yield started


def test_every_operation_is_described(service: "Service") -> None:
    described = service.client().get("/v1/openapi.json").json()
    operations = [each for path in described["paths"].values() for each in path.values()]
    names = [each["operationId"] for each in operations]
    assert len(names) == len(set(names))
    for each in operations:
        assert each["summary"]
        assert each["description"]
        asks = "security" in each
        assert asks == ("401" in each["responses"]), each["operationId"]
    assert {"HTTPBearer", "APIKeyCookie"} == set(described["components"]["securitySchemes"])


def test_the_api_does_what_its_description_says(patient: "Service") -> None:
    config = Path(__file__).parent / "schemathesis.toml"
    done = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run",
            f"{patient.url}/v1/openapi.json", "-H", f"Authorization: Bearer {patient.key('admin')}",
            "--max-examples", str(EXAMPLES), "--generation-deterministic", "--no-color",
        ],
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
