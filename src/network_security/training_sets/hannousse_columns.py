"""What the columns of Hannousse and Yahiouche say about the 30 features, and what they do not.

Their set: A. Hannousse, S. Yahiouche, "Towards benchmark datasets for machine learning based
website phishing detection: an experimental study", Engineering Applications of Artificial
Intelligence 104, 2021; data: doi:10.17632/c2gw7fy2j4.3, CC BY 4.0. The 30 features: R. Mohammad,
F. Thabtah, L. McCluskey, "Phishing Websites Features", 2015, whose numbers stand in
`evidence.phishing.rules`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from network_security.evidence.phishing.rules import PUBLISHED

Values = pd.Series
"""-1 (phishing), 0 (suspicious), 1 (legitimate), missing where the columns do not tell."""


@dataclass(frozen=True)
class Correspondence:
    """A feature beside the columns that say the same, or nearly.

    Attributes:
        feature: one of the 30.
        published: its definition in the 30 features.
        columns: theirs; none where none means the same.
        theirs: what their column holds, or why none serves.
        value: the feature of their columns; None where there are none.
    """

    feature: str
    published: str
    columns: tuple[str, ...]
    theirs: str
    value: Callable[[pd.DataFrame], Values] | None


def _flag(column: str) -> Callable[[pd.DataFrame], Values]:
    """Phishing where a column is above 0."""
    return lambda rows: _choice(rows[column] > 0, -1, 1)


def _choice(condition: "pd.Series[bool]", yes: int, no: int) -> Values:
    return condition.map({True: float(yes), False: float(no)})


def _graded(amount: Values, limits: tuple[float, float]) -> Values:
    """1 below the first limit, 0 up to the second, -1 above, missing where the amount is."""
    low, high = limits
    values = pd.Series(0.0, index=amount.index).mask(amount < low, 1.0).mask(amount > high, -1.0)
    return values.where(amount.notna())


def _links_in_tags(rows: pd.DataFrame) -> Values:
    outside = 1 - rows["links_in_tags"] / 100
    none_inside = rows["links_in_tags"] == 0
    nothing_outside = rows["ratio_extHyperlinks"] == 0
    known = outside.mask(none_inside & nothing_outside, 0.0).mask(none_inside & ~nothing_outside)
    return _graded(known, PUBLISHED.links_in_tags)


def _registration_left(rows: pd.DataFrame) -> Values:
    days = rows["domain_registration_length"]
    return _choice(days > PUBLISHED.registration_left.days, 1, -1).where(days > 0)


def _domain_age(rows: pd.DataFrame) -> Values:
    days = rows["domain_age"]
    return _choice(days >= PUBLISHED.domain_age.days, 1, -1).where(days >= 0)


def _abnormal_url(rows: pd.DataFrame) -> Values:
    answered = rows["domain_registration_length"] >= 0
    return _flag("whois_registered_domain")(rows).where(answered)


def _web_traffic(rows: pd.DataFrame) -> Values:
    rank = rows["web_traffic"]
    return _choice(rank < PUBLISHED.well_known_rank, 1, 0).mask(rank <= 0, -1.0)


CORRESPONDENCES: Final[tuple[Correspondence, ...]] = (
    Correspondence(
        "having_IP_Address",
        "an address instead of a host name",
        ("ip",),
        "an address anywhere in the URL, seven hexadecimal digits counting as one",
        _flag("ip"),
    ),
    Correspondence(
        "URL_Length",
        "characters of the URL: below 54, to 75, above",
        ("length_url",),
        "characters of the URL",
        lambda rows: _graded(
            rows["length_url"], (PUBLISHED.suspicious_length, PUBLISHED.phishing_length)
        ),
    ),
    Correspondence(
        "Shortining_Service",
        "the host is a shortening service",
        ("shortening_service",),
        "the name of one stands anywhere in the URL",
        _flag("shortening_service"),
    ),
    Correspondence(
        "having_At_Symbol",
        "an @ in the URL",
        ("nb_at",),
        "number of @ in the URL",
        _flag("nb_at"),
    ),
    Correspondence(
        "double_slash_redirecting",
        "a // after that of the scheme",
        ("nb_dslash",),
        "whether there is a // after that of the scheme",
        _flag("nb_dslash"),
    ),
    Correspondence(
        "Prefix_Suffix",
        "a hyphen in the host",
        ("prefix_suffix",),
        "a single hyphen before the last slash, so one of the path counts",
        _flag("prefix_suffix"),
    ),
    Correspondence(
        "having_Sub_Domain",
        "sub-domains without www: none, one, more",
        ("nb_subdomains",),
        "dots of the whole URL, those of www, path and query too: 1, 2, 3 or more",
        lambda rows: 2.0 - rows["nb_subdomains"],
    ),
    Correspondence(
        "SSLfinal_State",
        "HTTPS with a certificate of a trusted issuer for a year",
        (),
        "nothing of the certificate; `https_token` is the scheme alone",
        None,
    ),
    Correspondence(
        "Domain_registeration_length",
        "the domain is paid for beyond a year",
        ("domain_registration_length",),
        "days between the day of the query and the expiry; 0 and -1 where WHOIS gives none",
        _registration_left,
    ),
    Correspondence(
        "Favicon",
        "an icon of another site",
        ("external_favicon",),
        "whether an icon is of another site",
        _flag("external_favicon"),
    ),
    Correspondence(
        "port",
        "a port that is not the web's is open",
        ("port",),
        "a port is written in the URL",
        _flag("port"),
    ),
    Correspondence(
        "HTTPS_token",
        "the word https in the host",
        (),
        "`https_token` is 0 for the scheme https and 1 for http: another thing of that name",
        None,
    ),
    Correspondence(
        "Request_URL",
        "share of images, videos, sounds of other sites: below 22 %, to 61 %, above",
        ("ratio_extMedia",),
        "the same share, in percent",
        lambda rows: _graded(rows["ratio_extMedia"] / 100, PUBLISHED.request_url),
    ),
    Correspondence(
        "URL_of_Anchor",
        "share of anchors that lead to another site or nowhere: below 31 %, to 67 %, above",
        (),
        "`safe_anchor` is the share that leads nowhere among those that lead nowhere or away",
        None,
    ),
    Correspondence(
        "Links_in_tags",
        "share of meta, script and link tags to other sites: below 17 %, to 81 %, above",
        ("links_in_tags", "ratio_extHyperlinks"),
        "percentage of link and script tags to the own site, 0 also where there is no such tag; "
        "a 0 is then known only of a page without any link to another site",
        _links_in_tags,
    ),
    Correspondence(
        "SFH",
        "a form that is sent nowhere, or to another site",
        (),
        "`sfh` is 0 in every row",
        None,
    ),
    Correspondence(
        "Submitting_to_email",
        "a form or script that sends mail",
        (),
        "`submit_email` is 0 in every row",
        None,
    ),
    Correspondence(
        "Abnormal_URL",
        "the registration does not name the host",
        ("whois_registered_domain", "domain_registration_length"),
        "1 where WHOIS names another domain or did not answer; the latter by the other column",
        _abnormal_url,
    ),
    Correspondence(
        "Redirect",
        "redirections: 0 for at most one, 1 for more, as the data set holds it",
        ("nb_redirection",),
        "number of redirections",
        lambda rows: _choice(rows["nb_redirection"] > PUBLISHED.most_redirects, 1, 0),
    ),
    Correspondence(
        "on_mouseover",
        "a link that writes into the status bar",
        ("onmouseover",),
        "whether onmouseover sets window.status",
        _flag("onmouseover"),
    ),
    Correspondence(
        "RightClick",
        "the right mouse button is disabled",
        ("right_clic",),
        "whether a script asks for event.button == 2",
        _flag("right_clic"),
    ),
    Correspondence(
        "popUpWidnow",
        "a pop-up window with a text field",
        ("popup_window",),
        "whether prompt( stands in the page",
        _flag("popup_window"),
    ),
    Correspondence(
        "Iframe",
        "a frame, which can be made invisible",
        ("iframe",),
        "whether there is an invisible frame",
        _flag("iframe"),
    ),
    Correspondence(
        "age_of_domain",
        "the domain is younger than six months",
        ("domain_age",),
        "days since the registration; -1 and -2 where it is not known",
        _domain_age,
    ),
    Correspondence(
        "DNSRecord",
        "the host has no record in the DNS",
        ("dns_record",),
        "1 where the domain's name servers were not found",
        _flag("dns_record"),
    ),
    Correspondence(
        "web_traffic",
        "Alexa rank: below 100,000, above, none",
        ("web_traffic",),
        "Alexa rank, 0 for none",
        _web_traffic,
    ),
    Correspondence(
        "Page_Rank",
        "Google's PageRank, of at most 1, is below 0.2",
        ("page_rank",),
        "Open PageRank, of at most 10, 0 where it has none",
        lambda rows: _choice(rows["page_rank"] / 10 < PUBLISHED.least_page_rank, -1, 1),
    ),
    Correspondence(
        "Google_Index",
        "Google does not know the page",
        ("google_index",),
        "1 where a search for the page shows no result, whatever the cause",
        _flag("google_index"),
    ),
    Correspondence(
        "Links_pointing_to_page",
        "links to the page: none, two, more",
        (),
        "nothing of links to the page",
        None,
    ),
    Correspondence(
        "Statistical_report",
        "host or address is among those that phishing lists report most",
        ("statistical_report",),
        "1 where the host or its address is on such a list, 2 where the host has no address",
        lambda rows: rows["statistical_report"].map({0: 1.0, 1: -1.0}),
    ),
)
"""One row for each of the 30 features, in their order."""

BY_FEATURE: Final[Mapping[str, Correspondence]] = {row.feature: row for row in CORRESPONDENCES}
