"""Why the line of an AuditEvent cannot be read: what it is not, or the part of a wrong type."""

from collections.abc import Iterable

from tocsin.trail import fhir_words as words

_PARTS = """{
  "agent":"JSON","entity":"JSON","subtype":"JSON","type":"JSON","code":"JSON","source":"JSON",
  "period":"JSON","occurredPeriod":"JSON","patient":"JSON","recorded":"JSON","outcome":"JSON"
}"""
_PARTS_OF_AGENT = '[{"who":"JSON","network":"JSON","policy":"JSON","requestor":"JSON"}]'
_PARTS_OF_ENTITY = '[{"what":"JSON","role":"JSON","type":"JSON","query":"JSON"}]'


def why_unread() -> str:
    """SQL: why a line cannot be read, NULL where it can.

    Over `line`, the `reason` that its cutter gave, its event `e`, `occurred_us`, and `suspect`,
    whether something useful is absent from it.
    """
    return f"""CASE WHEN reason IS NOT NULL THEN reason
      WHEN e IS NULL THEN CASE WHEN json_valid(line) THEN 'not a JSON object'
        ELSE 'not JSON' END
      WHEN e.resourceType IS DISTINCT FROM 'AuditEvent' THEN CASE json_type(line)
        WHEN 'OBJECT' THEN 'not an AuditEvent' ELSE 'not a JSON object' END
      WHEN occurred_us IS NULL THEN 'no instant that can be read'
      WHEN occurred_us < {words.EARLIEST_US} OR occurred_us >= {words.LATEST_US}
        THEN 'instant outside 1970-2100'
      WHEN suspect THEN {_wrong()} END"""


def _wrong() -> str:
    """The first part of a suspect line that stands there in a wrong type; NULL if none does."""
    top = {
        "agent": "[",
        "entity": "[",
        "subtype": "[",
        "type": "{",
        "code": "{",
        "source": "{",
        "period": "{",
        "occurredPeriod": "{",
        "patient": "{",
        "recorded": '"',
    }
    parts = f"from_json(line, '{_PARTS}')"
    called = {"[": "a list", "{": "an object", '"': "a text"}

    def is_wrong(part: str, opening: str) -> str:
        return f"{part} IS NOT NULL AND left({part}, 1) <> '{opening}' AND {part} <> 'null'"

    def each(of: str, shape: str, parts_of: Iterable[tuple[str, str]]) -> str:
        cases = " ".join(
            f"WHEN {is_wrong(f'x.{name}', opening)} THEN '{of}.{name} is not {called[opening]}'"
            for name, opening in parts_of
        )
        texts = f"""from_json({parts}.{of}, '["JSON"]')"""
        objects = f"from_json({parts}.{of}, '{shape}')"
        return (
            f"CASE WHEN len(list_filter({texts}, lambda x: left(x, 1) <> '{{')) > 0"
            f" THEN '{of} holds what is no object' END,"
            f" list_filter(list_transform({objects}, lambda x: CASE {cases} END),"
            " lambda w: w IS NOT NULL)[1]"
        )

    whole = " ".join(
        f"WHEN {is_wrong(f'{parts}.{name}', opening)} THEN '{name} is not {called[opening]}'"
        for name, opening in top.items()
    )
    inside = [
        each("agent", _PARTS_OF_AGENT, (("who", "{"), ("network", "{"), ("policy", "["))),
        each(
            "entity",
            _PARTS_OF_ENTITY,
            (("what", "{"), ("role", "{"), ("type", "{"), ("query", '"')),
        ),
    ]
    return f"coalesce(CASE {whole} END, {', '.join(inside)})"
