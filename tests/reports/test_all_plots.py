"""What holds of every plot, whatever it shows."""

import pytest
from matplotlib.figure import Figure

from network_security.pipelines.reporting.pipeline import PLOTS
from network_security.reports.style import SIMULATED_MARK


def test_every_plot_is_drawn(plots):
    assert sorted(plots) == sorted(PLOTS)
    assert all(isinstance(plot, Figure) for plot in plots.values())


@pytest.mark.parametrize("name", PLOTS)
def test_a_simulated_sample_is_marked(name, plots, simulated_plots):
    def marked(figure: Figure) -> bool:
        return any(
            text.get_text() == SIMULATED_MARK and text.get_visible() for text in figure.texts
        )

    assert marked(simulated_plots[name])
    assert not marked(plots[name])


@pytest.mark.parametrize("name", PLOTS)
def test_nothing_is_cut_off_nor_runs_into_the_heading(name, simulated_plots):
    figure = simulated_plots[name]
    figure.draw_without_rendering()

    drawn = figure.get_tightbbox()

    width, height = figure.get_size_inches()
    assert 0 <= drawn.x0 < drawn.x1 <= width
    assert 0 <= drawn.y0 < drawn.y1 <= height
    heading_ends = min(text.get_window_extent().y0 for text in figure.texts[:2])
    assert max(axes.get_tightbbox().y1 for axes in figure.get_axes()) <= heading_ends


@pytest.mark.parametrize("name", PLOTS)
def test_the_title_is_a_sentence_with_something_in_it(name, plots):
    assert len(plots[name].get_label().split()) >= 5
