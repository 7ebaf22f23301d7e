import json
from pathlib import Path

import numpy as np
import pytest

from network_security import pretrained
from network_security.detection.url_text.expert import ExpertError
from network_security.detection.url_text.manifest import ManifestError


def test_the_expert_that_ships_tells_bait_from_a_plain_site() -> None:
    expert = pretrained.load_url_text()

    bait, plain = expert.score(
        ["http://paypal.com.secure-login.example.top/verify.php?id=7", "https://www.python.org/"]
    )
    assert bait > 2 > -2 > plain


def test_it_says_what_it_was_trained_on_and_how_well_it_does() -> None:
    manifest = pretrained.load_url_text().manifest

    assert manifest is not None
    assert {own["source"] for own in manifest.sources} == {"hannousse", "jpcert", "citizenlab"}
    assert all(own["licence"] and own["home"] for own in manifest.sources)
    later = manifest.metrics["all_sources"]["later"]
    assert later["roc_auc_with_path"]["mean"] >= 0.97
    assert later["roc_auc_without_path"]["mean"] >= 0.95


def test_it_explains_what_it_says() -> None:
    told = pretrained.load_url_text().pieces("http://paypal-secure-login.example/verify.php")

    assert {"paypal-secure-login", "verify.php"} <= {piece.text for piece in told}


def test_it_is_small_enough_to_ship() -> None:
    folder = Path(pretrained.__file__).parent / "url_text"

    assert (folder / "model.onnx").stat().st_size < 2_000_000


def test_files_that_do_not_fit_together_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(pretrained.__file__).parent / "url_text"
    (tmp_path / "url_text").mkdir()
    plain = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (tmp_path / "url_text" / "manifest.json").write_text(json.dumps(plain))
    (tmp_path / "url_text" / "model.onnx").write_bytes(np.random.default_rng(0).bytes(100))
    monkeypatch.setattr(pretrained, "files", lambda _: tmp_path)

    with pytest.raises(ManifestError, match="restore both from the same training run"):
        pretrained.load_url_text()


def test_a_package_without_the_expert_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pretrained, "files", lambda _: tmp_path)

    with pytest.raises(ExpertError, match="no pretrained URL text expert ships"):
        pretrained.load_url_text()
