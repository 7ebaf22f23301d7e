"""What WHOIS answers say, in the shapes of the large registries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.enrichment.findings import LookupFailed
from network_security.enrichment.whois_answer import CREATED, EXPIRES, registration_of
from network_security.evidence.phishing import Registration

THICK = """\
   Domain Name: SAMPLE-SHOP.COM
   Registry Domain ID: 1_DOMAIN_COM-VRSN
   Updated Date: 2025-01-02T03:04:05Z
   Creation Date: 2019-05-06T07:08:09Z
   Registry Expiry Date: 2027-05-06T07:08:09Z
   Registrar: Some Registrar, Inc.
>>> Last update of whois database: 2026-01-01T00:00:00Z <<<
"""
BENEATH = """
    Domain name:
        sample-shop.co.uk

    Data validation:
        Nominet was able to match the registrant's name

    Relevant dates:
        Registered on: 06-May-2019
        Expiry date:  06-May-2027
"""
RUSSIAN = """\
% TCI Whois Service.
domain:        SAMPLE-SHOP.RU
state:         REGISTERED, DELEGATED, VERIFIED
created:       2019-05-06T07:08:09Z
paid-till:     2027-05-06T07:08:09Z
"""
BRAZILIAN = """\
% Copyright (c) Nic.br
domain:      sample-shop.com.br
created:     20190506 #12345678
expires:     20270506
"""
JAPANESE = """\
[Domain Name]                   SAMPLE-SHOP.JP
[Created on]                    2019/05/06
[Expires on]                    2027/05/06
"""
CHINESE = """\
Domain Name: sample-shop.cn
Registration Time: 2019-05-06 07:08:09
Expiration Time: 2027-05-06 07:08:09
"""
KOREAN = """\
Domain Name                 : sample-shop.kr
Registered Date             : 2019. 05. 06.
Expiration Date             : 2027. 05. 06.
"""
CZECH = """\
domain:       sample-shop.cz
registered:   06.05.2019 07:08:09
expire:       06.05.2027
"""


@pytest.mark.parametrize(
    ("answer", "domain"),
    [
        (THICK, "sample-shop.com"),
        (THICK.replace("\n", "\r\n"), "sample-shop.com"),
        (BENEATH, "sample-shop.co.uk"),
        (RUSSIAN, "sample-shop.ru"),
        (BRAZILIAN, "sample-shop.com.br"),
        (JAPANESE, "sample-shop.jp"),
        (CHINESE, "sample-shop.cn"),
        (KOREAN, "sample-shop.kr"),
        (CZECH, "sample-shop.cz"),
    ],
)
def test_registrations(answer: str, domain: str) -> None:
    found = registration_of(answer, "whois.example.net")
    assert found.created.date().isoformat() == "2019-05-06"
    assert found.expires.date().isoformat() == "2027-05-06"
    assert found.registrant_domain == domain


@pytest.mark.parametrize(
    "answer",
    [
        'No match for domain "SAMPLE-SHOP.COM".\r\n>>> Last update ...',
        "NOT FOUND\n",
        "% No entries found for the selected source(s).\n",
        "Domain not found.\n",
        "The queried object does not exist: no such domain\n",
        "Domain: sample-shop.de\nStatus: free\n",
        "sample-shop.nl is free\n",
        "No Data Found\n",
    ],
)
def test_what_is_not_registered(answer: str) -> None:
    assert registration_of(answer, "whois.example.net") == Registration(registrant_domain="")


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "Query rate exceeded. Try again later.\n",
        "Domain: sample-shop.de\nStatus: connect\n",
        "% If nothing is found, the domain is not registered.\n",
    ],
)
def test_what_says_neither(answer: str) -> None:
    with pytest.raises(LookupFailed, match="no date of a registration"):
        registration_of(answer, "whois.example.net")


def test_the_first_value_counts() -> None:
    answer = THICK + "Creation Date: 1999-01-01\nDomain Name: other.example\n"
    assert registration_of(answer, "whois.example.net").created.year == 2019


lines = st.builds(
    "{}{}{}".format,
    st.sampled_from([*CREATED, *EXPIRES, "domain", "Domain Name"]) | st.text(max_size=20),
    st.sampled_from([":", ": ", "] ", "\t", ""]),
    st.datetimes().map(str) | st.text(max_size=40),
)


@given(st.lists(lines, max_size=20).map("\n".join) | st.text())
def test_hostile_answers_are_read_or_refused(answer: str) -> None:
    try:
        found = registration_of(answer, "whois.example.net")
    except LookupFailed:
        return
    assert found.created or found.expires or found.registrant_domain == ""
    assert found.registrant_domain is None or found.registrant_domain.isascii()


def test_a_long_answer_takes_no_time() -> None:
    with pytest.raises(LookupFailed):
        registration_of(("a" * 253 + "." + " " * 300 + ":\n") * 2000, "whois.example.net")
