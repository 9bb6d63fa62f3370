"""Who may fill a role: conditions that a company meets or not, whoever the other side is."""

from __future__ import annotations

import numpy as np

from matchmaker.companies import SIZE_BANDS
from matchmaker.intents import Role
from models.inputs import Flags
from models.view import View

MENTOR_FROM = SIZE_BANDS.index("12")
"""Mentors come from firms with 20 employees or more."""
MENTEE_UP_TO = SIZE_BANDS.index("03")
"""Firms with up to 9 employees are mentored."""
EMPLOYER_FROM = SIZE_BANDS.index("11")
"""Training bodies look for firms with 10 employees or more."""


def may_fill(role: Role, view: View) -> Flags:
    """Tell which companies may be the partner in a role; shape (n,)."""
    everyone = np.ones(len(view), dtype=bool)
    conditions = {
        Role.MENTOR: view.size >= MENTOR_FROM,
        Role.MENTEE: (view.size >= 0) & (view.size <= MENTEE_UP_TO),
        Role.TRAINER: view.training_body,
        Role.EMPLOYER: (view.size >= EMPLOYER_FROM) & ~view.training_body,
        Role.EXPORT_PARTNER: view.exports,
    }
    return np.asarray(conditions.get(role, everyone))
