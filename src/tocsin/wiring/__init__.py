"""The one place that joins adapters to the corridor: each verb's work, with real ports.

One file a theme; the doors import the names that stand here.
"""

from tocsin.simulate.thefts import NAMES as ATTACKS
from tocsin.wiring.cases import check_estate, open_case, status
from tocsin.wiring.regions import Size, demo, simulate
from tocsin.wiring.stages import detect, explain, ingest, investigate, review, scope

__all__ = [
    "ATTACKS",
    "Size",
    "check_estate",
    "demo",
    "detect",
    "explain",
    "ingest",
    "investigate",
    "open_case",
    "review",
    "scope",
    "simulate",
    "status",
]
