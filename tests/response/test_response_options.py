"""Options that could not work are refused, and say why."""

from typing import Any

import pytest

from network_security.response import ResponseOptions


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"mode": "block"}, "mode is 'block': one of recommend, enforce"),
        ({"enforce_from": "mild"}, "enforce_from is 'mild'"),
        ({"days": 0}, "days is 0"),
        ({"days": 100}, "days is 100, longest_days 90"),
        ({"longest_days": 1000}, "at most 365"),
        ({"own_networks": ["192.0.2.1/24"]}, "own_networks: .* write 192.0.2.0/24"),
        ({"own_domains": ["192.0.2.1"]}, "own_domains: '192.0.2.1' is no domain"),
        ({"protected_ranks": -1}, "0 or more"),
        ({"widest_ipv4": 0}, "1 to 32"),
        ({"widest_ipv6": 129}, "1 to 128"),
    ],
)
def test_refused(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=f"response: .*{why}"):
        ResponseOptions(**wrong)


def test_lists_of_a_configuration_are_taken_in_one_form() -> None:
    options = ResponseOptions(own_networks=["192.0.2.0/24"], own_domains=["Corp.Example."])  # type: ignore[arg-type]
    assert options == ResponseOptions(own_networks=("192.0.2.0/24",), own_domains=("corp.example",))
