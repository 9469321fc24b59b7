"""Recomputes a case, or an archive elsewhere, and says of each claim whether it holds.

An archive is gone through in this order, and stops where going on would read what nobody
vouches for:
1. The archive: it has the one spelling of a bundle, to its last byte.
2. The manifest: it lists exactly the files that are there, with their digests.
3. The root and the signature: the seal is for that manifest, signed by the key it names.
4. The signer: that key is the one given. Without one: NOT_CHECKED.
5. The time-stamp, where there is one.
6. The rules: those of this Tocsin are those that the bundle was made with.
7. The case: every claim of tocsin.flow.verify, recomputed in a folder that is wiped.
"""

import base64
import binascii
import importlib.metadata
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tocsin.act.seal import contents, journal
from tocsin.adapters import archive, signing
from tocsin.adapters.case_folder import CaseFolder, SystemClock
from tocsin.adapters.duckdb_engine import ENGINE_ERRORS, DuckdbEngine
from tocsin.adapters.estate_toml import read_estate
from tocsin.adapters.keyring import pseudonym
from tocsin.adapters.rebuilt_case import (
    BorrowedVault,
    OpenedVault,
    RebuiltCase,
    RebuiltTrails,
    files_below,
    fingerprint,
    start,
)
from tocsin.adapters.shipped import producers
from tocsin.adapters.terminal import TerminalProgress
from tocsin.adapters.timestamps import TimestampAuthority
from tocsin.adapters.vault import AgeVault
from tocsin.adapters.xml_pool import XmlPool
from tocsin.core.errors import InputError, TocsinError
from tocsin.core.records import Says
from tocsin.core.seal import (
    Claim,
    Finding,
    Member,
    Seal,
    claim,
    members_of,
    root_of,
    seal_of,
    unchecked,
    verdict,
)
from tocsin.flow.publication import slug
from tocsin.flow.verify import Again, Stated, claims
from tocsin.flow.world import World
from tocsin.settings import settings
from tocsin.wiring.sealing import rules
from tocsin.wiring.world import Document, open_world

WITHOUT_BYTES = "rests on raw trails and directory, which are not in this bundle"
WITHOUT_KEY = "rests on the directory, whose key is not on this machine"
NOT_VOUCHED = "not looked at: the seal does not hold"

FOREIGN = (TocsinError, *ENGINE_ERRORS, ValueError, TypeError, LookupError, OSError)
"""What foreign content can make a recomputation raise."""


def verify(path: Path, *, key: str = "") -> Document:
    """Recompute a case or a bundle; the contract's `verify` document."""
    if key and not key.startswith("ed25519:"):
        raise InputError(
            Says("--key n'est pas une clé publique", "--key is not a public key"),
            next_step=Says(
                "Donnez-la telle que `tocsin key new` ou `tocsin bundle` l'a "
                "affichée : ed25519:…",
                "Give it as `tocsin key new` or `tocsin bundle` printed it: ed25519:…",
            ),
            where=key[:80],
        )
    listed = _live(path, key) if path.is_dir() else _archived(path, key)
    return verdict(listed)


def _live(root: Path, key: str) -> list[Claim]:
    """A case that is open for work."""
    with open_world(root, write=True) as (world, case):
        made = [_signer(key, _own_key(case))]
        vault = BorrowedVault(AgeVault(case, case.keyring))
        present = case.keyring.present()
        if present:
            names = list(AgeVault(case, case.keyring).names())
            case.note("vault_opened", {"tables": names, "why": contents.CUSTODY_WHY[1]})
        stated = Stated(
            case=case,
            lines=case.journal(),
            fingerprint=fingerprint,
            evidence=case.listed("evidence"),
            directory=vault.digests() if present else {},
            why_not="" if present else WITHOUT_KEY,
        )
        keyed = case.keyring.pseudonym_key() if present else ""
        again = Path(case.aside_folder("again"))
        with _again(world, stated, (again, vault, keyed)) as ports:
            made += _recomputed(stated, ports)
        case.note("verified", {"result": str(verdict(made)["result"])})
        return made


def _own_key(case: CaseFolder) -> str:
    listed = [line for line in case.journal() if '"event":"opened"' in line]
    found = journal.facts_of(journal.entries(listed[:1]), "opened")
    return str(found.get("signing_key", ""))


def _signer(key: str, found: str) -> Claim:
    if not key:
        return unchecked("signer", f"sealed by {found}; give --key to trust one", expected="")
    return claim("signer", key, found)


def _archived(path: Path, key: str) -> list[Claim]:
    """A bundle, elsewhere."""
    file = archive.BundleFile(path)
    try:
        made, seal = _sealed(file, key)
        if seal is None or any(c.result is Finding.FAIL for c in made):
            return [*made, unchecked("case", NOT_VOUCHED)]
        with _scratch(path) as folder:
            stated_at = folder / "stated"
            stated_at.mkdir(mode=0o700)
            unpacked = file.unpack(str(stated_at))
            made.append(claim("archive.unpacked", seal.root, root_of(unpacked)))
            if made[-1].result is Finding.PASS:
                made += _unpacked(seal, stated_at, folder)
        return made
    finally:
        file.close()


def _sealed(file: archive.BundleFile, key: str) -> tuple[list[Claim], Seal | None]:
    """Claims 1 to 6, and the seal where there is one."""
    members, listed, sealed, wrong = file.look()
    made = [
        claim("archive", "canonical to its last byte", wrong or "canonical to its last byte")
    ]
    if wrong:
        return made, None
    said = members_of(listed)
    made.append(_manifest(said, members))
    seal = seal_of(sealed)
    if said is None or seal is None:
        made.append(claim("seal", "a seal", "not a seal" if seal is None else "no manifest"))
        return made, None
    made.append(claim("root", [seal.root, seal.size], [root_of(said), len(said)]))
    signed = signing.verifies_bytes(seal.key, _bytes_of(seal.signature), seal.signed())
    made.append(claim("signature", seal.key, seal.key if signed else "another signature"))
    made += [_signer(key, seal.key), _timestamp(seal), _rules(seal)]
    return made, seal


def _manifest(said: Sequence[Member] | None, found: Sequence[Member]) -> Claim:
    if said is None:
        return claim("manifest", "a manifest", "not a manifest")
    for one, other in zip(said, found, strict=False):
        if one != other:
            return claim("manifest", one.line, other.line)
    return claim("manifest", f"{len(said)} files", f"{len(found)} files")


def _bytes_of(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except (ValueError, TypeError):
        return b""


def _timestamp(seal: Seal) -> Claim:
    if not seal.timestamp:
        return unchecked("timestamp", "no time-stamping authority was configured")
    try:
        reply = base64.b64decode(seal.timestamp, validate=True)
    except (binascii.Error, TypeError):
        return claim("timestamp", "base64", "not base64")
    result, said = TimestampAuthority().check(_bytes_of(seal.root), reply)
    return Claim(claim="timestamp", result=result, expected=seal.root, found=said)


def _rules(seal: Seal) -> Claim:
    here = importlib.metadata.version("tocsin")
    if (seal.tool, dict(seal.rules)) == (here, dict(rules())):
        return claim("rules", here, here)
    why = f"this is Tocsin {here} with other rules: a difference below may come from them"
    return unchecked("rules", why, expected=seal.tool)


def _unpacked(seal: Seal, stated_at: Path, folder: Path) -> list[Claim]:
    try:
        case = CaseFolder(stated_at, clock=SystemClock(), write=False)
        if str(case.facts["id"]) != seal.case:
            return [claim("case", seal.case, str(case.facts["id"]))]
        vault = OpenedVault(stated_at / contents.DIRECTORY)
        key_file = stated_at / contents.PSEUDONYM_KEY
        keyed = key_file.read_text() if seal.identities else ""
        stated = Stated(
            case=case,
            lines=case.journal(),
            fingerprint=fingerprint,
            evidence=case.listed("evidence"),
            directory=vault.digests() if seal.identities else {},
            why_not="" if seal.identities else WITHOUT_BYTES,
        )
    except FOREIGN as error:
        return [_cannot(error)]
    again = folder / "again"
    again.mkdir(mode=0o700)
    chosen, progress, clock = settings(), TerminalProgress(), SystemClock()
    engine = DuckdbEngine(folder / "spill", memory=chosen.memory, threads=chosen.threads)
    try:
        estate = read_estate(case.estate_text(), file="estate.toml")
        world = World(
            case=case,
            engine=engine,
            estate=estate,
            clock=clock,
            progress=progress,
            producers=producers(),
        )
        with _again(world, stated, (again, vault, keyed)) as ports:
            return list(_recomputed(stated, ports))
    except FOREIGN as error:
        return [_cannot(error)]
    finally:
        progress.close()
        engine.close()


@contextmanager
def _again(
    world: World,
    stated: Stated,
    where: tuple[Path, OpenedVault | BorrowedVault, str],
) -> Iterator[Again]:
    """The second case, with the ports of an ingest."""
    folder, vault, key = where
    source = Path(stated.case.where(""))
    start(source, folder, contents.started_from(files_below(source)))
    case = RebuiltCase(folder, clock=world.clock, vault=vault)
    # Each source's one pattern is its id: its files are those that came, in their order.
    estate = replace(
        world.estate,
        sources=tuple(replace(s, files=(s.id,)) for s in world.estate.sources),
    )
    delivered = {s.id: _delivered(stated, s.id) for s in world.estate.sources}
    try:
        with XmlPool() as workers:
            yield Again(
                world=replace(world, case=case, estate=estate),
                files=RebuiltTrails(source / "evidence", case, delivered),
                workers=workers,
                keyed=lambda value: pseudonym(key, value),
            )
    finally:
        case.close()


def _delivered(stated: Stated, source: str) -> Sequence[tuple[str, str, str]]:
    """The files of a source in the order in which they came, then those that were refused."""
    said = stated.case.read_json(f"trail/published/{slug(source)}.json")
    if not isinstance(said, dict):
        return ()
    units = [(str(file), str(digest), "") for digest, file in said.get("units", ())]
    return [
        *units,
        *((str(r["file"]), "", str(r["reason"])) for r in said.get("refused", ())),
    ]


def _recomputed(stated: Stated, again: Again) -> Iterator[Claim]:
    """The claims; content that cannot be worked on fails where it stands."""
    try:
        yield from claims(stated, again)
    except FOREIGN as error:
        yield _cannot(error)


def _cannot(error: BaseException) -> Claim:
    said = str(error).split("\n", 1)[0][:200]
    return Claim(
        claim="recomputation",
        result=Finding.FAIL,
        expected="a case that can be recomputed",
        found=f"{type(error).__name__}: {said}",
    )


@contextmanager
def _scratch(path: Path) -> Iterator[Path]:
    """A folder beside the bundle, on the same volume, wiped whatever happens."""
    beside = path.resolve().parent
    where = beside if os.access(beside, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix=".tocsin-verify-", dir=where))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
