"""Two nights compared quickly, against the same told firm by firm in plain words."""

from types import SimpleNamespace

import numpy as np
import pytest
import scipy.sparse as sparse

from matchmaker.intents import Intent
from models.change_list import newcomers
from models.changes import CAUSES, Cause, OpenSnapshot, compare
from models.channels.contract import Family
from models.lists import RankedLists, Vetoes
from models.view import mixed

SHOWN, LENGTH, FIRMS = 4, 6, 40
FAMILIES = (Family.DECLARED, Family.RELATIONS, Family.DECLARED)


class Night:
    """A night of few firms, drawn: who takes part, who is listed, what keeps whom apart."""

    def __init__(self, seed, firms):
        draw = np.random.default_rng(seed)
        self.firms, n = firms, len(firms)
        self.declared = draw.choice(np.array([0, 1, 2], dtype=np.uint64), size=n, p=[0.2, 0.7, 0.1])
        self.groups = [
            ("meeting", day, draw.choice(n, size=size, replace=False).tolist())
            for day, size in enumerate(draw.integers(2, 5, size=6))
            if draw.random() < 0.8
        ]
        self.lists = {intent: self._lists(draw, n) for intent in Intent}
        self.vetoes = {
            intent: sorted({tuple(pair) for pair in draw.integers(0, n, size=(3 * n, 2)).tolist()})
            for intent in Intent
        }

    def _lists(self, draw, n):
        partners = np.full((n, LENGTH), -1, dtype=np.int32)
        for row in range(n):
            # From few partners: most of a list is the same the night after.
            few = [each for each in range(n) if each != row and (each + row) % 5 < 2][:LENGTH]
            length = draw.integers(0, len(few) + 1)
            partners[row, :length] = draw.permutation(few)[:length]
        parts = draw.choice([0.0, 0.5], size=(n, LENGTH, len(FAMILIES))).astype(np.float16)
        bands = draw.integers(0, 3, size=(n, LENGTH)).astype(np.int8)
        roles, scores = np.zeros((n, LENGTH), np.int8), np.zeros((n, LENGTH), np.float32)
        return RankedLists(partners, roles, scores, bands, parts, scores)

    def opened(self):
        """Give the night as the comparison reads it."""
        row = [each for _, _, members in self.groups for each in members]
        column = [k for k, (_, _, members) in enumerate(self.groups) for _ in members]
        membership = sparse.csr_array(
            (np.ones(len(row)), (row, column)), shape=(len(self.firms), len(self.groups))
        )
        membership.sort_indices()
        links = SimpleNamespace(
            membership=membership,
            kind=np.zeros(len(self.groups), dtype=np.int8),
            day=np.array([day for _, day, _ in self.groups], dtype=np.int32),
            labels=[label for label, _, _ in self.groups],
        )
        view = SimpleNamespace(key=mixed(np.array(self.firms, dtype=np.uint64)))
        model = SimpleNamespace(
            channel_names=["a", "b", "c"],
            channels=[SimpleNamespace(family=each) for each in FAMILIES],
            territory=SimpleNamespace(view=view, links=links),
            sirets=np.array([f"{each}" for each in self.firms]),
            settings=SimpleNamespace(list_length=SHOWN),
        )
        vetoes = {
            intent: Vetoes(*np.array([*pairs], dtype=np.int32).reshape(-1, 2).T, np.zeros(0))
            for intent, pairs in self.vetoes.items()
        }
        published = SimpleNamespace(name="x", model=model, lists=self.lists)
        return OpenSnapshot(published, self.declared, vetoes)

    def keys_of(self, firm):
        """Name the groups of a firm as another night would know them."""
        row = self.firms.index(firm)
        return {
            (label, day, tuple(sorted(self.firms[each] for each in members)) * (len(members) == 2))
            for label, day, members in self.groups
            if row in members
        }

    def listed(self, intent, firm):
        row = self.lists[intent].partners[self.firms.index(firm), :SHOWN]
        return [self.firms[each] for each in row.tolist() if each >= 0]

    def vetoed(self, intent):
        return {(self.firms[one], self.firms[other]) for one, other in self.vetoes[intent]}


def plainly(before, after, intent, firm):
    """Tell who is new in the list of a firm, and the cause of each."""
    was = before.listed(intent, firm) if firm in before.firms else []
    listed = after.listed(intent, firm)
    now_kept_out = after.vetoed(intent)
    free = [
        each
        for each in was
        if each not in after.firms or (each not in listed and (firm, each) in now_kept_out)
    ]
    causes, taken = [], 0
    for place, partner in enumerate(listed):
        if partner in was:
            causes.append(None)
            continue
        cause = own_cause(before, after, intent, firm, place, partner)
        if cause is None and taken < len(free):
            taken, cause = taken + 1, Cause.PLACE_FREE
        causes.append(cause or Cause.SHARING)
    return causes


def own_cause(before, after, intent, firm, place, partner):
    parts = after.lists[intent].parts[after.firms.index(firm), place]
    both = (firm, partner)

    def speak(family):
        return sum(part for part, own in zip(parts, FAMILIES, strict=True) if own is family) > 0

    if firm not in before.firms:
        return Cause.FIRM_NEW
    if partner not in before.firms:
        return Cause.PARTNER_NEW
    if both in before.vetoed(intent):
        return Cause.RULE_LIFTED
    if speak(Family.DECLARED) and any(
        before.declared[before.firms.index(each)] != after.declared[after.firms.index(each)]
        for each in both
    ):
        return Cause.DECLARED
    if speak(Family.RELATIONS) and any(after.keys_of(x) - before.keys_of(x) for x in both):
        return Cause.RELATION
    return None


def two_nights(seed):
    """Draw two nights; a few firms leave between them, and a few come."""
    draw = np.random.default_rng(1000 + seed)
    firms = sorted(draw.choice(200, size=FIRMS, replace=False).tolist())
    return Night(2 * seed, firms[3:]), Night(2 * seed + 1, firms[:-3])


@pytest.mark.parametrize("seed", range(12))
def test_newcomers_and_causes_are_those_told_firm_by_firm(seed):
    before, after = two_nights(seed)
    changes = compare(before.opened(), after.opened())
    found = set()
    for intent in Intent:
        for row, firm in enumerate(after.firms):
            expected = plainly(before, after, intent, firm)
            codes = changes.causes[intent][row].tolist()
            told = [CAUSES[code] if code >= 0 else None for code in codes]
            assert told == [*expected, *[None] * (SHOWN - len(expected))], (intent, firm)
            found.update(told)
    assert found == {*Cause, None}, "a cause that never comes is not tested"


@pytest.mark.parametrize("seed", range(4))
def test_newcomers_come_in_the_order_that_is_promised(seed):
    before, after = two_nights(seed)
    found = newcomers(compare(before.opened(), after.opened()))
    lists, intents = after.lists, tuple(Intent)

    def weight(entry):
        intent, row, place, band, cause = entry
        partner = lists[intents[intent]].partners[row, place]
        silent = [not after.declared[each] for each in (row, partner)]
        return (-band, CAUSES[cause] is Cause.SHARING, *silent, place, row, intent)

    columns = (found.intents, found.rows, found.places, found.bands, found.causes)
    entries = list(zip(*(each.tolist() for each in columns), strict=True))
    assert entries == sorted(entries, key=weight)
    assert len(set(entries)) == len(entries) > 100
    for intent, row, place, band, _ in entries:
        assert band == lists[intents[intent]].bands[row, place]


def test_nothing_changes_between_a_night_and_itself():
    night = two_nights(3)[0]
    changes = compare(night.opened(), night.opened())
    for intent in Intent:
        assert (changes.causes[intent] == -1).all()
    assert not changes.joined.any()
    assert not changes.redeclared.any()
