"""Mails over SMTP: one connection, one message at a time, and the truth about each answer.

Source:
    RFC 5321 (SMTP; 4.5.3.2 timeouts), RFC 2920 (pipelining), RFC 3207 (STARTTLS), RFC 3461
    (delivery reports: the envelope id is the notice's).
"""

import re
import smtplib
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.core.causes import cause
from tocsin.core.errors import OutsideError, RefusedError
from tocsin.core.notices import Meanwhile, Outcome, Parcel, State, nothing
from tocsin.core.outgoing import Address
from tocsin.core.records import Says

COMMAND_S, ANSWER_S = 60.0, 600.0
"""Longest waits: for a command, and for the answer to a message (RFC 5321, 4.5.3.2.6)."""

CONNECT_TRIES, CONNECT_FIRST_S = 7, 0.1
"""Tries to connect, the wait doubling: some 13 seconds before the server counts as away."""

MOST_LOST, SILENCE = 20, 10
"""Lines lost one after the other, without an answer in between, before the server counts as
away; one that was lost to silence counts for ten. Else a server that takes messages and never
answers would make a whole campaign uncertain."""

NOT_TLS = "WRONG_VERSION_NUMBER"
"""OpenSSL's reason where the other side speaks in clear: it will not change its mind."""

DEFAULT_PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpAccount:
    """Where mails leave, and as whom. The password stands in memory only."""

    address: Address
    sender: str
    user: str = ""
    password: str = ""
    ca_file: str = ""  # the authority of the server's certificate; '' for the machine's
    command_s: float = COMMAND_S
    answer_s: float = ANSWER_S


class SmtpCarrier:
    """A channel to a mail server.

    A message of which the last byte was handed over, and whose answer did not come, is
    uncertain. One that was refused, or whose content was not handed over whole, was not taken:
    the server takes nothing before the final dot (RFC 5321, 4.1.1.4).

    Where commands may be grouped (RFC 2920), the envelope is handed over at once and answered
    while its row is written; its content leaves after that, or the line is cut. Envelopes are
    not handed over together with the content before them: Postfix is slower for it.
    """

    def __init__(self, account: SmtpAccount) -> None:
        self._account = account
        self._smtp: smtplib.SMTP | None = None
        self._refused = ""
        self._pipelining = self._reports = False
        self._announced = ""  # the notice whose envelope the server has, unanswered
        self._lost, self._last = 0, Says("", "")

    def ready(self, parcel: Parcel) -> None:
        """See the port.

        A dropped welcome is tried again, with growing waits; a server that took the call and
        stays mute is waited for once.
        """
        if self._announced:
            self._drop()  # a message that was not sent: its DATA is open
        if self._refused:
            raise _unwanted(self._account.address.url, self._refused)
        if self._lost >= MOST_LOST:
            self._lost = 0
            raise _away(self._account.address.url, self._last)
        self._knock_until_in(parcel)

    def _knock_until_in(self, parcel: Parcel) -> None:
        wait_s, last = CONNECT_FIRST_S, Says("", "")
        for _ in range(CONNECT_TRIES):
            try:
                if self._smtp is None:
                    self._smtp = self._connected()
                self._announce(self._smtp, parcel)
            except ssl.SSLCertVerificationError as error:
                raise _stranger(self._account.address.url, error) from error
            except (OSError, smtplib.SMTPException) as error:
                self._drop()
                last = cause(error)
                if _silent(error) or getattr(error, "reason", "") == NOT_TLS:
                    break
                time.sleep(wait_s)
                wait_s *= 2
            else:
                return
        raise _away(self._account.address.url, last)

    def send(self, parcel: Parcel, meanwhile: Meanwhile = nothing) -> Outcome:
        """See the port."""
        smtp = self._smtp
        if smtp is None or self._announced not in ("", parcel.notice):
            return Outcome(state=State.TEMPORARY, evidence="not connected")
        try:
            code, text = self._envelope(smtp, parcel)
        except (OSError, smtplib.SMTPException) as error:
            return self._cut(State.TEMPORARY, error)
        if code != 354:
            return self._not_taken(smtp, code, text)
        return self._content(smtp, parcel.content, meanwhile)

    def knock(self) -> None:
        """Come in and take leave: a server that logs its visitors writes a line."""
        try:
            self._smtp = self._connected()
        except (OSError, smtplib.SMTPException, RefusedError):
            return
        self.close()

    def close(self) -> None:
        """See the port."""
        if self._announced:
            self._drop()
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (OSError, smtplib.SMTPException):
                self._smtp.close()
            self._smtp = None

    def _connected(self) -> smtplib.SMTP:
        account, address = self._account, self._account.address
        port = address.port or DEFAULT_PORTS[address.scheme]
        name = socket.getfqdn() if not address.loopback else "localhost"
        smtp: smtplib.SMTP
        if address.scheme == "smtps":
            smtp = smtplib.SMTP_SSL(
                address.host,
                port,
                local_hostname=name,
                timeout=account.command_s,
                context=self._trust(),
            )
        else:
            smtp = smtplib.SMTP(
                address.host, port, local_hostname=name, timeout=account.command_s
            )
        smtp.ehlo_or_helo_if_needed()
        if address.scheme == "smtp" and not address.loopback:
            self._encrypt(smtp)
        if account.user:
            smtp.login(account.user, account.password)
        if smtp.sock is not None:
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._pipelining = smtp.has_extn("pipelining")
        self._reports = smtp.has_extn("dsn")
        return smtp

    def _encrypt(self, smtp: smtplib.SMTP) -> None:
        if not smtp.has_extn("starttls"):
            smtp.close()
            raise RefusedError(
                Says(
                    "le serveur de courriel n'offre pas STARTTLS, et des noms "
                    "partiraient en clair",
                    "the mail server offers no STARTTLS, and names would leave in clear",
                ),
                next_step=Says(
                    "Activez STARTTLS sur le serveur, ou nommez-le smtps://…",
                    "Turn STARTTLS on at the server, or name it as smtps://…",
                ),
                where=self._account.address.url,
            )
        smtp.starttls(context=self._trust())
        smtp.ehlo()

    def _trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self._account.ca_file or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _commands(self, parcel: Parcel) -> tuple[str, str, str]:
        reports = f" RET=HDRS ENVID={parcel.notice}" if self._reports else ""
        wanted = " NOTIFY=FAILURE,DELAY" if self._reports else ""
        return (
            f"MAIL FROM:<{_safe(self._account.sender)}>{reports}",
            f"RCPT TO:<{_safe(parcel.to)}>{wanted}",
            "DATA",
        )

    def _envelope(self, smtp: smtplib.SMTP, parcel: Parcel) -> tuple[int, bytes]:
        """Sender, reader, DATA: the answer to the first that is refused, or to DATA."""
        commands = self._commands(parcel)
        if not self._pipelining:
            return self._one_by_one(smtp, commands)
        if self._announced != parcel.notice:
            smtp.send("\r\n".join(commands) + "\r\n")
        self._announced = ""
        answers = [smtp.getreply() for _ in commands]
        if answers[0][0] >= 500:
            self._refused = str(answers[0][0])
        bad = next((one for one in answers[:2] if one[0] >= 400), None)
        if bad is None:
            return answers[2]
        if answers[2][0] == 354:  # nobody to deliver to: end an empty message
            smtp.send(b".\r\n")
            smtp.getreply()
        return bad

    def _one_by_one(self, smtp: smtplib.SMTP, commands: Sequence[str]) -> tuple[int, bytes]:
        answer = (0, b"")
        for place, command in enumerate(commands):
            answer = smtp.docmd(command)
            if place == 0 and answer[0] >= 500:
                self._refused = str(answer[0])
            if answer[0] >= 400:
                return answer
        return answer

    def _not_taken(self, smtp: smtplib.SMTP, code: int, text: bytes) -> Outcome:
        self._lost = 0
        if code == 421 or code < 0:
            self._drop()
        else:
            try:
                smtp.rset()
            except (OSError, smtplib.SMTPException):
                self._drop()
        state = State.PERMANENT if 500 <= code < 600 and not self._refused else State.TEMPORARY
        return Outcome(state=state, evidence=_proof(code, text))

    def _content(self, smtp: smtplib.SMTP, content: bytes, meanwhile: Meanwhile) -> Outcome:
        try:
            smtp.send(_dotted(content))
        except (OSError, smtplib.SMTPException) as error:
            # The final dot was not handed over: the server took nothing.
            return self._cut(State.TEMPORARY, error)
        meanwhile()
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(self._account.answer_s)
            code, text = smtp.getreply()
            if smtp.sock is not None:
                smtp.sock.settimeout(self._account.command_s)
        except (OSError, smtplib.SMTPException) as error:
            return self._cut(State.UNCERTAIN, error)
        self._lost = 0
        if 200 <= code < 300:
            return Outcome(state=State.SENT, evidence=_proof(code, text))
        return self._not_taken(smtp, code, text)

    def _announce(self, smtp: smtplib.SMTP, parcel: Parcel) -> None:
        """Hand over the envelope, where the server lets commands be grouped."""
        if self._pipelining and _fits(parcel.to) and _fits(self._account.sender):
            smtp.send("\r\n".join(self._commands(parcel)) + "\r\n")
            self._announced = parcel.notice

    def _cut(self, state: State, error: Exception) -> Outcome:
        """The line was lost in the middle of a try."""
        self._drop()
        self._lost += SILENCE if _silent(error) else 1
        self._last = cause(error)
        return Outcome(state=state, evidence=type(error).__name__)

    def _drop(self) -> None:
        self._announced = ""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _silent(error: BaseException) -> bool:
    """Whether the other side said nothing for too long; smtplib wraps some time-outs."""
    return TimeoutError in (type(error), type(error.__context__))


def _away(url: str, last: Says) -> OutsideError:
    return OutsideError(
        Says(
            f"le serveur de courriel est injoignable : {last.fr}",
            f"the mail server cannot be reached: {last.en}",
        ),
        next_step=Says(
            "Voyez s'il tourne et répond, puis relancez l'envoi : rien n'est perdu.",
            "See that it runs and answers, then send again: nothing is lost.",
        ),
        where=url,
    )


def _unwanted(url: str, code: str) -> OutsideError:
    return OutsideError(
        Says(
            f"le serveur de courriel refuse l'expéditeur ({code})",
            f"the mail server refuses the sender ({code})",
        ),
        next_step=Says(
            "Corrigez [mail] et l'expéditeur de l'opérateur, puis relancez l'envoi.",
            "Correct [mail] and the operator's sender, then send again.",
        ),
        where=url,
    )


def _stranger(url: str, error: ssl.SSLCertVerificationError) -> RefusedError:
    why = error.verify_message
    return RefusedError(
        Says(
            f"le certificat du serveur de courrier ne tient pas ({why}) : rien n'y part",
            f"the mail server's certificate does not hold ({why}): nothing is handed to it",
        ),
        next_step=Says(
            "Corrigez le certificat ou le nom dans [mail] smtp, ou nommez son autorité dans "
            "[mail] ca_file.",
            "Correct the certificate or the name in [mail] smtp, or name its authority in "
            "[mail] ca_file.",
        ),
        where=url,
    )


def _dotted(content: bytes) -> bytes:
    """The content with its dots doubled and its final dot (RFC 5321, 4.5.2)."""
    whole = content if content.endswith(b"\r\n") else content + b"\r\n"
    if whole.startswith(b"."):
        whole = b"." + whole
    return whole.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def _safe(address: str) -> str:
    """An envelope address, as it is.

    Raises:
        RefusedError: it could end the command or name somebody else.
    """
    if not _fits(address):
        raise RefusedError(
            Says(
                "une adresse d'enveloppe contiendrait un séparateur ou un "
                "caractère de contrôle",
                "an envelope address would hold a separator or a control character",
            ),
            next_step=Says(
                "Corrigez l'adresse dans l'annuaire ou dans le fichier "
                "estate.toml, puis refaites le plan.",
                "Correct the address in the directory or in the estate, then plan again.",
            ),
        )
    return address


def _fits(address: str) -> bool:
    whole = re.fullmatch(r"[!-~]+@[!-~]+", address)
    return bool(whole) and not re.search(r"[<>,\s\"]", address)


def _proof(code: int, text: bytes) -> str:
    """What an answer proves: its codes and its queue number, never its words.

    The words of a server may repeat the address.
    """
    words = text.decode("ascii", "replace")
    enhanced = re.match(r"[245]\.\d{1,3}\.\d{1,3}", words)
    queued = re.search(r"queued as ([A-Za-z0-9]{5,40})\b", words)
    parts = [str(code), enhanced.group() if enhanced else "", queued.group(1) if queued else ""]
    return " ".join(part for part in parts if part)
