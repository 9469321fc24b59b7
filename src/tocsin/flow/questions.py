"""The questionnaire of an account, and the answers that come back and condition the run."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tocsin.core.errors import InputError
from tocsin.core.records import Says
from tocsin.core.tables import ACCESS, SESSIONS, Step
from tocsin.detect import answers, question_page, questions
from tocsin.detect.answers import Answered
from tocsin.detect.places import prefix_of
from tocsin.detect.questions import Around, Form, Sitting
from tocsin.detect.session_ids import SessionIds
from tocsin.detect.tables_second import ASKED_ABOUT, ASKED_LINES
from tocsin.flow.world import World, bind_published, rows_of

ASKED = "detect/questionnaires"
"""The questionnaires that were written, one document each."""

ANSWERS = "detect/answers"
"""The answers that came back, one document each."""

Document = dict[str, Any]


def ask(world: World, account: str) -> Form:
    """The questionnaire of an account, kept in the case so that its answers can be checked.

    Raises:
        InputError: detection has not run, or the account has no session.
    """
    sittings = _sittings(world, account)
    if not sittings:
        raise InputError(
            Says("aucune session de ce compte", "no session of that account"),
            next_step=Says(
                "Lancez `tocsin detect CASE`, et nommez le compte comme ses "
                "sessions le nomment.",
                "Run `tocsin detect CASE`, and name the account as its sessions do.",
            ),
            where=account[:80],
        )
    asked = questions.form(
        sittings,
        _around(world, account, sittings),
        case=str(world.case.facts["id"]),
        account=account,
        operator=world.estate.operator.name,
    )
    kept = {
        "account": account,
        "at": world.clock.now().isoformat(),
        "sessions": [question.session for question in asked.questions],
    }
    world.case.write_json(f"{ASKED}/{asked.id}.json", kept)
    facts = {"account": account, "questionnaire": asked.id, "sessions": len(asked.questions)}
    world.case.note("professional_asked", facts)
    return asked


def written(asked: Form, *, page: bool) -> str:
    """The form as a page, or as text."""
    return question_page.as_page(asked) if page else questions.as_text(asked)


def _sittings(world: World, account: str) -> list[Sitting]:
    bind_published(world, SESSIONS)
    world.engine.bind_arrow(ASKED_ABOUT, rows_of(ASKED_ABOUT, [(account,)]))
    zone = ZoneInfo(world.estate.operator.timezone)
    rows = world.engine.fetch("sessions")
    names = ("session", "account", "start_at", "end_at", "persons", "probability", "verdict")
    columns = (rows[name].to_pylist() for name in names)
    return [
        Sitting(
            session=session,
            start_at=start.astimezone(zone),
            end_at=end.astimezone(zone),
            persons=persons,
            probability=probability,
            suspect=verdict != "legitimate",
        )
        for session, who, start, end, persons, probability, verdict in zip(
            *columns, strict=True
        )
        if who == account
    ]


def _around(world: World, account: str, sittings: list[Sitting]) -> dict[str, Around]:
    """Services and place of each session, by the account's lines between its two instants."""
    bind_published(world, ACCESS)
    world.engine.run(_lines())
    rows = world.engine.fetch("detect_asked_lines", order=("us",))
    titles = {service.id: service.name for service in world.estate.services}
    columns = (rows[name].to_pylist() for name in ("us", "address", "service"))
    lines = [
        (us, prefix_of(address) if address else "", titles.get(service, service))
        for us, address, service in zip(*columns, strict=True)
    ]
    days = defaultdict(set)
    for us, place, _ in lines:
        days[place].add(us // 86_400_000_000)
    found = {}
    for one in sittings:
        start, end = (_us(at) for at in (one.start_at, one.end_at))
        mine = [line for line in lines if start <= line[0] <= end]
        places = Counter(place for _, place, _ in mine if place)
        place = places.most_common(1)[0][0] if places else ""
        found[one.session] = Around(
            services=tuple(dict.fromkeys(service for _, _, service in mine if service)),
            place=place,
            usual=len(days[place]) >= questions.USUAL_DAYS,
        )
    return found


def _us(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)


def _lines() -> Step:
    return Step(
        fills=ASKED_LINES,
        reads=("access", "detect_asked_about"),
        sql="""
SELECT a.occurred_us AS us, coalesce(a.address, '') AS address,
       coalesce(a.service, '') AS service
FROM access AS a
JOIN detect_asked_about AS w ON a.account = w.account
WHERE a.part = 0 AND a.occurred_us IS NOT NULL""",
    )


def take_answers(world: World, text: str, by: str, *, digest: str) -> Document:
    """Check and keep the answers that came back; remarks stay in the evidence alone.

    Args:
        text: the file, decoded.
        by: who files it.
        digest: of the file, under which the evidence keeps it.

    Raises:
        InputError: the file is not the answer to a questionnaire of this case.
    """
    found = answers.read(text)
    asked = None
    if found.questionnaire.isalnum():
        asked = world.case.read_json(f"{ASKED}/{found.questionnaire}.json")
    if not isinstance(asked, dict):
        raise InputError(
            Says(
                "ce questionnaire n'a pas été écrit pour ce dossier",
                "no such questionnaire was written for this case",
            ),
            next_step=Says(
                "Écrivez-en un avec `tocsin ask CASE ACCOUNT --out FILE`.",
                "Write one with `tocsin ask CASE ACCOUNT --out FILE`.",
            ),
        )
    answers.checked(
        found,
        case=str(world.case.facts["id"]),
        account=str(asked["account"]),
        sessions=[str(session) for session in asked["sessions"]],
    )
    number = len(world.case.listed(ANSWERS)) + 1
    given = Counter(one.way or "none" for one in found.answers)
    world.case.write_json(
        f"{ANSWERS}/{number:04d}.json",
        {
            "questionnaire": found.questionnaire,
            "account": found.account,
            "by": by,
            "at": world.clock.now().isoformat(),
            "digest": digest,
            "answers": [{"session": one.session, "answer": one.way} for one in found.answers],
        },
    )
    facts = {"account": found.account, "questionnaire": found.questionnaire, **given}
    world.case.note("professional_answered", facts, by=by)
    return {
        "answers": number,
        "account": found.account,
        "questionnaire": found.questionnaire,
        "given": dict(given),
        "remarks": sum(1 for one in found.answers if one.remark),
        "evidence": digest,
    }


def answered(world: World, ids: SessionIds) -> Answered:
    """What the kept answers make of the sessions of now."""
    kept = [world.case.read_json(f"{ANSWERS}/{name}") for name in world.case.listed(ANSWERS)]
    return answers.applied([one for one in kept if isinstance(one, dict)], ids)
