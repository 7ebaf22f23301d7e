import os
import runpy
from pathlib import Path

import pytest

BENCHMARK = runpy.run_path(str(Path(__file__).parents[3] / "benchmarks" / "extraction.py"))


@pytest.fixture(scope="session")
def agreement() -> dict:
    folder = os.environ.get("NETWORK_SECURITY_DATA")
    path = Path(folder or ".") / BENCHMARK["DATA"]
    if not folder or not path.exists():
        pytest.skip("NETWORK_SECURITY_DATA names no folder with Hannousse and Yahiouche's data")
    return BENCHMARK["agreement"](path)


@pytest.mark.parametrize("column", BENCHMARK["COMPARISONS"])
def test_features_agree_with_other_people_s(column: str, agreement: dict) -> None:
    result = agreement[column]

    assert result.accounted_for >= BENCHMARK["LEAST_AGREEMENT"], result.unexplained[:5]


def test_where_the_rules_are_the_same_all_rows_are(agreement: dict) -> None:
    for column in ("nb_at", "nb_dslash", "https_token", "length_hostname"):
        assert agreement[column].equal == agreement[column].rows
