import gzip
from pathlib import Path

import pandas as pd
import pytest

from network_security.scoring.message_files import MessageFiles
from network_security.scoring.rows import TableError
from network_security.scoring.sources import open_source
from network_security.scoring.tables import TableFile
from network_security.scoring.url_lists import UrlList

MESSAGE = b"From: a@example.org\r\nSubject: hello\r\n\r\nhttps://example.org/\r\n"


@pytest.mark.parametrize(
    ("content", "kind", "type_"),
    [
        (b"url,port\nexample.org,1\n", "urls", TableFile),
        (b"id,URL\n1,example.org\n", "urls", TableFile),
        (b"url\nexample.org\n", "urls", TableFile),
        (b"port,SFH\n1,-1\n", "features", TableFile),
        (b"a,b\n1,2\n", "features", TableFile),
        (b"https://example.org/a,b\n", "urls", UrlList),
        (b"# seen today\nexample.org/login\n", "urls", UrlList),
        (gzip.compress(b"example.org\n", mtime=0), "urls", UrlList),
        (b"", "urls", UrlList),
        (MESSAGE, "messages", MessageFiles),
        (b"From ann Mon Mar  2 08:00:00 2026\n" + MESSAGE, "messages", MessageFiles),
    ],
)
def test_what_a_file_holds_is_told_from_its_content(
    tmp_path: Path, content: bytes, kind: str, type_: type
) -> None:
    (tmp_path / "file").write_bytes(content)

    source = open_source(str(tmp_path / "file"))

    assert source.kind == kind
    assert isinstance(source, type_)


def test_parquet_is_told_by_its_columns(tmp_path: Path) -> None:
    pd.DataFrame({"url": ["example.org"]}).to_parquet(tmp_path / "urls")
    pd.DataFrame({"port": [1]}).to_parquet(tmp_path / "rows")

    assert open_source(str(tmp_path / "urls")).kind == "urls"
    assert open_source(str(tmp_path / "rows")).kind == "features"


def test_folders_and_patterns_are_messages(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(MESSAGE)

    assert open_source(str(tmp_path)).kind == "messages"
    assert open_source(str(tmp_path / "*.eml")).kind == "messages"


def test_what_is_said_wins(tmp_path: Path) -> None:
    (tmp_path / "rows").write_text("url,port\nexample.org,1\n")

    assert open_source(str(tmp_path / "rows"), kind="features").kind == "features"
    assert open_source(str(tmp_path / "rows"), kind="messages").kind == "messages"


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    for path in ("nowhere.csv", "nowhere/*.eml"):
        with pytest.raises(TableError, match="nowhere"):
            open_source(str(tmp_path / path))
