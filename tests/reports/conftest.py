"""A made-up detector's out-of-fold probabilities and all that the reports are written from."""

from typing import Any

import numpy as np
import onnx
import optuna
import pandas as pd
import pytest
from matplotlib.figure import Figure
from optuna.trial import TrialState, create_trial
from scipy.special import expit

from network_security.detection.additive import sum_members
from network_security.detection.detector import Detector, Manifest
from network_security.detection.export import model_digest, to_onnx
from network_security.detection.masking import MaskingOptions, WeightedRows
from network_security.detection.members import fit_member
from network_security.detection.protocols import vector_groups
from network_security.detection.stacking import CandidateOptions
from network_security.detection.thresholds import DutyOptions
from network_security.detection.transfer import Ensemble
from network_security.evidence.phishing import EVIDENCE_TIERS, FEATURES, PHISHING, SCHEMA
from network_security.pipelines.reporting import nodes
from network_security.reports.external_validity import measure_external_validity
from network_security.reports.measures import OperatingPointOptions
from network_security.reports.style import Picture
from network_security.training_sets.hannousse import ExternalSet
from network_security.training_sets.simulation import simulate

ROWS, FOLDS = 800, 4
SEPARATION = {"url": 0.8, "url_tls": 1.6, "url_page": 2.0, "all": 3.0}
"""How far apart the classes' scores are at each evidence tier."""


@pytest.fixture(scope="session")
def scores() -> pd.DataFrame:
    """Two members' scores: the forest's probability is timid, boosting's log-odds are too bold."""
    rng = np.random.default_rng(5)
    label = rng.random(ROWS) < 0.44
    parts = []
    for protocol, bonus in (("grouped", 0.0), ("random", 0.7)):
        for tier in EVIDENCE_TIERS:
            centre = (SEPARATION[tier] + bonus) * np.where(label, 1, -1)
            evidence = centre + rng.normal(scale=1.5, size=ROWS)
            parts.append(
                pd.DataFrame(
                    {
                        "protocol": protocol,
                        "tier": tier,
                        "row": np.arange(ROWS),
                        "half": np.arange(ROWS) % FOLDS // 2,
                        "fold": np.arange(ROWS) % FOLDS,
                        "label": label.astype(int),
                        "random_forest": expit(0.5 * evidence),
                        "gradient_boosting": 3 * evidence + rng.normal(size=ROWS),
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="session")
def probabilities(scores: pd.DataFrame) -> pd.DataFrame:
    """Three candidates, the first of them well calibrated."""
    lines = scores.drop(columns=["random_forest", "gradient_boosting"])
    slope = 2 * scores["tier"].map(SEPARATION) / 1.5**2
    evidence = scores["gradient_boosting"] / 3
    return lines.assign(
        full_stack=expit(slope * evidence),
        random_forest_ada_boost_vote=expit(0.8 * slope * evidence),
        random_forest=scores["random_forest"],
    )


@pytest.fixture(scope="session")
def chosen() -> dict[str, Any]:
    return {
        "half_a": "full_stack",
        "half_b": "full_stack",
        "final": "full_stack",
        "log_loss": {
            "random_forest": 0.24,
            "random_forest_ada_boost_vote": 0.19,
            "full_stack": 0.17,
        },
    }


@pytest.fixture(scope="session")
def studies() -> dict[str, optuna.Study]:
    """Two members on two halves: six trials each, of which one was pruned and one failed."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    made = {}
    for member in ("random_forest", "gradient_boosting"):
        for half, start in (("half_a", 0.94), ("half_b", 0.93)):
            study = optuna.create_study(direction="maximize")
            for number, gain in enumerate((0.0, 0.004, -0.002, 0.006, -0.01)):
                value = start + gain
                study.add_trial(
                    create_trial(
                        state=TrialState.PRUNED if number == 4 else TrialState.COMPLETE,
                        value=value,
                        intermediate_values={0: value - 0.001, 1: value},
                    )
                )
            study.add_trial(create_trial(state=TrialState.FAIL))
            made[f"{member}.{half}.0123456789ab"] = study
    return made


@pytest.fixture(scope="session")
def settings() -> dict[str, Any]:
    won = {"n_estimators": 100, "tree": {"max_leaf_nodes": 400}, "learning_rate": 0.123456}
    return {
        member: {"final": won, "transfer": {"half_a": 0.002, "half_b": -0.001}}
        for member in ("random_forest", "gradient_boosting")
    }


@pytest.fixture(scope="session")
def permutation() -> pd.DataFrame:
    worth = np.geomspace(0.06, 1e-5, len(FEATURES))
    return pd.DataFrame({"feature": FEATURES, "mean": worth, "std": worth / 4})


@pytest.fixture(scope="session")
def contributions() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    values = rng.choice([-1, 0, 1], size=(60, len(FEATURES)))
    moved = -values * np.geomspace(2, 0.05, len(FEATURES)) + rng.normal(
        scale=0.1, size=values.shape
    )
    return pd.concat(
        [
            pd.DataFrame(moved, columns=[f"shap.{name}" for name in FEATURES]),
            pd.Series(-0.2, index=range(60), name="shap.expected"),
            pd.DataFrame(values, columns=[f"value.{name}" for name in FEATURES]),
        ],
        axis=1,
    )


@pytest.fixture(scope="session")
def folds() -> pd.DataFrame:
    return pd.DataFrame({"half": [0, 0, 1, 1], "grouped": [0, 1, 2, 3], "random": [1, 0, 3, 2]})


@pytest.fixture(scope="session")
def data_quality() -> dict[str, Any]:
    return quality(simulated=False)


def quality(*, simulated: bool) -> dict[str, Any]:
    return {
        "source": {
            "name": "phishing_websites_simulated" if simulated else "phishing_websites",
            "kind": "simulated" if simulated else "local",
            "simulated": simulated,
            "sha256": "5e" * 32,
            "citation": "Mohammad, R. & McCluskey, L. (2012). Phishing Websites.",
            "licence": "CC-BY-4.0",
        },
        "rows": ROWS,
        "distinct_vectors": 500,
        "duplicate_rows": 280,
        "conflicting_vectors": 6,
        "conflicting_rows": 31,
        "memoriser_ceiling": 0.9897,
        "label_noise_ceiling": 0.9883,
        "class_balance": {"phishing": 0.443, "legitimate": 0.557},
    }


@pytest.fixture(scope="session")
def training_rows() -> pd.DataFrame:
    table = simulate(rows=900, seed=1)
    features = table[list(FEATURES)]
    return features.assign(
        label=(table["Result"] == PHISHING).astype(int), vector=vector_groups(features)
    )


@pytest.fixture(scope="session")
def external_set() -> ExternalSet:
    """Pages like those of the training set, but for what each test looks for.

    Nothing tells of certificates and anchors; images speak for the other class; hosts have no
    hyphen; the registration of some is unknown.
    """
    table = simulate(rows=800, seed=2)
    pages = table[list(FEATURES)].astype(float)
    pages[["SSLfinal_State", "URL_of_Anchor"]] = np.nan
    pages["Request_URL"] = -pages["Request_URL"]
    pages["Prefix_Suffix"] = 1.0
    pages.loc[::5, "age_of_domain"] = np.nan
    pages.insert(0, "domain", [f"example{row // 2}.com" for row in range(len(pages))])
    pages.insert(0, "label", (table["Result"] == PHISHING).astype(int))
    return ExternalSet(pages, pages.assign(port=1.0), "e5" * 32)


@pytest.fixture(scope="session")
def small_detector(training_rows) -> Detector:
    """A forest of the training rows as it would be served."""
    rows = WeightedRows.merge(
        training_rows[list(FEATURES)].to_numpy(dtype=np.int8),
        training_rows["label"].to_numpy(),
        np.ones(len(training_rows)),
    )
    forest = fit_member("random_forest", {"n_estimators": 8, "max_leaf_nodes": 40}, rows, 0)
    trees = sum_members({"random_forest": forest}, {"random_forest": 6.0}, -3.0)
    model: onnx.ModelProto = to_onnx(trees, FEATURES, {"detector": "phishing"})
    manifest = Manifest.of(
        SCHEMA,
        detector="phishing",
        digest=model_digest(model),
        thresholds=dict.fromkeys(EVIDENCE_TIERS, 0.7) | {"url": 0.6},
        false_positive_rate=0.02,
        ensemble={},
        training={},
        metrics={},
    )
    return Detector(model.SerializeToString(deterministic=True), manifest)


@pytest.fixture(scope="session")
def external_report(training_rows, external_set, small_detector) -> dict[str, Any]:
    """How far the small detector holds on the external set."""
    ensemble = Ensemble(
        CandidateOptions(["random_forest"]),
        {"random_forest": {"n_estimators": 8, "max_leaf_nodes": 40}},
        MaskingOptions(copies=1),
        workers=1,
    )
    return measure_external_validity(
        external_set, training_rows, small_detector, SCHEMA, ensemble, 0.02
    )


def measured(
    scores: pd.DataFrame,
    probabilities: pd.DataFrame,
    chosen: dict[str, Any],
    settings: dict[str, Any],
    studies: dict[str, optuna.Study],
    folds: pd.DataFrame,
    external: dict[str, Any],
    *,
    simulated: bool,
) -> dict[str, Any]:
    parity = {
        "digest": "d1" * 32,
        "model_bytes": 5_800_000,
        "rows": 23_000,
        "max_abs_difference": 3.2e-9,
        "tolerance": 1e-6,
    }
    return nodes.measure_detector(
        scores,
        probabilities,
        chosen,
        settings,
        studies,
        parity,
        quality(simulated=simulated),
        folds,
        external,
        "phishing",
        OperatingPointOptions(0.02),
        DutyOptions(100_000, 0.001, [0.01, 0.02, 0.05]),
    )


@pytest.fixture(scope="session")
def metrics(
    scores, probabilities, chosen, settings, studies, folds, external_report
) -> dict[str, Any]:
    """The report of a detector of the published data set."""
    return measured(
        scores, probabilities, chosen, settings, studies, folds, external_report, simulated=False
    )


@pytest.fixture(scope="session")
def simulated_metrics(
    scores, probabilities, chosen, settings, studies, folds, external_report
) -> dict[str, Any]:
    """The same, of a simulated sample."""
    return measured(
        scores, probabilities, chosen, settings, studies, folds, external_report, simulated=True
    )


@pytest.fixture(scope="session")
def draw(probabilities, chosen, studies, permutation, contributions):
    """Draws all plots of a report of metrics, and their pictures."""

    def drawn(metrics: dict[str, Any]) -> dict[str, Any]:
        return nodes.draw_plots(metrics, probabilities, chosen, studies, permutation, contributions)

    return drawn


@pytest.fixture(scope="session")
def drawn(draw, metrics) -> dict[str, Any]:
    return draw(metrics)


@pytest.fixture(scope="session")
def plots(drawn) -> dict[str, Figure]:
    return {name: plot for name, plot in drawn.items() if name != "pictures"}


@pytest.fixture(scope="session")
def pictures(drawn) -> dict[str, Picture]:
    return drawn["pictures"]


@pytest.fixture(scope="session")
def simulated_plots(draw, simulated_metrics) -> dict[str, Figure]:
    return {name: plot for name, plot in draw(simulated_metrics).items() if name != "pictures"}
