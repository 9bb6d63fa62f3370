"""From candidates to ranked lists: rules, scores, fusion, per intent and role."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matchmaker.eligibility import PAIR_RULES, are_competitors, catchment_km
from matchmaker.intents import FLOW, OPPOSITE, ROLES, Intent, Role
from matchmaker.settings import EligibilitySettings
from models.bands import TELLING, bands_of
from models.channels.contract import Channel, Territory, is_of_territory, sampled
from models.channels.place import distance_km
from models.fusion import Fusion
from models.inputs import UNKNOWN, Flags, Floats, Rows
from models.lists import (
    ALL_ROLES,
    NO_ROLE,
    RankedLists,
    Vetoes,
    joined_vetoes,
    merged,
    seen_before,
    stacked,
)
from models.marks import Marks
from models.prior import Ranks, ranks_of
from models.roles import may_fill
from models.search import Method, Pool
from models.view import View, mixed

BLOCK = 256
"""Seekers that are scored at a time: keeps the work in some tens of megabytes."""


@dataclass(frozen=True)
class Ranker:
    """Everything that ranking needs beside the seekers.

    Parameters
    ----------
    territory
        The companies and their relations.
    channels
        Fitted channels.
    fusions
        How the channels' scores become one, per role.
    rules
        Settings of the competitor rule.
    pair_rules
        Rules in force, out of `PAIR_RULES`.
    seed
        Seed of the order among equal scores.
    marks
        What firms and advisers said of pairs.
    answers
        Who may be proposed, shape (n,); none where everybody may who can fill the role.
    """

    territory: Territory
    channels: Sequence[Channel]
    fusions: Mapping[Role, Fusion]
    rules: EligibilitySettings
    pair_rules: Collection[str]
    seed: int
    marks: Marks
    answers: Flags | None = None

    def candidates(self, seekers: View, rows: Rows, role: Role, each: int, method: Method) -> Rows:
        """Unite the proposals of every channel that counts in a role.

        A company of which nothing is known that any channel could go by is proposed the best
        connected ones.

        Returns
        -------
        ndarray
            Rows of the territory, ascending, shape (m, widest union), padded with -1.
        """
        found = self.proposals(seekers, rows, role, each, method)
        none = np.zeros((len(rows), 0), dtype=np.int64)
        together = united(np.concatenate([none, *found.values()], axis=1))
        stranded = ~(together >= 0).any(axis=1) & may_fill(OPPOSITE[role], seekers)[rows]
        if not stranded.any():
            return together
        known = np.full((len(rows), each), UNKNOWN, dtype=np.int64)
        known[stranded] = self._best_connected(seekers, rows[stranded], role, each)
        return united(np.concatenate([together, known], axis=1))

    def _best_connected(self, seekers: View, rows: Rows, role: Role, each: int) -> Rows:
        """Companies with the most relations, the same for everybody on one side."""
        pool, degree = self._pool(role), self.territory.links.degree
        sides = pool.sides(seekers.department[rows])
        best = np.full((len(rows), each), UNKNOWN, dtype=np.int64)
        for side in np.unique(sides):
            others = pool.outside(int(side))
            order = np.lexsort((mixed(self.territory.view.key[others]), -degree[others]))
            chosen = others[order[:each]]
            best[sides == side, : len(chosen)] = chosen
        return best

    def _pool(self, role: Role) -> Pool:
        view = self.territory.view
        fit = may_fill(role, view)
        if self.answers is not None:
            fit = fit & self.answers
        return Pool(
            np.flatnonzero(fit).astype(np.int64),
            view.department,
            cross="same_department" in self.pair_rules,
        )

    def proposals(
        self, seekers: View, rows: Rows, role: Role, each: int, method: Method
    ) -> dict[str, Rows]:
        """Ask every channel that counts in a role for partners.

        Parameters
        ----------
        seekers, rows
            Whose partners are looked for; those that cannot take the other part get none.
        each
            Proposals asked of each channel.

        Returns
        -------
        dict
            Per channel, rows of the territory, shape (m, any), padded with -1.
        """
        pool = self._pool(role)
        asking = np.flatnonzero(may_fill(OPPOSITE[role], seekers)[rows])
        proposed = {}
        for channel, counts in zip(self.channels, self.fusions[role].proposing, strict=True):
            if counts and len(asking) and len(pool.rows):
                found = channel.top(seekers, rows[asking], FLOW[role], pool, each, method)
                widened = np.full((len(rows), found.shape[1]), UNKNOWN, dtype=np.int64)
                widened[asking] = found
                proposed[channel.name] = widened
        return proposed

    def scored(
        self, seekers: View, rows: Rows, partners: Rows, role: Role, which: Flags
    ) -> tuple[Floats, Ranks]:
        """Score pairs by some channels, and rank the partners of each seeker in each.

        Parameters
        ----------
        partners
            Shape (m, c), padded with -1.
        which
            Channels that are asked, shape (n_channels,); the others see nothing.

        Returns
        -------
        (ndarray, ndarray)
            Scores and ranks, both (m, c, n_channels).
        """
        scores = np.zeros((*partners.shape, len(self.channels)), dtype=np.float32)
        ranks = np.zeros(scores.shape, dtype=np.uint16)
        for place, channel in enumerate(self.channels):
            if not which[place]:
                continue
            seen = channel.score(seekers, rows, partners, FLOW[role])
            if (seen > 0).any():
                seen = np.where(partners < 0, np.float32(0), seen)
                scores[:, :, place], ranks[:, :, place] = seen, ranks_of(seen)
        return scores, ranks

    def rank(
        self,
        seekers: View,
        rows: Rows,
        candidates: dict[Role, Rows],
        intent: Intent,
        length: int,
    ) -> tuple[RankedLists, Vetoes]:
        """Rank the candidates of all roles of an intent into one list per seeker, by score."""
        by_role, vetoes = self.pools(seekers, rows, candidates, intent, length)
        return merged(list(by_role.values()), length, self.territory.view.siren), vetoes

    def pools(
        self,
        seekers: View,
        rows: Rows,
        candidates: dict[Role, Rows],
        intent: Intent,
        length: int,
    ) -> tuple[dict[Role, RankedLists], Vetoes]:
        """Rank the candidates of each role of an intent by themselves, as each seeker sees them."""
        by_role, vetoes = {}, []
        for role in ROLES[intent]:
            parts = [
                self._rank_block(
                    seekers, rows[block], candidates[role][block], intent, role, length
                )
                for block in _blocks(len(rows))
            ]
            by_role[role] = stacked([ranked for ranked, _ in parts], length, len(self.channels))
            vetoes += [vetoed for _, vetoed in parts]
        return by_role, joined_vetoes(vetoes)

    def _rank_block(
        self, seekers: View, rows: Rows, partners: Rows, intent: Intent, role: Role, length: int
    ) -> tuple[RankedLists, Vetoes]:
        vetoed = self.vetoes(seekers, rows, partners, intent)
        places, columns = np.nonzero(vetoed >= 0)
        log = Vetoes(rows[places], partners[places, columns], vetoed[places, columns])
        partners = np.where(vetoed >= 0, UNKNOWN, partners)
        fusion = self.fusions[role]
        seen, ranks = self.scored(seekers, rows, partners, role, fusion.active)
        parts = fusion.contributions(seen, ranks)
        fused = parts.sum(axis=-1)
        # A partner for whom no channel speaks is no suggestion: there would be no reason to give.
        partners = np.where((parts > 0).any(axis=-1), partners, UNKNOWN)
        order, chosen = self._best_first(seekers, rows, partners, fused, length)
        scores = np.where(chosen < 0, np.float32(0), np.take_along_axis(fused, order, axis=1))
        here = np.arange(len(rows))[:, None]
        parts = parts[here, order]
        telling = seen[here, order] >= [TELLING.get(each.name, np.inf) for each in self.channels]
        parts[chosen < 0], telling[chosen < 0] = 0, False
        return RankedLists(
            partners=chosen.astype(np.int32),
            roles=np.where(chosen < 0, NO_ROLE, ALL_ROLES.index(role)).astype(np.int8),
            scores=scores,
            bands=bands_of(telling, self.channels),
            parts=parts.astype(np.float16),
            propensity=np.ones(chosen.shape, dtype=np.float32),
        ), log

    def _best_first(
        self, seekers: View, rows: Rows, partners: Rows, fused: Floats, length: int
    ) -> tuple[Rows, Rows]:
        """Order partners by score; of each firm only its best establishment.

        Returns
        -------
        (ndarray, ndarray)
            Places in the rows of `partners`, and the partners there; both (m, at most length).
        """
        view = self.territory.view
        chance = mixed(
            seekers.key[rows][:, None] ^ mixed(view.key[partners] + np.uint64(self.seed))
        )
        score = np.where(partners < 0, -np.inf, np.round(fused, 6))
        order = np.lexsort((chance, -score), axis=1)
        ordered = np.take_along_axis(partners, order, axis=1)
        # Ten shops of one chain are one lead.
        ordered[seen_before(np.where(ordered < 0, UNKNOWN, view.siren[ordered]))] = UNKNOWN
        kept = np.argsort(ordered < 0, axis=1, kind="stable")[:, :length]
        return np.take_along_axis(order, kept, axis=1), np.take_along_axis(ordered, kept, axis=1)

    def vetoes(
        self, seekers: View, rows: Rows, partners: Rows, intent: Intent
    ) -> npt.NDArray[np.int8]:
        """Name the first pair rule that applies to each pair; -1 where none does.

        Parameters
        ----------
        partners
            Shape (m, c), padded with -1 (never vetoed).
        """
        view = self.territory.view
        own = rows[:, None]
        said = self._said(seekers, rows, partners)
        same_sub_class = (seekers.trade[own, 4] == view.trade[partners, 4]) & (
            seekers.trade[own, 4] >= 0
        )
        alike = _offers_cosine(seekers, rows, view, partners) >= self.rules.near_equal_offers
        reach = catchment_km(seekers.size[own], self.rules) + catchment_km(
            view.size[partners], self.rules
        )
        competitor = are_competitors(
            same_sub_class | alike,
            distance_km(seekers, rows, view, partners),
            reach,
            anywhere=intent in self.rules.same_trade_anywhere,
        )
        applies = {
            "same_siren": seekers.siren[own] == view.siren[partners],
            "same_department": seekers.department[own] == view.department[partners],
            "already_met": said["acquainted"],
            "competitor": competitor & ~said["lifted"],
            "said_competitor": said["competitor"],
            "already_known": said["known"],
            "set_aside": said["set_aside"],
        }
        rule = np.full(partners.shape, UNKNOWN, dtype=np.int8)
        for number, name in reversed(list(enumerate(PAIR_RULES))):
            if name in self.pair_rules:
                rule[applies[name]] = number
        rule[partners < 0] = UNKNOWN
        return rule

    def _said(self, seekers: View, rows: Rows, partners: Rows) -> dict[str, Flags]:
        """Tell what is known of each pair; of a profile outside the territory nothing is."""
        marks = self.marks
        known = {
            "acquainted": self.territory.links.acquainted,
            "lifted": marks.lifted,
            "competitor": marks.competitor,
            "known": marks.known,
            "set_aside": marks.set_aside,
        }
        if not is_of_territory(seekers, self.territory):
            return {name: np.zeros(partners.shape, dtype=bool) for name in known}
        return {name: sampled(pairs[rows], partners) > 0 for name, pairs in known.items()}


def _offers_cosine(seekers: View, rows: Rows, view: View, partners: Rows) -> Floats:
    """Cosine of the offers where both sides declared some, zero elsewhere."""
    declared = np.diff(view.offers_words.indptr) > 0
    own = (np.diff(seekers.offers_words.indptr) > 0)[rows]
    places, columns = np.nonzero(own[:, None] & declared[partners] & (partners >= 0))
    cosines = np.zeros(partners.shape, np.float32)
    cosines[places, columns] = np.einsum(
        "pd,pd->p", seekers.offers[rows[places]], view.offers[partners[places, columns]]
    )
    return cosines


def united(proposals: Rows) -> Rows:
    """Sort proposals and take out repeats; shape (m, widest union), padded with -1 in front."""
    ordered = np.sort(proposals, axis=1)
    if ordered.shape[1] == 0:
        return ordered
    ordered[:, 1:][ordered[:, 1:] == ordered[:, :-1]] = UNKNOWN
    ordered = np.sort(ordered, axis=1)
    widest = int((ordered >= 0).sum(axis=1).max(initial=0))
    united: Rows = ordered[:, ordered.shape[1] - widest :]
    return united


def _blocks(length: int) -> Iterator[slice]:
    for start in range(0, length, BLOCK):
        yield slice(start, min(start + BLOCK, length))
