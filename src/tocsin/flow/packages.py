"""One encrypted package a controller: its part of the scope, and nothing of the others."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.core.packages import Package, PackageFolder, Written
from tocsin.core.tables import CONTROLLERS, PEOPLE, PERSON_CONTROLLERS, PERSONS, REACH
from tocsin.flow.clocks import as_rows, faces
from tocsin.flow.incident import incident
from tocsin.flow.world import World, bind_directory, bind_published, scoped
from tocsin.scope import packages as room

Clocks = Mapping[str, Sequence[Mapping[str, Any]]]
"""The clocks of each controller, as `decide` shows them."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def clocks_by_controller(world: World) -> dict[str, list[Mapping[str, Any]]]:
    """The clocks of each controller, as of now."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in as_rows(faces(world, incident(world), world.clock.now())):
        if row["controller"]:
            found.setdefault(row["controller"], []).append(row)
    return found


def packages(world: World, folder: PackageFolder, clocks: Clocks) -> dict[str, Any]:
    """Write the package of each controller that has a usable recipient; say who has none.

    Raises:
        InputError: there is no scope yet.
    """
    summary = scoped(world)
    made = _Run(world, summary, clocks).write(folder)
    made["index"] = folder.index(json.dumps(made, ensure_ascii=False, indent=1))
    sent = {p["controller"]: p["sha256"] for p in made["packages"]}
    world.case.note(
        "packaged",
        {
            "revision": summary["revision"],
            "packages": sent,
            "without_recipient": [c["controller"] for c in made["without_recipient"]],
        },
    )
    return made


class _Run:
    """One run over the controllers of the latest revision."""

    def __init__(self, world: World, summary: Mapping[str, Any], clocks: Clocks) -> None:
        self.world = world
        self.summary = summary
        self.clocks = clocks
        self.bounds = {c["controller"]: c["persons"] for c in summary["controllers"]}

    def write(self, folder: PackageFolder) -> dict[str, Any]:
        """Bind, write each package, forget."""
        engine = self.world.engine
        shapes = (PERSONS, PERSON_CONTROLLERS, CONTROLLERS)
        bind_published(self.world, REACH, PEOPLE)
        bind_directory(self.world, shapes, why="packages of the controllers")
        named = {row["controller"]: row for row in engine.fetch(CONTROLLERS.name).to_pylist()}
        for step in (room.holdings(), room.totals()):
            engine.run(step)
        rows = engine.fetch(room.TOTALS.name, order=("controller",)).to_pylist()
        written: list[dict[str, Any]] = []
        without: list[dict[str, Any]] = []
        for row in rows:
            entry = named.get(row["controller"], {})
            recipient = (entry.get("age_recipient") or "").strip()
            files = self._files(row, entry.get("name") or "") if recipient else {}
            package = Package(controller=row["controller"], recipient=recipient, files=files)
            done = folder.put(package) if recipient else None
            told = {
                "controller": row["controller"],
                "name": entry.get("name") or "",
                "persons": self.bounds.get(row["controller"], {}),
                "also_elsewhere": int(row["shared"]),
            }
            if done is None:
                without.append(told | {"why": "unusable" if recipient else "absent"})
            else:
                written.append(told | _kept(done))
        engine.drop(
            *(shape.name for shape in (*shapes, REACH, PEOPLE, room.HOLDINGS, room.TOTALS)),
            room.OWN_PERSONS.name,
            room.OWN_ITEMS.name,
        )
        persons = self.summary["persons"]
        return {
            "revision": self.summary["revision"],
            "proposition": self.summary["proposition"],
            "packages": written,
            "without_recipient": without,
            "reconciliation": room.reconciliation(
                rows, distinct=persons["possible"], unknown=self._orphans()
            ),
        }

    def _orphans(self) -> int:
        """Persons of reach that no controller has."""
        return int(self.bounds.get("", {}).get("possible", 0))

    def _files(self, row: Mapping[str, Any], name: str) -> dict[str, bytes]:
        engine, controller = self.world.engine, row["controller"]
        engine.run(room.own_persons(controller))
        engine.run(room.own_items(controller))
        items = engine.fetch(room.OWN_ITEMS.name, order=("person", "item"))
        summary = {
            "controller": controller,
            "name": name,
            "operator": self.world.estate.operator.name,
            "revision": self.summary["revision"],
            "proposition": self.summary["proposition"],
            "window": {"start_at": _at(row["first_us"]), "end_at": _at(row["last_us"])},
            "persons": self.bounds.get(controller, {}),
            "also_elsewhere": int(row["shared"]),
            "items": room.item_figures(items),
            "clocks": list(self.clocks.get(controller, ())),
            "statements": self.summary["statements"],
        }
        persons = engine.fetch(room.OWN_PERSONS.name, order=("person",))
        return {
            "LISEZMOI.txt": room.letter(summary).encode(),
            "etendue.json": json.dumps(summary, ensure_ascii=False, indent=1).encode(),
            "personnes.csv": room.as_csv(persons),
            "donnees.csv": room.as_csv(items),
        }


def _kept(written: Written) -> dict[str, str]:
    return {"file": written.file, "sha256": written.digest}


def _at(us: int | None) -> str | None:
    if us is None:
        return None
    return (_EPOCH + timedelta(microseconds=us)).isoformat().replace("+00:00", "Z")
