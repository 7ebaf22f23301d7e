import pytest

from network_security.reports.external_tables import external_findings, external_tables
from network_security.reports.external_validity import not_measured


@pytest.fixture(scope="module")
def tables(metrics):
    return external_tables(metrics)


def test_what_is_served_is_told_for_either_kind_of_url_features(tables, external_report):
    table = tables["external_served"]

    assert [row[:2] for row in table.rows[::4]] == [
        ["URL", "as extracted here"],
        ["URL", "as its authors have them"],
    ]
    roc_auc = external_report["served"]["extracted"]["url"]["roc_auc"]
    assert table.rows[0][2] == f"{roc_auc['mean']:.3f} ± {roc_auc['std']:.3f}"


def test_both_sets_are_trained_on_and_judged(tables):
    trained = [row[0] for row in tables["external_transfer"].rows]

    assert trained[::4] == [
        "training set, on itself",
        "training set, on external",
        "external set, on itself",
        "external set, on training",
    ]
    assert len(trained) == 16


def test_every_shared_feature_has_a_row_and_a_verdict(tables, external_report):
    verdicts = {row[0]: row[-1] for row in tables["external_features"].rows}

    assert list(verdicts) == external_report["shared"]
    assert verdicts["Request_URL"].startswith("flips")
    assert verdicts["Prefix_Suffix"] == "unclear, shifted"


def test_rows_are_as_wide_as_their_headings(tables):
    for table in tables.values():
        assert {len(row) for row in table.rows} == {len(table.columns)}


def test_findings_name_each_feature_once(external_report):
    findings = external_findings(external_report)

    named = findings["agrees"] + findings["flips"] + findings["unclear"]
    assert sorted(named) == sorted(external_report["shared"])
    assert "Prefix_Suffix" in findings["shifted"]
    assert 0 < findings["carried"] < 1


def test_there_are_no_tables_of_what_was_not_measured(metrics):
    assert external_tables({**metrics, "external_validity": not_measured()}) == {}
