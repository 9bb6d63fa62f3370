"""Newcomers as advisers read them: the most useful first, each with what brought it about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

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

Numbers = npt.NDArray[np.integer[Any]]

LEAST_GROWTH = 1e-3
"""Growth of a contribution that can be told from rounding."""


@dataclass(frozen=True)
class Newcomers:
    """Newcomers of lists, in the order in which they are read; one entry each.

    Parameters
    ----------
    intents
        Positions in `INTENTS`.
    rows, places
        Row of the firm, and place in its list.
    bands
        Positions in `models.bands.BANDS`.
    causes
        Positions in `CAUSES`.
    pairs
        Numbers of firm and partner, the same for a pair that is new for several intents; from 0.
    """

    intents: Numbers
    rows: Numbers
    places: Numbers
    bands: Numbers
    causes: Numbers
    pairs: Numbers

    def __len__(self) -> int:
        return len(self.rows)

    def by_cause(self) -> dict[Cause, int]:
        """Count them by cause; causes without any are absent."""
        counts = np.bincount(self.causes, minlength=len(CAUSES))
        return {cause: int(n) for cause, n in zip(CAUSES, counts, strict=True) if n}

    def of_cause(self, cause: Cause) -> Newcomers:
        """Take those that one cause brought, in their order."""
        return self.taken(np.flatnonzero(self.causes == CAUSES.index(cause)))

    def chosen(
        self,
        firms: Flags,
        intents: Collection[Intent] = INTENTS,
        bands: Collection[Band] = BANDS,
    ) -> Newcomers:
        """Choose some, each pair once: for the intent that comes first in this order.

        Parameters
        ----------
        firms
            Which rows of the later snapshot to look at.
        intents, bands
            Which suggestions count.
        """
        intent = np.isin(np.arange(len(INTENTS)), [INTENTS.index(each) for each in intents])
        band = np.isin(np.arange(len(BANDS)), [BANDS.index(each) for each in bands])
        which = np.flatnonzero(firms[self.rows] & intent[self.intents] & band[self.bands])
        return self.taken(which[_first_of_each(self.pairs[which])])

    def taken(self, places: npt.NDArray[np.int64] | slice) -> Newcomers:
        """Take some of them, in the order given."""
        return Newcomers(**{each.name: getattr(self, each.name)[places] for each in fields(self)})


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
    members
        For `RELATION`: departments of the firms that it ties, by SIRET.
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
    members: Mapping[str, str] = field(default_factory=dict)
    rule: str | None = None
    left: str | None = None
    channel: str | None = None


def newcomers(changes: Changes) -> Newcomers:
    """Put all newcomers of two snapshots in order, the most useful first.

    Strong leads first; those of which something happened before those that only the sharing-out
    moved; then firms that declare something, then partners that do, then the higher place. Firms
    that take part for the first time are left out: everything about them is new.
    """
    found = [_of_intent(changes, intent) for intent in INTENTS]
    intents, rows, places, bands, causes, partners = (
        np.concatenate(columns) for columns in zip(*found, strict=True)
    )
    declares = changes.after.declared != 0
    order = np.lexsort(
        (
            intents,
            rows,
            places,
            ~declares[partners],
            ~declares[rows],
            causes == CAUSES.index(Cause.SHARING),
            -bands,
        )
    )
    _, pairs = np.unique(rows.astype(np.int64) * len(changes.after) + partners, return_inverse=True)
    return Newcomers(intents, rows, places, bands, causes, pairs).taken(order)


def _of_intent(changes: Changes, intent: Intent) -> tuple[Numbers, ...]:
    codes, lists = changes.causes[intent], changes.after.lists(intent)
    new = np.flatnonzero(codes > CAUSES.index(Cause.FIRM_NEW))
    rows, places = np.divmod(new, codes.shape[1])
    intents = np.full(len(rows), INTENTS.index(intent), dtype=np.int8)
    bands, partners = lists.bands[rows, places], lists.partners[rows, places]
    return (
        intents,
        rows.astype(np.int32),
        places.astype(np.int8),
        bands,
        codes[rows, places],
        partners,
    )


def _first_of_each(numbers: Numbers) -> Rows:
    """Give the places, ascending, at which a number stands for the first time."""
    first = np.zeros(int(numbers.max(initial=-1)) + 1, dtype=np.int64)
    # The last one written stays: going backwards, that is the first.
    first[numbers[::-1]] = np.arange(len(numbers))[::-1]
    return np.flatnonzero(first[numbers] == np.arange(len(numbers)))


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
        "members": _members(changes, group),
    }


def _members(changes: Changes, group: int) -> dict[str, str]:
    """Departments of the firms of a group, by SIRET."""
    model = changes.after.published.model
    rows = model.territory.links.membership[:, [group]].nonzero()[0]
    codes = model.territory.view.department
    return {str(model.sirets[row]): model.departments[int(codes[row])] for row in rows.tolist()}


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
    still = np.isin(was, lists.partners[row, : codes.shape[1]])
    log, n = changes.after.vetoes[intent], len(changes.after)
    own = np.flatnonzero(log.seekers == row)
    vetoed = np.unique(row * n + np.asarray(log.partners[own]).astype(np.int64))
    free = np.flatnonzero(free_places(was, still, mine, vetoed, n)[:, 0])
    turn = int((codes[row, :place] == CAUSES.index(Cause.PLACE_FREE)).sum())
    chosen = int(free[turn])
    before = int(changes.before.lists(intent).partners[int(earlier[0]), chosen])
    gone = int(was[chosen, 0]) == GONE
    return {
        "left": str(changes.before.published.model.sirets[before]),
        "rule": None if gone else _rule(log, row, int(was[chosen, 0])),
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
