"""Cisco Secure Email Gateway: mail_logs, a line a step, held together by ICID, MID and DCID.

Format: AsyncOS 15 User Guide, "Logging", text mail logs.
"""

from itertools import count
from random import Random

from network_security.simulator.actions import Mail
from network_security.simulator.network import Network, country
from network_security.simulator.writers import text
from network_security.simulator.writers.writer import Line, Lines, Writer

HOST = "esa1"
LISTENER = "10.20.30.25"
FIRST_SCORES = {"clean": 3.1, "spam": -2.4, "phish": 0.4, "malware": 0.2}
"""Sender reputation by verdict."""


class CiscoEsa(Writer):
    """About twelve lines a message."""

    path = "email/cisco_esa.log"

    def __init__(self, network: Network, rng: Random) -> None:
        super().__init__(network, rng)
        self._connections = count(rng.randrange(100_000, 900_000))
        self._messages = count(rng.randrange(1_000_000, 9_000_000))

    def mail(self, mail: Mail) -> Lines:
        """Write a message from connection to delivery or quarantine."""
        injection, number = next(self._connections), next(self._messages)
        delivery = next(self._connections)
        time = mail.time
        inbound = mail.direction == "inbound"
        score = f"{FIRST_SCORES[mail.verdict] + self.rng.random():.1f}"
        place = country(mail.client_address)
        group = "ACCEPT SG UNKNOWNLIST" if inbound else "RELAY SG RELAYLIST"
        match = f"sbrs[-1.0:10.0] SBRS {score} country {place}" if inbound else "10.20.20.25"
        listener = "IncomingMail" if inbound else "OutgoingMail"
        steps = [
            (0.0, f"New SMTP ICID {injection} interface {listener} ({LISTENER}) address "
             f"{mail.client_address} reverse dns host {mail.client} verified yes"),
            (0.02, f"ICID {injection} {group} match {match}"),
            *((0.15, f"ICID {injection} {line}") for line in _encryption(mail)),
            (0.2, f"Start MID {number} ICID {injection}"),
            (0.2, f"MID {number} ICID {injection} From: <{mail.sender}>"),
            *((0.25, f"MID {number} ICID {injection} RID {index} To: <{recipient}>")
              for index, recipient in enumerate(mail.recipients)),
            (0.4, f"MID {number} Message-ID '{mail.message_id}'"),
            (0.4, f"MID {number} Subject '{mail.subject}'"),
            (0.45, f"MID {number} ready {mail.size} bytes from <{mail.sender}>"),
            (0.46, f"MID {number} matched all recipients for per-recipient policy DEFAULT in the "
             f"{'inbound' if inbound else 'outbound'} table"),
            *((0.5, f"MID {number} attachment '{file.name}'") for file in mail.attachments),
        ]  # fmt: skip
        done = 0.5 + mail.scan
        steps += [(done, f"MID {number} {line}") for line in _verdict(mail)]
        done += 0.01
        if mail.delivered:
            recipients = list(range(len(mail.recipients)))
            steps += [
                (done + 0.05, f"MID {number} queued for delivery"),
                (done + 0.1, f"New SMTP DCID {delivery} interface {LISTENER} address "
                 f"{mail.relay_address} port 25"),
                (done + 0.15, f"Delivery start DCID {delivery} MID {number} to RID {recipients}"),
                (done + 0.6, f"Message done DCID {delivery} MID {number} to RID {recipients} []"),
                (done + 0.65, f"MID {number} RID {recipients} Response 'Ok: queued'"),
                (done + 0.65, f"Message finished MID {number} done"),
                (done + 5.7, f"DCID {delivery} close"),
            ]  # fmt: skip
        elif mail.verdict == "malware":
            steps.append((done, f'MID {number} quarantined to "Virus" (a/v verdict:VIRAL)'))
        else:
            to_quarantine = f"RCID {delivery} MID {number}"
            steps += [
                (done, f"EUQ: Tagging MID {number} for quarantine"),
                (done + 0.05, f"MID {number} queued for delivery"),
                (
                    done + 0.1,
                    f"RPC Delivery start {to_quarantine} to local IronPort Spam Quarantine",
                ),
                (done + 0.2, f"EUQ: Quarantined MID {number}"),
                (done + 0.2, f"RPC Message done {to_quarantine}"),
                (done + 0.2, f"Message finished MID {number} done"),
            ]
        steps.append((max(done, 0.8) + 0.1, f"ICID {injection} close"))
        for delay, message in steps:
            header = text.priority(text.MAIL, 6) + text.bsd_header(time + delay, HOST, "mail_logs")
            yield Line(time + delay, f"{header}Info: {message}")


def _encryption(mail: Mail) -> list[str]:
    if not mail.encrypted:
        return []
    version, cipher = mail.encryption
    return [f"TLS success protocol {version} cipher {cipher}"]


def _verdict(mail: Mail) -> list[str]:
    spam = "positive" if mail.verdict in ("spam", "phish") else "negative"
    lines = [f"interim verdict using engine: CASE spam {spam}", f"using engine: CASE spam {spam}"]
    if mail.verdict == "malware":
        lines.append("interim AV verdict using Sophos VIRAL")
        lines.append("antivirus positive 'Troj/DocDl-Sim'")
    else:
        lines.append("interim AV verdict using Sophos CLEAN")
        lines.append("antivirus negative")
    return lines
