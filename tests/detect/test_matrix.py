"""What the session matrix makes of the directory."""

import numpy as np
import pytest

from tocsin.detect.matrix import _related


@pytest.mark.parametrize(
    ("own", "told"),
    [
        pytest.param([0.0] * 40, 0, id="no care"),
        pytest.param([3.0] + [0.0] * 39, 0, id="a fragment"),
        pytest.param([3.0, 1.0] + [0.0] * 38, 4, id="one account in twenty"),
        pytest.param([], 0, id="nobody"),
    ],
)
def test_a_fragment_of_a_care_table_tells_of_no_care(own, told):
    assert _related(np.array(own)).sum() == told
