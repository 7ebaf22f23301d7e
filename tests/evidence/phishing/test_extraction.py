import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.evidence import phishing
from network_security.evidence.phishing import FEATURES, DnsAnswer, Page, extract
from network_security.training_sets.checks import DOMAINS

PAGE = Page(
    "<link rel=icon href=//example.com/i><img src=//example.com/a><a href=#>"
    "<form action='mailto:a@example.com'><iframe></iframe>"
)


def test_features_come_in_the_order_of_the_data_set() -> None:
    assert tuple(extract("https://example.org", page=PAGE)) == FEATURES


def test_what_nobody_supplied_is_missing() -> None:
    features = extract("https://example.org", dns=DnsAnswer(records=("192.0.2.5",)))
    known = {name for name, value in features.items() if value is not None}

    assert known == {*phishing.EVIDENCE_GROUPS["url"], "DNSRecord"}


def test_a_gateway_s_link_is_judged_as_it_was_sent() -> None:
    link = "https://eur01.safelinks.protection.outlook.com/?url=http%3A%2F%2F192.0.2.5%2Fa&data=x"

    assert extract(link) == extract("http://192.0.2.5/a")


def test_a_redirector_s_link_is_judged_as_it_is() -> None:
    features = extract("https://www.google.com/url?q=http://192.0.2.5/a")

    assert (features["having_IP_Address"], features["double_slash_redirecting"]) == (1, -1)


@given(st.text(), st.text())
def test_values_are_those_that_a_model_knows(url: str, html: str) -> None:
    features = extract(url, page=Page(html))

    # A share of objects may be suspicious, which the data set's column does not hold.
    allowed = {name: {*values, None} for name, values in DOMAINS.items()}
    allowed["Request_URL"].add(0)
    assert all(value in allowed[name] for name, value in features.items())


def test_features_become_a_table_with_nulls() -> None:
    table = pd.DataFrame([extract("https://example.org"), extract("http://192.0.2.5", page=PAGE)])

    assert table["SFH"].isna().tolist() == [True, False]
    assert np.isin(table["having_IP_Address"], [-1, 1]).all()


def test_what_the_package_does_not_have_is_said() -> None:
    with pytest.raises(AttributeError, match="no attribute 'extrakt'"):
        _ = phishing.extrakt
