"""The sections on the trail: the funnel from lines to persons, the coverage, the ledger."""

from tocsin.act.report.findings import Findings, Interval
from tocsin.act.report.page import (
    EMPTY,
    ROWS_SHOWN,
    Cell,
    Grid,
    Row,
    Trace,
    code,
    count,
    head,
    marked,
    more,
    text,
)
from tocsin.act.report.pictures import Picture, funnel
from tocsin.act.report.sentences import NOTHING, duration, french, instant, said, say
from tocsin.act.report.words import STATES, WHY_BLIND, WRONG, word
from tocsin.core.records import Says

# From lines to persons -------------------------------------------------------------------


def funnel_stages(found: Findings) -> tuple[tuple[Says, int, str, Trace], ...]:
    """Each stage: name, count, mark, and how its rows are found again."""
    return (*_stages_of_lines(found), _stage_of_acts(found), *_stages_of_persons(found))


def _stages_of_lines(found: Findings) -> tuple[tuple[Says, int, str, Trace], ...]:
    ledger, trail = "trail/ledger.parquet", "trail/access/*.parquet"
    on_data = (
        f"SELECT count(*) FROM '{trail}' WHERE account <> '' AND operation <> '' "
        "AND part = 0 AND kind IN ('search', 'list', 'open', 'export', 'write')"
    )
    return (
        (
            say("lignes lues", "lines read"),
            sum(f.lines for f in found.ledger),
            "lines",
            Trace(table=ledger, query=f"SELECT sum(lines) FROM '{ledger}'"),
        ),
        (
            say("lignes acceptées", "lines accepted"),
            sum(f.accepted for f in found.ledger),
            "lines",
            Trace(table=ledger, query=f"SELECT sum(accepted) FROM '{ledger}'"),
        ),
        (
            say("lignes d'acte sur des données", "lines that act on data"),
            found.lines_on_data,
            "lines",
            Trace(table=trail, query=on_data),
        ),
    )


def _stage_of_acts(found: Findings) -> tuple[Says, int, str, Trace]:
    table = "detect/acts.parquet"
    return (
        say("actes usurpés", "acts usurped"),
        sum(n for (kind, _), n in found.acts.items() if kind == "usurped"),
        "usurped",
        Trace(
            table=table,
            query=f"SELECT * FROM '{table}' WHERE attribution = 'usurped'",
            ids=found.act_places,
        ),
    )


def _stages_of_persons(found: Findings) -> tuple[tuple[Says, int, str, Trace], ...]:
    if not found.scoped:
        return ()
    table = "scope/reach.parquet"
    names = {
        "certain": say("personnes certaines", "persons, certain"),
        "probable": say("certaines ou probables", "certain or probable"),
        "possible": say("certaines, probables ou possibles", "certain, probable or possible"),
    }
    grades = tuple(names)
    stages = []
    for n, grade in enumerate(grades, start=1):
        among = ", ".join(f"'{g}'" for g in grades[:n])
        trace = Trace(
            table=table,
            query=f"SELECT DISTINCT person FROM '{table}' WHERE grade IN ({among})",
            ids=found.people.get(grade, ()),
            adds=n > 1,
        )
        stages.append((names[grade], getattr(found.scoped.persons, grade), grade, trace))
    return tuple(stages)


def funnel_picture(found: Findings) -> Picture:
    """The stages as bars."""
    return funnel(
        [(says, n, mark) for says, n, mark, _ in funnel_stages(found)],
        (
            say("Des lignes lues aux personnes", "From lines read to persons"),
            say(
                "Barres sur une échelle logarithmique ; le tableau qui suit donne les mêmes "
                "valeurs.",
                "Bars on a logarithmic scale; the table below gives the same values.",
            ),
        ),
    )


def funnel_grid(found: Findings) -> Grid:
    """The stages as rows, each figure with its lines."""
    return Grid(
        anchor="table-funnel",
        caption=say(
            "Des lignes aux personnes, et comment retrouver chaque chiffre",
            "From lines to persons, and how each figure is found again",
        ),
        head=head(
            ("Étape", "Stage", "text"),
            ("Nombre", "Number", "number"),
            ("Retrouver les lignes", "Find the lines", "trace"),
        ),
        rows=tuple(
            Row(cells=(marked(says, mark), count(n), Cell(says=NOTHING, trace=trace)))
            for says, n, mark, trace in funnel_stages(found)
        ),
    )


# Coverage ---------------------------------------------------------------------------------


def gap_grid(found: Findings) -> Grid:
    """One row per blind interval."""
    gaps = sorted(found.gaps, key=lambda g: (g.start_at, g.source))
    return Grid(
        anchor="table-gaps",
        caption=say("Intervalles aveugles", "Blind intervals"),
        head=head(
            ("Source", "Source", "code"),
            ("État", "State", "mark"),
            ("Début", "Start", "text"),
            ("Fin", "End", "text"),
            ("Durée", "Length", "text"),
            ("Pourquoi", "Why", "text"),
        ),
        rows=tuple(
            Row(
                cells=(
                    code(g.source),
                    marked(word(STATES, g.state), g.state),
                    text(instant(g.start_at, found.zone)),
                    text(instant(g.end_at, found.zone)),
                    text(duration((g.end_at - g.start_at).total_seconds())),
                    text(_why_blind(g)),
                )
            )
            for g in gaps[:ROWS_SHOWN]
        ),
        note=(*more(len(gaps) - ROWS_SHOWN, "trail/coverage.parquet"), *_by_nature(found)),
    )


def _by_nature(found: Findings) -> tuple[Says, ...]:
    """What producers do not show even where there is no gap; alike notes once."""
    notes = found.scoped.blindness if found.scoped else ()
    sources: dict[tuple[str, str], list[str]] = {}
    told = {}
    for note in notes:
        key = (note.name, said(note.says).en)
        sources.setdefault(key, []).append(note.source)
        told[key] = note
    return tuple(
        say(
            "{sources} ({name}, état des connaissances au {day}) : {says} {effect}",
            "{sources} ({name}, as known on {day}): {says} {effect}",
            sources=", ".join(dict.fromkeys(sources[key])),
            name=note.name,
            day=note.as_of,
            says=said(note.says),
            effect=said(note.effect),
        )
        for key, note in told.items()
    )


def ledger_grid(found: Findings) -> Grid:
    """One row per file: lines = accepted + quarantined + repeated."""
    rows = tuple(
        Row(
            cells=(
                code(f.file),
                code(f.source),
                count(f.lines),
                count(f.accepted),
                count(f.quarantined),
                count(f.repeated),
                code(f.digest[:12]),
            )
        )
        for f in found.ledger[:ROWS_SHOWN]
    )
    sums = [
        sum(getattr(f, name) for f in found.ledger)
        for name in ("lines", "accepted", "quarantined", "repeated")
    ]
    check = _reconciled(*sums)
    return Grid(
        anchor="table-ledger",
        caption=say(
            "Registre des fichiers : lignes = acceptées + quarantaine + répétées",
            "Ledger of the files: lines = accepted + quarantined + repeated",
        ),
        head=head(
            ("Fichier", "File", "code"),
            ("Source", "Source", "code"),
            ("Lignes", "Lines", "number"),
            ("Acceptées", "Accepted", "number"),
            ("Quarantaine", "Quarantined", "number"),
            ("Répétées", "Repeated", "number"),
            ("SHA-256", "SHA-256", "code"),
        ),
        rows=rows,
        note=(check, *more(len(found.ledger) - ROWS_SHOWN, "trail/ledger.parquet")),
        total=Row(
            cells=(text(say("Ensemble", "All")), EMPTY, *(count(n) for n in sums), EMPTY)
        ),
    )


def _reconciled(lines: int, accepted: int, quarantined: int, repeated: int) -> Says:
    return say(
        "{lines} = {accepted} + {quarantined} + {repeated} : {verdict}.",
        "{lines} = {accepted} + {quarantined} + {repeated}: {verdict}.",
        lines=lines,
        accepted=accepted,
        quarantined=quarantined,
        repeated=repeated,
        verdict=say("le compte est juste", "it reconciles")
        if lines == accepted + quarantined + repeated
        else say("LE COMPTE NE TOMBE PAS JUSTE", "IT DOES NOT RECONCILE"),
    )


def quarantine_grid(found: Findings) -> Grid:
    """One row per source and reason."""
    return Grid(
        anchor="table-quarantine",
        caption=say("Lignes en quarantaine, par raison", "Quarantined lines, by reason"),
        head=head(
            ("Source", "Source", "code"),
            ("Raison", "Reason", "text"),
            ("Lignes", "Lines", "number"),
            ("Exemple (empreinte:position)", "Example (digest:position)", "code"),
        ),
        rows=tuple(
            Row(
                cells=(
                    code(q.source),
                    text(word(WRONG, q.reason)),
                    count(q.lines),
                    code(f"{q.digest[:12]}:{q.position}"),
                )
            )
            for q in found.quarantine[:ROWS_SHOWN]
        ),
        note=more(len(found.quarantine) - ROWS_SHOWN, "trail/quarantine.parquet"),
    )


def unmatched_grid(found: Findings) -> Grid:
    """One row per source: lines that act, of an operation that the catalogue does not know."""
    sources = found.ingested.sources if found.ingested else ()
    return Grid(
        anchor="table-unmatched",
        caption=say(
            "Lignes dont le catalogue ne connaît pas l'opération",
            "Lines whose operation the catalogue does not know",
        ),
        head=head(("Source", "Source", "code"), ("Lignes", "Lines", "number")),
        rows=tuple(
            Row(cells=(code(s.source), count(s.unmatched))) for s in sources if s.unmatched
        ),
    )


def _why_blind(gap: Interval) -> Says:
    """The reason that ingest wrote, which is French; the state's own words in English."""
    general = word(WHY_BLIND, gap.state)
    return Says(french(gap.why), general.en) if gap.why else general
