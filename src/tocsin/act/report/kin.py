"""Campaigns: which accounts what they share ties together, as a drawing and as a table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tocsin.act.report.findings import Findings
from tocsin.act.report.page import EMPTY, ROWS_SHOWN, Cell, Grid, Row, code, count, head, more
from tocsin.act.report.pictures import WIDTH, Dot, Label, Line, Picture
from tocsin.act.report.sentences import number, plain, say, small
from tocsin.core.records import Says

DRAWN = 12
"""Accounts and traits drawn, each; the table holds the others."""

_STEP, _TOP = 24.0, 34.0
_LEFT, _RIGHT = 300.0, WIDTH - 420.0
_LONGEST = 44

TRAITS: Mapping[str, Says] = {
    "account": say("même compte", "same account"),
    "network": say("réseau", "network"),
    "client": say("logiciel", "software"),
    "form": say("forme des recherches", "form of the searches"),
    "token": say("même session ouverte", "same live session"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A trait shared within a campaign, and the accounts and sessions that show it."""

    campaign: str
    trait: str
    value: str
    accounts: tuple[str, ...]
    sessions: int
    bits: float


def ties(found: Findings) -> tuple[Tie, ...]:
    """Every trait that sessions of a campaign share, the widest first."""
    account = {s.session: s.account for s in found.suspicions}
    made = []
    for campaign, link in _links(found):
        sessions = [str(s) for s in link.get("sessions", ())]
        made.append(
            Tie(
                campaign=campaign,
                trait=str(link.get("trait", "")),
                value=str(link.get("value", "")),
                accounts=tuple(sorted({account[s] for s in sessions if s in account})),
                sessions=len(sessions),
                bits=float(link.get("bits", 0.0)),
            )
        )
    made.sort(key=lambda tie: (-len(tie.accounts), -tie.sessions, tie.trait, tie.value))
    return tuple(made)


def _links(found: Findings) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for one in found.detected.campaigns if found.detected else ():
        listed = one.traits.get("links", ()) if isinstance(one.traits, Mapping) else ()
        for link in listed:
            if isinstance(link, Mapping):
                yield one.campaign, link


def kin_grid(found: Findings) -> Grid:
    """One row per trait shared within a campaign."""
    listed = ties(found)
    return Grid(
        anchor="table-kin",
        caption=say(
            "Ce que partagent les sessions d'une même campagne",
            "What the sessions of one campaign share",
        ),
        head=head(
            ("Campagne", "Campaign", "code"),
            ("Trait", "Trait", "text"),
            ("Valeur", "Value", "code"),
            ("Comptes", "Accounts", "number"),
            ("Sessions", "Sessions", "number"),
            ("Rareté (bits)", "Rarity (bits)", "number"),
        ),
        rows=tuple(
            Row(
                cells=(
                    code(tie.campaign),
                    Cell(says=TRAITS.get(tie.trait, plain(tie.trait))),
                    code(tie.value) if tie.value else EMPTY,
                    count(len(tie.accounts)),
                    count(tie.sessions),
                    Cell(says=small(tie.bits) if tie.bits else number(0), kind="number"),
                )
            )
            for tie in listed[:ROWS_SHOWN]
        ),
        note=more(len(listed) - ROWS_SHOWN, "detect/summary.json"),
    )


def kin_picture(found: Findings) -> Picture | None:
    """Accounts on the left, what ties them together on the right; none where nothing does."""
    listed = [tie for tie in ties(found) if tie.trait != "account" and len(tie.accounts) > 1]
    if not listed:
        return None
    shown = listed[:DRAWN]
    accounts = sorted({account for tie in shown for account in tie.accounts})[:DRAWN]
    left = {account: _TOP + _STEP * n for n, account in enumerate(accounts)}
    right = {n: _TOP + _STEP * n for n in range(len(shown))}
    return Picture(
        id="kin",
        title=say("Comptes tenus ensemble par ce qu'ils partagent", "Accounts tied together"),
        tells=say(
            "À gauche {accounts} comptes portant une session suspecte, à droite {traits} "
            "traits rares que leurs sessions partagent ; une ligne relie chaque compte à ce "
            "qu'il montre. Le tableau qui suit donne les mêmes liens.",
            "On the left {accounts} accounts with a suspicious session, on the right {traits} "
            "rare traits that their sessions share; a line ties each account to what it shows. "
            "The table below gives the same ties.",
            accounts=len(accounts),
            traits=len(shown),
        ),
        width=WIDTH,
        height=_TOP + _STEP * max(len(accounts), len(shown)),
        dots=tuple(Dot(_LEFT, y, "usurped") for y in left.values())
        + tuple(Dot(_RIGHT, y, "legitimate") for y in right.values()),
        lines=tuple(
            Line(_LEFT, left[account], _RIGHT, right[n], mark="tie")
            for n, tie in enumerate(shown)
            for account in tie.accounts
            if account in left
        ),
        labels=(
            *(Label(_LEFT - 12, y + 4, plain(a), "end", "tick") for a, y in left.items()),
            *(
                Label(_RIGHT + 12, right[n] + 4, _named(tie), "start", "tick")
                for n, tie in enumerate(shown)
            ),
        ),
    )


def _named(tie: Tie) -> Says:
    value = tie.value if len(tie.value) <= _LONGEST else tie.value[: _LONGEST - 1] + "…"
    kind = TRAITS.get(tie.trait, plain(tie.trait))
    return say("{kind} {value}", "{kind} {value}", kind=kind, value=plain(value))
