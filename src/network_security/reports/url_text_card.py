"""The URL text expert's card as HTML and Markdown, written from ``templates/url_text_card.j2``."""

import re
from collections.abc import Mapping
from typing import Any, Final

from network_security.reports.model_card import environment
from network_security.reports.style import Picture
from network_security.reports.url_text_tables import spread, url_text_tables, worst_evasion

TEMPLATE: Final = "url_text_card.j2"


def url_text_card(metrics: Mapping[str, Any], pictures: Mapping[str, Picture]) -> tuple[str, str]:
    """The card as one self-contained HTML page, and as Markdown.

    Args:
        metrics: the report of metrics.
        pictures: the plots by name; the HTML holds them, the Markdown says what they show.

    Returns:
        HTML, with nothing that a browser would fetch; and Markdown.
    """
    known = {
        "metrics": metrics,
        "tables": url_text_tables(metrics),
        "pictures": pictures,
        "facts": _facts(metrics),
    }
    html = environment(autoescape=True).get_template(TEMPLATE).render(known, form="html")
    markdown = environment(autoescape=False).get_template(TEMPLATE).render(known, form="markdown")
    return html, re.sub(r"\n{3,}", "\n\n", markdown).strip() + "\n"


def _facts(metrics: Mapping[str, Any]) -> list[tuple[str, str]]:
    tested = metrics["protocols"].get("all_sources", {})
    facts = [
        (f"ROC-AUC, {title}", spread(tested["later"][name]))
        for name, title in (
            ("roc_auc_with_path", "later phishing and unseen sites, URLs with a path"),
            ("roc_auc_without_path", "the same, bare hosts"),
        )
        if "later" in tested
    ]
    return [*facts, ("Costliest evasion, recall lost", worst_evasion(metrics))]
