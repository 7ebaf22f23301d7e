import pytest

from network_security.evidence.phishing import EVIDENCE_GROUPS, Page, extract

URL = "https://www.example.org/login"


def feature(name: str, html: str, page_url: str | None = None) -> int | None:
    return extract(URL, page=Page(html, page_url))[name]


def mixed(own: int, others: int, tag: str) -> str:
    """Tags of which some lead to the page's own site and others to another."""
    return tag.format("/a") * own + tag.format("https://cdn.example.net/a") * others


@pytest.mark.parametrize(
    ("html", "value"),
    [
        ("", 1),
        ("<link rel=icon href=/favicon.ico>", 1),
        ('<link rel="shortcut icon" href="https://static.example.org/i.ico">', 1),
        ('<link rel="icon" href="//example.com/i.ico">', -1),
        ('<base href="https://example.com/"><link rel=icon href=i.ico>', -1),
        ('<base href="app/"><link rel=icon href=i.ico>', 1),
    ],
)
def test_favicon(html: str, value: int) -> None:
    assert feature("Favicon", html) == value


@pytest.mark.parametrize(
    ("own", "others", "value"),
    [(0, 0, 1), (79, 21, 1), (78, 22, 0), (39, 61, 0), (38, 62, -1), (0, 1, -1)],
)
def test_request_url(own: int, others: int, value: int) -> None:
    assert feature("Request_URL", mixed(own, others, '<img src="{}">')) == value


@pytest.mark.parametrize("tag", ["<video src={}>", "<audio src={}>", "<embed src={}>",
                                 "<object data={}>", "<input type=image src={}>"])  # fmt: skip
def test_videos_and_sounds_are_objects_too(tag: str) -> None:
    assert feature("Request_URL", mixed(0, 1, tag)) == -1


@pytest.mark.parametrize(
    ("own", "others", "value"), [(0, 0, 1), (70, 30, 1), (69, 31, 0), (33, 67, 0), (32, 68, -1)]
)
def test_url_of_anchor(own: int, others: int, value: int) -> None:
    assert feature("URL_of_Anchor", mixed(own, others, "<a href='{}'>go</a>")) == value


@pytest.mark.parametrize("link", ["#", "#top", "javascript:void(0)", " JavaScript ::void(0)"])
def test_an_anchor_may_lead_nowhere(link: str) -> None:
    expected = 1 if " ::" in link else -1  # What is no scheme is a relative link.
    assert feature("URL_of_Anchor", f'<a href="{link}">go</a>') == expected


@pytest.mark.parametrize(
    "link", ["/a", "a?b", "https://shop.example.org/", "mailto:a@example.com", "//EXAMPLE.org./",
             "http://www.example.org:8080/a", "http://a@example.org", "http://%65xample.org/",
             "http://example.org\\@example.com"]
)  # fmt: skip
def test_an_anchor_may_stay(link: str) -> None:
    assert feature("URL_of_Anchor", f'<a href="{link}">go</a>') == 1


@pytest.mark.parametrize(
    "link", ["https://example.com", "//example.com/a", "\\\\example.com", "ht\ntp://example.com",
             " https://example.com", "https:&#47;&#47;example.com", "HTTPS:example.com",
             "http://example.org:80@example.com/", "http://example.org.example.com",
             "http://not-example.org", "http://example.org.@example.com"]
)  # fmt: skip
def test_an_anchor_may_leave_in_disguise(link: str) -> None:
    assert feature("URL_of_Anchor", f'<a href="{link}">go</a>') == -1


@pytest.mark.parametrize(
    ("own", "others", "value"), [(0, 0, 1), (84, 16, 1), (83, 17, 0), (19, 81, 0), (18, 82, -1)]
)
@pytest.mark.parametrize("tag", ["<script src={}></script>", "<link rel=stylesheet href={}>"])
def test_links_in_tags(tag: str, own: int, others: int, value: int) -> None:
    assert feature("Links_in_tags", mixed(own, others, tag)) == value


@pytest.mark.parametrize(
    ("html", "value"),
    [
        ("<p>no form</p>", 1),
        ('<form action="/login">', 1),
        ("<form>", -1),
        ('<form action=" ">', -1),
        ('<form action="about:blank">', -1),
        ('<form action="#">', -1),
        ('<form action="https://example.com/login">', 0),
        ('<form action="/a"><button formaction="//example.com/">', 0),
        ('<form action="https://example.com/login"><form action="">', -1),
    ],
)
def test_sfh(html: str, value: int) -> None:
    assert feature("SFH", html) == value


@pytest.mark.parametrize(
    ("html", "value"),
    [
        ("<form action='mailto:a@example.com'>", -1),
        ("<script>mail('a@example.com', text)</script>", -1),
        ("<a href='mailto:a@example.com'>write</a>", 1),
        ("<script>sendmail(text); form.mail(text)</script>", 1),
    ],
)
def test_submitting_to_email(html: str, value: int) -> None:
    assert feature("Submitting_to_email", html) == value


@pytest.mark.parametrize(
    ("html", "value"),
    [
        ("<a onMouseOver=\"window.status='https://example.org/'; return true\">", -1),
        ('<a onmouseover="this.className = 1">', 1),
        ("<script>window.status = 'ready'</script>", 1),
    ],
)
def test_on_mouseover(html: str, value: int) -> None:
    assert feature("on_mouseover", html) == value


@pytest.mark.parametrize(
    ("html", "value"),
    [
        ("<script>if (event.button == 2) alert('no')</script>", -1),
        ("<script>if (event.button === 0) go()</script>", 1),
        ('<body oncontextmenu="return false">', -1),
        ("<script>addEventListener('contextmenu', e => e.preventDefault())</script>", -1),
    ],
)
def test_right_click(html: str, value: int) -> None:
    assert feature("RightClick", html) == value


@pytest.mark.parametrize(
    ("html", "value"),
    [
        ("<script>var pin = prompt('PIN?')</script>", -1),
        ("<script>window.prompt ('PIN?')</script>", -1),
        ("<script>install.prompt()</script>", 1),
        ("<script>open = window.open(''); open.document.write('<input name=pin>')</script>", -1),
        ("<script>window.open('/share')</script>", 1),
        ("<p>Please be prompt (we are)</p>", 1),
    ],
)
def test_pop_up_widnow(html: str, value: int) -> None:
    assert feature("popUpWidnow", html) == value


@pytest.mark.parametrize(
    ("html", "value"),
    [
        ("<iframe src=/a></iframe>", -1),
        ("<frameset><frame src=a></frameset>", -1),
        ("<noscript><iframe src=/a></iframe></noscript><!-- <iframe> -->", 1),
    ],
)
def test_iframe(html: str, value: int) -> None:
    assert feature("Iframe", html) == value


def test_a_page_s_disguised_hosts_are_read_up_to_a_number() -> None:
    html = "".join(f"<a href='http://{number}@example.org/'>" for number in range(500))

    assert feature("URL_of_Anchor", html) == 0  # 200 of them are read, and found to stay.


def test_links_are_compared_with_where_the_page_was_found() -> None:
    html = mixed(0, 1, "<a href='{}'>")

    assert feature("URL_of_Anchor", html, page_url="https://www.example.net/") == 1


def test_a_page_of_an_unknown_site_tells_what_needs_no_site() -> None:
    features = extract("", page=Page("<iframe></iframe><form action=/a>"))

    assert features["Iframe"] == -1
    assert features["SFH"] is features["URL_of_Anchor"] is None


def test_a_page_brings_all_its_features() -> None:
    features = extract(URL, page=Page(""))

    assert all(features[name] == 1 for name in EVIDENCE_GROUPS["page"])
