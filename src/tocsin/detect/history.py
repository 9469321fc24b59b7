"""History and peers: how much the session does, against the account's own past and its role."""

import numpy as np

from tocsin.detect.calibration import best_of, relative, tail
from tocsin.detect.matrix import Matrix, Reals
from tocsin.detect.shape import Tested

CAP = 8.0
"""Most bits that volume may weigh."""

TESTS = ("searches", "persons", "acts", "exports", "services")
"""The measures, in order."""


def history(m: Matrix, profile: Reals, clean: Reals) -> Tested:
    """Volumes on a log scale, relative to the account, against history's tail."""
    counts = (m.searches, m.care.sum(axis=1), m.data, m.exports, m.services)
    acting = m.acting
    p = tuple(
        np.where(
            np.asarray(count) > 0,
            tail(relative(np.log1p(count), acting, profile, m), acting, clean, m.acc),
            1.0,
        ).astype(np.float32)
        for count in counts
    )
    bits, best = best_of(p, CAP)
    return Tested(bits=np.asarray(bits), best=best, p=p)
