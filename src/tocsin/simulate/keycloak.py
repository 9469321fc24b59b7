"""The identity provider's trail: Keycloak user events as JSON lines.

LOGIN carries the user name; CODE_TO_TOKEN and LOGOUT only the user's id, as Keycloak writes
them. A few logins fail first. REFRESH_TOKEN is not saved, as by default.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tocsin.simulate.catalogue import SERVICES
from tocsin.simulate.columns import taken
from tocsin.simulate.confounders import TAG
from tocsin.simulate.happenings import SERVICE_OF, Happenings
from tocsin.simulate.text import chosen, join, numbers, uuids
from tocsin.simulate.trails import Trail

Ints = NDArray[np.int64]

_LOGIN, _TOKEN, _LOGOUT, _ERROR, _CREDENTIAL = range(5)
_TYPES = ("LOGIN", "CODE_TO_TOKEN", "LOGOUT", "LOGIN_ERROR", "UPDATE_CREDENTIAL")
_NAMED = (_LOGIN, _ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Events:
    """One row an event: local instant, type, session, and client (-1: the portal's door)."""

    at: Ints
    kind: Ints
    session: Ints
    client: Ints


def _entered(past: Happenings) -> _Events:
    """One token for each service that a session enters, just before its first act there."""
    services = np.array([SERVICES.index(name) for name in SERVICE_OF])[past.acts.code]
    key = past.acts.session * len(SERVICES) + services
    order = np.argsort(past.acts.at, kind="stable")
    pairs, first = np.unique(key[order], return_index=True)
    return _Events(
        at=past.acts.at[order][first] - 1_500_000,
        kind=np.full(len(pairs), _TOKEN),
        session=pairs // len(SERVICES),
        client=pairs % len(SERVICES),
    )


def _events(rng: np.random.Generator, past: Happenings) -> _Events:
    count = len(past.sessions.account)
    every = np.flatnonzero(past.logs_in)
    left = np.flatnonzero(past.sessions.left & past.logs_in)
    wrong = np.flatnonzero((rng.random(count) < 0.02) & past.logs_in)
    tokens = _entered(past)
    tokens = taken(tokens, past.logs_in[tokens.session])
    newer = np.flatnonzero(past.sessions.tag == TAG["new_device"])
    newer = newer[np.unique(past.sessions.account[newer], return_index=True)[1]]
    at = (
        past.sessions.start[every],
        tokens.at,
        past.sessions.end[left] + rng.integers(1, 60, len(left)) * 1_000_000,
        past.sessions.start[wrong] - rng.integers(6, 40, len(wrong)) * 1_000_000,
        past.sessions.start[newer] + 3_000_000,
    )
    kinds = (_LOGIN, _TOKEN, _LOGOUT, _ERROR, _CREDENTIAL)
    who = (every, tokens.session, left, wrong, newer)
    none = [np.full(len(group), -1) for group in who]
    none[1] = tokens.client
    return _Events(
        at=np.concatenate(at),
        kind=np.repeat(kinds, [len(group) for group in who]),
        session=np.concatenate(who),
        client=np.concatenate(none),
    )


def trail(rng: np.random.Generator, past: Happenings) -> Trail:
    """The trail of the identity provider."""
    events = _events(rng, past)
    utc = past.calendar.utc(events.at)
    order = np.argsort(utc, kind="stable")
    utc, kind, session = utc[order], events.kind[order], events.session[order]
    client = events.client[order]
    ids = uuids(rng, len(utc))
    tails = (
        '","auth_method":"openid-connect","redirect_uri":"https://portail.grades-demo.invalid/"}}',
        '"details":{"grant_type":"authorization_code","refresh_token_type":"Refresh"}}',
        '"details":{"redirect_uri":"https://portail.grades-demo.invalid/"}}',
        '","auth_method":"openid-connect"}}',
        '"details":{"credential_type":"otp"}}',
    )

    def write(lines: Ints) -> pa.StringArray:
        of, what = session[lines], kind[lines]
        account = past.sessions.account[of]
        named = np.isin(what, _NAMED)
        name = chosen(past.accounts, np.where(named, account, -1))
        opening = chosen(("", '"details":{"username":"'), named.astype(np.int64))
        error = chosen(("", '"error":"invalid_user_credentials",'), (what == _ERROR) * 1)
        return join(
            '{"id":"', ids.take(pa.array(lines)), '","time":', numbers(utc[lines] // 1000),
            ',"type":"', chosen(_TYPES, what), '","realmId":"regional","clientId":"',
            chosen((*SERVICES, "portail"), np.where(client[lines] < 0, 5, client[lines])),
            '","userId":"', chosen(past.users, account), '","sessionId":"',
            chosen(past.sid, of), '","ipAddress":"',
            chosen(past.address, of), '",', error, opening, name,
            chosen(tails, what), "\n",
        )  # fmt: skip

    return Trail(
        source="idp",
        name="trail/idp-{}.jsonl",
        header="",
        at=utc,
        row=np.full(len(utc), -1),
        session=session,
        ids=ids,
        echo=np.zeros(len(utc), bool),
        torn=np.zeros(len(utc), bool),
        write=write,
    )
