"""What is contested after the third look: runs of acts, and accounts that are likely robbed."""

from types import SimpleNamespace

import numpy as np
import pytest

from tocsin.detect import third
from tocsin.detect.inside import APART_AT_HOME, Apart
from tocsin.detect.robbed import Robbed
from tocsin.detect.verdict import LEGITIMATE, UNDECIDED, USURPED, probability


def _apart(peak, bits):
    return Apart(
        s=0,
        digest=("d",) * 20,
        position=tuple(range(20)),
        whose=np.array([-5.0] * 5 + [9.0] * 15),
        earliest=0,
        latest=0,
        turns=1,
        bits=bits,
        enough=APART_AT_HOME,
        peak=peak,
        at_home=True,
    )


def _ruled(
    bits, *, place=-4.0, verdict=LEGITIMATE, one=None, chance=0.0, others=0.0, hands=0.0
):
    found = SimpleNamespace(
        bits=np.array([bits]),
        evidence=SimpleNamespace(net=SimpleNamespace(usual_day=np.array([place]))),
        ruling=SimpleNamespace(
            verdict=np.array([verdict]), probability=probability(np.array([bits]))
        ),
    )
    said = Robbed(chance=np.array([chance]), bits=np.array([others]))
    second = SimpleNamespace(returns=np.zeros(1), hands=np.array([hands]))
    apart = {} if one is None else {0: one}
    calm = np.zeros(1, dtype=np.bool_)
    return int(third.contested(found, apart, (second, said), calm)[0])


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        pytest.param({"bits": 2.0}, LEGITIMATE, id="nothing"),
        pytest.param({"bits": 2.0, "one": _apart(60, 9)}, UNDECIDED, id="a run amid his acts"),
        pytest.param(
            {"bits": 2.0, "hands": 3.0, "one": _apart(20, 9)}, UNDECIDED, id="two hands"
        ),
        pytest.param({"bits": 8.0, "one": _apart(60, 1)}, LEGITIMATE, id="lists at his desk"),
        pytest.param(
            {"bits": 8.0, "place": 0.0, "one": _apart(60, 1)}, UNDECIDED, id="lists elsewhere"
        ),
        pytest.param(
            {"bits": 2.0, "place": 0.0, "one": _apart(60, 1)}, LEGITIMATE, id="not doubtful"
        ),
        pytest.param({"bits": 2.0, "one": _apart(20, 9)}, LEGITIMATE, id="a short run"),
        pytest.param({"bits": 2.0, "chance": 0.9, "others": 6.0}, UNDECIDED, id="robbed"),
        pytest.param({"bits": -4.0, "chance": 0.9, "others": 6.0}, LEGITIMATE, id="his own"),
        pytest.param({"bits": 2.0, "chance": 0.3, "others": 6.0}, LEGITIMATE, id="not robbed"),
        pytest.param(
            {"bits": 20.0, "verdict": USURPED, "one": _apart(60, 9)}, USURPED, id="sure"
        ),
    ],
)
def test_what_remains_in_doubt_is_undecided(given, verdict):
    assert _ruled(**given) == verdict


def test_acts_are_of_two_hands_only_where_care_tells_them_apart():
    found, second = SimpleNamespace(), SimpleNamespace()
    m = SimpleNamespace(size=1, related=np.zeros(1))
    hard = (np.zeros(1, dtype=np.bool_),) * 2
    apart = {0: _apart(60, 9)}
    assert third.two_hands(m, found, second, apart, hard, fdr=0.05) == (found, second)
