"""Tables from file to verdicts, as ``kedro run --pipelines=batch_prediction`` does it."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pandas as pd
import pytest
from kedro.io import DatasetError
from scipy.special import expit

from network_security import pretrained
from network_security.evidence.phishing import FEATURES, MISSING
from network_security.pipelines.batch_prediction import create_pipeline
from network_security.pretrained import load_detector
from network_security.scoring.rows import TableError
from network_security.storage import open_database, server_uri

Predict = Callable[..., dict[str, Any]]

VERDICT = ["probability", "decision", "tier", "threshold", "detector", "digest"]


def table(rows: int, *, seed: int = 0) -> pd.DataFrame:
    """Rows of evidence, some of it unknown, each with a URL."""
    random = np.random.default_rng(seed)
    codes = random.choice([-1.0, 0.0, 1.0, np.nan], p=[0.3, 0.2, 0.4, 0.1], size=(rows, 30))
    codes[rows // 2 :] = codes[: rows - rows // 2]
    frame = pd.DataFrame(codes, columns=list(FEATURES))
    frame.insert(0, "url", [f"https://example.org/{row}" for row in range(rows)])
    return frame


def verdicts(project: Path) -> pd.DataFrame:
    """The newest file of verdicts."""
    folder = project / "data/test/07_model_output/batch_prediction/verdicts.parquet"
    return pd.read_parquet(max(folder.glob("*/verdicts.parquet")))


# --- parity -------------------------------------------------------------------------------------


def test_batch_is_row_by_row_is_onnx_to_the_bit(predict: Predict, tmp_path: Path) -> None:
    evidence = table(10_000)
    evidence.to_csv(tmp_path / "rows.csv", index=False)
    predict(
        kind="features",
        source=str(tmp_path / "rows.csv"),
        store=False,
        scoring={"portion_rows": 3_000},
    )
    batch = verdicts(tmp_path)

    detector = load_detector()
    codes = evidence[list(FEATURES)].fillna(MISSING).to_numpy(np.int8)
    known = evidence[list(FEATURES)].drop_duplicates()
    one_by_one = pd.concat(
        [detector.score(known.iloc[[row]]).to_frame() for row in range(len(known))]
    ).set_axis(known.index)
    online = np.concatenate([detector.probability(codes[[row]]) for row in range(len(codes))])
    model = files(pretrained) / "phishing" / "model.onnx"
    alone = onnxruntime.SessionOptions()
    alone.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.read_bytes(), alone)
    (log_odds,) = session.run(["log_odds"], {"features": codes.astype(np.float32)})

    assert len(batch) == 10_000
    assert len(known) == 5_000
    assert np.array_equal(batch["probability"], online)
    assert np.array_equal(batch["probability"], expit(log_odds[:, 0]))
    for name in VERDICT:
        row_by_row = one_by_one[name].to_numpy()
        assert np.array_equal(batch[name].to_numpy()[:5_000], row_by_row), name
        assert np.array_equal(batch[name].to_numpy()[5_000:], row_by_row), name


@pytest.mark.parametrize("kind", ["csv.gz", "parquet"])
def test_the_kind_of_file_makes_no_difference(predict: Predict, tmp_path: Path, kind: str) -> None:
    evidence = table(500)
    evidence.to_csv(tmp_path / "rows.csv", index=False)
    path = tmp_path / f"rows.{kind}"
    evidence.to_parquet(path) if kind == "parquet" else evidence.to_csv(path, index=False)

    predict(kind="features", source=str(tmp_path / "rows.csv"), store=False)
    plain = verdicts(tmp_path)
    predict(
        kind="features",
        source=str(path),
        store=False,
        out=str(tmp_path / "out.parquet"),
        versioned=False,
    )

    assert pd.read_parquet(tmp_path / "out.parquet").equals(plain)


# --- what is delivered --------------------------------------------------------------------------


def test_verdicts_are_in_the_file_and_the_store_and_rows_with_problems_are_told(
    predict: Predict, tmp_path: Path
) -> None:
    lines = table(50).fillna("").to_csv(index=False).splitlines()
    lines[7] = lines[7].replace("https", "7,https")
    lines[9] = lines[9][: lines[9].rindex(",")] + ",high"
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(lines))

    summary = predict(
        kind="features", source=str(path), id_column="url", scoring={"portion_rows": 8}
    )

    assert (summary["rows"], summary["scored"], summary["rejected"]) == (50, 48, 2)
    assert summary["rejections"] == [
        {"source": str(path), "row": 7, "reason": "32 cells, the heading has 31"},
        {"source": str(path), "row": 9,
         "reason": "Statistical_report is 'high', not -1, 0 or 1"},
    ]  # fmt: skip
    frame = verdicts(tmp_path)
    assert frame["row"].tolist() == list(range(1, 51))
    assert frame["problem"].notna().sum() == 2
    scored = frame.dropna(subset="probability").set_index("url")
    database = open_database(server_uri(), embedded_directory=tmp_path)
    documents = {each["entity"]: each for each in database["verdicts"].find()}
    assert documents.keys() == set(scored.index)
    assert all(documents[url]["probability"] == scored.loc[url].probability for url in documents)

    predict(kind="features", source=str(path), id_column="url", scoring={"portion_rows": 8})
    assert {each["entity"]: each for each in database["verdicts"].find()} == documents


def test_a_table_without_rows_is_scored(predict: Predict, tmp_path: Path) -> None:
    table(5).head(0).to_csv(tmp_path / "rows.csv", index=False)

    assert predict(kind="features", source=str(tmp_path / "rows.csv"))["rows"] == 0
    assert [name for name in VERDICT if name not in verdicts(tmp_path)] == []


def test_other_columns_can_be_dropped(predict: Predict, tmp_path: Path) -> None:
    table(5).to_csv(tmp_path / "rows.csv", index=False)
    predict(kind="features", source=str(tmp_path / "rows.csv"), keep_columns=False, store=False)

    assert list(verdicts(tmp_path)) == ["row", *VERDICT, "problem"]


def test_what_cannot_be_scored_at_all_is_told_before_anything_is_made(
    predict: Predict, tmp_path: Path
) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n")

    with pytest.raises(TableError, match="none of the 30 features is a column"):
        predict(kind="features", source=str(tmp_path / "rows.csv"))
    with pytest.raises(DatasetError, match=r"nowhere\.csv"):
        predict(kind="features", source=str(tmp_path / "nowhere.csv"))
    assert not (tmp_path / "data").exists()


def test_the_pipeline_uses_the_entries_of_the_catalog() -> None:
    pipeline = create_pipeline()

    assert pipeline.outputs() == {"batch_prediction.verdict_store", "batch_prediction.summary"}
    assert pipeline.inputs() == {
        "batch_prediction.source",
        "batch_prediction.models",
        "batch_prediction.finished_parts",
        "params:batch_prediction.scoring",
    }
