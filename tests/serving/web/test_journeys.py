"""What people come for, in a browser: the first alert, triage, checks, batches, and its limits."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from network_security.storage.documents import document_id

DASHES = re.compile(r"\d+(\.\d)? %")


def test_whoever_is_not_signed_in_is_asked_to_and_goes_on_where_they_were(
    desk: Any, site: Any
) -> None:
    page = desk.open("/alerts?severity=high", user=None)
    expect(page).to_have_url(re.compile(r"/login\?next="))
    page.fill("#name", "ana")
    page.fill("#password", "not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    page.fill("#password", "a long enough secret")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{site.url}/alerts?severity=high")


def test_from_the_overview_to_the_reason_of_the_first_alert(desk: Any) -> None:
    page = desk.open("/")
    page.get_by_role("table", name="Latest alerts").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Why")).to_be_visible()
    expect(page.get_by_text("probability of phishing").first).to_be_visible()
    expect(page.get_by_role("heading", name="Known and unknown")).to_be_visible()
    expect(page.get_by_role("heading", name="What to do")).to_be_visible()
    expect(page.locator("svg.scale text")).to_contain_text("alerts from")


def test_an_alert_shows_the_raw_events_behind_it_and_judges_again(desk: Any, site: Any) -> None:
    with_events = next(alert for alert in site.alerts.every() if alert.events)
    page = desk.open(f"/alerts/{with_events.id}")
    expect(page.locator("section[aria-labelledby=raw] pre").first).not_to_be_empty()
    page.get_by_role("button", name="Judge again").click()
    expect(page.locator("#receipt-body")).to_contain_text("equal")
    page.locator("section[aria-labelledby=raw]").get_by_role(
        "link", name="All its fields"
    ).first.click()
    expect(page.get_by_role("heading", name="As it came")).to_be_visible()


def test_triage_by_keyboard_takes_three_keys(desk: Any, site: Any) -> None:
    page = desk.open("/alerts")
    second = page.locator("[data-row]").nth(1).get_attribute("data-row")
    page.keyboard.press("j")
    first = page.locator("[data-row].at").get_attribute("data-row")
    page.keyboard.press("x")
    page.keyboard.press("a")
    expect(page.locator("#notices")).to_contain_text("1 alert acknowledged")
    assert site.alerts.get(first).triage.status == "acknowledged"
    assert site.alerts.get(first).triage.assignee == "ana"
    # The place in the list is kept: the next alert is at hand.
    expect(page.locator("[data-row].at")).to_have_attribute("data-row", second)
    page.keyboard.press("f")
    expect(page.locator("#notices")).to_contain_text("closed as false positive")
    assert site.alerts.get(second).triage.closing.verdict == "false_positive"
    page.keyboard.press("u")
    expect(page.locator("#notices")).to_contain_text("put into the queue again")
    assert site.alerts.get(second).triage.status == "new"


def test_keys_go_places_and_tell_of_themselves(desk: Any, site: Any) -> None:
    page = desk.open("/alerts")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#entity")).to_be_focused()
    page.keyboard.type("jx")
    expect(page.locator("[data-row].at")).to_have_count(0)
    page.locator("h1").click()
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page).to_have_url(f"{site.url}/check")


def test_new_alerts_are_announced_to_whoever_works_in_the_list(desk: Any, site: Any) -> None:
    page = desk.open("/alerts")
    page.keyboard.press("j")
    expect(page.locator("[data-row].at")).to_have_count(1)
    # As if the list had been made before the latest alert came.
    source = page.locator("#news").get_attribute("hx-get")
    earlier = re.sub(r"than=[^&]*", "than=2020-01-01T00%3A00%3A00%2B00%3A00", source)
    page.evaluate("url => htmx.ajax('GET', url, '#news')", earlier)
    expect(page.locator("#news")).to_contain_text("came since this list was made")
    # Until htmx has settled what it added, a link there is a plain link.
    expect(page.locator("#news .htmx-added")).to_have_count(0)
    page.keyboard.press("r")
    expect(page.locator("#news")).to_be_empty()
    expect(page.locator("[data-row].at")).to_have_count(1)


def test_a_closing_is_refused_when_somebody_was_faster(desk: Any, site: Any) -> None:
    alert = next(each for each in site.alerts.every() if each.triage.status == "new")
    page = desk.open(f"/alerts/{alert.id}")
    site.alerts.acknowledge(alert.id, who="ada")
    page.get_by_label("benign: as it says, but allowed").check()
    page.locator("#close").get_by_role("button", name="Close").click()
    expect(page.locator("#notices")).to_contain_text("changed by somebody else")
    expect(page.get_by_text("with ada")).to_be_visible()


def test_an_alert_is_closed_with_a_note_and_reopened(desk: Any, site: Any) -> None:
    alert = [each for each in site.alerts.every() if each.triage.status == "new"][1]
    page = desk.open(f"/alerts/{alert.id}")
    page.get_by_label("true positive: phishing it was").check()
    page.locator("#note").fill("Two people <b>typed</b> a password in.")
    page.locator("#close").get_by_role("button", name="Close").click()
    expect(page.get_by_text("Closed as true positive").last).to_be_visible()
    expect(page.get_by_text("Two people <b>typed</b> a password in.").first).to_be_visible()
    page.get_by_role("button", name="Reopen").click()
    expect(page.locator("ol.steps")).to_contain_text("reopened")


def test_an_alert_that_goes_on_comes_back_and_says_why(desk: Any, site: Any) -> None:
    alert = [each for each in site.alerts.every() if each.triage.status == "new"][2]
    page = desk.open(f"/alerts/{alert.id}")
    page.get_by_label("true positive: phishing it was").check()
    page.locator("#close").get_by_role("button", name="Close").click()
    expect(page.locator("#notices")).to_contain_text("comes back if it goes on")
    finding = site.alerts.findings(alert)[-1]
    later = datetime.now(UTC) + timedelta(seconds=1)
    again = replace(finding, id=document_id("again", finding.id), last_seen=later)
    (update,) = site.alerts.record([again])
    page.reload()
    assert update.alert.triage.status == "new"
    expect(page.get_by_text("Reopened by new evidence", exact=True)).to_be_visible()
    expect(page.locator("ol.steps")).to_contain_text("by new evidence")
    expect(page.locator("ol.steps")).to_contain_text("it went on after it was closed")


def test_what_an_event_shows_is_found_by_it(desk: Any, site: Any) -> None:
    event = site.database.events.find_one(
        {"url.domain": {"$exists": True}}, sort=[("@timestamp", -1)]
    )
    page = desk.open(f"/events/{event['_id']}")
    shown = page.locator("dt:text-is('url.domain') + dd").inner_text()
    assert "[.]" in shown
    page = desk.open(f"/events?{urlencode({'url_domain': shown})}")
    expect(page.get_by_label("Domain")).to_have_value(event["url"]["domain"])
    expect(page.locator("tr[data-row]").first).to_be_visible()


def test_a_span_that_is_too_long_is_searched_in_part_and_says_so(desk: Any) -> None:
    page = desk.open("/events?since=2026-01-01T00:00&until=2026-03-31T00:00")
    expect(page.get_by_text("A shorter time was searched")).to_be_visible()
    expect(page.get_by_text("From 2026-02-28 00:00:00 UTC to 2026-03-31")).to_be_visible()


def test_a_url_is_checked_and_never_shown_as_a_link(desk: Any) -> None:
    page = desk.open("/check")
    page.get_by_label("URL, defanged or not").fill("hxxps://paypa1-secure[.]login.test/verify?a=1")
    page.get_by_role("button", name="Check the URL").click()
    result = page.locator("#result")
    expect(result).to_contain_text("Phishing")
    assert DASHES.search(result.inner_text())
    expect(result).to_contain_text("hxxps://paypa1-secure[.]login[.]test/verify?a=1")
    assert page.locator("a[href*='login.test']").count() == 0
    page.get_by_label("URL, defanged or not").fill("no url at all")
    page.get_by_role("button", name="Check the URL").click()
    expect(page.locator("#url-problem")).to_contain_text("has no host to judge")


def test_a_message_is_checked(desk: Any, tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"] = '"PayPal <service@paypal.com>" <x@mailer.test>'
    message["To"] = "victim@office.test"
    message["Subject"] = "Your account is limited"
    message.set_content("Verify your account within 24 hours: http://203.0.113.7/webscr/login")
    path = tmp_path / "mail.eml"
    path.write_bytes(message.as_bytes())
    page = desk.open("/check")
    page.set_input_files("#file", path)
    page.get_by_role("button", name="Check the message").click()
    expect(page.locator("#result")).to_contain_text("mail.eml")
    expect(page.get_by_role("heading", name="Where its links lead")).to_be_visible()
    expect(page.locator("#result")).to_contain_text("hxxp://203[.]0[.]113[.]7/webscr/login")
    assert page.locator("a[href*='203.0.113.7']").count() == 0


def test_a_table_is_judged_and_downloaded(desk: Any, tmp_path: Path) -> None:
    table = tmp_path / "links.csv"
    rows = [f"https://paypa1-secure{number}.test/verify" for number in range(20)]
    table.write_text("\n".join(["url", *rows]))
    page = desk.open("/batch")
    page.set_input_files("#file", table)
    page.get_by_role("button", name="Judge the table").click()
    link = page.get_by_role("link", name="Download the verdicts (CSV)")
    expect(link).to_be_visible(timeout=20_000)
    with page.expect_download() as download:
        link.click()
    written = Path(download.value.path()).read_text()
    assert written.count("\n") == len(rows) + 1
    assert "probability" in written.splitlines()[0]


def test_a_rule_is_previewed_before_it_is_saved(desk: Any) -> None:
    page = desk.open("/suppressions/new")
    page.get_by_label("Reason").fill("Our own training")
    page.get_by_label("Host", exact=True).fill("*.test")
    expect(page.get_by_role("button", name="Save the rule")).to_have_count(0)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text(re.compile("of them (was|were) real"))).to_be_visible()
    page.get_by_label("Host", exact=True).fill("nobody.invalid")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Save the rule").click()
    expect(page.get_by_role("cell", name="Our own training", exact=True)).to_be_visible()
    page.get_by_role("row", name="Our own training").get_by_role("button").click()
    expect(page.locator("#notices")).to_contain_text("The rule is over")


def test_a_preview_says_how_many_alerts_were_looked_at(
    desk: Any, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = desk.open("/suppressions/new?host=nobody.invalid")
    page.get_by_label("Reason").fill("Our own training")
    preview = page.get_by_role("region", name="What it would have hidden")
    page.get_by_role("button", name="Preview").click()
    expect(preview).to_contain_text("all there are")
    stored = len(list(site.alerts.every()))
    monkeypatch.setattr("network_security.serving.web.suppressions.HISTORY", 3)
    page.get_by_role("button", name="Preview").click()
    expect(preview).to_contain_text(f"3 of {stored} alerts were looked at")
    expect(preview).to_contain_text(f"the {stored - 3} before them were not")


def test_what_failed_for_good_is_tried_again_and_that_is_audited(desk: Any, site: Any) -> None:
    failed = site.database.deliveries.find_one({"state": "failed"})
    page = desk.open(f"/alerts/{failed['alert']}")
    expect(page.get_by_text("soar failed for good")).to_be_visible()
    page.get_by_role("link", name="Deliveries", exact=True).last.click()
    row = page.get_by_role("row", name=re.compile("soar"))
    expect(row).to_contain_text("takes no connections")
    expect(page.get_by_role("row", name=re.compile("siem"))).to_contain_text("waiting")
    expect(page.get_by_role("row", name=re.compile("file"))).to_contain_text("delivered")
    row.get_by_role("button", name=re.compile("^Try again")).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#notices")).to_contain_text("1 delivery is tried again")
    expect(row).to_contain_text("waiting")
    expect(row.get_by_role("button")).to_have_count(0)
    page.goto("/audit?action=retried")
    expect(page.get_by_role("table")).to_contain_text("ana")


def test_what_nobody_sends_is_pointed_out(desk: Any, site: Any) -> None:
    page = desk.open("/deliveries?sink=siem")
    expect(page.get_by_text("Nobody seems to send")).to_have_count(0)
    waiting = site.database.deliveries.find_one({"sink": "siem", "state": "waiting"})
    site.database.deliveries.update_one(
        {"_id": waiting["_id"]}, {"$set": {"due": waiting["due"] - 3_600_000}}
    )
    page.reload()
    expect(page.get_by_text("Nobody seems to send to siem")).to_be_visible()
    expect(page.get_by_text(re.compile("due for (59 min|1 h)"))).to_be_visible()


def test_all_that_failed_on_a_page_of_a_sink_is_tried_again(desk: Any, site: Any) -> None:
    left = site.database.deliveries.count_documents({"state": "failed"})
    page = desk.open("/deliveries")
    page.get_by_label("Sink").select_option("soar")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name=re.compile("^failed for good")).click()
    expect(page.get_by_label("Sink")).to_have_value("soar")
    page.get_by_role("button", name=f"Try the {left} failed ones").click()
    expect(page.locator("#notices")).to_contain_text(f"{left} deliveries are tried again")
    expect(page.get_by_role("heading", name="No delivery matches")).to_be_visible()


def test_a_verdict_becomes_a_label_that_is_found_and_downloaded(desk: Any, site: Any) -> None:
    alert = next(each for each in site.alerts.every() if each.triage.status == "new")
    site.alerts.close(alert.id, who="ada", verdict="benign", note="=1+1")
    page = desk.open("/labels", user="vera")
    page.get_by_role("navigation", name="Verdict").get_by_role("link", name="benign").click()
    row = page.get_by_role("row", name=re.compile("=1"))
    row.get_by_role("link", name="ada").click()
    expect(page.get_by_label("Said by")).to_have_value("ada")
    expect(page.get_by_role("table").locator("tbody tr")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    written = Path(download.value.path()).read_text(encoding="utf-8")
    assert download.value.suggested_filename == "labels.csv"
    assert "'=1+1" in written
    assert written.count("\n") == 1 + len(alert.entities)
    page.get_by_role("table").locator("a.cover").click()
    expect(page.get_by_text("Closed as benign").last).to_be_visible()
    site.alerts.reopen(alert.id, who="ada")
    page.goto("/labels?verdict=benign")
    expect(row).to_contain_text("replaced since")


def test_an_admin_has_the_models_trained_and_follows_it(
    make_project: Any, with_project: Any
) -> None:
    project = make_project("import time; time.sleep(2); return x")
    with with_project(project) as trainer:
        page = trainer.open("/models", user="ada")
        page.get_by_role("link", name="Train the models").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Start a training?")).to_be_visible()
        page.get_by_role("button", name="Start the training").press("Enter")
        expect(page.get_by_role("heading", name="A training")).to_be_visible()
        page.goto("/models")
        running = page.get_by_role("region", name="A training is under way")
        expect(running).to_contain_text(re.compile("of 2 steps"), timeout=30_000)
        running.get_by_role("link", name="Follow it").click()
        expect(page.locator("#job")).to_contain_text("done", timeout=30_000)
        expect(page.locator("#job")).to_contain_text("2 of 2 steps")
        page.get_by_role("link", name="Training", exact=True).click()
        expect(page.get_by_role("table")).to_contain_text("2 of 2 steps")
        page.goto("/audit?who=ada&action=training asked for")
        page.get_by_role("table").get_by_role("link", name="job:").click()
        expect(page.locator("#job")).to_contain_text("done")


def test_without_the_project_the_page_says_where_to_train(desk: Any) -> None:
    page = desk.open("/training", user="ada")
    expect(page.get_by_role("heading", name="Not from here")).to_be_visible()
    expect(page.get_by_role("button", name="Start the training")).to_have_count(0)
    token = page.locator("input[name=csrf_token]").first.get_attribute("value")
    answer = page.request.post("/training", form={"csrf_token": token})
    assert "started without the project" in answer.text()


@pytest.mark.parametrize("user", ["vera", "ana"])
def test_nobody_but_an_admin_has_the_models_trained(desk: Any, site: Any, user: str) -> None:
    before = site.database.jobs.count_documents({"kind": "training"})
    page = desk.open("/models", user=user)
    expect(page.get_by_role("link", name="Train the models")).to_have_count(0)
    token = page.locator("input[name=csrf_token]").first.get_attribute("value")
    page.goto("/training")
    expect(page.get_by_role("heading", name="Not for your role")).to_be_visible()
    assert page.request.get("/training").status == 403
    assert page.request.post("/training", form={"csrf_token": token}).status == 403
    assert site.database.jobs.count_documents({"kind": "training"}) == before


def test_what_an_alert_is_about_is_blocked_and_let_go(desk: Any, site: Any) -> None:
    alert = next(each for each in site.alerts.every() if "paypa1" in each.entity.text)
    page = desk.open(f"/alerts/{alert.id}")
    page.get_by_role("button", name="Put them on the blocklist").click()
    row = page.get_by_role("row", name=re.compile("verify.account"))
    expect(row).to_contain_text("recommended")
    row.get_by_role("button", name=re.compile("^Enforce")).click()
    expect(page.locator("#notices")).to_contain_text("The entry is enforced now")
    page.get_by_role("link", name=re.compile("^enforced")).click()
    page.get_by_role("button", name=re.compile("^Undo")).first.click()
    expect(page.locator("#notices")).to_contain_text("The entry is recommended now")


def test_the_queue_works_without_a_script(desk: Any) -> None:
    page = desk.open("/alerts", java_script_enabled=False)
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    page.locator("[data-row] input").last.check()
    page.get_by_role("button", name="Take").click()
    expect(page.locator("#notices")).to_contain_text("1 alert assigned to you")


@pytest.mark.parametrize("path", ["/alerts", "/suppressions", "/deliveries"])
def test_a_viewer_is_shown_nothing_to_change(desk: Any, path: str) -> None:
    page = desk.open(path, user="vera")
    expect(page.locator("main").get_by_role("checkbox")).to_have_count(0)
    for name in ("Acknowledge", "benign", "End now", "Try"):
        expect(page.locator("main").get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_role("link", name="New rule")).to_have_count(0)


def test_a_viewer_is_refused_what_is_not_shown(desk: Any, site: Any) -> None:
    alert = next(iter(site.alerts.every()))
    page = desk.open("/users", user="vera")
    expect(page.get_by_role("heading", name="Not for your role")).to_be_visible()
    page.goto("/")
    token = page.locator("input[name=csrf_token]").first.get_attribute("value")
    form = {"csrf_token": token, "action": "acknowledge", "version": str(alert.version)}
    answer = page.request.post(f"/alerts/{alert.id}", form=form)
    assert answer.status == 403
    assert "needs the role analyst" in answer.text()
    delivery = site.database.deliveries.find_one()["_id"]
    answer = page.request.post("/deliveries", form={"csrf_token": token, "id": delivery})
    assert answer.status == 403


def test_a_form_without_its_token_is_refused(desk: Any, site: Any) -> None:
    alert = next(iter(site.alerts.every()))
    page = desk.open("/")
    form = {"action": "acknowledge", "id": alert.id}
    answer = page.request.post("/alerts/bulk", form=form, max_redirects=0)
    assert answer.status == 403
    admin = desk.open("/training", user="ada")
    assert admin.request.post("/training", form={}, max_redirects=0).status == 403


def test_an_admin_lets_somebody_in_and_shuts_them_out(desk: Any) -> None:
    page = desk.open("/users", user="ada")
    page.locator("#name").fill("bo")
    page.locator("#password").fill("short")
    page.get_by_role("button", name="Add the user").click()
    expect(page.locator("#user-problem")).to_contain_text("12")
    page.locator("#password").fill("another long secret")
    page.get_by_role("button", name="Add the user").click()
    row = page.get_by_role("row", name=re.compile("^bo "))
    expect(row).to_contain_text("may sign in")
    row.get_by_text("More").click()
    row.get_by_role("button", name="Shut out").click()
    expect(page.get_by_role("row", name=re.compile("^bo "))).to_contain_text("shut out")


def test_a_key_is_shown_once(desk: Any) -> None:
    page = desk.open("/users", user="ada")
    page.get_by_label("For what").fill("firewall feed")
    page.get_by_role("button", name="Make a key").click()
    expect(page.locator(".notice pre")).to_contain_text("ns_")
    page.goto("/users")
    expect(page.locator(".notice pre")).to_have_count(0)
    page.get_by_role("button", name=re.compile("Take back")).first.click()
    expect(page.get_by_text("taken back")).to_be_visible()


def test_text_of_attackers_is_text(desk: Any, site: Any) -> None:
    bad = next(each for each in site.alerts.every() if "<script>" in each.entity.text)
    page = desk.open(f"/alerts/{bad.id}")
    shown = page.locator(".entity").first.inner_text()
    assert "<script>alert(1)</script>" in shown
    assert "hxxps://evil[.]test/" in shown
    turned = next(each for each in site.alerts.every() if "\u202e" in each.entity.text)
    page.goto(f"/alerts/{turned.id}")
    assert "\\u202efdp" in page.locator(".entity").first.inner_text()
    page.goto("/sources/dead-letters")
    expect(page.get_by_text("<script>alert(3)</script>").first).to_be_visible()


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/nowhere", "There is no such page"),
        (f"/alerts/{'0' * 64}", "There is no such page"),
        ("/alerts?status=odd", "That was not understood"),
        ("/events?since=yesterday", "That was not understood"),
        ("/audit?after=odd", "That was not understood"),
    ],
)
def test_an_error_says_what_to_do(desk: Any, path: str, title: str) -> None:
    page = desk.open(path)
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_role("link", name="To the overview")).to_be_visible()
