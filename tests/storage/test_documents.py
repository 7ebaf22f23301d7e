"""Rows of a frame as documents, and back."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.storage import document_id
from network_security.storage.documents import document_ids, to_documents, to_frame

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class TestDocumentId:
    def test_same_key_gives_same_id_in_whatever_type(self) -> None:
        expected = document_id("phishing", 17)
        assert document_id(np.str_("phishing"), np.int8(17)) == expected
        assert document_id("phishing", 17.0) == expected
        assert len(expected) == 64

    @given(st.lists(st.text() | st.integers(-(2**63), 2**63 - 1) | st.booleans(), min_size=1))
    def test_other_keys_give_other_ids(self, key: list[object]) -> None:
        assert document_id(*key) == document_id(*key)
        assert document_id(*key) != document_id(*key, "")
        assert document_id("".join(map(str, key)), "x") != document_id(*key)

    def test_time_is_the_same_in_every_zone(self) -> None:
        east = NOON.astimezone(timezone(timedelta(hours=5)))
        assert document_id(pd.Timestamp(east)) == document_id(NOON)

    @pytest.mark.parametrize("value", [None, float("nan"), pd.NaT, [1], {"a": 1}, object()])
    def test_what_identifies_nothing_is_refused(self, value: object) -> None:
        with pytest.raises(ValueError, match="cannot be"):
            document_id("phishing", value)


class TestDocumentIds:
    def test_column_of_ids_wins_over_the_key(self) -> None:
        frame = pd.DataFrame({"_id": ["a", "b"], "row": [1, 2]})
        assert document_ids(frame, key=["row"]) == ["a", "b"]

    def test_made_from_the_keys_columns_in_their_order(self) -> None:
        frame = pd.DataFrame({"row": [1, 2], "label": [0, 0], "detector": ["d", "d"]})
        ids = document_ids(frame, key=["detector", "row"])
        assert ids == [document_id("d", 1), document_id("d", 2)]

    @pytest.mark.parametrize(
        ("frame", "message"),
        [
            ({"_id": ["a", None]}, "column '_id', row 1"),
            ({"_id": ["a", 7]}, "column '_id', row 1"),
            ({"_id": ["", "a"]}, "column '_id', row 0"),
            ({"_id": ["a", "b", "a"]}, "rows 0 and 2 have the same key"),
            ({"detector": ["d"]}, r"key's columns \['row'\]"),
            ({"detector": ["d", "d"], "row": [1, 1]}, "rows 0 and 1 have the same key"),
            ({"detector": ["d", None], "row": [1, 2]}, "column 'detector', row 1"),
        ],
    )
    def test_rows_that_would_be_lost_are_refused(self, frame: dict, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            document_ids(pd.DataFrame(frame), key=["detector", "row"])

    def test_key_is_needed(self) -> None:
        with pytest.raises(ValueError, match="no column '_id'"):
            document_ids(pd.DataFrame({"a": [1]}), key=[])


class TestToDocuments:
    def test_values_become_pythons_own(self) -> None:
        frame = pd.DataFrame(
            {
                "_id": ["a", "b"],
                "flag": [True, False],
                "count": np.array([1, 2], dtype=np.int8),
                "port": pd.array([443, None], dtype="Int64"),
                "score": [0.5, np.nan],
                "name": ["Ünïcode", None],
                "kind": pd.Categorical(["scan", None]),
                "tags": [np.array(["a", "b"]), ()],
                "source": [{"ip": "192.0.2.1", "bytes": np.int64(7)}, None],
            }
        )
        first, second = to_documents(frame)
        assert first == {
            "_id": "a",
            "flag": True,
            "count": 1,
            "port": 443,
            "score": 0.5,
            "name": "Ünïcode",
            "kind": "scan",
            "tags": ["a", "b"],
            "source": {"ip": "192.0.2.1", "bytes": 7},
        }
        assert second == {"_id": "b", "flag": False, "count": 2, "tags": []} | dict.fromkeys(
            ["port", "score", "name", "kind", "source"]
        )
        values = [*first.values(), first["source"]["bytes"]]
        assert {type(value).__module__ for value in values} == {"builtins"}

    def test_times_become_utc_milliseconds(self) -> None:
        east = timezone(timedelta(hours=5))
        times = pd.to_datetime(
            [datetime(2026, 3, 1, 17, 0, 0, 1999, tzinfo=east), None], utc=False
        ).tz_convert("Europe/Berlin")
        documents = to_documents(pd.DataFrame({"_id": ["a", "b"], "time": times}))
        expected = [NOON + timedelta(milliseconds=1), None]
        assert [document["time"] for document in documents] == expected
        assert documents[0]["time"].tzinfo == UTC

    @pytest.mark.parametrize(
        ("column", "value", "message"),
        [
            ("score", np.inf, "infinite"),
            ("score", [-np.inf], "infinite"),
            ("count", 2**63, "64 bits"),
            ("time", datetime(2026, 3, 1), "no zone"),
            ("raw", b"bytes", "a bytes cannot be stored"),
            ("source", {"a.b": 1}, r"field name 'a\.b'"),
            ("source", {"$set": 1}, "field name"),
            ("source", {"": 1}, "field name"),
            ("source", {1: 1}, "field name"),
        ],
    )
    def test_what_some_server_would_refuse_is_named(
        self, column: str, value: object, message: str
    ) -> None:
        values = pd.Series([None, value], index=["a", "b"], dtype=object)
        frame = pd.DataFrame({"_id": ["a", "b"], column: values})
        with pytest.raises(ValueError, match=rf"column '{column}', row 'b': .*{message}"):
            to_documents(frame)

    def test_row_may_be_its_id_alone(self) -> None:
        assert to_documents(pd.DataFrame({"_id": ["a", "b"]})) == [{"_id": "a"}, {"_id": "b"}]

    @pytest.mark.parametrize("name", ["a.b", "$a", "", 7])
    def test_column_name_that_is_no_field_name_is_refused(self, name: object) -> None:
        with pytest.raises(ValueError, match="field name"):
            to_documents(pd.DataFrame({"_id": ["a"], name: [1]}))


class TestToFrame:
    def test_type_of_a_column_does_not_depend_on_the_batches(self) -> None:
        batches = [
            pd.DataFrame([{"n": None, "s": None, "t": None}]),
            pd.DataFrame([{"n": 1, "s": "a", "t": NOON}]),
            pd.DataFrame([{"n": None, "s": "b", "t": None}]),
        ]
        frame = to_frame(batches)
        whole = pd.DataFrame(
            [
                {"n": None, "s": None, "t": None},
                {"n": 1, "s": "a", "t": NOON},
                {"n": None, "s": "b", "t": None},
            ]
        )
        pd.testing.assert_frame_equal(frame, whole)

    def test_columns_asked_for_come_first_and_always(self) -> None:
        frame = to_frame([pd.DataFrame([{"b": 1, "c": 2}])], columns=["a", "b"])
        assert list(frame.columns) == ["a", "b", "c"]
        assert list(to_frame([], columns=["a", "b"]).columns) == ["a", "b"]
        assert to_frame([]).shape == (0, 0)
