"""Glewlwyd's admin API: sessions and refresh tokens ended, a user disabled.

    POST   /api/auth/                                            log in; a session cookie
    GET    /api/user/{username}                                  the user
    PUT    /api/user/{username}                                  {"enabled": false, …}
    GET    /api/delegate/{username}/profile/session              what is open
    DELETE /api/delegate/{username}/profile/session/{hash}       end it
    GET, DELETE /api/{plugin}/token[/{hash}]?impersonate=…       refresh tokens of OIDC, OAuth 2

The target's address is that of the API (`https://…/api`), or of the site: `/api` is then added.
A re-enrolment cannot be demanded there: disable the user, and let the owner register anew.

Source: Glewlwyd 2.7, docs/API.md and docs/OIDC.md; where the server itself differs from them
(the paths of delegation, `impersonate`), the server, version 2.7.5.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from tocsin.adapters.keycloak_admin import ENDED_FOR_GOOD, revoked
from tocsin.adapters.secrets_named import secret
from tocsin.adapters.web_calls import Reply, Site, refuse
from tocsin.core.orders import ASK_AGAIN, Do, Order, Seen, UntriedError
from tocsin.core.outgoing import Target
from tocsin.core.records import Says

TOKEN_PLUGINS = ("oidc", "oauth2-glewlwyd", "glewlwyd")
"""Modules of plugins that hold refresh tokens."""

PAGE = 1000
"""Most sessions or tokens of one user that are asked for."""


class GlewlwydDoor:
    """Closes an account of one Glewlwyd."""

    def __init__(self, target: Target) -> None:
        self._site = Site(address=target.address, name=target.id, ca_file=target.ca_file)
        self._prefix = "" if target.address.path.rstrip("/").endswith("/api") else "/api"
        self._target = target
        self._cookie = ""

    def look(self, order: Order, names: tuple[str, ...]) -> Seen:
        """See the port."""
        user = self._user(names)
        if order.do is Do.REVOKE:
            return self._sessions(order, user)
        enabled = user.get("enabled") is not False
        return Seen(
            closed=not enabled,
            found={"user": _short(user["username"]), "enabled": enabled},
            says=Says(
                fr="compte actif" if enabled else "compte désactivé",
                en="account enabled" if enabled else "account disabled",
            ),
        )

    def close(self, order: Order, names: tuple[str, ...]) -> Says:
        """See the port."""
        user = self._user(names)
        if order.do is Do.REVOKE:
            return self._end(user)
        self._enable(user, enabled=False)
        return Says(fr="compte désactivé", en="account disabled")

    def reopen(self, order: Order, names: tuple[str, ...]) -> Says:
        """See the port."""
        before = order.before or {}
        user = self._user(names)
        if before.get("user") not in (None, _short(user["username"])):
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
        self._enable(user, enabled=bool(before.get("enabled", True)))
        return Says(fr="état d'avant rétabli", en="put back as it was")

    # What is asked -------------------------------------------------------------------------

    def _sessions(self, order: Order, user: Mapping[str, Any]) -> Seen:
        """Closed once nothing found before is open; what began since is counted."""
        paths = self._open(user)
        open_now = [_short(path) for path in paths]
        before = order.before or {}
        had = before.get("sessions")
        kept = set(had) if isinstance(had, list | tuple) else set(open_now)
        still = len(kept & set(open_now))
        return Seen(
            closed=still == 0,
            found={"user": _short(user["username"]), "sessions": open_now},
            says=revoked(still, open_now),
        )

    def _end(self, user: Mapping[str, Any]) -> Says:
        paths = self._open(user)
        for path in paths:
            reply = self._call("DELETE", path)
            if reply.status != 404:
                refuse(
                    reply, self._target.id, Says("la fin d'une session", "the end of a session")
                )
        n = len(paths)
        return Says(fr=f"{n} sessions et jetons terminés", en=f"{n} sessions and tokens ended")

    def _open(self, user: Mapping[str, Any]) -> list[str]:
        """The paths of the user's open sessions and refresh tokens."""
        who = quote(str(user["username"]), safe="")
        profile = f"/delegate/{who}/profile"
        places = [(f"{profile}/session", "session_hash", "")]
        for one in _documents(
            self._get(f"{profile}/plugin", Says("la liste des greffons", "the list of plugins"))
        ):
            if one.get("module") in TOKEN_PLUGINS and one.get("name"):
                name = quote(str(one["name"]), safe="")
                places.append((f"/{name}/token", "token_hash", f"impersonate={who}"))
        return [
            f"{place}/{quote(str(one[mark]), safe='')}?{as_whom}"
            for place, mark, as_whom in places
            for one in _documents(
                self._get(
                    f"{place}?limit={PAGE}&{as_whom}",
                    Says("la liste des sessions", "the list of sessions"),
                )
            )
            if one.get("enabled") and one.get(mark)
        ]

    def _user(self, names: tuple[str, ...]) -> Mapping[str, Any]:
        """The user that has one of these names, the likeliest first."""
        for name in names:
            reply = self._call("GET", f"/user/{quote(name, safe='')}")
            if reply.status == 404:
                continue
            refuse(reply, self._target.id, Says("une question", "a question"))
            found = reply.document()
            if isinstance(found, dict) and str(found.get("username", "")) == name:
                return found
        raise UntriedError(
            Says(
                "la cible ne connaît aucun utilisateur sous les noms du compte",
                "the target knows no user by the account's names",
            ),
            next_step=Says(
                "Voyez les alias du compte dans l'annuaire, puis refaites le plan.",
                "Look at the account's aliases in the directory, then plan again.",
            ),
            where=self._target.id,
        )

    def _enable(self, user: Mapping[str, Any], *, enabled: bool) -> None:
        """The whole user is sent back: what is left out is erased there."""
        kept = {name: value for name, value in user.items() if name != "source"}
        source = user.get("source")
        where = f"?source={quote(str(source), safe='')}" if source else ""
        path = f"/user/{quote(str(user['username']), safe='')}{where}"
        reply = self._call("PUT", path, {**kept, "enabled": enabled})
        refuse(reply, self._target.id, Says("l'ordre", "the order"))

    # How it is asked -----------------------------------------------------------------------

    def _get(self, path: str, asked: Says) -> object:
        reply = self._call("GET", path)
        refuse(reply, self._target.id, asked)
        return reply.document()

    def _call(self, method: str, path: str, said: Mapping[str, object] | None = None) -> Reply:
        if not self._cookie:
            self._log_in()
        headers = {"Cookie": self._cookie}
        body = b""
        if said is not None:
            body = json.dumps(said).encode()
            headers["Content-Type"] = "application/json"
        return self._site.call(method, self._prefix + path, body=body, headers=headers)

    def _log_in(self) -> None:
        word = secret(self._target.secret_env)
        said = {"username": self._target.user, "password": word}
        reply = self._site.call(
            "POST",
            f"{self._prefix}/auth/",
            body=json.dumps(said).encode(),
            headers={"Content-Type": "application/json"},
            changes=False,
        )
        self._cookie = "; ".join(one.partition(";")[0] for one in reply.cookies)
        if reply.status != 200 or not self._cookie:
            raise UntriedError(
                Says(
                    f"la cible ne laisse pas entrer Tocsin ({reply.status})",
                    f"the target does not let Tocsin in ({reply.status})",
                ),
                next_step=Says(
                    f"Vérifiez l'utilisateur de la cible et son secret. {ASK_AGAIN.fr}",
                    f"Check the target's user and its secret. {ASK_AGAIN.en}",
                ),
                where=self._target.id,
            )


def _documents(value: object) -> list[dict[str, Any]]:
    """The objects of a list from outside; anything else is nothing."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _short(value: object) -> str:
    """A mark: tells the thing again, and opens nothing."""
    return hashlib.sha256(str(value).encode()).hexdigest()[:16]
