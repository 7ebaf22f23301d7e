"""The Security log of Windows hosts, as XML: logons, tickets, logoffs and programs.

Format: Microsoft Learn, "Advanced security audit policy", events 4624, 4625, 4634, 4672, 4688, 4768
and 4771; one event a line, as collectors export them.
"""

from itertools import count
from random import Random
from xml.sax.saxutils import escape

from network_security.simulator.actions import Login, ProcessStart
from network_security.simulator.network import DOMAIN_SID, WINDOWS_DOMAIN, Host, Network
from network_security.simulator.randomness import uuid
from network_security.simulator.writers import times
from network_security.simulator.writers.writer import Line, Lines, Writer

SUCCESS, FAILURE = "0x8020000000000000", "0x8010000000000000"
LOGON, LOGOFF, SPECIAL, PROCESS, KERBEROS = 12544, 12545, 12548, 13312, 14339
NULL_SID = "S-1-0-0"
BAD_NAME_OR_PASSWORD, WRONG_PASSWORD, PREAUTHENTICATION_FAILED = "0xc000006d", "0xc000006a", "0x18"
NETWORK_LOGON = 3
FULL_TOKEN, LIMITED_TOKEN = "%%1936", "%%1938"
HIGH, MEDIUM = "S-1-16-12288", "S-1-16-8192"
"""Integrity levels of a program."""
Data = dict[str, object]


class WindowsSecurity(Writer):
    """One to three events a logon, one a logoff or program."""

    path = "auth/windows_security.log"

    def __init__(self, network: Network, rng: Random) -> None:
        super().__init__(network, rng)
        self._records = {
            host.name: count(rng.randrange(100_000, 900_000))
            for host in network.hosts.values()
            if host.system == "windows"
        }

    def login(self, login: Login) -> Lines:
        """Write the ticket that was asked for, the logon, and its privileges."""
        user = login.user
        if login.service != "windows" or user is None:
            return
        time, kerberos = login.time, login.method == "kerberos"
        if kerberos and login.connection and login.connection.service == "kerberos":
            yield self._ticket(login)
            if not login.success:
                return
        account: Data = {
            "SubjectUserSid": NULL_SID, "SubjectUserName": "-", "SubjectDomainName": "-",
            "SubjectLogonId": "0x0",
            "TargetUserSid": user.sid if login.success else NULL_SID,
            "TargetUserName": login.account, "TargetDomainName": WINDOWS_DOMAIN,
        }  # fmt: skip
        package: Data = {
            "LogonProcessName": "Kerberos" if kerberos else "NtLmSsp ",
            "AuthenticationPackageName": "Kerberos" if kerberos else "NTLM",
            "WorkstationName": login.workstation or "-",
        }  # fmt: skip
        come: Data = {"ProcessId": "0x0", "ProcessName": "-", "IpAddress": login.source,
                      "IpPort": login.source_port}  # fmt: skip
        if not login.success:
            yield self._event(time, login.host, 4625, LOGON, FAILURE, {
                **account, "Status": BAD_NAME_OR_PASSWORD, "FailureReason": "%%2313",
                "SubStatus": WRONG_PASSWORD, "LogonType": NETWORK_LOGON, **package,
                "TransmittedServices": "-", "LmPackageName": "-", "KeyLength": 0, **come,
            })  # fmt: skip
            return
        yield self._event(time + 0.002, login.host, 4624, LOGON, SUCCESS, {
            **account, "TargetLogonId": _logon_id(login), "LogonType": NETWORK_LOGON, **package,
            "LogonGuid": f"{{{uuid(login.key).upper()}}}", "TransmittedServices": "-",
            "LmPackageName": "-" if kerberos else "NTLM V2", "KeyLength": 0 if kerberos else 128,
            **come, "ImpersonationLevel": "%%1833", "RestrictedAdminMode": "-",
            "TargetOutboundUserName": "-", "TargetOutboundDomainName": "-",
            "VirtualAccount": "%%1843", "TargetLinkedLogonId": "0x0", "ElevatedToken": "%%1842",
        })  # fmt: skip
        if user.administrator:
            yield self._event(time + 0.002, login.host, 4672, SPECIAL, SUCCESS, {
                "SubjectUserSid": user.sid, "SubjectUserName": login.account,
                "SubjectDomainName": WINDOWS_DOMAIN, "SubjectLogonId": _logon_id(login),
                "PrivilegeList": "SeSecurityPrivilege SeBackupPrivilege SeRestorePrivilege",
            })  # fmt: skip

    def logout(self, login: Login) -> Lines:
        """Write the end of a logon session."""
        if login.service != "windows" or login.user is None or login.until is None:
            return
        yield self._event(login.until, login.host, 4634, LOGOFF, SUCCESS, {
            "TargetUserSid": login.user.sid, "TargetUserName": login.account,
            "TargetDomainName": WINDOWS_DOMAIN, "TargetLogonId": _logon_id(login),
            "LogonType": NETWORK_LOGON,
        })  # fmt: skip

    def process(self, process: ProcessStart) -> Lines:
        """Write the start of a program."""
        user = process.user
        yield self._event(process.time, process.host, 4688, PROCESS, SUCCESS, {
            "SubjectUserSid": user.sid, "SubjectUserName": user.account,
            "SubjectDomainName": WINDOWS_DOMAIN, "SubjectLogonId": f"0x{user.number * 7919:x}",
            "NewProcessId": f"0x{process.number:x}", "NewProcessName": process.image,
            "TokenElevationType": FULL_TOKEN if user.administrator else LIMITED_TOKEN,
            "ProcessId": f"0x{process.parent_number:x}",
            "CommandLine": process.command_line, "TargetUserSid": NULL_SID, "TargetUserName": "-",
            "TargetDomainName": "-", "TargetLogonId": "0x0", "ParentProcessName": process.parent,
            "MandatoryLabel": HIGH if user.administrator else MEDIUM,
        })  # fmt: skip

    def _ticket(self, login: Login) -> Line:
        name = {"TargetUserName": login.account}
        come: Data = {"IpAddress": f"::ffff:{login.source}", "IpPort": login.source_port}
        options: Data = {"TicketOptions": "0x40810010"}
        certificate: Data = {"CertIssuerName": "", "CertSerialNumber": "", "CertThumbprint": ""}
        if login.success:
            return self._event(login.time, login.host, 4768, KERBEROS, SUCCESS, {
                **name, "TargetDomainName": WINDOWS_DOMAIN,
                "TargetSid": login.user.sid if login.user else NULL_SID, "ServiceName": "krbtgt",
                "ServiceSid": f"{DOMAIN_SID}-502", **options, "Status": "0x0",
                "TicketEncryptionType": "0x12", "PreAuthType": 2, **come, **certificate,
            })  # fmt: skip
        return self._event(login.time, login.host, 4771, KERBEROS, FAILURE, {
            **name, "TargetSid": login.user.sid if login.user else NULL_SID,
            "ServiceName": f"krbtgt/{WINDOWS_DOMAIN}", **options,
            "Status": PREAUTHENTICATION_FAILED, "PreAuthType": 2, **come, **certificate,
        })  # fmt: skip

    def _event(
        self, time: float, host: Host, number: int, task: int, keywords: str, data: Data
    ) -> Line:
        record = next(self._records[host.name])
        values = "".join(
            f'<Data Name="{name}">{escape(str(value))}</Data>' for name, value in data.items()
        )
        return Line(
            time,
            '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>'
            '<Provider Name="Microsoft-Windows-Security-Auditing" '
            'Guid="{54849625-5478-4994-a5ba-3e3b0328c30d}"/>'
            f"<EventID>{number}</EventID><Version>2</Version><Level>0</Level><Task>{task}</Task>"
            f"<Opcode>0</Opcode><Keywords>{keywords}</Keywords>"
            f'<TimeCreated SystemTime="{times.iso(time, 7)}"/>'
            f"<EventRecordID>{record}</EventRecordID><Correlation/>"
            f'<Execution ProcessID="712" ThreadID="{4 * (record % 300 + 20)}"/>'
            f"<Channel>Security</Channel><Computer>{host.name}.example.com</Computer><Security/>"
            f"</System><EventData>{values}</EventData></Event>",
        )


def _logon_id(login: Login) -> str:
    return f"0x{login.key & 0xFFFFFFF:x}"
