"""The outbox in SQLite: one file in the case, mode 0600, that survives a kill at any write.

What a process has committed is in the kernel's hands: a kill takes none of it back, synced or
not. A loss of power may, where it is not synced. Leases, receipts and the end of a run are
synced; the steps between two tries are not, because a sync costs more than a mail. So a worker
bears the mark of the machine's start: leased rows of an earlier start may have been tried, and
are uncertain, all of them.

Source:
    SQLite, PRAGMA synchronous: in WAL mode NORMAL keeps the file consistent, and durable
    across the crash of an application.
"""

import fcntl
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tocsin.core.notices import Change, Event, Held, NewNotice, State

BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Linux: a number drawn at each start of the machine (random(4))."""

LEASE = timedelta(minutes=20)
"""Longer than the longest wait for an answer (RFC 5321, 4.5.3.2.6: ten minutes)."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS notices (
  seq INTEGER PRIMARY KEY,
  notice TEXT NOT NULL UNIQUE,
  campaign TEXT NOT NULL,
  person TEXT NOT NULL,
  channel TEXT NOT NULL,
  message_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  template TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'created',
  attempts INTEGER NOT NULL DEFAULT 0,
  first_us INTEGER,
  last_us INTEGER,
  due_us INTEGER,
  worker TEXT NOT NULL DEFAULT '',
  lease_us INTEGER NOT NULL DEFAULT 0,
  UNIQUE (campaign, person, channel)
) STRICT;
CREATE INDEX IF NOT EXISTS notices_open ON notices (campaign, channel, seq)
  WHERE worker = '' AND state IN ('created', 'temporary_failure');
CREATE INDEX IF NOT EXISTS notices_held ON notices (worker) WHERE worker <> '';
CREATE TABLE IF NOT EXISTS events (
  seq INTEGER NOT NULL,
  n INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  applied INTEGER NOT NULL,
  evidence TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (seq, n)
) STRICT, WITHOUT ROWID;
"""
"""A try writes two pages, of the rows and of the log, and no index: both are in the order of
`seq`, and a row that is held keeps its place in the indexes until its worker asks for more."""

VERSION = 1
"""`user_version` of the file; 0 had the log of a notice by its name, in an index of its own."""

FROM_0 = (
    "DROP INDEX IF EXISTS notices_due",
    "DROP INDEX IF EXISTS events_of",
    "ALTER TABLE events RENAME TO events_0",
    *SCHEMA.split(";\n")[:-1],
    "INSERT INTO events SELECT seq, row_number() OVER (PARTITION BY seq ORDER BY e.rowid),"
    " at_us, before, after, applied, evidence, body"
    " FROM events_0 e JOIN notices USING (notice)",
    "DROP TABLE events_0",
)
_COLUMNS = (
    "notice, campaign, person, channel, message_id, revision, template, state, attempts, "
    "first_us, last_us, due_us, worker"
)
_TRIABLE = "state IN ('created', 'temporary_failure')"
_DUE = (
    f"SELECT seq FROM notices WHERE campaign = ? AND channel = ? AND {_TRIABLE}"
    " AND (due_us IS NULL OR due_us <= ?)"
)
_FIRST = "ORDER BY seq LIMIT ?"
_ENDED = "state NOT IN ('created', 'temporary_failure', 'sending')"
_AGAIN = (State.CREATED, State.TEMPORARY)


class SqliteOutbox:
    """One connection, one worker. Several processes and threads may each have their own.

    A worker holds a lock on a file of its own while it lives: whoever can take that lock knows
    that the worker is gone, at once and without a clock.

    Args:
        file: the database; made where it is absent.
        worker: a name, else one drawn.
        boot: the file that tells one start of the machine from the next.
    """

    def __init__(self, file: Path, *, worker: str = "", boot: Path = BOOT) -> None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = file.parent / "workers"
        self._folder.mkdir(mode=0o700, exist_ok=True)
        if not file.exists():
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
        self._db = sqlite3.connect(file, timeout=60, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._synced = True
        self._prepare()
        self._start = _start(boot)
        self.worker = f"{worker or secrets.token_hex(6)}.{self._start}"
        self._lock = os.open(self._folder / self.worker, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def create(self, rows: Iterable[NewNotice], *, at: datetime) -> int:
        """See the port."""
        before = self._db.total_changes
        with self._writing():
            self._db.executemany(
                "INSERT INTO notices (notice, campaign, person, channel, message_id, revision,"
                " template) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (
                    (
                        r.notice,
                        r.campaign,
                        r.person,
                        r.channel,
                        r.message_id,
                        r.revision,
                        r.template,
                    )
                    for r in rows
                ),
            )
        del at
        return self._db.total_changes - before

    def claim(
        self, campaign: str, channel: str, worker: str, *, at: datetime, most: int
    ) -> list[Held]:
        """See the port."""
        now = _us(at)
        with self._writing():
            self._let_go(worker)
            place = (campaign, channel, now)
            free = self._db.execute(f"{_DUE} AND worker = '' {_FIRST}", (*place, most))
            listed = free.fetchall()
            if not listed:
                late = f"{_DUE} AND worker <> '' AND lease_us < ? {_FIRST}"
                listed = self._db.execute(late, (*place, now, most)).fetchall()
            lease = now + int(LEASE.total_seconds() * 1e6)
            self._db.executemany(
                "UPDATE notices SET worker = ?, lease_us = ? WHERE seq = ?",
                ((worker, lease, seq) for (seq,) in listed),
            )
        marks = ", ".join("?" * len(listed))
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM notices WHERE seq IN ({marks}) ORDER BY seq",
            [seq for (seq,) in listed],
        )
        return [_held(row) for row in rows]

    def step(
        self, changes: Sequence[Change], begin: str, worker: str, *, at: datetime
    ) -> tuple[bool, ...]:
        """See the port."""
        now = _us(at)
        with self._writing(synced=not (begin and self._start)):
            applied = [self._change(change, now) for change in changes]
            ours = False
            if begin:
                ours = bool(
                    self._db.execute(
                        "UPDATE notices SET state = 'sending', attempts = attempts + 1,"
                        " first_us = coalesce(first_us, ?), last_us = ?"
                        f" WHERE notice = ? AND worker = ? AND {_TRIABLE}",
                        (now, now, begin, worker),
                    ).rowcount
                )
        return (*applied, ours)

    def release(self, worker: str) -> None:
        """See the port."""
        with self._writing():
            self._let_go(worker)
            self._db.execute(
                f"UPDATE notices SET worker = '', lease_us = 0 WHERE worker = ? AND {_TRIABLE}",
                (worker,),
            )

    def sweep(self, *, at: datetime) -> Mapping[str, int]:
        """See the port."""
        workers = [
            row[0]
            for row in self._db.execute(
                "SELECT DISTINCT worker FROM notices WHERE worker <> ''"
            )
        ]
        gone = [worker for worker in workers if not self._alive(worker)]
        uncertain = freed = 0
        for worker in gone:
            with self._writing():
                states, why = self._doubtful(worker)
                cut = self._db.execute(
                    "SELECT notice, state FROM notices WHERE worker = ?", (worker,)
                ).fetchall()
                for notice in (notice for notice, state in cut if state in states):
                    change = Change(
                        notice=notice, was=states, state=State.UNCERTAIN, evidence=why
                    )
                    uncertain += self._change(change, _us(at))
                self._let_go(worker)
                freed += self._db.execute(
                    "UPDATE notices SET worker = '', lease_us = 0 WHERE worker = ?", (worker,)
                ).rowcount
            (self._folder / worker).unlink(missing_ok=True)
        return {"uncertain": uncertain, "freed": freed, "workers": len(gone)}

    def rows(self, campaign: str = "") -> list[Held]:
        """See the port."""
        where = "WHERE campaign = ?" if campaign else ""
        found = self._db.execute(
            f"SELECT {_COLUMNS} FROM notices {where} ORDER BY seq",
            (campaign,) if campaign else (),
        )
        return [_held(row) for row in found]

    def events(self, notice: str) -> list[Event]:
        """See the port."""
        found = self._db.execute(
            "SELECT at_us, before, after, applied, evidence, body FROM events"
            " WHERE seq = (SELECT seq FROM notices WHERE notice = ?) ORDER BY n",
            (notice,),
        )
        return [
            Event(
                at=_at(us),
                before=before,
                after=after,
                applied=bool(applied),
                evidence=evidence,
                body=body,
            )
            for us, before, after, applied, evidence, body in found
        ]

    def next_due(self, campaign: str, channel: str) -> datetime | None:
        """See the port."""
        ((us,),) = self._db.execute(
            "SELECT min(coalesce(due_us, 0)) FROM notices WHERE campaign = ? AND channel = ?"
            f" AND {_TRIABLE}",
            (campaign, channel),
        ).fetchall()
        return None if us is None else _at(us)

    def close(self) -> None:
        """See the port."""
        if self._lock < 0:
            return
        self.release(self.worker)
        (self._folder / self.worker).unlink(missing_ok=True)
        self.die()

    def die(self) -> None:
        """Let the file and the lock go as a kill does: nothing is given back."""
        if self._lock >= 0:
            self._db.close()
            os.close(self._lock)
            self._lock = -1

    def _change(self, change: Change, now: int) -> bool:
        """Log it, and apply it where it may. What may be tried again is let go at once."""
        found = self._db.execute(
            "SELECT seq, state FROM notices WHERE notice = ?", (change.notice,)
        ).fetchone()
        if found is None:
            return False
        seq, before, after = found[0], str(found[1]), change.state
        applies = before in change.was and before != after
        self._db.execute(
            "INSERT INTO events SELECT ?1, coalesce(max(n), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7"
            " FROM events WHERE seq = ?1",
            (seq, now, before, str(after), int(applies), change.evidence, change.body),
        )
        if applies:
            due = None if change.due_at is None else _us(change.due_at)
            worker = ", worker = '', lease_us = 0" if after in _AGAIN else ""
            self._db.execute(
                f"UPDATE notices SET state = ?, last_us = ?, due_us = ?{worker} WHERE seq = ?",
                (str(after), now, due, seq),
            )
        return applies

    def _let_go(self, worker: str) -> None:
        """Rows of that worker whose try has come to an end are nobody's."""
        self._db.execute(
            f"UPDATE notices SET worker = '', lease_us = 0 WHERE worker = ? AND {_ENDED}",
            (worker,),
        )

    def _prepare(self) -> None:
        """Make the tables, or bring those of an earlier version to this one."""

        def version() -> int:
            return int(self._db.execute("PRAGMA user_version").fetchone()[0])

        if version() == VERSION:
            return
        with self._writing():
            if version() == VERSION:  # another process was first
                return
            old = self._db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'events_of'")
            steps = FROM_0 if old.fetchone() else SCHEMA.split(";\n")[:-1]
            for step in steps:
                self._db.execute(step)
            self._db.execute(f"PRAGMA user_version = {VERSION}")

    def _doubtful(self, worker: str) -> tuple[tuple[State, ...], str]:
        """States in which a row of a worker that is gone may have been tried, and why."""
        start = worker.partition(".")[2]
        if start and start != self._start:
            return (State.SENDING, State.CREATED, State.TEMPORARY), "machine stopped"
        return (State.SENDING,), "worker gone"

    def _alive(self, worker: str) -> bool:
        if worker == self.worker:
            return True
        path = self._folder / worker
        if not path.exists():
            return False
        descriptor = os.open(path, os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    @contextmanager
    def _writing(self, *, synced: bool = True) -> Iterator[None]:
        if synced is not self._synced:
            self._db.execute(f"PRAGMA synchronous = {'FULL' if synced else 'NORMAL'}")
            self._synced = synced
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


def _start(boot: Path) -> str:
    """The mark of the machine's start; '' where it has none, and then every step is synced."""
    try:
        return boot.read_text(encoding="ascii").strip().replace("-", "")[:12]
    except (OSError, ValueError):
        return ""


def _held(row: tuple[object, ...]) -> Held:
    texts = [str(value) for value in row[:5]]
    first, last, due = (None if us is None else _at(us) for us in row[9:12])  # type: ignore[arg-type]
    return Held(
        notice=texts[0],
        campaign=texts[1],
        person=texts[2],
        channel=texts[3],
        message_id=texts[4],
        revision=int(str(row[5])),
        template=str(row[6]),
        state=State(str(row[7])),
        attempts=int(str(row[8])),
        first_at=first,
        last_at=last,
        due_at=due,
        worker=str(row[12]),
    )


def _us(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)


def _at(us: int) -> datetime:
    return datetime.fromtimestamp(us / 1_000_000, UTC)
