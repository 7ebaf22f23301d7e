import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kedro.validation import DataValidationError

from network_security.evidence.phishing import FEATURES, LABEL, PHISHING
from network_security.training_sets.checks import (
    CANARIES,
    CANARY_TOLERANCE,
    LabelCanaryError,
    check_label_canaries,
    describe_quality,
    validate_table,
)
from network_security.training_sets.simulation import simulate

SEEDS = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module")
def sample():
    return simulate()


def with_columns_permuted(table, order):
    """The table with the values of column order[i] under the name of column i."""
    return pd.DataFrame(table.iloc[:, order].to_numpy(), columns=table.columns, index=table.index)


def stratified(table, fraction, seed):
    return table.groupby(LABEL, group_keys=False).sample(frac=fraction, random_state=seed)


class TestSchema:
    def test_a_table_passes_unchanged(self, table):
        assert validate_table(table).equals(table)

    @pytest.mark.parametrize(
        ("column", "value"),
        [("Redirect", -1), ("port", 0), (LABEL, 0), ("SSLfinal_State", 2), ("SFH", -2)],
    )
    def test_a_value_outside_its_own_column_s_domain_is_refused(self, column, value, table):
        table.loc[7, column] = np.int8(value)
        with pytest.raises(DataValidationError) as caught:
            validate_table(table)
        assert column in str(caught.value)

    @pytest.mark.parametrize(
        "damage",
        [
            lambda table: table.drop(columns="port"),
            lambda table: table.assign(URL="http://192.0.2.1/"),
            lambda table: table[list(reversed(table.columns))],
            lambda table: table.astype("int64"),
            lambda table: table.astype("float64").mask(table.index.to_series() == 3),
            lambda table: table.head(1_999),
        ],
        ids=["missing", "additional", "order", "type", "null", "too few rows"],
    )
    def test_another_form_is_refused(self, damage, table):
        with pytest.raises(DataValidationError):
            validate_table(damage(table))


class TestLabelCanaries:
    def test_an_inverted_label_is_named(self, table):
        table[LABEL] = -table[LABEL]
        with pytest.raises(LabelCanaryError, match="-1 must stand for phishing") as caught:
            check_label_canaries(table)
        assert caught.value.inverted
        assert set(caught.value.features) == set(CANARIES)

    @given(seed=SEEDS)
    def test_a_shuffled_label_is_refused(self, drawn_table, seed):
        labels = np.random.default_rng(seed).permutation(drawn_table[LABEL])
        with pytest.raises(LabelCanaryError) as caught:
            check_label_canaries(drawn_table.assign(**{LABEL: labels}))
        assert not caught.value.inverted

    @given(order=st.permutations(range(len(FEATURES))))
    def test_any_permutation_that_moves_a_canary_is_refused(self, drawn_table, order):
        moved = {
            name for name, source in zip(FEATURES, order, strict=True) if name != FEATURES[source]
        }
        permuted = with_columns_permuted(drawn_table, [*order, len(FEATURES)])
        if moved & set(CANARIES):
            with pytest.raises(LabelCanaryError):
                check_label_canaries(permuted)
        else:
            check_label_canaries(permuted)

    @pytest.mark.parametrize("canary", CANARIES)
    def test_every_single_exchange_with_a_canary_is_refused(self, canary, table):
        position = FEATURES.index(canary)
        for other in range(len(FEATURES)):
            if other != position:
                order = list(range(len(FEATURES) + 1))
                order[position], order[other] = other, position
                with pytest.raises(LabelCanaryError) as caught:
                    check_label_canaries(with_columns_permuted(table, order))
                assert canary in caught.value.features

    @pytest.mark.parametrize("shift", [1, -1, 15])
    def test_columns_rotated_with_their_label_are_refused(self, shift, table):
        order = np.roll(range(len(FEATURES) + 1), shift)
        with pytest.raises(LabelCanaryError):
            check_label_canaries(with_columns_permuted(table, order))

    def test_rows_of_one_class_alone_are_refused(self, table):
        with pytest.raises(LabelCanaryError):
            check_label_canaries(table[table[LABEL] == PHISHING])

    @given(seed=SEEDS)
    @settings(max_examples=30)
    def test_any_fifth_of_the_simulated_sample_passes(self, sample, seed):
        check_label_canaries(stratified(sample, 0.2, seed))

    @given(seed=SEEDS)
    @settings(max_examples=30)
    def test_so_does_any_fifth_of_the_published_set(self, published_set, seed):
        check_label_canaries(stratified(published_set, 0.2, seed))

    def test_every_canary_lies_well_within_the_published_set(self, published_set):
        for name, by_class in CANARIES.items():
            for label, shares in by_class.items():
                values = published_set.loc[published_set[LABEL] == label, name]
                found = [(values == value).mean() for value in (-1, 0, 1)]
                assert found == pytest.approx(shares, abs=CANARY_TOLERANCE / 10)

    def test_every_exchange_in_the_published_set_is_refused(self, published_set):
        for canary in CANARIES:
            for other in set(FEATURES) - {canary}:
                exchanged = published_set.rename(columns={canary: other, other: canary})
                with pytest.raises(LabelCanaryError):
                    check_label_canaries(exchanged)


class TestQuality:
    @staticmethod
    def rows(*labels_by_vector):
        """A table in which the n-th vector stands with the n-th tuple of labels."""
        rows = []
        for number, labels in enumerate(labels_by_vector):
            vector = dict.fromkeys(FEATURES, 1) | {"SSLfinal_State": number - 1}
            rows += [vector | {LABEL: label} for label in labels]
        return pd.DataFrame(rows, dtype="int8")

    def test_duplicates_and_contradictions_are_counted(self):
        quality = describe_quality(self.rows((-1, -1, 1), (1, 1), (-1,)))
        assert quality["rows"] == 6
        assert quality["distinct_vectors"] == 3
        assert quality["duplicate_rows"] == 2
        assert quality["conflicting_vectors"] == 1
        assert quality["conflicting_rows"] == 3
        assert quality["memoriser_ceiling"] == pytest.approx(5 / 6)
        assert quality["class_balance"] == {"phishing": 0.5, "legitimate": 0.5}
        assert quality["value_counts"]["SSLfinal_State"] == {"-1": 3, "0": 2, "1": 1}
        assert quality["value_counts"][LABEL] == {"-1": 3, "1": 3}

    def test_rows_that_never_disagree_allow_everything(self):
        quality = describe_quality(self.rows((1, 1, 1), (-1, -1)))
        assert quality["label_noise_ceiling"] == 1

    def test_labels_at_random_allow_no_better_than_a_guess(self):
        assert describe_quality(self.rows((1, -1)))["label_noise_ceiling"] == pytest.approx(0.5)

    def test_the_noise_of_a_known_rate_is_found_again(self):
        flipped = np.random.default_rng(0).random(20_000) < 0.05
        labels = np.where(flipped, -1, 1)
        quality = describe_quality(self.rows(tuple(labels)))
        assert quality["label_noise_ceiling"] == pytest.approx(0.95, abs=0.005)

    def test_without_repetitions_nothing_is_known_of_the_noise(self):
        assert describe_quality(self.rows((1,), (-1,)))["label_noise_ceiling"] is None

    def test_the_published_set(self, published_set):
        quality = describe_quality(published_set)
        assert quality["rows"] == 11_055
        assert quality["duplicate_rows"] == 5_206
        assert quality["distinct_vectors"] == 5_785
        assert (quality["conflicting_vectors"], quality["conflicting_rows"]) == (64, 357)
        assert quality["memoriser_ceiling"] == pytest.approx(0.9897, abs=5e-5)
        assert quality["label_noise_ceiling"] == pytest.approx(0.9883, abs=5e-5)
