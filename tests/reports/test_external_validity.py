"""How far a small detector holds on pages that differ from its own in known ways."""

import json
from itertools import pairwise

import pytest

from network_security.evidence.phishing import SCHEMA
from network_security.reports.external_validity import DIRECTIONS, EVIDENCE, not_measured


def feature(report, name):
    (row,) = [row for row in report["features"] if row["feature"] == name]
    return row


def test_it_tells_what_was_judged_by_what(external_report, external_set):
    assert external_report["measured"]
    assert external_report["rows"] == 800
    assert external_report["domains"] == 400
    assert external_report["source"]["sha256"] == external_set.sha256
    assert external_report["unknown"] == ["SSLfinal_State", "URL_of_Anchor"]
    assert len(external_report["shared"]) == 28


def test_every_direction_has_every_figure_at_every_evidence(external_report):
    assert tuple(external_report["transfer"]) == DIRECTIONS
    tables = [*external_report["transfer"].values(), *external_report["served"].values()]
    for by_evidence in tables:
        assert set(by_evidence) == set(EVIDENCE)
        for figures in by_evidence.values():
            for name in ("roc_auc", "recall_at_rate", "accuracy", "recall", "fpr"):
                assert 0 <= figures[name]["mean"] <= 1
                assert figures[name]["std"] >= 0


def test_the_report_is_json_as_it_stands(external_report):
    assert json.loads(json.dumps(external_report)) == external_report


def test_less_carries_over_than_holds_at_home(external_report):
    at_home = external_report["transfer"]["training_to_training"]["all"]["roc_auc"]["mean"]
    abroad = external_report["transfer"]["training_to_external"]["all"]["roc_auc"]["mean"]

    assert 0.5 < abroad < at_home


def test_the_detector_alerts_at_the_operating_point_of_the_tier_it_sees(external_report):
    served = external_report["served"]["extracted"]

    assert served["url"]["operating_points"] == {"url": 0.6}
    # Of the certificate nothing is known, so that all other evidence is that of the page's tier.
    assert served["all"]["operating_points"] == {"url_page": 0.7}


def test_features_that_speak_for_the_other_class_flip(external_report):
    images = feature(external_report, "Request_URL")

    assert images["verdict"] == "flips"
    assert images["training"]["roc_auc"]["mean"] > 0.5 > images["external"]["roc_auc"]["mean"]


def test_features_that_speak_for_the_same_class_agree(external_report):
    assert feature(external_report, "web_traffic")["verdict"] == "agrees"
    assert not feature(external_report, "web_traffic")["shifted"]


def test_a_feature_of_one_value_tells_nothing_and_has_shifted(external_report):
    hyphen = feature(external_report, "Prefix_Suffix")

    assert hyphen["verdict"] == "unclear"
    assert hyphen["shifted"]
    assert hyphen["external"]["phishing"] == hyphen["external"]["legitimate"] == 0


def test_shares_are_of_the_rows_where_a_feature_is_known(external_report):
    assert feature(external_report, "age_of_domain")["external"]["known"] == pytest.approx(0.8)
    assert feature(external_report, "age_of_domain")["training"]["known"] == 1


def test_the_shares_are_those_of_the_rows(external_report, external_set):
    below = external_set.extracted["web_traffic"] < 1
    shares = below.groupby(external_set.extracted["label"]).mean()

    external = feature(external_report, "web_traffic")["external"]
    assert external["legitimate"] == pytest.approx(shares[0])
    assert external["phishing"] == pytest.approx(shares[1])


def test_a_set_that_is_not_at_hand_is_named_all_the_same():
    report = not_measured()

    assert not report["measured"]
    assert report["source"]["home"] == "https://data.mendeley.com/datasets/c2gw7fy2j4"


def test_every_group_of_evidence_comes_in_at_some_point():
    assert set(EVIDENCE["all"]) == set(SCHEMA.groups)
    steps = [set(groups) for groups in EVIDENCE.values()]
    assert all(poorer < richer for poorer, richer in pairwise(steps))
