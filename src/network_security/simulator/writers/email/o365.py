"""Microsoft 365 audit records: logins, files, mailbox rules, sent mail, clicks on links.

Format: Microsoft Learn, "Office 365 Management Activity API schema".
"""

from random import Random
from typing import Any

from network_security.simulator.actions import Click, CloudFile, Login, Mail, MailRule
from network_security.simulator.network import Network, User
from network_security.simulator.randomness import uuid
from network_security.simulator.writers import text, times
from network_security.simulator.writers.writer import Line, Lines, Writer

ORGANIZATION = uuid(0x5E9D1C7A3B2F60)
SITE = "https://example.sharepoint.com/sites/office/"
EXCHANGE_ADMIN, EXCHANGE_ITEM, SHAREPOINT, SIGN_IN, URL_CLICK = 1, 2, 6, 15, 41
WRONG_PASSWORD = "50126"  # noqa: S105 - number of an error


class O365(Writer):
    """One record an operation."""

    path = "email/o365.json"

    def __init__(self, network: Network, rng: Random) -> None:
        super().__init__(network, rng)
        self._users = {user.address: user for user in network.users}

    def login(self, login: Login) -> Lines:
        """Write a login at the cloud service."""
        if login.service != "cloud" or login.user is None:
            return
        yield self._line(login.time, login.user, {
            "Operation": "UserLoggedIn" if login.success else "UserLoginFailed",
            "RecordType": SIGN_IN, "ResultStatus": "Success", "Workload": "AzureActiveDirectory",
            "ClientIP": login.source, "ActorIpAddress": login.source, "ObjectId": "Unknown",
            "LogonError": None if login.success else "InvalidUserNameOrPassword",
            "ErrorNumber": "0" if login.success else WRONG_PASSWORD,
            "ExtendedProperties": [
                {"Name": "UserAgent", "Value": login.user_agent},
                {"Name": "RequestType", "Value": "OAuth2:Authorize"},
                {"Name": "ResultStatusDetail", "Value": "Success" if login.success else "Failed"},
            ],
        })  # fmt: skip

    def cloud_file(self, work: CloudFile) -> Lines:
        """Write work on a file."""
        yield self._line(work.time, work.user, {
            "Operation": work.operation, "RecordType": SHAREPOINT, "Workload": "SharePoint",
            "ClientIP": work.address, "UserAgent": work.user_agent, "ItemType": "File",
            "SiteUrl": SITE, "SourceRelativeUrl": work.folder, "SourceFileName": work.name,
            "SourceFileExtension": work.name.rpartition(".")[2], "FileSizeBytes": work.size,
            "ObjectId": f"{SITE}{work.folder}/{work.name}", "EventSource": "SharePoint",
        })  # fmt: skip

    def mail_rule(self, rule: MailRule) -> Lines:
        """Write a new rule of a mailbox."""
        yield self._line(rule.time, rule.user, {
            "Operation": "New-InboxRule", "RecordType": EXCHANGE_ADMIN, "ResultStatus": "True",
            "Workload": "Exchange", "ClientIP": f"{rule.address}:{50_000 + rule.user.number % 999}",
            "OrganizationName": "example.onmicrosoft.com",
            "ObjectId": f"example.onmicrosoft.com\\{rule.user.account}\\{rule.name}",
            "Parameters": [
                {"Name": "Name", "Value": rule.name},
                {"Name": "ForwardTo", "Value": rule.forward_to},
                {"Name": "DeleteMessage", "Value": "True"},
                {"Name": "SubjectOrBodyContainsWords", "Value": "northbank;account;security"},
            ],
        })  # fmt: skip

    def mail(self, mail: Mail) -> Lines:
        """Write what a user sent."""
        if mail.direction != "outbound":
            return
        sender = self._users[mail.sender]
        yield self._line(mail.time, sender, {
            "Operation": "Send", "RecordType": EXCHANGE_ITEM, "ResultStatus": "Succeeded",
            "Workload": "Exchange", "ClientIP": sender.workstation.address,
            "ClientInfoString": "Client=MSExchangeRPC", "ExternalAccess": False,
            "MailboxOwnerUPN": mail.sender, "LogonType": 0, "InternalLogonType": 0,
            "OrganizationName": "example.onmicrosoft.com",
            "Item": {
                "Id": f"RgAAAA{mail.key:x}", "InternetMessageId": mail.message_id,
                "Subject": mail.subject, "SizeInBytes": mail.size,
                "ParentFolder": {"Path": "\\Drafts"},
            },
        })  # fmt: skip

    def click(self, click: Click) -> Lines:
        """Write a click on a link that is checked."""
        yield self._line(click.time, click.user, {
            "Operation": "TIUrlClickData", "RecordType": URL_CLICK, "Url": click.url,
            "Workload": "ThreatIntelligence", "UserIp": click.address, "AppName": "Mail",
            "AppVersion": "0.0.0000",
            "EventDeepLink": "https://protection.office.example/url",
            "SourceId": uuid(click.mail.key), "TimeOfClick": times.iso(click.time, zone=""),
            "UrlClickAction": 0,
        })  # fmt: skip

    def _line(self, time: float, user: User, more: dict[str, Any]) -> Line:
        record = {
            "CreationTime": times.iso(time, zone=""), "Id": uuid(self.rng.getrandbits(128)),
            "OrganizationId": ORGANIZATION, "UserType": 0, "Version": 1, "UserId": user.address,
            "UserKey": f"{0x100320000000000 + user.number:X}", **more,
        }  # fmt: skip
        return Line(time, text.json(record))
