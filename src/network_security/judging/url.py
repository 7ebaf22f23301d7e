"""A URL as somebody hands it over, judged by its text and by what is known of its site."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

from network_security.enrichment import Findings
from network_security.evidence.phishing import extract
from network_security.evidence.urls import URL, parse, unwrap
from network_security.judging.judgement import UrlJudgement

if TYPE_CHECKING:
    from network_security.detection.verdicts import Verdict
    from network_security.judging.lookups import SiteLookups

LONGEST_SHOWN: Final = 200


class NotAUrlError(ValueError):
    """What was handed over has no host that could be judged."""


class UrlExaminer(Protocol):
    """Judges a URL's text together with the 30 features of its site."""

    def examine(self, url: str, evidence: Mapping[str, int | None]) -> Verdict:
        """The explained verdict."""
        ...


def read_url(given: str) -> URL:
    """The URL that somebody means.

    Raises:
        NotAUrlError: there is no host in it.
    """
    url = parse(given)
    if url.leads_to_a_host:
        return url
    shown = given if len(given) <= LONGEST_SHOWN else f"{given[:LONGEST_SHOWN]}..."
    raise NotAUrlError(
        f"{shown!r} has no host to judge: give a URL such as https://example.org/login "
        "(hxxps://example[.]org works as well)"
    )


def judge_url(
    given: str, detector: UrlExaminer, *, lookups: SiteLookups | None = None, now: datetime
) -> UrlJudgement:
    """Judge a URL; contacts nobody but whom `lookups` is switched on for.

    Args:
        given: the URL, defanged or wrapped as it may be; its scheme may be missing.
        detector: judges it.
        lookups: finds out about its site; None for its text alone.
        now: the time as of which it is judged, with a zone.

    Raises:
        NotAUrlError: there is no host in what was given.
    """
    unwrapped = unwrap(read_url(given))
    sent = unwrapped.sent
    findings, threats = (None, ()) if lookups is None else lookups.look_up(sent, now=now)
    known = findings or Findings()
    features = extract(
        sent,
        page=known.page,
        certificate=known.certificate,
        dns=known.dns,
        http=known.http,
        registration=known.registration,
        reputation=known.reputation,
        now=now,
    )
    return UrlJudgement(
        given=given,
        url=sent.text,
        layers=unwrapped.layers,
        features=features,
        findings=findings,
        threats=threats,
        verdict=detector.examine(sent.text, features),
        judged=now,
    )
