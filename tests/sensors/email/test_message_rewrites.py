import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.sensors.email.message_rewrites import target

SAFE_LINK = "https://eu1.safelinks.protection.outlook.com/?url="


@pytest.mark.parametrize(
    ("url", "original"),
    [
        (SAFE_LINK + "https%3A%2F%2Fexample.org%2Fa%3Fb%3D1&data=5", "https://example.org/a?b=1"),
        (
            "https://urldefense.proofpoint.com/v2/url?u=http-3A__example.org_a-2Db&d=x",
            "http://example.org/a-b",
        ),
        ("https://urldefense.com/v3/__https://example.org/a__;!!x$", "https://example.org/a"),
        # The list of characters is "#?=", and "**B" a run of three of them.
        (
            "https://urldefense.com/v3/__https://example.org/a*b*cd__;Iz8!!x$",
            "https://example.org/a#b?cd",
        ),
        (
            "https://urldefense.us/v3/__https:/example.org/**Bz__;Iz89!!x",
            "https://example.org/#?=z",
        ),
        ("https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fexample.org", "https://example.org"),
        ("https://secure-web.cisco.com/1x/https%3A%2F%2Fexample.org%2Fa", "https://example.org/a"),
        ("https://www.google.com/url?sa=t&url=https://example.org/", "https://example.org/"),
    ],
)
def test_a_rewritten_link_gives_the_original(url, original):
    assert target(url) == original


def test_rewriting_of_a_rewritten_link_is_undone():
    once = "https%3A%2F%2Furldefense.com%2Fv3%2F__https%3A%2F%2Fexample.org%2F__%3B!!x"

    assert target(SAFE_LINK + once) == "https://example.org/"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/?url=https://example.com/",
        "https://www.google.com/search?q=weather",
        "https://notwww.google.com.example.org/url?q=https://example.com",
        SAFE_LINK,
        SAFE_LINK + "javascript:alert(1)",
        "https://urldefense.com/v3/__https://example.org",
        "https://[x/",
        "",
    ],
)
def test_other_links_stand_for_themselves(url):
    assert target(url) is None


@given(st.sampled_from(["v2/url?u=", "v3/__", ""]), st.text(max_size=80))
def test_any_link_gives_a_web_address_or_none(path, rest):
    found = target(f"https://urldefense.proofpoint.com/{path}{rest}__;{rest}!!")

    assert found is None or found.lower().startswith(("http://", "https://"))
