"""Proofpoint Targeted Attack Protection: threats in messages, and clicks on them.

Format: Proofpoint TAP, "SIEM API", one JSON object an event.
"""

from hashlib import sha256
from typing import Any

from network_security.simulator.actions import Click, Mail
from network_security.simulator.randomness import uuid
from network_security.simulator.writers import text, times
from network_security.simulator.writers.writer import Line, Lines, Writer

ANALYSIS = 900.0
"""Seconds that the analysis of a page takes."""
THREATS = "https://threatinsight.proofpoint.example/threat/"


class ProofpointTap(Writer):
    """One object a message that holds a threat, one a click on such a link."""

    path = "email/proofpoint_tap.json"

    def mail(self, mail: Mail) -> Lines:
        """Write a message with a link or file that was found to be a threat, delivered or not."""
        done = mail.time + 1 + mail.scan
        dangerous = mail.verdict in ("phish", "malware") or "fail" in mail.authentication[2]
        if mail.direction != "inbound" or mail.verdict == "spam" or not dangerous:
            return
        threats = [_threat(url, "url", "phish", done) for url, _ in mail.links]
        threats += [
            _threat(file.sha256, "attachment", "malware", done) for file in mail.attachments
        ]
        parts: list[dict[str, Any]] = [
            {"disposition": "inline", "filename": "text.html", "contentType": "text/html",
             "md5": uuid(mail.key).replace("-", ""), "sandboxStatus": None}
        ]  # fmt: skip
        parts += [
            {"disposition": "attached", "filename": file.name, "contentType": file.content_type,
             "md5": file.md5, "sha256": file.sha256, "sandboxStatus": "THREAT"}
            for file in mail.attachments
        ]  # fmt: skip
        malware = bool(mail.attachments)
        record = {
            "spamScore": mail.score, "phishScore": 0 if malware else 100,
            "malwareScore": 100 if malware else 0, "impostorScore": 0.0,
            "threatsInfoMap": threats, "messageTime": times.iso(mail.time, 3),
            "messageSize": mail.size, "subject": mail.subject, "fromAddress": [mail.header_from],
            "headerFrom": f"{mail.sender_name} <{mail.header_from}>",
            "toAddresses": list(mail.recipients), "ccAddresses": [], "replyToAddress": [],
            "xmailer": mail.mailer, "messageParts": parts, "id": uuid(mail.key + 1),
            "QID": f"{mail.key & 0xFFFFFFFF:08x}", "GUID": uuid(mail.key),
            "sender": mail.sender, "recipient": list(mail.recipients),
            "senderIP": mail.client_address, "messageID": mail.message_id,
            "policyRoutes": ["default_inbound"],
            "modulesRun": ["av", "spam", "urldefense", "sandbox"], "completelyRewritten": True,
            "cluster": "example_hosted",
            "quarantineFolder": None if mail.delivered else "Phish",
            "quarantineRule": None if mail.delivered else "phish",
            "eventType": "messagesDelivered" if mail.delivered else "messagesBlocked",
        }  # fmt: skip
        yield Line(done, text.json(record))

    def click(self, click: Click) -> Lines:
        """Write a click on a rewritten link, once the link was found to be a threat."""
        found = click.time + ANALYSIS
        threat = _threat(click.url, "url", "phish", found)
        record = {
            "url": click.url, "classification": "phish", "clickTime": times.iso(click.time, 3),
            "threatTime": times.iso(found, 3), "userAgent": click.user_agent,
            "campaignId": None, "id": uuid(click.mail.key + 2), "clickIP": click.address,
            "sender": click.mail.sender, "recipient": click.user.address,
            "senderIP": click.mail.client_address, "GUID": uuid(click.mail.key),
            "threatID": threat["threatID"], "threatURL": threat["threatUrl"],
            "threatStatus": "active", "messageID": click.mail.message_id,
            "eventType": "clicksPermitted" if click.permitted else "clicksBlocked",
        }  # fmt: skip
        yield Line(found, text.json(record))


def _threat(threat: str, kind: str, classification: str, time: float) -> dict[str, str]:
    identifier = sha256(threat.encode()).hexdigest()
    return {
        "threatID": identifier, "threatStatus": "active", "classification": classification,
        "threatUrl": THREATS + identifier, "threatTime": times.iso(time, 3), "threat": threat,
        "threatType": kind,
    }  # fmt: skip
