"""Keycloak's admin API: sessions ended, a user disabled, required actions set.

    POST /realms/{realm}/protocol/openid-connect/token           a token for the admin
    GET  /admin/realms/{realm}/users?username=…&exact=true       the user
    GET  /admin/realms/{realm}/users/{id}/sessions               what is open
    POST /admin/realms/{realm}/users/{id}/logout                 end it
    GET, PUT /admin/realms/{realm}/users/{id}                    enabled, requiredActions
    GET, DELETE …/users/{id}/consents[/{client}]                 offline tokens

Emulated in the tests, never run against Keycloak.

Source: Keycloak Admin REST API, users resource (keycloak.org/docs-api).
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from tocsin.adapters.secrets_named import secret
from tocsin.adapters.web_calls import Reply, Site, refuse
from tocsin.core.orders import ASK_AGAIN, Do, Order, Seen, UntriedError
from tocsin.core.outgoing import Target
from tocsin.core.records import Says

ENROL_ACTIONS = ("UPDATE_PASSWORD", "CONFIGURE_TOTP")
"""Required actions set at the next login: a new password and a new second factor."""

WAYS = (("password", "master"), ("client_credentials", ""), ("password", ""))
"""How the admin's token is asked for, in turn; '' is the realm of the users."""


class KeycloakDoor:
    """Closes an account of one realm."""

    def __init__(self, target: Target) -> None:
        self._site = Site(address=target.address, name=target.id, ca_file=target.ca_file)
        self._target = target
        self._realm = quote(target.setting("realm"), safe="")
        self._token = ""

    def look(self, order: Order, names: tuple[str, ...]) -> Seen:
        """See the port."""
        user = self._user(names)
        if order.do is Do.REVOKE:
            return self._sessions(order, user)
        if order.do is Do.DISABLE:
            enabled = user.get("enabled") is True
            found = {"user": user["id"], "enabled": enabled}
            return Seen(closed=not enabled, found=found, says=_ENABLED[enabled])
        actions = _actions(user)
        closed = set(ENROL_ACTIONS) <= set(actions)
        return Seen(
            closed=closed,
            found={"user": user["id"], "actions": list(actions)},
            says=_ENROLLED[closed],
        )

    def close(self, order: Order, names: tuple[str, ...]) -> Says:
        """See the port."""
        user = self._user(names)
        if order.do is Do.REVOKE:
            self._change("POST", f"{_path(user)}/logout", {})
            ended = self._end_offline(user)
            return Says(
                fr=f"sessions terminées, {ended} accords hors ligne retirés",
                en=f"sessions ended, {ended} offline grants withdrawn",
            )
        if order.do is Do.DISABLE:
            self._put(user, {"enabled": False})
            return Says(fr="compte désactivé", en="account disabled")
        wanted = dict.fromkeys((*_actions(user), *ENROL_ACTIONS))
        self._put(user, {"requiredActions": list(wanted)})
        return Says(fr="réenrôlement exigé", en="re-enrolment demanded")

    def reopen(self, order: Order, names: tuple[str, ...]) -> Says:
        """See the port."""
        before = order.before or {}
        user = self._user(names)
        if before.get("user") not in (None, user["id"]):
            raise UntriedError(
                Says(
                    "le nom du compte mène maintenant à un autre utilisateur de la cible",
                    "the account's name now leads to another user at the target",
                ),
                next_step=Says(
                    "Remettez le premier utilisateur à la main.",
                    "Put the first user back by hand.",
                ),
                where=self._target.id,
            )
        if order.do is Do.REVOKE:
            return ENDED_FOR_GOOD
        if order.do is Do.DISABLE:
            self._put(user, {"enabled": bool(before.get("enabled", True))})
            return Says(fr="état d'avant rétabli", en="put back as it was")
        had = set(_texts(before.get("actions")))
        kept = [a for a in _actions(user) if a not in ENROL_ACTIONS or a in had]
        self._put(user, {"requiredActions": kept})
        return Says(fr="état d'avant rétabli", en="put back as it was")

    # What is asked -------------------------------------------------------------------------

    def _sessions(self, order: Order, user: Mapping[str, Any]) -> Seen:
        """Closed once none of the sessions found before is open; later ones are counted."""
        listed = self._get(f"{_path(user)}/sessions")
        open_now = [_short(one.get("id")) for one in _documents(listed)]
        offline = [_short(client) for client in self._offline(user)]
        had = (order.before or {}).get("sessions")
        kept = set(_texts(had)) if had is not None else set(open_now)
        still = len(kept & set(open_now))
        return Seen(
            closed=not still and not offline,
            found={"user": user["id"], "sessions": open_now, "offline": offline},
            says=revoked(still + len(offline), [*open_now, *offline]),
        )

    def _user(self, names: tuple[str, ...]) -> Mapping[str, Any]:
        """The one user that has one of these names, the likeliest name first."""
        for field in ("username", "email"):
            for name in names:
                if field == "email" and "@" not in name:
                    continue
                query = urlencode({field: name, "exact": "true"})
                found = [
                    one
                    for one in _documents(self._get(f"/users?{query}"))
                    if str(one.get(field, "")).lower() == name.lower() and one.get("id")
                ]
                if len(found) == 1:
                    return found[0]
        raise UntriedError(
            Says(
                "la cible ne connaît pas un seul et même utilisateur sous les noms du compte",
                "the target knows no single user by the account's names",
            ),
            next_step=Says(
                "Voyez les alias du compte dans l'annuaire, puis refaites le plan.",
                "Look at the account's aliases in the directory, then plan again.",
            ),
            where=self._target.id,
        )

    def _offline(self, user: Mapping[str, Any]) -> list[str]:
        """The clients that hold an offline token of the user; none where it is not told."""
        reply = self._call("GET", f"{_path(user)}/consents")
        return [
            str(one.get("clientId", ""))
            for one in _documents(reply.document() if reply.status == 200 else None)
            if any(
                "Offline" in str(g.get("key", ""))
                for g in _documents(one.get("additionalGrants"))
            )
        ]

    def _end_offline(self, user: Mapping[str, Any]) -> int:
        clients = self._offline(user)
        for client in clients:
            reply = self._call("DELETE", f"{_path(user)}/consents/{quote(client, safe='')}")
            if reply.status != 404:
                refuse(
                    reply,
                    self._target.id,
                    Says(
                        "le retrait d'un jeton hors ligne", "the withdrawal of an offline token"
                    ),
                )
        return len(clients)

    # How it is asked -----------------------------------------------------------------------

    def _get(self, path: str) -> object:
        reply = self._call("GET", path)
        refuse(reply, self._target.id, Says("une question", "a question"))
        return reply.document()

    def _put(self, user: Mapping[str, Any], changed: Mapping[str, object]) -> None:
        """Change some fields. The whole user is sent back: what is left out could be erased."""
        reply = self._call("GET", _path(user))
        whole = reply.document() if reply.status == 200 else None
        kept = whole if isinstance(whole, dict) and whole.get("id") == user["id"] else user
        self._change("PUT", _path(user), {**kept, **changed})

    def _change(self, method: str, path: str, said: Mapping[str, object]) -> None:
        refuse(self._call(method, path, said), self._target.id, Says("l'ordre", "the order"))

    def _call(self, method: str, path: str, said: Mapping[str, object] | None = None) -> Reply:
        headers = {"Authorization": f"Bearer {self._token or self._log_in()}"}
        body = b""
        if said is not None:
            body = json.dumps(said).encode()
            headers["Content-Type"] = "application/json"
        return self._site.call(
            method, f"/admin/realms/{self._realm}{path}", body=body, headers=headers
        )

    def _log_in(self) -> str:
        """A token for the admin: as a user of master, or as a client of the realm."""
        word = secret(self._target.secret_env)
        last = 0
        for grant, realm in WAYS:
            asked = {"grant_type": grant}
            if grant == "password":
                client = self._target.setting("client_id", "admin-cli")
                asked |= {"client_id": client, "username": self._target.user, "password": word}
            else:
                asked |= {"client_id": self._target.user, "client_secret": word}
            chosen = (
                self._target.setting("auth_realm") or realm or self._target.setting("realm")
            )
            reply = self._site.call(
                "POST",
                f"/realms/{quote(chosen, safe='')}/protocol/openid-connect/token",
                body=urlencode(asked).encode(),
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                changes=False,
            )
            said = reply.document()
            if reply.status == 200 and isinstance(said, dict) and said.get("access_token"):
                self._token = str(said["access_token"])
                return self._token
            last = reply.status
        raise UntriedError(
            Says(
                f"la cible ne laisse pas entrer Tocsin ({last})",
                f"the target does not let Tocsin in ({last})",
            ),
            next_step=Says(
                f"Vérifiez l'utilisateur de la cible et son secret. {ASK_AGAIN.fr}",
                f"Check the target's user and its secret. {ASK_AGAIN.en}",
            ),
            where=self._target.id,
        )


ENDED_FOR_GOOD = Says(
    fr="une session terminée ne se rétablit pas : la personne se reconnecte",
    en="an ended session does not come back: the person logs in again",
)

_ENABLED = {
    True: Says(fr="compte actif", en="account enabled"),
    False: Says(fr="compte désactivé", en="account disabled"),
}
_ENROLLED = {
    True: Says(fr="réenrôlement exigé", en="re-enrolment demanded"),
    False: Says(fr="pas de réenrôlement exigé", en="no re-enrolment demanded"),
}


def revoked(still_open: int, open_now: list[str]) -> Says:
    """What is said of sessions: those that should have ended, and those begun since."""
    since = len(open_now) - still_open
    later = Says(
        fr=f" ; {since} ouvertes depuis" if since else "",
        en=f"; {since} begun since" if since else "",
    )
    return Says(
        fr=f"{still_open} sessions d'avant encore ouvertes{later.fr}",
        en=f"{still_open} earlier sessions still open{later.en}",
    )


def _path(user: Mapping[str, Any]) -> str:
    return f"/users/{quote(str(user['id']), safe='')}"


def _actions(user: Mapping[str, Any]) -> tuple[str, ...]:
    return _texts(user.get("requiredActions"))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()


def _documents(value: object) -> list[dict[str, Any]]:
    """The objects of a list from outside; anything else is nothing."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _short(value: object) -> str:
    """A session's mark: tells it again, and opens nothing."""
    return hashlib.sha256(str(value).encode()).hexdigest()[:16]
