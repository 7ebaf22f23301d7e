"""Settings of the lookups."""

from dataclasses import fields, replace
from pathlib import Path

import pytest
import yaml

from network_security.enrichment import EnrichmentOptions
from network_security.enrichment.options import LOOKUPS

GUIDE = Path(__file__).parents[2] / "docs" / "enrichment.md"


def test_nothing_is_switched_on_by_default() -> None:
    options = EnrichmentOptions()
    assert [name for name in LOOKUPS if getattr(options, name).enabled] == []
    assert set(LOOKUPS) == {"dns", "rdap", "whois", "tls", "page"}


def test_guide_lists_every_option_with_its_default() -> None:
    listed = GUIDE.read_text().partition("```yaml\noptions:\n")[2].partition("```")[0]
    written = yaml.safe_load(f"options:\n{listed}")["options"]
    assert EnrichmentOptions(**written) == EnrichmentOptions()
    assert set(written) == {each.name for each in fields(EnrichmentOptions)}


def test_nested_parameters_become_options() -> None:
    options = EnrichmentOptions(dns={"enabled": True, "timeout_seconds": 1}, ports=[80])
    assert options.dns == replace(EnrichmentOptions().dns, enabled=True, timeout_seconds=1)
    assert options.ports == (80,)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"dns": {"enable": True}}, "dns has 'enable'"),
        ({"dns": {"enabled": "yes"}}, "dns: enabled is 'yes'"),
        ({"tls": {"timeout_seconds": 0}}, "tls: timeout_seconds is 0"),
        ({"page": {"keep_seconds": -1}}, "keep_seconds -1"),
        ({"deadline_seconds": 0}, "deadline_seconds is 0"),
        ({"burst": 0}, "burst is 0"),
        ({"most_redirects": -1}, "most_redirects is -1"),
        ({"page_bytes": 100_000_000}, "page_bytes is 100000000"),
        ({"ports": [0]}, "ports has 0"),
        ({"user_agent": "a\r\nX: 1"}, "user_agent is"),
        ({"dns_server": "dns.example"}, "dns_server is 'dns.example'"),
        ({"rdap_servers": {"com": "rdap.example"}}, "must begin with https://"),
        ({"trusted_roots": "/no/such/file"}, "trusted_roots is '/no/such/file'"),
    ],
)
def test_what_could_not_work_is_refused(parameters: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        EnrichmentOptions(**parameters)
