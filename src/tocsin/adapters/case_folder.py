"""The case on disk: published by rename, readable at every instant, one writer at a time."""

import fcntl
import getpass
import json
import os
import secrets
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tocsin.adapters.keyring import Keyring
from tocsin.adapters.vault import AgeVault
from tocsin.core.audit_events import AUDIT, OPENED, openings
from tocsin.core.causes import cause
from tocsin.core.errors import InputError, OutsideError
from tocsin.core.evidence import GENESIS, Entry, digest_of
from tocsin.core.ports import Clock, Vault
from tocsin.core.records import Says
from tocsin.core.tables import (
    ACCESS,
    ACTS,
    COVERAGE,
    GROUNDS,
    LEDGER,
    PEOPLE,
    QUARANTINE,
    REACH,
    SESSIONS,
    STATEMENTS,
    Table,
)

FORMAT = 1
"""Format of the case folder (contract, section 2)."""

PLACES: Mapping[Table, str] = {
    ACCESS: "trail/access",
    QUARANTINE: "trail/quarantine.parquet",
    LEDGER: "trail/ledger.parquet",
    COVERAGE: "trail/coverage.parquet",
    SESSIONS: "detect/sessions.parquet",
    ACTS: "detect/acts.parquet",
    PEOPLE: "scope/people.parquet",
    REACH: "scope/reach.parquet",
    STATEMENTS: "scope/statements.parquet",
    GROUNDS: "scope/grounds.parquet",
}
"""Where each published table lives; a folder means one or more Parquet files."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


class CaseFolder:
    """One case. Opened for writing it holds a lock until it is closed."""

    def __init__(self, root: Path, *, clock: Clock, write: bool) -> None:
        self.root = root
        self._clock = clock
        self._lock: int | None = None
        self.facts = self._read_facts()
        self.keyring = Keyring(str(self.facts["id"]))
        if write:
            self._take_lock()
            self.wipe_work()

    # What the ports ask --------------------------------------------------------------------

    @property
    def vault(self) -> Vault:
        """The encrypted directory image."""
        return AgeVault(self, self.keyring)

    def estate_text(self) -> str:
        """The estate.toml kept at `open`, as text."""
        kept = self.root / "evidence" / str(self.facts["estate_sha256"])
        return kept.read_text(encoding="utf-8")

    def files(self, shape: Table) -> tuple[str, ...]:
        """See the port."""
        place = self.root / PLACES[shape]
        if place.is_dir():
            return tuple(str(file) for file in sorted(place.glob("*.parquet")))
        return (str(place),) if place.exists() else ()

    def aside(self, name: str) -> str:
        """See the port."""
        folder = self.root / "work"
        folder.mkdir(mode=0o700, exist_ok=True)
        return str(folder / f"{secrets.token_hex(6)}-{Path(name).name}")

    def aside_folder(self, name: str) -> str:
        """See the port."""
        folder = Path(self.aside(name))
        folder.mkdir(mode=0o700)
        return str(folder)

    def discard(self, staged: str) -> None:
        """See the port."""
        place = Path(staged)
        if not place.is_relative_to(self.root / "work"):
            raise ValueError(staged)
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)

    def share(self, name: str, as_name: str) -> None:
        """See the port: a hard link, made aside and renamed."""
        linked = Path(self.aside(Path(as_name).name))
        linked.hardlink_to(self.root / name)
        target = self.root / as_name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        linked.replace(target)
        # Two names of one file: rename leaves the first name where it is.
        linked.unlink(missing_ok=True)
        _sync(target.parent)

    def publish(self, staged: str, name: str) -> None:
        """See the port. A folder written aside is published whole, if it is not there yet."""
        target = self.root / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        source = Path(staged)
        _protect(source)
        for file in [source] if source.is_file() else sorted(source.rglob("*")):
            _sync(file)
        source.replace(target)
        _sync(target.parent)

    def withdraw(self, name: str) -> None:
        """See the port."""
        target = self.root / name
        if target.is_dir():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)

    def listed(self, folder: str) -> tuple[str, ...]:
        """See the port."""
        place = self.root / folder
        return tuple(sorted(entry.name for entry in place.iterdir())) if place.is_dir() else ()

    def where(self, name: str) -> str:
        """See the port."""
        return str(self.root / name)

    def read_json(self, name: str) -> object | None:
        """See the port."""
        place = self.root / name
        if not place.exists():
            return None
        value: object = json.loads(place.read_text(encoding="utf-8"))
        return value

    def write_json(self, name: str, value: object) -> None:
        """See the port."""
        self.write_text(name, json.dumps(value, ensure_ascii=False, indent=1))

    def note(self, event: str, facts: Mapping[str, object], *, by: str = "") -> None:
        """See the port. A reader that opens the vault notes it too: one appends at a time.

        An opening of the vault also says which user of the machine asked for it, and the case's
        audit events follow from the journal.
        """
        if event == OPENED:
            facts = {**facts, "system_user": _system_user()}
        descriptor = os.open(self.root / "journal.ndjson", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            lines = self.journal()
            entry = Entry(
                n=len(lines),
                at=self._clock.now(),
                event=event,
                by=by,
                facts=facts,
                previous=digest_of(lines[-1]) if lines else GENESIS,
            )
            # A line that a kill cut short was never an entry: it gives way to this one.
            size = sum(len(line.encode()) + 1 for line in lines)
            os.ftruncate(descriptor, size)
            os.lseek(descriptor, size, os.SEEK_SET)
            os.write(descriptor, (entry.line() + "\n").encode())
            os.fsync(descriptor)
            if event == OPENED:
                self._export_openings([*lines, entry.line()])
        finally:
            os.close(descriptor)

    # What the doors ask --------------------------------------------------------------------

    def journal(self) -> list[str]:
        """The journal's whole lines, in order."""
        path = self.root / "journal.ndjson"
        if not path.exists():
            return []
        return path.read_text(encoding="utf-8").split("\n")[:-1]

    def write_text(self, name: str, text: str) -> None:
        """Write a document of the case aside, then publish it."""
        self.write_bytes(name, text.encode())

    def write_bytes(self, name: str, content: bytes) -> None:
        """See the port."""
        staged = self.aside(name)
        Path(staged).write_bytes(content)
        self.publish(staged, name)

    def keep_evidence(self, content: bytes) -> str:
        """Keep bytes under their SHA-256; return it. Known bytes are left as they are."""
        digest = digest_of(content)
        if not (self.root / "evidence" / digest).exists():
            staged = self.aside(digest)
            Path(staged).write_bytes(content)
            self.publish(staged, f"evidence/{digest}")
        return digest

    def wipe_work(self) -> None:
        """Remove what a killed command left in the work folder, spilled rows included."""
        shutil.rmtree(self.root / "work", ignore_errors=True)

    def close(self) -> None:
        """Let the lock go and wipe the work folder."""
        if self._lock is not None:
            self.wipe_work()
            os.close(self._lock)
            self._lock = None

    def _export_openings(self, lines: Sequence[str]) -> None:
        """Write the openings that the journal tells as audit events, whole each time."""
        target = self.root / AUDIT
        target.parent.mkdir(mode=0o700, exist_ok=True)
        told = openings(lines, case=str(self.facts["id"]))
        _write_new(target, "".join(f"{line}\n" for line in told))

    def _take_lock(self) -> None:
        descriptor = os.open(self.root / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise OutsideError(
                Says(
                    "une autre commande écrit dans ce dossier",
                    "another command is writing this case",
                ),
                next_step=Says(
                    "Attendez qu'elle se termine, puis relancez la même commande.",
                    "Wait until it ends, then run the same command again.",
                ),
                where=str(self.root),
            ) from error
        self._lock = descriptor

    def _read_facts(self) -> Mapping[str, object]:
        path = self.root / "case.toml"
        try:
            facts = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise InputError(
                Says("ce chemin n'est pas un dossier d'affaire", "this folder is not a case"),
                next_step=Says(
                    "Ouvrez-en un : tocsin open CASE --estate ESTATE.toml",
                    "Open one with: tocsin open CASE --estate ESTATE.toml",
                ),
                where=str(self.root),
            ) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InputError(
                Says("case.toml ne peut pas être lu", "case.toml cannot be read"),
                next_step=Says(
                    "Remettez le case.toml que `tocsin open` a écrit.",
                    "Put back the case.toml that `open` wrote.",
                ),
                where=str(path),
            ) from error
        if facts.get("format") != FORMAT:
            raise InputError(
                Says(
                    f"le dossier a le format {facts.get('format')}, ce Tocsin lit le "
                    f"format {FORMAT}",
                    f"the case has format {facts.get('format')}, this Tocsin reads {FORMAT}",
                ),
                next_step=Says(
                    "Prenez la version de Tocsin qui a écrit le dossier, ou une plus récente.",
                    "Use the version of Tocsin that wrote the case, or a newer one.",
                ),
                where=str(path),
            )
        return facts


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return str(os.getuid())


def begin(root: Path, estate_text: str, facts: Mapping[str, str]) -> None:
    """Make the folder of a new case: evidence of the estate, then case.toml last.

    Args:
        root: the case's folder; it may be there if it is empty or its opening was cut short.
        estate_text: the estate.toml, kept by its digest.
        facts: text values of case.toml; `id` and `opened_at` among them.

    Raises:
        InputError: the folder holds something else already.
    """
    if root.exists() and any(
        e.name not in {"evidence", "work", "vault"} for e in root.iterdir()
    ):
        raise InputError(
            Says("le dossier n'est pas vide", "the folder is not empty"),
            next_step=Says(
                "Nommez un nouveau dossier pour l'affaire.", "Name a new folder for the case."
            ),
            where=str(root),
        )
    try:
        for name in ("", "evidence", "vault", "work"):
            (root / name).mkdir(mode=0o700, parents=True, exist_ok=True)
            (root / name).chmod(0o700)
    except OSError as error:
        raise InputError(
            Says(
                f"le dossier de l'affaire ne peut pas être créé : {cause(error).fr}",
                f"the folder of the case cannot be made: {cause(error).en}",
            ),
            next_step=Says(
                "Nommez un nouveau dossier, là où vous pouvez écrire.",
                "Name a new folder where you may write.",
            ),
            where=str(root),
        ) from error
    digest = digest_of(estate_text)
    _write_new(root / "evidence" / digest, estate_text)
    lines = [f"format = {FORMAT}"]
    said = {**facts, "estate_sha256": digest}
    lines += [
        # DEL is the one sign that JSON leaves as it is and TOML refuses.
        f"{name} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
        for name, value in said.items()
    ]
    _write_new(root / "case.toml", "\n".join(lines) + "\n")


def _write_new(target: Path, text: str) -> None:
    aside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    aside.write_text(text, encoding="utf-8")
    aside.chmod(0o600)
    _sync(aside)
    aside.replace(target)
    _sync(target.parent)


def _protect(path: Path) -> None:
    if path.is_dir():
        path.chmod(0o700)
        for below in path.rglob("*"):
            below.chmod(0o700 if below.is_dir() else 0o600)
    else:
        path.chmod(0o600)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
