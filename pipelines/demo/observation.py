"""What is known of the links between firms: a biased sample of the truth, and its social side.

Bigger and nearer firms are seen more. Links across the border of the departments are seen less:
that is the gap the service is there to close.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from matchmaker.relations import RelationKind
from pipelines.demo.partners import Attributes, Pairs, Rows, Values, attributes, distance_km
from pipelines.demo.registration import Registration
from pipelines.demo.world import THEMES

YEARS_SEEN = 6
CROSS_BORDER_SHARE_SEEN = {
    RelationKind.SUPPLY: 0.2,
    RelationKind.MEETING: 0.35,
    RelationKind.INTRODUCTION: 1.0,
}
"""How likely a link across the border is to be known, against one on the same side."""

_LINKS_PER_FIRM = {
    RelationKind.SUPPLY: 0.9,
    RelationKind.MEETING: 0.5,
    RelationKind.INTRODUCTION: 0.1,
}
_FIRMS_PER_CLUB = 110
_FIRMS_PER_EVENT = 60
_CLUB_SIZE = (12, 18)
_EVENT_SIZE = (10, 45)


@dataclass(frozen=True, slots=True)
class Group:
    """A known relation: its members' positions in the world, supplier first for `supply`."""

    key: str
    kind: RelationKind
    members: tuple[int, ...]
    date: date
    label: str


@dataclass(frozen=True, slots=True)
class Scene:
    """What links are observed on: the firms that may appear, and where they are."""

    registrations: tuple[Registration, ...]
    known: Attributes
    present: Rows
    today: date


def set_scene(registrations: tuple[Registration, ...], today: date) -> Scene:
    """Gather the firms between which links may be seen."""
    present = [row for row, entry in enumerate(registrations) if entry.open_to_partners]
    known = attributes(tuple(entry.firm for entry in registrations))
    return Scene(registrations, known, np.array(present, dtype=np.int64), today)


def observe_pairs(
    generator: np.random.Generator, scene: Scene, truth: Pairs, kind: RelationKind
) -> list[Group]:
    """Draw the links of one kind that are known, without replacement, from the true partners.

    Trade links come from true suppliers alone, meetings and introductions from every kind of
    partner.
    """
    rows = _unique_pairs(truth, kind)
    wanted = min(round(_LINKS_PER_FIRM[kind] * len(scene.present)), (len(rows) + 1) // 2)
    if not wanted:
        return []
    source, target = truth.source[rows], truth.target[rows]
    weights = truth.utility[rows] * visibility(
        scene.known, source, target, CROSS_BORDER_SHARE_SEEN[kind]
    )
    # Adding Gumbel noise to log-weights draws without replacement in proportion to the weights.
    keys = np.log(weights) + generator.gumbel(size=len(rows))
    chosen = np.sort(np.argsort(-keys, kind="stable")[:wanted])
    dates = _draw_dates(generator, scene.today, wanted)
    return [
        Group(
            key=f"{kind.value}-{number:05d}",
            kind=kind,
            members=(int(source[row]), int(target[row])),
            date=dates[number],
            label=_PAIR_LABELS[kind],
        )
        for number, row in enumerate(chosen)
    ]


def visibility(known: Attributes, source: Rows, target: Rows, cross_border: float) -> Values:
    """How likely a link is to be known: more for large and near firms, less across the border."""
    size = 10 ** (0.35 * (known.log_staff[source] + known.log_staff[target]))
    near = np.exp(-distance_km(known, source, target) / 20.0)
    same_side = known.department[source] == known.department[target]
    seen: Values = size * near * np.where(same_side, 1.0, cross_border)
    return seen


def draw_clubs(generator: np.random.Generator, scene: Scene) -> list[Group]:
    """Draw Plato clubs: 12 to 18 firms of like size and different trades, near each other.

    For years each chamber gathered its own firms; in the last two, both sides sit together.
    """
    staffed = scene.present[scene.known.log_staff[scene.present] >= np.log10(3)]
    free = set(staffed.tolist())
    clubs = []
    for number in range(len(scene.present) // _FIRMS_PER_CLUB):
        mixed = number % YEARS_SEEN >= YEARS_SEEN - 2
        pool = np.array(sorted(free), dtype=np.int64)
        if len(pool) < 2 * _CLUB_SIZE[1]:
            break
        founder = int(pool[generator.integers(len(pool))])
        size = int(generator.integers(_CLUB_SIZE[0], _CLUB_SIZE[1] + 1))
        members = _nearest_trades(scene.known, founder, pool, size, mixed)
        if len(members) < _CLUB_SIZE[0]:
            continue
        free -= set(members)
        year = scene.today.year - YEARS_SEEN + number % YEARS_SEEN
        commune = scene.registrations[founder].firm.commune.name
        theme = THEMES[generator.integers(len(THEMES))]
        clubs.append(
            Group(
                key=f"plato-{number:04d}",
                kind=RelationKind.PLATO,
                members=members,
                date=_within(generator, year, scene.today),
                label=f"Plato {year} {commune}, {theme}",
            )
        )
    return clubs


def draw_events(generator: np.random.Generator, scene: Scene) -> list[Group]:
    """Draw the attendance of events on a theme: near firms that care for it come more."""
    interests = {theme: _interest(scene, theme) for theme in THEMES}
    events = []
    for number in range(len(scene.present) // _FIRMS_PER_EVENT):
        host = int(scene.present[generator.integers(len(scene.present))])
        theme = THEMES[generator.integers(len(THEMES))]
        size = min(int(generator.integers(*_EVENT_SIZE)), len(scene.present) // 3)
        weights = interests[theme] * visibility(scene.known, np.array(host), scene.present, 0.3)
        guests = generator.choice(
            scene.present, size=size, replace=False, p=weights / weights.sum()
        )
        commune = scene.registrations[host].firm.commune.name
        events.append(
            Group(
                key=f"event-{number:04d}",
                kind=RelationKind.EVENT,
                members=tuple(sorted(int(guest) for guest in guests)),
                date=_draw_dates(generator, scene.today, 1)[0],
                label=f"Rencontre {theme}, {commune}",
            )
        )
    return events


_PAIR_LABELS = {
    RelationKind.SUPPLY: "Relation client-fournisseur",
    RelationKind.MEETING: "Rendez-vous d'affaires",
    RelationKind.INTRODUCTION: "Mise en relation par un conseiller",
}


def _unique_pairs(truth: Pairs, kind: RelationKind) -> NDArray[np.int64]:
    """Best row of each pair of firms; for trade links only suppliers, in their direction."""
    supply = np.array(truth.kind) == "supply"
    rows = np.flatnonzero(supply) if kind is RelationKind.SUPPLY else np.arange(len(truth))
    low = np.minimum(truth.source[rows], truth.target[rows])
    high = np.maximum(truth.source[rows], truth.target[rows])
    order = np.lexsort((-truth.utility[rows], high, low))
    low, high = low[order], high[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    best: NDArray[np.int64] = rows[order[first]]
    return best


def _nearest_trades(
    known: Attributes, founder: int, pool: Rows, size: int, mixed: bool
) -> tuple[int, ...]:
    """Take the nearest firms of like size, one per trade; half from each side where mixed."""
    gap = np.abs(known.log_staff[pool] - known.log_staff[founder])
    far = distance_km(known, np.array(founder), pool) + 25.0 * gap
    order = pool[np.argsort(far, kind="stable")]
    quota = {
        side: size if not mixed else (size + 1) // 2 for side in np.unique(known.department[pool])
    }
    if not mixed:
        quota = {known.department[founder]: size}
    members: list[int] = []
    trades: set[int] = set()
    for row in order:
        side, trade = known.department[row], int(known.trade[row])
        if quota.get(side, 0) > 0 and trade not in trades and len(members) < size:
            quota[side] -= 1
            trades.add(trade)
            members.append(int(row))
    return tuple(sorted(members))


def _interest(scene: Scene, theme: str) -> Values:
    return np.array(
        [0.1 + scene.registrations[row].firm.themes.get(theme, 0.0) for row in scene.present]
    )


def _draw_dates(generator: np.random.Generator, today: date, count: int) -> list[date]:
    days = generator.integers(10, YEARS_SEEN * 365, size=count)
    return [today - timedelta(days=int(day)) for day in days]


def _within(generator: np.random.Generator, year: int, today: date) -> date:
    """Draw a day of autumn, when clubs start."""
    start = date(year, 9, 15) + timedelta(days=int(generator.integers(0, 60)))
    return min(start, today - timedelta(days=10))
