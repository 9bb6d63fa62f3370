"""What a group costs while people move: one look at its members, broken rules included."""

from __future__ import annotations

import numpy as np

from matchmaker.events.peer_groups.cohort import Cohort

BREACH = 400
"""Minutes of travel that a broken rule costs, or more where another weight is heavy."""
_BITS = 20
_MASK = (1 << _BITS) - 1


class Pricing:
    """What a group costs, broken rules included."""

    def __init__(self, cohort: Cohort) -> None:
        n, people = cohort.n_leaders, cohort.n_people
        self.cohort, self.rules = cohort, cohort.rules
        enemies = np.zeros((people, people), dtype=np.int64)
        for a, b in cohort.never:
            enemies[[a, b], [b, a]] = 1
        # Two counts of a group in one sum: people with a common theme, and people to avoid.
        self.pairs = cohort.alike.astype(np.int64) + (enemies << _BITS)
        far = (~cohort.near).astype(np.int64) << _BITS
        self.ways = cohort.minutes + far
        self.kinds = np.zeros((people, 1 + cohort.n_departments), dtype=np.int64)
        self.kinds[:n, 0] = 1
        self.kinds[np.arange(n), 1 + cohort.department] = 1
        self.mix = np.zeros((people, cohort.n_sizes + cohort.n_maturities), dtype=np.int64)
        self.mix[np.arange(n), cohort.size_class] = 1
        self.mix[np.arange(n), cohort.n_sizes + cohort.maturity_class] = 1
        counts = self.mix.sum(axis=0)
        sizes = np.arange(people + 1)[:, None]
        self.low, self.high = sizes * counts // n, -(-sizes * counts // n)
        self.mix_weight = np.repeat(
            [self.rules.size_mix, self.rules.maturity_mix], [cohort.n_sizes, cohort.n_maturities]
        )
        self.wanted = np.zeros(people, dtype=np.int64)
        self.wanted[:n] = np.where(cohort.has_themes, self.rules.theme_partners, 0)
        heaviest = max(self.rules.size_mix, self.rules.maturity_mix, self.rules.themes)
        self.breach = max(BREACH * self.rules.travel, 3 * heaviest)
        self.breach += 0 if cohort.must[:n].all() else self.rules.left_out
        self.away = np.full(people, self.rules.reserve)
        self.away[:n] = self.rules.left_out
        self.away[cohort.must] = 4 * self.breach

    def group(self, members: list[int], place: int) -> tuple[int, int]:
        """Cost of a group with its broken rules, and how many those are."""
        inside = np.array(members, dtype=np.int64)
        if place >= 0:
            way = int(self.ways[inside, place].sum())
        else:
            ways = self.ways[inside[:, None], inside].sum(axis=0)
            way = int(ways.min()) if members else 0
        pairs = self.pairs[inside[:, None], inside].sum(axis=0)
        breaches = way >> _BITS
        breaches += int((pairs >> _BITS).sum()) // 2
        missing = np.maximum(self.wanted[inside] - (pairs & _MASK), 0).sum()
        kinds = self.kinds[inside].sum(axis=0).tolist()
        leaders = kinds[0]
        mix = self.mix[inside].sum(axis=0)
        off = np.maximum(self.low[leaders] - mix, 0) + np.maximum(mix - self.high[leaders], 0)
        breaches += self._breaches(kinds, len(members) - leaders)
        cost = self.rules.travel * (way & _MASK) + self.rules.themes * int(missing)
        return cost + int(off @ self.mix_weight) + self.breach * breaches, breaches

    def _breaches(self, kinds: list[int], mentors: int) -> int:
        rules, leaders = self.rules, kinds[0]
        # A share is rounded up to whole leaders.
        least = max(rules.department_min, -(-rules.department_permille * leaders // 1000))
        return (
            max(rules.size[0] - leaders, leaders - rules.size[1], 0)
            + max(rules.mentors[0] - mentors, mentors - rules.mentors[1], 0)
            + sum(max(least - own, 0) for own in kinds[1:])
        )

    def nobody(self, members: list[int]) -> tuple[int, int]:
        """Cost of those without a group."""
        return int(self.away[members].sum()), int(self.cohort.must[members].sum())
