"""Proofpoint on Demand: the filter's record of a message, and the sendmail records around it.

Format: Proofpoint on Demand, "Log API", types message and maillog.
"""

from typing import Any

from network_security.simulator.actions import Mail
from network_security.simulator.randomness import uuid
from network_security.simulator.writers import text, times
from network_security.simulator.writers.writer import Line, Lines, Writer

AGENT = "m0204001.ppops.example"
ORIGIN = {"origin": {"data": {"agent": AGENT, "cid": "example_hosted", "version": "8.21.0.1"}}}
COUNTRIES = {"192": "no", "198": "us", "203": "nl"}
FINAL = {"clean": "pass", "spam": "spam", "phish": "phish", "malware": "av"}


class ProofpointPod(Writer):
    """One message record and two maillog records a message."""

    path = "email/proofpoint_pod.json"

    def mail(self, mail: Mail) -> Lines:
        """Write what sendmail took in, what the filter decided, and the delivery."""
        queue = f"{mail.key & 0xFFFFFFFFFFFF:012x}"
        received = mail.time + 0.3
        yield self._sendmail(mail, received, queue, {
            "from": f"<{mail.sender}>", "msgid": mail.message_id, "class": "0", "proto": "ESMTP",
            "nrcpts": str(len(mail.recipients)), "daemon": "MTA", "sizeBytes": str(mail.size),
            "relay": f"{mail.client} [{mail.client_address}]",
        })  # fmt: skip
        done = received + mail.scan
        yield Line(done, text.json(_message(mail, done, queue)))
        if mail.delivered:
            stat = f"Sent (Ok: queued as {self.rng.getrandbits(40):010X})"
            yield self._sendmail(mail, done + 0.4, queue, {
                "to": [f"<{recipient}>" for recipient in mail.recipients], "delay": "00:00:01",
                "xdelay": "00:00:01", "mailer": "esmtp", "dsn": "2.0.0", "stat": stat,
                "relay": f"{mail.relay}. [{mail.relay_address}]",
            })  # fmt: skip

    def _sendmail(self, mail: Mail, time: float, queue: str, said: dict[str, Any]) -> Line:
        number = self.rng.randrange(2000, 60_000)
        version, cipher = mail.encryption if mail.encrypted else ("NONE", "NONE")
        pairs = ", ".join(f"{name}={value}" for name, value in said.items() if type(value) is str)
        record = {
            "data": f"{times.iso(time, 6, '+00:00')} m0204001 sendmail[{number}]: {queue}: {pairs}",
            "id": uuid(mail.key * 31 + int(time * 1000)), "metadata": ORIGIN,
            "pps": {"agent": AGENT, "cid": "example_hosted"}, "sm": {"qid": queue, **said},
            "tls": {"cipher": cipher, "verify": "NO", "version": version},
            "ts": times.iso(time, 6, "+0000"),
        }  # fmt: skip
        return Line(time, text.json(record))


def _message(mail: Mail, time: float, queue: str) -> dict[str, Any]:
    spf, dkim, dmarc = mail.authentication
    modules: dict[str, Any] = {
        "spf": {"domain": mail.sender.rpartition("@")[2], "result": spf},
        "dkimv": [{"domain": mail.sender.rpartition("@")[2], "result": dkim}],
        "dmarc": {"authResults": [{"method": "dmarc", "result": dmarc}]},
        "spam": {"scores": {"overall": mail.score, "classifiers": {"spam": mail.score}}},
    }
    rule = FINAL[mail.verdict] if not mail.delivered else "pass"
    if mail.verdict == "malware":
        modules["av"] = {"virusNames": ["W97M/Downloader.sim"]}
    body: dict[str, Any] = {
        "detectedName": "text.html", "detectedMime": "text/html", "detectedExt": "HTML",
        "detectedSizeBytes": 900, "disposition": "inline",
    }  # fmt: skip
    if mail.links:
        body["urls"] = [{"url": url, "src": ["filter"]} for url, _ in mail.links]
    parts = [body]
    parts += [
        {"detectedName": file.name, "detectedMime": file.content_type,
         "detectedExt": file.name.rpartition(".")[2].upper(), "md5": file.md5,
         "detectedSizeBytes": len(file.content), "sha256": file.sha256, "disposition": "attached"}
        for file in mail.attachments
    ]  # fmt: skip
    tls: dict[str, Any] = {}
    if mail.encrypted:
        version, cipher = mail.encryption
        tls = {"tls": {"inbound": {"cipher": cipher, "cipherBits": 256, "version": version}}}
    record: dict[str, Any] = {
        "connection": {
            "country": COUNTRIES.get(mail.client_address[:3], "**"), "helo": mail.client,
            "host": mail.client, "ip": mail.client_address,
            "protocol": "smtp:smtp", "resolveStatus": "ok", "sid": uuid(mail.key + 5)[:12],
            **tls,
        },
        "envelope": {"from": mail.sender, "rcpts": list(mail.recipients)},
        "filter": {
            "actions": [{"action": "continue", "isFinal": True, "module": "access"}],
            "disposition": "continue" if mail.delivered else "discard",
            "durationSecs": round(mail.scan, 3), "isMsgEncrypted": False, "modules": modules,
            "qid": queue, "routeDirection": mail.direction,
            "routes": [f"default_{mail.direction}"], "startTime": times.iso(mail.time, 6, "+0000"),
        },
        "final_rule": rule, "guid": uuid(mail.key), "metadata": ORIGIN,
        "msg": {
            "header": {
                "from": [f'"{mail.sender_name}" <{mail.header_from}>'],
                "to": list(mail.recipients), "message-id": [mail.message_id],
                "subject": [mail.subject],
            },
            "lang": "en", "sizeBytes": mail.size,
        },
        "msgParts": parts, "ts": times.iso(time, 6, "+0000"),
    }  # fmt: skip
    if not mail.delivered:
        record["filter"]["quarantine"] = {"folder": rule.title(), "rule": rule}
    return record
