"""Outlines of the territory for maps: both departments, and the agglomeration across them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from matchmaker.reference import read_table

GRAND_PARIS_SUD = "gps"
"""Name of the outline of the agglomeration; those of departments bear their code."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One closed line.

    Parameters
    ----------
    name
        What it is the outline of.
    points
        Latitudes and longitudes (WGS 84 degrees); the last point leads back to the first.
    """

    name: str
    points: tuple[tuple[float, float], ...]


@cache
def outlines() -> tuple[Outline, ...]:
    """All outlines, in the order in which they are drawn: what lies on top comes last."""
    lines: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for row in read_table("outlines"):
        line = lines.setdefault((row["outline"], row["ring"]), [])
        line.append((float(row["latitude"]), float(row["longitude"])))
    return tuple(Outline(name, tuple(line)) for (name, _), line in lines.items())
