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
"""How a list that refuses is named. `address_list` and `session_list` of the target decide."""

ALLOWING = re.compile(r"allow|white|permit|accept|trust|autoris|authori|intern", re.IGNORECASE)
"""How a list that lets pass is named: it is never touched."""

SORTS = {
    "address": ("ip", re.compile(r"addr|ip|src|net|host", re.IGNORECASE)),
    "session": ("str", re.compile(r"sess|cookie|sid|token", re.IGNORECASE)),
}
"""The type of the patterns of a list, and how its file is named where several are left."""

LISTED = re.compile(r"^(\d+) \(([^)]*)\).*?(?:entry_cnt=(\d+))?\s*$", re.MULTILINE)


class HaproxyDoor:
    """Denies at the proxy."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._lists: dict[str, tuple[str, str, str]] = {}

    def look(self, order: Order, names: tuple[str, ...]) -> Seen:
        """See the port."""
        del names
        kind, number, file = self._list(order)
        value = _value(order)
        answer = self._ask(f"get {kind} #{number} {value}")
        # "type=ip, case=sensitive, match=yes, …": a wider entry of the list counts as well.
        denied = "match=yes" in answer or "found=yes" in answer
        return Seen(
            closed=denied,
            found={"listed": denied, "list": _last(file)},
            says=Says(
                fr="le mandataire le refuse" if denied else "le mandataire le laisse passer",
                en="the proxy refuses it" if denied else "the proxy lets it pass",
            ),
        )

    def close(self, order: Order, names: tuple[str, ...]) -> Says:
        """See the port. What the list holds already is not added a second time."""
        if not self.look(order, names).closed:
            kind, number, _ = self._list(order)
            more = " 1" if kind == "map" else ""
            self._tell(f"add {kind} #{number} {_value(order)}{more}")
        return Says(fr="inscrit sur la liste de refus", en="put on the deny list")

    def reopen(self, order: Order, names: tuple[str, ...]) -> Says:
        """See the port. What was denied before stays denied."""
        if (order.before or {}).get("listed"):
            return Says(fr="était refusé avant : laissé tel", en="was denied before: left so")
        if self.look(order, names).closed:
            kind, number, _ = self._list(order)
            self._tell(f"del {kind} #{number} {_value(order)}")
        return Says(fr="retiré de la liste de refus", en="taken off the deny list")

    def _list(self, order: Order) -> tuple[str, str, str]:
        """The kind (acl or map), the number and the file of the list that refuses such a thing.

        1. The one that the target names; else the one that is named as a list that refuses.
        2. Else the only one of that type, if it is empty: an empty list lets nobody pass.
        3. Several: by the type of their patterns, then by name.
        """
        sort = "address" if order.address else "session"
        if sort not in self._lists:
            self._lists[sort] = self._found(sort, str((order.before or {}).get("list", "")))
        return self._lists[sort]

    def _found(self, sort: str, known: str) -> tuple[str, str, str]:
        chosen = self._target.setting(f"{sort}_list") or known
        everything = [
            (kind, number, file, empty == "0")
            for kind in ("acl", "map")
            for number, file, empty in LISTED.findall(self._ask(f"show {kind}"))
            if file and not ALLOWING.search(_last(file))
        ]
        type_, named = SORTS[sort]
        if chosen:
            listed = [one for one in everything if one[2].endswith(chosen)]
        else:
            listed = [one for one in everything if REFUSING.search(_last(one[2]))]
            if not listed:
                alone = [one for one in everything if self._type(one[0], one[1]) == type_]
                listed = [one for one in alone if one[3]] if len(alone) == 1 else []
        if len(listed) > 1:
            listed = [one for one in listed if self._type(one[0], one[1]) == type_]
        if len(listed) > 1:
            listed = [one for one in listed if named.search(_last(one[2]))]
        if len(listed) != 1:
            raise UntriedError(
                Says(
                    f"le proxy a {len(listed) or 'zéro'} liste(s) qui pourraient "
                    f"refuser {'cette adresse' if sort == 'address' else 'cette session'}",
                    f"the proxy has {len(listed) or 'no'} lists that could refuse this {sort}",
                ),
                next_step=Says(
                    f"Nommez le fichier de sa liste de refus : {sort}_list dans la "
                    "cible du fichier estate.toml.",
                    f"Name its deny list's file: {sort}_list in the estate's target.",
                ),
                where=self._target.id,
            )
        return listed[0][:3]

    def _type(self, kind: str, number: str) -> str:
        """The type of a list's patterns: `type=ip, case=sensitive, match=no`."""
        answer = self._ask(f"get {kind} #{number} 203.0.113.1")
        return answer.partition("type=")[2].partition(",")[0].strip()

    def _tell(self, command: str) -> None:
        answer = self._ask(command, changes=True).strip()
        if answer and "entry already exists" not in answer.lower():
            raise UntriedError(
                Says("le proxy refuse la commande", "the proxy refuses the command"),
                next_step=Says(
                    "Voyez les droits de sa socket (niveau admin), puis relancez.",
                    "Look at the rights of its socket (level admin), then run again.",
                ),
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
            Says(
                "la clé de cette session ne peut pas s'écrire dans une commande du proxy",
                "this session's key cannot be written in a command of the proxy",
            ),
            next_step=Says(
                "Révoquez plutôt les sessions du compte chez le fournisseur d'identité.",
                "Revoke the account's sessions at the identity provider instead.",
            ),
        )
    return value


def _last(file: str) -> str:
    return file.rpartition("/")[2]
