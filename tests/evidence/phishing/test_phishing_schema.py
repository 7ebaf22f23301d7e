import pytest

from network_security.evidence.phishing import (
    EVIDENCE_GROUPS,
    FEATURES,
    LABEL,
    LEGITIMATE,
    MISSING,
    PHISHING,
    SCHEMA,
)
from network_security.training_sets.checks import DOMAINS


def test_features_stand_in_the_order_of_the_data_set_s_columns() -> None:
    assert list(DOMAINS) == [*FEATURES, LABEL]
    assert len(FEATURES) == 30


def test_absent_evidence_has_a_code_of_its_own() -> None:
    assert all(MISSING not in values for values in DOMAINS.values())


def test_phishing_is_what_is_detected() -> None:
    assert (SCHEMA.positive, PHISHING, LEGITIMATE) == (-1, -1, 1)


@pytest.mark.parametrize(
    ("group", "supplied"),
    [
        ("url", {"URL_Length", "port", "HTTPS_token"}),
        ("tls", {"SSLfinal_State"}),
        ("page", {"SFH", "Iframe"}),
        ("registration", {"age_of_domain"}),
        ("threat_list", {"Statistical_report"}),
    ],
)
def test_a_supplier_brings_its_features(group: str, supplied: set[str]) -> None:
    assert supplied <= set(EVIDENCE_GROUPS[group])


def test_the_evidence_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        EVIDENCE_GROUPS["url"] = ()
