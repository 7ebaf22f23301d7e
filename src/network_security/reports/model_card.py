"""The model card: what a person should know of a detector before trusting it, as HTML and Markdown.

Both are written from one template, ``templates/model_card.j2``; how a format writes a heading, a
paragraph or a table stands in the templates that begin with its name. After M. Mitchell et al.,
"Model Cards for Model Reporting", FAT* 2019.
"""

import base64
import re
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from network_security.reports import wording
from network_security.reports.claims import implied
from network_security.reports.detail_tables import detail_tables
from network_security.reports.external_tables import (
    external_findings,
    external_tables,
    spread_auc,
)
from network_security.reports.result_tables import result_tables
from network_security.reports.style import Picture
from network_security.training_sets.download import PHISHING_WEBSITES

TEMPLATE: Final = "model_card.j2"
STRONGEST: Final = 5
"""Features that count as the strongest."""


def model_card(
    metrics: Mapping[str, Any],
    permutation: pd.DataFrame,
    contributions: pd.DataFrame,
    pictures: Mapping[str, Picture],
) -> tuple[str, str]:
    """The card as one self-contained HTML page, and as Markdown.

    Args:
        metrics: the report of metrics, as ``metrics.json`` holds it.
        permutation: columns ``feature``, ``mean`` and ``std``, largest first.
        contributions: a row each, columns ``shap.<feature>`` and ``value.<feature>``.
        pictures: the plots by name; the HTML holds them, the Markdown says what they show.

    Returns:
        HTML, with nothing that a browser would fetch; and Markdown.
    """
    point = metrics["operating_point"]
    in_operation = implied(point["recall"], point["fpr"], metrics["day"]["base_rate"])
    external = metrics["external_validity"]
    known = {
        "metrics": metrics,
        "findings": external_findings(external) if external["measured"] else {},
        "tables": {
            **result_tables(metrics),
            **detail_tables(metrics, permutation, contributions),
            **external_tables(metrics),
        },
        "pictures": pictures,
        "precision_in_operation": in_operation["precision"],
        "strongest": list(permutation["feature"].head(STRONGEST)),
        "published": metrics["data"]["name"] == PHISHING_WEBSITES.name,
    }
    html = environment(autoescape=True).get_template(TEMPLATE).render(known, form="html")
    markdown = environment(autoescape=False).get_template(TEMPLATE).render(known, form="markdown")
    return html, re.sub(r"\n{3,}", "\n\n", markdown).strip() + "\n"


def environment(*, autoescape: bool) -> Environment:
    """What cards are rendered with; all have the same filters."""
    made = Environment(
        loader=PackageLoader("network_security.reports"),
        autoescape=autoescape,  # noqa: S701 - off for Markdown alone, which nothing executes
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        percent=wording.percent,
        count=wording.count,
        rate=wording.rate,
        one_in=wording.one_in,
        plain=wording.plain,
        spread_percent=wording.spread_percent,
        spread_number=wording.spread_number,
        spread_auc=spread_auc,
        unwrapped=_unwrapped,
        cell=_markdown_cell,
        data_uri=_data_uri,
    )
    return made


def _unwrapped(text: str) -> str:
    """The text on one line; text that is marked safe stays so."""
    return type(text)(" ".join(text.split()))


def _markdown_cell(text: str) -> str:
    """The text as it may stand in a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", r"\|")


def _data_uri(picture: Picture) -> str:
    return "data:image/png;base64," + base64.b64encode(picture.png).decode("ascii")
