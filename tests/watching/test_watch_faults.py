"""A few of the faults that `benchmarks/watch_faults.py` injects by the hundred."""

import importlib
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def watch_faults(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("watch_faults")


def test_disturbed_it_loses_nothing_and_alerts_once(
    watch_faults: ModuleType, tmp_path: Path
) -> None:
    outcome = watch_faults.disturb(tmp_path, faults=4, seed=1)
    assert set(outcome.faults) == {"receiver", "judge", "server", "disk"}
    assert outcome.accepted > 20
    assert outcome.pages > 2
    assert (outcome.lost, outcome.duplicated) == (0, 0)
    assert (outcome.missing, outcome.alerted_twice) == (0, 0)


def test_comparison_finds_what_is_lost_and_what_is_there_twice(
    watch_faults: ModuleType,
) -> None:
    class Collection:
        def __init__(self, *documents: object) -> None:
            self.find = lambda: list(documents)

    class Sent:
        accepted = frozenset({"/post/1/0", "/post/1/1"})
        doubtful = frozenset[str]()
        written = frozenset({"/line/1"})
        pages = frozenset({"a.example", "b.example"})

    database = {
        "events": Collection(*({"url": {"path": path}} for path in ("/post/1/0", "/post/1/0"))),
        "dead_letters": Collection(),
        "alerts": Collection({"hosts": ["a.example"]}, {"hosts": ["a.example"]}),
    }
    outcome = watch_faults.Outcome()
    watch_faults.compare(database, Sent(), outcome)
    assert (outcome.lost, outcome.duplicated) == (2, 1)
    assert (outcome.missing, outcome.alerted_twice) == (1, 1)
    assert not outcome.faultless
