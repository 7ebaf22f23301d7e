from network_security.reports.comparisons import candidates, tiers


def test_every_tier_is_shown_with_its_folds(metrics):
    axes = tiers(metrics).get_axes()

    assert [one.get_title(loc="left") for one in axes] == [
        "Accuracy",
        "ROC-AUC",
        "Recall at FPR 2%",
    ]
    for line, tier in enumerate(metrics["tiers"].values()):
        folds = [dots for dots in axes[0].collections if (dots.get_offsets()[:, 1] == line).all()]
        assert list(folds[0].get_offsets()[:, 0]) == tier["folds"]["accuracy"]["folds"]


def test_candidates_stand_in_the_order_that_decided(metrics):
    decided, accuracy, recall = candidates(metrics).get_axes()

    names = [label.get_text() for label in decided.get_yticklabels()]
    assert names == ["full stack", "random forest ada boost vote", "random forest"]
    assert [label.get_weight() for label in decided.get_yticklabels()] == [
        "bold",
        "normal",
        "normal",
    ]
    assert {"grouped", "random"} <= {text.get_text() for text in accuracy.texts}
    assert len(recall.containers) == 2 * len(names)
