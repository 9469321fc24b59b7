"""Blocks that filings share: when, what, who, how many, how grave, what was done."""

from functools import cache

from tocsin.act.documents import words
from tocsin.act.documents.facts import Known
from tocsin.act.documents.fields import Block, Field, known, unknown
from tocsin.act.report.sentences import instant, listed, plain, say
from tocsin.core.incident import OPERATOR, EventKind, Recorded
from tocsin.core.items import item_words
from tocsin.core.records import Says

NATURE_SOURCE = "detect/sessions.parquet"


@cache
def text(fr: str, en: str) -> Says:
    """A label or a fixed sentence."""
    return say(fr, en)


def journal(record: Recorded) -> str:
    """The source of what the journal holds."""
    return f"journal.ndjson #{record.n}"


def instant_field(
    id_: str, label: Says, record: Recorded | None, facts: Known, why: Says | None = None
) -> Field:
    """A field with the instant of a record, and its reason if it says one."""
    if record is None:
        return unknown(id_, label, why or words.NOT_RECORDED)
    said = instant(record.at, facts.zone)
    values = (said, plain(record.why)) if record.why else (said,)
    return known(id_, label, values, journal(record), code=record.at.isoformat())


def when(facts: Known, controller: str) -> Block:
    """The instants kept apart: first act, detection, awareness, told by the processor."""
    fields = [_start(facts), _end(facts), *_discovery(facts)]
    fields.append(
        instant_field(
            "time.operator_aware",
            text("Connaissance par l'opérateur", "Operator aware"),
            facts.first(EventKind.AWARE),
            facts,
        )
    )
    if controller != OPERATOR:
        fields += [
            instant_field(
                "time.told_by_processor",
                text("Responsable prévenu par le sous-traitant", "Controller told"),
                facts.first(EventKind.TOLD_CONTROLLER, controller),
                facts,
            ),
            instant_field(
                "time.controller_aware",
                text("Connaissance par le responsable", "Controller aware"),
                facts.first(EventKind.AWARE, controller),
                facts,
            ),
        ]
    return Block(title=text("Quand", "When"), fields=tuple(fields))


def _start(facts: Known) -> Field:
    label = text("Début de la violation", "Start of the breach")
    record = facts.first(EventKind.FIRST_ACT, None)
    if record:
        return instant_field("time.start", label, record, facts)
    if facts.attack:
        return known(
            "time.start",
            label,
            say("{at} (supposé)", "{at} (supposed)", at=_at(facts, "first")),
            NATURE_SOURCE,
            code=facts.attack.first_at.isoformat(),
            figure=True,
        )
    return unknown("time.start", label, words.NOT_DETECTED)


def _end(facts: Known) -> Field:
    label = text("Dernier acte illégitime connu", "Last known illegitimate act")
    if not facts.attack:
        return unknown("time.end", label, words.NOT_DETECTED)
    return known(
        "time.end",
        label,
        say("{at} (supposé)", "{at} (supposed)", at=_at(facts, "last")),
        NATURE_SOURCE,
        code=facts.attack.last_at.isoformat(),
        figure=True,
    )


def _at(facts: Known, which: str) -> Says:
    attack = facts.attack
    if attack is None:
        return words.NOT_DETECTED
    return instant(attack.first_at if which == "first" else attack.last_at, facts.zone)


def _discovery(facts: Known) -> tuple[Field, Field]:
    alerts = facts.history.alerts
    detected = facts.first(EventKind.DETECTED, None)
    circumstances = text("Circonstances de la découverte", "How it was discovered")
    how = (
        known(
            "time.discovery",
            circumstances,
            tuple(
                say("{at} : {text}", "{at}: {text}", at=instant(a.at, facts.zone), text=a.text)
                for a in alerts
            ),
            "journal.ndjson, case.toml: alerts",
        )
        if alerts
        else unknown("time.discovery", circumstances, words.NOT_RECORDED)
    )
    found = instant_field("time.detected", text("Détection", "Detection"), detected, facts)
    return found, how


def what(facts: Known, controller: str) -> Block:
    """Nature, origin, cause; categories of data reached or not to be excluded."""
    kinds = _persons_kinds(facts)
    fields = [_nature(facts), *_origin(facts), *data(facts, controller), kinds]
    return Block(
        title=text("Nature de la violation", "Nature of the breach"), fields=tuple(fields)
    )


def _nature(facts: Known) -> Field:
    label = text("Nature", "Nature")
    if not facts.attack:
        return unknown("nature", label, words.NOT_DETECTED, figure=True)
    codes = ["confidentiality"]
    if facts.attack.writes:
        codes.append("integrity")
    return known(
        "nature",
        label,
        tuple(words.NATURES[c] for c in codes),
        NATURE_SOURCE,
        code=codes,
        figure=True,
    )


def _origin(facts: Known) -> tuple[Field, Field]:
    origin, cause = text("Origine", "Origin"), text("Cause", "Cause")
    if not facts.attack:
        return (
            unknown("origin", origin, words.NOT_DETECTED, figure=True),
            unknown("cause", cause, words.NOT_DETECTED, figure=True),
        )
    return (
        known(
            "origin",
            origin,
            words.ORIGIN_HACKING,
            NATURE_SOURCE,
            code="hacking_malware_phishing",
            figure=True,
        ),
        known(
            "cause",
            cause,
            words.CAUSE_EXTERNAL,
            NATURE_SOURCE,
            code="external_malicious",
            figure=True,
        ),
    )


def data(facts: Known, controller: str) -> tuple[Field, Field, Field]:
    """Categories reached, those that cannot be excluded, those shown not to be reached."""
    labels = {
        "reached": text("Données atteintes", "Data reached"),
        "cannot_be_excluded": text(
            "Données dont l'atteinte ne peut être exclue", "Data that cannot be excluded"
        ),
        "not_reached": text("Données non atteintes (établi)", "Data not reached (proved)"),
    }
    return tuple(  # type: ignore[return-value]
        _category(facts, controller, finding, label) for finding, label in labels.items()
    )


def _category(facts: Known, controller: str, finding: str, label: Says) -> Field:
    id_ = f"data.{finding}"
    if not facts.scoped or not facts.attack:
        return unknown(id_, label, words.NOT_SCOPED, figure=True)
    names = [
        s.category
        for s in facts.scoped.statements
        if s.category in words.DATA
        and facts.finding(s.category, s.finding, controller) == finding
    ]
    found = [words.DATA[n] for n in names]
    if not found:
        none = text("aucune", "none")
        return known(id_, label, none, facts.place, code=[], figure=True)
    values = tuple(
        say("{c} : {items}", "{c}: {items}", c=said, items=_items(facts, controller, name))
        if finding == "reached"
        else said
        for name, (_, said) in zip(names, found, strict=True)
    )
    codes = list(dict.fromkeys(code for code, _ in found))
    return known(id_, label, values, facts.place, code=codes, figure=True)


def _items(facts: Known, controller: str, category: str) -> Says:
    items = facts.items(controller)
    names = [n for n, p in items.items() if n.startswith(f"{category}.") and p[0]]
    return listed(item_words(name) for name in names)


def _persons_kinds(facts: Known) -> Field:
    label = text("Catégories de personnes", "Kinds of persons")
    if not facts.scoped or not facts.attack:
        return unknown("persons.kinds", label, words.NOT_SCOPED, figure=True)
    minors = _counted(facts, "minors") or 0
    values = [text("patients, usagers", "patients, users")]
    codes = ["patients"]
    if minors:
        values.append(say("mineurs : {n} au plus", "minors: {n} at most", n=minors))
        codes.append("minors")
    return known("persons.kinds", label, tuple(values), facts.place, code=codes, figure=True)


def numbers(facts: Known, controller: str) -> Block:
    """Approximate numbers of persons and of records, with their bounds."""
    persons = facts.persons(controller)
    label = text("Nombre approximatif de personnes", "Approximate number of persons")
    graded = text("Selon le degré de preuve", "By grade of proof")
    if persons is None or not facts.attack:
        why = words.NOT_SCOPED if persons is None else words.NOT_DETECTED
        fields = [
            unknown("persons.number", label, why, figure=True),
            unknown("persons.grades", graded, why, figure=True),
        ]
    else:
        fields = [
            known(
                "persons.number",
                label,
                say(
                    "au moins {low}, au plus {high}",
                    "at least {low}, at most {high}",
                    low=persons.at_least,
                    high=persons.at_most,
                ),
                f"{facts.place} persons",
                code={"at_least": persons.at_least, "at_most": persons.at_most},
                figure=True,
            ),
            known(
                "persons.grades",
                graded,
                say(
                    "{c} de façon certaine, {p} avec les recherches rejouées, {m} avec les "
                    "possibles",
                    "{c} for certain, {p} with the searches replayed, {m} with the possible",
                    c=persons.certain,
                    p=persons.probable,
                    m=persons.possible,
                ),
                f"{facts.place} persons",
                code={
                    "certain": persons.certain,
                    "probable": persons.probable,
                    "possible": persons.possible,
                },
                figure=True,
            ),
        ]
    fields.append(_records(facts, controller))
    return Block(title=text("Combien", "How many"), fields=tuple(fields))


def _records(facts: Known, controller: str) -> Field:
    label = text("Nombre approximatif d'enregistrements", "Approximate number of records")
    records = _counted(facts, "records")
    if records is None or controller != OPERATOR:
        why = text(
            "non compté par responsable : voir le nombre de personnes",
            "not counted by controller: see the number of persons",
        )
        return unknown("records.number", label, why, figure=True)
    return known(
        "records.number",
        label,
        say("{n} au plus", "{n} at most", n=records),
        f"{facts.place} counts",
        code=records,
        figure=True,
    )


def _counted(facts: Known, kind: str) -> int | None:
    """Persons or records of a kind, with the possible ones; None where it is not counted."""
    counts = facts.scoped.counts if facts.scoped else None
    grades = counts.get("grades") if isinstance(counts, dict) else None
    possible = grades.get("possible") if isinstance(grades, dict) else None
    value = possible.get(kind) if isinstance(possible, dict) else None
    return value if isinstance(value, int) else None
