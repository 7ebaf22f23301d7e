import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from network_security.evidence.phishing import EVIDENCE_GROUPS, FEATURES, extract
from network_security.training_sets.hannousse import (
    COLUMNS,
    HannousseError,
    load_external_set,
    read_hannousse,
)
from network_security.training_sets.hannousse_columns import BY_FEATURE, CORRESPONDENCES

USUAL = {
    "ip": 0, "length_url": 30, "shortening_service": 0, "nb_at": 0, "nb_dslash": 0,
    "prefix_suffix": 0, "nb_subdomains": 2, "domain_registration_length": 500,
    "external_favicon": 0, "port": 0, "ratio_extMedia": 0.0, "links_in_tags": 100.0,
    "ratio_extHyperlinks": 0.0, "whois_registered_domain": 0, "nb_redirection": 0,
    "onmouseover": 0, "right_clic": 0, "popup_window": 0, "iframe": 0, "domain_age": 4000,
    "dns_record": 0, "web_traffic": 500, "page_rank": 5, "google_index": 0,
    "statistical_report": 0,
}  # fmt: skip
"""Columns of a page that nothing speaks against."""


def page(url: str = "https://www.example.org/a", status: str = "legitimate", **columns: float):
    return {"url": url, **USUAL, **columns, "status": status}


def write(path: Path, *pages: dict[str, object]) -> Path:
    pd.DataFrame(pages).to_csv(path, index=False)
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "pages.csv.gz"


def test_a_page_becomes_a_labelled_row(path):
    write(
        path,
        page("https://www.example.co.uk/a"),
        page("http://login.example.net/x@y", "phishing", google_index=1),
    )

    rows = read_hannousse(path)

    assert tuple(rows.columns) == COLUMNS
    assert rows["label"].tolist() == [0, 1]
    assert rows["domain"].tolist() == ["example.co.uk", "example.net"]
    assert rows["having_At_Symbol"].tolist() == [1, -1]
    assert rows["Google_Index"].tolist() == [1, -1]


def test_every_feature_has_a_place_in_the_table():
    assert tuple(row.feature for row in CORRESPONDENCES) == FEATURES
    for row in CORRESPONDENCES:
        assert row.published
        assert row.theirs
        assert bool(row.columns) == (row.value is not None)


def test_a_page_that_nothing_speaks_against_is_usual_in_all_that_is_known(path):
    row = read_hannousse(write(path, page()), url_features="published").iloc[0]

    unknown = {row.feature for row in CORRESPONDENCES if row.value is None}
    assert {name for name in FEATURES if pd.isna(row[name])} == unknown
    # One redirection at most is 0 in the published data; the dots of www count here.
    others = [name for name in FEATURES if name not in unknown]
    assert {name: row[name] for name in others if row[name] != 1} == {
        "Redirect": 0,
        "having_Sub_Domain": 0,
    }


@pytest.mark.parametrize(
    ("feature", "columns", "value"),
    [
        ("URL_Length", {"length_url": 53}, 1),
        ("URL_Length", {"length_url": 54}, 0),
        ("URL_Length", {"length_url": 75}, 0),
        ("URL_Length", {"length_url": 76}, -1),
        ("having_Sub_Domain", {"nb_subdomains": 1}, 1),
        ("having_Sub_Domain", {"nb_subdomains": 3}, -1),
        ("Request_URL", {"ratio_extMedia": 21.9}, 1),
        ("Request_URL", {"ratio_extMedia": 61.0}, 0),
        ("Request_URL", {"ratio_extMedia": 61.1}, -1),
        ("Links_in_tags", {"links_in_tags": 50.0, "ratio_extHyperlinks": 0.2}, 0),
        ("Links_in_tags", {"links_in_tags": 10.0, "ratio_extHyperlinks": 0.2}, -1),
        ("Links_in_tags", {"links_in_tags": 0.0, "ratio_extHyperlinks": 0.0}, 1),
        ("Links_in_tags", {"links_in_tags": 0.0, "ratio_extHyperlinks": 0.2}, np.nan),
        ("Domain_registeration_length", {"domain_registration_length": 365}, -1),
        ("Domain_registeration_length", {"domain_registration_length": 366}, 1),
        ("Domain_registeration_length", {"domain_registration_length": 0}, np.nan),
        ("Domain_registeration_length", {"domain_registration_length": -1}, np.nan),
        ("age_of_domain", {"domain_age": 181}, -1),
        ("age_of_domain", {"domain_age": 182}, 1),
        ("age_of_domain", {"domain_age": -2}, np.nan),
        ("Abnormal_URL", {"whois_registered_domain": 1}, -1),
        (
            "Abnormal_URL",
            {"whois_registered_domain": 1, "domain_registration_length": -1},
            np.nan,
        ),
        ("Redirect", {"nb_redirection": 1}, 0),
        ("Redirect", {"nb_redirection": 2}, 1),
        ("web_traffic", {"web_traffic": 0}, -1),
        ("web_traffic", {"web_traffic": 99_999}, 1),
        ("web_traffic", {"web_traffic": 100_000}, 0),
        ("Page_Rank", {"page_rank": 1}, -1),
        ("Page_Rank", {"page_rank": 2}, 1),
        ("DNSRecord", {"dns_record": 1}, -1),
        ("Statistical_report", {"statistical_report": 1}, -1),
        ("Statistical_report", {"statistical_report": 2}, np.nan),
        ("Favicon", {"external_favicon": 1}, -1),
        ("having_At_Symbol", {"nb_at": 3}, -1),
    ],
)
def test_a_column_is_read_by_the_published_rule(feature, columns, value, path):
    row = read_hannousse(write(path, page(**columns)), url_features="published").iloc[0]

    np.testing.assert_equal(row[feature], value)
    assert set(columns) <= set(BY_FEATURE[feature].columns) or len(columns) > 1


def test_url_features_are_those_of_operation_unless_asked_otherwise(path):
    url = "http://10.1.2.3/seven-hyphens-in-a-path"
    write(path, page(url, prefix_suffix=1, ip=0))

    extracted = read_hannousse(path).iloc[0]
    published = read_hannousse(path, url_features="published").iloc[0]

    expected = extract(url)
    assert all(extracted[name] == expected[name] for name in EVIDENCE_GROUPS["url"])
    assert extracted["having_IP_Address"] == -1
    assert published["having_IP_Address"] == 1
    assert (extracted["Prefix_Suffix"], published["Prefix_Suffix"]) == (1, -1)
    assert pd.isna(published["HTTPS_token"])


def test_the_external_set_holds_both_and_tells_its_file(path):
    external = load_external_set(write(path, page(prefix_suffix=1)))

    assert external.extracted["Prefix_Suffix"].tolist() == [1]
    assert external.published["Prefix_Suffix"].tolist() == [-1]
    assert len(external.sha256) == 64


def without(column: str) -> dict[str, object]:
    return {name: value for name, value in page().items() if name != column}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (without("domain_age"), "no column domain_age; the set is had at https://data.mendeley"),
        (without("status"), "no column status"),
        (page(status="maybe"), "column status holds maybe"),
        (page(nb_at="many"), "column nb_at holds something else than numbers"),
        (page(nb_at=None), "column nb_at holds something else than numbers"),
        (page(url=None), "column url has empty cells"),
    ],
)
def test_a_file_that_is_not_the_set_is_refused(row, problem, path):
    with pytest.raises(HannousseError, match=problem):
        read_hannousse(write(path, row))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x1f\x8bnot gzip at all",
        gzip.compress(b"url,status\n" * 1000, mtime=0)[:40],
        gzip.compress(b"\xff\xfe\x00", mtime=0),
        gzip.compress(b'a,b\n"1,2\n3', mtime=0),
    ],
)
def test_a_damaged_file_says_so(content, path):
    path.write_bytes(content)

    with pytest.raises(HannousseError, match=r"pages\.csv\.gz"):
        read_hannousse(path)
