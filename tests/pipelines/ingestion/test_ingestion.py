"""Ingestion as ``kedro run --pipelines=ingestion`` does it, with sources named at run time."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from kedro.framework.session import KedroSession
from kedro.pipeline import Pipeline

from network_security.pipelines import ingestion
from network_security.pipelines.ingestion.nodes import ParseOptions
from network_security.sensors.samples import raw_events

NO_EVENT = "no log line at all"

Run = Callable[..., dict[str, pd.DataFrame]]


@pytest.fixture(scope="module")
def run(project: Path) -> Run:
    """Run a pipeline, and return the tables that it writes."""

    def run(pipeline: str = "ingestion", **parameters: Any) -> dict[str, pd.DataFrame]:
        with KedroSession.create(
            project_path=project, env="test", runtime_params=parameters
        ) as session:
            session.run(pipeline_names=[pipeline])
        reports = project / "data" / "test" / "08_reporting" / "ingestion"
        return {file.stem: pd.read_csv(file, index_col="source") for file in reports.glob("*.csv")}

    return run


@pytest.fixture(scope="module")
def logs(project: Path) -> Path:
    """A firewall's log with a line that is no event, and a folder of messages."""
    folder = project / "logs"
    (folder / "mails").mkdir(parents=True)
    firewall = [*raw_events("fortigate"), NO_EVENT]
    (folder / "fw.log").write_text("".join(f"{line}\n" for line in firewall))
    for number, message in enumerate(raw_events("email")):
        (folder / "mails" / f"{number}.eml").write_text(message, newline="")
    return folder


def test_sources_named_at_run_time_are_ingested(run: Run, logs: Path) -> None:
    sources = [
        {"path": str(logs / "fw.log"), "format": "fortigate", "name": "border"},
        {"path": str(logs / "mails")},
    ]
    tables = run(sources=sources, workers=1)
    summary, health = tables["summary"], tables["parser_health"]
    events = len(raw_events("fortigate"))
    assert summary.loc["border", ["format", "records", "events", "dead_letters"]].tolist() == [
        "fortigate", events + 1, events, 1,
    ]  # fmt: skip
    assert summary.loc[str(logs / "mails")].events == len(raw_events("email"))
    assert health.loc["border"].events == events
    assert health.loc["border"].dead_letter_rate == pytest.approx(1 / (events + 1), abs=1e-4)

    again = run(sources=sources)
    assert again["summary"].records.sum() == 0
    assert again["parser_health"].events.equals(health.events)


def test_dead_letters_are_parsed_again(run: Run, logs: Path) -> None:
    run(sources=[{"path": str(logs / "fw.log"), "format": "fortigate", "name": "border"}])
    summary = run("replay_dead_letters")["summary"]
    assert summary.loc["border", ["records", "events", "dead_letters"]].tolist() == [1, 0, 1]
    assert run("replay_dead_letters", dead_letters={"sensor": "zeek"})["summary"].empty


def test_line_limit_can_be_set_at_run_time(run: Run, logs: Path) -> None:
    (logs / "long.log").write_text("x" * 500 + "\n")
    source = {"path": str(logs / "long.log"), "format": "sshd", "name": "long"}
    assert run(sources=[source], line_limit=100)["summary"].loc["long"].reasons == "too_long 1"


def test_there_must_be_a_worker() -> None:
    with pytest.raises(ValueError, match="workers is 0"):
        ParseOptions(workers=0)


@pytest.mark.parametrize(
    "pipeline", [ingestion.create_pipeline(), ingestion.create_replay_pipeline()]
)
def test_pipelines_use_the_entries_of_the_catalog(pipeline: Pipeline) -> None:
    assert pipeline.outputs() == {"ingestion.summary", "ingestion.parser_health"}
    assert {node.name.split(".")[-1] for node in pipeline.nodes} >= {"summarise", "measure_health"}
