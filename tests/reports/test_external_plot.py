from network_security.reports.external_plot import external_validity
from network_security.reports.external_validity import not_measured


def texts(figure):
    return [text.get_text() for text in figure.texts]


def test_the_title_holds_both_figures(metrics, external_report):
    figure = external_validity(metrics)

    served = external_report["served"]["extracted"]["all"]["roc_auc"]["mean"]
    assert f"{served:.2f}" in figure.get_label()


def test_features_that_contradict_each_other_are_bold(metrics, external_report):
    _, below = external_validity(metrics).get_axes()

    bold = {text.get_text() for text in below.get_yticklabels() if text.get_weight() == "bold"}
    flips = {row["feature"] for row in external_report["features"] if row["verdict"] == "flips"}
    assert bold == flips
    assert len(below.get_yticklabels()) == len(external_report["shared"])


def test_what_was_not_measured_is_said_and_not_drawn(metrics):
    figure = external_validity({**metrics, "external_validity": not_measured()})

    assert figure.get_label().startswith("Not measured")
    assert any("data.mendeley.com" in text for text in texts(figure))
    assert not any(axes.lines for axes in figure.get_axes())
