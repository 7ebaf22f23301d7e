"""The detector that ships with the package, and rows for it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from network_security.detection.detector import Detector
from network_security.evidence.phishing import FEATURES
from network_security.pipelines.batch_prediction.nodes import score
from network_security.pretrained import load_detector
from network_security.scoring.job import Portion, ScoringOptions, make_job
from network_security.scoring.judges import FeatureJudge
from network_security.scoring.models import Models
from network_security.scoring.tables import TableFile

Evidence = Callable[..., pd.DataFrame]


@pytest.fixture(scope="session")
def detector() -> Detector:
    return load_detector()


@pytest.fixture(scope="session")
def evidence() -> Evidence:
    """Makes rows of evidence, some of it unknown, of which many are equal."""

    def make(rows: int, *, distinct: int = 40, seed: int = 0) -> pd.DataFrame:
        random = np.random.default_rng(seed)
        codes = random.choice([-1.0, 0.0, 1.0, np.nan], size=(distinct, len(FEATURES)))
        return pd.DataFrame(codes[random.integers(distinct, size=rows)], columns=list(FEATURES))

    return make


@pytest.fixture
def judge(detector: Detector) -> FeatureJudge:
    return FeatureJudge(detector)


@pytest.fixture
def models(tmp_path: Path) -> Models:
    """Those that ship, as nothing was trained."""
    return Models("phishing", str(tmp_path / "models"))


@pytest.fixture
def portions(
    judge: FeatureJudge, models: Models, evidence: Evidence, tmp_path: Path
) -> list[Portion]:
    """Three portions of a table's verdicts: of two rows, of two with a wrong one, and of one."""
    frame = evidence(5).astype(object)
    frame.insert(0, "url", [f"https://example.org/{row}" for row in range(5)])
    frame.loc[2, "port"] = 7
    frame.to_csv(tmp_path / "rows.csv", index=False)
    table = TableFile(tmp_path / "rows.csv")
    options = ScoringOptions(id_column="url", portion_rows=2)
    job = make_job(table, judge, options).to_json()
    scored = score(table, models, job, tmp_path / "finished", options)
    return [portion for portion, _ in scored]
