from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from network_security.demo.status import TITLES, Attack, DemoStatus, read_status, write_status
from network_security.simulator.episodes import EPISODES
from network_security.storage import open_database

NOON = datetime(2026, 3, 2, 12, 0, 0, 250_000, UTC)
PHISHING = Attack(
    id="001-phishing",
    kind="phishing",
    techniques=("T1566.002",),
    began=NOON,
    events=40,
    entities={
        "urls": ("https://login.bank.example/secure?id=1",),
        "domains": ("login.bank.example",),
        "message_ids": ("<1@bank-service.test>",),
        "addresses": ("198.51.100.37", "10.20.10.21"),
        "users": ("a.user",),
    },
)
STATUS = DemoStatus(
    started=NOON,
    updated=NOON,
    simulated=NOON,
    catching_up=True,
    speed=60.0,
    sent={"syslog-udp": 1200, "drop": 5},
    attacks=(PHISHING,),
)


@pytest.fixture
def database(embedded_uri: str, tmp_path: Path) -> Database[dict[str, Any]]:
    return open_database(embedded_uri, embedded_directory=tmp_path, name=tmp_path.name)


def test_nobody_said_anything_where_no_demonstration_runs(database) -> None:
    assert read_status(database) is None


def test_what_is_written_is_read(database) -> None:
    write_status(database, STATUS)
    write_status(database, STATUS)
    assert read_status(database) == STATUS


def test_the_sentence_says_what_goes_on() -> None:
    assert STATUS.sentence == (
        "It is 12:00 UTC in a simulated company, time runs 60 times as fast until it has caught up "
        "with the present: 1,205 log records sent, 1 attack so far."
    )


@pytest.mark.parametrize(
    "text",
    [
        "https://login.bank.example/secure?id=1",
        "https://LOGIN.bank.example/other",
        "login.bank.example",
        "1@bank-service.test",
        "<1@bank-service.test>",
    ],
)
def test_an_alert_is_compared_with_the_truth_by_url_host_or_message(text: str) -> None:
    assert STATUS.attack_of(["nothing", text]) == PHISHING


@pytest.mark.parametrize("text", ["https://www.example.com/", "10.20.10.21", "a.user", ""])
def test_everyday_life_belongs_to_no_attack(text: str) -> None:
    assert STATUS.attack_of([text]) is None


def test_every_kind_of_attack_has_a_title() -> None:
    assert set(TITLES) == set(EPISODES)
