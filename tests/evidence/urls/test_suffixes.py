import subprocess
import sys

import pytest

from network_security.evidence.urls.suffixes import registered


@pytest.mark.parametrize(
    ("name", "domain", "suffix"),
    [
        ("www.example.com", "example.com", "com"),
        ("a.b.example.co.uk", "example.co.uk", "co.uk"),
        ("alice.github.io", "alice.github.io", "github.io"),
        ("github.io", "", "github.io"),
        ("a.b.kawasaki.jp", "a.b.kawasaki.jp", "b.kawasaki.jp"),
        ("www.city.kawasaki.jp", "city.kawasaki.jp", "kawasaki.jp"),
        ("host.example.no-such-suffix", "example.no-such-suffix", "no-such-suffix"),
        ("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn", "xn--55qx5d.cn"),
    ],
)
def test_a_name_is_split_by_the_public_suffix_list(name: str, domain: str, suffix: str) -> None:
    found = registered(name.split("."))

    assert (found.domain, found.suffix) == (domain, suffix)


def test_registries_are_told_from_hosting_services() -> None:
    assert registered(["alice", "github", "io"]).icann_labels == 1
    assert registered(["example", "co", "uk"]).icann_labels == 2


def test_the_list_is_read_when_a_url_is() -> None:
    code = (
        "import sys, network_security.evidence as e; e.SCHEMAS['phishing'];"
        "assert 'tldextract' not in sys.modules and 'idna' not in sys.modules;"
        "e.phishing.extract('http://example.org'); assert 'tldextract' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
