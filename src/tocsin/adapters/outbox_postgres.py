"""The outbox in PostgreSQL, for workers on several machines: the extra `postgres`.

The same rows and the same laws as in SQLite. A worker holds an advisory lock of its session
while it lives; where a machine vanished and the server has not noticed, the lease ends it.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tocsin.core.errors import OutsideError, RefusedError
from tocsin.core.notices import Change, Event, Held, NewNotice, State
from tocsin.core.records import Says

LEASE = timedelta(minutes=20)

SCHEMA = """
CREATE TABLE IF NOT EXISTS notices (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  notice text NOT NULL UNIQUE,
  campaign text NOT NULL,
  person text NOT NULL,
  channel text NOT NULL,
  message_id text NOT NULL,
  revision bigint NOT NULL,
  template text NOT NULL,
  state text NOT NULL DEFAULT 'created',
  attempts bigint NOT NULL DEFAULT 0,
  first_at timestamptz,
  last_at timestamptz,
  due_at timestamptz,
  worker text NOT NULL DEFAULT '',
  lease_at timestamptz,
  UNIQUE (campaign, person, channel)
);
CREATE INDEX IF NOT EXISTS notices_due ON notices (campaign, channel, state, due_at, seq);
CREATE INDEX IF NOT EXISTS notices_held ON notices (worker) WHERE worker <> '';
CREATE TABLE IF NOT EXISTS events (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  notice text NOT NULL,
  at timestamptz NOT NULL,
  before text NOT NULL,
  after text NOT NULL,
  applied boolean NOT NULL,
  evidence text NOT NULL,
  body text NOT NULL
);
CREATE INDEX IF NOT EXISTS events_of ON events (notice);
"""
_COLUMNS = (
    "notice, campaign, person, channel, message_id, revision, template, state, attempts, "
    "first_at, last_at, due_at, worker"
)
_TRIABLE = "state IN ('created', 'temporary_failure')"
_SAFE_TLS = ("require", "verify-ca", "verify-full")


class PostgresOutbox:
    """One connection, one worker; the rows of a case stand in a schema of their own."""

    def __init__(self, address: str, case_id: str, *, worker: str = "") -> None:
        _check(address)
        self.worker = worker or secrets.token_hex(6)
        name = sql.Identifier(f"tocsin_{case_id}")
        try:
            self._db = psycopg.connect(address, autocommit=True)
            with self._db.transaction():
                self._db.execute("SELECT pg_advisory_xact_lock(%s)", (_number(case_id),))
                self._db.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(name))
                self._db.execute(sql.SQL("SET search_path TO {}").format(name))
                self._db.execute(SCHEMA)
            self._db.execute(sql.SQL("SET search_path TO {}").format(name))
            self._db.execute("SELECT pg_advisory_lock(%s)", (_number(self.worker),))
        except psycopg.Error as error:
            raise OutsideError(
                Says(
                    "la base de la file d'envoi ne répond pas comme il faut",
                    "the outbox's database cannot be used",
                ),
                next_step=Says(
                    "Voyez si PostgreSQL répond à l'adresse de TOCSIN_OUTBOX, puis réessayez.",
                    "See that PostgreSQL answers at TOCSIN_OUTBOX, then try again.",
                ),
                where="TOCSIN_OUTBOX",
            ) from error

    def create(self, rows: Iterable[NewNotice], *, at: datetime) -> int:
        """See the port."""
        del at
        before = self._count()
        with self._db.transaction(), self._db.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO notices (notice, campaign, person, channel, message_id, revision,"
                " template) VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                [
                    (r.notice, r.campaign, r.person, r.channel, r.message_id, r.revision,
                     r.template)
                    for r in rows
                ],
            )  # fmt: skip
        return self._count() - before

    def claim(
        self, campaign: str, channel: str, worker: str, *, at: datetime, most: int
    ) -> list[Held]:
        """See the port."""
        rows = self._db.execute(
            f"WITH free AS (SELECT seq FROM notices WHERE campaign = %s AND channel = %s"
            f" AND {_TRIABLE} AND (due_at IS NULL OR due_at <= %s)"
            " AND (worker = '' OR lease_at < %s) ORDER BY seq LIMIT %s"
            " FOR UPDATE SKIP LOCKED)"
            " UPDATE notices SET worker = %s, lease_at = %s FROM free"
            f" WHERE notices.seq = free.seq RETURNING {_COLUMNS}, notices.seq",
            (campaign, channel, at, at, most, worker, at + LEASE),
        ).fetchall()
        return [_held(row) for row in sorted(rows, key=lambda row: row[-1])]

    def step(
        self, changes: Sequence[Change], begin: str, worker: str, *, at: datetime
    ) -> tuple[bool, ...]:
        """See the port."""
        with self._db.transaction():
            applied = [self._change(change, at) for change in changes]
            ours = False
            if begin:
                ours = bool(
                    self._db.execute(
                        "UPDATE notices SET state = 'sending', attempts = attempts + 1,"
                        " first_at = coalesce(first_at, %s), last_at = %s"
                        f" WHERE notice = %s AND worker = %s AND {_TRIABLE}",
                        (at, at, begin, worker),
                    ).rowcount
                )
        return (*applied, ours)

    def release(self, worker: str) -> None:
        """See the port."""
        self._db.execute(
            f"UPDATE notices SET worker = '', lease_at = NULL WHERE worker = %s AND {_TRIABLE}",
            (worker,),
        )

    def sweep(self, *, at: datetime) -> Mapping[str, int]:
        """See the port."""
        found = self._db.execute(
            "SELECT worker, min(lease_at) FROM notices WHERE worker <> '' GROUP BY worker"
        ).fetchall()
        gone = [name for name, lease in found if lease < at or not self._alive(name)]
        uncertain = freed = 0
        for worker in gone:
            with self._db.transaction():
                cut = self._db.execute(
                    "SELECT notice FROM notices WHERE worker = %s AND state = 'sending'"
                    " FOR UPDATE",
                    (worker,),
                ).fetchall()
                for (notice,) in cut:
                    change = Change(
                        notice=notice,
                        was=(State.SENDING,),
                        state=State.UNCERTAIN,
                        evidence="worker gone",
                    )
                    uncertain += self._change(change, at)
                freed += self._db.execute(
                    "UPDATE notices SET worker = '', lease_at = NULL WHERE worker = %s",
                    (worker,),
                ).rowcount
        return {"uncertain": uncertain, "freed": freed, "workers": len(gone)}

    def rows(self, campaign: str = "") -> list[Held]:
        """See the port."""
        where = "WHERE campaign = %s" if campaign else ""
        found = self._db.execute(
            f"SELECT {_COLUMNS} FROM notices {where} ORDER BY seq",
            (campaign,) if campaign else (),
        )
        return [_held(row) for row in found]

    def events(self, notice: str) -> list[Event]:
        """See the port."""
        found = self._db.execute(
            "SELECT at, before, after, applied, evidence, body FROM events"
            " WHERE notice = %s ORDER BY n",
            (notice,),
        )
        return [
            Event(
                at=at.astimezone(UTC),
                before=before,
                after=after,
                applied=applied,
                evidence=evidence,
                body=body,
            )
            for at, before, after, applied, evidence, body in found
        ]

    def next_due(self, campaign: str, channel: str) -> datetime | None:
        """See the port."""
        ((due, count),) = self._db.execute(
            "SELECT min(coalesce(due_at, 'epoch')), count(*) FROM notices"
            f" WHERE campaign = %s AND channel = %s AND {_TRIABLE}",
            (campaign, channel),
        ).fetchall()
        return due.astimezone(UTC) if count else None

    def close(self) -> None:
        """See the port."""
        if not self._db.closed:
            self.release(self.worker)
            self.die()

    def die(self) -> None:
        """Let the session and its lock go as a kill does: nothing is given back."""
        self._db.close()

    def _count(self) -> int:
        ((rows,),) = self._db.execute("SELECT count(*) FROM notices").fetchall()
        return int(rows)

    def _change(self, change: Change, at: datetime) -> bool:
        found = self._db.execute(
            "SELECT state FROM notices WHERE notice = %s FOR UPDATE", (change.notice,)
        ).fetchone()
        if found is None:
            return False
        before = str(found[0])
        applies = before in change.was and before != change.state
        self._db.execute(
            "INSERT INTO events (notice, at, before, after, applied, evidence, body)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (
                change.notice,
                at,
                before,
                str(change.state),
                applies,
                change.evidence,
                change.body,
            ),
        )
        if applies:
            self._db.execute(
                "UPDATE notices SET state = %s, last_at = %s, due_at = %s, worker = '',"
                " lease_at = NULL WHERE notice = %s",
                (str(change.state), at, change.due_at, change.notice),
            )
        return applies

    def _alive(self, worker: str) -> bool:
        if worker == self.worker:
            return True
        number = _number(worker)
        ((taken,),) = self._db.execute("SELECT pg_try_advisory_lock(%s)", (number,)).fetchall()
        if taken:
            self._db.execute("SELECT pg_advisory_unlock(%s)", (number,))
        return not taken


def _check(address: str) -> None:
    """Refuse a database on another machine that is not spoken to over TLS."""
    try:
        read = conninfo_to_dict(address)
    except psycopg.Error as error:
        raise RefusedError(
            Says(
                "TOCSIN_OUTBOX n'est pas l'adresse d'une base PostgreSQL",
                "TOCSIN_OUTBOX is not the address of a PostgreSQL database",
            ),
            next_step=Says(
                "Écrivez-la postgresql://user@host/database?sslmode=verify-full.",
                "Write it as postgresql://user@host/database?sslmode=verify-full.",
            ),
            where="TOCSIN_OUTBOX",
        ) from error
    host = str(read.get("host") or "")
    here = host in ("", "localhost", "::1") or host.startswith(("/", "127."))
    if not here and str(read.get("sslmode") or "") not in _SAFE_TLS:
        raise RefusedError(
            Says(
                "la base de la file d'envoi est sur une autre machine et TLS n'est pas exigé",
                "the outbox's database stands on another machine and TLS is not demanded",
            ),
            next_step=Says(
                "Ajoutez ?sslmode=verify-full à TOCSIN_OUTBOX.",
                "Add ?sslmode=verify-full to TOCSIN_OUTBOX.",
            ),
            where="TOCSIN_OUTBOX",
        )


def _number(name: str) -> int:
    """The advisory lock of a name: 63 bits of its digest."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") >> 1


def _held(row: Sequence[Any]) -> Held:
    first, last, due = (None if at is None else at.astimezone(UTC) for at in row[9:12])
    return Held(
        notice=row[0],
        campaign=row[1],
        person=row[2],
        channel=row[3],
        message_id=row[4],
        revision=row[5],
        template=row[6],
        state=State(row[7]),
        attempts=row[8],
        first_at=first,
        last_at=last,
        due_at=due,
        worker=row[12],
    )
