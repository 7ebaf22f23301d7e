import re
from html.parser import HTMLParser

import pytest

from network_security.reports.external_validity import not_measured
from network_security.reports.model_card import model_card

VOID = {"meta", "img", "br"}


class Page(HTMLParser):
    """The elements of a page, and whether each is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def card(metrics, permutation, contributions, pictures):
    return model_card(metrics, permutation, contributions, pictures)


@pytest.fixture(scope="module")
def page(card):
    return Page(card[0])


def markdown_tables(markdown: str) -> list[list[list[str]]]:
    """Each table's rows of cells; a bar that is escaped does not part cells."""
    tables = [[]]
    for line in markdown.splitlines():
        if line.startswith("|"):
            assert line.endswith("|")
            tables[-1].append([cell.strip() for cell in re.split(r"(?<!\\)\|", line[1:-1])])
        elif tables[-1]:
            tables.append([])
    return [table for table in tables if table]


def test_the_page_is_well_formed(page):
    assert page.open == []
    assert [attributes["lang"] for tag, attributes in page.elements if tag == "html"] == ["en"]


def test_the_page_fetches_nothing(card, page):
    tags = {tag for tag, _ in page.elements}
    sources = [attributes["src"] for _, attributes in page.elements if "src" in attributes]

    assert not tags & {"script", "link", "iframe", "object"}
    assert not any("href" in attributes for _, attributes in page.elements)
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert not re.search(r"url\(|@import", card[0])


def test_every_picture_says_what_it_shows(page, pictures):
    shown = [attributes["alt"] for tag, attributes in page.elements if tag == "img"]

    assert len(shown) == 10
    assert set(shown) <= {picture.title for picture in pictures.values()}


def test_both_formats_hold_the_same_sections(card, page):
    in_markdown = re.findall(r"^## (.+)$", card[1], re.MULTILINE)
    in_html = re.findall(r"<h2>(.+)</h2>", card[0])

    assert [heading.replace("&#39;", "'") for heading in in_html] == in_markdown
    assert "Published claims against what we measure" in in_markdown


def test_markdown_tables_are_well_formed(card):
    tables = markdown_tables(card[1])

    assert len(tables) == 15
    for table in tables:
        header, rule, *rows = table
        assert rows
        assert all(re.fullmatch(r"---:?", cell) for cell in rule)
        assert {len(row) for row in (header, rule, *rows)} == {len(header)}


def test_the_headline_is_measured_and_not_typed(card, metrics):
    for protocol in ("grouped", "random"):
        accuracy = metrics["protocols"][protocol]["accuracy"]
        written = f"{100 * accuracy['mean']:.1f} ± {100 * accuracy['std']:.1f}%"
        assert f"- Accuracy, {protocol} protocol: **{written}**" in card[1]


def test_claims_stand_beside_what_is_measured(card, metrics):
    (claims,) = [table for table in markdown_tables(card[1]) if table[0][1] == "Claimed"]

    assert [row[1] for row in claims[2:]] == ["98.5%", "96.2%", "97.8%", "1.4%"]
    accuracy = metrics["protocols"]["random"]["accuracy"]
    assert claims[2][2] == f"{100 * accuracy['mean']:.1f} ± {100 * accuracy['std']:.1f}%"
    assert "cannot all hold" in card[1]


def test_the_model_can_be_told_by_its_digest(card, metrics):
    for text in card:
        assert metrics["model"]["digest"] in text
        assert "make training" in text


def test_a_simulated_sample_has_a_banner(
    card, simulated_metrics, permutation, contributions, pictures
):
    html, markdown = model_card(simulated_metrics, permutation, contributions, pictures)

    banner = "SIMULATED SAMPLE."
    assert banner in html.split("<h2>")[0]
    assert banner in markdown.split("\n## ")[0]
    assert "only the arithmetic compares" in markdown
    assert banner not in card[0] + card[1]


def test_rows_of_another_table_have_a_banner_too(metrics, permutation, contributions, pictures):
    data = {**metrics["data"], "name": "phishing_websites_unpublished", "licence": ""}
    other = {**metrics, "data": data}

    _, markdown = model_card(other, permutation, contributions, pictures)

    assert "ANOTHER TABLE." in markdown.split("\n## ")[0]
    assert "| Licence | unknown |" in markdown


def test_a_ceiling_that_cannot_be_told_is_not_made_up(
    metrics, permutation, contributions, pictures
):
    data = {**metrics["data"], "label_noise_ceiling": None}

    _, markdown = model_card({**metrics, "data": data}, permutation, contributions, pictures)

    assert "| Label noise | unknown, no vector repeats |" in markdown


def test_it_says_how_the_detector_does_on_pages_of_another_origin(card, metrics):
    served = metrics["external_validity"]["served"]["extracted"]["all"]["roc_auc"]
    written = f"{served['mean']:.3f} ± {served['std']:.3f}"

    section = card[1].split("## On pages of another origin")[1].split("\n## ")[0]
    assert f"its ROC-AUC is {written} on the external pages" in section
    assert "nothing tells SSLfinal_State, URL_of_Anchor" in section
    assert re.search(r"the sign flips: [^.]*Request_URL", section)
    assert re.search(r"25 points or more: [^.]*Prefix_Suffix", section)
    assert "Prefix_Suffix is an example" in section
    assert written in card[1].split("## Limits")[1]


def test_without_the_external_set_it_says_so_and_where_it_is_had(
    metrics, permutation, contributions, draw
):
    alone = {**metrics, "external_validity": not_measured()}

    html, markdown = model_card(alone, permutation, contributions, draw(alone)["pictures"])

    section = markdown.split("## On pages of another origin")[1].split("\n## ")[0]
    assert "Not measured" in section
    assert "https://data.mendeley.com/datasets/c2gw7fy2j4" in section
    assert "CC BY 4.0" in section
    assert "|" not in section
    assert len(Page(html).elements) > 100


def test_text_from_the_data_set_cannot_break_out(metrics, permutation, contributions, pictures):
    data = {**metrics["data"], "citation": "<script>alert(1)</script> | a\nb"}

    html, markdown = model_card({**metrics, "data": data}, permutation, contributions, pictures)

    assert "script" not in {tag for tag, _ in Page(html).elements}
    assert r"| Citation | <script>alert(1)</script> \| a b |" in markdown
