"""Where R4 and R5 say what is read of an AuditEvent: the paths of the two common shapes.

Source: HL7 FHIR R4 (4.0.1) and R5 (5.0.0) AuditEvent; IHE BALP 1.1.4.
"""

import json
from dataclasses import dataclass
from functools import cached_property

AGENTS, ENTITIES = 3, 4
"""Agents and entities of the common shape."""

REQUEST_ID = "XrequestId"
"""Code of the entity that holds the request's id (IHE BALP, BasicAuditEntityType)."""

_TEXTS = (
    "resourceType",
    "id",
    "recorded",
    "outcome",
    "outcomeDesc",
    "action",
    "source.site",
    "source.observer.display",
    "source.observer.reference",
    "source.observer.identifier.value",
    "meta.security",
)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The paths of one version; those of one agent follow those of the one before.

    Args:
        interaction: the code that catalogues match, and `several` what stands where there are
            more of them.
        event_code: the code of the kind of event.
        instants: an instant, and a period with a `start`; '' for none.
        patient: the patient of the event, '' for none; else an object with a reference.
        purposes: of the event; `use` the same of an agent.
        networks: of an agent, the first that stands; in R4 an object with an address.
        role: of an entity.
        source_type: the kind of system that wrote the line.
        elsewhere: parts of another shape, by which a line is left to the complete reader.
        rarely: the like, looked for only where something useful is absent; of the event, of
            an agent, of an entity.
        objects: parts of the event that are objects, `lists` those that are lists.
    """

    interaction: str
    several: str
    event_code: str
    instants: tuple[str, str]
    patient: str
    purposes: str
    use: str
    networks: tuple[str, ...]
    role: str
    source_type: str
    elsewhere: tuple[str, ...]
    rarely: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    objects: tuple[str, ...]
    lists: tuple[str, ...]

    @cached_property
    def of_agent(self) -> tuple[str, ...]:
        """What is taken of each agent; the last ones whole, and taken apart for one only."""
        return (
            "requestor",
            "type.coding[0].code",
            "type.coding[1].code",
            "who.identifier.value",
            "who.reference",
            "who.display",
            *self.networks,
            "policy",
            self.use,
        )

    @cached_property
    def of_entity(self) -> tuple[str, ...]:
        """What is taken of each entity."""
        return ("what.reference", "what.identifier.value", "type.code", self.role, "query")

    @cached_property
    def last(self) -> tuple[str, str]:
        """What the last agent and the last entity have, unless they are no objects."""
        told = "type.code" if self.role == "role.code" else self.role
        return ("agent[#-1].requestor", f"entity[#-1].{told}")

    @cached_property
    def left(self) -> tuple[str, ...]:
        """Parts of another shape."""
        return (*self.elsewhere, self.several, f"agent[{AGENTS}]", f"entity[{ENTITIES}]")

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every path, in the order in which the texts are taken."""
        single = (
            self.interaction,
            self.event_code,
            *self.instants,
            self.patient,
            self.purposes,
            self.source_type,
        )
        return (
            *_TEXTS,
            *(path for path in single if path),
            *self.last,
            *self.left,
            *(f"agent[{i}].{part}" for i in range(AGENTS) for part in self.of_agent),
            *(f"entity[{i}].{part}" for i in range(ENTITIES) for part in self.of_entity),
        )

    @cached_property
    def rare_paths(self) -> tuple[str, ...]:
        """The rare parts of another shape."""
        event, agent, entity = self.rarely
        return (
            *event,
            *(f"agent[{i}].{part}" for i in range(AGENTS) for part in agent),
            *(f"entity[{i}].{part}" for i in range(ENTITIES) for part in entity),
        )

    @cached_property
    def object_paths(self) -> tuple[str, ...]:
        """What must be an object where it stands."""
        agent = ("", ".who", ".who.identifier", ".type")
        network = (".network",) if "network" in self.networks else ()
        entity = ("", ".what", ".what.identifier", ".role", ".type")
        return (
            *self.objects,
            *(f"agent[{i}]{part}" for i in range(AGENTS) for part in (*agent, *network)),
            *(f"entity[{i}]{part}" for i in range(ENTITIES) for part in entity),
        )

    @cached_property
    def list_paths(self) -> tuple[str, ...]:
        """What must be a list where it stands."""
        return (*self.lists, *(f"agent[{i}].policy" for i in range(AGENTS)))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {path: n for n, path in enumerate(self.paths, 1)}

    def at(self, path: str) -> str:
        """SQL: the text at a path; NULL for a path that the version does not have."""
        return f"t[{self._places[path]}]" if path else "NULL"

    def agent(self, i: int, part: str) -> str:
        """SQL: a part of the agent of that number."""
        return self.at(f"agent[{i}].{part}")

    def entity(self, i: int, part: str) -> str:
        """SQL: a part of the entity of that number."""
        return self.at(f"entity[{i}].{part}")

    def chosen(self, number: str, parts: tuple[str, ...], of: str) -> str:
        """SQL: of the agent or entity whose number SQL gives, the first of these parts."""
        stride = len(self.of_agent if of == "agent" else self.of_entity)
        said = [f"t[{self._places[f'{of}[0].{part}']} + {stride} * {number}]" for part in parts]
        return said[0] if len(said) == 1 else f"coalesce({', '.join(said)})"


R4 = Shape(
    interaction="subtype[0].code",
    several="subtype[1]",
    event_code="type.code",
    instants=("", "period"),
    patient="",
    purposes="purposeOfEvent",
    use="purposeOfUse",
    networks=("network",),
    role="role.code",
    source_type="source.type[0].code",
    elsewhere=("patient",),
    rarely=(
        ("source.identifier",),
        ("userId", "reference", "altId", "name", "role[0].coding", "networkString"),
        ("reference", "identifier", "role.coding", "type.coding"),
    ),
    objects=("type", "source", "subtype[0]"),
    lists=("agent", "entity", "subtype"),
)
"""DSTU2 has no `subtype` at the top, and is left to the complete reader by that."""

R5 = Shape(
    interaction="code.coding[0].code",
    several="code.coding[1]",
    event_code="category[0].coding[0].code",
    instants=("occurredDateTime", "occurredPeriod"),
    patient="patient",
    purposes="authorization",
    use="authorization",
    networks=("networkString", "networkUri"),
    role="role.coding[0].code",
    source_type="source.type[0].coding[0].code",
    elsewhere=(
        "subtype",
        "type",
        "event",
        "purposeOfEvent",
        "period",
        *(f"agent[{i}].network" for i in range(AGENTS)),
    ),
    rarely=(
        ("source.identifier",),
        ("userId", "reference", "altId", "name", "role[0].coding", "purposeOfUse"),
        ("reference", "identifier", "role.code", "type.coding"),
    ),
    objects=("code", "source", "occurredPeriod", "patient"),
    lists=("agent", "entity"),
)


def shape_of(first_line: str) -> Shape:
    """The version that the first line of a text is of; R4 where nothing tells."""
    try:
        event = json.loads(first_line)
    except (ValueError, RecursionError):
        return R4
    if not isinstance(event, dict) or "subtype" in event:
        return R4
    return R5 if isinstance(event.get("code"), dict) else R4
