"""The appointment book's trail: a CSV journal with its own column names, local time."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tocsin.simulate.catalogue import CODE
from tocsin.simulate.happenings import Happenings
from tocsin.simulate.sessions import BRIEF
from tocsin.simulate.text import chosen, hex_ids, iso_seconds, join, numbers
from tocsin.simulate.trails import Trail

Ints = NDArray[np.int64]

_SEARCH = CODE["agenda", "search"]
_WORDS = ("RECHERCHE", "CONSULTATION", "RESERVATION")
HEADER = "id,horodatage,compte,session,ip,poste,action,resultat,patient,criteres,motif"


def trail(rng: np.random.Generator, past: Happenings) -> Trail:
    """The trail of the appointment book."""
    row = past.of_services("agenda")
    ids = hex_ids(rng, len(row), digits=16)

    def write(lines: Ints) -> pa.StringArray:
        acts = row[lines]
        session = past.acts.session[acts]
        place = past.acts.code[acts] - _SEARCH
        local = past.acts.at[acts] + past.calendar.first_day * 86_400_000_000
        named = np.where(place > 0, past.acts.person[acts], -1)
        device = join("PC-", numbers(past.sessions.device[session]), " ")
        return join(
            ids.take(pa.array(lines)), ",", iso_seconds(local), ",",
            chosen(past.accounts, past.sessions.account[session]), ",",
            chosen(past.cookie, session), ",",
            chosen(past.address, session), ",", device,
            chosen(BRIEF, past.sessions.agent[session]), ",", chosen(_WORDS, place), ",",
            chosen(("ok", "refused", "failed"), past.acts.outcome[acts]), ",",
            chosen(past.ids, named), ",", past.query.take(pa.array(acts)), ",",
            past.purpose(acts), "\n",
        )  # fmt: skip

    return Trail(
        source="agenda-journal",
        name="trail/agenda-{}.csv.gz",
        header=HEADER,
        at=past.at_utc[row],
        row=row,
        session=past.acts.session[row],
        ids=ids,
        echo=np.zeros(len(row), bool),
        torn=np.zeros(len(row), bool),
        write=write,
    )
