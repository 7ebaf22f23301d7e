from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from network_security.training_sets.download import PHISHING_WEBSITES
from network_security.training_sets.training_set import COLUMNS, Provenance, table_digest

PROVENANCE = Provenance(
    name="phishing_websites",
    kind="local",
    location="/data/phishing_websites.csv",
    sha256="0123456789abcdef" * 4,
    rows=11_055,
    licence="CC-BY-4.0",
    citation="",
    url="",
    simulated=False,
)


@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_the_rows_does_not_change_the_digest(drawn_table, seed):
    assert table_digest(drawn_table.sample(frac=1, random_state=seed)) == table_digest(drawn_table)


@given(row=st.integers(0, 2_399), column=st.sampled_from(COLUMNS))
def test_every_cell_counts(drawn_table, row, column):
    changed = drawn_table.copy()
    changed.loc[row, column] = np.int8(changed.loc[row, column] + 1)
    assert table_digest(changed) != table_digest(drawn_table)


def test_so_does_every_repetition_of_a_row(table):
    assert table_digest(table.drop_duplicates()) != table_digest(table)


def test_exchanged_columns_change_the_digest(table):
    exchanged = table.assign(Favicon=table["popUpWidnow"], popUpWidnow=table["Favicon"])
    assert table_digest(exchanged) != table_digest(table)


def test_the_digest_of_the_published_set(published_set):
    assert table_digest(published_set) == PHISHING_WEBSITES.sha256
    assert len(published_set) == PHISHING_WEBSITES.rows


def test_a_provenance_is_one_line():
    assert str(PROVENANCE) == (
        "phishing_websites: 11,055 rows, local (/data/phishing_websites.csv), sha256 0123456789ab"
    )


def test_a_simulated_provenance_says_so_first():
    assert str(replace(PROVENANCE, simulated=True)).startswith("SIMULATED sample ")
