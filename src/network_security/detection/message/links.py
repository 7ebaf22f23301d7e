"""Judges the links of messages with the detector for URLs.

A site is judged by the mean of its links, a message by its worst site. With the mean of all links,
ten links to well-known sites would hide the one that matters; with the worst link, long newsletters
would be suspected for their length alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from typing import Protocol

import numpy as np
import pandas as pd
from scipy.special import logit

from network_security.detection.arrays import Floats
from network_security.detection.fusion.detector import FusedDetector
from network_security.detection.url_text.expert import UrlTextExpert
from network_security.detection.verdicts import Verdict
from network_security.evidence.messages.message import Link
from network_security.evidence.messages.view import MessageView, calls_to_action
from network_security.evidence.phishing import extract

SMALLEST = 1e-12


class LinkJudge(Protocol):
    """Judges URLs.

    Attributes:
        name: of the detector.
        digest: SHA-256 of its model.
    """

    name: str
    digest: str

    def log_odds(self, urls: Sequence[str]) -> Floats:
        """Log-odds of phishing at equal prior, shape (n_urls,)."""

    def examine(self, url: str) -> Verdict | None:
        """The explained verdict on one URL; None where the judge explains nothing."""


class FusedLinks:
    """Judges by the fused URL detector, of which a message supplies the evidence group `url`."""

    def __init__(self, detector: FusedDetector) -> None:
        """Judge with this detector."""
        self._detector = detector
        self._prior = float(logit(detector.manifest.prior))
        self.name = detector.manifest.detector
        self.digest = detector.manifest.digest

    def log_odds(self, urls: Sequence[str]) -> Floats:
        """Log-odds of phishing at equal prior, shape (n_urls,)."""
        if not urls:
            return np.empty(0)
        evidence = pd.DataFrame([extract(url) for url in urls])
        probability = self._detector.score(list(urls), evidence).probability
        return np.asarray(logit(np.clip(probability, SMALLEST, 1 - SMALLEST)) - self._prior)

    def examine(self, url: str) -> Verdict | None:
        """The explained verdict on one URL."""
        return self._detector.examine(url, extract(url))


class TextLinks:
    """Judges by the expert for the text of URLs alone, which explains nothing."""

    name = "url_text"

    def __init__(self, expert: UrlTextExpert) -> None:
        """Judge with this expert."""
        self._expert = expert
        self.digest = expert.digest

    def log_odds(self, urls: Sequence[str]) -> Floats:
        """Log-odds of phishing at equal prior, shape (n_urls,)."""
        return self._expert.score(urls)

    def examine(self, url: str) -> Verdict | None:
        """None."""
        return None


@dataclass(frozen=True)
class LinkOptions:
    """Which links of a message are judged.

    Attributes:
        most_links: distinct web links that are judged; more are counted only. The first link to
            each site comes before others, those that call to act before all.
    """

    most_links: int = 200

    def __post_init__(self) -> None:
        """Refuse to judge none."""
        if self.most_links < 1:
            raise ValueError(f"most_links is {self.most_links}, must be at least 1")


@dataclass(frozen=True)
class JudgedLink:
    """A link and its log-odds of phishing at equal prior."""

    link: Link
    log_odds: float


def judge_links(
    views: Sequence[MessageView], judge: LinkJudge, options: LinkOptions
) -> list[list[JudgedLink]]:
    """Judge the web links of messages, all at once.

    Returns:
        For each message its judged links.
    """
    links = [chosen_links(view, options) for view in views]
    urls = list(dict.fromkeys(link.sent.text for own in links for link in own))
    known = dict(zip(urls, judge.log_odds(urls).tolist(), strict=True)) if urls else {}
    return [[JudgedLink(link, known[link.sent.text]) for link in own] for own in links]


def chosen_links(view: MessageView, options: LinkOptions) -> list[Link]:
    """The links of a message that are judged; a crowd of harmless ones displaces no site."""
    if len(view.web) <= options.most_links:
        return view.web
    seen: set[str] = set()
    first: list[Link] = []
    later: list[Link] = []
    for link in sorted(view.web, key=lambda link: not calls_to_action(link)):
        site = link.sent.host.site
        (later if site in seen else first).append(link)
        seen.add(site)
    return [*first, *later][: options.most_links]


def sites(links: Sequence[JudgedLink]) -> dict[str, float]:
    """Each site's log-odds, the mean of its links', the worst first."""
    own: dict[str, list[float]] = {}
    for judged in links:
        own.setdefault(judged.link.sent.host.site, []).append(judged.log_odds)
    means = {site: fsum(values) / len(values) for site, values in own.items()}
    return dict(sorted(means.items(), key=lambda each: -each[1]))


def worst_site(links: Sequence[JudgedLink]) -> float | None:
    """The worst site's log-odds; None for a message without web links."""
    return next(iter(sites(links).values()), None)
