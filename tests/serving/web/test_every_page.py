"""What holds of every page: its weight, its width on a phone, and that everybody can use it."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

MOST_BYTES = 150_000
PATHS = (
    "/", "/alerts", "/alerts?status=closed", "/alerts?entity=none", "/check", "/batch", "/events",
    "/events?user=nobody", "/sources", "/sources/dead-letters", "/models", "/models/urls",
    "/models/features", "/suppressions", "/suppressions/new", "/blocklist", "/audit", "/users",
    "/labels", "/labels?who=nobody", "/deliveries", "/deliveries?sink=nobody", "/training",
    "/nowhere",
)  # fmt: skip
AXE = {"resultTypes": ["violations"], "preload": False, "iframes": False}
CONTRAST = "{runOnly: ['color-contrast'], preload: false}"
SHUT_AWAY = ("/login", "/setup?token=x", "/setup")


@pytest.fixture(scope="session")
def paths(site: Any) -> tuple[str, ...]:
    """Every page, those of an alert and an event among them."""
    alerts = list(site.alerts.every())
    kinds = (
        next(each for each in alerts if each.events),
        next(each for each in alerts if each.triage.status == "closed"),
        next(each for each in alerts if len(each.entity.text) > 300),
        next(each for each in alerts if "merged" in [one.action for one in each.triage.history]),
    )
    event = kinds[0].events[0]
    return (*PATHS, *(f"/alerts/{each.id}" for each in kinds), f"/events/{event}")


def _serious(page: Any) -> list[str]:
    """What axe finds in the light scheme, and of what differs, the colours, in the dark one."""
    page.emulate_media(color_scheme="light")
    found = Axe().run(page, options=AXE).response["violations"]
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(f"axe.run(document, {CONTRAST})")["violations"]
    return [
        f"{each['id']}: {[node['target'] for node in each['nodes']][:3]}"
        for each in (*found, *dark)
        if each["impact"] in ("serious", "critical")
    ]


def test_axe_finds_nothing_serious(desk: Any, paths: tuple[str, ...]) -> None:
    # What axe does to a page would break the page's own policy.
    page = desk.open("/", user="ada", bypass_csp=True)
    found = {}
    for path in paths:
        page.goto(path)
        found[path] = _serious(page)
    stranger = desk.open("/login", user=None, bypass_csp=True)
    for path in SHUT_AWAY:
        stranger.goto(path)
        found[path] = _serious(stranger)
    assert {path: each for path, each in found.items() if each} == {}


def test_axe_finds_nothing_serious_in_answers(desk: Any) -> None:
    page = desk.open("/check", bypass_csp=True)
    page.fill("#url", "https://paypa1-secure.login.test/verify")
    page.get_by_role("button", name="Check the URL").click()
    page.wait_for_selector("#result")
    assert _serious(page) == []
    page.keyboard.press("?")
    assert _serious(page) == []


def test_no_page_is_wider_than_a_small_phone(desk: Any, paths: tuple[str, ...]) -> None:
    page = desk.open("/", user="ada", viewport={"width": 360, "height": 740})
    wide = {}
    for path in paths:
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            wide[path] = width
    assert wide == {}
    page.goto("/")
    page.get_by_role("button", name="Menu").click()
    assert page.get_by_role("link", name="Alerts", exact=False).first.is_visible()


def test_no_page_weighs_much(desk: Any, paths: tuple[str, ...]) -> None:
    """The page and all that it loads, without compression."""
    page = desk.open("/", user="ada")
    sizes: dict[str, int] = {}
    heavy = {}
    for path in paths:
        text = page.request.get(path).text()
        links = re.findall(r'(?:href|src)="(/static/[^"]+)"', text)
        assert links, path
        for link in links:
            sizes[link] = sizes.get(link) or len(page.request.get(link).body())
        weight = len(text.encode()) + sum(sizes[link] for link in links)
        if weight > MOST_BYTES:
            heavy[path] = weight
    assert heavy == {}


def test_nothing_is_loaded_from_elsewhere_and_nothing_stands_in_the_page(
    desk: Any, site: Any, paths: tuple[str, ...]
) -> None:
    page = desk.open("/", user="ada")
    for path in paths:
        answer = page.request.get(path)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy, path
        assert answer.headers["referrer-policy"] in ("no-referrer", "same-origin"), path
        text = answer.text()
        assert " style=" not in text, path
        assert "<style" not in text, path
        assert "onclick=" not in text, path
        assert 'src="http' not in text, path


def test_static_files_last_a_year_by_their_content(desk: Any) -> None:
    page = desk.open("/")
    link = page.locator("link[rel=stylesheet]").first.get_attribute("href")
    assert "?v=" in link
    answer = page.request.get(link)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
