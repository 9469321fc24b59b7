"""From attributed acts to whose data, which items, how surely: the revision of a scope."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from tocsin.core.records import Statement
from tocsin.core.tables import (
    ACCESS,
    ACTS,
    COVERAGE,
    GROUNDS,
    PEOPLE,
    QUARANTINE,
    REACH,
    SESSIONS,
    STATEMENTS,
    Step,
    Table,
)
from tocsin.core.vocabulary import TrailFormat
from tocsin.flow.kin import kin_of
from tocsin.flow.world import (
    DIRECTORY,
    World,
    bind_catalogue,
    bind_directory,
    bind_published,
    rows_of,
)
from tocsin.scope import (
    blind,
    blindness,
    bounds,
    catalogue,
    document,
    doubts,
    figures,
    grounds,
    matches,
    people,
    perimeters,
    person_reviews,
    rates,
    reach,
    replay,
    settled,
    unseen,
    unsettled,
    veils,
    vistas,
    words,
)

PUBLISHED = (
    ("people", "scope_people", PEOPLE, ("record",)),
    ("reach", veils.REACH_WHOLE.name, REACH, ()),
    ("grounds", "scope_grounds", GROUNDS, ("person", "session", "rule")),
)
"""Name in the case, relation, shape and order of the tables that the engine writes."""


def scope(world: World, *, accept_suspicions: bool, lang: str = "fr") -> dict[str, Any]:
    """Compute the scope of what is attributed, and publish it as a new revision.

    Args:
        world: the ports and the estate.
        accept_suspicions: retain suspicions that nobody reviewed; the revision is then a
            PROPOSITION.
        lang: language of the sentences in the table (`fr` or `en`); the summary has both.

    Returns:
        The document of scope/summary.json.
    """
    run = _Run(world)
    shown = run.bind()
    columns = sorted({column for *_, column in shown} - {""})
    world.progress.stage("scope: acts")
    run.settle(accept_suspicions=accept_suspicions)
    world.progress.stage("scope: replay")
    plan = run.replay_queries()
    world.progress.stage("scope: blind")
    evidence = run.look_for_gaps(plan)
    world.progress.stage("scope: reach")
    run.join_reach(columns)
    world.progress.stage("scope: bounds")
    run.count()
    summary, said = document.document(
        run.estate, run.figures(plan), evidence, proposition=accept_suspicions
    )
    summary["blindness"] = blindness.document(run.estate, world.producers)
    world.progress.stage("scope: publish")
    _publish(run, summary, said, lang)
    world.engine.drop(*run.filled)
    world.case.note(
        "scoped",
        {
            "revision": summary["revision"],
            "proposition": summary["proposition"],
            "persons": summary["persons"],
        },
    )
    return summary


class _Run:
    """One run: what it bound and filled in the engine, forgotten at the end."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.engine = world.engine
        self.estate = blindness.widened(world.estate, world.producers)
        self.filled: list[str] = []
        self.categories: list[str] = []
        self.unseen: list[unseen.Unseen] = []  # what gaps may have shown
        self.laid = veils.layout((), 0)

    def bind(self) -> list[tuple[str, str, str, str]]:
        """Bind the case, the catalogue and the directory; return what operations show."""
        published = (ACCESS, SESSIONS, ACTS, COVERAGE, QUARANTINE)
        self.engine.drop(*(shape.name for shape in (*published, *DIRECTORY)))
        bind_published(self.world, *published)
        bind_catalogue(self.engine, self.estate)
        bind_directory(self.world, DIRECTORY, why="replay of logged queries")
        self.filled += [shape.name for shape in DIRECTORY]
        shown = list(catalogue.shown(self.estate))
        self.give(catalogue.SHOWN, shown)
        self.categories = sorted({catalogue.category(item) for _, _, item, _ in shown})
        return shown

    def do(self, *steps: Step) -> None:
        """Run steps in order."""
        for step in steps:
            self.filled.append(step.name)
            self.engine.run(step)

    def give(self, shape: Table, rows: Iterable[tuple[object, ...]] | pa.Table) -> None:
        """Hand rows to the engine under the name of their shape."""
        self.engine.drop(shape.name)
        self.filled.append(shape.name)
        table = rows if isinstance(rows, pa.Table) else rows_of(shape, rows)
        self.engine.bind_arrow(shape, table)

    def rows(self, relation: str, *order: str) -> list[dict[str, Any]]:
        """A small relation as rows."""
        listed: list[dict[str, Any]] = self.engine.fetch(relation, order=order).to_pylist()
        return listed

    def settle(self, *, accept_suspicions: bool) -> None:
        """Say how far each act of a suspicious session counts."""
        sources = self.estate.sources
        counted = settled.acts_counted(
            accept_suspicions=accept_suspicions,
            redirecting=tuple(s.id for s in sources if s.format == TrailFormat.WEBLOG),
            shared=tuple(s.id for s in sources if s.service_by is not None),
        )
        self.do(settled.concerned())
        names = tuple(row["account"] for row in self.rows(settled.CONCERNED.name, "account"))
        few = len(names) <= settled.MANY_ACCOUNTS
        self.do(settled.lines(names if few else ()), counted)
        if few and self.engine.count(counted.name) < self.engine.count(ACTS.name):
            self.do(settled.lines(()), counted)  # a session holds acts under another account
        self.do(
            settled.accounts_held(),
            settled.accounts_open(),
            settled.sessions_held(),
            perimeters.organisations(),
            perimeters.unlisted(),
        )

    def replay_queries(self) -> replay.Plan:
        """Replay the logged queries of the acts that count."""
        naming = tuple(s.id for s in self.estate.sources if s.names_results)
        self.do(replay.asks(naming=naming))
        fetched = self.engine.fetch(
            replay.ASKS.name, order=("session", "service", "us", "digest", "position")
        ).select(replay.Ask.__dataclass_fields__)
        web = frozenset(s.id for s in self.estate.sources if s.format == TrailFormat.WEBLOG)
        self.do(doubts.unread(), doubts.unread_counts(settled.MARGIN_US))
        lossy = frozenset(str(row["source"]) for row in self.rows(doubts.UNREAD_COUNTS.name))
        habits = replay.Habits(
            page_sizes={s.id: s.page_size for s in self.estate.services}, bare=web, lossy=lossy
        )
        plan = replay.plan((replay.Ask(**row) for row in fetched.to_pylist()), habits)
        self.give(replay.PAGES, plan.pages)
        self._find(plan)
        self.do(
            perimeters.looks(),
            perimeters.cared("scope_accounts", "scope_asks"),
            perimeters.moments(),
            matches.contexts(),
            perimeters.inside("scope_contexts"),
            matches.members(),
            matches.ranked({number: keys for keys, number in plan.sorts.items()}),
            matches.groups(),
            matches.windows(),
            reach.seen(),
        )
        return plan

    def _find(self, plan: replay.Plan) -> None:
        """Find who answers each query, its rarest clause first."""
        clauses = list(plan.clauses)
        direct = {i for i, c in enumerate(clauses) if c[0].column in words.DIRECT}
        compared = sorted({t.column for c in clauses for t in c} - set(words.DIRECT))
        ordered = {c for keys in plan.sorts for c, _ in keys} & {"family", "given"}
        self.do(matches.values(sorted({*compared, *ordered})))
        values = self.engine.fetch(words.VALUES.name)
        meant = words.meaning(values, clauses, skip=direct)
        self.give(words.CLAUSE_VALUES, meant.rows)
        for column, shape in (("family", words.KEYS_FAMILY), ("given", words.KEYS_GIVEN)):
            if column in ordered:
                self.give(shape, words.sort_keys(values, column))
            else:
                self.give(shape, [])
        self.give(matches.CLAUSES, replay.driven(plan, meant.persons))
        pairs = {(i, t.column) for i, c in enumerate(clauses) if i not in direct for t in c}
        self.give(matches.COMPARED, sorted(pairs))
        terms = [(i, t.column, t.value[0]) for i in sorted(direct) for t in clauses[i]]
        self.give(matches.TERMS, terms)
        self.do(
            matches.found(sorted({column for _, column, _ in terms})),
            matches.candidates(compared),
            matches.checks(compared),
            matches.hits(),
        )

    def _limited(
        self, opened: Sequence[blind.Opening], plan: replay.Plan
    ) -> tuple[blind.Opening, ...]:
        """Bound the persons of each gap by the rates measured."""
        services = sorted({o.service for o in opened})
        if not services:
            return ()
        self.do(rates.peaks(services), rates.paces())
        everybody = [rates.Peak(**row) for row in self.rows(rates.PEAKS.name, "service")]
        theft = [rates.Pace(**row) for row in self.rows(rates.PACES.name, "session")]
        return rates.limited(self.estate, opened, (everybody, theft), plan.longest)

    def look_for_gaps(self, plan: replay.Plan) -> doubts.Evidence:
        """Gather what no line can tell, and whom it may concern."""
        self.do(blind.logins(), blind.entered(), doubts.unknown_acts())
        accounts = [blind.Account(**row) for row in self.rows("scope_accounts", "account")]
        coverage = [
            blind.Stretch(
                source=row["source"],
                start_us=row["start_us"],
                end_us=row["end_us"],
                state=row["state"],
                why=row["why"] or "",
            )
            for row in self.rows("coverage", "source", "start_us")
        ]
        gaps = [row for row in coverage if row.state != "trailed"]
        logins = [blind.Login(**row) for row in self.rows("scope_logins")]
        entries = [
            blind.Entry(**row) for row in self.rows("scope_entered", "session", "service")
        ]
        opened = self._limited(blind.openings(self.estate, accounts, gaps, logins), plan)
        silent = blind.silences(self.estate, entries)
        seen = vistas.vistas(self.estate, accounts, opened, silent)
        views, items = vistas.vista_rows(seen, {a.account: a.sessions for a in accounts})
        self.give(vistas.VISTAS, views)
        self.give(vistas.VISTA_ITEMS, items)
        found = Counter((str(row[1]), str(row[2])) for row in items)
        self.unseen = [
            unseen.Unseen(item=item, column=column, vistas=n)
            for (item, column), n in sorted(found.items())
        ]
        self.laid = veils.layout(self.unseen, len(views))
        if self.laid.words:
            self.give(veils.bits_table(self.laid), veils.bit_rows(self.laid, items))
        self.do(vistas.vista_persons(self.laid.columns))
        held = self.rows("scope_open_accounts", "account")
        return doubts.Evidence(
            accounts=accounts,
            openings=opened,
            silences=silent,
            unknown_acts=[tuple(r.values()) for r in self.rows("scope_unknown_acts")],
            unread=[tuple(r.values()) for r in self.rows("scope_unread_counts")],
            coverage=coverage,
            open_accounts=[(r["account"], r["known"], r["role"]) for r in held],
            open_sessions=self.open_sessions(),
        )

    def open_sessions(self) -> int:
        """How many sessions hold an act that is neither retained nor the owner's."""
        self.do(settled.sessions_open())
        return len(self.rows(settled.SESSIONS_OPEN.name))

    def join_reach(self, columns: Sequence[str]) -> None:
        """Join acts, replays and gaps with what operations show."""
        self.do(reach.sightings())
        kin = kin_of(self.engine, self.do, ("scope_sightings", "scope_vista_persons"))
        self.do(people.same_ins(kin), people.alike(kin))
        reviews = person_reviews.read(self.world.case.read_json(person_reviews.KEPT))
        merged = people.merged(
            self.engine.fetch(people.SAME_INS.name),
            self.engine.fetch(people.ALIKE.name),
            person_reviews.decided(reviews),
        )
        self.give(people.MERGED, merged)
        self.give(people.REVIEWED, person_reviews.reviewers(reviews))
        self.do(
            people.records(columns, alone=bool(self.laid.words)),
            people.held_by(),
            reach.facts(columns),
            reach.tests(columns),
        )
        *parts, told = unseen.reached(self.unseen)
        self.do(*parts, told)
        self.engine.drop(*(part.name for part in parts))
        self.do(*(veils.steps(self.laid) if self.laid.words else ()))
        for shape in () if self.laid.words else veils.FILLED:
            self.give(shape, ())
        self.do(veils.whole(), reach.people_reached(), grounds.grounds())

    def count(self) -> None:
        """Count distinct persons, with the bounds of their true number."""
        as_of = self.estate.directory.as_of
        self.do(
            bounds.shares(),
            bounds.spans(),
            bounds.sets(),
            bounds.sure(),
            bounds.free(),
            bounds.parts(),
            bounds.loose(),
            bounds.lower(),
            bounds.upper(),
            bounds.veiled(),
            bounds.counts(),
            reach.test_counts(),
            figures.item_counts(),
            *figures.category_counts(self.categories),
            figures.rule_counts(),
            figures.rule_persons(),
            figures.kinds(adult_born=f"{as_of.year - 18:04d}-{as_of:%m-%d}"),
            settled.funnel(),
            unsettled.unsettled(),
            unsettled.owners(),
        )

    def figures(self, plan: replay.Plan) -> document.Figured:
        """The small relations that the document is made of."""
        trail = self.world.case.read_json("trail/summary.json")
        sources = trail.get("sources", []) if isinstance(trail, dict) else []
        return document.Figured(
            rows={name: self.rows(name, *order) for name, order in document.RELATIONS.items()},
            lines=sum(int(source.get("lines", 0)) for source in sources),
            queries={
                "lines": len(plan.pages),
                "distinct": len(plan.bases),
                "ignored_parameters": plan.ignored,
                "not_replayable": plan.unreadable,
                "unnamed": plan.unnamed,
            },
        )


# Publication: the revision first, then the latest ---------------------------------------------


def _publish(run: _Run, summary: dict[str, Any], said: Sequence[Statement], lang: str) -> None:
    """Keep the revision whole, then make it the latest; the summary is written last.

    A revision without its summary was cut short: its number is taken again.
    """
    case = run.world.case
    numbers = [int(name) for name in case.listed("scope/revisions") if name.isdigit()]
    latest = max(numbers, default=0)
    if latest and case.read_json(f"scope/revisions/{latest}/summary.json") is None:
        case.withdraw(f"scope/revisions/{latest}")
        latest -= 1
    summary["revision"] = latest + 1
    run.give(
        STATEMENTS,
        [
            (
                s.category,
                str(s.finding),
                s.says.in_language(lang),
                [reason.in_language(lang) for reason in s.because],
            )
            for s in said
        ],
    )
    tables = (*PUBLISHED, ("statements", STATEMENTS.name, STATEMENTS, ()))
    kept = f"scope/revisions/{latest + 1}"
    for name, relation, shape, order in tables:
        staged = case.aside(f"{name}.parquet")
        run.engine.write(relation, shape, staged, order=order)
        case.publish(staged, f"{kept}/{name}.parquet")
    case.write_json(f"{kept}/summary.json", summary)
    for name, *_ in tables:
        case.share(f"{kept}/{name}.parquet", f"scope/{name}.parquet")
    case.write_json("scope/summary.json", summary)
