"""Mimecast: receipt, processing and delivery of messages, clicks on links.

Format: Mimecast, "Understanding SIEM logs" of the cloud gateway, one JSON object an event.
"""

from typing import Any

from network_security.simulator.actions import Click, Mail
from network_security.simulator.randomness import uuid
from network_security.simulator.writers import text
from network_security.simulator.writers.writer import Line, Lines, Writer

ACCOUNT = "CEX1A42"
REASONS = {
    "spam": "Spam Signature",
    "phish": "Malicious URL",
    "malware": "Virus Signature Detected",
}


class Mimecast(Writer):
    """Three objects a message, fewer when it is held."""

    path = "email/mimecast.json"

    def mail(self, mail: Mail) -> Lines:
        """Write receipt, processing and delivery."""
        direction = mail.direction.title()
        tls: dict[str, Any] = {"tlsUsed": "No"}
        if mail.encrypted:
            version, cipher = mail.encryption
            tls = {"tlsUsed": "Yes", "tlsVersion": version, "tlsCipher": cipher}
        received = mail.time + 0.3
        yield self._line(mail, received, "receipt", {
            "action": "Acc", "senderEnvelope": mail.sender, "senderHeader": mail.header_from,
            "recipients": ",".join(mail.recipients), "senderIp": mail.client_address,
            "subject": mail.subject, "direction": direction, "receiptErrors": None,
            "spamDetectionLevel": _level(mail.score), "spamScore": str(mail.score),
            "spamProcessingDetail": str(dict(zip(("spf", "dkim", "dmarc"), mail.authentication,
                                                 strict=True))), **tls,
        })  # fmt: skip
        done = received + mail.scan
        yield self._line(mail, done, "process", {
            "action": "Acc" if mail.delivered else "Hld", "senderEnvelope": mail.sender,
            "subject": mail.subject, "numberAttachments": str(len(mail.attachments)),
            "attachments": ",".join(f'"{file.name}"' for file in mail.attachments) or None,
            "emailSize": str(mail.size), "recipients": ",".join(mail.recipients),
            "holdReason": None if mail.delivered else REASONS[mail.verdict],
        })  # fmt: skip
        if mail.verdict == "malware":
            file = mail.attachments[0]
            yield self._line(mail, done, "av", {
                "virusFound": "W97M.DownLoader.Sim", "fileName": file.name, "sha256": file.sha256,
                "sha1": file.sha1, "md5": file.md5, "fileExtension": "docm",
                "senderEnvelope": mail.sender, "recipients": ",".join(mail.recipients),
                "senderIp": mail.client_address, "route": direction, "emailSize": str(mail.size),
            })  # fmt: skip
        if mail.delivered:
            yield self._line(mail, done + 0.5, "delivery", {
                "delivered": "true", "senderEnvelope": mail.sender, "subject": mail.subject,
                "recipients": ",".join(mail.recipients), "destinationIp": mail.relay_address,
                "Hostname": mail.relay, "direction": direction,
                "route": direction, "deliveryAttempts": "1", "emailSize": str(mail.size), **tls,
            })  # fmt: skip

    def click(self, click: Click) -> Lines:
        """Write a click on a rewritten link."""
        yield self._line(click.mail, click.time, "url protect", {
            "senderEnvelope": click.mail.sender, "recipients": click.user.address,
            "url": click.url, "urlCategory": "Phishing & Fraud", "action": "Allow"
            if click.permitted else "Block", "sourceIp": click.address,
            "subject": click.mail.subject, "route": "Inbound", "scanResults": "clean",
            "senderIp": click.mail.client_address,
        })  # fmt: skip

    @staticmethod
    def _line(mail: Mail, time: float, kind: str, more: dict[str, Any]) -> Line:
        record = {
            "processingId": f"{uuid(mail.key)}_{int(mail.time)}",
            "aggregateId": uuid(mail.key)[:22],
            "accountId": ACCOUNT, "timestamp": int(time * 1000), "messageId": mail.message_id,
            "type": kind, "eventType": kind, "subtype": None, **more,
        }  # fmt: skip
        return Line(time, text.json(record))


def _level(score: int) -> str:
    return ("relaxed", "moderate", "aggressive")[min(score // 34, 2)]
