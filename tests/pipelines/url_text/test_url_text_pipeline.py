from typing import Any

import numpy as np
import onnx
import pandas as pd
import pytest
from kedro.io import DataCatalog

from network_security import __version__
from network_security.detection.url_text.expert import UrlTextExpert, serialise
from network_security.detection.url_text.manifest import ManifestError, UrlTextManifest
from network_security.pipelines.url_text import nodes, shipping


@pytest.fixture(scope="module")
def metrics(catalog: DataCatalog) -> dict[str, Any]:
    report: dict[str, Any] = catalog.load("url_text.metrics")
    return report


@pytest.fixture(scope="module")
def scored(catalog: DataCatalog) -> pd.DataFrame:
    frame: pd.DataFrame = catalog.load("url_text.out_of_fold")
    return frame


def test_the_model_and_its_manifest_make_an_expert(catalog: DataCatalog) -> None:
    model = serialise(catalog.load("url_text.model"))
    manifest = UrlTextManifest.from_json(catalog.load("url_text.manifest"))

    expert = UrlTextExpert(model, manifest)

    bait, harmless = expert.score(["http://verify-zk9c3xb.test/", "https://garden.example/river"])
    assert bait > 0 > harmless


def test_the_manifest_says_what_the_model_was_trained_on(catalog: DataCatalog) -> None:
    manifest = UrlTextManifest.from_json(catalog.load("url_text.manifest"))

    assert manifest.training["version"] == __version__
    assert manifest.training["rows"] == len(catalog.load("url_text.urls"))
    assert {own["source"]: (own["phishing"], own["legitimate"]) for own in manifest.sources} == {
        "hannousse": (200, 200),
        "jpcert": (400, 0),
        "citizenlab": (0, 400),
    }
    assert all(own["licence"] and own["home"] for own in manifest.sources)


def test_thresholds_pass_their_share_of_legitimate_urls(
    catalog: DataCatalog, scored: pd.DataFrame
) -> None:
    threshold = catalog.load("url_text.manifest")["thresholds"]["0.05"]
    legitimate = scored[scored["label"] == 0]["log_odds"]

    # Equal URLs score alike, so that some may stand at the threshold itself.
    assert (legitimate > threshold).mean() <= 0.05 <= (legitimate >= threshold).mean()


def test_every_url_is_scored_out_of_fold(catalog: DataCatalog, scored: pd.DataFrame) -> None:
    urls = catalog.load("url_text.urls")

    assert scored["url"].tolist() == urls["url"].tolist()
    assert {"url", "label", "source", "date", "domain", "fold", "log_odds"} == set(scored)
    assert np.isfinite(scored["log_odds"]).all()
    assert scored.groupby("domain")["fold"].nunique().max() == 1


def test_every_protocol_is_measured(metrics: dict[str, Any]) -> None:
    measured = {name: set(subjects) for name, subjects in metrics["protocols"].items()}

    assert measured == {
        "within_source": {"hannousse"},
        "all_sources": {"later", "same_period", "hannousse"},
        "left_out_source": {"hannousse", "jpcert", "citizenlab"},
    }
    later = metrics["protocols"]["all_sources"]["later"]
    assert later["roc_auc"]["mean"] > 0.9
    assert "added_path" in metrics["evasions"]["all_sources"]["later"]


def test_no_figure_is_measured_on_what_settings_were_searched_for_on(
    catalog: DataCatalog, metrics: dict[str, Any]
) -> None:
    folds = catalog.load("url_text.folds")
    tuned_on = nodes.tuning_rows(folds)

    assert set(folds["fold"][tuned_on]) == {2}
    assert not folds["later"][tuned_on].any()
    # Of three folds, two are left for the figures.
    assert len(metrics["protocols"]["all_sources"]["later"]["roc_auc"]["folds"]) == 2


def test_the_studies_tuned_every_member_there_is_a_space_for(catalog: DataCatalog) -> None:
    tuned = {name.split(".")[1] for name in catalog.load("url_text.studies")}

    assert tuned == {"ngrams", "random_forest", "ada_boost", "gradient_boosting"}
    assert set(catalog.load("url_text.settings")) == tuned


def test_the_card_names_sources_and_figures(catalog: DataCatalog, metrics: dict[str, Any]) -> None:
    card = catalog.load("url_text.model_card_markdown")

    assert "CC BY-NC-SA 4.0" in card
    assert metrics["model"]["digest"] in card
    assert f"{metrics['protocols']['all_sources']['later']['roc_auc']['mean']:.3f}" in card
    assert "<html" in catalog.load("url_text.model_card_html")


def test_the_run_keeps_figures_and_trials(catalog: DataCatalog, tracking_store: Any) -> None:
    run, *trials = reversed(tracking_store.search_runs(["1"]))

    assert run.data.metrics["url_text.all_sources.later.roc_auc.mean"] > 0.9
    assert run.data.metrics["url_text.evasions.all_sources.later.scheme.mean"] == 0
    assert len(trials) == 8


def test_a_model_that_differs_from_the_fitted_one_is_refused(catalog: DataCatalog) -> None:
    urls: pd.DataFrame = catalog.load("url_text.urls")
    model: onnx.ModelProto = catalog.load("url_text.model")

    class Other:
        def log_odds(self, listed: list[str]) -> Any:
            return np.zeros(len(listed))

    with pytest.raises(nodes.ParityError, match="must not be served"):
        nodes.check_parity(urls, Other(), model, nodes.ParityOptions())  # type: ignore[arg-type]


def test_what_is_fit_ships(catalog: DataCatalog) -> None:
    made = [catalog.load(f"url_text.{name}") for name in ("model", "manifest")]
    options = shipping.ShippingOptions(2_000_000, ("hannousse", "jpcert", "citizenlab"))

    assert shipping.ship(*made, "a card", options) == (*made, "a card")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            shipping.ShippingOptions(2_000_000, ("hannousse", "openphish")),
            "trained without openphish",
        ),
        (shipping.ShippingOptions(100, ()), "more than 100"),
    ],
)
def test_what_is_not_fit_does_not_ship(
    catalog: DataCatalog, options: shipping.ShippingOptions, message: str
) -> None:
    made = [catalog.load(f"url_text.{name}") for name in ("model", "manifest")]

    with pytest.raises(shipping.UnfitToShipError, match=message):
        shipping.ship(*made, "a card", options)


def test_another_model_s_manifest_does_not_ship(catalog: DataCatalog) -> None:
    manifest = {**catalog.load("url_text.manifest"), "digest": "0123"}

    with pytest.raises(ManifestError, match="restore both from the same training run"):
        shipping.ship(
            catalog.load("url_text.model"), manifest, "", shipping.ShippingOptions(2_000_000, ())
        )
