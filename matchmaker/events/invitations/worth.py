"""What a list is worth, and which of the rules on the whole it keeps."""

from __future__ import annotations

import numpy as np

from matchmaker.events.invitations.pool import Flags, Pool

TINY = 1e-9


def worth(pool: Pool, invited: Flags) -> tuple[float, float]:
    """Value of a list: of its themes, and of its partners.

    The partners of somebody count with their expected values, up to k in all: beyond the k that
    somebody can talk to, more good partners add nothing.
    """
    coming = pool.chance * invited
    themes = pool.theme_weight * float(coming @ pool.theme)
    met = np.minimum(pool.values @ coming, pool.k)
    return themes, pool.partner_weight * float(coming @ met) / pool.k


def excess(pool: Pool, invited: Flags) -> float:
    """By how much a list breaks the rules on the whole, in attendees and invitations; 0 = none."""
    coming = pool.chance * invited
    total = float(coming.sum())
    over = max(float(invited.sum()) - pool.budget, 0.0)
    over += max(pool.attendance[0] - total, total - pool.attendance[1], 0.0)
    own = np.bincount(pool.department, weights=coming, minlength=pool.n_departments)
    over += float(np.maximum(pool.department_share * total - own, 0).sum())
    for codes, most in ((pool.band, pool.shares[0]), (pool.trade, pool.shares[1])):
        if most < 1:
            counted = np.bincount(codes[codes >= 0], weights=coming[codes >= 0])
            over += float(np.maximum(counted - most * total, 0).sum())
    return over if over > TINY else 0.0
