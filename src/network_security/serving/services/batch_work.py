"""The process that judges an uploaded table: ``python -m ... FOLDER``, with the order inside.

It says how far it is on standard output, a JSON document a line. Portions that are finished are
kept in the folder, and a second run goes on behind the last of them.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from kedro.io import DatasetError

from network_security.pipelines.batch_prediction.nodes import (
    collect,
    describe_job,
    score,
    summarise_verdicts,
)
from network_security.scoring.job import ScoringOptions
from network_security.scoring.models import Models
from network_security.scoring.parts import PartsDataset
from network_security.scoring.rows import RowSource
from network_security.scoring.sources import open_source
from network_security.scoring.verdict_file import VerdictsDataset
from network_security.serving.services.model_watch import DETECTOR

NICENESS = 10
"""Requests go before tables."""


def judge_table(folder: Path) -> None:
    """Judge the table in a folder.

    Raises:
        DatasetError: it cannot be judged; says why.
    """
    order = json.loads((folder / "order.json").read_text(encoding="utf-8"))
    upload = folder / "upload"
    scoring = order["scoring"]
    options = ScoringOptions(**{**scoring, "unknown": tuple(scoring["unknown"])})
    models = Models(DETECTOR, order["models"])
    source = open_source(str(upload), kind=order["rows"], delimiter=order["delimiter"])
    job = describe_job(source, models, options)
    total = _count(source, order["most_rows"])
    say(total=total)
    parts = PartsDataset(folder=str(folder / "parts"))
    for portion, _ in score(source, models, job, parts.load(), options):
        parts.save(portion)
        done = portion.number * options.portion_rows + portion.verdicts.num_rows
        say(done=done, total=total)
    verdicts = VerdictsDataset(filepath=str(folder / f"verdicts.{order['result']}"))
    verdicts.save(collect(job, parts.load()))
    summary = summarise_verdicts(verdicts.load(), job)
    say(done=total, total=total, summary=summary | {"source": order["name"]})


def _count(source: RowSource, most: int) -> int:
    rows = 0
    for piece in source.rows():
        rows = piece.last
        if rows > most:
            raise DatasetError(f"the table has more than {most:,} rows: split it")
    return rows


def say(**what: Any) -> None:
    """Tell the service."""
    print(json.dumps(what, default=str), flush=True)  # noqa: T201 - it reads the lines


def main() -> None:
    """Judge the table in the folder that is named."""
    folder = Path(sys.argv[1])
    os.nice(NICENESS)
    try:
        judge_table(folder)
    except (DatasetError, ValueError) as error:
        # Where files are is nobody's concern who sent one.
        say(error=str(error).replace(str(folder / "upload"), "the table"))
        sys.exit(1)


if __name__ == "__main__":
    main()
