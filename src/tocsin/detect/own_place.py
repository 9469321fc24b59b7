"""The owner's own place: how often honest work there looks so.

A thief at the owner's own desk is rare, so what is odd there is nearly always honest: a
secretary's lists, an emergency, a colleague's work taken over. The share of the sessions at
such places whose work is as odd (the exponential tail beyond what history holds) bounds what
the work may weigh: a ratio is never more than one over the chance under the owner.
"""

import numpy as np

from tocsin.detect.calibration import tail
from tocsin.detect.fusion import Evidence
from tocsin.detect.matrix import Matrix, Reals

OWN = -3.0
"""Bits of the network from which a place is the owner's, and not an exit that many share."""


def bound(m: Matrix, found: Evidence, total: Reals) -> Reals:
    """What the bound takes from the bits of each session; 0 or less.

    Signs that no work gives (two places at once, refused logins, the account's status) are
    left out of it. Nothing where the estate relates no person to any account: habits alone
    order the sessions.

    Args:
        total: bits of each session.
    """
    if not m.related.any():
        return np.zeros(m.size)
    place = found.net.usual_day
    own = np.asarray((m.net > 0) & m.acting & (place <= OWN))
    work = total - place - found.elsewhere - found.failed - found.status.bits
    p = tail(work, own, found.clean, m.acc)
    return np.where(own, np.minimum(-np.log2(p) - work, 0.0), 0.0)
