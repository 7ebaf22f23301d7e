"""One look for all plots.

Figures are made without pyplot, whose state is global and belongs to one thread, and take every
property from here and none from a user's ``matplotlibrc``. Colours are those of M. Okabe and
K. Ito, "Color Universal Design", 2008, which colour-blind readers can tell apart.
"""

import io
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from network_security.detection.protocols import PROTOCOLS

BLUE: Final = "#0072B2"
ORANGE: Final = "#E69F00"
VERMILLION: Final = "#D55E00"
GREEN: Final = "#009E73"
GREY: Final = "#8A8A8A"
PALE: Final = "#E3E3E3"
INK: Final = "#222222"

PROTOCOL_COLOURS: Final[Mapping[str, str]] = dict(zip(PROTOCOLS, (BLUE, ORANGE), strict=True))
CLASSES: Final = ("legitimate", "phishing")
CLASS_COLOURS: Final = (BLUE, VERMILLION)

TITLE, TEXT, SMALL = 12.0, 9.5, 8.5
WIDTH: Final = 7.5
DPI: Final = 144
SIMULATED_MARK: Final = "SIMULATED SAMPLE - says nothing of real pages"

PERCENT: Final = FuncFormatter(lambda share, _: f"{100 * share:.4g}%")
"""Tick labels of a share of 1."""

_LINE = 0.19
"""Height of a line of text in inches."""


def new_figure(title: str, note: str, height: float, data: Mapping[str, Any]) -> Figure:
    """An empty figure with its heading.

    Args:
        title: what is seen, as a sentence; also the figure's label, for readers who cannot see it.
        note: how to read it.
        height: of the whole figure, in inches.
        data: what was measured on, as `measures.describe_data` gives it.
    """
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
    figure.set_label(title)
    heading = _balanced(title, 76)
    explained = _balanced(note, 116)
    top = 0.12
    figure.text(
        0.1 / WIDTH, 1 - top / height, "\n".join(heading),
        size=TITLE, weight="bold", color=INK, va="top", linespacing=1.25,
    )  # fmt: skip
    top += 1.3 * _LINE * len(heading) + 0.04
    figure.text(
        0.1 / WIDTH, 1 - top / height, "\n".join(explained),
        size=SMALL, color="#555555", va="top", linespacing=1.3,
    )  # fmt: skip
    top += _LINE * len(explained) + 0.08
    bottom = 0.3 if data["simulated"] else 0.04
    below_heading = (0, bottom / height, 1, 1 - (top + bottom) / height)
    figure.set_layout_engine("constrained", rect=below_heading, w_pad=0.08, h_pad=0.06)
    mark_simulated(figure, data)
    return figure


def _balanced(text: str, width: int) -> list[str]:
    """The text in as few lines as the width allows, all of about equal length."""
    lines = textwrap.wrap(text, width)
    while len(narrower := textwrap.wrap(text, width - 1)) == len(lines) > 1:
        lines, width = narrower, width - 1
    return lines


def mark_simulated(figure: Figure, data: Mapping[str, Any]) -> None:
    """Say on the figure itself that its data are simulated, if they are."""
    if not data["simulated"]:
        return
    figure.text(
        0.14 / WIDTH, 0.07 / figure.get_figheight(), SIMULATED_MARK,
        ha="left", va="bottom", size=TEXT, weight="bold", color="white",
        bbox={"facecolor": VERMILLION, "edgecolor": "none", "boxstyle": "square,pad=0.35"},
    )  # fmt: skip


def dress(axes: Axes, *, x: str = "", y: str = "", title: str = "", grid: str = "both") -> None:
    """Give axes their labels, with units, and the common look.

    Args:
        axes: the axes to dress.
        x: label of the horizontal axis.
        y: label of the vertical axis.
        title: a few words above the axes.
        grid: which grid lines to draw: ``both``, ``x``, ``y`` or ``none``.
    """
    axes.set_facecolor("white")
    axes.set_xlabel(x, size=TEXT, color=INK)
    axes.set_ylabel(y, size=TEXT, color=INK)
    axes.set_title(title, size=TEXT, color=INK, loc="left", weight="bold")
    axes.tick_params(which="both", labelsize=SMALL, colors=INK, length=3, color=GREY)
    for side, spine in axes.spines.items():
        spine.set_visible(side in {"left", "bottom"})
        spine.set_color(GREY)
    axes.set_axisbelow(True)
    axes.grid(visible=False)
    if grid != "none":
        axes.grid(visible=True, axis=grid, color=PALE, linewidth=0.7)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Picture:
    """A figure as it is shown.

    Attributes:
        title: what is seen, as a sentence.
        png: the image; equal figures give equal bytes.
    """

    title: str
    png: bytes


def render(figure: Figure) -> Picture:
    """The figure of `new_figure` as a picture."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return Picture(str(figure.get_label()), buffer.getvalue())


def colour_key(
    axes: Axes, entries: Mapping[str, str], x: float, y: float, *, align: str = "left"
) -> None:
    """Name what is drawn by words in its colour, one below the other.

    Args:
        axes: where to write.
        entries: colour of each word.
        x: position of the first word, as a share of the axes' width.
        y: its top, as a share of the axes' height.
        align: side of the words that stands at `x`.
    """
    height = axes.get_window_extent().height / axes.figure.dpi
    for line, (words, colour) in enumerate(entries.items()):
        axes.text(
            x, y - line * _LINE / height, words, transform=axes.transAxes,
            size=SMALL, weight="bold", color=colour, ha=align, va="top",
        )  # fmt: skip
