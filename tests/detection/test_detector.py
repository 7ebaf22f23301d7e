import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.base import ClassifierMixin

from network_security.detection.additive import sum_members
from network_security.detection.arrays import Codes, Ints
from network_security.detection.detector import Detector, DetectorError, Manifest
from network_security.detection.export import model_digest, to_onnx
from network_security.detection.members import member_score
from network_security.evidence import SCHEMAS

SCHEMA = SCHEMAS["phishing"]
WEIGHTS = {"random_forest": 3.0, "ada_boost": 1.5, "extra_trees": 2.0, "gradient_boosting": 0.5}
THRESHOLDS = {"url": 0.2, "url_tls": 0.4, "url_page": 0.6, "all": 0.8}
TIERS = list(THRESHOLDS)


@pytest.fixture(scope="module")
def model(members: dict[str, ClassifierMixin]) -> bytes:
    trees = sum_members(members, WEIGHTS, bias=-3.0)
    return to_onnx(trees, SCHEMA.features, {}).SerializeToString(deterministic=True)


@pytest.fixture(scope="module")
def manifest(members: dict[str, ClassifierMixin]) -> Manifest:
    return Manifest.of(
        SCHEMA,
        detector="phishing",
        digest=model_digest(to_onnx(sum_members(members, WEIGHTS, -3.0), SCHEMA.features, {})),
        thresholds=THRESHOLDS,
        false_positive_rate=0.014,
        ensemble={"name": "full_stack", "weights": WEIGHTS},
        training={"simulated": True},
        metrics={},
    )


@pytest.fixture(scope="module")
def detector(model: bytes, manifest: Manifest) -> Detector:
    return Detector(model, manifest)


@pytest.fixture(scope="module")
def evidence(labelled: tuple[Codes, Ints]) -> pd.DataFrame:
    return pd.DataFrame(labelled[0], columns=list(SCHEMA.features))


KNOWN = st.sampled_from([-1, 0, 1])
VALUES = [-1, 0, 1, -2, None, float("nan"), pd.NA]
ROWS = st.lists(
    st.lists(st.sampled_from(VALUES), min_size=30, max_size=30).map(
        lambda values: dict(zip(SCHEMA.features, values, strict=True))
    ),
    min_size=2,
    max_size=6,
)


# --- probability and decision -------------------------------------------------------------------


def test_probabilities_are_those_of_the_fitted_members(
    detector: Detector, evidence: pd.DataFrame, members: dict[str, ClassifierMixin]
) -> None:
    rows = evidence.to_numpy(dtype=np.int8)
    log_odds = -3.0 + sum(w * member_score(members[name], rows) for name, w in WEIGHTS.items())

    verdicts = detector.score(evidence)

    assert verdicts.probability == pytest.approx(expit(log_odds), abs=1e-9)


@settings(max_examples=30)
@given(ROWS)
def test_a_row_s_verdict_is_its_own_to_the_bit(
    detector: Detector, rows: list[dict[str, Any]]
) -> None:
    together = detector.score(pd.DataFrame(rows)).to_frame()

    alone = pd.concat([detector.score(pd.DataFrame([row])).to_frame() for row in rows])

    pd.testing.assert_frame_equal(together, alone.reset_index(drop=True), check_exact=True)


def test_a_row_s_probability_is_the_same_in_any_batch(
    detector: Detector, evidence: pd.DataFrame
) -> None:
    whole = detector.score(evidence).probability.tolist()

    assert detector.score(evidence[::-1]).probability.tolist() == whole[::-1]
    for size in (1, 3, 7):
        parts = [evidence[start : start + size] for start in range(0, 210, size)]
        in_parts = [value for part in parts for value in detector.score(part).probability]
        assert in_parts[:210] == whole[: len(in_parts)][:210]


@settings(max_examples=20)
@given(st.data())
def test_evidence_is_absent_however_it_is_told(detector: Detector, data: st.DataObject) -> None:
    row = data.draw(st.fixed_dictionaries(dict.fromkeys(SCHEMA.features, KNOWN)))
    absent = data.draw(st.sets(st.sampled_from(SCHEMA.features), max_size=29))
    told = [{**row, **dict.fromkeys(absent, word)} for word in (None, np.nan, pd.NA, -2)]
    frames = [pd.DataFrame([each]) for each in told]
    frames += [frames[0].drop(columns=list(absent)), frames[0].astype("Int64")]

    probabilities = {float(detector.score(frame).probability[0]) for frame in frames}

    assert len(probabilities) == 1


def test_columns_may_come_in_any_order_and_number(
    detector: Detector, evidence: pd.DataFrame
) -> None:
    expected = detector.score(evidence).probability.tolist()
    shuffled = evidence[sorted(evidence.columns)].assign(url="https://example.com", Result=1)

    assert detector.score(shuffled).probability.tolist() == expected


def test_each_tier_has_its_threshold(detector: Detector, evidence: pd.DataFrame) -> None:
    for tier, groups in SCHEMA.tiers.items():
        columns = [name for group in groups for name in SCHEMA.groups[group]]

        verdicts = detector.score(evidence[columns])

        assert set(verdicts.tier) == {tier}
        assert set(verdicts.threshold) == {THRESHOLDS[tier]}
        assert (verdicts.decision == (verdicts.probability >= THRESHOLDS[tier])).all()
        assert verdicts.decision.any()


@pytest.mark.parametrize(
    ("known", "tier"),
    [
        ([], "url"),
        (["port"], "url"),
        (["port", "SSLfinal_State"], "url"),
        (["port", "SSLfinal_State", "DNSRecord"], "url_tls"),
        (["port", "Redirect", "SFH"], "url_page"),
        (["port", "SSLfinal_State", "DNSRecord", "Redirect", "SFH"], "url_page"),
        (["SSLfinal_State", "DNSRecord"], "url"),
        ([names[0] for names in SCHEMA.groups.values()], "all"),
    ],
)
def test_a_row_is_of_the_richest_tier_it_has_something_of(
    detector: Detector, known: list[str], tier: str
) -> None:
    row = pd.DataFrame([dict.fromkeys(known, 1)], index=[0])

    assert detector.score(row).tier.tolist() == [tier]


def test_no_rows_give_no_verdicts(detector: Detector) -> None:
    for empty in (
        pd.DataFrame(),
        pd.DataFrame(columns=list(SCHEMA.features)),
        pd.DataFrame({"a": []}),
    ):
        frame = detector.score(empty).to_frame()

        assert len(frame) == 0
        assert list(frame.columns) == [
            "probability", "decision", "tier", "threshold", "detector", "digest",
        ]  # fmt: skip


def test_verdicts_say_which_model_they_are_of(detector: Detector, evidence: pd.DataFrame) -> None:
    frame = detector.score(evidence.head(3)).to_frame()

    assert frame["detector"].tolist() == ["phishing"] * 3
    assert frame["digest"].unique().tolist() == [detector.manifest.digest]


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize("value", [2, 0.5, -3, float("inf"), "phishing", "", [1], pd.Timestamp(0)])
def test_a_wrong_value_is_refused_with_its_place(detector: Detector, value: object) -> None:
    evidence = pd.DataFrame({"port": [1, 1], "SFH": pd.Series([0, None], dtype=object)})
    evidence.index = pd.Index(["first", "second"])
    evidence["SFH"] = pd.Series([0, value], index=evidence.index, dtype=object)

    with pytest.raises(DetectorError, match=r"row second, SFH: .* is not -1, 0 or 1"):
        detector.score(evidence)


@pytest.mark.parametrize("dtype", ["str", "category", "datetime64[ns]"])
def test_a_column_of_another_type_is_refused_with_its_place(detector: Detector, dtype: str) -> None:
    evidence = pd.DataFrame({"port": pd.Series(["2026-01-02"], dtype="str").astype(dtype)})

    with pytest.raises(DetectorError, match=r"row 0, port: .*2026.* is not -1, 0 or 1"):
        detector.score(evidence)


def test_a_column_that_stands_twice_is_refused(detector: Detector) -> None:
    evidence = pd.DataFrame([[1, 0, 1]], columns=["port", "SFH", "port"])

    with pytest.raises(DetectorError, match="port"):
        detector.score(evidence)


def test_a_model_of_another_training_is_refused(model: bytes, manifest: Manifest) -> None:
    with pytest.raises(DetectorError, match=r"phishing model has digest .* same training run"):
        Detector(model + b"\0", manifest)


def test_a_model_of_too_many_features_is_refused(model: bytes, manifest: Manifest) -> None:
    wide = replace(manifest, features=tuple(f"feature_{number}" for number in range(33)))

    with pytest.raises(DetectorError, match="33 features"):
        Detector(model, wide)


# --- the manifest -------------------------------------------------------------------------------


def test_a_manifest_survives_json(manifest: Manifest) -> None:
    plain = json.loads(json.dumps(manifest.to_json()))

    again = Manifest.from_json(plain)

    assert again == replace(manifest, groups=dict(SCHEMA.groups), tiers=dict(SCHEMA.tiers))
    assert again.to_json() == plain


@pytest.mark.parametrize("fault", ["missing", "unknown"])
def test_a_manifest_of_another_version_is_refused(manifest: Manifest, fault: str) -> None:
    plain = manifest.to_json()
    if fault == "missing":
        del plain["thresholds"]
    else:
        plain["colour"] = "red"

    with pytest.raises(DetectorError, match=r"thresholds|colour"):
        Manifest.from_json(plain)


def test_a_tier_without_a_threshold_is_refused(manifest: Manifest) -> None:
    plain = manifest.to_json()
    del plain["thresholds"]["url_page"]

    with pytest.raises(DetectorError, match="url_page"):
        Manifest.from_json(plain)


def test_a_manifest_of_before_there_were_three_answers_is_read(detector: Detector) -> None:
    plain = detector.manifest.to_json()
    del plain["conformal"]

    assert Manifest.from_json(plain).conformal is None
