"""A day of a small company, as its sensors logged it, with one phishing attack in it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from network_security.evidence.correlation import Correlator, EvidenceRow, correlate
from network_security.sensors import parse_event
from network_security.simulator import Simulation

START = datetime(2026, 3, 2, tzinfo=UTC).timestamp()
FORMATS = ("suricata", "zeek", "panos", "postfix", "email", "m365_defender")
SEED = 11
"""The victim's browser speaks TLS 1.2 in this day, so that the certificate is seen."""


class Day:
    """The events, and what the attack consists of."""

    def __init__(self) -> None:
        simulation = Simulation(
            seed=SEED,
            start=START,
            end=START + 86_400,
            formats=FORMATS,
            episodes=["phishing"],
            scale=0.1,
        )
        self.events: list[dict[str, Any]] = []
        self.attack: set[str] = set()
        for event in simulation.events():
            document = parse_event(event.raw, format=event.format, header=event.header)
            self.events.append(document)
            if event.episode:
                self.attack.add(document["event"]["hash"])
        (self.episode,) = simulation.episodes.values()


@pytest.fixture(scope="module")
def day() -> Day:
    return Day()


@pytest.fixture(scope="module")
def rows(day: Day) -> dict[str, EvidenceRow]:
    return {row.entity: row for row in correlate(day.events)}


def test_each_link_of_the_attack_is_a_row_with_its_recipient(
    day: Day, rows: dict[str, EvidenceRow]
) -> None:
    *links, _ = day.episode.entities["urls"]
    recipients = {recipient for link in links for recipient in rows[link].recipients}

    assert all(len(rows[link].recipients) == 1 for link in links)
    assert {one.partition("@")[0] for one in recipients} == set(day.episode.entities["users"])
    assert {rows[link].messages[0].message_id for link in links} == {
        id_.strip("<>") for id_ in day.episode.entities["message_ids"]
    }


def test_the_victim_s_click_is_found(day: Day, rows: dict[str, EvidenceRow]) -> None:
    victim, *others = day.episode.entities["users"]
    *links, _ = day.episode.entities["urls"]
    clicked = {rows[link].recipients[0]: rows[link].clicked_by for link in links}
    clients = {user.partition("@")[0]: found for user, found in clicked.items()}

    assert [client.address for client in clients[victim]] == [day.episode.entities["addresses"][3]]
    assert clients[victim][0].basis == "url"
    assert all(not clients[user] for user in others)


def test_the_row_has_evidence_of_all_sensors(day: Day, rows: dict[str, EvidenceRow]) -> None:
    row = rows[day.episode.entities["urls"][0]]

    assert row.observations.certificate is not None
    assert row.observations.dns is not None
    assert row.observations.page is not None
    assert row.observations.dns.records == (day.episode.entities["addresses"][1],)
    known = {name for name, value in row.features.items() if value is not None}
    assert {"SSLfinal_State", "DNSRecord", "SFH", "URL_of_Anchor", "URL_Length"} <= known
    (message,) = row.messages
    assert message.authentication == {"spf": "softfail", "dkim": "none", "dmarc": "fail"}
    assert message.text_differs is True


def test_the_password_was_sent_without_tls(day: Day, rows: dict[str, EvidenceRow]) -> None:
    row = rows[day.episode.entities["urls"][-1]]

    assert row.features["Redirect"] == 0
    assert row.observations.http is not None
    assert row.observations.http.status == 302


def test_attack_and_everyday_life_do_not_mix(day: Day, rows: dict[str, EvidenceRow]) -> None:
    domains = day.episode.entities["domains"]
    for row in rows.values():
        behind = {id_ for ids in row.sources.values() for id_ in ids}
        attack = any(domain in row.entity for domain in domains)
        assert behind <= day.attack if attack else not behind & day.attack


def test_batches_of_a_stream_give_the_rows_of_the_history(
    day: Day, rows: dict[str, EvidenceRow]
) -> None:
    correlator = Correlator()
    final = []
    for start in range(0, len(day.events), 200):
        batch = correlator.add(day.events[start : start + 200])
        final += [row for row in batch if row.final]
    final += correlator.finish()

    assert correlator.late == 0
    assert {row.entity: row for row in final} == rows
