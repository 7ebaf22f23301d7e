import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.sensors import parse_event

HEADER = "Jan 14 08:00:01 bastion sshd[2101]: "


def parse(message: str, header: str = HEADER) -> dict:
    return parse_event(header + message, format="sshd")


@pytest.mark.parametrize(
    ("message", "action", "outcome"),
    [
        ("Accepted password for ann from 192.0.2.7 port 5022 ssh2", "ssh_login", "success"),
        ("Failed password for ann from 192.0.2.7 port 5022 ssh2", "ssh_login", "failure"),
        ("Failed none for invalid user ann from 192.0.2.7 port 5022 ssh2", "ssh_login", "failure"),
        ("Invalid user ann from 192.0.2.7 port 5022", "ssh_login", "failure"),
        (
            "error: maximum authentication attempts exceeded for invalid user ann from 192.0.2.7 "
            "port 5022 ssh2 [preauth]",
            "login-given-up",
            "failure",
        ),
        (
            "Disconnecting invalid user ann 192.0.2.7 port 5022: Too many authentication failures",
            "login-given-up",
            "failure",
        ),
        (
            "Connection closed by authenticating user ann 192.0.2.7 port 5022 [preauth]",
            "connection-finished",
            "success",
        ),
        ("Disconnected from user ann 192.0.2.7 port 5022", "connection-finished", "success"),
        (
            "Starting session: shell on pts/0 for ann from 192.0.2.7 port 5022 id 0",
            "session-started",
            "success",
        ),
        (
            "error: PAM: Authentication failure for ann from 192.0.2.7 port 5022",
            "ssh_login",
            "failure",
        ),
    ],
)
def test_logins_name_user_address_and_outcome(message, action, outcome):
    document = parse(message)

    assert document["user"]["name"] == "ann"
    assert document["source"]["ip"] == "192.0.2.7"
    assert document["source"]["port"] == 5022
    assert document["event"]["action"] == action
    assert document["event"]["outcome"] == outcome


NAMES = [
    "x from 198.51.100.1 port 22 ssh2",
    "root from 198.51.100.1",
    "invalid user",
    "a b",
    "from",
    "port 1",
    "]: Accepted password for root from 198.51.100.1 port 1 ssh2",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "message",
    [
        "Failed password for invalid user {} from 203.0.113.5 port 4022 ssh2",
        "Invalid user {} from 203.0.113.5 port 4022",
        "Connection closed by invalid user {} 203.0.113.5 port 4022 [preauth]",
        "Disconnected from invalid user {} 203.0.113.5 port 4022 [preauth]",
    ],
)
def test_names_that_imitate_a_message_do_not_forge_an_address(message, name):
    document = parse(message.format(name))

    assert document["source"]["ip"] == "203.0.113.5"
    assert document["source"]["port"] == 4022
    assert document["user"]["name"] == name


@given(
    name=st.text(
        st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="@"), min_size=1
    )
)
def test_any_name_is_read_as_it_was_typed(name):
    document = parse(f"Failed password for invalid user {name} from 203.0.113.5 port 4022 ssh2")

    assert document["user"]["name"] == name
    assert document["source"]["ip"] == "203.0.113.5"


def test_the_key_of_an_accepted_login_does_not_forge_an_address():
    document = parse(
        "Accepted publickey for ann from 192.0.2.7 port 5022 ssh2: ED25519-CERT SHA256:xyz ID "
        "me from 198.51.100.1 port 1 ssh2 (serial 0) CA ED25519 SHA256:abc"
    )

    assert document["source"]["ip"] == "192.0.2.7"
    assert document["user"]["name"] == "ann"


def test_an_empty_name_is_none():
    document = parse("Failed password for invalid user  from 203.0.113.5 port 4022 ssh2")

    assert "user" not in document
    assert document["source"]["ip"] == "203.0.113.5"


def test_repeated_messages_say_how_often():
    document = parse(
        "message repeated 4 times: [ Failed password for root from 203.0.113.5 port 4 ssh2]"
    )

    assert document["linux"]["auth"]["repeated"] == 4
    assert document["event"]["outcome"] == "failure"
    assert document["source"]["ip"] == "203.0.113.5"


@pytest.mark.parametrize(
    ("message", "user"),
    [
        (
            "session opened for user root(uid=0) by ann(uid=1004)",
            {"name": "ann", "id": "1004", "effective": {"name": "root", "id": "0"}},
        ),
        (
            "session opened for user ann by (uid=0)",
            {"id": "0", "effective": {"name": "ann"}},
        ),
        ("session closed for user ann", {"name": "ann"}),
    ],
)
def test_sessions_tell_who_acts_from_as_whom(message, user):
    document = parse(f"pam_unix(sudo:session): {message}", "Jan 14 08:00:01 bastion sudo: ")

    assert document["user"] == user
    assert document["event"]["category"] == ["session"]


def test_a_command_of_sudo_is_kept_whole():
    document = parse(
        "ann : TTY=pts/0 ; PWD=/home/ann ; USER=root ; COMMAND=/bin/sh -c a ; USER=x ; COMMAND=y",
        "Jan 14 08:00:01 bastion sudo:    ",
    )

    assert document["user"] == {"name": "ann", "effective": {"name": "root"}}
    assert document["process"]["command_line"] == "/bin/sh -c a ; USER=x ; COMMAND=y"
    assert document["process"]["working_directory"] == "/home/ann"


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("new user: name=bob, UID=1010, GID=1010, home=/home/bob, shell=/bin/sh", "creation"),
        ("delete user 'bob'", "deletion"),
        ("change user 'bob' password", "change"),
        ("failed adding user 'bob', exit code: 9", "creation"),
    ],
)
def test_changes_of_accounts(message, kind):
    document = parse(message, "Jan 14 08:00:01 bastion useradd[7]: ")

    assert document["event"]["category"] == ["iam"]
    assert document["event"]["type"] == ["user", kind]
    assert document["event"]["outcome"] == ("failure" if "failed" in message else "success")
    assert document["user"]["name"] == "bob"


@pytest.mark.parametrize(
    ("message", "program"),
    [
        ("Invalid user ann from 192.0.2.7", "sshd"),
        ("fatal: Timeout before authentication for 192.0.2.7 port 5", "sshd"),
        ("pam_unix(sudo-i:session): session closed for user root", "sudo"),
        ("new group: name=web, GID=5", "groupadd"),
        ("something that nobody knows", "sshd"),
    ],
)
def test_a_line_without_a_header_is_told_by_its_message(message, program):
    assert parse(message, "")["process"]["name"] == program


def test_an_unknown_message_is_kept():
    document = parse("a message of tomorrow")

    assert document["message"] == "a message of tomorrow"
    assert document["event"]["category"] == ["host"]
    assert document["process"] == {"name": "sshd", "pid": 2101}
