"""How fast the served detector is, against scikit-learn's own predict_proba in the same run.

    python benchmarks/scoring.py

Fits the default ensemble on a simulated training set, exports it, and scores equal rows with both:
one row at a time, and 100,000 rows at once (drawn with replacement, as traffic repeats). Prints the
ratios; exits with 1 when a budget is missed.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from network_security.detection.additive import sum_members
from network_security.detection.detector import Detector, Manifest
from network_security.detection.export import model_digest, to_onnx
from network_security.detection.masking import EvidenceLayout, MaskingOptions, masked_training_rows
from network_security.detection.members import fit_member
from network_security.detection.tuning import nest
from network_security.evidence import SCHEMAS
from network_security.training_sets.simulation import simulate

PARAMETERS = Path(__file__).parents[1] / "conf" / "base" / "parameters" / "phishing.yml"
ONE_ROW_P99_MS = 0.2
MANY_ROWS_S = 0.5
MANY_ROWS = 100_000


def main() -> int:
    """Run and print the benchmark; 0 when both budgets hold."""
    schema = SCHEMAS["phishing"]
    features = list(schema.features)
    table = simulate(rows=11_055, seed=0)
    detector, members = fit(table)
    distinct = table[features].drop_duplicates()
    ones = [distinct.iloc[[row]].to_numpy(dtype=np.int8) for row in range(300)]
    many = table[features].sample(MANY_ROWS, replace=True, random_state=0)
    many_codes = many.to_numpy(dtype=np.float32)

    def sklearn(rows: np.ndarray) -> None:
        for member in members:
            member.predict_proba(rows)

    served = [latency(lambda row=row: detector.probability(row)) for row in ones for _ in range(10)]
    fitted = [latency(lambda row=row: sklearn(row.astype(np.float32))) for row in ones[:60]]
    batch = min(latency(lambda: detector.score(many)) for _ in range(3))
    batch_fitted = latency(lambda: sklearn(many_codes))
    p99 = float(np.percentile(served, 99) * 1e3)
    print(f"one row      detector p50 {np.median(served) * 1e3:.3f} ms, p99 {p99:.3f} ms;  "
          f"scikit-learn p50 {np.median(fitted) * 1e3:.2f} ms;  "
          f"ratio {np.median(fitted) / np.median(served):.0f}")  # fmt: skip
    print(f"{MANY_ROWS:,} rows detector {batch:.3f} s;  scikit-learn {batch_fitted:.2f} s;  "
          f"ratio {batch_fitted / batch:.0f}")  # fmt: skip
    return int(p99 > ONE_ROW_P99_MS or batch > MANY_ROWS_S)


def fit(table: pd.DataFrame) -> tuple[Detector, list]:
    """The default stack, each member weighted alike, and its fitted members."""
    schema = SCHEMAS["phishing"]
    parameters = yaml.safe_load(PARAMETERS.read_text().replace("${globals:", "${"))["phishing"]
    names = parameters["choice"]["candidates"]["forest_boosting_stack"]["members"]
    rows = masked_training_rows(
        table[list(schema.features)].to_numpy(dtype=np.int8),
        (table[schema.label] == schema.positive).to_numpy(dtype=np.int64),
        EvidenceLayout.of(schema),
        MaskingOptions(**parameters["masking"]),
        np.random.default_rng(0),
    )
    members = {
        name: fit_member(name, nest(parameters["members"][name]), rows, seed=0) for name in names
    }
    model = to_onnx(sum_members(members, dict.fromkeys(names, 1.0), 0.0), schema.features, {})
    manifest = Manifest.of(
        schema,
        detector="phishing",
        digest=model_digest(model),
        thresholds=dict.fromkeys(schema.tiers, 0.5),
        false_positive_rate=0.014,
        ensemble={},
        training={},
        metrics={},
    )
    return Detector(model.SerializeToString(deterministic=True), manifest), list(members.values())


def latency(call: Callable[[], object]) -> float:
    """Seconds of one call."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
