"""The table that a run ends with."""

from itertools import count
from typing import Any

import pandas as pd

from network_security.streaming.checkpoints import Checkpoint
from network_security.streaming.following import Portion
from network_security.streaming.summary import COLUMNS, Summary


def letters(*codes: str) -> list[dict[str, Any]]:
    return [{"reason": {"code": code}} for code in codes]


def test_portions_of_a_source_add_up() -> None:
    seconds = count(0, 2)
    summary = Summary(clock=lambda: next(seconds))
    checkpoint = Checkpoint("s1", "fw", "/logs/fw.log", "panos", confidence=0.9)
    summary.add(
        Portion("fw", checkpoint, [{}] * 60, letters("syntax", "too_long", "syntax"), records=63)
    )
    summary.add(Portion("fw", checkpoint, [{}] * 41, records=40, messages=1, waiting=7))
    summary.add(Portion("other", problem="is empty"))
    table = summary.table()
    assert tuple(table.columns) == COLUMNS
    firewall, other = table.to_dict("records")
    assert pd.isna(firewall.pop("problem"))
    assert firewall == {
        "source": "fw",
        "format": "panos",
        "confidence": 0.9,
        "records": 103,
        "events": 100,
        "messages": 1,
        "dead_letters": 3,
        "reasons": "syntax 2, too_long 1",
        "seconds": 4.0,
        "events_per_second": 25,
        "waiting_bytes": 7,
    }
    assert firewall["records"] == firewall["events"] + firewall["dead_letters"]
    assert (other["source"], other["records"], other["problem"]) == ("other", 0, "is empty")
    assert pd.isna(other["format"])


def test_later_portions_do_not_hide_a_problem() -> None:
    summary = Summary()
    summary.add(Portion("fw", problem="damaged"))
    summary.add(Portion("fw"))
    assert summary.table()["problem"].tolist() == ["damaged"]


def test_run_that_read_nothing_has_an_empty_table() -> None:
    assert Summary().table().empty
    assert tuple(Summary().table().columns) == COLUMNS
