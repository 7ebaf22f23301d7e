"""How fast URLs and pages become features, and how far the URL features agree with other people's.

    python benchmarks/extraction.py             # URLs and pages a second, the worst page
    python benchmarks/extraction.py --agreement # with the data of Hannousse and Yahiouche

URLs and pages are made up, no two of them alike. The baselines, in the same run, are
`urllib.parse.urlsplit` for URLs and, for pages, building the tree alone with selectolax (Lexbor).
All runs on one core, the clock is its processor time, and the best of three passes counts. Exits
with 1 when a budget is missed.

Agreement needs `phishing_urls/hannousse_yahiouche_2021.csv.gz` in the folder that
`NETWORK_SECURITY_DATA` names: A. Hannousse, S. Yahiouche, "Web page phishing detection", 2021,
doi:10.17632/c2gw7fy2j4.3, CC BY 4.0. A row that differs is explained when their rule, which their
publication gives, yields their value and is not the rule of the feature.
"""

import argparse
import csv
import gzip
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from network_security.evidence.phishing import Page, extract
from network_security.evidence.urls import URL, parse
from network_security.evidence.urls.shorteners import SHORTENERS

URLS, PAGES, PASSES = 20_000, 300, 3
SHARE_WITH_SUB_DOMAIN, SHARE_WITH_QUERY = 0.5, 0.4
LEAST_URLS_S = 20_000
LEAST_PAGES_S = 2_000
MEGABYTE_MS = 200.0
LEAST_AGREEMENT = 0.99
DATA = Path("phishing_urls") / "hannousse_yahiouche_2021.csv.gz"

WORDS = [
    "account", "secure", "login", "update", "bank", "shop", "news", "travel", "garden", "river",
    "music", "photo", "store", "cloud", "mail", "team", "blog", "order", "help", "home", "city",
    "light", "green", "stone", "paper", "north", "split",
]  # fmt: skip
SUFFIXES = ["com", "org", "net", "co.uk", "de", "com.br", "io", "xyz", "github.io", "info"]
HOSTILE = [
    "<div>", "<b>", "<a href=x>", "<a ", '<a "', '<a x="', "<!--", "<script>", "<style>", "<form>",
    "<", "a=", "<img src=//x.y>", '<meta content="http://a">', "onmouseover", "event.",
    "<a href='http://a.b/'>", "<input formaction=y>", "<!-->", "</", "&", "<a b = ",
]  # fmt: skip


def main() -> int:
    """Run and print the benchmark; 0 when every budget holds."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--agreement", action="store_true", help="compare with other features")
    if arguments.parse_args().agreement:
        folder = os.environ.get("NETWORK_SECURITY_DATA")
        if not folder:
            sys.exit("NETWORK_SECURITY_DATA must name the folder that holds " + str(DATA))
        return print_agreement(agreement(Path(folder) / DATA))
    return speed()


def speed() -> int:
    """Print URLs and pages a second and the worst megabyte; 1 when a budget is missed."""
    chance = random.Random(0)
    urls = [made_up_url(chance) for _ in range(URLS)]
    pages = [(made_up_url(chance), made_up_page(chance)) for _ in range(PAGES)]
    extract("http://example.com/")
    cold = rate(lambda: [extract(url) for url in urls], URLS, passes=1)
    warm = rate(lambda: [extract(url) for url in urls], URLS)
    split = rate(lambda: [urlsplit(url) for url in urls], URLS)
    print(f"URLs/s   new hosts {cold:,.0f}; hosts seen before {warm:,.0f}; urlsplit {split:,.0f}; "
          f"ratio {split / cold:.1f}")  # fmt: skip
    read = rate(lambda: [extract(url, page=Page(html)) for url, html in pages], PAGES)
    size = sum(len(html) for _, html in pages) / PAGES / 1e3
    print(f"pages/s  {read:,.0f}, of {size:.0f} KB each; {tree_rate(pages)}")
    worst, filler = max((hostile_ms(filler), filler) for filler in HOSTILE)
    print(f"hostile  {worst:.0f} ms for a megabyte of {filler!r}")
    return int(cold < LEAST_URLS_S or read < LEAST_PAGES_S or worst > MEGABYTE_MS)


def tree_rate(pages: list[tuple[str, str]]) -> str:
    """What building the trees costs, as text; selectolax is no dependency of the package."""
    try:
        from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415
    except ImportError:
        return "install selectolax for the baseline"
    return (
        f"selectolax, tree only {rate(lambda: [LexborHTMLParser(p) for _, p in pages], PAGES):,.0f}"
    )


def rate(work: Callable[[], object], number: int, passes: int = PASSES) -> float:
    """Number of things a second, in the best of some passes."""
    best = float("inf")
    for _ in range(passes):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return number / best


def hostile_ms(filler: str) -> float:
    """Milliseconds for a megabyte of a filler, the better of two."""
    page = Page((filler * (1_000_000 // len(filler) + 1))[:1_000_000])
    return 1e3 / rate(lambda: extract("http://example.com/", page=page), 1, passes=2)


def made_up_url(chance: random.Random) -> str:
    """A URL with a host of its own."""
    host = f"{chance.choice(WORDS)}-{chance.getrandbits(24):x}.{chance.choice(SUFFIXES)}"
    if chance.random() < SHARE_WITH_SUB_DOMAIN:
        host = f"{chance.choice(['www', *WORDS])}.{host}"
    path = "/".join(chance.choices(WORDS, k=chance.randrange(5)))
    query = f"?id={chance.getrandbits(40)}&page={chance.choice(WORDS)}"
    return f"https://{host}/{path}{query if chance.random() < SHARE_WITH_QUERY else ''}"


def made_up_page(chance: random.Random) -> str:
    """A page of 10 to 30 KB, with navigation, text, images, scripts, styles and a form."""
    own = chance.choice(["", "https://static.example.net"])
    head = [f"<meta property='og:{word}' content='{word} {word}'>" for word in WORDS[:8]]
    head += [f'<link rel="stylesheet" href="{own}/{word}.css">' for word in WORDS[:4]]
    head += [f"<script>{script(chance)}</script>" for _ in range(chance.randrange(1, 5))]
    body = [
        f'<li class="menu item-{number}"><a class="link" href="{chance.choice(["", own])}/{word}">'
        f"{word}</a></li>"
        for number, word in enumerate(chance.choices(WORDS, k=30))
    ]
    while sum(map(len, body)) < chance.randrange(8_000, 24_000):
        text = " ".join(chance.choices(WORDS, k=60))
        body.append(
            f'<div class="card" id="c{len(body)}"><h2>{text[:30]}</h2><p>{text}</p>'
            f'<img src="{own}/{text[:5]}.jpg" alt="{text[:20]}" loading="lazy">'
            f"<span data-x='1'>{text[:15]}</span><a href='/{text[:6]}'>more</a></div>"
        )
    form = "<form action='/search' method=get><input name=q><button>go</button></form>"
    return (
        f"<!doctype html><html><head><title>{chance.random()}</title>{''.join(head)}</head>"
        f"<body><ul>{''.join(body)}</ul>{form}</body></html>"
    )


def script(chance: random.Random) -> str:
    """A script of one or two kilobytes."""
    names = chance.choices(WORDS, k=chance.randrange(20, 40))
    return "".join(f"var {name} = document.getElementById('{name}');" for name in names)


# Agreement


@dataclass(frozen=True)
class Comparison:
    """A feature beside a column that says the same.

    Attributes:
        ours: what the feature says of a URL, as the column would.
        theirs: the rule by which the column was made.
        reason: where the two rules differ.
    """

    ours: Callable[[URL, dict[str, int | None]], int]
    theirs: Callable[[str], int]
    reason: str


def says(feature: str) -> Callable[[URL, dict[str, int | None]], int]:
    """1 where a feature says phishing."""
    return lambda _, features: int(features[feature] == -1)


def found(pattern: str) -> Callable[[str], int]:
    """1 where a pattern is found in the URL."""
    return lambda url: int(re.search(pattern, url) is not None)


def dots(url: str) -> int:
    """The dots of the whole URL, at most three."""
    return min(max(url.count("."), 1), 3)


NOT_ON_THEIR_LIST = {"3.ly", "buff.ly", "cutt.ly", "hyperurl.co", "t.ly", "urlz.fr"}
NAMES = (
    *(SHORTENERS - NOT_ON_THEIR_LIST),
    "tinyurl",
    "yfrog.com",
    "wp.me",
    "flic.kr",
    "db.tt",
    "t.me",
    "digg.com",
)
COMPARISONS = {
    "ip": Comparison(
        says("having_IP_Address"),
        found(r"(\d{1,3}\.){3}\d{1,3}/|[0-9a-fA-F]{7}"),
        "seven hexadecimal digits anywhere in the URL count as an address",
    ),
    "shortening_service": Comparison(
        says("Shortining_Service"),
        lambda url: int(any(name in url for name in NAMES)),
        "a name counts anywhere in the URL, as t.co in nuit.com; newer ones are not on their list",
    ),
    "nb_at": Comparison(says("having_At_Symbol"), lambda url: int("@" in url), ""),
    "nb_dslash": Comparison(
        says("double_slash_redirecting"), lambda url: int(url.rfind("//") > len("https:")), ""
    ),
    "prefix_suffix": Comparison(
        says("Prefix_Suffix"),
        found(r"https?://[^\-]+-[^\-]+/"),
        "a hyphen of the path counts, one of a host without a slash behind it does not",
    ),
    "port": Comparison(
        says("port"),
        found(r"^[a-z][a-z0-9+.-]*://[^/?#]*:\d+"),
        "a port of the web, written out, counts",
    ),
    "https_token": Comparison(
        lambda url, _: int(url.scheme != "https"), lambda url: int(url[:6] != "https:"), ""
    ),
    "nb_subdomains": Comparison(
        lambda _, features: (
            2 - (features["having_Sub_Domain"] or 0) if features["having_Sub_Domain"] else 2
        ),
        dots,
        "the dots of the whole URL are counted, with those of www, suffix, path and query",
    ),
    "length_hostname": Comparison(
        lambda url, _: len(url.host.written), lambda url: len(urlsplit(url).netloc), ""
    ),
}


@dataclass
class Agreement:
    """How far a feature agrees with a column, in rows."""

    rows: int = 0
    equal: int = 0
    explained: int = 0
    unexplained: tuple[str, ...] = ()

    @property
    def accounted_for(self) -> float:
        """Share of the rows that agree, or differ by the rule."""
        return (self.equal + self.explained) / self.rows


def agreement(path: Path) -> dict[str, Agreement]:
    """Compare the URL features with the columns that say the same."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {column: compare(column, rows) for column in COMPARISONS}


def compare(column: str, rows: Iterable[dict[str, str]]) -> Agreement:
    """Compare one feature with one column."""
    comparison, result = COMPARISONS[column], Agreement()
    counts = column in ("nb_subdomains", "length_hostname")
    for row in rows:
        url = parse(row["url"])
        ours = comparison.ours(url, extract(url))
        theirs = int(row[column]) if counts else int(int(row[column]) > 0)
        result.rows += 1
        if ours == theirs:
            result.equal += 1
        elif comparison.reason and comparison.theirs(row["url"]) == theirs:
            result.explained += 1
        else:
            result.unexplained += (row["url"],)
    return result


def print_agreement(results: dict[str, Agreement]) -> int:
    """Print a line for each column; 1 when one differs without a reason."""
    print(f"{'column':20}{'equal':>8}{'differ':>8}{'of these explained':>20}   reason")
    for column, result in results.items():
        differ = result.rows - result.equal
        print(f"{column:20}{result.equal / result.rows:8.2%}{differ:8}{result.explained:20}   "
              f"{COMPARISONS[column].reason if differ else ''}")  # fmt: skip
        for url in result.unexplained[:5]:
            print(f"    {url[:120]}")
    return int(any(result.accounted_for < LEAST_AGREEMENT for result in results.values()))


if __name__ == "__main__":
    sys.exit(main())
