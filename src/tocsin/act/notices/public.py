"""The public communication: what is said to everybody, for whoever could not be reached.

Source: Regulation (EU) 2016/679, art. 34(3)(c).
"""

from collections.abc import Iterable
from dataclasses import replace
from html import escape

from tocsin.act.notices.plan import Recipient
from tocsin.act.notices.wording import Letterhead, Notice, Told, notice
from tocsin.core.notices import Decision, Template
from tocsin.core.vocabulary import Finding, Grade

READER = "public"

CONCERNED = (Decision.TELL, Decision.BEFORE, Decision.WAITS, Decision.UNREACHABLE)
"""Who is spoken of: all but those left out for a reason of law."""


def of_all(people: Iterable[Recipient]) -> Told | None:
    """What may be said of all persons of a campaign together; None where there is nobody.

    Each item has the surest grade that it has for anybody, those left out included, and the
    text says that persons differ. Controllers without a mandate inform theirs by themselves.
    """
    everybody = list(people)
    listed = [one for one in everybody if one.decision in CONCERNED]
    if not listed:
        return None
    order = list(Grade)
    surest: dict[str, str] = {}
    for token in (token for one in everybody for token in one.items.split("|") if token):
        item, _, grade = token.rpartition("=")
        if item not in surest or order.index(Grade(grade)) < order.index(Grade(surest[item])):
            surest[item] = grade
    return Told(
        reader=READER,
        grade=next((grade for grade in order if grade in {one.grade for one in listed}), ""),
        items="|".join(f"{item}={grade}" for item, grade in sorted(surest.items())),
        controllers=tuple(sorted({name for one in listed for name in one.controllers})),
        first_on=min((one.first_on for one in listed if one.first_on), default=""),
        last_on=max((one.last_on for one in listed if one.last_on), default=""),
    )


def public(template: Template, head: Letterhead, told: Told) -> Notice:
    """The communication in the words of a template.

    What the scope found reached, of whomever, is not among what shows no sign of it.
    """
    reached = {name for name, found in head.findings.items() if found == Finding.REACHED}
    words = template.words.get("categories", {})
    kept = {name: said for name, said in words.items() if name not in reached}
    quiet = replace(template, words={**template.words, "categories": kept})
    return notice(quiet, head, told)


def as_page(shown: Notice) -> str:
    """The communication as a page that stands alone: no script, no link, nothing fetched."""
    language = "en" if shown.language == "en" else "fr"
    lines = [
        "<!doctype html>",
        f'<html lang="{language}">',
        '<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(shown.subject)}</title>",
        "<style>body{font:1.1em/1.5 sans-serif;max-width:42em;margin:2em auto;padding:0 1em}"
        "</style></head>",
        f"<body><main><h1>{escape(shown.subject)}</h1>",
    ]
    for passage in shown.passages:
        lines.append(f"<section><h2>{escape(passage.title)}</h2>")
        for block in passage.blocks:
            if block.text:
                lines.append(f"<p>{escape(block.text)}</p>")
            if block.points:
                points = "".join(f"<li>{escape(point)}</li>" for point in block.points)
                lines.append(f"<ul>{points}</ul>")
        lines.append("</section>")
    lines.append(f"<p>{escape(shown.closing)}</p></main></body></html>")
    return "\n".join(lines) + "\n"
