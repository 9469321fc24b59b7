"""A webhook of the operator's own: each order is one signed message to one configured host.

    POST url
    Idempotency-Key: <key of the order>
    Tocsin-Signature: t=1764038400,hmac-sha256=<hex>        where the target has a secret
    Tocsin-Signature: t=1764038400,ed25519=<hex>            otherwise, by the case's key
    {"ask": "close|open|state", "key": …, "do": …, "account": …, "address": …, "session": …}

What is signed is `t`, a full stop, and the body, so that a message is neither altered nor kept
for later. The receiver answers 2xx with {"state": "closed|open"}; 409 means "done already". A
redirect is refused.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping

from tocsin.adapters.secrets_named import secret
from tocsin.adapters.web_calls import Reply, Site, refuse
from tocsin.core.orders import Order, Seen
from tocsin.core.outgoing import Target
from tocsin.core.records import Says

CLOSED = ("closed", "applied", "verified", "denied", "disabled", "revoked")
UNKNOWN_QUESTION = (400, 404, 405, 422, 501)
"""What a receiver answers that was never taught to tell its state."""

OPENED = ("open", "opened", "undone", "planned")
"""How a receiver may say it."""


class WebhookDoor:
    """Tells the operator's own machinery, and asks it."""

    def __init__(self, target: Target, sign: Callable[[bytes], bytes]) -> None:
        self._site = Site(address=target.address, name=target.id, ca_file=target.ca_file)
        self._target = target
        self._sign = sign

    def look(self, order: Order, names: tuple[str, ...]) -> Seen:
        """See the port. A receiver that does not tell its state leaves the question open."""
        del names
        closed = _state(self._post("state", order))
        return Seen(closed=closed, found={"closed": closed}, says=_SAYS[closed])

    def close(self, order: Order, names: tuple[str, ...]) -> Says:
        """See the port."""
        del names
        self._post("close", order)
        return Says(fr="le destinataire a accusé réception", en="the receiver gave a receipt")

    def reopen(self, order: Order, names: tuple[str, ...]) -> Says:
        """See the port."""
        del names
        if (order.before or {}).get("closed"):
            return Says(fr="était fermé avant : laissé tel", en="was closed before: left so")
        self._post("open", order)
        return Says(fr="le destinataire a accusé réception", en="the receiver gave a receipt")

    def _post(self, ask: str, order: Order) -> Reply:
        said: Mapping[str, str] = {
            "ask": ask,
            "key": order.key,
            "do": str(order.do),
            "account": order.account,
            "address": order.address,
            "session": order.session,
        }
        body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        reply = self._site.call(
            "POST",
            "",
            body=body,
            headers={
                "Content-Type": "application/json",
                "Idempotency-Key": f"{order.key}-{ask}" if ask != "close" else order.key,
                "Tocsin-Signature": self._signature(body),
            },
            changes=ask != "state",
        )
        silent = ask == "state" and reply.status in UNKNOWN_QUESTION
        if reply.status != 409 and not silent:
            refuse(reply, self._target.id, Says(f"l'ordre « {ask} »", f"the order to {ask}"))
        return reply

    def _signature(self, body: bytes) -> str:
        at = int(time.time())
        signed = f"{at}.".encode() + body
        shared = secret(self._target.secret_env)
        if shared:
            digest = hmac.new(shared.encode(), signed, hashlib.sha256).hexdigest()
            return f"t={at},hmac-sha256={digest}"
        return f"t={at},ed25519={self._sign(signed).hex()}"


def _state(reply: Reply) -> bool | None:
    said = reply.document() if 200 <= reply.status < 300 else None
    word = said.get("state") if isinstance(said, dict) else None
    if word in CLOSED:
        return True
    return False if word in OPENED else None


_SAYS = {
    True: Says(fr="le destinataire dit que c'est fermé", en="the receiver says it is closed"),
    False: Says(fr="le destinataire dit que c'est ouvert", en="the receiver says it is open"),
    None: Says(
        fr="le destinataire ne dit pas son état", en="the receiver does not tell its state"
    ),
}
