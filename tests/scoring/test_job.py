import json
from copy import copy
from dataclasses import replace
from pathlib import Path

import pytest

from network_security.scoring.job import Job, ScoringOptions, make_job
from network_security.scoring.judges import FeatureJudge
from network_security.scoring.rows import TableError
from network_security.scoring.tables import TableFile


@pytest.fixture
def table(tmp_path: Path) -> TableFile:
    (tmp_path / "table.csv").write_text("url,port,note\na,1,x\n")
    return TableFile(tmp_path / "table.csv")


def test_a_job_says_what_is_scored_by_what(table: TableFile, judge: FeatureJudge) -> None:
    job = make_job(table, judge, ScoringOptions(id_column="url"))

    assert (job.id_column, job.keep) == ("url", {"url": "url", "note": "note"})
    assert len(job.absent_features) == 29
    assert job.model["digest"] == judge.about.digest
    assert job.model["simulated"] is False
    assert Job(**json.loads(json.dumps(job.to_json()))).key == job.key


def test_only_what_changes_a_result_changes_the_key(table: TableFile, judge: FeatureJudge) -> None:
    def key(**options: object) -> str:
        return make_job(table, judge, ScoringOptions(**options)).key

    assert key() == key(workers=4)
    assert key() == key(scheduler="tcp://127.0.0.1:8786")
    different = {key(), key(id_column="url"), key(keep_columns=False), key(portion_rows=7)}
    retrained = copy(judge)
    retrained.about = replace(judge.about, digest="0" * 64)
    assert len(different | {make_job(table, retrained, ScoringOptions()).key}) == 5


def test_other_columns_can_be_left_out(table: TableFile, judge: FeatureJudge) -> None:
    options = ScoringOptions(id_column="url", keep_columns=False)

    assert make_job(table, judge, options).keep == {"url": "url"}


@pytest.mark.parametrize(
    ("id_column", "complaint"),
    [("link", "the column of ids, 'link', is not there"), ("port", "'port', is a feature")],
)
def test_the_column_of_ids_must_be_one(
    table: TableFile, judge: FeatureJudge, id_column: str, complaint: str
) -> None:
    with pytest.raises(TableError, match=complaint):
        make_job(table, judge, ScoringOptions(id_column=id_column))


def test_a_table_without_features_is_refused(tmp_path: Path, judge: FeatureJudge) -> None:
    (tmp_path / "table.csv").write_text("1,0,-1\n1,1,1\n")

    with pytest.raises(TableError, match=r"none of the 30 features is a column.*1, 0, -1: name"):
        make_job(TableFile(tmp_path / "table.csv"), judge, ScoringOptions())


@pytest.mark.parametrize("options", [{"portion_rows": 0}, {"workers": 0}])
def test_options_that_could_not_work_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least 1 each"):
        ScoringOptions(**options)
