"""The contrast of each session with other accounts' sessions: steps, figures, evidence."""

import numpy as np

from tocsin.core.ports import Engine
from tocsin.detect import streams, traits, trial_tables
from tocsin.detect.contrast import Contrast, contrast
from tocsin.detect.figures import figures_of
from tocsin.detect.habit import HabitEvidence, habit_of
from tocsin.detect.matrix import Matrix, Singles
from tocsin.detect.swaps import PAST, Trials, draw
from tocsin.flow.world import steady


def habit(engine: Engine, m: Matrix, zone: str) -> HabitEvidence | None:
    """What the accounts' own past says of each session; None where history is too short."""
    trials = draw(m)
    if not (~trials.real).any():
        return None
    engine.bind_arrow(
        trial_tables.CLOCK_TRAITS, traits.clock_traits(m, zone, np.unique(trials.clock))
    )
    engine.bind_arrow(trial_tables.TRIALS, trials.relation(m))
    engine.run(traits.content(int(m.start_us[trials.session].min()) + _slowest(engine)))
    engine.run(traits.traits())
    found, figures = weigh(engine, m, trials)
    engine.drop("detect_traits", "detect_clock_traits", "detect_content")
    return None if found is None else habit_of(found, trials, figures, m.size)


def weigh(engine: Engine, m: Matrix, trials: Trials) -> tuple[Contrast | None, Singles]:
    """Run the streams on the trials and contrast them; their figures beside."""
    engine.bind_arrow(trial_tables.TRIALS, trials.relation(m))
    for step in streams.steps(int(m.start_us.min())):
        engine.run(step)
    engine.drop(*streams.PASSING)
    figures = figures_of(
        steady(engine.fetch("detect_stream_facts")),
        steady(engine.fetch("detect_before_shares")),
        steady(engine.fetch("detect_peers")),
        m,
        trials,
    )
    engine.drop("detect_stream_facts", "detect_before_shares", "detect_peers", "detect_trials")
    return contrast(figures, trials, m.acc, m.account, PAST), figures


def _slowest(engine: Engine) -> int:
    """What the producer with the slowest clock shows at instant 0; 0 or less."""
    offsets: list[int] = engine.fetch("detect_clocks")["offset_us"].to_pylist()
    return min([0, *offsets])
