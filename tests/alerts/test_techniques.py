import re

import pytest

from network_security.alerts.techniques import TECHNIQUES, phishing_techniques


def test_every_technique_has_a_number_of_att_and_ck_a_name_and_a_tactic() -> None:
    for id_, technique in TECHNIQUES.items():
        assert re.fullmatch(r"T\d{4}(\.\d{3})?", id_)
        assert technique.id == id_
        assert technique.name
        assert technique.tactic


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"kind": "url", "by_mail": False}, ["T1566"]),
        ({"kind": "url", "by_mail": True}, ["T1566.002"]),
        ({"kind": "url", "by_mail": True, "visited": True}, ["T1566.002", "T1204.001"]),
        ({"kind": "message", "by_mail": True}, ["T1566"]),
        ({"kind": "message", "by_mail": True, "link": True}, ["T1566.002"]),
        ({"kind": "message", "by_mail": True, "attachment": True}, ["T1566.001"]),
        (
            {"kind": "message", "by_mail": True, "attachment": True, "visited": True},
            ["T1566.001", "T1204.002"],
        ),
    ],
)
def test_phishing(known: dict[str, object], expected: list[str]) -> None:
    found = phishing_techniques(**{"attachment": False, "visited": False} | known)  # type: ignore[arg-type]
    assert [each.id for each in found] == expected
