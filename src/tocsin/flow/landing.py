"""One trail file into its landing unit: evidence, rows, unreadable lines, facts, counts.

1. A file whose stamp (size, times, inode) is that of the last time is the same file.
2. A text that begins like a known one of the source is compared with it before it is decoded:
   the same text is the same file, a longer one is its continuation.
3. The text is read once: hashed, copied to the evidence, cut into lines, decoded in batches.
4. The decoded batches become rows, sorted by account and instant, and are published with the
   counts as one folder; `unit.json` comes last, and a folder without it is done again.
"""

import hashlib
from collections.abc import Sequence

import msgspec

from tocsin.core.ports import HEAD_BYTES, Delivered, Delivery, Found
from tocsin.core.tables import ACCESS, ACCOUNT_NAMES, PERSONS, QUARANTINE
from tocsin.flow.decoding import DECODED_FILES, Decoding
from tocsin.flow.units import Before, Landing, Unit
from tocsin.flow.world import World, bind_directory, rows_of
from tocsin.trail import file_facts, rows
from tocsin.trail.decoded import DECODED
from tocsin.trail.file_facts import FileFacts


def bind_names(world: World) -> None:
    """Bind what rows are resolved by: the accounts' names, and the records' INS."""
    bind_directory(world, (ACCOUNT_NAMES, PERSONS), why="accounts and INS in trails")
    world.engine.run(rows.ins_names())
    world.engine.drop(PERSONS.name)


def land(landing: Landing, found: Found) -> tuple[Unit, Delivered]:
    """Read a file and publish its landing unit, or the entry of one that is known.

    Returns:
        The unit, and what is known of the file delivered.
    """
    delivery = landing.files.deliver(found)
    try:
        head = delivery.head()
        begins_alike = [u for u in landing.units if _begins(u, head)]
        if begins_alike:
            delivery.abandon()
            return _land_known(landing, found, begins_alike)
        return _land_new(landing, found, delivery, Before())
    finally:
        delivery.abandon()


def _begins(unit: Unit, head: bytes) -> bool:
    if unit.length_bytes == 0:
        return not head
    return hashlib.sha256(head[: unit.head_bytes]).hexdigest() == unit.head


def _land_known(
    landing: Landing, found: Found, alike: Sequence[Unit]
) -> tuple[Unit, Delivered]:
    """A file that may be a known one, or go on where one ended."""
    facts, edges = landing.files.prefixes(found, [u.length_bytes for u in alike])
    same = next((u for u in landing.units if u.digest == facts.digest), None)
    again = same or next((u for u in alike if u.content == facts.content), None)
    if again is not None:
        if same is None:
            delivery = landing.files.deliver(found)
            for _ in delivery.chunks():
                pass
            delivery.keep()
        return _entry(landing, found, again, facts), facts
    before = Before()
    for unit in sorted(alike, key=lambda u: u.length_bytes):
        digest, after = edges.get(unit.length_bytes, ("", b""))
        if digest == unit.content and unit.length_bytes:
            before = _continued(
                unit, at_edge=unit.whole or after[:1] == b"\n" or after == b"\r\n"
            )
    return _land_new(landing, found, landing.files.deliver(found), before)


def _continued(unit: Unit, *, at_edge: bool) -> Before:
    if at_edge or not unit.lines:
        return Before(position=unit.last_position, lines=unit.lines)
    return Before(
        position=unit.last_position - 1,
        lines=unit.lines - 1,
        superseded=(unit.digest, unit.last_position),
    )


def _entry(landing: Landing, found: Found, same: Unit, facts: Delivered) -> Unit:
    """The ledger's entry of a known file under another name or another compression."""
    known = next(
        (u for u in landing.units if u.digest == facts.digest and u.file == found.name), None
    )
    if known is not None:
        return known
    name = hashlib.sha256(found.name.encode()).hexdigest()[:16]
    unit = msgspec.structs.replace(
        same,
        n=len(landing.units),
        file=found.name,
        digest=facts.digest,
        known=same.lines,
        quarantined=0,
        rows=0,
        requests=0,
        superseded=None,
        carried=False,
        facts=None,
    )
    _commit(landing, unit, f"{facts.digest}.{name}")
    return unit


def _commit(landing: Landing, unit: Unit, place: str) -> None:
    landing.world.case.write_json(
        f"{landing.place(place)}/unit.json", msgspec.to_builtins(unit)
    )
    landing.units.append(unit)


def _land_new(
    landing: Landing, found: Found, delivery: Delivery, before: Before
) -> tuple[Unit, Delivered]:
    case = landing.world.case
    folder = case.aside_folder("unit")
    try:
        landing.directory_bound()
        head = delivery.head()
        decoding = Decoding(landing, found, before, folder)
        parts = decoding.run(delivery)
        delivered = delivery.keep()
        unit = _rows(landing, found, delivered, (before, decoding, parts, head, folder))
        for part in parts:
            case.discard(part)
        place = landing.place(delivered.digest)
        case.withdraw(place)
        case.publish(folder, place)
        _commit(landing, unit, delivered.digest)
    finally:
        delivery.abandon()
        case.discard(folder)
    return unit, delivered


def _rows(
    landing: Landing,
    found: Found,
    delivered: Delivered,
    made: tuple[Before, Decoding, Sequence[str], bytes, str],
) -> Unit:
    """From decoded rows to the files of the unit, in its folder aside."""
    before, decoding, parts, head, folder = made
    engine, source = landing.world.engine, landing.source
    engine.bind_files(DECODED, parts, name=DECODED_FILES)
    last = decoding.last_position + (1 if delivered.whole else 0)
    broken = (last, delivered.broken, decoding.last_head) if delivered.broken else None
    engine.run(rows.whole(broken))
    engine.run(rows.counts())
    found_rows = engine.fetch(rows.COUNTS.name).to_pylist()[0]
    count = {name: value or 0 for name, value in found_rows.items()}
    engine.run(rows.placed(source, landing.world.estate.services))
    engine.run(rows.rows(source, delivered.digest, with_ins=_bind_ins(landing)))
    written = engine.write("rows", ACCESS, f"{folder}/access.parquet")
    if count["requests"]:
        engine.run(rows.requests(delivered.digest))
        engine.write("requests", rows.REQUESTS, f"{folder}/requests.parquet")
    if count["quarantined"]:
        engine.run(rows.unread(source, delivered.digest))
        order = ("position", "part")
        engine.write("unread", QUARANTINE, f"{folder}/quarantine.parquet", order=order)
    engine.drop("rows", "requests", "unread", "placed", "decoded", DECODED_FILES)
    engine.drop(rows.COUNTS.name, rows.INS_FOUND.name, rows.INS_DIGESTS.name)
    facts = decoding.facts
    if delivered.broken:
        facts = file_facts.joined(
            facts,
            FileFacts(
                source=source.id, file=found.name, first_us=None, last_us=None, truncated=True
            ),
        )
    length = min(len(head), HEAD_BYTES)
    return Unit(
        n=len(landing.units),
        file=found.name,
        digest=delivered.digest,
        content=delivered.content,
        length_bytes=delivered.length_bytes,
        whole=delivered.whole,
        head=hashlib.sha256(head[:length]).hexdigest(),
        head_bytes=length,
        lines=count["lines"] + before.lines,
        quarantined=count["quarantined"],
        known=before.lines,
        last_position=max(decoding.last_position, last if broken else 0),
        requests=count["requests"],
        rows=written,
        superseded=before.superseded,
        carried=decoding.carried,
        facts=facts,
    )


def _bind_ins(landing: Landing) -> bool:
    """Bind the digests of the INS that no record has; whether the file names any INS."""
    engine = landing.world.engine
    engine.run(rows.ins_found())
    found = engine.fetch(rows.INS_FOUND.name).to_pylist()
    unknown = [row["ins"] for row in found if not row["known"]]
    keyed = [(ins, f"ins:{landing.keyed(ins)}") for ins in unknown]
    engine.bind_arrow(rows.INS_DIGESTS, rows_of(rows.INS_DIGESTS, keyed))
    return bool(found)
