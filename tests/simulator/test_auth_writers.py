"""What the hosts write about logins comes back from the parsers."""

import pytest

from network_security.simulator.actions import Command, DaemonMessage
from network_security.simulator.activity.administration import ssh_login
from network_security.simulator.activity.desktop import process, windows_login
from network_security.simulator.traffic import connect


@pytest.mark.parametrize("method", ["publickey", "password"])
def test_an_ssh_session_begins_and_ends(parsed, at, rng, network, noon, method):
    user, bastion = network.administrators[0], network.servers["bastion"]
    _, login = ssh_login(
        rng, network, noon, bastion, user.account, "192.0.2.170", user=user, success=True,
        method=method, lasts=600,
    )  # fmt: skip
    accepted, opened, _, closed = parsed("sshd", login)
    assert user.account in at(opened, "related.user")
    assert at(accepted, "source.ip") == "192.0.2.170"
    assert at(accepted, "source.port") == login.source_port
    assert at(accepted, "user.name") == user.account
    assert at(accepted, "host.hostname") == "bastion"
    assert at(accepted, "event.outcome") == "success"
    assert (closed["@timestamp"] - accepted["@timestamp"]).total_seconds() == pytest.approx(
        600, abs=2
    )


@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_ssh_password_is_a_failure(parsed, at, rng, network, noon, known):
    user = network.administrators[0] if known else None
    account = user.account if user else "oracle"
    _, login = ssh_login(
        rng, network, noon, network.servers["bastion"], account, "203.0.113.99", user=user,
        success=False,
    )  # fmt: skip
    documents = parsed("sshd", login)
    (failed,) = [each for each in documents if "Failed password" in each["event"]["original"]]
    assert at(failed, "event.outcome") == "failure"
    assert at(failed, "source.port") == login.source_port
    assert {at(document, "user.name") for document in documents} == {account}
    assert {at(document, "source.ip") for document in documents} == {"203.0.113.99"}


@pytest.mark.parametrize("name", ["sshd", "syslog"])
def test_sudo_names_who_ran_what(parsed, network, noon, name):
    user, host = network.administrators[0], network.servers["web"]
    command = Command(noon, host, user, "root", "pts/0", "/etc", "/usr/bin/id")
    (document,) = parsed(name, command)
    assert "/usr/bin/id" in str(document)
    assert user.account in str(document)


def test_a_windows_logon_has_user_address_and_host(parsed, at, rng, network, noon):
    user, files = network.present[0], network.servers["files"]
    session = connect(
        rng, network, noon, user.workstation.address, files.address, 445, "smb", duration=60
    )
    login = windows_login(rng, user, files, session, until=session.end)
    logon, *_, logoff = parsed("windows_security", login)
    assert at(logon, "event.code") == "4624"
    assert at(logon, "source.ip") == user.workstation.address
    assert at(logon, "source.port") == session.source_port
    assert user.account in at(logon, "related.user")
    assert at(logon, "event.outcome") == "success"
    assert at(logoff, "event.code") == "4634"


@pytest.mark.parametrize(("service", "code"), [("kerberos", "4771"), ("smb", "4625")])
def test_a_wrong_windows_password_is_a_failure(parsed, at, rng, network, noon, service, code):
    user, controller = network.present[0], network.servers["domain controller"]
    session = connect(rng, network, noon, user.workstation.address, controller.address, 88, service)
    (document,) = parsed(
        "windows_security", windows_login(rng, user, controller, session, success=False)
    )
    assert at(document, "event.code") == code
    assert at(document, "event.outcome") == "failure"
    assert at(document, "source.ip") == user.workstation.address
    assert user.account in at(document, "related.user")


@pytest.mark.parametrize("name", ["windows_security", "m365_defender"])
def test_a_program_has_its_command_line_and_parent(parsed, at, rng, network, noon, name):
    user = network.present[0]
    line = r'powershell.exe -c "a & b" <x>'
    start = process(rng, noon, user, r"C:\Windows\powershell.exe", line, r"C:\Windows\cmd.exe")
    (document,) = parsed(name, start)
    assert at(document, "process.command_line") == line
    assert at(document, "process.name") == "powershell.exe"
    assert at(document, "process.parent.name") == "cmd.exe"
    assert user.account in at(document, "related.user")


def test_a_daemon_is_named(parsed, at, network, noon):
    message = DaemonMessage(noon, network.servers["names"], "named", 512, 3, 5, "zone loaded")
    (document,) = parsed("syslog", message)
    assert at(document, "process.name") == "named"
    assert at(document, "process.pid") == 512
    assert at(document, "host.hostname") == "ns1"
    assert at(document, "message") == "zone loaded"
