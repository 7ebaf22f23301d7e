"""Verdicts as events come are those over history."""

from datetime import UTC, datetime
from typing import Any

from network_security.evidence.correlation import correlate
from network_security.pretrained import load_phishing
from network_security.scoring.job import Portion, ScoringOptions, make_job
from network_security.scoring.judges import UrlJudge
from network_security.scoring.portions import score_rows
from network_security.scoring.stored_evidence import StoredEvidence
from network_security.scoring.verdict_store import documents
from network_security.sensors import parse_event
from network_security.storage.in_time_order import TimeOrdered
from network_security.watching.verdicts import VerdictMaker
from tests.watching.conftest import PHISHING, PHISHING_HOST


def test_a_row_has_one_verdict_whether_judged_as_it_came_or_over_history(database: Any) -> None:
    detector = load_phishing()
    event = parse_event(PHISHING, format="suricata") | {"_id": "1"}
    (row,) = (row for row in correlate([event]) if PHISHING_HOST in row.url)
    as_it_came = VerdictMaker(detector).verdicts([row])[row.id]

    database.evidence.insert_one(row.to_document())
    stored = StoredEvidence(
        TimeOrdered(lambda: database.evidence, "the embedded server", "first_seen")
    )
    judge = UrlJudge(detector)
    job = make_job(stored, judge, ScoringOptions())
    (rows,) = stored.rows()
    table, evidence = score_rows(rows, judge, empty=stored.empty, keep=dict(job.keep))
    (over_history,) = documents(Portion(job, 0, table, evidence)).to_dict("records")

    same = ["_id", "@timestamp", "entity", "kind", "evidence_id", "judged_url", "detector", "tier",
            "probability", "threshold", "decision", "model", "models"]  # fmt: skip
    assert {name: as_it_came[name] for name in same} == {name: over_history[name] for name in same}
    assert as_it_came["@timestamp"] <= datetime.now(UTC)
