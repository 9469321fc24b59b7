"""The portal's trail: a web server's log in combined format, with the session's cookie.

The load balancer asks after the portal's health every minute, without an account.
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tocsin.simulate.catalogue import CODE
from tocsin.simulate.happenings import Happenings, merged
from tocsin.simulate.sessions import AGENTS
from tocsin.simulate.text import chosen, combined, join, numbers
from tocsin.simulate.trails import Trail

Ints = NDArray[np.int64]

_FIND = CODE["portal", "find"]
_OPEN, _DOCUMENTS, _NOTE = _FIND + 1, _FIND + 2, _FIND + 3
_HOME, _ASSET = _FIND + 4, _FIND + 5
_BYTES = (6400, 9200, 5100, 180, 12_400, 31_000)
_ASSETS = ("GET /assets/app-5f2c.js", "GET /assets/style-11ab.css", "GET /assets/logo.svg")
_CHECK = ' "GET /sante HTTP/1.1" 200 15 "-" "haproxy-check/2.8" "-"\n'


def _requests(past: Happenings, rows: Ints) -> pa.StringArray:
    """Method and path of each act."""
    code = past.acts.code[rows]
    person = past.person(rows)
    finds = np.flatnonzero(code == _FIND)
    pieces: list[tuple[Ints, pa.Array]] = [
        (finds, join("GET /patients?", past.query.take(pa.array(rows[finds]))))
    ]
    shapes = ((_OPEN, "GET", ""), (_DOCUMENTS, "GET", "/documents"), (_NOTE, "POST", "/notes"))
    for kind, method, tail in shapes:
        here = np.flatnonzero(code == kind)
        named = person.take(pa.array(here))
        pieces.append((here, join(f"{method} /patients/", named, tail)))
    homes = np.flatnonzero(code == _HOME)
    pieces.append((homes, pa.array(["GET /accueil"] * len(homes), pa.string())))
    assets = np.flatnonzero(code == _ASSET)
    pieces.append((assets, chosen(_ASSETS, past.acts.style[rows[assets]] % len(_ASSETS))))
    return merged(len(rows), pieces)


def trail(rng: np.random.Generator, past: Happenings) -> Trail:
    """The trail of the portal."""
    acts = past.of_services("portal")
    minutes = past.calendar.days * 1440
    checks = past.calendar.utc(np.arange(minutes) * 60_000_000 + 7_000_000)
    row = np.concatenate([acts, np.full(minutes, -1)])
    at = np.concatenate([past.at_utc[acts], checks])
    order = np.argsort(at, kind="stable")
    row, at = row[order], at[order]
    local = at - past.calendar.first_day * 86_400_000_000
    offset = past.calendar.offset(local + 7_200_000_000)
    spread = rng.integers(-400, 900, len(row))

    def write(lines: Ints) -> pa.StringArray:
        real = np.flatnonzero(row[lines] >= 0)
        idle = np.flatnonzero(row[lines] < 0)
        stamps = combined(at[lines], offset[lines])
        rows = row[lines][real]
        session = past.acts.session[rows]
        size = np.array(_BYTES)[past.acts.code[rows] - _FIND] + spread[lines][real]
        done = chosen((" HTTP/1.1\" 200 ", " HTTP/1.1\" 403 ", " HTTP/1.1\" 500 "),
                      past.acts.outcome[rows])  # fmt: skip
        told = join(
            chosen(past.address, session), " - ",
            chosen(past.accounts, past.sessions.account[session]), " ",
            stamps.take(pa.array(real)), ' "', _requests(past, rows), done,
            numbers(np.maximum(size, 20)), ' "https://portail.grades-demo.invalid/" "',
            chosen(AGENTS, past.sessions.agent[session]), '" "',
            chosen(past.cookie, session), '"\n',
        )  # fmt: skip
        asked = join("10.0.0.9 - - ", stamps.take(pa.array(idle)), _CHECK)
        return merged(len(lines), [(real, told), (idle, asked)])

    return Trail(
        source="portal-web",
        name="trail/portal-access.log.zst",
        header="",
        at=at,
        row=row,
        session=np.where(row >= 0, past.acts.session[row], -1),
        ids=None,
        echo=np.zeros(len(row), bool),
        torn=np.zeros(len(row), bool),
        write=write,
    )
