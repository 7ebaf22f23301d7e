import pytest

from network_security.reports.detail_tables import FEATURES_SHOWN, detail_tables


@pytest.fixture
def tables(metrics, permutation, contributions):
    return detail_tables(metrics, permutation, contributions)


def test_every_row_has_a_cell_a_column(tables):
    for table in tables.values():
        assert {len(row) for row in table.rows} == {len(table.columns)}


def test_candidates_stand_in_the_order_that_decided(tables):
    candidates = tables["candidates"]

    assert [row[1] for row in candidates.rows] == ["0.1700", "0.1900", "0.2400"]
    assert candidates.rows[candidates.stands_out][0] == "full stack"


def test_tuning_names_gains_and_nested_settings(tables):
    assert tables["tuning"].rows[0] == [
        "random forest",
        "10",
        "2",
        "+0.0020",
        "-0.0010",
        "n_estimators 100, tree.max_leaf_nodes 400, learning_rate 0.123",
    ]


def test_features_are_named_with_their_supplier(tables, permutation):
    rows = tables["features"].rows

    assert [row[0] for row in rows] == list(permutation["feature"][:FEATURES_SHOWN])
    assert rows[7][:3] == ["SSLfinal_State", "tls", rows[7][2]]


def test_the_model_is_described(tables):
    described = dict(tables["model"].rows)

    assert described["Size"] == "5.8 MB"
    assert described["Parity with scikit-learn"] == (
        "largest difference of a probability 3.2e-09 on 23,000 rows; 1e-06 is allowed"
    )
