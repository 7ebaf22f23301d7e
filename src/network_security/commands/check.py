"""``kedro check-url`` and ``kedro check-mail``: one verdict, at once, readable."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from network_security.commands.running import environment, open_catalog

if TYPE_CHECKING:
    from network_security.enrichment import Contact

LOOKUPS: Final = ("dns", "rdap", "whois", "tls", "page")

_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document a line.")


@click.command("check-url")
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option("--plan", is_flag=True, help="Only list who would be contacted; contact nobody.")
@click.option(
    "--lookup",
    "lookups",
    multiple=True,
    type=click.Choice([*LOOKUPS, "all"]),
    help="Ask about the site, beside what the catalog switches on; may be repeated.",
)
@_as_json
@environment
def check_url(
    urls: tuple[str, ...], *, plan: bool, lookups: tuple[str, ...], as_json: bool, env: str | None
) -> None:
    """Judge URLs, defanged or not: is it phishing, how sure is that, and why; - reads them.

    Nobody is contacted about a URL unless a lookup is switched on.
    """
    from network_security.judging import NotAUrlError, judge_url, read_url  # noqa: PLC0415

    given = [line.strip() for line in sys.stdin if line.strip()] if urls == ("-",) else list(urls)
    asked = list(LOOKUPS) if "all" in lookups else list(lookups)
    refused = False
    with open_catalog(env, {"lookups": asked}) as catalog:
        sites = catalog.load("site_lookups")
        detector = None if plan else catalog.load("phishing.fused_detector")
        for place, url in enumerate(given):
            try:
                if detector is None:
                    _show_plan(url, sites.plan(read_url(url)), as_json=as_json)
                    continue
                judgement = judge_url(url, detector, lookups=sites, now=datetime.now(UTC))
            except NotAUrlError as error:
                click.echo(f"Error: {error}", err=True)
                refused = True
                continue
            if as_json:
                click.echo(json.dumps(judgement.to_json(), default=str))
            else:
                click.echo(("\n" if place else "") + judgement.render())
    if refused:
        sys.exit(1)


@click.command("check-mail")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@_as_json
@environment
def check_mail(files: tuple[str, ...], *, as_json: bool, env: str | None) -> None:
    """Judge messages, .eml files: their words, and where their links lead; - reads one.

    Nobody is contacted, and nothing of the message is opened or run.
    """
    from network_security.detection.message import render_message  # noqa: PLC0415
    from network_security.evidence.messages import read_message  # noqa: PLC0415

    refused = False
    with open_catalog(env) as catalog:
        detector = catalog.load("message.detector")
        for place, name in enumerate(files):
            try:
                raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            except OSError as error:
                click.echo(f"Error: {name}: {error.strerror}", err=True)
                refused = True
                continue
            verdict = detector.examine(read_message(raw))
            if as_json:
                click.echo(json.dumps({"file": name, **verdict.to_json()}, default=str))
            else:
                click.echo(("\n" if place else "") + f"{name}\n{render_message(verdict)}")
    if refused:
        sys.exit(1)


def _show_plan(url: str, contacts: tuple[Contact, ...], *, as_json: bool) -> None:
    """Who would be contacted about a URL, those first who are."""
    if as_json:
        click.echo(json.dumps({"given": url, "contacts": [asdict(each) for each in contacts]}))
        return
    click.echo(url)
    for contact in sorted(contacts, key=lambda each: not each.switched_on):
        state = "off"
        if contact.switched_on:
            state = "remembered, not asked" if contact.cached else "WILL BE ASKED"
        where = f"{contact.protocol} {contact.host}:{contact.port}"
        click.echo(f"  {contact.lookup:<6} {state:<22} {where}  ({contact.reason})")
    if not any(contact.switched_on for contact in contacts):
        click.echo("  Every lookup is off: nobody is contacted.")
