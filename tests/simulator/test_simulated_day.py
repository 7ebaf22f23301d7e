"""A whole day: every line is read by its parser, in order, and joined across sensors."""

import json
from collections import Counter, defaultdict

import pytest

from network_security.sensors import FORMATS, parse_event
from network_security.sensors.joins import JOINERS
from network_security.simulator import Simulation, events
from network_security.simulator.writers import WRITERS

START_OF_CONNECTION = 2.0
"""Zeek dates a record by the beginning of its connection."""


def test_every_format_has_a_writer():
    assert set(WRITERS) == set(FORMATS)


def test_every_line_is_read_and_dated_as_it_was_written(small_day, next_morning):
    for event in small_day[0]:
        document = parse_event(
            event.raw, format=event.format, header=event.header, received=next_morning
        )
        late = event.time - document["@timestamp"].timestamp()
        if event.format == "zeek":
            assert late >= -0.001
        elif event.format == "m365_defender":
            assert late == pytest.approx(180, abs=0.01)
        else:
            assert -0.001 <= late < 1.5, (event.format, event.raw)
        assert "time_of_receipt" not in document.get("tags", ())


def test_events_are_in_order_of_time_and_all_formats_occur(small_day):
    times = [event.time for event in small_day[0]]
    assert times == sorted(times)
    assert {event.format for event in small_day[0]} == set(FORMATS)


def test_everyday_life_does_not_move_the_attacks(monday):
    def attacks(scale):
        run = Simulation(
            seed=7, start=monday, end=monday + 86_400, formats=["suricata"], scale=scale,
            episodes=["phishing", "beaconing"],
        )  # fmt: skip
        return [event.raw for event in run.events() if event.episode]

    assert attacks(0) == attacks(0.1)


def test_the_choice_of_formats_does_not_move_their_lines(monday):
    def lines(*formats):
        run = events(
            seed=7, start=monday, end=monday + 86_400, formats=formats, episodes=[], scale=0.05
        )
        return [event.raw for event in run if event.format == "windows_security"]

    assert lines("windows_security") == lines("windows_security", "panos", "zeek", "email")


def test_scale_multiplies_everyday_life(monday):
    def amount(scale):
        return sum(
            1
            for _ in events(
                seed=7, start=monday, end=monday + 86_400, formats=["suricata"], episodes=[],
                scale=scale,
            )
        )  # fmt: skip

    assert amount(0.4) == pytest.approx(4 * amount(0.1), rel=0.25)


def test_a_message_is_joined_by_its_identifier_in_all_gateways(small_day):
    everything, attacks = small_day
    name, attack = next(item for item in attacks.items() if item[1].kind == "phishing")
    wanted = attack.entities["message_ids"][0].strip("<>")
    seen = {event.format for event in everything if event.episode == name and wanted in event.raw}
    assert seen >= {
        "postfix", "proofpoint_tap", "proofpoint_pod", "mimecast", "cisco_esa", "fortimail",
        "m365_defender", "exchange_message_trace", "email", "zeek", "suricata",
    }  # fmt: skip


@pytest.mark.parametrize("name", JOINERS)
def test_the_lines_of_a_gateway_join_to_one_event_a_message(small_day, next_morning, name):
    joiner = JOINERS[name]()
    joined = []
    lines = (event.raw for event in small_day[0] if event.format == name)
    for position, line in enumerate(lines):
        document = parse_event(line, format=name, received=next_morning)
        joined += joiner.feed(document, position)
    messages = [event for event in small_day[0] if event.format == "email"]
    assert len(joined) == len(messages)
    assert len({document["email"]["message_id"] for document in joined}) == len(messages)


def test_the_link_of_the_mail_leads_to_names_handshakes_and_requests(small_day):
    everything, attacks = small_day
    name, attack = next(item for item in attacks.items() if item[1].kind == "phishing")
    domain = attack.entities["domains"][0]
    kinds = {
        json.loads(event.raw)["event_type"]
        for event in everything
        if event.format == "suricata" and event.episode == name and domain in event.raw
    }
    assert kinds == {"smtp", "dns", "tls", "http", "alert"}
    logs = {event.path for event in everything if event.format == "zeek" and domain in event.raw}
    assert logs >= {"ids/zeek/dns.log", "ids/zeek/ssl.log", "ids/zeek/http.log"}


def test_firewall_and_intrusion_detection_agree_on_the_flow(small_day, next_morning):
    ends = defaultdict(set)
    for event in small_day[0]:
        if event.episode is None or event.format not in ("juniper_srx", "suricata", "panos"):
            continue
        document = parse_event(event.raw, format=event.format, received=next_morning)
        if "source" in document and "beaconing" in event.episode:
            source, destination = document["source"], document["destination"]
            ends[event.format].add(
                (source["ip"], source["port"], destination["ip"], destination["port"])
            )
    assert ends["suricata"] == ends["juniper_srx"] == ends["panos"]


def test_what_the_firewall_drops_from_outside_is_hidden_from_the_sensor_inside(small_day):
    everything, attacks = small_day
    name, attack = next(item for item in attacks.items() if item[1].kind == "external_port_scan")
    (scanner,) = attack.entities["addresses"]
    seen = Counter(
        event.format for event in everything if event.episode == name and scanner in event.raw
    )
    assert seen["iptables"] > 700
    assert 0 < seen["snort"] < 10


def test_attacks_can_take_turns(monday):
    run = Simulation(
        seed=7, start=monday, end=monday + 700, scale=0, episode_every=300,
        episodes=["phishing", "beaconing"], formats=["suricata"],
    )  # fmt: skip
    for _ in run.events():
        pass
    assert list(run.episodes) == ["001-phishing", "002-beaconing", "003-phishing"]


def test_unknown_names_are_refused_with_the_known_ones(monday):
    with pytest.raises(ValueError, match=r"no format 'syslogg': one of iptables"):
        Simulation(seed=7, start=monday, formats=["syslogg"])
    with pytest.raises(ValueError, match=r"no episode 'fishing': one of phishing"):
        Simulation(seed=7, start=monday, episodes=["fishing"])
    with pytest.raises(ValueError, match="not after"):
        Simulation(seed=7, start=monday, end=monday)
