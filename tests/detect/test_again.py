"""History once more, where what is surely stolen is no example of honest work."""

import case_made as case
import numpy as np
import professionals as region
import pytest

from tocsin.detect.fusion import again, weigh
from tocsin.flow.detect import judged


@pytest.fixture(scope="module")
def matrix(keys, tmp_path_factory):
    tables, _ = region.make(2, 500, 40, 6, ("scrape", "scrape", "paced"))
    _, world = case.opened(tmp_path_factory.mktemp("again") / "case", tables)
    return judged(world).matrix


def test_the_sessions_of_one_thief_do_not_make_each_other_look_usual(matrix):
    nobody = np.zeros(matrix.size, dtype=bool)
    first = weigh(matrix, nobody, nobody)
    before = (first.trust, first.clean)
    oddest = np.argsort(-first.total)[:4]
    stolen = np.zeros(matrix.size)
    stolen[oddest] = 1.0
    more = again(matrix, before, stolen)
    calm = again(matrix, before, np.zeros(matrix.size))
    assert (more.total[oddest] >= calm.total[oddest]).all()
    assert more.total[oddest].sum() > calm.total[oddest].sum()
