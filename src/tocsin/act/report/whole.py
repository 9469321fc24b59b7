"""The whole model of the report: findings in, everything that the page shows out."""

from collections.abc import Mapping
from dataclasses import dataclass

from tocsin.act.report import sections, sections_data, sections_trail
from tocsin.act.report.answers import answers
from tocsin.act.report.answers_limits import assumptions
from tocsin.act.report.brief import Brief, brief
from tocsin.act.report.findings import Detected, Findings
from tocsin.act.report.kin import kin_grid, kin_picture
from tocsin.act.report.method import GLOSSARY, LABELS, limits, method
from tocsin.act.report.page import Answer, Grid
from tocsin.act.report.pictures import LANES_SHOWN, Picture, strip, timeline
from tocsin.act.report.questions import Group
from tocsin.act.report.sentences import (
    day,
    instant,
    listed,
    number,
    plain,
    said,
    say,
    several,
    small,
)
from tocsin.act.report.words import (
    CONFIDENCE,
    NOT_DETECTED,
    NOT_INGESTED,
    NOT_SCOPED,
    SECTIONS,
    STATES,
    VERDICTS,
)
from tocsin.core.evidence import digest_of
from tocsin.core.records import Says

DIGEST = 12
"""Characters of a digest shown where the whole one stands in a table of the case."""

REASONS_SHOWN = 40
"""Sessions whose reasons are written out; `tocsin explain` tells the others."""

REASONS_OPEN = 3
"""Of these, how many are unfolded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The top of the report."""

    title: Says
    operator: str
    facts: tuple[tuple[Says, Says], ...]
    digests: tuple[tuple[Says, str], ...]
    mark: Says
    produced: Says


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A session with its reasons."""

    number: int
    says: Says
    session: str
    verdict: str
    word: Says
    reasons: Grid
    unfolded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Every section of the page, in order. Sentences are in two languages, ids are local."""

    sections: tuple[tuple[str, str, Says], ...]
    labels: dict[str, Says]
    confidence: dict[str, Says]
    heading: Heading
    brief: Brief
    answers: tuple[tuple[Group, tuple[Answer, ...]], ...]
    stamp: Says
    timeline: Picture | None
    sessions: Grid
    explained: tuple[Explained, ...]
    accounts: Grid
    kin_picture: Picture | None
    kin: Grid
    detection: tuple[Says, ...]
    funnel_picture: Picture | None
    funnel: Grid
    rules: Grid
    items: Grid
    operations: Grid
    statements: Grid
    controllers: Grid
    strip: Picture | None
    gaps: Grid
    ledger: Grid
    quarantine: Grid
    unmatched: Grid
    assumptions: tuple[Says, ...]
    limits: tuple[Says, ...]
    method: tuple[Says, ...]
    glossary: tuple[tuple[Says, Says], ...]
    absent: dict[str, Says]


def model(found: Findings) -> Model:
    """The page's model. Nothing is read here, nothing is escaped here."""
    return Model(
        sections=tuple((anchor, nth, title) for anchor, (nth, title) in SECTIONS.items()),
        labels=dict(LABELS),
        confidence=dict(CONFIDENCE),
        heading=_heading(found),
        brief=brief(found),
        answers=answers(found),
        stamp=_stamp(found),
        timeline=_timeline(found),
        sessions=sections.session_grid(found),
        explained=_explained(found),
        accounts=sections.account_grid(found),
        kin_picture=kin_picture(found),
        kin=kin_grid(found),
        detection=_detection(found),
        funnel_picture=sections_trail.funnel_picture(found) if found.ledger else None,
        funnel=sections_trail.funnel_grid(found),
        rules=sections_data.rule_grid(found),
        items=sections_data.item_grid(found),
        operations=sections.operation_grid(found),
        statements=sections_data.statement_grid(found),
        controllers=sections_data.controller_grid(found),
        strip=_strip(found),
        gaps=sections_trail.gap_grid(found),
        ledger=sections_trail.ledger_grid(found),
        quarantine=sections_trail.quarantine_grid(found),
        unmatched=sections_trail.unmatched_grid(found),
        assumptions=assumptions(found),
        limits=limits(found),
        method=method(found),
        glossary=GLOSSARY,
        absent=_absent(found),
    )


def _absent(found: Findings) -> dict[str, Says]:
    """What a section says in place of its tables while its stage has not run."""
    absent = {}
    if not found.coverage and not found.ledger:
        absent["coverage"] = NOT_INGESTED
        absent["persons"] = NOT_INGESTED
    if not found.detected:
        absent["timeline"] = absent["sessions"] = NOT_DETECTED
    if not found.scoped:
        absent["data"] = NOT_SCOPED
    return {
        name: say("Cette partie est vide : {why}.", "This part is empty: {why}.", why=why)
        for name, why in absent.items()
    }


def _heading(found: Findings) -> Heading:
    facts = found.facts
    digests = (
        (say("Patrimoine (SHA-256)", "Estate (SHA-256)"), str(facts.get("estate_sha256", ""))),
        (
            several(
                len(found.ledger),
                ("Traces, {n} fichier (SHA-256)", "Trails, {n} file (SHA-256)"),
                (
                    "Traces, {n} fichiers (SHA-256 de leur liste)",
                    "Trails, {n} files (SHA-256 of their list)",
                ),
            ),
            _digest_of_all(found),
        ),
    )
    return Heading(
        title=say("Rapport d'enquête", "Inquiry report"),
        operator=found.estate.operator.name,
        facts=(
            (say("Dossier", "Case"), plain(facts.get("id", ""))),
            (say("Région", "Region"), plain(found.estate.operator.region or "—")),
            (say("Périmètre", "Scope"), _revision(found)),
            (say("Fenêtre des traces", "Window of the trails"), _window(found)),
            (say("Produit le", "Produced"), instant(found.produced_at, found.zone)),
            (say("Heures", "Times"), plain(found.zone)),
        ),
        digests=tuple((name, digest[:DIGEST]) for name, digest in digests if digest),
        mark=say("Confidentiel — réservé à l'enquête", "Confidential — for the inquiry only"),
        produced=instant(found.produced_at, found.zone),
    )


def _digest_of_all(found: Findings) -> str:
    """The file's own digest when it is alone, else that of the sorted digests, one a line."""
    digests = sorted({f.digest for f in found.ledger})
    if len(digests) < 2:
        return digests[0] if digests else ""
    return digest_of("".join(f"{digest}\n" for digest in digests))


def _stamp(found: Findings) -> Says:
    """The instant and the revision that every answer holds for."""
    return say(
        "Réponses arrêtées le {at}, périmètre : {revision}.",
        "Answers as of {at}, scope: {revision}.",
        at=instant(found.produced_at, found.zone),
        revision=_revision(found),
    )


def _revision(found: Findings) -> Says:
    if not found.scoped:
        return say("aucune révision encore", "no revision yet")
    return say("révision {n}", "revision {n}", n=found.scoped.revision)


def _window(found: Findings) -> Says:
    seen = [i for i in found.coverage if i.state != "before_retention"]
    if not seen:
        return say("aucune trace lue", "no trail read")
    return say(
        "du {start} au {end}",
        "{start} to {end}",
        start=day(min(i.start_at for i in seen), found.zone),
        end=day(max(i.end_at for i in seen), found.zone),
    )


def _timeline(found: Findings) -> Picture | None:
    if not found.coverage or not found.detected:
        return None
    left = len(found.accounts) - LANES_SHOWN
    tells = say(
        "En haut, l'heure de début des sessions des comptes en cause, jour par jour. Au "
        "milieu, une ligne par compte ({shown} sur {all}). En bas, une ligne par source de "
        "traces. Les tableaux des sections 4 et 7 donnent les mêmes valeurs.",
        "Above, the hour at which sessions of the accounts in question began, day by day. In "
        "the middle, one line for each account ({shown} of {all}). Below, one line for each "
        "source of trails. The tables of sections 4 and 7 give the same values.",
        shown=min(LANES_SHOWN, len(found.accounts)),
        all=len(found.accounts),
    )
    if not found.accounts:
        tells = say(
            "Aucun compte n'est en cause : seule la couverture des traces est dessinée, une "
            "ligne par source.",
            "No account is in question: only the coverage of the trails is drawn, one line for "
            "each source.",
        )
    title = (
        say("Sessions des comptes en cause et couverture", "Sessions in question and coverage")
        if left <= 0
        else say(
            "Sessions des {n} premiers comptes en cause et couverture",
            "Sessions of the first {n} accounts in question, and coverage",
            n=LANES_SHOWN,
        )
    )
    return timeline(found, {**VERDICTS, **STATES}, (title, tells))


def _strip(found: Findings) -> Picture | None:
    if not found.coverage:
        return None
    return strip(
        found,
        STATES,
        (
            say("Couverture des traces par source", "Coverage of the trails by source"),
            say(
                "Une ligne par source. Les intervalles aveugles sont listés au tableau qui "
                "suit.",
                "One line for each source. Blind intervals are listed in the table below.",
            ),
        ),
    )


def _explained(found: Findings) -> tuple[Explained, ...]:
    return tuple(
        Explained(
            number=n,
            says=sections.session_sentence(s, found.zone),
            session=s.session,
            verdict=s.verdict,
            word=VERDICTS.get(s.verdict, plain(s.verdict)),
            reasons=sections.reasons_grid(n, s),
            unfolded=n <= REASONS_OPEN,
        )
        for n, s in enumerate(found.suspicions[:REASONS_SHOWN], start=1)
    )


def _detection(found: Findings) -> tuple[Says, ...]:
    """How the run was made: sessions, false discoveries expected, prior and its sensitivity."""
    run = found.detected
    if not run:
        return ()
    told = [
        several(
            run.sessions,
            ("{n} session examinée.", "{n} session examined."),
            ("{n} sessions examinées.", "{n} sessions examined."),
        ),
        say(
            "Taux de fausses découvertes demandé : {fdr}.",
            "False-discovery rate asked: {fdr}.",
            fdr=run.fdr,
        ),
    ]
    if run.expected_false is not None:
        told.append(
            say(
                "Parmi les sessions proposées comme usurpées, fausses attendues : {n}.",
                "Among the sessions proposed as usurped, false ones expected: {n}.",
                n=small(run.expected_false),
            )
        )
    if run.prior:
        told.append(
            say(
                "A priori : une session sur {n}.",
                "Prior: one session in {n}.",
                n=number(round(1 / run.prior)),
            )
        )
    told += _sensitivity(run)
    if isinstance(run.history, Mapping) and "says" in run.history:
        told.append(said(run.history["says"]))
    if found.detected and found.detected.campaigns:
        told.append(
            say(
                "Campagnes de sessions apparentées : {ids}.",
                "Campaigns of kindred sessions: {ids}.",
                ids=listed(c.campaign for c in found.detected.campaigns),
            )
        )
    return tuple(told)


def _sensitivity(run: Detected) -> list[Says]:
    """How many sessions would be held with a prior ten times higher or lower."""
    counts = run.sensitivity if isinstance(run.sensitivity, Mapping) else {}
    names = {
        "prior_x10": say("dix fois plus grand", "ten times higher"),
        "prior_/10": say("dix fois plus petit", "ten times lower"),
    }
    return [
        say(
            "Avec un a priori {how} — usurpées : {usurped} ; indécises : {undecided}.",
            "With a prior {how} — usurped: {usurped}; undecided: {undecided}.",
            how=how,
            usurped=int(counts[name].get("usurped", 0)),
            undecided=int(counts[name].get("undecided", 0)),
        )
        for name, how in names.items()
        if isinstance(counts.get(name), Mapping)
    ]
