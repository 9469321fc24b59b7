"""Mapped CSV: `columns` of the source says which of its columns is which of ours.

    time;login;screen;patient                                       (the header)
    2025-10-10 13:55:36;a.martin;Fiche patient;p-12                 (one record)

The header is no line of the trail: it stands in no ledger count. The delimiter (`,` `;` tab or
`|`) is guessed from it. A record that quotes a line feed may run over several lines: its place
is the line where it starts, blank lines inside it are lost. It is joined only if that gives a
whole record and no line within is one by itself; else each of its lines is quarantined.

Cells are kept as they are (a formula stays text; whoever writes a table out must defuse it).
Instants are ISO 8601, with a zone or in the source's.

Source: RFC 4180 (quotes); ISO 8601.
"""

from dataclasses import dataclass

from tocsin.core.errors import InputError
from tocsin.core.records import Says, Source
from tocsin.core.tables import Step
from tocsin.trail.instants import with_instant
from tocsin.trail.reading import NO_INSTANT, decoded_step

CANONICAL = (
    "occurred_at",
    "account",
    "session",
    "address",
    "client",
    "operation",
    "action",
    "outcome",
    "person",
    "query",
    "result_count",
    "purpose",
    "event_id",
)
"""What `columns` may map (contract, section 1)."""

DELIMITERS = (",", ";", "\t", "|")

LONGEST_RECORD = 50
"""Physical lines that one record may run over; a lost quote must not swallow a file."""

_TO = {"account": "actor"}
_WORDS = {
    "ok": ("ok", "success", "successful", "succeeded", "succes", "réussi", "0", "200", "true"),
    "refused": ("refused", "denied", "forbidden", "refus", "refusé", "401", "403"),
    "failed": ("failed", "failure", "fail", "error", "échec", "echec", "erreur", "500", "404"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a file's header parts its records: the delimiter, and the columns in order."""

    delimiter: str
    names: tuple[str, ...]

    def at(self, name: str) -> int:
        """The place of a column, from 1; 0 if the header has none."""
        return self.names.index(name) + 1 if name in self.names else 0


def layout(header: str) -> Layout:
    """What the first line of a CSV file says."""
    text = header.lstrip("\ufeff").rstrip("\r\n")
    bare, inside = [], False
    for character in text:
        inside ^= character == '"'
        bare.append("" if inside else character)
    outside = "".join(bare)
    delimiter = max(DELIMITERS, key=outside.count)
    return Layout(delimiter=delimiter, names=_cells(text, delimiter))


def _cells(text: str, delimiter: str) -> tuple[str, ...]:
    cells, cell, inside = [], "", False
    for character in text:
        inside ^= character == '"'
        if character == delimiter and not inside:
            cells.append(cell)
            cell = ""
        else:
            cell += character
    cells.append(cell)
    return tuple(c.strip().strip('"').replace('""', '"').strip() for c in cells)


def steps(
    source: Source, *, header: str, header_position: int = 1, file: str = ""
) -> tuple[Step, ...]:
    """CSV records to decoded rows.

    Reads:  lines (the header may stand among them: its position is passed over)
    Fills:  decoded, one row per record

    Args:
        source: with `columns`.
        header: the first line of the file.
        header_position: its number.
        file: the file's name, for errors.

    Raises:
        InputError: `occurred_at` is not mapped, or a mapped column is not in the header.
    """
    form = layout(header)
    _check(source, form, file)
    at = {name: form.at(column) for name, column in source.columns.items()}
    columns = {
        _TO.get(name, name): _cell(at[name])
        for name in at
        if name not in {"occurred_at", "outcome", "result_count", "event_id"}
    }
    columns |= {"occurred_us": "occurred_us", "outcome": _outcome(at)}
    if "event_id" in at:
        columns["event_id"] = f"nullif({_cell(at['event_id'])}, '')"
    if "result_count" in at:
        columns["result_count"] = f"TRY_CAST({_cell(at['result_count'])} AS BIGINT)"
    key = _service_key(source, form)
    if key:
        columns["service_key"] = _cell(key)
    return (
        decoded_step(
            _apart(form, at["occurred_at"], source.timezone, header_position),
            reads=("lines",),
            columns=columns,
            reason=f"coalesce(reason, CASE WHEN NOT whole THEN"
            f" 'not a record of {len(form.names)} fields' END, {NO_INSTANT})",
        ),
    )


def _check(source: Source, form: Layout, file: str) -> None:
    where = file or source.id
    if "occurred_at" not in source.columns:
        raise InputError(
            Says(
                f"la source {source.id} n'attribue aucune colonne à occurred_at",
                f"the source {source.id} maps no column to occurred_at",
            ),
            next_step=Says(
                "Ajoutez occurred_at aux `columns` de la source dans estate.toml.",
                "Add occurred_at to `columns` of the source in estate.toml.",
            ),
            where=where,
        )
    for name, column in source.columns.items():
        if name not in CANONICAL:
            raise InputError(
                Says(
                    f"la source {source.id} attribue {name}, qui n'est pas une "
                    "colonne de traces",
                    f"the source {source.id} maps {name}, which is no column of a trail",
                ),
                next_step=Says(
                    f"Prenez l'une de : {', '.join(CANONICAL)}.",
                    f"Use one of: {', '.join(CANONICAL)}.",
                ),
                where=where,
            )
        if not form.at(column):
            raise InputError(
                Says(
                    f"la colonne {column} (pour {name}) n'est pas dans l'en-tête",
                    f"the column {column} (for {name}) is not in the header",
                ),
                next_step=Says(
                    "Corrigez `columns` de la source, ou l'en-tête du fichier.",
                    "Correct `columns` of the source, or the file's header.",
                ),
                where=where,
            )


def _service_key(source: Source, form: Layout) -> int:
    if source.service_by is None:
        return 0
    field = source.service_by.field
    return form.at(source.columns.get(field, field))


def _outcome(at: dict[str, int]) -> str:
    if "outcome" not in at:
        return "'ok'"
    word = f"lower(trim({_cell(at['outcome'])}))"
    cases = " ".join(f"WHEN {word} IN {words} THEN '{said}'" for said, words in _WORDS.items())
    number = f"TRY_CAST({word} AS INTEGER)"
    return (
        f"CASE {cases} WHEN {number} BETWEEN 200 AND 299 OR {number} = 304 THEN 'ok'"
        f" WHEN {number} BETWEEN 400 AND 599 THEN 'failed' ELSE 'unknown' END"
    )


def _cell(place: int) -> str:
    """SQL: the cell at that place, without its quotes."""
    raw = f"cells[{place}]"
    inner = f"substr({raw}, 2)"
    return (
        f"(CASE WHEN NOT quoted THEN {raw} WHEN starts_with({inner}, '\"')"
        f" THEN replace(substr({raw}, 3, length({raw}) - 3), '\"\"', '\"') ELSE {inner} END)"
    )


def _parsed(form: Layout, relation: str, instant: int, zone: str) -> str:
    """SQL: a relation of (position, line, …) with its cells, whether whole, and its instant."""
    mark = "chr(9)" if form.delimiter == "\t" else f"'{form.delimiter}'"
    escaped = {"|": r"\|", "\t": r"\t"}.get(form.delimiter, form.delimiter)
    other = form.delimiter if form.delimiter != "\t" else r"\t"
    pattern = f'{escaped}(?:"(?:[^"]|"")*"|[^{other}"][^{other}]*|)'
    cells = f"""(
        SELECT *, coalesce(len(cells) = {len(form.names)} AND (NOT quoted
            OR length(array_to_string(cells, '')) = length(text) + 1), false) AS whole
        FROM (
          SELECT *, contains(text, '"') AS quoted,
            CASE WHEN contains(text, '"') THEN regexp_extract_all({mark} || text, '{pattern}')
              ELSE string_split(text, {mark}) END AS cells
          FROM (SELECT *, rtrim(line, chr(13)) AS text FROM {relation}) AS trimmed
        ) AS split
      ) AS celled"""
    return with_instant(cells, text=f"trim({_cell(instant)})", zone=zone)


def _apart(form: Layout, instant: int, zone: str, header_position: int) -> str:
    """SQL: the records, those that run over several lines joined."""
    quotes = """(length(line) - length(replace(line, '"', '')))"""
    return f"""
      WITH body AS (
        SELECT position, line, reason, head FROM lines WHERE position <> {header_position}
      ), odd AS (
        SELECT position AS opens, lead(position) OVER (ORDER BY position) AS closes,
          row_number() OVER (ORDER BY position) AS n
        FROM body WHERE {quotes} % 2 = 1
      ), spans AS (
        SELECT odd.opens AS position, odd.closes, odd.n, body.position AS place,
          body.line, body.reason
        FROM odd JOIN body ON body.position BETWEEN odd.opens AND odd.closes
        WHERE odd.closes - odd.opens < {LONGEST_RECORD}
      ), within AS (
        SELECT DISTINCT opens
        FROM ({
        _parsed(
            form,
            "(SELECT position AS opens, place AS position, line FROM spans"
            " WHERE place > spans.position AND place < closes)",
            instant,
            "UTC",
        )
    }) AS inner_lines
        WHERE whole AND occurred_us IS NOT NULL
      ), joined AS (
        SELECT position, closes, n, string_agg(line, chr(10) ORDER BY place) AS line
        FROM spans
        GROUP BY position, closes, n
        HAVING count(reason) = 0 AND count(line) = count(*)
      ), sound AS (
        SELECT position, closes, line,
          row_number() OVER (PARTITION BY run ORDER BY n) % 2 = 1 AS taken
        FROM (
          SELECT position, closes, line, n, n - row_number() OVER (ORDER BY n) AS run
          FROM ({_parsed(form, "joined", instant, "UTC")}) AS tried
          WHERE whole AND occurred_us IS NOT NULL
            AND position NOT IN (SELECT opens FROM within)
        ) AS numbered
      ), records AS (
        SELECT body.position, coalesce(sound.line, body.line) AS line, reason, head
        FROM body LEFT JOIN sound ON sound.taken AND sound.position = body.position
        WHERE body.position NOT IN (
          SELECT spans.place FROM spans JOIN sound ON sound.position = spans.position
          WHERE sound.taken AND spans.place > spans.position
        )
      )
      {_parsed(form, "records", instant, zone)}"""
