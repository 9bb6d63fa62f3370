"""Figures of seats: the parts of the objective, and what they are made of."""

from __future__ import annotations

import numpy as np

from matchmaker.events.peer_groups.cohort import NOWHERE, Cohort, Integers


def cost_of(cohort: Cohort, hub: Integers) -> dict[str, int]:
    """Parts of the objective of seats, weighted, in minutes of travel."""
    rules, n = cohort.rules, cohort.n_leaders
    seated = np.flatnonzero(hub != NOWHERE)
    parts = {
        "travel": rules.travel * int(cohort.minutes[seated, hub[seated]].sum()),
        "size_mix": 0,
        "maturity_mix": 0,
        "themes": 0,
        "reserve": rules.reserve * int((hub[n:] == NOWHERE).sum()),
        "left_out": rules.left_out * int((hub[:n] == NOWHERE).sum()),
    }
    for h in np.unique(hub[seated]).tolist():
        inside = np.flatnonzero(hub == h)
        leaders = inside[inside < n]
        parts["size_mix"] += rules.size_mix * off_mix(cohort.size_class, leaders, cohort.n_sizes)
        parts["maturity_mix"] += rules.maturity_mix * off_mix(
            cohort.maturity_class, leaders, cohort.n_maturities
        )
        parts["themes"] += rules.themes * int(missing_themes(cohort, inside).sum())
    return parts


def off_mix(classes: Integers, leaders: Integers, n_classes: int) -> int:
    """Leaders of a group above or below the fair number of their class."""
    overall = np.bincount(classes, minlength=n_classes)
    inside = np.bincount(classes[leaders], minlength=n_classes)
    fair = overall * len(leaders)
    low, high = fair // len(classes), -(-fair // len(classes))
    return int((np.maximum(low - inside, 0) + np.maximum(inside - high, 0)).sum())


def missing_themes(cohort: Cohort, inside: Integers) -> Integers:
    """People with a common theme whom each leader of a group misses."""
    leaders = inside[inside < cohort.n_leaders]
    partners = cohort.alike[np.ix_(leaders, inside)].sum(axis=1)
    missing = np.maximum(cohort.rules.theme_partners - partners, 0)
    return np.where(cohort.has_themes[leaders], missing, 0)
