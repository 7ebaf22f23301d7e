import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.detection.arrays import Codes
from network_security.detection.masking import (
    EvidenceLayout,
    MaskingOptions,
    WeightedRows,
    masked_training_rows,
)
from network_security.evidence import EvidenceSchema

MISSING = -2
LAYOUT = EvidenceLayout.of(
    EvidenceSchema(
        features=("url_a", "page_a", "url_b", "page_b", "name"),
        label="label",
        positive=1,
        groups={"url": ("url_a", "url_b"), "page": ("page_a", "page_b"), "dns": ("name",)},
        tiers={"url": ("url",), "url_page": ("url", "page"), "all": ("url", "page", "dns")},
        missing=MISSING,
    )
)
ROWS: Codes = np.array([[1, 1, 0, -1, 1], [-1, 0, 1, 1, 1], [1, 1, 0, -1, 1]], dtype=np.int8)
LABELS = np.array([1, 0, 1])


def masked(options: MaskingOptions, seed: int = 0) -> WeightedRows:
    return masked_training_rows(ROWS, LABELS, LAYOUT, options, np.random.default_rng(seed))


def weight_of(rows: WeightedRows, row: list[int], label: int) -> float:
    found = (rows.features == row).all(axis=1) & (rows.labels == label)
    return float(rows.weights[found].sum())


def test_layout_knows_the_columns_of_groups_and_tiers() -> None:
    assert LAYOUT.groups["page"].tolist() == [1, 3]
    assert sorted(LAYOUT.tiers["url_page"].tolist()) == [0, 1, 2, 3]
    assert sorted(LAYOUT.tiers["all"].tolist()) == [0, 1, 2, 3, 4]


def test_restrict_leaves_a_tier_its_evidence_and_nothing_else() -> None:
    restricted = LAYOUT.restrict(ROWS[:1], "url")

    assert restricted.tolist() == [[1, MISSING, 0, MISSING, MISSING]]
    assert ROWS[0].tolist() == [1, 1, 0, -1, 1]


def test_restrict_names_the_tiers_there_are() -> None:
    with pytest.raises(
        KeyError, match="no evidence tier is called 'urll'; there are url, url_page"
    ):
        LAYOUT.restrict(ROWS, "urll")


def test_merge_adds_up_the_weights_of_equal_rows() -> None:
    merged = WeightedRows.merge(ROWS, LABELS, np.array([1.0, 1.0, 3.0]))

    assert merged.features.tolist() == [[-1, 0, 1, 1, 1], [1, 1, 0, -1, 1]]
    assert merged.labels.tolist() == [0, 1]
    assert merged.weights == pytest.approx([2 * 1 / 5, 2 * 4 / 5])


def test_merge_keeps_equal_rows_of_unequal_label_apart() -> None:
    merged = WeightedRows.merge(ROWS[[0, 2]], np.array([0, 1]), np.ones(2))

    assert merged.labels.tolist() == [0, 1]


def test_complete_rows_weigh_as_often_as_they_stand_there() -> None:
    rows = masked(MaskingOptions(masked_weight=0.5, tier_share=1.0))

    # All there is weighs 3 rows and half as much again for their copies.
    share = rows.weights.sum() / (3 * 1.5)
    assert weight_of(rows, [1, 1, 0, -1, 1], 1) == pytest.approx(2 * share)
    assert weight_of(rows, [-1, 0, 1, 1, 1], 0) == pytest.approx(share)


def test_every_tier_has_its_copy_of_every_row() -> None:
    rows = masked(MaskingOptions(masked_weight=0.5, tier_share=1.0))

    share = rows.weights.sum() / (3 * 1.5)
    for tier in ("url", "url_page"):
        for row, label, times in ((ROWS[0], 1, 2), (ROWS[1], 0, 1)):
            restricted = LAYOUT.restrict(row[None], tier)[0].tolist()
            assert weight_of(rows, restricted, label) == pytest.approx(times * 0.25 * share)


def test_weights_have_mean_one_and_none_is_zero() -> None:
    for options in (
        MaskingOptions(),
        MaskingOptions(masked_weight=0.0),
        MaskingOptions(tier_share=0.0),
        MaskingOptions(tier_share=1.0),
    ):
        rows = masked(options)
        assert rows.weights.mean() == pytest.approx(1)
        assert rows.weights.min() > 0


def test_without_masked_weight_rows_are_as_they_are() -> None:
    rows = masked(MaskingOptions(masked_weight=0.0))

    assert rows.features.tolist() == [[-1, 0, 1, 1, 1], [1, 1, 0, -1, 1]]
    assert rows.weights == pytest.approx([2 / 3, 4 / 3])


@given(st.integers(0, 2**32 - 1))
def test_groups_go_whole_and_the_first_one_never(seed: int) -> None:
    rows = masked(MaskingOptions(copies=3, tier_share=0.0, feature_rate=0.0), seed)

    missing = rows.features == MISSING
    assert not missing[:, LAYOUT.groups["url"]].any()
    for columns in LAYOUT.groups.values():
        own = missing[:, columns]
        assert (own.all(axis=1) == own.any(axis=1)).all()


def test_single_features_go_at_their_rate() -> None:
    rows = masked(MaskingOptions(copies=2000, tier_share=0.0, feature_rate=0.1))

    masked_copies = rows.weights.sum() / 2
    gone = (rows.features[:, LAYOUT.groups["url"]] == MISSING) * rows.weights[:, None]
    assert gone.sum(axis=0) / masked_copies == pytest.approx(0.1, abs=0.02)


def test_values_that_are_left_are_the_row_s_own() -> None:
    rows = masked(MaskingOptions(copies=20, feature_rate=0.3))

    for features, label in zip(rows.features, rows.labels, strict=True):
        original = ROWS[label == LABELS][0]
        assert (features[features != MISSING] == original[features != MISSING]).all()


def test_the_generator_alone_decides() -> None:
    options = MaskingOptions(copies=5, feature_rate=0.3)

    assert (masked(options, 1).features == masked(options, 1).features).all()
    assert masked(options, 1).features.tolist() != masked(options, 2).features.tolist()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tier_share": 1.5}, "tier_share is 1.5"),
        ({"feature_rate": -0.1}, "feature_rate is -0.1"),
        ({"copies": 0}, "copies must be at least 1"),
        ({"masked_weight": -1.0}, "masked_weight at least 0"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        MaskingOptions(**options)
