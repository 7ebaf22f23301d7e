"""Sinks that a configuration names, and which alerts they want."""

from typing import Any

import pytest

from network_security.alerts.sinks import SinkError, SinkOptions, make_sinks

FILE = {"type": "ndjson", "name": "file", "path": "alerts.ndjson"}


@pytest.mark.parametrize(
    ("options", "known", "wanted"),
    [
        ({}, {}, True),
        ({"least_severity": "high"}, {}, True),
        ({"least_severity": "critical"}, {}, False),
        ({"detectors": ["phishing"]}, {}, True),
        ({"detectors": ["message"]}, {}, False),
        ({"reached_only": True}, {}, True),
        ({"reached_only": True}, {"reached": False, "confirmed_by": ("list",)}, False),
    ],
)
def test_filters(announce, options: Any, known: Any, wanted: bool) -> None:
    assert SinkOptions(name="s", **options).wants(announce(**known).alert) is wanted


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ([{"name": "x"}], "sink 'x': type is None: one of webhook, slack, mail"),
        ([FILE | {"type": "pager"}], "type is 'pager'"),
        ([FILE | {"name": "A b"}], "lower case letters"),
        ([FILE | {"colour": 1}], "sink 'file' of type ndjson: .*'colour'"),
        ([{"type": "ndjson", "name": "file"}], "missing .*'path'"),
        ([FILE, FILE], "two sinks are called 'file'"),
        ([FILE | {"least_severity": "mild"}], "least_severity is 'mild'"),
        ([FILE | {"attempts": 0}], "attempts is 0"),
        ([FILE | {"timeout_seconds": 0}], "timeout_seconds is 0"),
        ([FILE | {"link": "javascript:x"}], "link is 'javascript:x'"),
    ],
)
def test_what_cannot_work_is_told(given: Any, why: str) -> None:
    with pytest.raises(SinkError, match=why):
        make_sinks(given)
