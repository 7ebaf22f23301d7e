import pytest

from network_security.evidence.phishing import PUBLISHED, extract
from network_security.evidence.phishing.schema import EVIDENCE_GROUPS
from network_security.evidence.phishing.url_features import FEATURES, url_features
from network_security.evidence.urls import parse


def feature(name: str, url: str) -> int | None:
    return url_features(parse(url), PUBLISHED)[name]


def test_the_features_are_those_of_the_url_s_group() -> None:
    assert tuple(FEATURES) == EVIDENCE_GROUPS["url"]


@pytest.mark.parametrize(
    ("name", "url", "value"),
    [
        ("having_IP_Address", "http://example.org/1.2.3.4", 1),
        ("having_IP_Address", "http://192.0.2.5/a", -1),
        ("having_IP_Address", "http://0xC0.0x00.0x02.0x05/a", -1),
        ("having_IP_Address", "http://[2001:db8::1]/", -1),
        ("URL_Length", "http://example.org/" + "a" * 34, 1),
        ("URL_Length", "http://example.org/" + "a" * 35, 0),
        ("URL_Length", "http://example.org/" + "a" * 56, 0),
        ("URL_Length", "http://example.org/" + "a" * 57, -1),
        ("Shortining_Service", "https://bit.ly/abc", -1),
        ("Shortining_Service", "https://www.tinyurl.com/abc", -1),
        ("Shortining_Service", "https://habit.ly.example.org/bit.ly", 1),
        ("Shortining_Service", "https://microsoft.com/", 1),
        ("having_At_Symbol", "https://example.org/a", 1),
        ("having_At_Symbol", "https://example.com@example.org/a", -1),
        ("double_slash_redirecting", "https://example.org/a/b", 1),
        ("double_slash_redirecting", "https://example.org//example.com", -1),
        ("double_slash_redirecting", "http://example.org/?u=http://example.com", -1),
        ("Prefix_Suffix", "https://example.org/a-b", 1),
        ("Prefix_Suffix", "https://example-pay.org/", -1),
        ("Prefix_Suffix", "https://xn--bcher-kva.example/", 1),
        ("having_Sub_Domain", "https://example.co.uk/", 1),
        ("having_Sub_Domain", "https://www.example.co.uk/", 1),
        ("having_Sub_Domain", "https://shop.example.co.uk/", 0),
        ("having_Sub_Domain", "https://www.shop.example.org/", 0),
        ("having_Sub_Domain", "https://pay.shop.example.org/", -1),
        ("having_Sub_Domain", "https://alice.github.io/", 0),
        ("having_Sub_Domain", "http://192.0.2.5/", 1),
        ("port", "https://example.org/", 1),
        ("port", "https://example.org:443/", 1),
        ("port", "http://example.org:8080/", -1),
        ("HTTPS_token", "https://example.org/https", 1),
        ("HTTPS_token", "http://https-example.org/", -1),
        ("HTTPS_token", "http://http.example.org/", -1),
        ("HTTPS_token", "http://httpd.example.org/", 1),
    ],
)
def test_a_feature_follows_its_rule(name: str, url: str, value: int) -> None:
    assert feature(name, url) == value


@pytest.mark.parametrize("url", ["", "/a/b", "javascript:alert(1)"])
def test_what_has_no_host_tells_nothing(url: str) -> None:
    assert set(extract(url).values()) == {None}
