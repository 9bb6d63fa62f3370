"""Introductions by month: how many were made, and how many of them went well so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matchmaker.introductions.life import MADE, Result
from matchmaker.introductions.refusals import PARIS
from matchmaker.store import Unit
from pipelines.discretion import FEWEST, Figures

_TOGETHER = frozenset({Result.MET, Result.WORKING_TOGETHER})


@dataclass(frozen=True)
class MadeIntroduction:
    """One introduction that was made.

    Parameters
    ----------
    month
        In which both sides had the contact of the other: `2026-11`, in Paris.
    sides
        SIRETs of both.
    went_well
        Whether a side said that they met or work together, and none that it was not worth it.
    """

    month: str
    sides: tuple[str, str]
    went_well: bool


def made_introductions(unit: Unit) -> list[MadeIntroduction]:
    """Read every introduction that was made, and what was said of it so far."""
    said = unit.introductions.outcomes.everything()
    made = []
    for each in unit.introductions.list(states=MADE):
        if each.introduced_at is None:
            continue
        outcomes = said.get(each.id, ())
        went_well = any(one.result in _TOGETHER for one in outcomes)
        went_well &= not any(one.worth is False for one in outcomes)
        month = each.introduced_at.astimezone(PARIS).strftime("%Y-%m")
        made.append(MadeIntroduction(month, (each.company, each.partner), went_well))
    return made


def introduction_figures(introductions: Iterable[MadeIntroduction]) -> Figures:
    """Count them by month, as far as each month is about five firms or more.

    Returns
    -------
    dict
        `made` and `went_well`: in all; `months`: month, made, gone well. None where it may not be
        told: what a total leaves when the months are taken away is about as many firms as well.
    """
    by_month: dict[str, list[MadeIntroduction]] = defaultdict(list)
    for each in introductions:
        by_month[each.month].append(each)
    months = sorted(by_month)
    made = _told([by_month[month] for month in months])
    well = _told([[each for each in by_month[month] if each.went_well] for month in months])
    return {
        "made": made[0],
        "went_well": well[0],
        "months": [list(line) for line in zip(months, made[1], well[1], strict=True)],
    }


def _told(months: Sequence[list[MadeIntroduction]]) -> tuple[int | None, list[int | None]]:
    """Count in all and by month; where only few are left untold, the smallest month joins them."""
    everything = [each for month in months for each in month]
    hidden = {place for place, month in enumerate(months) if not _enough(month)}
    if not _enough(everything):
        return None, [None if month else 0 for month in months]
    while not _enough([each for place in hidden for each in months[place]]):
        rest = [place for place, month in enumerate(months) if month and place not in hidden]
        hidden.add(min(rest, key=lambda place: (len(months[place]), place)))
    counts = [None if place in hidden else len(month) for place, month in enumerate(months)]
    return len(everything), counts


def _enough(made: Sequence[MadeIntroduction]) -> bool:
    return not made or len({siret for each in made for siret in each.sides}) >= FEWEST
