"""The rhythms of work: hours, patients a half-day, rounds, dwell times.

Fitted on the contacts of the MIMIC-III clinical database demo (40,835 contacts of 430
caregivers with 98 patients, intensive care, 94 % nurses), made available under the Open
Database License (ODbL) 1.0, https://opendatacommons.org/licenses/odbl/1-0/. Only the figures
below are drawn from it; no row is kept. Dates are shifted there for each patient: only the hour
of day and what happens within one patient's half-day hold.

    patients of one caregiver          median 2, p90 5, p99 8.7, max 50    PATIENTS_*
    charting moments a contact         median 5, p75 8, p90 12, mean 5.9   rounds, and SPARE
    half-days on the same patient      median 2, p90 5.2, mean 2.8         RETURNS_MEAN
    hours from one charting to next    0 h 41 %, 1 h 49 %, 2 h 8 %
    on the hour sharp                  51 % of the moments                 ON_THE_HOUR
    hour of day                        NURSE_HOURS: peaks at 0, 4, 8, 12, 16 and 20 h

Office hours of the other roles are assumptions of this project, not measures.
"""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]

PATIENTS_MEDIAN = 2.0
PATIENTS_SIGMA = 0.715  # ln(5 / 2) / 1.2816: a log-normal whose p90 is 5
PATIENTS_MAX = 50
ON_THE_HOUR = 0.51
SPARE = 0.6  # moments a patient and shift between the rounds: with them, a median of 4 to 5
RETURNS_MEAN = 2.8
_NURSE = (
    0.066, 0.026, 0.026, 0.038, 0.064, 0.031, 0.031, 0.033, 0.078, 0.032, 0.035, 0.041,
    0.065, 0.027, 0.030, 0.038, 0.064, 0.033, 0.033, 0.035, 0.070, 0.029, 0.033, 0.042,
)  # fmt: skip
NURSE_HOURS: Reals = np.array(_NURSE)

_OFFICE = (
    0, 0, 0, 0, 0, 0, 0, 0.3, 3, 8, 10, 8, 3, 3.5, 8, 8.5, 7, 4, 1.6, 0.6, 0.3, 0.1, 0, 0,
)  # fmt: skip
_CONSULTATION = (
    0, 0, 0, 0, 0, 0, 0, 0.4, 4, 8, 10, 9, 4, 2, 6, 8.5, 9, 8, 6, 3, 1, 0.5, 0.2, 0,
)  # fmt: skip
_ON_CALL = (
    6, 5, 4, 3.5, 3, 3, 3, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 6, 9, 9, 8,
)  # fmt: skip

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US


def profile(name: str) -> Reals:
    """Share of the acts in each hour of the day: `office`, `consultation` or `on_call`."""
    shape = {"office": _OFFICE, "consultation": _CONSULTATION, "on_call": _ON_CALL}[name]
    values = np.array(shape, float)
    shares: Reals = values / values.sum()
    return shares


def moments(rng: np.random.Generator, hours: Reals, count: int) -> Ints:
    """Instants of the day, microseconds since midnight, that follow an hour profile."""
    hour = rng.choice(24, count, p=hours / hours.sum())
    return (hour * HOUR_US + rng.integers(0, HOUR_US, count)).astype(np.int64)


def patients(rng: np.random.Generator, count: int, *, times: float = 1.0) -> Ints:
    """Distinct patients of a caregiver in a half-day, for `count` of them."""
    drawn = np.exp(rng.normal(np.log(PATIENTS_MEDIAN * times), PATIENTS_SIGMA, count))
    return np.clip(np.rint(drawn), 1, PATIENTS_MAX).astype(np.int64)


def dwell(rng: np.random.Generator, median_s: Reals, *, sigma: float = 0.8) -> Ints:
    """Time spent before the next act, microseconds: log-normal, at least 0.4 s."""
    seconds = median_s * np.exp(rng.normal(0.0, sigma, len(median_s)))
    return (np.clip(seconds, 0.4, 1500.0) * 1_000_000).astype(np.int64)


def rounds(shift_start_h: int, shift_hours: int) -> tuple[int, ...]:
    """The hours of a shift at which ward nurses chart: every fourth hour, and at hand-over."""
    hours = range(shift_start_h, shift_start_h + shift_hours)
    return tuple(hour for hour in hours if hour % 4 == 0) or (shift_start_h,)


def between_rounds(rng: np.random.Generator, start_h: int, hours: int, count: int) -> Ints:
    """Moments of a shift drawn from the nurses' hours: microseconds since its midnight."""
    listed = np.arange(start_h, start_h + hours)
    odds = NURSE_HOURS[listed % 24]
    hour = rng.choice(listed, count, p=odds / odds.sum())
    return (hour * HOUR_US + rng.integers(0, HOUR_US, count)).astype(np.int64)
