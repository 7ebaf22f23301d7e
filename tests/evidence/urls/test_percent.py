import pytest

from network_security.evidence.urls.percent import MOST_ROUNDS, decoded


@pytest.mark.parametrize(
    ("written", "plain", "rounds"),
    [
        ("a/b", "a/b", 0),
        ("%2Fb", "/b", 1),
        ("%252Fb", "/b", 2),
        ("50%", "50%", 0),
        ("%zz%41", "%zzA", 1),
        ("%ff", "\ufffd", 1),
    ],
)
def test_decoding_goes_on_until_nothing_is_left(written: str, plain: str, rounds: int) -> None:
    assert decoded(written) == (plain, rounds)


def test_decoding_ends() -> None:
    assert decoded("%" + "25" * 100 + "41")[1] == MOST_ROUNDS
