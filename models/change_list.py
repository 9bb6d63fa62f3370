"""Newcomers as advisers read them: the most useful first, each with what brought it about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matchmaker.eligibility import PAIR_RULES
from matchmaker.intents import Intent, Role
from matchmaker.relations import RelationKind
from matchmaker.suggestions import Band
from models.bands import BANDS
from models.changes import CAUSES, GONE, Cause, Changes, free_places, listed_before
from models.inputs import Flags, Rows
from models.links import KINDS
from models.lists import ALL_ROLES, Vetoes

INTENTS = tuple(Intent)

LEAST_GROWTH = 1e-3
"""Growth of a contribution that can be told from rounding."""


@dataclass(frozen=True)
class Newcomers:
    """Chosen newcomers, in the order in which they are read; one entry each.

    Parameters
    ----------
    intents
        Positions in `INTENTS`.
    rows, places
        Row of the firm, and place in its list.
    causes
        Positions in `CAUSES`.
    """

    intents: Rows
    rows: Rows
    places: Rows
    causes: Rows

    def __len__(self) -> int:
        return len(self.rows)

    def by_cause(self) -> dict[Cause, int]:
        """Count them by cause; causes without any are absent."""
        counts = np.bincount(self.causes, minlength=len(CAUSES))
        return {cause: int(n) for cause, n in zip(CAUSES, counts, strict=True) if n}

    def of_cause(self, cause: Cause) -> Newcomers:
        """Take those that one cause brought, in their order."""
        return self.taken(np.flatnonzero(self.causes == CAUSES.index(cause)))

    def taken(self, places: npt.NDArray[np.int64] | slice) -> Newcomers:
        """Take some of them, in the order given."""
        return Newcomers(
            self.intents[places], self.rows[places], self.places[places], self.causes[places]
        )


@dataclass(frozen=True)
class Newcomer:
    """A partner that is new in a firm's list.

    Parameters
    ----------
    siret, partner
        Both firms.
    intent, role, band
        Of the suggestion; the role is the partner's.
    rank
        Place in the list, from 1.
    cause
        Why it is new.
    whose
        For `DECLARED` and `RELATION`: `"firm"`, `"partner"` or `"both"`.
    kind, label
        For `RELATION`: of a new relation; the label may be empty.
    rule
        For `RULE_LIFTED`: what kept the two apart. For `PLACE_FREE`: what keeps the other one out
        now, none where it is not in the service any more.
    left
        For `PLACE_FREE`: SIRET of who was on the list before.
    channel
        For `SHARING`: the channel whose contribution grew most; none where none grew, or where it
        is not known what it was.
    """

    siret: str
    partner: str
    intent: Intent
    role: Role
    band: Band
    rank: int
    cause: Cause
    whose: str = ""
    kind: RelationKind | None = None
    label: str = ""
    rule: str | None = None
    left: str | None = None
    channel: str | None = None


def newcomers(
    changes: Changes,
    firms: Flags,
    intents: Collection[Intent] = INTENTS,
    bands: Collection[Band] = BANDS,
) -> Newcomers:
    """Choose newcomers, and put the most useful first.

    Strong leads first; those of which something happened before those that only the sharing-out
    moved; then firms that declare something, then partners that do, then the higher place. A pair
    is told once, for the intent that comes first in this order. Firms that take part for the first
    time are left out: everything about them is new.

    Parameters
    ----------
    changes
        Two snapshots, compared.
    firms
        Which rows of the later one to look at.
    intents, bands
        Which suggestions count.
    """
    wanted = np.isin(np.arange(len(BANDS)), [BANDS.index(band) for band in bands])
    found = [_of_intent(changes, firms, intent, wanted) for intent in INTENTS if intent in intents]
    whole = Newcomers(*(np.concatenate(columns) for columns in zip(*found, strict=True)))
    partners, strength = _partners_and_bands(changes, whole)
    declares = changes.after.declared != 0
    order = np.lexsort(
        (
            whole.intents,
            whole.rows,
            whole.places,
            ~declares[partners],
            ~declares[whole.rows],
            whole.causes == CAUSES.index(Cause.SHARING),
            -strength,
        )
    )
    pairs = whole.rows[order] * len(changes.after) + partners[order]
    _, first = np.unique(pairs, return_index=True)
    return whole.taken(order[np.sort(first)])


def _of_intent(
    changes: Changes, firms: Flags, intent: Intent, wanted: Flags
) -> tuple[Rows, Rows, Rows, Rows]:
    codes = changes.causes[intent]
    bands = np.asarray(changes.after.lists(intent).bands[:, : codes.shape[1]])
    which = (codes > CAUSES.index(Cause.FIRM_NEW)) & firms[:, None] & wanted[bands]
    rows, places = np.nonzero(which)
    intents = np.full(len(rows), INTENTS.index(intent), dtype=np.int64)
    return intents, rows, places, codes[rows, places].astype(np.int64)


def _partners_and_bands(changes: Changes, chosen: Newcomers) -> tuple[Rows, Rows]:
    partners = np.zeros(len(chosen), dtype=np.int64)
    bands = np.zeros(len(chosen), dtype=np.int64)
    for number, intent in enumerate(INTENTS):
        own = chosen.intents == number
        lists = changes.after.lists(intent)
        at = chosen.rows[own], chosen.places[own]
        partners[own], bands[own] = lists.partners[at], lists.bands[at]
    return partners, bands


def told(changes: Changes, chosen: Newcomers) -> list[Newcomer]:
    """Say of each newcomer who it is and what brought it about; for as many as are read at once."""
    columns = (chosen.intents, chosen.rows, chosen.places, chosen.causes)
    return [
        _told(changes, INTENTS[intent], row, place, CAUSES[cause])
        for intent, row, place, cause in zip(*(each.tolist() for each in columns), strict=True)
    ]


def _told(changes: Changes, intent: Intent, row: int, place: int, cause: Cause) -> Newcomer:
    lists, sirets = changes.after.lists(intent), changes.after.published.model.sirets
    partner = int(lists.partners[row, place])
    return Newcomer(
        siret=str(sirets[row]),
        partner=str(sirets[partner]),
        intent=intent,
        role=ALL_ROLES[int(lists.roles[row, place])],
        band=BANDS[int(lists.bands[row, place])],
        rank=place + 1,
        cause=cause,
        **_details(changes, intent, row, partner, place, cause),  # type: ignore[arg-type]
    )


def _details(
    changes: Changes, intent: Intent, row: int, partner: int, place: int, cause: Cause
) -> Mapping[str, object]:
    match cause:
        case Cause.RULE_LIFTED:
            pair = int(changes.earlier[row]), int(changes.earlier[partner])
            return {"rule": _rule(changes.before.vetoes[intent], *pair)}
        case Cause.DECLARED:
            return {"whose": _whose(bool(changes.redeclared[row]), changes.redeclared[partner])}
        case Cause.RELATION:
            return _relation(changes, row, partner)
        case Cause.PLACE_FREE:
            return _who_left(changes, intent, row, place)
        case Cause.SHARING:
            return {"channel": _grown(changes, intent, row, partner, place)}
        case _:
            return {}


def _whose(firm: bool, partner: object) -> str:
    if firm and partner:
        return "both"
    return "firm" if firm else "partner"


def _rule(vetoes: Vetoes, seeker: int, partner: int) -> str | None:
    """Name the rule that kept a pair apart, if it is in the log."""
    found = np.flatnonzero((vetoes.seekers == seeker) & (vetoes.partners == partner))
    return PAIR_RULES[int(vetoes.rules[found[0]])] if len(found) else None


def _relation(changes: Changes, row: int, partner: int) -> Mapping[str, object]:
    """Name the newest of the new relations: the firm's own, or else the partner's."""
    links = changes.after.published.model.territory.links
    groups = [_joined_by(changes, each) for each in (row, partner)]
    own = groups[0] if len(groups[0]) else groups[1]
    # Latest day first; the number of the group makes the choice the same every time.
    group = min(own.tolist(), key=lambda each: (-int(links.day[each]), each))
    return {
        "whose": _whose(len(groups[0]) > 0, len(groups[1]) > 0),
        "kind": KINDS[int(links.kind[group])],
        "label": links.labels[group],
    }


def _joined_by(changes: Changes, row: int) -> Rows:
    membership = changes.after.published.model.territory.links.membership
    own = slice(int(membership.indptr[row]), int(membership.indptr[row + 1]))
    joined: Rows = np.asarray(membership.indices[own], dtype=np.int64)[changes.joined[own]]
    return joined if changes.earlier[row] >= 0 else joined[:0]


def _who_left(changes: Changes, intent: Intent, row: int, place: int) -> Mapping[str, object]:
    """Name whose place it is: the first newcomer of a list takes the first place that is free."""
    codes, lists = changes.causes[intent], changes.after.lists(intent)
    mine, earlier = np.array([row]), changes.earlier[[row]]
    was = listed_before(changes.before, earlier, changes.later, intent)
    listed = np.asarray(lists.partners[mine, : codes.shape[1]]).astype(np.int64)
    log, n = changes.after.vetoes[intent], len(changes.after)
    own = np.flatnonzero(log.seekers == row)
    vetoed = np.unique(row * n + np.asarray(log.partners[own]).astype(np.int64))
    free = np.flatnonzero(free_places(was, listed, mine, vetoed, n)[0])
    turn = int((codes[row, :place] == CAUSES.index(Cause.PLACE_FREE)).sum())
    chosen = int(free[turn])
    before = int(changes.before.lists(intent).partners[int(earlier[0]), chosen])
    gone = int(was[0, chosen]) == GONE
    return {
        "left": str(changes.before.published.model.sirets[before]),
        "rule": None if gone else _rule(log, row, int(was[0, chosen])),
    }


def _grown(changes: Changes, intent: Intent, row: int, partner: int, place: int) -> str | None:
    """Name the channel that adds most to what it added before; the reserve of a list tells."""
    was = changes.before.lists(intent)
    own = np.flatnonzero(was.partners[int(changes.earlier[row])] == int(changes.earlier[partner]))
    if not len(own):
        return None
    before = np.asarray(was.parts[int(changes.earlier[row]), int(own[0])], dtype=np.float32)
    now = np.asarray(changes.after.lists(intent).parts[row, place], dtype=np.float32)
    growth = now - before
    best = int(growth.argmax())
    names = changes.after.published.model.channel_names
    return names[best] if growth[best] > LEAST_GROWTH else None
