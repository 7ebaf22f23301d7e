"""``kedro check-url`` and ``kedro check-mail`` as they are typed in."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from network_security import cli

Command = Callable[..., Result]
MAIL = b"""From: "Example Bank" <service@bank.example>
To: a.reader@example.org
Subject: Your account
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>Your account will be suspended. Please confirm your password within 24 hours.</p>
<a href="http://203.0.113.7/secure/login.php">https://www.bank.example/</a>
"""


@pytest.fixture
def command(project: Path) -> Command:
    """Run a command in the test environment."""

    def run(*arguments: str, given: bytes = b"") -> Result:
        return CliRunner().invoke(cli.cli, [*arguments, "--env", "test"], input=given)

    return run


def test_urls_are_judged_one_json_document_a_line(command: Command) -> None:
    urls = b"https://www.wikipedia.org/\nhxxp://203.0.113.7/paypal/signin\n"

    done = command("check-url", "--json", "-", given=urls)

    assert done.exit_code == 0, done.output
    harmless, phishing = map(json.loads, done.stdout.splitlines())
    assert phishing["url"] == "http://203.0.113.7/paypal/signin"
    assert phishing["probability"] > harmless["probability"]
    assert (phishing["decision"], harmless["decision"]) == (True, False)
    assert phishing["looked_up"] == {}


def test_a_plan_names_who_would_be_asked_and_asks_nobody(command: Command) -> None:
    done = command("check-url", "--plan", "--lookup", "rdap", "https://www.example.com/a")

    assert done.exit_code == 0, done.output
    asked = [line for line in done.stdout.splitlines() if "WILL BE ASKED" in line]
    assert {line.split()[0] for line in asked} == {"rdap"}


def test_what_is_no_url_is_said_and_the_rest_is_judged(command: Command) -> None:
    done = command("check-url", "hello", "https://example.org/")

    assert done.exit_code == 1
    assert "'hello' has no host to judge" in done.stderr
    assert "hxxps://example[.]org/" in done.stdout


def test_a_mail_is_judged_readably_and_for_machines(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "mail.eml"
    file.write_bytes(MAIL)

    shown = command("check-mail", str(file))
    plain = command("check-mail", "--json", "-", given=MAIL)

    assert shown.exit_code == plain.exit_code == 0, shown.output
    verdict = json.loads(plain.stdout)
    assert verdict["decision"] is True
    assert verdict["links"][0]["url"] == "http://203.0.113.7/secure/login.php"
    assert "PHISHING" in shown.stdout


def test_a_mail_that_is_not_there_is_named(command: Command) -> None:
    done = command("check-mail", "no-such.eml")

    assert done.exit_code == 1
    assert "no-such.eml: No such file or directory" in done.stderr
