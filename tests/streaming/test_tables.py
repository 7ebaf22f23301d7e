"""The tables that the commands print."""

from datetime import UTC, datetime

import pandas as pd
import pytest

from network_security.streaming.checkpoints import Checkpoint, Counts
from network_security.streaming.following import Portion
from network_security.streaming.health import health_table
from network_security.streaming.summary import Summary
from network_security.streaming.tables import MOST_ROWS, show_health, show_summary

Printed = pytest.CaptureFixture[str]


def summary_of(*portions: Portion) -> pd.DataFrame:
    summary = Summary()
    for portion in portions:
        summary.add(portion)
    return summary.table()


def test_summary_names_what_was_read_and_what_was_not(capsys: Printed) -> None:
    letters = [{"reason": {"code": "syntax"}}]
    checkpoint = Checkpoint("s", "fw", "/logs/fw.log", "panos")
    show_summary(
        summary_of(
            Portion("fw", checkpoint, [{}] * 12345, letters, records=12346),
            Portion("growing", checkpoint, [{}], records=1, waiting=1234),
            Portion("[bold]odd[/bold]", problem="is empty"),
        )
    )
    lines = capsys.readouterr().out.splitlines()
    firewall, _, odd, total, waiting, skipped = lines[1:7]
    assert firewall.split()[:6] == ["fw", "panos", "12,346", "12,345", "1", "syntax"]
    assert waiting == (
        "growing: 1,234 bytes wait for the end of their line (--complete takes them)"
    )
    # Names are shown as they are, whatever they hold.
    assert odd.startswith("[bold]odd[/bold]")
    assert skipped == "[bold]odd[/bold]: is empty"
    assert total.startswith("3 sources: 12,347 records, 12,346 events, 0 messages, 1 dead letters")


def test_summary_of_one_source_needs_no_total(capsys: Printed) -> None:
    show_summary(summary_of(Portion("fw")))
    assert "sources:" not in capsys.readouterr().out
    show_summary(summary_of())
    assert "source" in capsys.readouterr().out


def test_long_summary_is_cut(capsys: Printed) -> None:
    show_summary(summary_of(*(Portion(f"source{number}") for number in range(MOST_ROWS + 1234))))
    printed = capsys.readouterr().out
    assert f"source{MOST_ROWS - 1}" in printed
    assert f"source{MOST_ROWS} " not in printed
    assert "and 1,234 more, in the summary's file" in printed


def test_health_is_shown_in_units_one_reads(capsys: Printed) -> None:
    counts = Counts(
        records=200,
        events=199,
        dead_letters={"syntax": 1},
        fields=3,
        unknown_fields=1,
        latencies=[0, 0, 0, 150, 0, 0, 0, 0, 0, 0, 49],
        last_seen=datetime(2026, 1, 20, 8, 9, 10, tzinfo=UTC),
    )
    read, unread = (
        Checkpoint("s", name, "/logs/a", "panos", counts=each) for name, each in
        (("fw", counts), ("new", Counts()))
    )  # fmt: skip
    show_health(health_table([unread, read]))
    _, firewall, new = capsys.readouterr().out.splitlines()
    for shown in ("200", "0.50%", "syntax 1", "33.33%", "< 1 min", "< 12 d", "2026-01-20 08:09"):
        assert shown in firewall
    assert new.split() == ["new", "panos", "0"]
