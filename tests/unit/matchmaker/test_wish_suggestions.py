"""Whom a participant might wish to meet, against every pair looked at one by one."""

from random import Random

import numpy as np
import pytest
from builders import siret_of

from matchmaker.errors import ProblemError
from matchmaker.events.preparing.scores import Scores
from matchmaker.events.registrations import Registration, Status
from matchmaker.events.wish_suggestions import suggested_wishes
from matchmaker.events.wishes import Wish, WishKind


def person(number, siret=None, department="77", **more):
    return Registration(
        f"p{number}", f"Personne {number}", siret=siret, department=department, **more
    )


def scores_of(sirets, mutual, rivals=()):
    n = len(sirets)
    matrix, competitors = np.zeros((n, n)), np.zeros((n, n), dtype=bool)
    for (i, j), value in mutual.items():
        matrix[i, j] = matrix[j, i] = value
    for i, j in rivals:
        competitors[i, j] = competitors[j, i] = True
    return Scores(tuple(sirets), matrix, competitors)


FIRMS = [siret_of(k) for k in range(1, 7)]
ANNA = person(0, FIRMS[0])
OTHERS = [person(k, FIRMS[k], "91") for k in range(1, 6)]
SCORES = scores_of(FIRMS, {(0, k): k / 10 for k in range(1, 6)})


def ids(found):
    return [each.person.id for each in found]


def test_the_best_come_first():
    found = suggested_wishes(ANNA, [ANNA, *OTHERS], [], SCORES, most=3)
    assert ids(found) == ["p5", "p4", "p3"]
    assert [each.score for each in found] == [0.5, 0.4, 0.3]


@pytest.mark.parametrize(
    ("wishes", "left"),
    [
        ([Wish("p0", "p5", WishKind.YES)], ["p4", "p3", "p2", "p1"]),
        ([Wish("p0", "p5", WishKind.MUST)], ["p4", "p3", "p2", "p1"]),
        ([Wish("p0", "p5", WishKind.NO)], ["p4", "p3", "p2", "p1"]),
        ([Wish("p5", "p0", WishKind.NO)], ["p4", "p3", "p2", "p1"]),
        ([Wish("p5", "p0", WishKind.YES, met_before=True)], ["p4", "p3", "p2", "p1"]),
        ([Wish("p5", "p0", WishKind.YES)], ["p5", "p4", "p3", "p2", "p1"]),
    ],
)
def test_who_was_spoken_of_or_is_kept_apart_is_left_out(wishes, left):
    found = suggested_wishes(ANNA, [ANNA, *OTHERS], wishes, SCORES)
    assert ids(found) == left
    assert [each.wishes_back for each in found] == [each == "p5" for each in left]


def test_competitors_colleagues_groups_and_the_own_department_are_left_out():
    rivals = scores_of(FIRMS, {(0, k): k / 10 for k in range(1, 6)}, [(0, 5)])
    assert ids(suggested_wishes(ANNA, [ANNA, *OTHERS], [], rivals)) == ["p4", "p3", "p2", "p1"]
    branch = person(8, FIRMS[0][:9] + "00099", "91")
    shop = scores_of([*FIRMS[:2], branch.siret], {(0, 1): 0.2, (0, 2): 0.9})
    assert ids(suggested_wishes(ANNA, [ANNA, OTHERS[0], branch], [], shop)) == ["p1"]
    club = person(0, FIRMS[0], group="Plato 3")
    friends = [person(1, FIRMS[1], "91", group="Plato 3"), OTHERS[1]]
    assert ids(suggested_wishes(club, [club, *friends], [], SCORES)) == ["p2"]
    near = [person(1, FIRMS[1], "77"), person(2, FIRMS[2], None), OTHERS[2]]
    assert ids(suggested_wishes(ANNA, [ANNA, *near], [], SCORES)) == ["p3", "p2"]
    whole = suggested_wishes(ANNA, [ANNA, *near], [], SCORES, same_department=True)
    assert ids(whole) == ["p3", "p2", "p1"]


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("standby", [False, True])
def test_only_who_takes_part_is_proposed_to_anybody(status, standby):
    other = person(5, FIRMS[5], "91", status=status, standby=standby)
    comes = status in (Status.REGISTERED, Status.PRESENT, Status.LATE) and not standby
    assert ids(suggested_wishes(ANNA, [ANNA, other], [], SCORES)) == ["p5"] * comes
    invited = person(0, FIRMS[0], status=Status.INVITED)
    assert ids(suggested_wishes(invited, [invited, OTHERS[4]], [], SCORES)) == ["p5"]


def test_of_a_firm_one_person_who_wishes_it_first():
    pair = [person(5, FIRMS[5], "91"), person(6, FIRMS[5], "91"), OTHERS[0]]
    assert ids(suggested_wishes(ANNA, [ANNA, *pair], [], SCORES)) == ["p5", "p1"]
    back = [Wish("p6", "p0", WishKind.YES)]
    assert ids(suggested_wishes(ANNA, [ANNA, *pair], back, SCORES)) == ["p6", "p1"]
    told = [Wish("p0", "p6", WishKind.YES)]
    assert ids(suggested_wishes(ANNA, [ANNA, *pair], told, SCORES)) == ["p1"]


def test_guests_without_a_firm_and_firms_without_scores_have_and_are_none():
    guest, strange = person(7, None, "91"), person(8, siret_of(40), "91")
    assert ids(suggested_wishes(ANNA, [ANNA, guest, strange], [], SCORES)) == []
    assert ids(suggested_wishes(guest, [ANNA, guest, *OTHERS], [], SCORES)) == []


def test_a_wish_about_nobody_is_refused():
    with pytest.raises(ProblemError, match="not registered"):
        suggested_wishes(ANNA, [ANNA], [Wish("p0", "p99", WishKind.YES)], SCORES)


@pytest.mark.parametrize("seed", range(12))
def test_against_every_pair_looked_at_one_by_one(seed):
    random = Random(seed)
    firms = [siret_of(k) for k in range(1, 15)]
    mutual = {
        (i, j): random.choice([0, 0.1, 0.2, 0.3, random.random()])
        for i in range(14)
        for j in range(i)
    }
    rivals = {pair for pair in mutual if random.random() < 0.1}
    scores = scores_of(firms, mutual, rivals)
    people = [
        person(
            k,
            random.choice([*firms, None]),
            random.choice(["77", "91", None]),
            status=random.choice([*Status, Status.REGISTERED, Status.REGISTERED]),
            standby=random.random() < 0.1,
        )
        for k in range(30)
    ]
    pairs = {(a.id, b.id) for a in people for b in people if a.id != b.id and random.random() < 0.1}
    wishes = [
        Wish(a, b, random.choice(list(WishKind)), random.random() < 0.1) for a, b in sorted(pairs)
    ]
    for who in people:
        found = suggested_wishes(who, people, wishes, scores, most=99)
        expected = _expected(who, people, wishes, scores)
        assert {each.person.siret[:9] for each in found} == set(expected)
        assert all(each.person.id in expected[each.person.siret[:9]] for each in found)
        assert [each.score for each in found] == sorted((e.score for e in found), reverse=True)


def _expected(who, people, wishes, scores):
    """Ids that may be proposed, by firm."""
    said = {(each.wisher, each.wished): each for each in wishes}
    coming = [
        each
        for each in people
        if each.status in ("registered", "present", "late") and not each.standby
    ]
    silent = {each.siret for each in coming if (who.id, each.id) in said}
    found = {}
    for other in coming:
        forth, back = said.get((who.id, other.id)), said.get((other.id, who.id))
        if None in (who.siret, other.siret) or other.id == who.id:
            continue
        i, j = scores.sirets.index(who.siret), scores.sirets.index(other.siret)
        near = who.department is not None and who.department == other.department
        known = forth is not None or other.siret in silent - {None}
        refused = back is not None and back.kind is WishKind.NO
        met = back is not None and back.met_before and back.kind is not WishKind.MUST
        apart = near or known or refused or met or scores.competitors[i, j]
        if not apart and who.siret != other.siret and scores.mutual[i, j] > 0:
            found.setdefault(other.siret[:9], []).append(other.id)
    return found
