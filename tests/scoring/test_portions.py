import numpy as np
import pandas as pd
import pytest

from network_security.detection.detector import Detector
from network_security.evidence.phishing import FEATURES
from network_security.scoring.judges import FeatureJudge
from network_security.scoring.portions import VERDICT, kept_names, score_rows
from network_security.scoring.rows import Rows


def rows(frame: pd.DataFrame, numbers: list[int], **unreadable: dict[int, str]) -> Rows:
    return Rows(np.array(numbers, np.int64), frame, **unreadable)


def test_every_row_has_its_place_and_a_verdict_or_a_problem(detector: Detector) -> None:
    frame = pd.DataFrame({"url": ["a", "b", "c"], "port": ["1", "9", ""], "SFH": ["-1", "0", "1"]})
    keep = {"url": "url"}

    table, evidence = score_rows(
        rows(frame, [11, 12, 14], unreadable={13: "torn"}),
        FeatureJudge(detector),
        empty=frame.head(0),
        keep=keep,
    )

    assert table.column_names == ["row", "url", *VERDICT.names]
    assert table["row"].to_pylist() == [11, 12, 13, 14]
    assert table["url"].to_pylist() == ["a", "b", None, "c"]
    assert table["problem"].to_pylist() == [None, "port is '9', not -1, 0 or 1", "torn", None]
    fine = pd.DataFrame({"port": [1, None], "SFH": [-1, 1]})
    for name, expected in detector.score(fine).to_frame().items():
        first, *none, last = table[name].to_pylist()
        assert [first, last] == expected.tolist()
        assert none == [None, None]
    assert len(evidence) == 4


def test_columns_have_their_types_even_without_rows_and_values(detector: Detector) -> None:
    frame = pd.DataFrame({"when": ["2024-05-01"], "port": [1]}).convert_dtypes(
        dtype_backend="pyarrow"
    )
    judge = FeatureJudge(detector)
    keep = {"when": "when"}

    full, _ = score_rows(rows(frame, [1]), judge, empty=frame.head(0), keep=keep)
    nulls = frame.assign(when=None)
    null, _ = score_rows(rows(nulls, [1]), judge, empty=frame.head(0), keep=keep)
    none, _ = score_rows(rows(frame.head(0), []), judge, empty=frame.head(0), keep=keep)

    assert full.schema == null.schema == none.schema
    assert null["when"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        (["url", "port"], {"url": "url"}),
        (["row", "digest"], {"row": "row_", "digest": "digest_"}),
        (["tier_", "tier"], {"tier_": "tier_", "tier": "tier__"}),
    ],
)
def test_columns_called_as_a_verdict_s_are_renamed(
    columns: list[str], names: dict[str, str]
) -> None:
    assert kept_names(columns, FEATURES) == names
