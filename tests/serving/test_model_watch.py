"""Newer models take their place while requests go on."""

import asyncio
import json
import shutil
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from network_security import pretrained
from network_security.detection.fusion import FusionManifest
from network_security.serving.services.model_watch import ModelWatch

if TYPE_CHECKING:
    import pytest

    from tests.serving.conftest import Service, Start

SHIPPED = files(pretrained)
URL = "https://login.paypal.example/verify"


def fusion(folder: Path, version: str, **changed: object) -> str:
    """Put a fusion that differs from the shipped one into a folder of models; its digest."""
    plain = json.loads((SHIPPED / "fusion" / "manifest.json").read_text(encoding="utf-8"))
    manifest = replace(FusionManifest.from_json(plain), **changed)  # type: ignore[arg-type]
    path = folder / "fusion" / "manifest.json" / version / "manifest.json"
    path.parent.mkdir(parents=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(manifest.to_json()))
    unfinished.rename(path)
    return manifest.digest


def test_the_shipped_models_serve_until_there_are_others(tmp_path: Path) -> None:
    watch = ModelWatch(tmp_path, seconds=60)
    before = watch.current
    assert not watch.refresh()
    digest = fusion(tmp_path, "2026-03-01", prior=0.2)
    assert watch.refresh()
    assert watch.current.digests["urls"] == digest
    assert before.digests["urls"] != digest


def test_a_damaged_model_is_told_of_and_the_others_go_on(
    tmp_path: Path, caplog: "pytest.LogCaptureFixture"
) -> None:
    watch = ModelWatch(tmp_path, seconds=60)
    before = watch.current
    for kind in ("manifest.json", "model.onnx"):
        path = tmp_path / "phishing" / kind / "2026-03-01" / kind
        path.parent.mkdir(parents=True)
        with (SHIPPED / "phishing" / kind).open("rb") as source, path.open("wb") as copy:
            shutil.copyfileobj(source, copy)
    with path.open("ab") as model:
        model.write(b"altered")
    gate = tmp_path / "phishing" / "gate_decision.json" / "2026-03-01" / "gate_decision.json"
    gate.parent.mkdir(parents=True)
    gate.write_text('{"promote": true}')
    assert not watch.refresh()
    assert watch.current is before
    assert "digest" in (watch.problem or "")
    assert "cannot be loaded" in caplog.text


def test_no_request_is_dropped_while_models_are_swapped(start: "Start", tmp_path: Path) -> None:
    with start(models=tmp_path, reload_seconds=0.2) as service:
        key = service.key("viewer")
        old = service.held.models.current.digests["urls"]
        seen, new = asyncio.run(_ask_while_swapping(service, key, tmp_path))
    digests = [digest for digest, _ in seen]
    assert set(digests) == {old, *new}
    assert digests[-1] == new[-1]
    # Each answer is of one model throughout.
    by_digest: dict[str, set[float]] = {}
    for digest, probability in seen:
        by_digest.setdefault(digest, set()).add(probability)
    assert all(len(probabilities) == 1 for probabilities in by_digest.values())
    assert len({min(each) for each in by_digest.values()}) == len(by_digest)


async def _ask_while_swapping(
    service: "Service", key: str, folder: Path
) -> tuple[list[tuple[str, float]], list[str]]:
    seen: list[tuple[str, float]] = []
    new: list[str] = []
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=service.url, headers=headers, timeout=30) as client:

        async def ask() -> None:
            while not new or seen[-1][0] != new[-1] or len(new) < 2:
                answer = await client.post("/v1/urls", json={"urls": [URL]})
                assert answer.status_code == 200, answer.text
                result = answer.json()
                probability = result["results"][0]["score"]["probability"]
                seen.append((result["model"]["digest"], probability))

        async def swap() -> None:
            for number, prior in enumerate((0.2, 0.3)):
                await asyncio.sleep(0.5)
                while new and seen[-1][0] != new[-1]:
                    await asyncio.sleep(0.05)
                new.append(await asyncio.to_thread(fusion, folder, f"v{number}", prior=prior))

        async with asyncio.timeout(60):
            await asyncio.gather(swap(), *(ask() for _ in range(8)))
    return seen, new
