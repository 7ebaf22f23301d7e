"""The settings in conf are a watcher, and what cannot be meant is told before it runs."""

from pathlib import Path
from typing import Any

import pytest
from kedro.io import DatasetError

from network_security.watching.dataset import WatcherDataset
from network_security.watching.settings import Address, TlsFiles


def dataset(folder: Path, **told: Any) -> WatcherDataset:
    return WatcherDataset(
        journal={"folder": str(folder / "journal")},
        models=str(folder / "models"),
        embedded_directory=str(folder / "store"),
        **told,
    )


def test_settings_are_read(tmp_path: Path) -> None:
    settings = (
        dataset(
            tmp_path,
            role="receive",
            listening={
                "syslog_udp": "127.0.0.1:5514",
                "syslog_tls": ["[::1]:6514"],
                "tls": {"certificate": "a.pem", "key": "a.key"},
            },
            following={"tail": [{"path": "/var/log/a", "format": "panos"}, "b"], "drop": "in"},
        )
        .load()
        .settings
    )
    assert settings.listening.syslog_udp == (Address("127.0.0.1", 5514),)
    assert settings.listening.tls == TlsFiles("a.pem", "a.key")
    assert [source.format for source in settings.following.tail] == ["panos", None]
    assert settings.following.drop == (Path("in"),)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"listening": {"syslog_tcp": ["5514"]}}, "write host:port"),
        ({"listening": {"syslog": []}}, "syslog"),
        ({"role": "receive"}, "nothing to receive"),
        ({"following": {"tail": [{"path": "a", "format": "none"}]}}, "no format 'none'"),
        ({"pace": {"batch_seconds": 0}}, "batch_seconds is 0"),
        ({"joining": {"windows": {"before": "soon"}}}, "correlation"),
        ({"alerts": {"grouping": {"by": "colour"}}}, "by is 'colour'"),
    ],
)
def test_what_cannot_be_meant(tmp_path: Path, told: dict[str, Any], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        dataset(tmp_path, **told)


def test_a_watcher_is_only_run(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="only run"):
        dataset(tmp_path).save("anything")  # type: ignore[arg-type]
