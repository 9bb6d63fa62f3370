"""Identifiers that pass every check and yet belong to nobody."""

from __future__ import annotations

import numpy as np

from matchmaker.companies import luhn_sum

FIRST_REAL_SIREN = 325175
"""The smallest SIREN of the national stock (000325175); every fictional one lies below."""


def draw_sirens(generator: np.random.Generator, count: int) -> list[str]:
    """Draw different SIREN numbers with a right check digit, all below the first real one.

    Raises
    ------
    ValueError
        If there are not that many.
    """
    room = FIRST_REAL_SIREN // 10 - 1
    if count > room:
        raise ValueError(f"count must be <= {room}, the number of fictional SIREN, got {count}")
    stems = generator.permutation(room)[:count] + 1
    return [_checked(f"{stem:08d}") for stem in stems]


def siret_of(siren: str, order: int) -> str:
    """SIRET of the establishment of a legal unit with that order number (1 to 9999)."""
    return _checked(f"{siren}{order:04d}")


def _checked(stem: str) -> str:
    """Append the Luhn check digit."""
    return f"{stem}{-luhn_sum(f'{stem}0') % 10}"
