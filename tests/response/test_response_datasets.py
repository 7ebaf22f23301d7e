"""The blocklist and the outbox as the catalog has them."""

from pathlib import Path
from typing import Any

import pytest
from kedro.config import OmegaConfigLoader
from kedro.io import DataCatalog, DatasetError
from pymongo.database import Database

from network_security.alerts.couriers import Couriers
from network_security.response.datasets import BlocklistDataset, OutboxDataset
from network_security.response.entries import BlockEntry
from network_security.response.store import BlocklistStore
from network_security.settings import CONFIG_LOADER_ARGS

REPOSITORY = Path(__file__).parents[2]
FILE = {"type": "ndjson", "name": "file", "path": "alerts.ndjson"}


@pytest.fixture
def place(database: Database[Any], embedded_uri: str) -> dict[str, Any]:
    """Where the test's database is, as an entry of the catalog says it."""
    host, port = database.client.address or ("", 0)
    uri = embedded_uri if str(port) in embedded_uri else f"mongodb://{host}:{port}"
    return {
        "embedded_directory": "/nonexistent",
        "database": database.name,
        "credentials": {"uri": uri},
    }


def proposed(place: dict[str, Any]) -> list[BlockEntry]:
    return list(BlocklistDataset(**place).load().every())


def test_alerts_propose_through_the_outbox(place: dict[str, Any], make) -> None:
    outbox = OutboxDataset(proposals={"least_severity": "high"}, **place).load()
    outbox.announce([make(), make("https://other.example/", reached=False)])

    assert Couriers(outbox).deliver_due() == 1
    assert [entry.kind for entry in proposed(place)] == ["host", "url"]
    outbox.announce([make()])
    assert Couriers(outbox).deliver_due() == 0


def test_sinks_get_their_secrets_by_name(place: dict[str, Any]) -> None:
    hook = {"type": "webhook", "name": "soar", "url": "https://hooks.example.org/"}
    secrets = {"soar": {"secret": "whsec_" + "A" * 32}}
    dataset = OutboxDataset(sinks={"all": [hook, FILE], "credentials": secrets}, **place)

    assert [sink.options.name for sink in dataset.load().sinks] == ["soar", "file"]
    assert "A" * 32 not in str(dataset)
    assert "A" * 32 not in repr(dataset.load().sinks[0].options)


def test_well_known_sites_are_read(place: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "ranks.csv"
    path.write_text("1,login.example\n")
    dataset = BlocklistDataset(ranks=[{"name": "top", "path": str(path)}], **place)
    store: BlocklistStore = dataset.load()
    with pytest.raises(Exception, match="number 1 of the well known"):
        store.add("host", "login.example", who="ana", reason="phishing")
    path.unlink()
    with pytest.raises(DatasetError, match=r"ranks\.csv"):
        dataset.load()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"sinks": {"all": [FILE | {"type": "pager"}]}}, "type is 'pager'"),
        ({"sinks": {"all": [FILE | {"name": "blocklist"}]}}, "is the blocklist's name"),
        ({"proposals": {"least": "high"}}, "unexpected keyword argument 'least'"),
        ({"blocklist": {"options": {"mode": "block"}}}, "mode is 'block'"),
    ],
)
def test_what_cannot_be_meant_is_told(
    place: dict[str, Any], wrong: dict[str, Any], why: str
) -> None:
    with pytest.raises(DatasetError, match=why):
        OutboxDataset(**wrong, **place)


def test_the_shipped_configuration_contacts_nobody(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NETWORK_SECURITY_PROJECT", str(tmp_path))
    loader = OmegaConfigLoader(
        conf_source=str(REPOSITORY / "conf"), env="base", **CONFIG_LOADER_ARGS
    )
    catalog = DataCatalog.from_config(loader["catalog"], loader["credentials"])
    outbox = catalog.load("alerts.outbox")
    assert [sink.options.name for sink in outbox.sinks] == ["blocklist"]
    assert isinstance(catalog.load("response.blocklist"), BlocklistStore)
