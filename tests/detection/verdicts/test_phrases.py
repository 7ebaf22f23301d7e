import pytest

from network_security.detection.verdicts.phrases import BEYOND_THE_SENDER, PHRASES
from network_security.evidence import SCHEMAS
from network_security.training_sets.simulation import simulate

FEATURES = SCHEMAS["phishing"].features


def test_every_feature_has_phrases() -> None:
    assert sorted(PHRASES) == sorted(FEATURES)
    assert set(FEATURES) >= BEYOND_THE_SENDER


@pytest.mark.parametrize("feature", FEATURES)
def test_every_code_that_occurs_has_a_phrase_of_its_own(feature: str) -> None:
    occurring = set(simulate(rows=600, seed=2)[feature].unique())

    assert occurring <= set(PHRASES[feature].codes)


@pytest.mark.parametrize("feature", FEATURES)
def test_every_value_says_something_else(feature: str) -> None:
    phrases = {PHRASES[feature].of(code) for code in (-1, 0, 1, None)}

    assert len(phrases) == 4


def test_no_two_features_say_the_same() -> None:
    phrases = [PHRASES[feature].of(code) for feature in FEATURES for code in (-1, 0, 1, None)]

    assert len(set(phrases)) == len(phrases)


def test_a_code_that_the_rules_never_give_is_still_named() -> None:
    assert PHRASES["Redirect"].of(-1) == "redirections: speaks for phishing"
    assert PHRASES["Redirect"].codes == (0, 1)
