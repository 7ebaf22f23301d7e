import pytest

from network_security.reports.operating_point import (
    DUTY_COLUMNS,
    confusion,
    threshold_cells,
    threshold_rows,
    threshold_table,
)


def words(figure) -> list[str]:
    return [text.get_text() for axes in figure.get_axes() for text in axes.texts]


def test_the_confusion_shows_counts_and_rates(metrics):
    point = metrics["operating_point"]

    shown = words(confusion(metrics))

    for count in ("true_negatives", "false_positives", "false_negatives", "true_positives"):
        assert f"{point[count]:,}" in shown
    assert f"{100 * point['recall']:.2f}% of phishing" in shown
    assert f"{100 * point['fpr']:.2f}% of legitimate" in shown


def test_a_day_adds_up(metrics):
    for row in threshold_rows(metrics).to_dict("records"):
        assert row["caught_per_day"] + row["false_alarms_per_day"] == pytest.approx(
            row["alerts_per_day"]
        )
        assert row["caught_per_day"] + row["missed_per_day"] == pytest.approx(100)
        assert row["precision"] == pytest.approx(row["caught_per_day"] / row["alerts_per_day"])


def test_a_rate_tells_how_many_false_positives_it_rests_on(metrics, probabilities):
    rows = probabilities.query("protocol == 'grouped' and tier == 'all'")
    legitimate = rows[rows["label"] == 0]

    for row in threshold_rows(metrics).to_dict("records"):
        measured = (legitimate["full_stack"] >= row["threshold"]).sum()
        assert row["measured_false_positives"] == measured


def test_the_table_is_written_in_an_analysts_terms(metrics):
    cells = threshold_cells(metrics)

    assert [row[0] for row in cells] == ["1%", "2%", "5%"]
    assert all(len(row) == len(DUTY_COLUMNS) for row in cells)
    assert {text for row in cells for text in row} <= set(words(threshold_table(metrics)))


def test_the_operating_point_stands_out_where_the_table_has_it(metrics):
    without = {**metrics, "operating_point": {**metrics["operating_point"], "target_fpr": 0.014}}

    assert len(threshold_table(metrics).get_axes()[0].patches) == 1
    assert len(threshold_table(without).get_axes()[0].patches) == 0
