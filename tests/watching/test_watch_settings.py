"""Settings that cannot be meant are refused with what to write instead."""

from pathlib import Path
from typing import Any

import pytest

from network_security.watching.settings import (
    Address,
    Following,
    JournalOptions,
    Listening,
    Pace,
    SettingsError,
    WatchSettings,
)

ADDRESS = Address("127.0.0.1", 6514)


@pytest.mark.parametrize("text", ["127.0.0.1", "127.0.0.1:70000", ":1", "a b:1", "::1:5514", ""])
def test_no_address(text: str) -> None:
    with pytest.raises(SettingsError, match="write host:port"):
        Address.parse(text)


@pytest.mark.parametrize("text", ["127.0.0.1:5514", "[::1]:5514", "logs.example.org:514"])
def test_an_address_is_written_as_it_is_read(text: str) -> None:
    assert str(Address.parse(text)) == text


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        (Listening, {"syslog_tls": (ADDRESS,)}, "needs a certificate"),
        (Listening, {"formats": {"192.0.2.1": "fortinet"}}, "no format 'fortinet'"),
        (Listening, {"connections": 0}, "connections is 0"),
        (JournalOptions, {"folder": Path(), "sync": "often"}, "always, interval, never"),
        (JournalOptions, {"folder": Path(), "most_bytes": 0}, "most_bytes is 0"),
        (Following, {"after_drop": "keep"}, "move or delete"),
        (Pace, {"lease_seconds": -1}, "lease_seconds is -1"),
        (WatchSettings, {"journal": JournalOptions(Path()), "role": "watch"}, "role is 'watch'"),
        (WatchSettings, {"journal": JournalOptions(Path()), "role": "receive"}, "--syslog-udp"),
    ],
)
def test_what_cannot_be_meant(kind: Any, values: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        kind(**values)
