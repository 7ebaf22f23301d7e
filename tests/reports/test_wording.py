from network_security.evidence.phishing import FEATURES
from network_security.reports import wording


def test_figures_are_written_for_a_person():
    assert wording.percent(0.9578) == "95.8%"
    assert wording.percent(0.98968, 2) == "98.97%"
    assert wording.count(11055) == "11,055"
    assert wording.rate(0.014) == "1.4%"
    assert wording.rate(0.001) == "0.1%"
    assert wording.one_in(0.001) == "1 in 1,000"


def test_a_spread_keeps_its_digits():
    assert wording.spread_percent({"mean": 0.9578, "std": 0.006}) == "95.8 ± 0.6%"
    assert wording.spread_number({"mean": 0.99435, "std": 0.0011}) == "0.9943 ± 0.0011"


def test_tiers_are_named_by_their_evidence():
    assert wording.tier_label("phishing", "url_tls") == "url + tls + dns"
    assert wording.tier_label("phishing", "all") == "all evidence"


def test_every_feature_is_labelled_with_its_supplier():
    labels = wording.feature_labels("phishing")

    assert set(labels) == set(FEATURES)
    assert labels["Statistical_report"] == "Statistical_report (threat list)"
