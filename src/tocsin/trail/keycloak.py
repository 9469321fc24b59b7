"""Keycloak user events: one JSON document a line.

    {"id": "…", "time": 1760097336123, "type": "LOGIN", "clientId": "portal",
     "userId": "f:…", "sessionId": "…", "ipAddress": "192.0.2.7", "error": null,
     "details": {"username": "a.martin"}}                   (one line)

The account is `details.username`, else the last name seen with that `userId`, in this file or
in those before it (`known_users`). Admin events (`operationType`) are readable and no act.
Without REFRESH_TOKEN, which Keycloak does not keep by default, a session seems to stop at its
last login (docs/limits.md).

Source: keycloak/keycloak, Event.java, EventType.java, AdminEvent.java.
"""

from tocsin.core.records import Source
from tocsin.core.tables import TEXT, Step, table
from tocsin.trail.reading import NO_INSTANT, decoded_step

KNOWN_USERS = table(
    "known_users", "user id and the last name seen with it", user_id=TEXT, name=TEXT
)
"""What the corridor may bind before the steps, to carry names from one batch to the next."""

USERS_SEEN = table(
    "users_seen",
    "user id and the last name seen with it, in this batch or before",
    user_id=TEXT,
    name=TEXT,
)

LOGINS = (
    "LOGIN",
    "IDENTITY_PROVIDER_LOGIN",
    "IDENTITY_PROVIDER_POST_LOGIN",
    "IMPERSONATE",
    "TOKEN_EXCHANGE",
    "OAUTH2_DEVICE_AUTH",
    "USER_DISABLED_BY_TEMPORARY_LOCKOUT",
    "USER_DISABLED_BY_PERMANENT_LOCKOUT",
)
LOGOUTS = ("LOGOUT",)
_NO_SUCCESS = ("USER_DISABLED_BY_TEMPORARY_LOCKOUT", "USER_DISABLED_BY_PERMANENT_LOCKOUT")

FIRST_MS = 946_684_800_000
"""2000-01-01: an event older than Keycloak has its time in another unit."""

_SHAPE = (
    '{"id":"VARCHAR","time":"VARCHAR","type":"VARCHAR","operationType":"VARCHAR",'
    '"resourceType":"VARCHAR","realmId":"VARCHAR","clientId":"VARCHAR","userId":"VARCHAR",'
    '"sessionId":"VARCHAR","ipAddress":"VARCHAR","error":"VARCHAR","details":"JSON",'
    '"authDetails":{"userId":"VARCHAR","ipAddress":"VARCHAR"}}'
)

_SERVICE_FIELDS = {
    "client": "e.clientId",
    "clientId": "e.clientId",
    "realm": "e.realmId",
    "realmId": "e.realmId",
}


def steps(source: Source, *, known_users: bool = False) -> tuple[Step, ...]:
    """Keycloak events to decoded rows.

    Reads:  lines; known_users, if told so
    Fills:  users_seen, to be bound as known_users before the next batch;
            decoded, one row per line, with the word `login` or `logout` in `action`
    Units:  `time` is milliseconds since 1970, UTC
    """
    before = (
        "SELECT user_id, name, -1 AS position FROM known_users UNION ALL "
        if known_users
        else ""
    )
    reads = ("lines", "known_users") if known_users else ("lines",)
    named = (
        f"{before}SELECT {_USER} AS user_id, {_NAME} AS name, position"
        f" FROM ({_PARSED}) AS events WHERE {_NAME} <> '' AND {_USER} <> ''"
    )
    seen = Step(
        fills=USERS_SEEN,
        reads=reads,
        sql=f"SELECT user_id, arg_max(name, position) AS name FROM ({named}) AS named"
        " GROUP BY user_id",
        portable=False,
    )
    apart = f"""
      SELECT events.*, events.user_name AS said, named.name AS known,
        CASE WHEN regexp_full_match(e.time, '[0-9]{{1,15}}')
          THEN CAST(e.time AS BIGINT) * 1000 END AS occurred_us
      FROM (SELECT *, {_USER} AS user_id, {_NAME} AS user_name FROM ({_PARSED}) AS parsed)
        AS events
      ASOF LEFT JOIN ({named}) AS named
        ON named.user_id = CASE WHEN events.user_name = '' THEN events.user_id END
        AND events.position > named.position"""
    key = _SERVICE_FIELDS.get(
        source.service_by.field if source.service_by else "", "e.clientId"
    )
    return (seen, decoded_step(apart, reads=reads, columns=_columns(key), reason=_REASON))


def _columns(service_key: str) -> dict[str, str]:
    return {
        "event_id": "nullif(e.id, '')",
        "occurred_us": "occurred_us",
        "actor": "coalesce(nullif(said, ''), known)",
        "session": "e.sessionId",
        "address": "coalesce(e.ipAddress, e.authDetails.ipAddress)",
        "client": "e.clientId",
        "event_code": _TYPE,
        "event_type": "e.resourceType",
        "action": f"CASE WHEN {_PLAIN} IN {LOGINS} THEN 'login'"
        f" WHEN {_PLAIN} = '{LOGOUTS[0]}' THEN 'logout' ELSE '' END",
        "outcome": f"CASE WHEN {_TYPE} LIKE '%\\_ERROR' ESCAPE '\\' OR {_TYPE} IN {_NO_SUCCESS}"
        " OR coalesce(e.error, '') <> '' THEN 'failed' ELSE 'ok' END",
        "service_key": service_key,
    }


_PARSED = (
    f"SELECT position, line, reason, head, TRY(from_json(line, '{_SHAPE}')) AS e FROM lines"
)
_NAME = (
    "coalesce(CASE WHEN json_type(e.details, '$.username') = 'VARCHAR'"
    " THEN json_extract_string(e.details, '$.username') END, '')"
)
_USER = "coalesce(e.userId, e.authDetails.userId, '')"
_TYPE = "coalesce(e.type, e.operationType)"
_PLAIN = f"regexp_replace({_TYPE}, '_ERROR$', '')"

_REASON = f"""coalesce(reason, CASE
    WHEN e IS NULL THEN 'not JSON'
    WHEN {_TYPE} IS NULL THEN 'not an event: no type'
    WHEN NOT regexp_full_match({_TYPE}, '[A-Z][A-Z0-9_]*') THEN 'the type is no event type'
    WHEN json_type(e.details) NOT IN ('OBJECT', 'NULL') THEN 'details is not an object'
    WHEN occurred_us < {FIRST_MS} * 1000 THEN 'the time is not in milliseconds'
    WHEN concat_ws('', left(e.userId, 1), left(e.sessionId, 1), left(e.ipAddress, 1),
      left(e.clientId, 1)) SIMILAR TO '.*[{{\\[].*' THEN 'a field has the wrong type'
    END, {NO_INSTANT})"""
