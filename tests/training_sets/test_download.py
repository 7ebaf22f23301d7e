import logging
import time
from dataclasses import replace
from http import HTTPStatus

import pytest

from network_security.training_sets import download as module
from network_security.training_sets.download import DownloadError, download
from network_security.training_sets.formats import read_table


@pytest.fixture
def published(published):
    """The table on offer, under a short name."""
    return replace(published, file_name="set.zip")


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_file_is_fetched_and_verified(published, tmp_path, table):
    path = download(tmp_path / "new" / "folder", published)
    assert path == tmp_path / "new" / "folder" / "set.zip"
    assert read_table(path).equals(table)
    assert files(path.parent) == ["set.zip"]


def test_csv_of_the_same_table_passes_too(published, file_server, tmp_path, table):
    file_server.content = table.sample(frac=1, random_state=3).to_csv(index=False).encode()
    assert len(read_table(download(tmp_path, published))) == len(table)


def test_no_progress_is_shown_where_there_is_no_terminal(published, tmp_path, capfd):
    download(tmp_path, published)
    printed = capfd.readouterr()
    assert printed.out == ""
    # What is logged depends on who configured logging; a bar would be redrawn.
    assert "\r" not in printed.err
    assert "%" not in printed.err


def test_what_is_contacted_is_logged_first(published, tmp_path, caplog):
    caplog.set_level(logging.INFO)
    download(tmp_path, published)
    assert caplog.messages[0] == f"Fetching phishing_websites from {published.url}"


class TestResuming:
    def test_a_cut_connection_is_resumed(self, published, file_server, tmp_path, table):
        file_server.cuts = [5_000]
        assert read_table(download(tmp_path, published)).equals(table)
        assert [range_ for _, range_ in file_server.requests] == [None, "bytes=5000-"]

    def test_so_is_the_download_of_an_earlier_run(self, published, file_server, tmp_path, table):
        file_server.cuts = [3_000, 100, 100]
        with pytest.raises(DownloadError, match=r"cut off at 3,200 of"):
            download(tmp_path, published)
        assert files(tmp_path) == ["set.zip.part"]
        assert read_table(download(tmp_path, published)).equals(table)
        assert file_server.requests[-1] == ("/set.zip", "bytes=3200-")

    def test_a_server_that_cannot_resume_sends_everything(
        self, published, file_server, tmp_path, table
    ):
        file_server.ranges = False
        file_server.cuts = [3_000]
        assert read_table(download(tmp_path, published)).equals(table)

    @pytest.mark.parametrize("surplus", [0, 10])
    def test_a_part_that_is_all_there_is_not_fetched_again(
        self, surplus, published, file_server, tmp_path, table
    ):
        (tmp_path / "set.zip.part").write_bytes(file_server.content + b"\0" * surplus)
        assert read_table(download(tmp_path, published)).equals(table)

    def test_a_part_of_another_file_is_thrown_away(self, published, file_server, tmp_path, table):
        (tmp_path / "set.zip.part").write_bytes(b"<html>" * 100)
        assert read_table(download(tmp_path, published)).equals(table)
        assert [range_ for _, range_ in file_server.requests] == ["bytes=600-", None]


class TestRefusals:
    def test_another_table(self, published, file_server, tmp_path, table, as_archive):
        table.loc[0, "Result"] = -table.loc[0, "Result"]
        file_server.content = as_archive(table)
        with pytest.raises(DownloadError, match=r"did not send the published table.*digest"):
            download(tmp_path, published)
        assert files(tmp_path) == []
        assert len(file_server.requests) == 1

    def test_the_page_of_a_portal(self, published, file_server, tmp_path):
        file_server.content = b"<!DOCTYPE html><title>Log in to this network</title>"
        with pytest.raises(DownloadError, match="did not send the published table"):
            download(tmp_path, published)
        assert files(tmp_path) == []

    @pytest.mark.parametrize("status", [HTTPStatus.NOT_FOUND, HTTPStatus.BAD_GATEWAY])
    def test_an_error_of_the_server(self, status, published, file_server, tmp_path):
        file_server.status = status
        with pytest.raises(DownloadError, match=f"answered {status.value}"):
            download(tmp_path, published)
        assert len(file_server.requests) == 1

    def test_a_file_that_is_announced_as_too_large(self, published, file_server, tmp_path):
        file_server.announced = module.MAX_BYTES + 1
        with pytest.raises(DownloadError, match="16,777,217 bytes, more than 16,777,216"):
            download(tmp_path, published)

    def test_a_file_without_end(self, published, file_server, tmp_path, monkeypatch):
        monkeypatch.setattr(module, "MAX_BYTES", 5_000)
        file_server.content = b"0,1\n" * 1_000_000
        file_server.announced = 0
        with pytest.raises(DownloadError, match="did not send the published table"):
            download(tmp_path, published)
        assert files(tmp_path) == []


class TestPatience:
    def test_a_server_that_does_not_answer(self, published, file_server, tmp_path):
        file_server.silence = 3.0
        started = time.monotonic()
        with pytest.raises(DownloadError, match="did not answer"):
            download(tmp_path, published, timeout=0.2)
        assert time.monotonic() - started < 2

    def test_a_server_that_stalls(self, published, file_server, tmp_path):
        file_server.pause = 1.0
        with pytest.raises(DownloadError, match="cut off"):
            download(tmp_path, published, timeout=0.2)

    def test_a_server_that_trickles(self, published, file_server, tmp_path):
        file_server.pause = 0.1
        started = time.monotonic()
        with pytest.raises(DownloadError, match="too slow"):
            download(tmp_path, published, deadline=0.5)
        assert time.monotonic() - started < 2

    def test_no_server_at_all(self, published, tmp_path):
        nobody = replace(published, url="http://127.0.0.1:9/set.zip")
        with pytest.raises(DownloadError, match="out of reach"):
            download(tmp_path, nobody)

    def test_a_name_that_nobody_knows(self, published, tmp_path):
        nobody = replace(published, url="http://archive.invalid/set.zip")
        with pytest.raises(DownloadError, match="out of reach"):
            download(tmp_path, nobody)


def test_the_proxy_of_the_environment_is_used(published, file_server, tmp_path, monkeypatch):
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("http_proxy", f"http://{file_server.address}")
    elsewhere = replace(published, url="http://archive.invalid/set.zip")
    download(tmp_path, elsewhere)
    assert file_server.requests == [("http://archive.invalid/set.zip", None)]


def test_a_folder_that_cannot_be_made_is_named(published, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DownloadError, match="cannot be written"):
        download(tmp_path / "file" / "folder", published)
