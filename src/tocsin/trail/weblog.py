r"""Combined web logs: one request a line.

    192.0.2.7 - a.martin [10/Oct/2025:13:55:36 +0200] "GET /files/12/summary HTTP/1.1" 200 512
        "https://portal.example/" "Mozilla/5.0" "s-81"        (one line)

The third field is the account (`-`: none), the quoted text after the user agent, where there is
one, the session. A line whose envelope is whole is readable, whatever the request in it: a
request that is none (`-`, TLS bytes) has no method and no path. The body, the account behind a
proxy and the rows that a list showed stand in no web log (docs/limits.md).

Source: Apache HTTP Server 2.4, mod_log_config, "combined"; escapes as its and nginx's.
"""

from tocsin.core.records import Source
from tocsin.core.tables import Step
from tocsin.trail.instants import SECOND_US
from tocsin.trail.reading import NO_INSTANT, decoded_step

_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_LINE = (
    r"^(\S+) \S+ (.*?) ?\[([0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-9]{2}"
    rf" [+-][0-9]{{4}})\] {_QUOTED} ([0-9]{{3}}) (?:[0-9]+|-) {_QUOTED} {_QUOTED}"
    rf'(?: {_QUOTED})?(?: (?:"(?:[^"\\]|\\.)*"|[^\s"]+))*\s*$'
)
_FIELDS = "['address', 'account', 'at', 'request', 'status', 'referer', 'agent', 'session']"
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"

_OUTCOME = (
    "CASE WHEN status BETWEEN 200 AND 299 OR status = 304 THEN 'ok'"
    " WHEN status IN (401, 403) THEN 'refused'"
    " WHEN status BETWEEN 400 AND 599 THEN 'failed' ELSE 'unknown' END"
)


def steps(source: Source) -> tuple[Step, ...]:
    """Combined log lines to decoded rows.

    Reads:  lines
    Fills:  decoded, one row per line
    Units:  occurred_us is the line's own wall time and numeric zone, in microseconds UTC
    """
    return (
        decoded_step(
            _APART,
            reads=("lines",),
            columns={
                "occurred_us": "occurred_us",
                "actor": _plain("f.account"),
                "session": _plain("f.session"),
                "address": "CASE WHEN f.address = '-' THEN '' ELSE trim(f.address, '[]') END",
                "client": _plain("f.agent"),
                "method": "method",
                "path": "path",
                "outcome": _OUTCOME,
                "query": "query",
                "service_key": f"'{_quoted(source.service)}'",
            },
            reason="coalesce(reason, CASE WHEN f.status = '' THEN"
            f" 'not a combined log line' END, {NO_INSTANT})",
        ),
    )


def _plain(field: str) -> str:
    r"""SQL: a field without its escapes (`\"`, `\x22`, `\\`); '' where it is `-` or ``."""
    bytes_ = (
        rf"regexp_replace(replace(replace({field}, '%', '%25'), '\\', '%5C'),"
        r" '\\x([0-9A-Fa-f]{2})', '%\1', 'g')"
    )
    whole = rf"replace({bytes_}, '\', '')"
    unescaped = f"coalesce(TRY(url_decode({whole})), {field})"
    return (
        f"CASE WHEN {field} IN ('-', '\"\"') THEN ''"
        rf" WHEN contains({field}, '\') THEN {unescaped} ELSE {field} END"
    )


def _quoted(text: str) -> str:
    return text.replace("'", "''")


_STRUCT = f"regexp_extract(line, '{_quoted(_LINE)}', {_FIELDS})"

_SPLIT = (
    r"regexp_extract(f.request, '^([A-Za-z][A-Za-z_-]*) (?:[A-Za-z][A-Za-z0-9+.-]*://[^/?# ]*)?"
    r"([^?#]*?)(?:\?([^#]*?))?(?:#.*?)?(?: HTTP/[0-9.]+)?$', ['method', 'path', 'query'])"
)

_MONTH = f"(position(substr(f.at, 4, 3) IN '{_MONTHS}') + 2)"

_WALL = (
    "epoch_us(TRY_CAST(concat(substr(f.at, 8, 4), '-',"
    f" CASE WHEN {_MONTH} % 3 = 0 THEN {_MONTH} // 3 ELSE 13 END, '-', substr(f.at, 1, 2), ' ',"
    " substr(f.at, 13, 8)) AS TIMESTAMP))"
)

_ZONE_S = (
    "((CAST(substr(f.at, 23, 2) AS BIGINT) * 3600 + CAST(substr(f.at, 25, 2) AS BIGINT) * 60)"
    " * CASE WHEN substr(f.at, 22, 1) = '-' THEN -1 ELSE 1 END)"
)

_DECODED_PATH = (
    "CASE WHEN contains(r.path, '%') THEN coalesce(TRY(url_decode("
    "regexp_replace(r.path, '%(2[Ff]|25)', '%25\\1', 'g'))), r.path) ELSE r.path END"
)
"""An escaped slash stays escaped: it parts no segment."""

_APART = f"""
    SELECT position, line, reason, head, f, r.method AS method, r.query AS query,
      {_DECODED_PATH} AS path,
      TRY_CAST(f.status AS INTEGER) AS status,
      CASE WHEN f.at = '' THEN NULL
        ELSE {_WALL} - {_ZONE_S} * {SECOND_US} END AS occurred_us
    FROM (
      SELECT *, {_SPLIT} AS r
      FROM (SELECT position, line, reason, head, {_STRUCT} AS f FROM lines) AS taken
    ) AS parted"""
