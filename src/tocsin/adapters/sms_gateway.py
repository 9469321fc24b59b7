"""SMS through an HTTP gateway: one POST a message, sent once by its key.

    POST gateway
    Authorization: Bearer <secret>
    Idempotency-Key: <notice>
    {"to": "+33…", "from": "…", "text": "…", "reference": "<notice>"}

2xx: taken, with {"id": "…"} if it gives one; 409: taken before. 429 and 503: later. 401, 403,
404 and redirects blame us, not the reader: sending stops. Other 4xx: refused. Any other answer,
and none, is uncertain: it may have been taken.
"""

import json
import re

from tocsin.adapters import wire
from tocsin.adapters.web_calls import Reply, Site
from tocsin.core.errors import OutsideError
from tocsin.core.notices import Meanwhile, Outcome, Parcel, State, nothing
from tocsin.core.orders import UnansweredError, UntriedError
from tocsin.core.records import Says

LATER = (408, 425, 429, 503)
"""Answers that say "not now": nothing was taken."""

OURS = (301, 302, 303, 307, 308, 401, 403, 404, 405, 407)
"""Answers that blame the address or the secret: nobody is unreachable for it."""


class GatewayCarrier:
    """A channel to an HTTP gateway.

    Args:
        site: the gateway.
        secret: its bearer token, '' for none.
        sender: the name or number that the message shows, '' for the gateway's own.
    """

    def __init__(self, site: Site, *, secret: str, sender: str) -> None:
        self._site = site
        self._secret = secret
        self._sender = sender
        self._refused = 0

    def ready(self, parcel: Parcel) -> None:
        """See the port: the gateway can be reached."""
        del parcel
        if self._refused:
            raise OutsideError(
                Says(
                    f"la passerelle SMS refuse l'adresse ou le secret ({self._refused})",
                    f"the SMS gateway refuses the address or the secret ({self._refused})",
                ),
                next_step=Says(
                    "Corrigez [sms], puis relancez l'envoi : rien n'est perdu.",
                    "Correct [sms], then send again: nothing is lost.",
                ),
                where=self._site.address.url,
            )
        line = wire.dial(
            self._site.reached(),
            name=self._site.name,
            ca_file=self._site.ca_file,
            tls=self._site.address.scheme == "https",
        )
        line.finish()

    def send(self, parcel: Parcel, meanwhile: Meanwhile = nothing) -> Outcome:
        """See the port."""
        del meanwhile
        said = {
            "to": parcel.to,
            "from": self._sender,
            "text": parcel.content.decode(),
            "reference": parcel.notice,
        }
        headers = {"Content-Type": "application/json", "Idempotency-Key": parcel.notice}
        if self._secret:
            headers["Authorization"] = f"Bearer {self._secret}"
        body = json.dumps(said, ensure_ascii=False).encode()
        try:
            reply = self._site.call("POST", "", body=body, headers=headers)
        except UntriedError:
            return Outcome(state=State.TEMPORARY, evidence="not reached")
        except UnansweredError:
            return Outcome(state=State.UNCERTAIN, evidence="no answer")
        if reply.status in OURS:
            self._refused = reply.status
        return Outcome(state=_state(reply.status), evidence=_proof(reply))

    def close(self) -> None:
        """See the port: each message has its own connection."""


def _state(status: int) -> State:
    if 200 <= status < 300 or status == 409:
        return State.SENT
    if status in LATER or status in OURS:
        return State.TEMPORARY
    return State.PERMANENT if 400 <= status < 500 else State.UNCERTAIN


def _proof(reply: Reply) -> str:
    """The status and the gateway's own number, never its words: they may repeat the number."""
    said = reply.document()
    named = said.get("id") or said.get("message_id") if isinstance(said, dict) else None
    mark = str(named) if isinstance(named, str | int) else ""
    fine = re.fullmatch(r"[A-Za-z0-9_.:-]{1,64}", mark) and not re.fullmatch(r"\d{9,15}", mark)
    return f"{reply.status} {mark}" if fine else str(reply.status)
