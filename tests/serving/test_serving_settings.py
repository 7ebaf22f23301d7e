"""The service's settings, as the project's configuration has them."""

from pathlib import Path
from typing import Any

import pytest
from kedro.io import DatasetError

from network_security.evidence.urls import parse
from network_security.serving.configuration import load_settings
from network_security.serving.datasets import ServingSettingsDataset
from network_security.serving.running import address_of
from network_security.serving.settings import Limits, ServingSettings, SettingsError
from network_security.storage.location import StoreLocation


def test_without_more_it_listens_on_this_machine_alone_and_asks_nobody() -> None:
    settings = load_settings(None)
    assert (settings.host, settings.port, settings.https) == ("127.0.0.1", 8000, False)
    assert settings.answered_hosts == ("127.0.0.1", "localhost", "[::1]")
    assert (settings.demo, settings.trusted_proxies) == (False, ())
    assert settings.lookups is not None
    contacts = settings.lookups.plan(parse("https://a.example"))
    assert not any(contact.switched_on for contact in contacts)
    assert settings.limits == Limits()


def test_a_container_says_it_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "HOST": "0.0.0.0", "PORT": "80", "HTTPS": "true",
        "TRUSTED_HOSTS": "sec.example.org, *.sec.example.org", "TRUSTED_PROXIES": "10.0.0.2",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"NETWORK_SECURITY_{name}", value)
    settings = load_settings(None)
    assert (settings.host, settings.port, settings.https) == ("0.0.0.0", 80, True)
    assert settings.answered_hosts == ("sec.example.org", "*.sec.example.org")
    assert settings.trusted_proxies == ("10.0.0.2",)
    assert address_of(settings) == "https://sec.example.org:80"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"port": "none"}, "invalid literal"),
        ({"port": 70_000}, "port is 70000"),
        ({"https": "perhaps"}, "write true or false"),
        ({"limits": {"unheard_of": 1}}, "unheard_of"),
        ({"unheard_of": 1}, "unheard_of"),
        ({"session_hours": 0}, "above 0"),
    ],
)
def test_what_cannot_be_meant_is_refused(given: dict[str, Any], why: str) -> None:
    with pytest.raises(DatasetError, match=why):
        ServingSettingsDataset(models="m", jobs="j", embedded_directory="d", **given)


def test_a_demonstration_is_for_this_machine_alone() -> None:
    store = StoreLocation(None, Path("d"))
    with pytest.raises(SettingsError, match="loopback only"):
        ServingSettings(store, Path("m"), Path("j"), host="0.0.0.0", demo=True)
