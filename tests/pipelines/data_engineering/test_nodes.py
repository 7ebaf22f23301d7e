import numpy as np
import pandas as pd
import pytest
from kedro.io import DataCatalog
from kedro.runner import SequentialRunner

from network_security.detection.protocols import SplitOptions
from network_security.evidence.phishing import FEATURES, LABEL, PHISHING
from network_security.pipelines.data_engineering import create_pipeline, nodes
from network_security.training_sets.checks import LabelCanaryError
from network_security.training_sets.simulation import simulate
from network_security.training_sets.training_set import Provenance, TrainingSet, table_digest


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return simulate(rows=2_400, seed=1)


@pytest.fixture(scope="module")
def training_set(table: pd.DataFrame) -> TrainingSet:
    provenance = Provenance(
        name="phishing_websites_simulated",
        kind="simulated",
        location="drawn from a model",
        sha256=table_digest(table),
        rows=len(table),
        licence="CC-BY-4.0",
        citation="",
        url="",
        simulated=True,
    )
    return TrainingSet(table, provenance)


@pytest.fixture(scope="module")
def primary(table: pd.DataFrame) -> pd.DataFrame:
    return nodes.refuse_wrong_labels(table, "phishing")


def test_rows_are_ready_to_learn_from(table: pd.DataFrame, primary: pd.DataFrame) -> None:
    assert list(primary.columns) == [*FEATURES, "label", "vector"]
    pd.testing.assert_frame_equal(primary[list(FEATURES)], table[list(FEATURES)])
    assert (primary["label"] == (table[LABEL] == PHISHING)).all()
    assert primary["vector"].nunique() == len(table[list(FEATURES)].drop_duplicates())


def test_rows_are_left_as_they_were(table: pd.DataFrame) -> None:
    before = table.copy()

    nodes.refuse_wrong_labels(table, "phishing")

    pd.testing.assert_frame_equal(table, before)


def test_inverted_labels_are_refused(table: pd.DataFrame) -> None:
    with pytest.raises(LabelCanaryError, match="inverted"):
        nodes.refuse_wrong_labels(table.assign(**{LABEL: -table[LABEL]}), "phishing")


def test_shuffled_labels_are_refused(table: pd.DataFrame) -> None:
    shuffled = np.random.default_rng(0).permutation(table[LABEL])

    with pytest.raises(LabelCanaryError, match="wrong column, or the label of another row"):
        nodes.refuse_wrong_labels(table.assign(**{LABEL: shuffled}), "phishing")


def test_equal_vectors_share_their_grouped_fold(primary: pd.DataFrame) -> None:
    folds = nodes.deal_folds(primary, SplitOptions(folds=4, seed=0))

    assert len(folds) == len(primary)
    assert (folds.groupby(primary["vector"])[["half", "grouped"]].nunique() == 1).all(axis=None)


def test_the_run_says_whether_its_data_are_real(training_set: TrainingSet) -> None:
    _, provenance = nodes.open_training_set(training_set)

    tags = nodes.tag_run(provenance)

    assert tags["simulated"] is True
    assert tags["sha256"] == table_digest(training_set.table)
    assert set(tags) == {"name", "kind", "location", "sha256", "simulated"}


def test_the_pipeline_leads_from_the_training_set_to_folds(
    training_set: TrainingSet, primary: pd.DataFrame
) -> None:
    catalog = DataCatalog.from_config({})
    catalog["training_set"] = training_set
    catalog["params:detector"] = "phishing"
    catalog["params:split"] = SplitOptions(folds=4, seed=0)

    outputs = SequentialRunner().run(create_pipeline(), catalog)

    assert set(outputs) == {"run_tags", "data_quality", "folds"}
    quality = outputs["data_quality"].load()
    assert quality["rows"] == 2_400
    assert quality["source"]["simulated"] is True
    assert quality["distinct_vectors"] == primary["vector"].nunique()
    assert len(outputs["folds"].load()) == 2_400
