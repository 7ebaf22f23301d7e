"""A day in files: the same bytes for the same seed, and labels that point to the right lines."""

import hashlib
import os
import subprocess
import sys
from datetime import date

import orjson
import pytest

from network_security.sensors import parse_event
from network_security.simulator import write_day

FORMATS = ["panos", "zeek", "suricata", "postfix", "email", "sshd", "windows_security", "o365"]
DAY = date(2026, 3, 2)
NAME_SERVER = "10.20.20.53"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulated") / "day"
    write_day(folder, seed=7, day=DAY, n_events=12_000, formats=FORMATS)
    return folder


def digest(folder):
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def labels(folder):
    return [orjson.loads(line) for line in (folder / "labels.ndjson").read_bytes().splitlines()]


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_the_same_seed_gives_the_same_bytes_in_any_process(folder, tmp_path, hash_seed):
    command = [
        sys.executable, "-m", "network_security.simulator", str(tmp_path / "again"), "--seed", "7",
        "--day", "2026-03-02", "--events", "12000", "--formats", ",".join(FORMATS),
    ]  # fmt: skip
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, timeout=300)
    assert digest(tmp_path / "again") == digest(folder)


def test_another_seed_gives_other_bytes(folder, tmp_path):
    write_day(tmp_path / "other", seed=8, day=DAY, n_events=12_000, formats=FORMATS)
    assert digest(tmp_path / "other") != digest(folder)


def test_the_manifest_counts_what_is_there_and_says_that_it_is_simulated(folder):
    manifest = orjson.loads((folder / "manifest.json").read_bytes())
    assert manifest["simulated"] is True
    assert "nothing about real networks" in manifest["notice"]
    assert manifest["events"] == pytest.approx(12_000, rel=0.15)
    for path, lines in manifest["lines_by_file"].items():
        assert (folder / path).read_bytes().count(b"\n") == lines
    assert len(list((folder / "logs/email/messages").iterdir())) == manifest["messages"]
    assert set(manifest["events_by_format"]) == set(FORMATS)


def test_labels_point_to_lines_that_name_who_took_part(folder):
    lines = {
        path: (folder / path).read_text(encoding="utf-8").split("\n")
        for path in orjson.loads((folder / "manifest.json").read_bytes())["lines_by_file"]
    }
    for label in labels(folder):
        names = {name.strip("<>") for names in label["entities"].values() for name in names}
        pointed = [
            lines[path][number - 1] for path in label["lines"] for number in label["lines"][path]
        ]
        assert len(pointed) + len(label["files"]) == label["events"]
        for line in pointed:
            # Postfix joins its lines by queue id; the name server asks on behalf of others.
            if "postfix/" not in line and NAME_SERVER not in line:
                assert any(name in line for name in names), (label["episode"], line)
        for file in label["files"]:
            assert any(name in (folder / file).read_text(encoding="utf-8") for name in names)


def test_labels_bound_the_attack(folder):
    for label in labels(folder):
        assert "2026-03-02T08" <= label["start"] <= label["end"] < "2026-03-03"
        assert label["techniques"]


def test_logs_of_zeek_begin_with_their_header(folder, next_morning):
    for path in (folder / "logs/ids/zeek").iterdir():
        *header, first = path.read_text(encoding="utf-8").split("\n")[:8]
        document = parse_event(
            first, format="zeek", header="\n".join(header), received=next_morning
        )
        assert document["zeek"]["log"] or document["event"]["dataset"]


def test_a_folder_with_anything_in_it_is_left_alone(folder):
    before = digest(folder)
    with pytest.raises(FileExistsError, match="is not empty"):
        write_day(folder, seed=9, day=DAY)
    assert digest(folder) == before
