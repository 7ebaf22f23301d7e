import json
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from network_security.detection.arrays import Codes, Ints
from network_security.detection.detector import Detector, DetectorError, Manifest
from network_security.detection.verdicts import Conformal, Examiner
from network_security.detection.verdicts.conformal import Quantiles
from network_security.detection.verdicts.phrases import PHRASES
from network_security.detection.verdicts.verdict import Flip
from network_security.evidence import SCHEMAS

SCHEMA = SCHEMAS["phishing"]
ADDRESS_AS_HOST = {"having_IP_Address": -1, "URL_Length": 1, "port": -1, "SFH": None}
EVIDENCE = st.fixed_dictionaries(
    {name: st.sampled_from([*phrases.codes, None]) for name, phrases in PHRASES.items()}
)


def restricted(row: Codes, tier: str) -> dict[str, int]:
    """The row's evidence as one tier has it."""
    named = dict(zip(SCHEMA.features, row.tolist(), strict=True))
    return {name: named[name] for group in SCHEMA.tiers[tier] for name in SCHEMA.groups[group]}


# --- what the detector says ---------------------------------------------------------------------


@given(EVIDENCE)
@settings(max_examples=20, deadline=None)
def test_probability_and_decision_are_the_detectors_own(
    examiner: Examiner, detector: Detector, evidence: dict[str, int | None]
) -> None:
    verdict = examiner.examine(evidence)

    scored = detector.score(pd.DataFrame([evidence])).to_frame().iloc[0]
    assert [getattr(verdict, name) for name in scored.index] == scored.tolist()


def test_evidence_may_come_as_a_log_leaves_it(examiner: Examiner) -> None:
    verdict = examiner.examine({**ADDRESS_AS_HOST, "port": "-1", "source.ip": "192.0.2.1"})

    assert verdict == examiner.examine(ADDRESS_AS_HOST)
    assert {each.feature for each in verdict.contributions} == {
        "having_IP_Address", "URL_Length", "port",
    }  # fmt: skip


def test_a_value_that_is_no_evidence_is_refused_by_name(examiner: Examiner) -> None:
    with pytest.raises(DetectorError, match=r"port: .*7.* is not -1, 0 or 1"):
        examiner.examine({"port": 7})


# --- bounds and what to look up next ------------------------------------------------------------


@given(EVIDENCE, st.data())
@settings(max_examples=20, deadline=None)
def test_bounds_contain_the_score_and_any_completion(
    examiner: Examiner, detector: Detector, evidence: dict[str, int | None], data: st.DataObject
) -> None:
    # At most nine features are unknown, so that the bounds are exact.
    names = list(SCHEMA.features)
    known = {name: PHRASES[name].codes[0] for name in names[9:] if evidence[name] is None}
    verdict = examiner.examine(evidence | known)

    completed = {
        name: data.draw(st.sampled_from(PHRASES[name].codes)) if value is None else value
        for name, value in (evidence | known).items()
    }
    probability = detector.score(pd.DataFrame([completed])).probability[0]
    assert verdict.bounds.exact
    assert verdict.bounds.lowest - 1e-12 <= probability <= verdict.bounds.highest + 1e-12
    assert verdict.bounds.lowest <= verdict.probability <= verdict.bounds.highest


def test_learning_one_group_is_bounded_by_its_codes(
    examiner: Examiner, detector: Detector, labelled: tuple[Codes, Ints]
) -> None:
    known = restricted(labelled[0][0], "url")
    verdict = examiner.examine(known)

    (tls,) = (each for each in verdict.next_evidence if each.group == "tls")
    rows = pd.DataFrame([known | {"SSLfinal_State": code} for code in (-1, 0, 1)])
    probability = [verdict.probability, *detector.score(rows).probability]
    assert tls.features == ("SSLfinal_State",)
    assert (tls.bounds.lowest, tls.bounds.highest) == (min(probability), max(probability))
    assert tls.change == max(abs(each - verdict.probability) for each in probability)


def test_evidence_that_can_change_the_decision_comes_first(
    examiner: Examiner, labelled: tuple[Codes, Ints]
) -> None:
    for row in labelled[0][:10]:
        prospects = examiner.examine(restricted(row, "url_tls")).next_evidence

        order = [(not each.bounds.can_change_decision, -each.change) for each in prospects]
        assert order == sorted(order)
        assert {each.group for each in prospects} <= set(SCHEMA.groups) - {"url", "tls", "dns"}
        assert all(each.change > 0 or each.bounds.can_change_decision for each in prospects)
        assert prospects


def test_the_decision_after_a_look_up_is_that_of_the_tier_it_leads_to(
    served: tuple[bytes, Manifest], labelled: tuple[Codes, Ints]
) -> None:
    model, manifest = served
    only_dns_is_missing = restricted(labelled[0][0], "url_tls") | {"DNSRecord": None}
    unreachable = replace(manifest, thresholds={**manifest.thresholds, "url": 0.0, "url_tls": 2.0})
    examiner = Examiner(Detector(model, unreachable))

    verdict = examiner.examine(only_dns_is_missing)

    (dns,) = (each for each in verdict.next_evidence if each.group == "dns")
    assert (verdict.tier, dns.tier) == ("url", "url_tls")
    assert verdict.decision
    assert dns.bounds.can_change_decision


def test_nothing_is_left_to_look_up_when_all_is_known(
    examiner: Examiner, labelled: tuple[Codes, Ints]
) -> None:
    verdict = examiner.examine(restricted(labelled[0][0], "all"))

    assert verdict.next_evidence == ()
    assert verdict.bounds.lowest == verdict.bounds.highest == verdict.probability
    assert not verdict.bounds.can_change_decision


# --- answers ------------------------------------------------------------------------------------


def test_the_answer_is_that_of_the_rows_tier(
    examiner: Examiner, conformal: Conformal, labelled: tuple[Codes, Ints]
) -> None:
    answers = set()
    for row in labelled[0][:40]:
        verdict = examiner.examine(restricted(row, "all"))
        assert verdict.answer == conformal.tiers["all"].answer(verdict.probability)
        answers.add(verdict.answer)
    assert answers == {"phishing", "not phishing", "not sure"}


def test_without_quantiles_there_is_no_answer(detector: Detector) -> None:
    verdict = Examiner(detector).examine(ADDRESS_AS_HOST)

    assert (verdict.answer, verdict.coverage) == (None, None)


def test_quantiles_of_the_manifest_are_used_unless_others_are_given(
    served: tuple[bytes, Manifest], conformal: Conformal
) -> None:
    model, manifest = served
    own = Conformal(0.8, dict.fromkeys(SCHEMA.tiers, Quantiles(0.0, 1.0)))
    detector = Detector(model, replace(manifest, conformal=own.to_json()))

    verdict = Examiner(detector).examine(ADDRESS_AS_HOST)

    assert (verdict.answer, verdict.coverage) == ("not sure", 0.8)
    assert Examiner(detector, conformal).examine(ADDRESS_AS_HOST).coverage == 0.95


# --- reasons ------------------------------------------------------------------------------------


@given(EVIDENCE)
@settings(max_examples=20, deadline=None)
def test_contributions_add_up_to_the_probability(
    examiner: Examiner, evidence: dict[str, int | None]
) -> None:
    verdict = examiner.examine(evidence)

    log_odds = verdict.nothing_known + sum(each.log_odds for each in verdict.contributions)
    assert expit(log_odds) == pytest.approx(verdict.probability, abs=1e-9)
    known = {name: value for name, value in evidence.items() if value is not None}
    assert {each.feature: each.value for each in verdict.contributions} == known
    strength = [abs(each.log_odds) for each in verdict.contributions]
    assert strength == sorted(strength, reverse=True)


def test_a_contribution_is_in_words(examiner: Examiner) -> None:
    phrases = {
        each.feature: each.phrase for each in examiner.examine(ADDRESS_AS_HOST).contributions
    }

    assert phrases["having_IP_Address"] == "the link's host is an IP address"


# --- what would turn the decision round ---------------------------------------------------------


def test_a_flip_names_changes_that_turn_the_decision_round(
    examiner: Examiner, labelled: tuple[Codes, Ints]
) -> None:
    flipped = 0
    for row in labelled[0][:15]:
        evidence = restricted(row, "url_page")
        verdict = examiner.examine(evidence)
        for flip in (verdict.smallest_flip, verdict.sender_flip):
            if isinstance(flip, Flip):
                after = evidence | {each.feature: each.becomes for each in flip.changes}
                again = examiner.examine(after)
                assert again.decision != verdict.decision
                assert again.probability == flip.probability
                assert all(each.value == evidence[each.feature] for each in flip.changes)
                flipped += 1
        if verdict.sender_flip is not None:
            assert all(each.by_sender for each in verdict.sender_flip.changes)
    assert flipped > 0


def test_of_what_nothing_is_known_nothing_could_be_otherwise(examiner: Examiner) -> None:
    verdict = examiner.examine({})

    assert (verdict.smallest_flip, verdict.sender_flip) == (None, None)
    assert verdict.contributions == ()
    assert not verdict.bounds.exact
    assert {each.group for each in verdict.next_evidence} == set(SCHEMA.groups)


# --- machines, and what does not fit ------------------------------------------------------------


@given(EVIDENCE)
@settings(max_examples=5, deadline=None)
def test_it_is_plain_json_and_the_same_each_time(
    examiner: Examiner, evidence: dict[str, int | None]
) -> None:
    verdict = examiner.examine(evidence)

    text = json.dumps(verdict.to_json(), allow_nan=False)
    assert json.dumps(examiner.examine(evidence).to_json()) == text
    assert json.loads(text)["bounds"]["exact"] == verdict.bounds.exact


def test_quantiles_that_lack_a_tier_are_refused(detector: Detector) -> None:
    with pytest.raises(DetectorError, match="lack the tier all, url"):
        Examiner(detector, Conformal(0.95, {}))


def test_a_feature_without_phrases_is_refused(served: tuple[bytes, Manifest]) -> None:
    model, manifest = served
    renamed = tuple("unheard_of" if name == "port" else name for name in manifest.features)
    groups = {
        group: tuple("unheard_of" if name == "port" else name for name in names)
        for group, names in manifest.groups.items()
    }
    detector = Detector(model, replace(manifest, features=renamed, groups=groups))

    with pytest.raises(DetectorError, match="no phrases for the feature unheard_of"):
        Examiner(detector)


def test_the_order_of_the_evidence_does_not_matter(
    examiner: Examiner, labelled: tuple[Codes, Ints]
) -> None:
    evidence = restricted(labelled[0][3], "url_tls")
    backwards = dict(reversed(evidence.items()))

    assert examiner.examine(backwards) == examiner.examine(evidence)
