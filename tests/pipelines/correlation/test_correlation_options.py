from datetime import UTC, date, datetime, timedelta

import pytest

from network_security.evidence.correlation import CorrelationOptions
from network_security.pipelines.correlation.options import Joining, Window

OPTIONS = CorrelationOptions()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def test_without_a_window_all_is_read() -> None:
    span = Window().span(OPTIONS)

    assert (span.read_from, span.first, span.last) == (None, float("-inf"), float("inf"))


def test_a_window_takes_in_all_days_that_its_events_have_a_part_in() -> None:
    span = Window("2026-03-04", date(2026, 3, 5)).span(OPTIONS)

    # A message may be followed for 12 hours, and what a gateway says of it come 12 hours later.
    assert EPOCH + span.first * OPTIONS.period == datetime(2026, 3, 2, tzinfo=UTC)
    assert EPOCH + span.last * OPTIONS.period == datetime(2026, 3, 4, tzinfo=UTC)
    # A certificate may have been logged a day before the connection, an hour before the request.
    assert span.read_from == datetime(2026, 3, 2, tzinfo=UTC) - timedelta(hours=25)


@pytest.mark.parametrize(
    ("window", "complaint"),
    [
        ({"since": "yesterday"}, "since is 'yesterday': write a day such as 2026-03-02"),
        ({"since": "2026-03-02", "until": "2026-03-02"}, "until is 2026-03-02, not later"),
    ],
)
def test_what_is_no_window_is_refused(window: dict[str, str], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Window(**window)


def test_windows_are_written_with_their_units() -> None:
    options = Joining({"period": "1h", "before": "30s"}, {"most_links": 3}).options

    assert (options.period, options.before) == (timedelta(hours=1), timedelta(seconds=30))
    assert options.most_links == 3


@pytest.mark.parametrize(
    "joining",
    [{"windows": {"period": "soon"}}, {"limits": {"most": 1}}, {"limits": {"most_links": 0}}],
)
def test_what_is_no_option_is_refused(joining: dict[str, dict[str, str]]) -> None:
    with pytest.raises(ValueError, match="correlation: "):
        Joining(**joining)
