"""The reporting pipeline on what the pipelines before it give, of a small simulated sample."""

import json

import optuna
import pandas as pd
import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner
from kedro_datasets.json import JSONDataset
from kedro_datasets.matplotlib import MatplotlibDataset
from kedro_datasets.pandas import CSVDataset
from kedro_datasets.text import TextDataset

from network_security.detection.cross_validation import ChoiceOptions
from network_security.detection.masking import MaskingOptions
from network_security.detection.protocols import SplitOptions
from network_security.detection.stacking import CandidateOptions
from network_security.detection.thresholds import DutyOptions
from network_security.detection.tuning import TuningOptions
from network_security.evidence.phishing import EVIDENCE_GROUPS, FEATURES, PHISHING
from network_security.pipelines import data_engineering, data_science, reporting
from network_security.pipelines.data_science.nodes import (
    ExplanationOptions,
    ParityOptions,
    TrainingOptions,
)
from network_security.pipelines.reporting.pipeline import PLOTS
from network_security.reports.external_validity import EVIDENCE
from network_security.reports.measures import OperatingPointOptions
from network_security.training_sets.hannousse import ExternalSet
from network_security.training_sets.simulation import simulate
from network_security.training_sets.training_set import Provenance, TrainingSet, table_digest

TIER_WEIGHTS = {"all": 0.7, "url": 0.3}
MEMBERS = {
    "random_forest": {"n_estimators": 6, "max_features": 8, "max_leaf_nodes": 60},
    "ada_boost": {"n_estimators": 4, "learning_rate": 0.5, "tree.max_leaf_nodes": 60},
}


def training_set() -> TrainingSet:
    table = simulate(rows=2_400, seed=1)
    provenance = Provenance(
        name="phishing_websites_simulated",
        kind="simulated",
        location="drawn for a test",
        sha256=table_digest(table),
        rows=len(table),
        licence="CC-BY-4.0",
        citation="",
        url="",
        simulated=True,
    )
    return TrainingSet(table, provenance)


def external_set() -> ExternalSet:
    """Another sample, of which nothing is known but URLs and pages."""
    table = simulate(rows=600, seed=2)
    known = [*EVIDENCE_GROUPS["url"], *EVIDENCE_GROUPS["page"]]
    pages = (
        table[known]
        .reindex(columns=list(FEATURES))
        .assign(
            label=(table["Result"] == PHISHING).astype(int),
            domain=[f"example{row // 2}.com" for row in range(len(table))],
        )
    )
    return ExternalSet(pages, pages, "e5" * 32)


def parameters() -> dict[str, object]:
    return {
        "detector": "phishing",
        "split": SplitOptions(folds=4),
        "masking": MaskingOptions(copies=1),
        "members": MEMBERS,
        "search_space": {"random_forest": {"max_features": {"low": 4, "high": 12}}},
        "tuning": TuningOptions(trials=2, tier_weights=TIER_WEIGHTS, workers=1),
        "training": TrainingOptions(workers=1),
        "choice": ChoiceOptions(
            candidates={
                "random_forest": CandidateOptions(["random_forest"]),
                "random_forest_ada_boost_vote": CandidateOptions(["random_forest", "ada_boost"]),
            },
            tier_weights=TIER_WEIGHTS,
            protocol_weights={"grouped": 0.5, "random": 0.5},
        ),
        "parity": ParityOptions(),
        "explanation": ExplanationOptions(rows=30),
        "operating_point": OperatingPointOptions(),
        "duty": DutyOptions(10_000, 0.01, [0.014, 0.05]),
    }


@pytest.fixture(scope="module")
def catalog(tmp_path_factory) -> DataCatalog:
    """The catalog after a run, its reports in files as the project keeps them."""
    folder = tmp_path_factory.mktemp("reporting")
    reports = {f"{plot}_plot": MatplotlibDataset(filepath=folder / f"{plot}.png") for plot in PLOTS}
    catalog = DataCatalog(
        {
            "training_set": MemoryDataset(training_set(), copy_mode="assign"),
            "external_set": MemoryDataset(external_set(), copy_mode="assign"),
            "study_storage": MemoryDataset(optuna.storages.InMemoryStorage(), copy_mode="assign"),
            "studies": MemoryDataset(copy_mode="assign"),
            **{f"params:{name}": MemoryDataset(value) for name, value in parameters().items()},
            **reports,
            "parity": JSONDataset(filepath=folder / "parity.json"),
            "metrics": JSONDataset(filepath=folder / "metrics.json"),
            "threshold_table": CSVDataset(
                filepath=folder / "thresholds.csv", save_args={"index": False}
            ),
            "model_card_html": TextDataset(filepath=folder / "model_card.html"),
            "model_card_markdown": TextDataset(filepath=folder / "model_card.md"),
        }
    )
    stages = (data_engineering, data_science, reporting)
    SequentialRunner().run(sum(stage.create_pipeline() for stage in stages), catalog)
    return catalog


def test_the_metrics_file_holds_every_section(catalog):
    metrics = json.loads(catalog["metrics"].preview())

    assert 0.5 < metrics["protocols"]["grouped"]["accuracy"]["mean"] <= 1
    assert metrics["data"]["simulated"]
    assert metrics["data"]["rows"] == 2_400
    assert metrics["model"]["digest"] == catalog.load("parity")["digest"]
    assert metrics["model"]["parity"]["max_abs_difference"] <= 1e-6
    assert metrics["tuning"]["random_forest"]["half_a"]["trials"] == 2
    assert {"tiers", "thresholds", "calibration", "claims"} <= metrics.keys()
    assert metrics["external_validity"]["measured"]
    assert set(metrics["external_validity"]["served"]["published"]) == set(EVIDENCE)


@pytest.mark.parametrize("plot", PLOTS)
def test_every_plot_can_be_previewed(catalog, plot):
    assert catalog[f"{plot}_plot"].preview().startswith("iVBORw0KGgo")


def test_the_threshold_table_is_a_spreadsheet(catalog):
    table: pd.DataFrame = catalog.load("threshold_table")

    assert table["target_fpr"].tolist() == [0.014, 0.05]
    assert (table["alerts_per_day"] >= table["false_alarms_per_day"]).all()


def test_the_card_of_a_simulated_sample_says_so_in_both_formats(catalog):
    html, markdown = (catalog.load(f"model_card_{form}") for form in ("html", "markdown"))

    assert html.startswith("<!DOCTYPE html>")
    assert "SIMULATED SAMPLE." in html
    assert "SIMULATED SAMPLE." in markdown
    assert catalog.load("parity")["digest"] in markdown


def test_every_node_carries_the_stages_tag():
    assert all("reporting" in node.tags for node in reporting.create_pipeline().nodes)
