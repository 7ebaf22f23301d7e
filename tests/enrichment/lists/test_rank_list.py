import gzip
import zipfile
from pathlib import Path

import pytest

from network_security.enrichment.lists import ListError, RankListOptions
from network_security.enrichment.lists.rank_list import read_rank_list
from network_security.evidence.urls import host_of


def ranks(path: Path, content: str | bytes, *hosts: str, **options: str) -> list[int]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    read = read_rank_list(RankListOptions(name="popular", path=str(path), **options))
    return [read.rank(host_of(host)) for host in hosts]


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("1,search.example\n2,shop.example\n", {}),
        ("rank,domain\r\n1,search.example\r\n2,shop.example\r\n", {}),
        ("search.example\nshop.example", {}),
        ("# most visited\nsearch.example\n\nwww.shop.example\n", {}),
        ("1,https://search.example\n2,https://SHOP.example\n", {}),
        ('"place","site"\n"2","shop.example"\n"1","search.example"\n',
         {"domain_column": "site", "rank_column": "place"}),
        ("origin,country\nhttps://search.example,x\nhttps://shop.example,y\n",
         {"domain_column": "origin"}),
        ("2,shop.example\n1,search.example\n9,shop.example\n", {}),
    ],
)  # fmt: skip
def test_a_site_has_its_place(tmp_path: Path, content: str, options: dict[str, str]) -> None:
    hosts = ("search.example", "www.shop.example", "unknown.example")

    assert ranks(tmp_path / "list.csv", content, *hosts, **options) == [1, 2, 0]


def test_a_packed_list_is_read_as_it_is(tmp_path: Path) -> None:
    packed = gzip.compress(b"1,search.example\n", mtime=0)
    with zipfile.ZipFile(tmp_path / "list.zip", "w") as archive:
        archive.writestr("top.csv", "1,search.example\n")

    assert ranks(tmp_path / "list.csv.gz", packed, "search.example") == [1]
    assert ranks(tmp_path / "b", (tmp_path / "list.zip").read_bytes(), "search.example") == [1]


def test_a_host_has_the_rank_of_its_domain_but_not_of_its_hosting_service(tmp_path: Path) -> None:
    content = "1,github.io\n2,example.co.uk\n3,mail.example.co.uk\n"
    hosts = ("alice.github.io", "github.io", "a.b.example.co.uk", "co.uk", "x.mail.example.co.uk")

    assert ranks(tmp_path / "list.csv", content, *hosts) == [0, 1, 2, 0, 2]


def test_lines_without_a_site_are_counted_and_shown(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("1,search.example\n2,not a.domain\n0,shop.example\n3,\n")

    skipped = read_rank_list(RankListOptions(name="popular", path=str(path))).skipped

    assert skipped.reasons == {"no domain": 2, "no rank from 1 on": 1}
    assert skipped.examples[0] == "line 2: 'not a.domain': no domain"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "is empty; fetch it again"),
        (b"1\n2\n", "holds no site (line 1: '': no domain); give one line"),
        (b"\x00\x01\x02\x03", "is no text"),
        (gzip.compress(b"1,search.example\n" * 99, mtime=0)[:-20], "is damaged"),
        (b"PK\x03\x04 broken", "is damaged"),
    ],
)
def test_a_list_that_is_none_is_refused(tmp_path: Path, content: bytes, error: str) -> None:
    with pytest.raises(ListError) as refused:
        ranks(tmp_path / "list.csv", content)

    assert str(refused.value).startswith(str(tmp_path / "list.csv"))
    assert error in str(refused.value)


def test_a_missing_column_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ListError, match=r"list\.csv, line 2: the header has no column 'Domain'; it "
                                        r"has 'rank', 'site'; correct"):  # fmt: skip
        ranks(tmp_path / "list.csv", "\nrank,site\n1,a.example\n", domain_column="Domain")
