"""A newly promoted model judges from then on; one that cannot be used does not."""

import json
import logging
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from network_security.watching.model import NewestModel

SHIPPED = files("network_security.pretrained") / "fusion" / "manifest.json"


def promote(models: Path, version: str, content: str, *, model: str = "fusion") -> None:
    path = models / model / "manifest.json" / version / "manifest.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)


def test_a_promoted_model_takes_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    passed = [0.0]
    newest = NewestModel(tmp_path, 10, lambda: passed[0])
    shipped = newest.current()
    manifest = json.loads(SHIPPED.read_text(encoding="utf-8"))
    promote(tmp_path, "2026-03-02T08.00.00.000Z", json.dumps({**manifest, "prior": 0.25}))
    assert newest.current() is shipped, "it is not looked for each time"
    passed[0] += 11
    promoted = newest.current()
    assert promoted.manifest.prior == 0.25

    promote(tmp_path, "2026-03-03T08.00.00.000Z", "{}")
    passed[0] += 11
    with caplog.at_level(logging.ERROR):
        assert newest.current() is promoted
    assert "cannot be used" in caplog.text
    shutil.rmtree(tmp_path / "fusion")
    passed[0] += 11
    assert newest.current().manifest.digest == shipped.manifest.digest


def test_messages_are_judged_by_the_newest_model_over_the_same_judge_of_urls(
    tmp_path: Path,
) -> None:
    passed = [0.0]
    newest = NewestModel(tmp_path, 10, lambda: passed[0])
    urls, shipped = newest.current(), newest.messages()
    assert shipped.judge.digest == urls.manifest.digest
    assert newest.messages() is shipped

    fused = json.loads(SHIPPED.read_text(encoding="utf-8"))
    promote(tmp_path, "2026-03-02T08.00.00.000Z", json.dumps({**fused, "prior": 0.25}))
    passed[0] += 11
    over_another = newest.messages()
    assert over_another.manifest is shipped.manifest
    assert over_another.judge.digest == newest.current().manifest.digest != urls.manifest.digest

    changed = {**shipped.manifest.to_json(), "threshold": 0.9, "digest": ""}
    promote(tmp_path, "2026-03-03T08.00.00.000Z", json.dumps(changed), model="message")
    passed[0] += 11
    assert newest.messages().manifest.threshold == 0.9
    promote(tmp_path, "2026-03-04T08.00.00.000Z", "{}", model="message")
    passed[0] += 11
    assert newest.messages().manifest.threshold == 0.9
