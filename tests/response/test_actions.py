"""What is recommended about an alert."""

from network_security.alerts.finding import Entity
from network_security.response import recommend
from network_security.response.actions import MITIGATIONS


def test_somebody_got_through(make) -> None:
    actions = recommend(
        make(users=("maria",), messages=("<m1@x.example>",), recipients=("maria@corp.example",))
    )

    assert [action.title for action in actions] == [
        "Block the URL and its host",
        "Reset the password of maria, and end their sessions",
        "Remove the message from the mailboxes of maria@corp.example",
    ]
    assert [action.urgent for action in actions] == [True, True, False]
    assert actions[0].mitigation == "M1021 Restrict Web-Based Content"
    assert [entry.value for entry in actions[0].indicators] == [
        "login.shop.example/verify",
        "login.shop.example",
    ]


def test_nobody_opened_it(make) -> None:
    recipients = tuple(f"{name}@corp.example" for name in "abcdefg")
    actions = recommend(make(reached=False, offered=True, clients=(), recipients=recipients))

    titles = [action.title for action in actions]
    assert titles[1].startswith("Warn a@corp.example, b@corp.example")
    assert titles[1].endswith("and 2 more")
    assert actions[1].why == "it was delivered, and nobody is known to have opened it"
    assert not any("password" in title for title in titles)
    assert not any(action.urgent for action in actions)


def test_what_is_not_known_to_have_come_to_anybody_is_not_said_to_be_delivered(make) -> None:
    recipients = ("maria@corp.example",)
    actions = recommend(make(reached=False, offered=False, clients=(), recipients=recipients))

    (warning,) = (action for action in actions if action.title.startswith("Warn"))
    assert warning.why == "it was sent to them; whether it was delivered is not known"


def test_an_attachment_that_was_opened_isolates(make) -> None:
    message = Entity("message", "<m1@x.example>", "", "")
    actions = recommend(
        make(
            entity=message, attachment=True, messages=("<m1@x.example>",), senders=("a@x.example",)
        )
    )
    titles = [action.title for action in actions]
    assert "Isolate 192.168.1.20 from the network, and scan it" in titles
    assert "Block the sender a@x.example at the mail gateway" in titles
    assert not any(action.indicators for action in actions)


def test_an_address_is_blocked_as_one(make) -> None:
    (block, *_) = recommend(make("http://93.184.216.34/login"))
    assert [entry.kind for entry in block.indicators] == ["url", "ip"]


def test_the_same_alert_the_same_actions(make) -> None:
    assert recommend(make()) == recommend(make())
    known = {f"{id_} {name}" for id_, name in MITIGATIONS.items()}
    assert {action.mitigation for action in recommend(make())} <= known | {None}
