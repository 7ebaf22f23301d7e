import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.detection.detector import Detector, DetectorError
from network_security.evidence.phishing import FEATURES, MISSING
from network_security.scoring.evidence_keys import decode, encode

CODES = st.lists(
    st.lists(st.sampled_from([MISSING, -1, 0, 1]), min_size=30, max_size=30), min_size=1, max_size=8
)
CELLS = st.sampled_from([-1, 0, 1, -2, 1.0, None, float("nan"), pd.NA, "1", "-1.0", "", 2, "x"])


@given(CODES)
def test_keys_are_equal_exactly_where_rows_are(codes: list[list[int]]) -> None:
    frame = pd.DataFrame(codes, columns=list(FEATURES))

    keys, problems = encode(frame, FEATURES, missing=MISSING)

    assert problems == {}
    assert len(set(keys.tolist())) == len(set(map(tuple, codes)))
    assert decode(keys, FEATURES, missing=MISSING).to_numpy().tolist() == codes


@given(st.lists(CELLS, min_size=1, max_size=6))
def test_what_is_wrong_is_what_the_detector_refuses(
    detector: Detector, cells: list[object]
) -> None:
    frame = pd.DataFrame({"port": pd.Series(cells, dtype=object)})

    keys, problems = encode(frame, FEATURES, missing=MISSING)

    for row, cell in enumerate(cells):
        one = pd.DataFrame(
            {"port": pd.Series([cell or None if isinstance(cell, str) else cell], dtype=object)}
        )
        if row in problems:
            assert problems[row] == f"port is {cell!r}, not -1, 0 or 1"
            with pytest.raises(DetectorError, match="port"):
                detector.score(one)
        else:
            expected = detector.score(decode(keys[[row]], FEATURES, missing=MISSING))
            assert detector.score(one).probability == expected.probability


@pytest.mark.parametrize("dtype", ["int8", "float64", "str", "category", "object", "int8[pyarrow]"])
def test_the_type_of_a_column_makes_no_difference(dtype: str) -> None:
    frame = pd.DataFrame({"port": [1, -1, 0, 1], "URL_Length": [0, 0, 1, -1]})

    keys, problems = encode(frame.astype(dtype), FEATURES, missing=MISSING)

    assert problems == {}
    assert decode(keys, FEATURES, missing=MISSING)[["port", "URL_Length"]].equals(
        frame.astype(np.int8)
    )


def test_words_and_empty_cells_are_unknown() -> None:
    frame = pd.DataFrame({"port": ["", " ", "NA", "na", " 1 "]})

    keys, problems = encode(frame, FEATURES, missing=MISSING, unknown=["NA"])

    assert problems == {3: "port is 'na', not -1, 0 or 1"}
    assert decode(keys, FEATURES, missing=MISSING)["port"].tolist()[:3] == [MISSING] * 3
    assert decode(keys, FEATURES, missing=MISSING)["port"].tolist()[4] == 1


def test_every_wrong_column_is_named_and_long_values_are_cut() -> None:
    frame = pd.DataFrame({"port": ["7"], "URL_Length": ["y" * 500]})

    _, problems = encode(frame, FEATURES, missing=MISSING)

    assert problems[0].startswith(f"URL_Length is '{'y' * 59}…, not -1, 0 or 1; port is '7'")


def test_lists_are_no_values() -> None:
    _, problems = encode(pd.DataFrame({"port": [[1], [0]]}), FEATURES, missing=MISSING)

    assert problems[0] == "port is '[1]', not -1, 0 or 1"
