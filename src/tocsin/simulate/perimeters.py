"""Honest work kept inside what accounts may see: who is out of reach is asked for elsewhere."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tocsin.simulate.catalogue import ACTS, Terms, perimeter
from tocsin.simulate.columns import from_pool
from tocsin.simulate.visits import BTG, HTEST, RUN, RUN_ACTS, Scene, Visits

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def _in_house(scene: Scene, account: Ints, person: Ints) -> Flags:
    known, house = scene.known, scene.team.organisation[account]
    own = (known.hospital[person] == house) | (known.second[person] == house)
    inside_: Flags = own | (known.practice[person] == house)
    return inside_


def _in_care(scene: Scene, account: Ints, person: Ints) -> Flags:
    """Whether a relation ties the person to the account or its organisation, at any time."""
    ties, team = scene.care.rows, scene.team
    size = len(scene.known)
    own = (ties.account * size + ties.person)[ties.account >= 0]
    house = (ties.organisation * size + ties.person)[ties.organisation >= 0]
    tied: Flags = np.isin(account * size + person, own)
    tied |= np.isin(team.organisation[account] * size + person, house)
    return tied


def inside(rng: np.random.Generator, scene: Scene, terms: Terms, drawn: Visits) -> Visits:
    """Visits that the services allow.

    Where the regional services stop at the house or at a relation of care, a visit to somebody
    else becomes a search in the orientation service; where that one stops at the house too, it
    is about somebody of the house. Break-glass and tests go where they want.
    """
    service = np.array([act.service for act in ACTS])[RUN_ACTS[drawn.run, 0]]
    house = _in_house(scene, drawn.account, drawn.person)
    cared = _in_care(scene, drawn.account, drawn.person)
    free = np.isin(drawn.purpose, (BTG, HTEST)) | (drawn.person < 0)
    run, person = drawn.run.copy(), drawn.person.copy()
    for name in ("dossier", "portal", "agenda"):
        allowed = cared if perimeter(name, terms) == "care" else house
        run[(service == name) & ~allowed & ~free] = RUN["orient-find"]
    if perimeter("orientation", terms) == "organisation":
        orient = np.array([act.service for act in ACTS])[RUN_ACTS[run, 0]] == "orientation"
        out = np.flatnonzero(orient & ~house & ~free)
        near = from_pool(rng, scene.hospital_pool, scene.team.organisation[drawn.account[out]])
        person[out] = np.where(near >= 0, near, person[out])
    return replace(drawn, run=run, person=person)
