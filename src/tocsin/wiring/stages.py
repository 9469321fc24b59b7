"""From trails to report: the stages of an inquiry, one by one or in one go."""

from collections.abc import Sequence
from pathlib import Path

from tocsin.adapters.pages import Templates
from tocsin.core.causes import cause
from tocsin.core.errors import InputError
from tocsin.core.records import Says
from tocsin.detect.habit_picture import picture as draw
from tocsin.flow.decide import decide as run_decide
from tocsin.flow.detect import detect as run_detect
from tocsin.flow.detect import explain as run_explain
from tocsin.flow.detect import review as run_review
from tocsin.flow.report import report as run_report
from tocsin.flow.scope import scope as run_scope
from tocsin.wiring.cluster import on_cluster
from tocsin.wiring.trails import take_in
from tocsin.wiring.world import Document, open_world, read_indicator


def detect(
    root: Path, seeds: Sequence[str] = (), indicators: Sequence[str] = (), *, fdr: float = 0.05
) -> Document:
    """Sessions, suspicions, campaigns."""
    pairs = tuple(read_indicator(text) for text in indicators)
    with open_world(root, write=True) as (here, case), on_cluster(here, case) as world:
        return run_detect(world, seed_sessions=tuple(seeds), indicators=pairs, fdr=fdr)


def explain(
    root: Path, session: str, *, picture: Path | None = None, lang: str = "fr"
) -> Document:
    """Why a session is what it is; its picture, where a file is named for it.

    Raises:
        InputError: the picture cannot be written.
    """
    with open_world(root, write=False) as (world, _):
        found = run_explain(world, session)
    if picture is not None:
        try:
            picture.write_text(draw(found, lang), encoding="utf-8")
        except OSError as error:
            raise InputError(
                Says(
                    f"l'image ne peut pas être écrite : {cause(error).fr}",
                    f"the picture cannot be written: {cause(error).en}",
                ),
                next_step=Says(
                    "Nommez un autre fichier avec --picture.",
                    "Name another file with --picture.",
                ),
                where=str(picture),
            ) from error
    return found


def review(root: Path, session: str, verdict: str, *, by: str, why: str) -> Document:
    """A named human decides on a session."""
    for name, text in (("--by", by), ("--why", why)):
        if not text.strip():
            raise InputError(
                Says(f"{name} est vide", f"{name} is empty"),
                next_step=Says("Dites qui décide, et pourquoi.", "Say who decides, and why."),
            )
    with open_world(root, write=True) as (here, case), on_cluster(here, case) as world:
        return run_review(world, session, verdict, by, why)


def scope(root: Path, *, accept_suspicions: bool, lang: str) -> Document:
    """Whose data, which items, how surely."""
    with open_world(root, write=True) as (here, case), on_cluster(here, case) as world:
        return run_scope(world, accept_suspicions=accept_suspicions, lang=lang)


def investigate(root: Path, *, lang: str) -> Document:
    """From trails to report in one go."""
    with open_world(root, write=True) as (world, case):
        found = dict(take_in(world, case, (), ""))
        with on_cluster(world, case) as far:
            detected = run_detect(far)
            scoped = run_scope(far, accept_suspicions=True, lang=lang)
        decided = run_decide(world, lang=lang)
        page = run_report(world, Templates())
        return {
            "ingest": found,
            "detect": detected,
            "scope": scoped,
            "decide": decided,
            "report": page,
        }
