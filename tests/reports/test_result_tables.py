import pytest

from network_security.reports.result_tables import result_tables


@pytest.fixture
def tables(metrics):
    return result_tables(metrics)


def test_every_row_has_a_cell_a_column(tables):
    for table in tables.values():
        assert {len(row) for row in table.rows} == {len(table.columns)}


def test_the_headline_shows_both_protocols(tables, metrics):
    rows = {row[0]: row[1:] for row in tables["headline"].rows}

    assert list(tables["headline"].columns) == ["Figure", "grouped", "random"]
    roc_auc = metrics["protocols"]["random"]["roc_auc"]
    assert rows["ROC-AUC"][1] == f"{roc_auc['mean']:.4f} ± {roc_auc['std']:.4f}"
    pooled = metrics["protocols"]["grouped"]["ece"]["mean"]
    assert rows["Expected calibration error, all folds together"][0] == f"{pooled:.4f}"


def test_claims_are_followed_by_random_and_then_grouped(tables):
    assert list(tables["claims"].columns) == [
        "Figure",
        "Claimed",
        "random: this detector, at 0.5",
        "random: at the operating point",
        "random: the claimed ensemble, at 0.5",
        "grouped: this detector, at 0.5",
        "grouped: at the operating point",
        "grouped: the claimed ensemble, at 0.5",
    ]


def test_the_arithmetic_is_printed(tables):
    phishing_accuracy, phishing_precision = tables["arithmetic"].rows[:2]

    assert phishing_accuracy == [
        "phishing (44.3% of rows)",
        "accuracy",
        "98.5%",
        "98.25%",
        "98.20% to 98.30%",
        "no",
    ]
    assert phishing_precision[2:4] == ["96.2%", "98.23%"]


def test_the_operating_point_stands_out(tables):
    thresholds = tables["thresholds"]

    assert thresholds.rows[thresholds.stands_out][0] == "2%"
