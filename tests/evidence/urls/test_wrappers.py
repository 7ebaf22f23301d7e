import base64
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.evidence.urls import parse, unwrap
from network_security.evidence.urls.wrappers import MOST_LAYERS

TARGET = "https://www.example.org/pay/bill?id=7&x=a-b_c"
QUOTED = quote(TARGET, safe="")
BASE64 = base64.b64encode(TARGET.encode()).decode()
V2 = QUOTED.replace("-", "%2D").replace("_", "%5F").replace("%", "-")

GATEWAYS = {
    "proofpoint v1": f"https://urldefense.proofpoint.com/v1/url?u={QUOTED}&k=abc&r=def",
    "proofpoint v2": f"https://urldefense.proofpoint.com/v2/url?u={V2}&d=DwMF&c=abc",
    "proofpoint v2, escaped": f"https://urldefense.proofpoint.com/v2/url?u={V2}&amp;d=DwMF",
    "proofpoint v3": f"https://urldefense.com/v3/__{TARGET}__;!!AbC!x$",
    "proofpoint v3, one slash": f"https://urldefense.us/v3/__{TARGET.replace('//', '/')}__;!!A!x$",
    "safe links": f"https://eur01.safelinks.protection.outlook.com/?url={QUOTED}&data=05%7C02",
    "barracuda": f"https://linkprotect.cudasvc.com/url?a={QUOTED}&c=E,1,abc&typo=1",
    "cisco": f"https://secure-web.cisco.com/1AbC-d_e/{QUOTED}",
    "sophos": f"https://eu-west-1.protection.sophos.com/?d=example.org&u={quote(BASE64)}&i=abc",
    "trend micro": f"https://abc.trendmicro.com/wis/clicktime/v1/query?url={QUOTED}&umid=1",
    "fireeye": f"https://protect2.fireeye.com/v1/url?k=abc&q=1&e=2&u={QUOTED}",
    "symantec": f"https://clicktime.symantec.com/abc?h=def&u={QUOTED}",
    "check point": f"https://protect.checkpoint.com/v2/___{TARGET}___.YzJl",
}
REDIRECTORS = {
    "google": f"https://www.google.com/url?q={QUOTED}&sa=D",
    "google elsewhere": f"https://www.google.co.uk/url?sa=t&url={QUOTED}",
    "bing": f"https://www.bing.com/ck/a?p=abc&u=a1{BASE64.rstrip('=')}&ntb=1",
    "facebook": f"https://l.facebook.com/l.php?u={QUOTED}&h=abc",
    "duckduckgo": f"https://duckduckgo.com/l/?uddg={QUOTED}",
    "youtube": f"https://www.youtube.com/redirect?event=a&q={QUOTED}",
    "any site's parameter": f"https://shop.example/out?lang=de&redirect={QUOTED}",
    "encoded twice": f"https://shop.example/out?url={quote(QUOTED)}",
}


@pytest.mark.parametrize("link", GATEWAYS.values(), ids=GATEWAYS)
def test_a_gateway_is_undone(link: str) -> None:
    unwrapped = unwrap(parse(link))

    assert unwrapped.target.text == unwrapped.sent.text == TARGET
    assert [layer.kind for layer in unwrapped.layers] == ["gateway"]


@pytest.mark.parametrize("link", REDIRECTORS.values(), ids=REDIRECTORS)
def test_a_redirector_is_followed_but_is_what_was_sent(link: str) -> None:
    unwrapped = unwrap(parse(link))

    assert unwrapped.target.text == TARGET
    assert unwrapped.sent.text == link
    assert [layer.kind for layer in unwrapped.layers] == ["redirector"]


def test_proofpoint_lists_the_characters_it_replaced() -> None:
    listed = base64.urlsafe_b64encode(b"#[]{}").decode().rstrip("=")
    link = f"https://urldefense.com/v3/__https://example.org/*a**Ab**A__;{listed}!!A!x$"

    assert unwrap(parse(link)).target.text == "https://example.org/#a[]b{}"


def test_google_s_copy_of_a_page_leads_to_the_page() -> None:
    link = "https://www.google.com/amp/s/www.example.org/news"

    assert unwrap(parse(link)).target.host.name == "www.example.org"


@pytest.mark.parametrize("host", ["protect-eu.mimecast.com", "url.uk.m.mimecastprotect.com"])
def test_mimecast_gives_the_host_only(host: str) -> None:
    link = f"https://{host}/s/AbCdEf?domain=login.example.org"

    assert unwrap(parse(link)).target.text == "login.example.org"


def test_the_chain_is_kept_from_the_outside_to_the_inside() -> None:
    inside = REDIRECTORS["google"]
    middle = f"https://eur01.safelinks.protection.outlook.com/?url={quote(inside, safe='')}"
    outside = f"https://linkprotect.cudasvc.com/url?a={quote(middle, safe='')}"
    unwrapped = unwrap(parse(outside))

    assert [layer.wrapper for layer in unwrapped.layers] == ["barracuda", "safe_links", "google"]
    assert [layer.url.text for layer in unwrapped.layers] == [middle, inside, TARGET]
    assert unwrapped.sent.text == inside


def test_the_chain_ends() -> None:
    link = TARGET
    for _ in range(MOST_LAYERS + 2):
        link = f"https://a.example/?url={quote(link, safe='')}"

    assert len(unwrap(parse(link)).layers) <= MOST_LAYERS


@pytest.mark.parametrize(
    "link",
    [
        TARGET,
        "https://example.org/?url=/login",
        "https://example.org/?text=https%3A%2F%2Fexample.com",
        "https://safelinks.protection.outlook.com.example.org/?data=1",
        "https://urldefense.com/v3/__nothing",
        "https://secure-web.cisco.com/",
        "https://protect-eu.mimecast.com/s/AbCdEf",
        "https://www.google.com/search?q=weather",
        "https://eu-west-1.protection.sophos.com/?u=%%%",
    ],
)
def test_what_wraps_nothing_stays(link: str) -> None:
    unwrapped = unwrap(parse(link))

    assert unwrapped.layers == ()
    assert unwrapped.target is unwrapped.sent is unwrapped.url


@given(st.sampled_from([*GATEWAYS.values(), *REDIRECTORS.values()]), st.data())
def test_no_damage_raises(link: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(link)))
    unwrap(parse(link[:place] + data.draw(st.text(max_size=20)) + link[place + 3 :]))


@pytest.mark.parametrize("filler", ["/v3/__", "__;", "*", "**A", "&url=", "%25", "___", "&amp;"])
@pytest.mark.parametrize("start", ["https://urldefense.com/v3/__", "https://a.example/?url=http:"])
def test_a_long_link_takes_no_long_time(start: str, filler: str) -> None:
    link = parse(start + filler * 100_000)
    started = time.process_time()
    unwrap(link)

    assert time.process_time() - started < 0.5
