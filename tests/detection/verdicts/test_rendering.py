from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network_security.detection.verdicts import Examiner, Verdict, render
from network_security.detection.verdicts.conformal import Answer
from network_security.detection.verdicts.phrases import PHRASES
from network_security.detection.verdicts.verdict import (
    Bounds,
    Contribution,
    FeatureChange,
    Flip,
    Prospect,
    TextPiece,
)

EVIDENCE = st.fixed_dictionaries(
    {name: st.sampled_from([-1, 0, 1, None]) for name in PHRASES}
)  # fmt: skip
TRUSTED = FeatureChange(
    "SSLfinal_State", 0, 1, "the certificate is from a known issuer and long-lived", by_sender=True
)
KNOWN = FeatureChange("Google_Index", -1, 1, "search engines know the page", by_sender=False)
VERDICT = Verdict(
    probability=0.9712,
    decision=True,
    tier="url_tls",
    threshold=0.8666,
    detector="phishing",
    digest="8bf38b65ccdd799016cabcbae3a30d8c",
    answer="phishing",
    coverage=0.95,
    bounds=Bounds(0.0003, 0.99999, exact=False, can_change_decision=True),
    next_evidence=(
        Prospect("page", ("SFH",), Bounds(0.154, 0.999, True, True), 0.8172, "url_tls"),
        Prospect("threat_list", (), Bounds(0.9701, 0.9712, True, False), 0.0011, "url_tls"),
    ),
    nothing_known=0.04,
    contributions=(
        Contribution("SSLfinal_State", "tls", 0, 4.28, "the certificate is out of date"),
        Contribution("port", "url", 1, -0.8, "the port is a usual one"),
    ),
    smallest_flip=Flip((KNOWN,), 0.5),
    sender_flip=Flip((TRUSTED,), 0.772),
)


def test_a_verdict_reads_from_the_decision_to_what_would_change_it() -> None:
    assert render(VERDICT).splitlines() == [
        "PHISHING: probability 97.1 %, alerts from 86.7 % at tier url_tls (phishing 8bf38b65ccdd)",
        "answer: phishing, at 95.0 % coverage",
        "if all were known: at least under 0.1 % to over 99.9 %, can change the decision",
        "look up next:",
        "  page           15.4 % to 99.9 %, can change the decision",
        "  threat list    97.0 % to 97.1 %, the same decision",
        "why, in log-odds (+0.04 with nothing known):",
        "  +4.28  the certificate is out of date",
        "  -0.80  the port is a usual one",
        "it would be no alert if (50.0 %):",
        "  search engines know the page",
        "in the sender's hands alone: if (77.2 %):",
        "  the certificate is from a known issuer and long-lived",
    ]


def test_what_there_is_not_is_not_written() -> None:
    bare = replace(
        VERDICT,
        decision=False, probability=0.001, answer=None, coverage=None,
        next_evidence=(), contributions=(), smallest_flip=None, sender_flip=None,
    )  # fmt: skip

    assert render(bare).splitlines() == [
        "no alert: probability 0.1 %, alerts from 86.7 % at tier url_tls (phishing 8bf38b65ccdd)",
        "no change of up to three features would make it an alert",
    ]


def test_a_url_s_pieces_stand_beneath_what_its_text_counts() -> None:
    text = render(
        replace(
            VERDICT,
            url="https://login.example/a",
            contributions=(
                Contribution("url_text", "url", None, 2.5, "the URL's text"),
                *VERDICT.contributions,
                Contribution("Redirect", "http", 0, 0.001, "redirected at most once"),
            ),
            pieces=(TextPiece("login", "host", 1.75), TextPiece("a", "path", 0.001)),
        )
    )

    assert text.startswith("hxxps://login[.]example/a\nPHISHING: ")
    assert "  +2.50  the URL's text\n         +1.75  login (host)\n  +4.28" in text
    assert "a (path)" not in text
    assert "  +0.00  1 more" in text


def test_text_alone_has_no_changes_of_features_to_tell_of() -> None:
    text = Contribution("url_text", "url", None, 2.5, "the URL's text")

    assert "it would be" not in render(replace(VERDICT, contributions=(text,)))


@pytest.mark.parametrize(
    ("decision", "answer", "reservation"),
    [
        (True, "phishing", "coverage\n"),
        (False, "phishing", "coverage, but too many legitimate ones look like it to alert\n"),
        (True, "not phishing", "coverage, but few legitimate ones look like it, hence the alert\n"),
        (False, "not sure", "coverage\n"),
    ],
)
def test_an_answer_that_is_not_the_decision_says_why(
    decision: bool, answer: Answer, reservation: str
) -> None:
    assert reservation in render(replace(VERDICT, decision=decision, answer=answer))


@given(st.text(max_size=400))
@settings(max_examples=50)
def test_nothing_of_a_url_reaches_the_terminal_as_a_command_or_a_link(url: str) -> None:
    piece = TextPiece(url, "path", 1.0)
    text = render(replace(VERDICT, url=url, pieces=(piece,)))

    assert all(line.isprintable() for line in text.split("\n"))
    assert not text.lower().startswith(("http://", "https://"))


def test_a_search_that_found_no_other_decision_does_not_promise_there_is_none() -> None:
    text = render(
        replace(VERDICT, bounds=Bounds(0.9, 0.99, exact=False, can_change_decision=False))
    )

    assert "at least 90.0 % to 99.0 %, no change of the decision found" in text


def test_a_sender_who_cannot_evade_is_told_of() -> None:
    assert "in the sender's hands would" in render(replace(VERDICT, sender_flip=None))


@given(EVIDENCE)
@settings(max_examples=15, deadline=None)
def test_it_fits_a_terminal(examiner: Examiner, evidence: dict[str, int | None]) -> None:
    lines = render(examiner.examine(evidence)).splitlines()

    assert len(lines) <= 25
    assert max(map(len, lines)) <= 100


def test_the_fullest_verdict_has_25_lines() -> None:
    full = replace(
        VERDICT,
        next_evidence=VERDICT.next_evidence * 4,
        contributions=VERDICT.contributions * 15,
        smallest_flip=Flip((KNOWN,) * 3, 0.5),
        sender_flip=Flip((TRUSTED,) * 3, 0.7),
    )

    assert len(render(full).splitlines()) == 25
