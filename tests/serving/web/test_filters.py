"""How values are shown."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.serving.web.filters import (
    ago,
    breakable,
    defang,
    duration,
    moment,
    percent,
    remark,
    shortened,
    unlinked,
    visible,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_what_is_not_certain_is_never_shown_as_certain(share: float) -> None:
    assert percent(share) not in ("0.0 %", "100.0 %")


def test_a_share_of_nothing_is_unknown() -> None:
    assert percent(None) == "unknown"


@given(st.text(max_size=300))
def test_every_sign_of_a_text_is_visible(text: str) -> None:
    assert all(sign.isprintable() or sign in "\n\t" for sign in visible(text))


@given(st.sampled_from(["http", "https", "HTTP", "hTTps"]), st.text("abc.:/@-", max_size=60))
def test_no_text_keeps_a_scheme_that_can_be_followed(scheme: str, rest: str) -> None:
    url = f"see {scheme}://{rest}"
    for shown in (defang(url), unlinked(url)):
        assert f"{scheme.lower()}:" not in shown.lower()


def test_hosts_of_a_url_are_broken_up_and_its_path_is_not() -> None:
    shown = defang("https://a.b.example/index.php?to=http://c.example/x.html")
    assert shown == "hxxps://a[.]b[.]example/index.php?to=hxxp://c[.]example/x.html"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (7200, "2 h"), (172800, "2 days")],
)
def test_a_span_is_said_in_its_largest_unit(seconds: int, said: str) -> None:
    assert duration(seconds) == said


def test_a_time_is_said_from_now_with_the_time_itself_beside_it() -> None:
    before = ago(NOON - timedelta(minutes=5), NOON)
    assert 'datetime="2026-03-01T11:55:00+00:00"' in before
    assert 'title="2026-03-01 11:55:00 UTC"' in before
    assert ">5 min ago<" in before
    assert ">in 5 min<" in ago(NOON + timedelta(minutes=5), NOON)
    assert (ago(None, NOON), moment(None)) == ("never", "never")


@given(st.text(max_size=400), st.integers(10, 200))
def test_a_shortened_text_has_its_ends(text: str, most: int) -> None:
    shown = shortened(text, most)
    assert len(shown) <= most
    assert shown[:5] == text[:5]
    assert text.endswith(shown[-3:])


@given(st.text("<>&\"'/?=_.[]ab", max_size=80))
def test_places_to_break_change_nothing_of_a_text(text: str) -> None:
    made = str(breakable(text))
    assert (
        made.replace("<wbr>", "")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#34;", '"')
        .replace("&#39;", "'")
        .replace("&amp;", "&")
        == text
    )
    assert "<" not in made.replace("<wbr>", "")


def test_a_line_of_history_names_verdicts_and_alerts_as_people_read_them() -> None:
    assert remark("true_positive: a password was typed_in") == (
        "true positive: a password was typed_in"
    )
    assert remark(f"{'ab' * 32} version 2") == "alert abababababab"
    assert remark("medium to high") == "medium to high"
    assert remark("ticket_4711: asked") == "ticket_4711: asked"
