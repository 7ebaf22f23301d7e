import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.evidence.urls import host_of


def test_a_name_is_read_without_its_disguise() -> None:
    host = host_of("WWW.Shop.%45xample%2Eco.uk.")

    assert host.name == "www.shop.example.co.uk"
    assert (host.domain, host.suffix) == ("example.co.uk", "co.uk")
    assert host.sub_domains == ("www", "shop")
    assert host.site == "example.co.uk"


def test_sites_of_a_hosting_service_are_sites_of_their_own() -> None:
    alice, bob = host_of("www.alice.github.io"), host_of("bob.github.io")

    assert alice.site != bob.site
    assert alice.sub_domains == ("www",)
    assert alice.icann_sub_domains == ("www", "alice")


@pytest.mark.parametrize("written", ["127.0.0.1", "0x7f.1", "2130706433", "%3127.0.0.1", "127.1."])
def test_an_address_is_known_however_it_is_written(written: str) -> None:
    host = host_of(written)

    assert host.address == host.name == host.site == "127.0.0.1"
    assert (host.domain, host.sub_domains) == ("", ())


def test_a_name_shows_what_it_looks_like() -> None:
    host = host_of("xn--pypal-4ve.example")

    assert host.unicode == "p\u0430ypal.example"
    assert host.skeleton == host_of("paypal.example").skeleton
    assert host.mixed_script
    assert not host_of("paypal.example").mixed_script


@pytest.mark.parametrize("written", ["localhost", "co.uk", "[::1]"])
def test_a_host_without_a_domain_is_its_own_site(written: str) -> None:
    host = host_of(written)

    assert host.domain == ""
    assert host.site == host.name != ""


@given(st.text(max_size=400))
def test_no_host_raises(written: str) -> None:
    host = host_of(written)

    assert isinstance(host.skeleton, str)
    assert host.mixed_script in (True, False)
    assert host.name.endswith(host.domain)
