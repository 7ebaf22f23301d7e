import pytest

from network_security.evidence.urls.confusables import is_mixed, skeleton


@pytest.mark.parametrize(
    "lookalike",
    [
        "p\u0430ypal",  # Cyrillic a
        "\u0440\u0430\u0443\u0440\u0430\u04cf",  # Cyrillic throughout
        "paypa1",
        "p\u00e1yp\u1ea1l",
        "\u03c1aypal",  # Greek rho
    ],
)
def test_names_that_look_alike_have_one_skeleton(lookalike: str) -> None:
    assert skeleton(lookalike) == skeleton("paypal")


@pytest.mark.parametrize(("lookalike", "name"), [("rnicros0ft", "microsoft"), ("vvix", "wix")])
def test_two_letters_may_look_like_one(lookalike: str, name: str) -> None:
    assert skeleton(lookalike) == skeleton(name)


def test_names_that_look_different_have_different_skeletons() -> None:
    names = [
        "paypal",
        "example",
        "google",
        "microsoft",
        "apple",
        "amazon",
        "\u043f\u043e\u0447\u0442\u0430",
    ]
    assert len({skeleton(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("label", "mixed"),
    [
        ("paypal-1", False),
        ("p\u0430ypal", True),
        ("\u03c1aypal", True),
        ("\u043f\u043e\u0447\u0442\u0430-24", False),
        ("\u6771\u4eac-tower", False),
        ("\u6771\u4eac\u30bf\u30ef", False),
        ("b\u00fccher", False),
    ],
)
def test_scripts_are_mixed_where_nobody_writes_them_together(label: str, mixed: bool) -> None:
    assert is_mixed(label) is mixed
