"""HAProxy's runtime API: an address or a session is put on, or taken off, a deny list.

    > show acl
    # id (file) description
    0 (/etc/haproxy/deny_addr.acl) pattern loaded from file '…' used by acl at file '…' line 12
    > add acl #0 203.0.113.7

The list is one that the proxy's configuration already consults (`http-request deny if
{ src -f /etc/haproxy/deny_addr.acl }`). What is added there holds until the proxy is reloaded:
`verify` asks again.

Source: HAProxy 2.6 management guide, section 9.3, "Unix Socket commands".
"""

import re

from tocsin.adapters import wire
from tocsin.core.orders import Order, Seen, UntriedError
from tocsin.core.outgoing import Target
from tocsin.core.records import Says

SAFE = re.compile(r"[A-Za-z0-9._~+/=:@%-]{1,512}")
"""What may stand in a command: no blank, no `;`, no line feed, no backslash."""

REFUSING = re.compile(r"den|refus|block|ban|black|drop|reject|tocsin|quarantine", re.IGNORECASE)
"""How a list that refuses is named. `address_list` and `session_list` of the target decide;
without them a list of another name is never touched: it may be one that lets pass."""

SORTS = {
    "address": ("ip", re.compile(r"addr|ip|src|net|host", re.IGNORECASE)),
    "session": ("str", re.compile(r"sess|cookie|sid|token", re.IGNORECASE)),
}
"""The type of the patterns of a list, and how its file is named where several are left."""

LISTED = re.compile(r"(\d+) \(([^)]*)\)")


class HaproxyDoor:
    """Denies at the proxy."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def look(self, order: Order, names: tuple[str, ...]) -> Seen:
        """See the port."""
        del names
        kind, number = self._list(order)
        value = _value(order)
        answer = self._ask(f"get {kind} #{number} {value}")
        # "type=ip, case=sensitive, match=yes, …": a wider entry of the list counts as well.
        denied = "match=yes" in answer or "found=yes" in answer
        return Seen(
            closed=denied,
            found={"listed": denied},
            says=Says(
                fr="le mandataire le refuse" if denied else "le mandataire le laisse passer",
                en="the proxy refuses it" if denied else "the proxy lets it pass",
            ),
        )

    def close(self, order: Order, names: tuple[str, ...]) -> Says:
        """See the port. What the list holds already is not added a second time."""
        if not self.look(order, names).closed:
            kind, number = self._list(order)
            more = " 1" if kind == "map" else ""
            self._tell(f"add {kind} #{number} {_value(order)}{more}")
        return Says(fr="inscrit sur la liste de refus", en="put on the deny list")

    def reopen(self, order: Order, names: tuple[str, ...]) -> Says:
        """See the port. What was denied before stays denied."""
        if (order.before or {}).get("listed"):
            return Says(fr="était refusé avant : laissé tel", en="was denied before: left so")
        if self.look(order, names).closed:
            kind, number = self._list(order)
            self._tell(f"del {kind} #{number} {_value(order)}")
        return Says(fr="retiré de la liste de refus", en="taken off the deny list")

    def _list(self, order: Order) -> tuple[str, str]:
        """The kind (acl or map) and the number of the list that refuses this sort of thing."""
        sort = "address" if order.address else "session"
        chosen = self._target.setting(f"{sort}_list")
        listed = [
            (kind, number, file)
            for kind in ("acl", "map")
            for number, file in LISTED.findall(self._ask(f"show {kind}"))
            if file and (file.endswith(chosen) if chosen else REFUSING.search(_last(file)))
        ]
        type_, named = SORTS[sort]
        if len(listed) > 1:
            listed = [one for one in listed if self._type(one[0], one[1]) == type_]
        if len(listed) > 1:
            listed = [one for one in listed if named.search(_last(one[2]))]
        if len(listed) != 1:
            raise UntriedError(
                f"the proxy has {len(listed) or 'no'} lists that could refuse this {sort}",
                next_step=f"Name its deny list's file: {sort}_list in the estate's target.",
                where=self._target.id,
            )
        return listed[0][0], listed[0][1]

    def _type(self, kind: str, number: str) -> str:
        """The type of a list's patterns: `type=ip, case=sensitive, match=no`."""
        answer = self._ask(f"get {kind} #{number} 203.0.113.1")
        return answer.partition("type=")[2].partition(",")[0].strip()

    def _tell(self, command: str) -> None:
        answer = self._ask(command, changes=True).strip()
        if answer and "entry already exists" not in answer.lower():
            raise UntriedError(
                "the proxy refuses the command",
                next_step="Look at the rights of its socket (level admin), then run again.",
                where=f"{self._target.id}: {answer.splitlines()[0][:80]}",
            )

    def _ask(self, command: str, *, changes: bool = False) -> str:
        line = wire.dial(self._target.address, name=self._target.id)

        def speak() -> str:
            line.changing = changes
            line.send(command.encode() + b"\n")
            return line.makefile("rb").read().decode("utf-8", "replace")

        return wire.talk(line, self._target.id, speak)


def _value(order: Order) -> str:
    value = order.address or order.session
    if not SAFE.fullmatch(value):
        raise UntriedError(
            "this session's key cannot be written in a command of the proxy",
            next_step="Revoke the account's sessions at the identity provider instead.",
        )
    return value


def _last(file: str) -> str:
    return file.rpartition("/")[2]
