import itertools

import pytest

from network_security.alerts.severity import (
    Confidence,
    Exposure,
    SeverityOptions,
    confidence,
    exposure,
    rank,
    severity,
)


@pytest.mark.parametrize(
    ("sure", "offered", "reached", "expected"),
    [
        (Confidence.ABOVE_THRESHOLD, False, False, "informational"),
        (Confidence.ABOVE_THRESHOLD, True, True, "medium"),
        (Confidence.SURE, True, False, "medium"),
        (Confidence.SURE, True, True, "high"),
        (Confidence.CONFIRMED, False, False, "medium"),
        (Confidence.CONFIRMED, True, True, "critical"),
    ],
)
def test_the_table(sure: Confidence, offered: bool, reached: bool, expected: str) -> None:
    assert severity(sure, exposure(offered=offered, reached=reached)) == expected


def test_nothing_that_becomes_known_lowers_it() -> None:
    for (sure, near), (surer, nearer) in itertools.product(
        itertools.product(Confidence, Exposure), repeat=2
    ):
        if sure <= surer and near <= nearer:
            assert rank(severity(sure, near)) <= rank(severity(surer, nearer))


def test_a_poor_tier_is_never_sure_by_its_probability_alone() -> None:
    options = SeverityOptions(sure_from=0.9, poor_tiers=("url",))

    assert confidence(0.99, "url", confirmed=False, options=options) == Confidence.ABOVE_THRESHOLD
    assert confidence(0.99, "page", confirmed=False, options=options) == Confidence.SURE
    assert confidence(0.89, "page", confirmed=False, options=options) == Confidence.ABOVE_THRESHOLD
    assert confidence(0.51, "url", confirmed=True, options=options) == Confidence.CONFIRMED


def test_what_is_no_probability_is_refused() -> None:
    with pytest.raises(ValueError, match=r"sure_from is 95: a probability is between 0 and 1"):
        SeverityOptions(sure_from=95)


def test_tiers_may_be_a_list_as_in_a_file_of_parameters() -> None:
    listed = SeverityOptions(poor_tiers=["url"])  # type: ignore[arg-type]

    assert {listed: "once"}[SeverityOptions(poor_tiers=("url",))] == "once"
