import shutil
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from kedro.io import DatasetError, Version

from network_security.scoring.job import Portion
from network_security.scoring.parts import Parts
from network_security.scoring.verdict_file import VerdictsDataset


@pytest.fixture
def parts(portions: list[Portion], tmp_path: Path) -> Parts:
    kept = Parts(tmp_path / "parts")
    kept.folder.mkdir()
    for portion in portions:
        kept.write(portion.number, portion.verdicts)
    return kept


def dataset(folder: Path, *, versioned: bool = False) -> VerdictsDataset:
    path = str(folder / "verdicts.parquet")
    return VerdictsDataset(filepath=path, version=Version(None, None) if versioned else None)


def test_a_portion_is_a_row_group_and_the_parts_go(
    parts: Parts, portions: list[Portion], tmp_path: Path
) -> None:
    verdicts = dataset(tmp_path)
    verdicts.save(parts)

    whole = pa.concat_tables(portion.verdicts for portion in portions)
    assert pa.parquet.read_table(tmp_path / "verdicts.parquet").equals(whole)
    assert [len(frame) for frame in verdicts.load()] == [2, 2, 1]
    assert not parts.folder.exists()
    assert verdicts.preview(1)["data"][0][1] == "https://example.org/0"


def test_each_version_has_a_folder(parts: Parts, tmp_path: Path) -> None:
    verdicts = dataset(tmp_path, versioned=True)
    assert not verdicts.exists()
    verdicts.save(parts)

    assert verdicts.exists()
    assert len(pd.concat(verdicts.load())) == 5
    (file,) = (tmp_path / "verdicts.parquet").glob("*/*")
    assert file.name == "verdicts.parquet"


def test_what_fails_leaves_the_parts_and_no_file(parts: Parts, tmp_path: Path) -> None:
    (parts.folder / "part-00000001.arrow").write_bytes(b"damaged")

    with pytest.raises(DatasetError):
        dataset(tmp_path).save(parts)

    assert len(parts) == 3
    assert not [file for file in tmp_path.iterdir() if "verdicts" in file.name]


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "verdicts.parquet").write_bytes(b"PAR1")

    with pytest.raises(DatasetError, match=r"verdicts\.parquet cannot be read"):
        list(dataset(tmp_path).load())


def test_csv_holds_the_same_and_no_formulas(
    parts: Parts, portions: list[Portion], tmp_path: Path
) -> None:
    whole = pa.concat_tables(portion.verdicts for portion in portions)
    formulas = ["=1+1", "@x", "-2", "a=b", 'https://x/"a"\n,b']
    hostile = whole.set_column(1, "url", pa.array(formulas))
    shutil.rmtree(parts.folder)
    parts.folder.mkdir()
    parts.write(0, hostile)
    verdicts = VerdictsDataset(filepath=str(tmp_path / "verdicts.csv"))

    verdicts.save(parts)

    read = pd.concat(verdicts.load())
    assert read["url"].tolist() == ["'=1+1", "'@x", "'-2", "a=b", 'https://x/"a"\n,b']
    plain = whole.to_pandas(types_mapper=pd.ArrowDtype)
    assert read.drop(columns="url").equals(plain.drop(columns="url"))
