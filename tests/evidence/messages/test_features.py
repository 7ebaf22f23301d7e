"""Each feature, on messages that show just what it is about."""

import pytest

from network_security.evidence.messages import FEATURES, extract_message, read_message


def features(body: str, subject: str = "", files: bool = False) -> dict[str, float | None]:
    head = f"From: a@a.example\nSubject: {subject}\nContent-Type: text/html; charset=utf-8\n"
    if files:
        head += "Content-Disposition: attachment; filename=a.html\n"
    return extract_message(read_message((head + "\n" + body).encode()))


def test_every_feature_says_what_it_is() -> None:
    for name, feature in FEATURES.items():
        assert (feature.__doc__ or "").strip(), name


def test_a_message_without_links_leaves_their_features_unknown() -> None:
    found = features("Good morning, shall we meet at noon?")

    assert found["shortener_share"] is None
    assert found["brands_without_link"] is None
    assert found["urgency"] == 0


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("<a href='https://evil.example/'>https://www.bank.com/login</a>", "shown_host_differs"),
        ("<a href='https://evil.example/'>PayPal</a>", "shown_brand_differs"),
        ("<h1>PayPal</h1> <a href='https://evil.example/'>here</a>", "brands_without_link"),
        ("<a href='https://bit.ly/x'>a</a>", "shortener_share"),
        ("<a href='http://192.0.2.7/x'>a</a>", "address_share"),
        ("<a href='https://storage.googleapis.com/b/x.html'>a</a>", "free_hosting_share"),
        ("<a href='https://alice.github.io/'>a</a>", "free_hosting_share"),
        ("<a href='https://www.google.com/url?q=https://x.example/'>a</a>", "redirector_share"),
        ("<a href='https://xn--pypal-4ve.com/'>a</a>", "punycode_share"),
        ("<a href='data:text/html,x'>a</a>", "data_links"),
        ("<a href='https://a.example/'>Verify now</a>", "action_links"),
        ("<p>Click <a href='https://a.example/'>here</a>", "action_links"),
        ("<a href='//a.example/1'>x</a><a href='//a.example/1'>y</a>", "one_destination"),
        (
            "<a href='//a.example/1'>Log in</a><a href='//a.example/1'>Unsubscribe</a>",
            "unsubscribe_shares_site",
        ),
        ("<a href='mailto:x@a.example'>Confirm</a>", "mailbox_calls"),
        ("<a href='https://a.example/#ann@example.org'>x</a>", "address_in_link"),
        ("Dear customer,", "generic_greeting"),
        ("verifi\u200bcation", "lookalike_words"),
        ("p\u0430ypal", "lookalike_words"),
        ("\U0001d5e9\U0001d5f2\U0001d5ff", "lookalike_words"),
        ("<i style='display:none'>weather</i>", "hidden_text_share"),
        ("<img src='https://a.example/i.png'>", "image_only"),
        ("<form><input type=password></form>", "forms"),
        ("it cost 300 EUR", "sums_of_money"),
        ("\n> quoted", "quoted_share"),
    ],
)
def test_a_feature_sees_what_it_is_about(body: str, name: str) -> None:
    assert (features(body)[name] or 0) > 0
    assert not features("Good morning")[name]


def test_an_attached_page_is_one() -> None:
    assert features("x", files=True)["html_attachment"] == 1


@pytest.mark.parametrize(
    "body",
    [
        "<a href='https://www.paypal.com/'>PayPal</a>",
        "<a href='https://www.paypal.de/'>https://paypal.de/</a>",
        "<a href='https://outlook.live.com/'>Microsoft</a>",
    ],
)
def test_a_brand_that_leads_home_is_no_sign(body: str) -> None:
    found = features(body)

    assert found["shown_brand_differs"] == found["brands_without_link"] == 0
    assert found["shown_host_differs"] == 0


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Your account has been suspended", "suspension"),
        ("Ihr Konto wurde eingeschränkt", "suspension"),
        ("Vérifiez votre mot de passe", "credentials"),
        ("Su factura está pendiente de pago", "payment"),
        ("Parabéns, você ganhou um prêmio", "lure"),
        ("Ultimo avviso", "urgency"),
        ("Laatste herinnering", "urgency"),
        ("至急ご対応ください", "urgency"),
        ("パスワードの再設定", "credentials"),
    ],
)
def test_wording_is_found_in_each_language(text: str, name: str) -> None:
    assert (features(text)[name] or 0) > 0
    assert (features("", subject=text.encode("ascii", "ignore").decode())["length"] or 0) >= 0


def test_to_repeat_a_word_is_no_stronger_sign() -> None:
    assert features("urgent " * 50)["urgency"] == features("urgent")["urgency"]
