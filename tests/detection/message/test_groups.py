import numpy as np

from network_security.detection.message.groups import campaigns
from network_security.evidence.messages import Message, read_message

WORDS = "the parcel for your office waits at the depot until friday please tell us when to bring it"


def mail(text: str) -> Message:
    return read_message(f"From: a@a.example\nSubject: Hello\n\n{text}\n".encode())


def test_messages_of_one_campaign_are_found_by_sites_and_by_text() -> None:
    found = campaigns(
        [
            mail("Look: https://shop.example/a"),
            mail("Something else entirely https://shop.example/b"),
            mail(WORDS),
            mail(WORDS + " again"),
            mail("Nothing in common"),
        ]
    )

    assert found[0] == found[1]
    assert found[2] == found[3]
    assert len(np.unique(found)) == 3


def test_hosts_that_many_share_join_nobody() -> None:
    found = campaigns([mail("One thing https://bit.ly/a"), mail("Quite another https://bit.ly/b")])

    assert found[0] != found[1]


def test_no_messages_have_no_campaigns() -> None:
    assert campaigns([]).shape == (0,)
