"""The section on sessions and accounts: verdicts, reasons with their weight, operations."""

from tocsin.act.report.findings import Findings, Suspicion, Why
from tocsin.act.report.page import (
    EMPTY,
    ROWS_SHOWN,
    Bar,
    Cell,
    Grid,
    Row,
    code,
    count,
    head,
    marked,
    more,
    text,
)
from tocsin.act.report.sentences import (
    NOTHING,
    decimal,
    duration,
    instant,
    percent,
    plain,
    say,
    several,
    small,
)
from tocsin.act.report.tallies import SESSIONS_SHOWN
from tocsin.act.report.words import ACTS_BY, FAMILIES, KINDS, OUTCOMES, VERDICTS, word
from tocsin.core.records import Says

BITS_SHOWN = 12.0
"""Bits at which the bar of a reason is full; the figure beside it is not clipped."""

BAR = 120


def session_grid(found: Findings) -> Grid:
    """One row per suspicious session."""
    shown = found.suspicions[:SESSIONS_SHOWN]
    rows = tuple(
        Row(
            cells=(
                code(s.session, target=f"session-{n}"),
                code(s.account),
                text(instant(s.start_at, found.zone)),
                text(duration((s.end_at - s.start_at).total_seconds())),
                count(s.acts),
                count(s.persons),
                Cell(says=percent(s.probability), kind="number"),
                Cell(says=small(s.q_value), kind="number"),
                Cell(
                    says=word(VERDICTS, s.verdict),
                    kind="mark",
                    mark=s.verdict,
                    detail=_decided(s),
                ),
            )
        )
        for n, s in enumerate(shown, start=1)
    )
    return Grid(
        anchor="table-sessions",
        caption=say(
            "Sessions qui ne sont pas légitimes, par verdict et probabilité",
            "Sessions that are not legitimate, by verdict and probability",
        ),
        head=head(
            ("Session", "Session", "code"),
            ("Compte", "Account", "code"),
            ("Début", "Start", "text"),
            ("Durée", "Length", "text"),
            ("Actes", "Acts", "number"),
            ("Personnes nommées", "Persons named", "number"),
            ("Probabilité", "Probability", "number"),
            ("q", "q", "number"),
            ("Verdict", "Verdict", "mark"),
        ),
        rows=rows,
        note=more(len(found.suspicions) - len(shown), "detect/sessions.parquet"),
    )


def reasons_grid(number_: int, session: Suspicion) -> Grid:
    """One row per reason of a session: sentence, weight, lines."""
    return Grid(
        anchor=f"reasons-{number_}",
        caption=say(
            "Raisons de la session {session}",
            "Reasons of session {session}",
            session=session.session,
        ),
        head=head(
            ("Signal", "Signal", "text"),
            ("Raison", "Reason", "text"),
            ("Poids (bits)", "Weight (bits)", "bar"),
            ("Lignes (source:position)", "Lines (source:position)", "code"),
        ),
        rows=tuple(
            Row(
                cells=(
                    text(word(FAMILIES, why.family or why.signal), detail=_signal(why)),
                    text(why.says),
                    Cell(
                        says=decimal(why.bits, 1) if why.bits < 0 else _plus(why.bits),
                        kind="bar",
                        bar=_bits(why.bits),
                    ),
                    code(", ".join(why.places)) if why.places else EMPTY,
                )
            )
            for why in sorted(session.reasons, key=lambda w: -w.bits)
        ),
    )


def account_grid(found: Findings) -> Grid:
    """One row per account with a session that is not legitimate."""
    return Grid(
        anchor="table-accounts",
        caption=say(
            "Comptes portant une session qui n'est pas légitime",
            "Accounts with a session that is not legitimate",
        ),
        head=head(
            ("Compte", "Account", "code"),
            ("Sessions usurpées", "Usurped sessions", "number"),
            ("Indécises", "Undecided", "number"),
            ("Légitimes", "Legitimate", "number"),
            ("Première suspecte", "First suspect", "text"),
            ("Dernière suspecte", "Last suspect", "text"),
            ("Dernier usage légitime", "Last legitimate use", "text"),
        ),
        rows=tuple(
            Row(
                cells=(
                    code(a.account),
                    count(a.usurped),
                    count(a.undecided),
                    count(a.legitimate),
                    text(instant(a.first_at, found.zone)),
                    text(instant(a.last_at, found.zone)),
                    text(instant(a.last_own_at, found.zone) if a.last_own_at else NOTHING),
                )
            )
            for a in found.accounts[:ROWS_SHOWN]
        ),
        note=more(len(found.accounts) - ROWS_SHOWN, "detect/sessions.parquet"),
    )


def operation_grid(found: Findings) -> Grid:
    """One row per service, operation, outcome and attribution, of the acts not legitimate."""
    acts = [o for o in found.operations if o.attribution != "legitimate"]
    return Grid(
        anchor="table-operations",
        caption=say("Opérations usurpées ou indécises", "Operations, usurped or undecided"),
        head=head(
            ("Service", "Service", "code"),
            ("Opération", "Operation", "code"),
            ("Nature", "Kind", "text"),
            ("Issue", "Outcome", "text"),
            ("Attribution", "Attribution", "mark"),
            ("Actes", "Acts", "number"),
            ("Personnes nommées", "Persons named", "number"),
            ("Premier", "First", "text"),
            ("Dernier", "Last", "text"),
        ),
        rows=tuple(
            Row(
                cells=(
                    code(o.service),
                    code(o.operation),
                    text(word(KINDS, o.kind or "other")),
                    text(word(OUTCOMES, o.outcome or "unknown")),
                    marked(word(ACTS_BY, o.attribution), o.attribution),
                    count(o.acts),
                    count(o.persons),
                    text(instant(o.first_at, found.zone)),
                    text(instant(o.last_at, found.zone)),
                )
            )
            for o in acts[:ROWS_SHOWN]
        ),
        note=more(len(acts) - ROWS_SHOWN, "detect/acts.parquet"),
    )


def session_sentence(session: Suspicion, zone: str) -> Says:
    """One line that heads a session's reasons."""
    return several(
        session.acts,
        ("{account}, {start}, {n} acte", "{account}, {start}, {n} act"),
        ("{account}, {start}, {n} actes", "{account}, {start}, {n} acts"),
        account=session.account,
        start=instant(session.start_at, zone),
    )


def _decided(session: Suspicion) -> tuple[Says, ...]:
    """Who decided, where a human did."""
    return (plain(session.decided_by),) if session.decided_by else ()


def _signal(why: Why) -> tuple[Says, ...]:
    return (plain(why.signal),) if why.signal and why.family else ()


def _plus(bits: float) -> Says:
    figure = decimal(bits, 1)
    return Says(f"+{figure.fr}", f"+{figure.en}")


def _bits(bits: float) -> Bar:
    half = BAR / 2
    length = round(min(abs(bits), BITS_SHOWN) / BITS_SHOWN * half, 1)
    part = ("against", half, length) if bits >= 0 else ("for", half - length, length)
    return Bar(width=BAR, parts=(part,), zero=half)
