from ipaddress import ip_address, ip_network

import pytest

from network_security.simulator.network import draw_network, zone

RESERVED = [ip_network(block) for block in (
    "10.0.0.0/8", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24",
)]  # fmt: skip


def test_a_seed_gives_one_network_and_another_seed_another(network):
    assert draw_network(7) == network
    assert [user.account for user in draw_network(8).users] != [
        user.account for user in network.users
    ]


def test_all_addresses_are_private_or_for_documentation(network):
    addresses = [
        *network.hosts, *(user.home for user in network.users),
        *(site.address for site in network.sites),
        *(other.address for other in network.correspondents),
        *(host.public for host in network.hosts.values() if host.public),
    ]  # fmt: skip
    for address in addresses:
        assert any(ip_address(address) in block for block in RESERVED), address


@pytest.mark.parametrize("n_users", [6, 24, 120])
def test_every_user_has_an_account_and_a_workstation(n_users):
    users = draw_network(7, n_users=n_users).users
    assert len({user.account for user in users}) == n_users
    assert len({user.workstation.address for user in users}) == n_users
    assert {zone(user.workstation.address) for user in users} == {"lan"}


@pytest.mark.parametrize("n_users", [5, 121])
def test_the_address_plan_has_its_limits(n_users):
    with pytest.raises(ValueError, match="6 to 120"):
        draw_network(7, n_users=n_users)
