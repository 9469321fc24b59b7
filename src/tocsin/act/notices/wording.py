"""From a template and what is decided of a person to the notice that they read.

A notice names items, never their values. Its only personal datum is the name of the person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from string import Formatter

from tocsin.core.items import ITEM_WORDS, item_words
from tocsin.core.notices import Part, Reader, Template
from tocsin.core.vocabulary import CATEGORIES, Finding, Grade

PLAIN_MEDICAL = frozenset(
    {
        *("diagnosis", "document", "documents", "image", "imaging", "record", "reason"),
        *("request", "appointment", "prescription", "treatment", "comment", "note"),
        *("summary", "stay", "result", "allergy"),
    }
)
"""Medical items whose name tells nothing of the person; any other is called medical data."""

MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre "
    "décembre",
    "en": "January February March April May June July August September October November "
    "December",
}

SLOTS = frozenset(
    {
        *("person", "operator", "sender", "controllers", "when", "of_person", "code"),
        "when_fr",  # inside a French sentence, whatever the language: a complaint is in French
        *("phone", "site", "reach", "promise", "first", "last", "date"),
    }
)
"""What a template may name in a sentence. No slot holds a datum of the person but the name."""

PERSON_MARK, CODE_MARK = "\x01", "\x02"
"""Stand for the name and the code in a text that many persons share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What all notices of a campaign share; frozen in the plan that is approved.

    Args:
        controllers: name by id.
        dpos: what reaches the data protection officer, by controller; '' is the operator's.
        findings: finding of the scope by category.
        measures: key of the template's measures, with its ISO date ('' = none).
        said: further measures, as a human wrote them, by language.
    """

    operator: str
    sender: str
    phone: str
    site: str
    controllers: Mapping[str, str]
    dpos: Mapping[str, str]
    findings: Mapping[str, str]
    measures: tuple[tuple[str, str], ...] = (("traces", ""),)
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one notice says of one person, without the name."""

    reader: str
    grade: str
    items: str  # item=grade, parted by bars
    controllers: tuple[str, ...]
    first_on: str
    last_on: str
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a list of points."""

    text: str = ""
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A titled part of a notice."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice, before it takes the shape of a channel."""

    language: str
    subject: str
    greeting: str
    passages: tuple[Passage, ...]
    closing: str
    sms: str


def notice(template: Template, head: Letterhead, told: Told) -> Notice:
    """The notice of everybody of whom the same is said; name and code stand as marks."""
    spoken = "en" if template.language == "en" else "fr"
    lists = _lists(template, head, told, spoken)
    flags = _flags(head, told, lists)
    slots = _slots(template, head, told, spoken)
    passages = []
    for section in template.sections:
        blocks = tuple(
            block
            for part in section.parts
            if not part.when or flags.get(part.when, False)
            if (block := _block(part, lists, slots)).text or block.points
        )
        if blocks:
            passages.append(Passage(id=section.id, title=section.title, blocks=blocks))
    return Notice(
        language=template.language,
        subject=_filled(template.subject, slots),
        greeting=_filled(template.greeting, slots),
        passages=tuple(passages),
        closing=_filled(template.words.get("case", {}).get("closing", "{sender}"), slots),
        sms=_filled(template.sms, slots),
    )


def personal(text: str, *, person: str, code: str) -> str:
    """A shared text, made one person's."""
    return text.replace(PERSON_MARK, person).replace(CODE_MARK, code)


def as_text(shown: Notice) -> str:
    """The notice as the plain text of a mail: no mark-up, no link, paragraphs on one line."""
    lines = [shown.greeting, ""]
    for passage in shown.passages:
        if passage.id == "complaint_form":
            lines += [shown.closing, "", ""]
        lines += [passage.title, "-" * len(passage.title)]
        listing = False
        for block in passage.blocks:
            if block.points:
                lines += [*(f"- {point}" for point in block.points), ""]
            else:
                lines += [block.text, ""]
            listing = bool(block.points)
        if listing and lines[-1]:
            lines.append("")
    ends = shown.passages[-1].id == "complaint_form"
    return "\n".join(lines if ends else [*lines, shown.closing, ""])


def day(iso: str, language: str) -> str:
    """An ISO day as it is read aloud."""
    found = date.fromisoformat(iso)
    month = MONTHS[language].split()[found.month - 1]
    number = "1er" if language == "fr" and found.day == 1 else str(found.day)
    return f"{number} {month} {found.year}"


def person_name(row: Mapping[str, str]) -> str:
    """The name by which the person is written to: first given name, used name else birth name.

    Control characters and the marks of shared texts cannot stand in it.
    """
    first = (row.get("first_names") or "").split()
    names = [*first[:1], row.get("used_name") or row.get("birth_name") or ""]
    clean = ("".join(c for c in name if c.isprintable()).strip() for name in names)
    return " ".join(part for part in clean if part)[:120]


def _block(part: Part, lists: Mapping[str, tuple[str, ...]], slots: Mapping[str, str]) -> Block:
    if part.list:
        return Block(points=lists.get(part.list, ()))
    return Block(text=_filled(part.text, slots))


def _filled(text: str, slots: Mapping[str, str]) -> str:
    return text.format_map(slots) if "{" in text else text


def slots_of(text: str) -> frozenset[str]:
    """The slots that a sentence of a template names.

    Raises:
        ValueError: its braces do not match.
    """
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def _slots(template: Template, head: Letterhead, told: Told, spoken: str) -> Mapping[str, str]:
    words = template.words.get("case", {})
    of_person = words.get("own" if told.reader == Reader.PERSON else "other", "")
    names = [head.controllers.get(one) or one for one in told.controllers]
    return {
        "person": PERSON_MARK,
        "code": CODE_MARK,
        "operator": head.operator,
        "sender": head.sender,
        "phone": head.phone,
        "site": head.site,
        "reach": head.phone or head.site,
        "controllers": ", ".join(names) or head.operator,
        "of_person": of_person.format(person=PERSON_MARK) if of_person else "",
        "promise": template.words.get("promise", {}).get("text", ""),
        "when": _when(words, told, spoken),
        "when_fr": _when(words, told, "fr", "_fr"),
    }


def _when(words: Mapping[str, str], told: Told, spoken: str, kind: str = "") -> str:
    if not told.first_on:
        return words.get(f"unknown{kind}", "")
    first, last = day(told.first_on, spoken), day(told.last_on or told.first_on, spoken)
    chosen = words.get(f"on{kind}" if first == last else f"between{kind}", "")
    return chosen.format(first=first, last=last)


def _flags(
    head: Letterhead, told: Told, lists: Mapping[str, tuple[str, ...]]
) -> Mapping[str, bool]:
    return {
        **{name: bool(points) for name, points in lists.items()},
        "all_touched": not lists["not_reached"] and not lists["no_sign"],
        **{str(grade): told.grade == grade for grade in Grade},
        "own": told.reader == Reader.PERSON,
        "other": told.reader != Reader.PERSON,
        "parent": told.reader == Reader.PARENT,
        "guardian": told.reader == Reader.GUARDIAN,
        "replaces": told.replaces,
        "has_phone": bool(head.phone),
        "has_site": bool(head.site),
    }


def _lists(
    template: Template, head: Letterhead, told: Told, spoken: str
) -> Mapping[str, tuple[str, ...]]:
    graded = [tuple(token.rpartition("=")[::2]) for token in told.items.split("|") if token]
    by_grade: dict[str, list[str]] = {str(grade): [] for grade in Grade}
    for item, grade in graded:
        by_grade.setdefault(grade, []).append(_item(item, template, spoken))
    seen: set[str] = set()
    items: dict[str, tuple[str, ...]] = {}
    for grade in Grade:
        fresh = [name for name in dict.fromkeys(by_grade[grade]) if name not in seen]
        seen |= set(fresh)
        items[f"items_{grade}"] = tuple(fresh)
    touched = {item.partition(".")[0] for item, _ in graded}
    names = {item for item, _ in graded}
    return {
        **items,
        **_negatives(template, head, touched),
        "consequences": _chosen(template, "consequences", _risks(touched, names)),
        "advice": _chosen(template, "advice", _advice(touched, names)),
        "measures": _measures(template, head, spoken),
        "dpo": _dpos(head, told.controllers),
    }


def _item(item: str, template: Template, spoken: str) -> str:
    category, _, name = item.partition(".")
    general = template.words.get("items", {})
    if category == "implied" and "implied" in general:
        return general["implied"]
    if category == "medical" and name not in PLAIN_MEDICAL:
        return general.get("medical") or item_words("medical").in_language(spoken)
    if category == "free_text" and name not in ITEM_WORDS:
        return template.words.get("categories", {}).get("free_text", name)
    if name in general:
        return general[name]
    return item_words(item).in_language(spoken)


def _negatives(
    template: Template, head: Letterhead, touched: set[str]
) -> Mapping[str, tuple[str, ...]]:
    """Categories of which nothing of this person was or may have been reached.

    Only a category that the scope proves not reached is said not to be; one that was reached
    for others, or that cannot be excluded, is said to show no sign.
    """
    words = template.words.get("categories", {})
    proved: list[str] = []
    no_sign: list[str] = []
    for category in CATEGORIES:
        if category in touched or category not in words:
            continue
        proves = head.findings.get(category) == Finding.NOT_REACHED
        (proved if proves else no_sign).append(words[category])
    return {"not_reached": tuple(proved), "no_sign": tuple(no_sign)}


def _risks(touched: set[str], names: set[str]) -> list[str]:
    has = {name.rpartition(".")[2] for name in names if name.startswith("contact.")}
    risks = ["phishing"]
    risks += ["phone"] if any("phone" in name for name in has) else []
    risks += ["mail"] if any("mail" in name for name in has) else []
    risks += ["address"] if has & {"address", "postal_code", "city"} else []
    for category, key in (
        ("identity", "identity"),
        ("identifier", "identifier"),
        ("financial", "financial"),
        ("credential", "credential"),
    ):
        risks += [key] if category in touched else []
    return [*risks, *(["health"] if touched & {"medical", "implied", "free_text"} else [])]


def _advice(touched: set[str], names: set[str]) -> list[str]:
    advice = ["suspicious", "hang_up", "never"]
    advice += ["sms"] if any(name.startswith("contact.") for name in names) else []
    advice += ["account"] if "identifier" in touched else []
    advice += ["bank"] if "financial" in touched else []
    advice += ["password"] if "credential" in touched else []
    return [*advice, "victim"]


def _chosen(template: Template, name: str, keys: Sequence[str]) -> tuple[str, ...]:
    words = template.words.get(name, {})
    return tuple(words[key] for key in keys if key in words)


def _measures(template: Template, head: Letterhead, spoken: str) -> tuple[str, ...]:
    words = template.words.get("measures", {})
    known = [
        words[key].format(date=day(on, spoken) if on else "")
        for key, on in head.measures
        if key in words
    ]
    return (*known, *head.said.get(spoken, ()))


def _dpos(head: Letterhead, controllers: Sequence[str]) -> tuple[str, ...]:
    """The officers of the controllers in whose name the notice speaks, else the operator's."""
    listed = [
        f"{head.controllers.get(one) or one} : {head.dpos[one]}"
        for one in controllers
        if head.dpos.get(one)
    ]
    own = [f"{head.operator} : {head.dpos['']}"] if head.dpos.get("") else []
    return tuple(dict.fromkeys([*listed[:4], *own]))


def with_items(told: Told, items: str) -> Told:
    """The same, with other items: how samples for checks are made."""
    return replace(told, items=items)
