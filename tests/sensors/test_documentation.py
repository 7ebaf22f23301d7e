"""The pages on formats and sensors say what the code does."""

import re
import sys
from dataclasses import asdict
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest

from network_security.sensors import FORMATS, Format, parse_event, signatures, times
from network_security.sensors.detect import detect
from network_security.sensors.email.proofpoint_tap import ASSUMED_DECISION
from network_security.sensors.framing import framer_class
from network_security.sensors.joins import INCOMPLETE, JOINERS, Limits
from network_security.sensors.parsing import INVALID_ENCODING
from network_security.sensors.samples import RECEIVED, raw_events

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "formats.md").read_text()
GUIDE = (DOCS / "sensors.md").read_text()

SECTIONS = dict(re.findall(r"(?ms)^### (\w+)$\n(.*?)(?=^##|\Z)", PAGE))
every_format = pytest.mark.parametrize("name", FORMATS)


def field_names(node, parent=""):
    """Return the dotted names of all fields of a document, those of objects among them."""
    names = set()
    for key, value in node.items():
        names.add(parent + key)
        if isinstance(value, dict):
            names |= field_names(value, f"{parent}{key}.")
    return names


def sample_of(section):
    """Return the sample event that a section shows."""
    (block,) = re.findall(r"(?ms)^```text\n(.*?)^```$", section)
    return block.rstrip("\n")


def mapped_fields(section):
    """Return the ECS fields in the right column of a section's table."""
    rows = re.findall(r"(?m)^\|(?! ?-)(.*)\|$", section)[1:]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.rpartition(" | ")[2])}


def test_every_format_has_its_section_in_the_order_of_the_registry():
    assert list(SECTIONS) == list(FORMATS)


@every_format
def test_every_format_is_linked_at_the_head_of_the_page(name):
    assert f"[`{name}`](#{name})" in PAGE.partition("\n## ")[0]


@every_format
@pytest.mark.parametrize("part", ["Configure: ", "The rest: ", "Gaps: "])
def test_every_section_has_all_parts(name, part):
    assert SECTIONS[name].count(f"\n{part}") == 1


@every_format
def test_the_sample_of_a_section_is_an_event(name):
    document = parse_event(sample_of(SECTIONS[name]), format=name, received=RECEIVED)

    assert document["event"]["dataset"] == FORMATS[name].dataset


@every_format
def test_the_fields_of_the_table_occur_in_documents(name):
    events = [*raw_events(name), sample_of(SECTIONS[name])]
    documents = [parse_event(raw, format=name, received=RECEIVED) for raw in events]
    occurring = set().union(*map(field_names, documents))

    fields = mapped_fields(SECTIONS[name])
    assert len(fields) >= 8
    assert fields - occurring == set()


@every_format
def test_the_keys_of_the_rest_occur_in_documents(name):
    rest = SECTIONS[name].partition("\nThe rest: ")[2].partition("\n\n")[0]
    documents = [parse_event(raw, format=name, received=RECEIVED) for raw in raw_events(name)]
    occurring = set().union(*map(field_names, documents))

    keys = re.findall(r"`([a-z0-9]+\.[\w.]+)`", rest)
    assert set(keys) - occurring == set()
    assert FORMATS[name].dataset in keys[0]


@pytest.mark.parametrize("page", ["formats.md", "sensors.md"])
def test_links_within_the_documentation_lead_somewhere(page):
    prose = re.sub(r"(?ms)^ *```.*?^ *```$", "", (DOCS / page).read_text())
    for target in re.findall(r"\]\(([^)]+)\)", prose):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        linked = DOCS / (file or page)
        assert linked.exists(), target
        if anchor:
            heads = re.findall(r"(?m)^#+ (.*)$", linked.read_text())
            slugs = [re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads]
            assert anchor in slugs, target


def blocks(section, language):
    """Return the code blocks under a heading of the guide, without their indentation."""
    text = GUIDE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    found = re.findall(rf"(?ms)^( *)```{language}\n(.*?)^\1```$", text)
    return [dedent(block) for _, block in found]


def test_the_example_of_a_new_format_is_told_and_parsed(monkeypatch):
    code, registry_line, signature_line = blocks("Add a format", "python")
    (line,) = blocks("Add a format", "text")
    entry = eval(registry_line.strip().rstrip(","), {"Format": Format})
    module = ModuleType(f"network_security.sensors.{entry.kind}.{entry.name}")
    exec(code, module.__dict__)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(FORMATS, entry.name, entry)
    for name, found in eval(f"{{{signature_line}}}", vars(signatures)).items():
        monkeypatch.setitem(signatures.SIGNATURES, name, found)

    document = parse_event(line, format=entry.name, received=RECEIVED)

    assert detect(line.encode()).format == entry.name
    assert document["@timestamp"].isoformat() == "2026-01-14T08:15:30+00:00"
    assert document["event"]["dataset"] == "example.gateway"
    assert document["event"]["action"] == "drop"
    assert document["event"]["type"] == ["connection", "denied", "info"]
    assert document["source"]["bytes"] == 60
    assert document["destination"]["port"] == 22
    assert document["network"]["transport"] == "tcp"
    assert document["example"]["gateway"] == {"zone": "dmz"}


def test_the_framing_example_gives_every_record_with_its_header():
    (code,) = blocks("From a stream to records", "python")
    log = next(raw for raw in raw_events("zeek") if raw.startswith("#")).encode() + b"\n"
    parsed = []

    def keep(*arguments, **options):
        parsed.append(parse_event(*arguments, **options))

    exec(code, {"parse_event": keep, "head": log, "chunk": log, "framer_class": framer_class})

    assert [document["event"]["dataset"] for document in parsed] == ["zeek.log"]


def test_the_joining_example_gives_a_message_and_goes_on_where_it_was():
    (code,) = blocks("Messages of several lines", "python")
    event = parse_event(raw_events("postfix")[2], format="postfix", received=RECEIVED)
    names = {"event": event, "offset": 0}

    exec(code, names)

    (message,) = names["open_ones"]
    assert message["event"]["dataset"] == "postfix.message"
    assert "message_incomplete" in message["tags"]
    assert JOINERS["postfix"].restore(names["kept"]).open_messages() == names["open_ones"]


def test_the_tags_of_the_guide_are_those_that_the_code_sets():
    table = GUIDE.partition("| tag |")[2].partition("\n\n")[0]
    documented = set(re.findall(r"(?m)^\| `(\w+)` \|", table))

    assert documented == {
        times.ASSUMED_YEAR,
        times.ASSUMED_ZONE,
        times.ASSUMED_RECEIPT,
        INVALID_ENCODING,
        ASSUMED_DECISION,
        INCOMPLETE,
    }


def test_the_limits_of_the_guide_are_the_defaults():
    section = GUIDE.partition("| limit |")[2].partition("\n\n")[0]
    rows = re.findall(r"(?m)^\| `(\w+)`.* \| ([\d,]+) \|$", section)

    assert {name: int(value.replace(",", "")) for name, value in rows} == asdict(Limits())
