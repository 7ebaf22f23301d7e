"""From two folders of messages to a detector, with the real nodes and a judge of links."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kedro.io import DataCatalog, DatasetError, MemoryDataset
from kedro.runner import SequentialRunner

from network_security.detection.arrays import Floats
from network_security.detection.message import MessageDetector, MessageManifest
from network_security.detection.message.evaluation import MessageSplitOptions
from network_security.detection.message.fitting import MessageFitOptions
from network_security.detection.message.links import LinkOptions
from network_security.detection.verdicts import Verdict
from network_security.evidence.messages import read_message
from network_security.pipelines.message import create_pipeline
from network_security.pipelines.message.datasets import LabelledMailsDataset
from network_security.pipelines.message.nodes import OperatingOptions, ship


class ByName:
    """Says +4 of hosts that begin with "bad", -2 of all others."""

    name = "by_name"
    digest = "b" * 64

    def log_odds(self, urls: Sequence[str]) -> Floats:
        return np.array([4.0 if "//bad" in url else -2.0 for url in urls])

    def examine(self, url: str) -> Verdict | None:
        return None


def write_mails(folder: Path) -> None:
    for label, text in (
        ("phishing", "Urgent! Verify your account number {0}: http://bad{0}.example/login"),
        ("legitimate", "Minutes of meeting {0} are at https://club{0}.example/minutes"),
    ):
        (folder / "emails" / label).mkdir(parents=True)
        for number in range(12):
            body = text.format(number * 7)
            raw = f"From: a@a.example\nSubject: No. {number}\n\n{body}\n"
            (folder / "emails" / label / f"{number}.eml").write_text(raw)


@pytest.fixture
def made(tmp_path: Path) -> dict[str, Any]:
    """The outputs of the pipeline."""
    write_mails(tmp_path)
    given = {
        "message.link_judge": ByName(),
        "params:message.links": LinkOptions(),
        "params:message.split": MessageSplitOptions(folds=3, repetitions=2),
        "params:message.fitting": MessageFitOptions(),
        "params:message.operating": OperatingOptions(0.02, 0.9),
        "params:message.sources": [{"name": "written for this test"}],
    }
    catalog = DataCatalog({name: MemoryDataset(data) for name, data in given.items()})
    catalog["message.labelled"] = LabelledMailsDataset(folders=["", str(tmp_path)])
    found = SequentialRunner().run(create_pipeline(), catalog)
    return {name: dataset.load() for name, dataset in found.items()}


def test_the_manifest_is_a_detector(made: dict[str, Any]) -> None:
    manifest = MessageManifest.from_json(ship(made["message.manifest"]))
    detector = MessageDetector(manifest, ByName())
    text = b"Urgent! Verify your account number 5: http://bad99.example/login"
    unseen = read_message(b"From: c@c.example\nSubject: No. 99\n\n" + text)

    assert detector.score([unseen]).decision.all()
    assert manifest.links == {"detector": "by_name", "digest": "b" * 64}
    assert manifest.training["messages"] == {"phishing": 12, "legitimate": 12}


def test_the_report_shows_what_each_part_adds(made: dict[str, Any]) -> None:
    report = made["message.metrics"]

    assert set(report["ablations"]) == {
        "links and content",
        "links only",
        "content only",
        "without what only HTML has",
    }
    assert report["ablations"]["links and content"]["roc_auc"]["mean"] > 0.9
    assert report["one_false_alarm_is_an_fpr_of"] == pytest.approx(1 / 12)
    assert report["single_features"]["length"]["weighed"] is False


def test_no_messages_is_an_error_that_says_what_to_supply(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="folders `phishing` and `legitimate`"):
        LabelledMailsDataset(folders=[str(tmp_path)]).load()


def test_one_class_alone_is_the_same_error(tmp_path: Path) -> None:
    write_mails(tmp_path)
    for path in (tmp_path / "emails" / "phishing").iterdir():
        path.unlink()

    with pytest.raises(DatasetError, match="no labelled messages in"):
        LabelledMailsDataset(folders=[str(tmp_path)]).load()
