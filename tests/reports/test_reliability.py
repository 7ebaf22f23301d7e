import pytest

from network_security.reports.reliability import reliability


@pytest.fixture
def axes(metrics):
    return reliability(metrics).get_axes()


def test_before_and_after_stand_side_by_side(axes, metrics):
    titles = [one.get_title(loc="left") for one in axes[:2]]

    assert titles == ["Before: mean of members' own", "After: calibrated"]
    drawn = axes[1].lines[1]
    after = metrics["calibration"]["all"]["after"]["reliability"]
    assert list(drawn.get_xdata()) == after["probability"]
    assert list(drawn.get_ydata()) == after["frequency"]


def test_the_histogram_beneath_holds_every_row(axes):
    heights = [bar.get_height() for bar in axes[3].patches]

    assert len(heights) == 20
    assert sum(heights) == 800


def test_both_histograms_have_one_scale(axes):
    assert axes[2].get_ylim() == axes[3].get_ylim()


def test_every_tier_has_a_panel(axes, metrics):
    assert [one.get_title(loc="left") for one in axes[4:]] == [
        "url",
        "url + tls + dns",
        "url + http + page",
        "all evidence",
    ]
    assert any(
        f"ECE {metrics['calibration']['url']['after']['ece']:.3f}" == text.get_text()
        for text in axes[4].texts
    )
