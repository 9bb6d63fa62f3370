"""From registrations and the firms of the store to peer groups."""

from dataclasses import replace
from datetime import date

import pytest
from builders import company, profile, siret_of
from preparing_samples import event, person, scores, wish

from matchmaker.errors import ProblemError
from matchmaker.events.details import EventKind
from matchmaker.events.peer_groups.planning import plan
from matchmaker.events.preparing.peer_groups import peer_groups_problem
from matchmaker.events.stopping import Stop
from matchmaker.territory import commune

PEOPLE = [person(k) for k in range(1, 7)]
CREATED = date(2016, 6, 1)
FIRMS = {
    siret_of(k): company(k, ("91", "77")[k % 2], created=CREATED, size_band="11")
    for k in range(1, 7)
}
PLATO = {"groups": 1, "size_min": 2, "size_max": 6, "department_min": 1}


def groups(**settings):
    return event(EventKind.PEER_GROUPS, **settings)


def prepared(people=PEOPLE, said=(), given=None, firms=FIRMS, profiles=None, **set_):
    return peer_groups_problem(groups(**set_), people, said, given, firms, profiles)


def changed(number, **changes):
    return {**FIRMS, siret_of(number): replace(FIRMS[siret_of(number)], **changes)}


def leader(problem, name="p1"):
    return next(each for each in problem.leaders if each.id == name)


def pairs(field):
    return {(pair.a, pair.b, pair.why) for pair in field}


class TestPeople:
    def test_a_leader_from_the_store(self):
        """Melun, 10 to 19 employees, ten years: 3652 days of 365.25 a year."""
        melun = commune("77288")
        found = leader(prepared())
        assert (found.latitude, found.longitude) == (melun.latitude, melun.longitude)
        assert (found.department, found.size, found.maturity) == ("77", 10, 10.0)
        assert (found.themes, found.company) == ((), siret_of(1)[:9])

    def test_the_firms_own_coordinates_go_before_its_communes(self):
        found = leader(prepared(firms=changed(1, latitude=48.7, longitude=2.5)))
        assert (found.latitude, found.longitude) == (48.7, 2.5)

    def test_what_an_adviser_knows_goes_first(self):
        told = {
            "latitude": 48.6, "longitude": 2.6, "size": 7, "maturity": 3.5, "themes": ["export"],
        }  # fmt: skip
        profiles = {siret_of(1): profile(siret_of(1), themes=("énergie",))}
        asked = groups(people={"p1": told})
        found = leader(peer_groups_problem(asked, PEOPLE, (), None, FIRMS, profiles))
        assert (found.latitude, found.longitude, found.size) == (48.6, 2.6, 7)
        assert (found.maturity, found.themes) == (3.5, ("export",))

    def test_themes_are_declared_with_consent(self):
        declared = profile(siret_of(1), themes=("énergie",))
        assert leader(prepared(profiles={siret_of(1): declared})).themes == ("énergie",)
        refused = replace(declared, consent=False)
        assert leader(prepared(profiles={siret_of(1): refused})).themes == ()

    def test_a_firm_without_staff_and_one_of_tomorrow(self):
        found = leader(prepared(firms=changed(1, size_band="NN", created=date(2027, 1, 1))))
        assert (found.size, found.maturity) == (0, 0)

    def test_the_registration_says_the_department_first(self):
        people = [replace(PEOPLE[0], department="91"), replace(PEOPLE[1], department=None)]
        found = prepared(people=people)
        assert [each.department for each in found.leaders] == ["91", "91"]

    def test_mentors_are_named_and_need_neither_size_nor_age(self):
        found = prepared(firms=changed(2, size_band=None, created=None), mentors=["p2"])
        assert [each.id for each in found.mentors] == ["p2"]
        assert "p2" not in [each.id for each in found.leaders]
        assert found.mentors[0].company == siret_of(2)[:9]


class TestPairs:
    def test_refused_competing_and_of_one_group(self):
        people = [*PEOPLE[:4], *(replace(each, group="Plato 1") for each in PEOPLE[4:])]
        said = [wish(1, 2, "no"), wish(2, 3, "yes", met_before=True)]
        found = prepared(people=people, said=said, given=scores(6, {}, [(1, 3), (5, 6)]))
        assert pairs(found.apart) == {
            ("p1", "p2", "refused"),
            ("p1", "p3", "competitor"),
            ("p5", "p6", "competitor"),
        }
        usual = prepared(people=people)
        assert pairs(usual.apart) == {("p5", "p6", "same_group")}

    def test_two_who_both_must_meet_are_together(self):
        said = [wish(a, b, "must") for a, b in ((1, 2), (2, 1), (3, 4))]
        found = prepared(said=said, given=scores(6, {}, [(1, 2)]))
        assert pairs(found.together) == {("p1", "p2", "both")}
        assert pairs(found.apart) == set()

    @pytest.mark.parametrize("changes", [{"group": "g"}, {"siret": siret_of(1)}])
    def test_but_not_those_of_one_house(self, changes):
        said = [wish(1, 2, "must"), wish(2, 1, "must")]
        both = {k: v for k, v in changes.items() if k == "group"}
        people = [replace(PEOPLE[0], **both), replace(PEOPLE[1], **changes), *PEOPLE[2:]]
        assert prepared(people=people, said=said).together == ()


class TestFrame:
    def test_departments_are_those_of_the_chambers(self):
        assert prepared().departments == ("77", "91")
        assert prepared(departments=["91", "77"]).departments == ("91", "77")

    def test_the_settings_of_the_planner_go_through(self):
        place = {"id": "cci", "latitude": 48.5, "longitude": 2.6}
        found = prepared(size_min=2, mentors_min=0, weights={"travel": 3}, places=[place])
        assert (found.size_min, found.mentors_min, found.weights.travel) == (2, 0, 3)
        assert found.places[0].id == "cci"


class TestBadInput:
    @pytest.mark.parametrize(
        ("firms", "told"),
        [
            ({}, r"the coordinates of 'p1' \(Personne 1\), .*'p5' \(Personne 5\) and 1 more"),
            (changed(3, commune="13055"), r"the coordinates of 'p3' \(Personne 3\) cannot"),
            (changed(3, size_band=None), r"the size of 'p3' \(Personne 3\) cannot be found"),
            (changed(3, created=None), r"the age of 'p3' \(Personne 3\) cannot be found"),
        ],
        ids=["store", "commune", "size", "age"],
    )
    def test_a_leader_of_whom_something_is_not_known_is_named(self, firms, told):
        with pytest.raises(ProblemError, match=told):
            prepared(firms=firms)

    def test_a_mentor_has_a_place_too(self):
        with pytest.raises(ProblemError, match="coordinates of 'p3'"):
            prepared(firms=changed(3, commune="13055"), mentors=["p3"])

    def test_a_guest_without_a_department(self):
        told = {"latitude": 48.6, "longitude": 2.6, "size": 7, "maturity": 3.5}
        guest = replace(PEOPLE[0], siret=None, department=None)
        with pytest.raises(ProblemError, match="department of 'p1'.*each registration one"):
            peer_groups_problem(groups(people={"p1": told}), [guest, *PEOPLE[1:]], (), None, FIRMS)

    @pytest.mark.parametrize(
        ("set_", "told"),
        [
            ({"mentors": ["p9"]}, "mentors names 'p9', who is not registered"),
            ({"people": {"p9": {}}}, "people names 'p9', who is not registered"),
            ({"people": {"p1": {"age": 3}}}, "people.p1.age"),
            ({"leaders": []}, "'leaders' is none of the kind peer_groups"),
            ({"departments": ["77"]}, "has department '91', but departments are 77"),
        ],
        ids=["mentor", "person", "field", "prepared", "department"],
    )
    def test_settings_that_contradict_the_rest(self, set_, told):
        with pytest.raises(ProblemError, match=told):
            peer_groups_problem(groups(**set_), PEOPLE, (), None, FIRMS)


def test_the_planner_takes_it():
    found = prepared(mentors=["p5", "p6"], **PLATO)
    times = iter(range(100_000))
    answer = plan(found, Stop(100, lambda: next(times) / 100), 1)
    assert answer.status in ("optimal", "feasible")
    assert sorted(who.id for group in answer.groups for who in group.leaders) == [
        "p1", "p2", "p3", "p4",
    ]  # fmt: skip
