"""FortiMail: history, event and spam logs. Format: FortiMail Log Message Reference 7.4."""

from itertools import count
from random import Random

from network_security.simulator.actions import Mail
from network_security.simulator.network import DOMAIN, Network
from network_security.simulator.writers import text, times
from network_security.simulator.writers.writer import Line, Lines, Writer

DEVICE = "FEVM020000000042"
GATEWAY = "10.20.30.25"
CLASSES = {"clean": "Not Spam", "spam": "FortiGuard AntiSpam", "phish": "Phishing URI",
           "malware": "Virus Signature"}  # fmt: skip


class Fortimail(Writer):
    """Two event lines and a history line a message, one more of what is bad."""

    path = "email/fortimail.log"

    def __init__(self, network: Network, rng: Random) -> None:
        super().__init__(network, rng)
        self._records = count(rng.randrange(10_000, 90_000))

    def mail(self, mail: Mail) -> Lines:
        """Write what came in, what became of it, and what the filters found."""
        part = f"{mail.key & 0xFFFFFFFFFF:010x}"
        session = f"{part[:8]}{part[8:]}-{part[:8]}{part[8:]}"
        time, recipients = mail.time + 0.3, ",".join(mail.recipients)
        yield self._event(
            time, session,
            f"from=<{mail.sender}>, size={mail.size}, class=0, nrcpts={len(mail.recipients)}, "
            f"msgid={mail.message_id}, proto=ESMTP, daemon=SMTP_MTA, "
            f"relay={mail.client} [{mail.client_address}]",
        )  # fmt: skip
        done = time + mail.scan
        virus = "MSOffice/Simulated.A!tr" if mail.verdict == "malware" else ""
        if mail.verdict == "malware":
            files = (file.name for file in mail.attachments)
            yield self._line(
                done, "01", "virus", "infected", session, (
                    ("from", mail.header_from), ("to", recipients), ("src", mail.client_address),
                    ("msg", f"The file {next(files, '')} is infected with {virus}."),
                ),
            )  # fmt: skip
        elif mail.verdict != "clean":
            yield self._line(
                done, "03", "spam", "default", session, (
                    ("client_name", mail.client), ("client_ip", mail.client_address),
                    ("dst_ip", GATEWAY), ("from", mail.header_from), ("to", recipients),
                    ("subject", mail.subject), ("msg", f"Detected by {CLASSES[mail.verdict]}"),
                ),
            )  # fmt: skip
        disposition = "Accept" if mail.delivered else "Quarantine to Review"
        yield self._line(
            done + 0.02, "02", "statistics", "n/a", session, (
                ("client_name", mail.client), ("client_ip", mail.client_address),
                ("dst_ip", GATEWAY), ("from", mail.header_from), ("to", recipients),
                ("polid", "0:1:1"), ("domain", DOMAIN), ("subject", mail.subject),
                ("mailer", "mta"), ("resolved", "OK"),
                ("direction", "in" if mail.direction == "inbound" else "out"), ("virus", virus),
                ("disposition", disposition), ("classifier", CLASSES[mail.verdict]),
                ("message_length", str(mail.size)),
            ),
        )  # fmt: skip
        if mail.delivered:
            for recipient in mail.recipients:
                yield self._event(
                    done + 0.4, session,
                    f"to=<{recipient}>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=30000, "
                    f"relay={mail.relay}. [{mail.relay_address}], dsn=2.0.0, "
                    f"stat=Sent (Ok: queued as {self.rng.getrandbits(40):010X})",
                )  # fmt: skip

    def _event(self, time: float, session: str, message: str) -> Line:
        return self._line(
            time, "02", "event", "smtp", session, (("msg", message),),
            "user=mail,ui=mail,action=NONE,status=N/A,",
        )  # fmt: skip

    def _line(
        self, time: float, kind: str, name: str, subtype: str, session: str,
        pairs: tuple[tuple[str, str], ...], middle: str = "",
    ) -> Line:  # fmt: skip
        number = f"{kind}{next(self._records):08d}"
        head = (
            f"{text.priority(text.LOCAL7, 6)}date={times.day(time)},time={times.clock(time)}."
            f"{times.fraction(time, 3)},device_id={DEVICE},log_id={number},type={name},"
            f'subtype={subtype},pri=information,{middle}session_id="{session}",'
        )
        written = ",".join(f'{key}="{_escaped(value)}"' for key, value in pairs)
        return Line(time, head + written)


def _escaped(value: str) -> str:
    return value.replace('"', "'")
