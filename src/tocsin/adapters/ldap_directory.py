"""LDAP directories: OpenLDAP with its password policy, and Active Directory (Samba too).

                  OpenLDAP (ppolicy)                    Active Directory
    disable       pwdAccountLockedTime 000001010000Z    userAccountControl, bit 2
    enrol         pwdReset TRUE                         pwdLastSet 0

`000001010000Z` locks until an administrator unlocks. A lock counts only where the password
policy has pwdLockout TRUE: where the entry names its policy, that is looked at.

Source: draft-behera-ldap-password-policy-10, section 5.3.3; MS-ADTS 2.2.16, 3.1.1.5.3.1.1.2.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import TypeVar

from tocsin.adapters import wire
from tocsin.adapters.ldap_wire import (
    DELETE,
    NO_SUCH_ATTRIBUTE,
    REPLACE,
    Found,
    Ldap,
    LdapError,
)
from tocsin.adapters.secrets_named import secret
from tocsin.core.orders import ASK_AGAIN, Do, Order, Seen, UntriedError
from tocsin.core.outgoing import Address, Target
from tocsin.core.records import Says

T = TypeVar("T")

PORTS = {"ldap": 389, "ldaps": 636}
LOCKED_FOR_GOOD = "000001010000Z"
DISABLED_BIT = 0x2
MATCHES = {
    "openldap": ("uid", "mail", "employeeNumber"),
    "ad": ("sAMAccountName", "userPrincipalName", "mail", "employeeNumber"),
}
"""Attributes that may hold an account's name; the target's `match` overrides them."""

ASKED = (
    "pwdAccountLockedTime",
    "pwdReset",
    "pwdPolicySubentry",
    "userAccountControl",
    "pwdLastSet",
)


class LdapDoor:
    """Closes an account of one directory."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._ad = target.setting("flavour", "openldap") == "ad"

    def look(self, order: Order, names: tuple[str, ...]) -> Seen:
        """See the port."""

        def ask(session: Ldap) -> Seen:
            entry = self._entry(session, names)
            found = {"entry": _mark(entry.dn), **self._flags(order.do, entry)}
            closed = self._closed(order.do, entry)
            if closed and order.do is Do.DISABLE and not self._ad:
                closed = self._lock_counts(session, entry)
            return Seen(closed=closed, found=found, says=_SAYS[order.do, closed])

        return self._talk(ask)

    def close(self, order: Order, names: tuple[str, ...]) -> Says:
        """See the port."""

        def tell(session: Ldap) -> Says:
            entry = self._entry(session, names)
            if not self._closed(order.do, entry):
                name, value = self._closing(order.do, entry)
                session.modify(entry.dn, [(REPLACE, name, [value])])
            return _SAYS[order.do, True]

        return self._talk(tell)

    def reopen(self, order: Order, names: tuple[str, ...]) -> Says:
        """See the port. Only the flag that was changed is put back."""
        before = order.before or {}

        def tell(session: Ldap) -> Says:
            entry = self._entry(session, names)
            if before.get("entry") not in (None, _mark(entry.dn)):
                raise UntriedError(
                    Says(
                        "le nom du compte mène maintenant à une autre entrée de l'annuaire",
                        "the account's name now leads to another entry of the directory",
                    ),
                    next_step=Says(
                        "Remettez la première entrée à la main.",
                        "Put the first entry back by hand.",
                    ),
                    where=self._target.id,
                )
            if self._ad:
                self._reopen_ad(session, order.do, entry, before)
            else:
                name = "pwdAccountLockedTime" if order.do is Do.DISABLE else "pwdReset"
                _put_back(session, entry, name, str(before.get(name) or ""))
            return Says(fr="état d'avant rétabli", en="put back as it was")

        return self._talk(tell)

    # What the two flavours mean ------------------------------------------------------------

    def _closed(self, do: Do, entry: Found) -> bool:
        if self._ad:
            if do is Do.DISABLE:
                return bool(_number(entry.first("userAccountControl")) & DISABLED_BIT)
            return entry.first("pwdLastSet") == "0"
        if do is Do.DISABLE:
            return entry.first("pwdAccountLockedTime") == LOCKED_FOR_GOOD
        return entry.first("pwdReset").upper() == "TRUE"

    def _closing(self, do: Do, entry: Found) -> tuple[str, str]:
        if self._ad:
            if do is Do.DISABLE:
                flags = _number(entry.first("userAccountControl")) | DISABLED_BIT
                return "userAccountControl", str(flags)
            return "pwdLastSet", "0"
        if do is Do.DISABLE:
            return "pwdAccountLockedTime", LOCKED_FOR_GOOD
        return "pwdReset", "TRUE"

    def _flags(self, do: Do, entry: Found) -> dict[str, object]:
        if self._ad:
            name = "userAccountControl" if do is Do.DISABLE else "pwdLastSet"
        else:
            name = "pwdAccountLockedTime" if do is Do.DISABLE else "pwdReset"
        return {name: entry.first(name)}

    def _reopen_ad(
        self, session: Ldap, do: Do, entry: Found, had: Mapping[str, object]
    ) -> None:
        if do is Do.DISABLE:
            now = _number(entry.first("userAccountControl"))
            was = _number(str(had.get("userAccountControl") or "0"))
            value = (now & ~DISABLED_BIT) | (was & DISABLED_BIT)
            if value != now:
                session.modify(entry.dn, [(REPLACE, "userAccountControl", [str(value)])])
        elif entry.first("pwdLastSet") == "0" and str(had.get("pwdLastSet") or "0") != "0":
            # A directory lets an administrator write only 0 and -1 (= now).
            session.modify(entry.dn, [(REPLACE, "pwdLastSet", ["-1"])])

    @staticmethod
    def _lock_counts(session: Ldap, entry: Found) -> bool:
        """Whether the policy that the entry names heeds locks; True where it names none."""
        policy = entry.first("pwdPolicySubentry")
        if not policy:
            return True
        read = session.read(policy, ["pwdLockout"])
        return not read or read[0].first("pwdLockout").upper() == "TRUE"

    # How it is asked -----------------------------------------------------------------------

    def _entry(self, session: Ldap, names: tuple[str, ...]) -> Found:
        chosen = self._target.setting("match")
        flavour = "ad" if self._ad else "openldap"
        attributes = (chosen,) if chosen else MATCHES[flavour]
        pairs = [(attribute, name) for attribute in attributes for name in names]
        found = session.search(self._target.setting("base"), pairs, ASKED)
        if len(found) != 1:
            raise UntriedError(
                Says(
                    f"l'annuaire a {len(found)} entrées sous les noms du compte",
                    f"the directory has {len(found)} entries under the account's names",
                ),
                next_step=Says(
                    "Dites quel attribut porte le compte, avec `match` dans la cible.",
                    "Say which attribute holds the account with `match` in the target.",
                ),
                where=self._target.id,
            )
        return found[0]

    def _talk(self, speak: Callable[[Ldap], T]) -> T:
        address = self._target.address
        at = Address(
            url=address.url,
            scheme=address.scheme,
            host=address.host,
            port=address.port or PORTS[address.scheme],
            path=address.path,
        )
        ca_file = self._target.ca_file
        password = secret(self._target.secret_env)
        line = wire.dial(at, name=self._target.id, ca_file=ca_file, tls=at.scheme == "ldaps")

        def whole() -> T:
            session = Ldap(line)
            if at.scheme == "ldap" and (ca_file or not at.loopback):
                session.start_tls(ca_file, at.host)
            if self._target.user:
                session.bind(self._target.user, password)
            return speak(session)

        try:
            return wire.talk(line, self._target.id, whole)
        except LdapError as error:
            raise UntriedError(
                Says(
                    f"l'annuaire refuse la demande « {error.asked} » (résultat LDAP "
                    f"{error.code})",
                    f"the directory refuses the {error.asked} (LDAP result {error.code})",
                ),
                next_step=Says(
                    "Vérifiez l'utilisateur de la cible, son secret et ses droits. "
                    f"{ASK_AGAIN.fr}",
                    f"Check the target's user, secret and rights. {ASK_AGAIN.en}",
                ),
                where=self._target.id,
            ) from error


def _put_back(session: Ldap, entry: Found, name: str, value: str) -> None:
    """Give an attribute its value of before; none takes it away, if it is there."""
    if entry.first(name) == value:
        return
    if value:
        session.modify(entry.dn, [(REPLACE, name, [value])])
        return
    try:
        session.modify(entry.dn, [(DELETE, name, [])])
    except LdapError as error:
        if error.code != NO_SUCH_ATTRIBUTE:
            raise


def _number(text: str) -> int:
    return int(text) if text.lstrip("-").isdigit() else 0


def _mark(dn: str) -> str:
    """An entry's mark: it may hold a name, so its digest is kept."""
    return hashlib.sha256(dn.lower().encode()).hexdigest()[:16]


_SAYS = {
    (Do.DISABLE, True): Says(fr="compte verrouillé", en="account locked"),
    (Do.DISABLE, False): Says(fr="compte non verrouillé", en="account not locked"),
    (Do.ENROL, True): Says(fr="changement exigé", en="change demanded"),
    (Do.ENROL, False): Says(fr="pas de changement exigé", en="no change demanded"),
}
