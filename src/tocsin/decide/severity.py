"""Severity of a breach for the persons: the ENISA method of 2013, in integer quarters.

Source: ENISA, Recommendations for a methodology of the assessment of severity of personal data
breaches, December 2013: SE = DPC × EI + CB. Every value is a multiple of 0.25, so it is counted
in quarters and never in floats. The score helps a human decide; it is not the test of articles
33 and 34 of the GDPR.
"""

from dataclasses import dataclass
from enum import StrEnum

from tocsin.core.errors import InputError
from tocsin.core.records import Says

QUARTER = 0.25
HIGHEST_Q = 24


class Level(StrEnum):
    """The four bands of the method, and none."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of the formula.

    Args:
        dpc: data processing context, 1 (simple) to 4 (sensitive). No unit.
        ei_q: ease of identification in quarters, 1 (negligible) to 4 (maximal).
        cb_q: circumstances of the breach in quarters, 0 to 8: confidentiality, integrity and
            availability (0 to 2 each), malicious intent (0 or 2).

    Raises:
        InputError: a term is out of its range. Nothing is rounded or clipped.
    """

    dpc: int
    ei_q: int
    cb_q: int

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("dpc", self.dpc, 1, 4),
            ("ei_q", self.ei_q, 1, 4),
            ("cb_q", self.cb_q, 0, 8),
        ):
            if not low <= value <= high:
                raise InputError(
                    Says(
                        f"{name} = {value} est hors de ses bornes",
                        f"{name} = {value} is out of its range",
                    ),
                    next_step=Says(
                        f"Donnez une valeur de {low} à {high}.",
                        f"Give a value from {low} to {high}.",
                    ),
                )

    @property
    def se_q(self) -> int:
        """The score in quarters: 1 to 24."""
        return self.dpc * self.ei_q + self.cb_q

    @property
    def level(self) -> Level:
        """The band whose floor the score reaches."""
        return level(self.se_q)


def level(se_q: int) -> Level:
    """The band of a score in quarters; floors are inclusive: 2 medium, 3 high, 4 very high."""
    if se_q >= 16:
        return Level.VERY_HIGH
    if se_q >= 12:
        return Level.HIGH
    return Level.MEDIUM if se_q >= 8 else Level.LOW
