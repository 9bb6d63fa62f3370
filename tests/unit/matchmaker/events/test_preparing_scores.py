"""Scores laid out for people, the best partners of each, and who takes part at all."""

from dataclasses import replace

import numpy as np
import pytest
from builders import siret_of
from hypothesis import given
from hypothesis import strategies as st
from preparing_samples import event, person, scores

from matchmaker.errors import ProblemError
from matchmaker.events.preparing.partners import best_partners
from matchmaker.events.preparing.people import (
    across_departments,
    firms,
    missing_slots,
    named,
    of_one_house,
    taking_part,
)
from matchmaker.events.preparing.scores import Scores, of_people
from matchmaker.events.registrations import Status


class TestScores:
    def arrays(self, **changes):
        values = {"sirets": ("a", "b"), "mutual": np.zeros((2, 2)), "competitors": np.eye(2) < 0}
        return Scores(**{**values, **changes})

    @pytest.mark.parametrize(
        ("field", "value", "told"),
        [
            ("sirets", ("a", "a"), "once"),
            ("mutual", np.zeros((2, 3)), "shape"),
            ("mutual", np.array([[0, 0.5], [0.4, 0]]), "symmetric"),
            ("mutual", np.eye(2), "diagonal"),
            ("mutual", np.array([[0, 1.5], [1.5, 0]]), "from 0 to 1"),
            ("mutual", np.array([[0, -0.5], [-0.5, 0]]), "from 0 to 1"),
            ("mutual", np.array([[0, np.nan], [np.nan, 0]]), "symmetric"),
            ("competitors", np.ones((3, 3), dtype=bool), "shape"),
            ("competitors", np.array([[False, True], [False, False]]), "symmetric"),
            ("competitors", np.ones((2, 2), dtype=bool), "diagonal"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_arrays_that_cannot_be(self, field, value, told):
        self.arrays()
        with pytest.raises(ValueError, match=told):
            self.arrays(**{field: value})

    def test_laid_out_for_people(self):
        """Colleagues have the scores of their firm; guests and strangers have none."""
        given = scores(2, {(1, 2): 0.7}, [(1, 2)])
        people = [siret_of(2), None, siret_of(1), siret_of(9), siret_of(2)]
        mutual, competitors = of_people(given, people)
        expected = np.zeros((5, 5))
        expected[2, [0, 4]] = expected[[0, 4], 2] = 0.7
        assert np.array_equal(mutual, expected)
        assert np.array_equal(competitors, expected > 0)

    def test_without_a_snapshot_nothing_is_known(self):
        mutual, competitors = of_people(None, [siret_of(1), siret_of(2)])
        assert not mutual.any()
        assert not competitors.any()


@st.composite
def graphs(draw):
    """Symmetric scores with many ties, and what is allowed."""
    n = draw(st.integers(0, 9))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    mutual = np.triu(rng.integers(0, 5, (n, n)) / 4, 1)
    allowed = np.triu(rng.random((n, n)) < 0.7, 1)
    return mutual + mutual.T, allowed | allowed.T, draw(st.integers(0, 5))


class TestBestPartners:
    @given(graphs())
    def test_each_has_its_best(self, graph):
        """Nobody is left for somebody worse, and no pair is there without being a best of one."""
        mutual, allowed, each = graph
        chosen = best_partners(mutual, allowed, each)
        open_ = allowed & (mutual > 0)
        assert np.array_equal(chosen, chosen.T)
        assert not (chosen & ~open_).any()
        for row, free in enumerate(open_):
            values = sorted(mutual[row, free].tolist(), reverse=True)[:each]
            held = sorted(mutual[row, chosen[row]].tolist(), reverse=True)
            assert held[: len(values)] == values
        for i, j in np.argwhere(chosen):
            ranks = [(mutual[a, open_[a]] > mutual[i, j]).sum() for a in (i, j)]
            assert min(ranks) < each

    def test_among_equals_nobody_is_always_first(self):
        mutual = np.ones((9, 9)) - np.eye(9)
        assert set(best_partners(mutual, mutual > 0, 2).sum(axis=1)) == {4}


class TestPeople:
    def test_only_those_who_come(self):
        people = [person(k, status=status) for k, status in enumerate(Status) if status != "late"]
        people += [person(9, status=Status.LATE, from_slot=3), person(8, standby=True)]
        kept = taking_part(event(), people[::-1])
        assert [each.status for each in kept] == ["registered", "present", "late"]

    def test_nobody_comes(self):
        with pytest.raises(ProblemError, match="abcd2345.*nobody takes part"):
            taking_part(event(), [person(1, status=Status.CANCELLED), person(2, standby=True)])

    def test_slots_before_a_late_arrival_are_missed(self):
        assert missing_slots(person(1, unavailable=(2, 4))) == (2, 4)
        late = person(1, unavailable=(2, 4), status=Status.LATE, from_slot=4)
        assert missing_slots(late) == (1, 2, 3, 4)

    def test_colleagues_are_known_by_siren_or_name(self):
        acme = siret_of(1)
        people = [
            person(1, company="Acmé SA", siret=acme),
            person(2, company="ACME sa", siret=None),
            person(3, company="autre", siret=acme[:9] + "99999"),
            person(4, company="Élan", siret=None),
            person(5, company="elan", siret=None),
            person(6, company="", siret=None),
            person(7, company="", siret=None),
            person(8, company="Deux", siret=siret_of(8)),
            person(9, company="Deux", siret=siret_of(9)),
            person(10, company="Deux", siret=None),
        ]
        assert firms(people) == [
            acme[:9],
            acme[:9],
            acme[:9],
            "Élan",
            "Élan",
            None,
            None,
            siret_of(8)[:9],
            siret_of(9)[:9],
            "Deux",
        ]

    def test_one_house_is_a_company_or_a_group(self):
        people = [
            person(1, siret=siret_of(5)),
            person(2, siret=siret_of(5)),
            person(3, group="Plato 4"),
            person(4, group="Plato 4"),
            person(6, company="", siret=None),
            person(7, company="", siret=None, group=""),
        ]
        pairs = np.argwhere(np.triu(of_one_house(people), 1)).tolist()
        assert pairs == [[0, 1], [2, 3]]
        assert of_one_house(people).diagonal().all()

    def test_an_unknown_department_is_another_one(self):
        known = [person(1), person(3), person(2)]
        people = [*known, *(replace(person(k), department=None) for k in (4, 5))]
        pairs = np.argwhere(np.triu(~across_departments(people), 1)).tolist()
        assert pairs == [[0, 1]]

    def test_an_error_names_five_and_counts_the_others(self):
        people = [person(k) for k in range(1, 8)]
        assert named(people[:1]) == "'p1' (Personne 1)"
        assert named(people).endswith("'p5' (Personne 5) and 2 more")
