"""Microsoft Defender XDR: tables of advanced hunting, as streamed to an event hub.

Format: Microsoft Learn, "Advanced hunting schema": EmailEvents, EmailUrlInfo, EmailAttachmentInfo,
UrlClickEvents, DeviceProcessEvents, DeviceLogonEvents.
"""

from hashlib import sha1
from typing import Any

from network_security.simulator.actions import Click, Login, Mail, ProcessStart
from network_security.simulator.network import WINDOWS_DOMAIN
from network_security.simulator.randomness import uuid
from network_security.simulator.writers import text, times
from network_security.simulator.writers.writer import Line, Lines, Writer

TENANT = uuid(0x3C2A9F5B7D1E48)
THREATS = {"clean": None, "spam": "Spam", "phish": "Phish", "malware": "Malware"}
DELAY = 180.0
"""Seconds until a record reaches the event hub."""


class M365Defender(Writer):
    """One record a recipient, link, file, click, program and logon."""

    path = "email/m365_defender.json"

    def mail(self, mail: Mail) -> Lines:
        """Write the message, its links and its files, for each recipient."""
        spf, dkim, dmarc = mail.authentication
        done = mail.time + mail.scan
        for index, recipient in enumerate(mail.recipients):
            network_id = uuid(mail.key + index)
            common = {
                "NetworkMessageId": network_id, "SenderFromAddress": mail.header_from,
                "SenderDisplayName": mail.sender_name, "RecipientEmailAddress": recipient,
                "ReportId": f"{network_id}-{mail.key % 10**15}-1",
            }  # fmt: skip
            results = {"SPF": spf, "DKIM": dkim, "DMARC": dmarc, "CompAuth": dmarc}
            yield _line(done, "EmailEvents", {
                **common, "InternetMessageId": mail.message_id,
                "SenderFromDomain": mail.header_from.rpartition("@")[2],
                "SenderMailFromAddress": mail.sender, "SenderIPv4": mail.client_address,
                "SenderMailFromDomain": mail.sender.rpartition("@")[2], "Subject": mail.subject,
                "EmailDirection": mail.direction.title(), "EmailLanguage": "en",
                "DeliveryAction": "Delivered" if mail.delivered else "Blocked",
                "DeliveryLocation": _location(mail), "ThreatTypes": THREATS[mail.verdict],
                "ConfidenceLevel": None if mail.verdict == "clean"
                else text.json({THREATS[mail.verdict] or "": "High"}),
                "AttachmentCount": len(mail.attachments), "UrlCount": len(mail.links),
                "EmailSize": mail.size, "AuthenticationDetails": text.json(results),
            })  # fmt: skip
            for url, _ in mail.links:
                yield _line(done, "EmailUrlInfo", {
                    "NetworkMessageId": network_id, "Url": url,
                    "UrlDomain": url.split("/")[2], "UrlLocation": "Body",
                    "ReportId": common["ReportId"],
                })  # fmt: skip
            for file in mail.attachments:
                yield _line(done, "EmailAttachmentInfo", {
                    **common, "FileName": file.name, "FileType": file.name.rpartition(".")[2],
                    "FileSize": len(file.content), "SHA256": file.sha256,
                    "ThreatTypes": "Malware" if mail.verdict == "malware" else None,
                })  # fmt: skip

    def click(self, click: Click) -> Lines:
        """Write a click on a link that is checked."""
        yield _line(click.time, "UrlClickEvents", {
            "Url": click.url, "ActionType": "ClickAllowed" if click.permitted else "ClickBlocked",
            "AccountUpn": click.user.address, "Workload": "Email",
            "NetworkMessageId": uuid(click.mail.key), "IPAddress": click.address,
            "ThreatTypes": None, "IsClickedThrough": False, "UrlChain": text.json({"0": click.url}),
            "ReportId": uuid(click.mail.key + 77),
        })  # fmt: skip

    def process(self, process: ProcessStart) -> Lines:
        """Write the start of a program."""
        folder, _, name = process.image.rpartition("\\")
        parent_folder, _, parent = process.parent.rpartition("\\")
        yield _line(process.time, "DeviceProcessEvents", {
            "DeviceId": _device(process.host.name),
            "DeviceName": process.host.fqdn, "ActionType": "ProcessCreated", "FileName": name,
            "FolderPath": f"{folder}\\{name}", "SHA256": process.sha256,
            "ProcessId": process.number, "ProcessCommandLine": process.command_line,
            "AccountDomain": WINDOWS_DOMAIN.lower(), "AccountName": process.user.account,
            "AccountSid": process.user.sid, "InitiatingProcessFileName": parent,
            "InitiatingProcessFolderPath": f"{parent_folder}\\{parent}",
            "InitiatingProcessId": process.parent_number,
            "InitiatingProcessAccountName": process.user.account,
        })  # fmt: skip

    def login(self, login: Login) -> Lines:
        """Write a logon at a Windows host."""
        if login.service != "windows":
            return
        yield _line(login.time, "DeviceLogonEvents", {
            "DeviceId": _device(login.host.name), "DeviceName": login.host.fqdn,
            "LogonType": "Network",
            "ActionType": "LogonSuccess" if login.success else "LogonFailed",
            "AccountDomain": WINDOWS_DOMAIN.lower(), "AccountName": login.account,
            "AccountSid": login.user.sid if login.user else None,
            "Protocol": "Kerberos" if login.method == "kerberos" else "NTLM",
            "FailureReason": None if login.success else "InvalidUserNameOrPassword",
            "RemoteIP": login.source, "RemotePort": login.source_port, "RemoteIPType": "Private",
            "RemoteDeviceName": login.workstation.lower(), "LogonId": login.key & 0xFFFFFFF,
        })  # fmt: skip


def _device(name: str) -> str:
    return sha1(name.encode(), usedforsecurity=False).hexdigest()


def _location(mail: Mail) -> str:
    if not mail.delivered:
        return "Quarantine"
    return "On-premises/external" if mail.direction == "outbound" else "Inbox/folder"


def _line(time: float, table: str, properties: dict[str, Any]) -> Line:
    told = {"Timestamp": times.iso(time, 7), **properties}
    record = {
        "time": times.iso(time + DELAY, 7), "tenantId": TENANT, "operationName": "Publish",
        "category": f"AdvancedHunting-{table}",
        "properties": {name: value for name, value in told.items() if value is not None},
    }  # fmt: skip
    return Line(time + DELAY, text.json(record))
