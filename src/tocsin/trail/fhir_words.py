"""What single values of an AuditEvent mean, as SQL: the two readers of FHIR share it.

Source: HL7 FHIR R4 and R5 AuditEvent; IHE BALP 1.1.4; contract, "Reading the trails".
"""

from collections.abc import Sequence

from tocsin.core.records import Source
from tocsin.trail.instants import EARLIEST_US, LATEST_US, wall_to_utc

__all__ = ["EARLIEST_US", "LATEST_US"]

CLIENT_OF_READ, CLIENT_OF_OTHERS = "110152", "110153"
"""DICOM roles: destination and source. Data goes to the client of a read (BALP 1.1.4)."""

_REQUEST_PATH = r"'^(?:[A-Z]{3,7}\s+)?(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#\s]*)?([^?#\s<]*)'"
_REFUSAL = r"'(?i)(refus|denied|deny|forbid|interdit|unauthori[sz]ed|not allowed|\b40[13]\b)'"


def client_code(interaction: str, action: str) -> str:
    """SQL: the DICOM role of the agent on the client's side."""
    return (
        f"CASE WHEN {interaction} IN ('read', 'vread') OR ({action} = 'R'"
        f" AND NOT starts_with(coalesce({interaction}, ''), 'search'))"
        f" THEN '{CLIENT_OF_READ}' ELSE '{CLIENT_OF_OTHERS}' END"
    )


def query(encoded: str) -> str:
    """SQL: the request that the base64 text holds; the text itself if it is no base64."""
    folded = f"replace(replace({encoded}, chr(10), ''), chr(13), '')"
    return (
        f"CASE WHEN {encoded} IS NOT NULL THEN coalesce(TRY(decode(from_base64({encoded}))),"
        f" TRY(decode(from_base64({folded}))), {encoded}) END"
    )


def method(asked: str) -> str:
    """SQL: the HTTP method of a request; '' where it has none."""
    return (
        f"CASE WHEN {asked} IS NULL THEN ''"
        rf" ELSE regexp_extract({asked}, '^([A-Z]{{3,7}})\s', 1) END"
    )


def path(asked: str) -> str:
    """SQL: the path of a request, without server and parameters."""
    return f"CASE WHEN {asked} IS NULL THEN '' ELSE {_path(asked)} END"


def _path(asked: str) -> str:
    return f"regexp_extract({asked}, {_REQUEST_PATH}, 1)"


def resource(reference: str, asked: str, patient: str) -> str:
    """SQL: the type in the data entity's reference, else in the path of the request.

    A line with neither, whose patient is given by reference, is about the patient's own record.
    """
    typed = r"'(?:^|/)([A-Z][a-z][A-Za-z]*)(?:/[^/]+(?:/_history/.*)?)?$'"
    in_path = r"'(?:^|/)([A-Z][a-z][A-Za-z]*)(?:[/?#\s]|$)'"
    return f"""CASE WHEN {reference} IS NOT NULL AND NOT starts_with({reference}, '#') THEN CASE
        WHEN contains({reference}, ':') OR contains({reference}, '/_history')
          THEN regexp_extract({reference}, {typed}, 1)
        ELSE split_part({reference}, '/', 1) END
      WHEN {asked} IS NOT NULL THEN regexp_extract({_path(asked)}, {in_path}, 1)
      WHEN contains({patient}, 'Patient/') THEN 'Patient' ELSE '' END"""


def person_id(reference: str, value: str) -> str:
    """SQL: `reference` without `Patient/`, else the identifier's value; '' for none."""
    longer = rf"regexp_extract({reference}, '^(?:.*/)?Patient/([^/?#]+)(?:/.*)?$', 1)"
    return (
        f"CASE WHEN starts_with({reference}, 'Patient/') AND NOT contains({reference},"
        f" '/_history') THEN substr({reference}, 9)"
        f" WHEN {reference} IS NULL OR starts_with({reference}, '#')"
        f" THEN coalesce({value}, {reference}, '')"
        f" WHEN contains({reference}, 'Patient/')"
        f" THEN coalesce(nullif({longer}, ''), {reference}) ELSE {reference} END"
    )


def address(said: str, kind: str) -> str:
    """SQL: a network address: of type 2, or one that reads as IPv4 or IPv6; else ''."""
    return f"""CASE WHEN {said} IS NULL THEN '' WHEN {kind} = '2'
        OR regexp_full_match({said}, '[0-9]{{1,3}}([.][0-9]{{1,3}}){{3}}')
        OR regexp_full_match({said}, '[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*(%.*)?')
      THEN {said} ELSE '' END"""


def outcome(said: str, told: str) -> str:
    """SQL: R4's code, or R5's Coding as JSON text; 8 is refused where the words say so."""

    def severe(text: str) -> str:
        return f"CASE WHEN regexp_matches({text}, {_REFUSAL}) THEN 'refused' ELSE 'failed' END"

    coded = f"({said})->>'$.code.code'"
    return f"""CASE WHEN {said} = '0' OR {said} = '4' THEN 'ok' WHEN {said} = '12' THEN 'failed'
      WHEN {said} = '8' THEN {severe(told)}
      WHEN starts_with({said}, '{{') THEN CASE {coded}
        WHEN 'success' THEN 'ok' WHEN 'information' THEN 'ok' WHEN 'warning' THEN 'ok'
        WHEN '0' THEN 'ok' WHEN '4' THEN 'ok'
        WHEN 'error' THEN {severe(said)} WHEN 'fatal' THEN {severe(said)}
        WHEN '8' THEN {severe(said)} WHEN '12' THEN 'failed' ELSE 'unknown' END
      ELSE 'unknown' END"""


def timed(relation: str, said: str, zone: str) -> str:
    """SELECT: a relation and `occurred_us`, the instant of an ISO text; NULL where it is none.

    Args:
        relation: a SELECT.
        said: SQL of the text, over the relation; without a zone it is in the source's.
        zone: IANA name of the source's zone.
    """
    zoned = "ends_with(said, 'Z') OR regexp_matches(said, 'T.*([Zz]|[+-][0-9:]+)$')"
    return f"""
      SELECT *, CASE WHEN {zoned} THEN epoch_us(TRY_CAST(said AS TIMESTAMPTZ))
          ELSE {wall_to_utc("wall_us", zone)} END AS occurred_us
      FROM (SELECT *, epoch_us(TRY_CAST(said AS TIMESTAMP)) AS wall_us
        FROM (SELECT *, {said} AS said FROM ({relation}) AS untimed) AS told) AS walled"""


def service_key(source: Source, said: Sequence[str]) -> str:
    """SQL: the value that tells the service, a key of the source's map where one is said.

    Args:
        source: with `service_by`, or none.
        said: SQL of what the field `source` may mean: its observer's names, its site.
    """
    if source.service_by is None:
        return "''"
    keys = ", ".join(quoted(key) for key in source.service_by.map)
    if source.service_by.field == "source":
        cases = " ".join(f"WHEN {value} IN ({keys}) THEN {value}" for value in said)
        return f"CASE {cases} ELSE coalesce({', '.join(said)}, '') END"
    place = "".join(
        f"[{word}]" if word.isdigit() else f'."{word}"'
        for word in source.service_by.field.split(".")
    )
    return f"coalesce(TRY(json_extract_string(line, {quoted('$' + place)})), '')"


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
