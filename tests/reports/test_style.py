import matplotlib.pyplot as plt
import pytest

from network_security.reports.style import SIMULATED_MARK, dress, new_figure, render


def texts(figure) -> list[str]:
    return [text.get_text() for text in figure.texts]


def test_a_figure_of_simulated_data_says_so():
    assert SIMULATED_MARK in texts(new_figure("Title", "Note", 3, {"simulated": True}))
    assert SIMULATED_MARK not in texts(new_figure("Title", "Note", 3, {"simulated": False}))


def test_the_title_labels_the_picture():
    assert (
        render(new_figure("What is seen", "How", 3, {"simulated": False})).title == "What is seen"
    )


def test_a_long_title_is_broken_into_lines_of_about_equal_length():
    title = "word " * 20

    lines = texts(new_figure(title, "", 3, {"simulated": False}))[0].split("\n")

    assert len(lines) == 2
    assert abs(len(lines[0]) - len(lines[1])) <= len("word ")


def test_equal_figures_give_equal_bytes():
    def picture() -> bytes:
        figure = new_figure("Title", "Note", 3, {"simulated": False})
        axes = figure.subplots()
        axes.plot([0, 1], [1, 0])
        dress(axes, x="Time, s")
        return render(figure).png

    assert picture() == picture()
    assert picture().startswith(b"\x89PNG")


@pytest.mark.parametrize("theme", ["default", "dark_background"])
def test_the_look_does_not_depend_on_the_users_theme(theme):
    with plt.style.context(theme):
        figure = new_figure("Title", "Note", 3, {"simulated": False})
        axes = figure.subplots()
        dress(axes, x="Time, s")

    assert figure.get_facecolor() == axes.get_facecolor() == (1, 1, 1, 1)
    assert axes.xaxis.label.get_color() == "#222222"


def test_no_figure_is_left_with_pyplot(plots):
    assert plots
    assert plt.get_fignums() == []
