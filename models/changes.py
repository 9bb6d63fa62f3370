"""What one snapshot shows that the one published before did not, and what brought it about.

A newcomer is a partner in the shown part of a list that was not there before. Its cause is the
first of `CAUSES` that holds; everything is told from the two snapshots alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matchmaker.errors import SnapshotError
from matchmaker.intents import Intent
from models.arrays import load_array, save_arrays
from models.channels.contract import Family
from models.group_changes import is_among, new_memberships
from models.inputs import UNKNOWN, CompanyRows, Flags, Rows
from models.lists import RankedLists, Vetoes
from models.published import Published, open_published

FOLDER = "changes"
"""Folder of a snapshot that holds what only the comparison with the next one needs."""

BLOCK = 20_000
"""Lists that are compared at a time."""

GONE = -2
"""Row of a firm that the later snapshot does not have; `UNKNOWN` pads lists."""


class Cause(StrEnum):
    """Why a partner is new in a list."""

    FIRM_NEW = "firm_new"
    """The firm itself takes part for the first time: all of its list is new."""
    PARTNER_NEW = "partner_new"
    RULE_LIFTED = "rule_lifted"
    """A rule kept the two apart before, and does not any more."""
    DECLARED = "declared"
    """One of the two has changed what it declares, and what is declared speaks for the pair."""
    RELATION = "relation"
    """One of the two has a new relation, and relations speak for the pair."""
    PLACE_FREE = "place_free"
    """Somebody who was on the list has left, or may not be on it any more."""
    SHARING = "sharing"
    """Nothing of that: what the two want, or what others want, weighs otherwise."""


CAUSES: tuple[Cause, ...] = tuple(Cause)
"""Causes in the order in which the first one that holds is named."""

Codes = npt.NDArray[np.int8]
"""Positions in `CAUSES`, -1 for a partner that is not new; shape (n, shown)."""

Listed = npt.NDArray[np.int32]
"""Partners of some firms, place by place; shape (shown, m)."""


@dataclass(frozen=True)
class OpenSnapshot:
    """A snapshot, open for comparison.

    Parameters
    ----------
    published
        Model and lists.
    declared
        A digest of what each firm declares, 0 for nothing; shape (n,).
    vetoes
        Which candidates a rule kept out, per intent.
    """

    published: Published
    declared: npt.NDArray[np.uint64]
    vetoes: Mapping[Intent, Vetoes]

    @property
    def shown(self) -> int:
        """Length of the part of a list that is shown."""
        return self.published.model.settings.list_length

    def lists(self, intent: Intent) -> RankedLists:
        """Give the lists of one intent, reserve included."""
        return self.published.lists[intent]

    def __len__(self) -> int:
        return len(self.published.model.sirets)


@dataclass(frozen=True)
class Changes:
    """Two snapshots, compared.

    Parameters
    ----------
    before, after
        The two.
    earlier
        Row that each firm of `after` had in `before`, -1 where it was not there.
    later
        Row that each firm of `before` has in `after`, `GONE` where it is not there any more.
    causes
        Per intent, who is new and why.
    redeclared
        Firms of `after` that were there and have changed what they declare.
    joined
        One flag per membership of `after` (an entry of its sparse array): whether it is new.
    """

    before: OpenSnapshot
    after: OpenSnapshot
    earlier: Rows
    later: Rows
    causes: Mapping[Intent, Codes]
    redeclared: Flags
    joined: Flags


def save_declared(folder: Path, companies: CompanyRows) -> None:
    """Keep what tells the next night whose declared texts have changed; no text can be read off."""
    texts = zip(
        companies.activity, companies.offers, companies.needs, companies.themes, strict=True
    )
    digests = [_digest(own) if any(own) else 0 for own in texts]
    save_arrays(folder / FOLDER, {"declared": np.array(digests, dtype=np.uint64)})


def _digest(declared: tuple[str, str, str, tuple[str, ...]]) -> int:
    found = hashlib.blake2b(repr(declared).encode(), digest_size=8).digest()
    return int.from_bytes(found, "big") or 1


def open_snapshot(folder: Path, published: Published | None = None) -> OpenSnapshot:
    """Open a snapshot for comparison, by memory map.

    Parameters
    ----------
    folder
        The snapshot's own folder.
    published
        The same snapshot, where it is open already.

    Raises
    ------
    SnapshotError
        If it is damaged, or of another version of this code.
    """
    vetoes = {
        intent: Vetoes(
            *(
                load_array(folder / "vetoes" / intent, name)
                for name in ("seekers", "partners", "rules")
            )
        )
        for intent in Intent
    }
    declared = load_array(folder / FOLDER, "declared")
    # Nothing is ranked here: what the channels have learned need not be read.
    return OpenSnapshot(published or open_published(folder, fitted=False), declared, vetoes)


def compare(before: OpenSnapshot, after: OpenSnapshot) -> Changes:
    """Find every newcomer and its cause.

    Raises
    ------
    SnapshotError
        If the two are of different channels.
    """
    old, new = before.published.model, after.published.model
    if old.channel_names != new.channel_names:
        raise SnapshotError(
            f"{before.published.name} and {after.published.name} cannot be compared: their "
            "channels differ."
        )
    earlier = _rows_in(new.territory.view.key, old.territory.view.key, UNKNOWN)
    later = _rows_in(old.territory.view.key, new.territory.view.key, GONE)
    there = earlier >= 0
    redeclared = there & (after.declared != before.declared[earlier])
    joined = new_memberships(old.territory, new.territory)
    entered = np.repeat(np.arange(len(after)), np.diff(new.territory.links.membership.indptr))
    related = np.bincount(entered[joined], minlength=len(after)) > 0
    facts = _Facts(before, after, earlier, later, redeclared, related & there)
    causes = {intent: facts.causes(intent) for intent in Intent}
    return Changes(before, after, earlier, later, causes, redeclared, joined)


def _rows_in(keys: npt.NDArray[np.uint64], others: npt.NDArray[np.uint64], missing: int) -> Rows:
    """Row of each key among others; keys are SIRETs, scrambled one to one."""
    if len(others) == 0:
        return np.full(len(keys), missing, dtype=np.int64)
    order = np.argsort(others)
    place = np.minimum(np.searchsorted(others, keys, sorter=order), len(others) - 1)
    rows = order[place]
    return np.where(others[rows] == keys, rows, missing).astype(np.int64)


@dataclass(frozen=True)
class _Facts:
    """What each firm did between two nights, and how that explains a newcomer."""

    before: OpenSnapshot
    after: OpenSnapshot
    earlier: Rows
    later: Rows
    redeclared: Flags
    related: Flags

    def causes(self, intent: Intent) -> Codes:
        lists, shown, n = self.after.lists(intent), self.after.shown, len(self.after)
        codes = np.full((n, shown), UNKNOWN, dtype=np.int8)
        released = self._pairs(self.before.vetoes[intent], self.later)
        vetoed = self._pairs(self.after.vetoes[intent], np.arange(n))
        for rows in _blocks(n):
            listed = np.ascontiguousarray(np.asarray(lists.partners[rows, :shown]).T)
            was = listed_before(self.before, self.earlier[rows], self.later, intent)
            there, still = _in_both(listed, was)
            new = (listed >= 0) & ~there
            found = self._explained(rows.start, listed, new, released, lists)
            freed = free_places(was, still, np.arange(n)[rows], vetoed, n).sum(axis=0)
            rest = found == _code(Cause.SHARING)
            found[rest & (rest.cumsum(axis=0, dtype=np.int16) <= freed)] = _code(Cause.PLACE_FREE)
            codes[rows, : len(found)] = found.T
        return codes

    def _explained(
        self, start: int, listed: Listed, new: Flags, released: Rows, lists: RankedLists
    ) -> Codes:
        """Name what the two firms did themselves, or else the sharing-out; -1 for no newcomer."""
        found = np.where(new, np.int8(_code(Cause.SHARING)), np.int8(UNKNOWN))
        place, column = np.divmod(np.flatnonzero(new), new.shape[1])
        seeker, partner = start + column, listed[place, column]
        declared = self.redeclared[seeker] | self.redeclared[partner]
        related = self.related[seeker] | self.related[partner]

        def speaks(which: Flags, family: Family) -> Flags:
            # Few firms do anything in one night: what the channels add is read for these alone.
            asked = np.flatnonzero(which)
            parts = np.asarray(lists.parts[seeker[asked], place[asked]])
            flags = np.zeros(len(which), dtype=bool)
            flags[asked] = self._speak(parts, family)
            return flags

        holds = {
            Cause.RELATION: speaks(related, Family.RELATIONS),
            Cause.DECLARED: speaks(declared, Family.DECLARED),
            Cause.RULE_LIFTED: is_among(seeker * len(self.after) + partner, released),
            Cause.PARTNER_NEW: self.earlier[partner] < 0,
            Cause.FIRM_NEW: self.earlier[seeker] < 0,
        }
        for cause, flags in holds.items():  # the weightiest last: it stays
            found[place[flags], column[flags]] = _code(cause)
        return found

    def _speak(self, parts: npt.NDArray[np.float16], family: Family) -> Flags:
        own = [each.family is family for each in self.after.published.model.channels]
        flags: Flags = parts[:, own].sum(axis=1, dtype=np.float32) > 0
        return flags

    def _pairs(self, vetoes: Vetoes, rows: Rows) -> Rows:
        """Give the pairs that a rule kept apart one number each, by the rows of `after`; sorted."""
        if len(vetoes.seekers) == 0:
            return np.zeros(0, dtype=np.int64)
        seekers, partners = rows[vetoes.seekers], rows[vetoes.partners]
        both = (seekers >= 0) & (partners >= 0)
        # The log goes by seeker: what is nearly in order is sorted quickly.
        return np.sort(seekers[both] * len(self.after) + partners[both], kind="stable")


def _code(cause: Cause) -> int:
    return CAUSES.index(cause)


def _blocks(length: int) -> Iterator[slice]:
    for start in range(0, length, BLOCK):
        yield slice(start, min(start + BLOCK, length))


def listed_before(before: OpenSnapshot, earlier: Rows, later: Rows, intent: Intent) -> Rows:
    """Shown partners that firms had, as rows of the later snapshot; `GONE` where it has none.

    Place by place: shape (shown, m).
    """
    partners = before.lists(intent).partners
    if len(partners) == 0:
        return np.full((before.shown, len(earlier)), UNKNOWN, dtype=np.int64)
    own = np.ascontiguousarray(partners[np.maximum(earlier, 0)].T[: before.shown])
    was = np.where(own < 0, UNKNOWN, later[own])
    was[:, earlier < 0] = UNKNOWN
    return was


def _in_both(listed: Listed, was: Rows) -> tuple[Flags, Flags]:
    """Tell which of those who are listed were listed before, and which of those before are still.

    Place by place, as short rows are slow to walk.
    """
    there, still = np.zeros(listed.shape, dtype=bool), np.zeros(was.shape, dtype=bool)
    for place, partners in enumerate(was.astype(listed.dtype)):
        met = listed == partners
        there |= met
        still[place] = met.any(axis=0)
    return there, still


def free_places(was: Rows, still: Flags, rows: Rows, vetoed: Rows, n: int) -> Flags:
    """Tell which of those who were listed are gone, or kept out by a rule since.

    Parameters
    ----------
    was
        Who was listed, place by place; shape (shown, m).
    still
        Who of them is listed still.
    rows
        Firms whose lists they are; shape (m,).
    vetoed
        Pairs that a rule keeps apart, as numbers `row * n + partner`; sorted.
    n
        Number of firms.
    """
    free: Flags = was == GONE
    place, column = np.divmod(np.flatnonzero((was >= 0) & ~still), len(rows))
    free[place, column] = is_among(rows[column] * n + was[place, column], vetoed)
    return free
