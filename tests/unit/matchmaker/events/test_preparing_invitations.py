"""From the firms of the territory and their scores to the question whom to invite."""

from dataclasses import replace
from itertools import combinations

import pytest
from builders import company, siret_of
from preparing_samples import event, person, scores, wish

from matchmaker.errors import ProblemError
from matchmaker.events.details import EventKind
from matchmaker.events.invitations.planning import plan
from matchmaker.events.preparing.invitations import invitation_settings, invitations_problem
from matchmaker.events.registrations import Status
from matchmaker.events.stopping import Stop

RATES = [{"rate": 0.5}]
NEEDED = {"size": 2, "budget": 4, "k": 1, "acceptance_rates": RATES}


def asking(**settings):
    return event(EventKind.INVITATIONS, **{**NEEDED, **settings})


def firms(n=4, **changes):
    found = {siret_of(k): company(k, ("91", "77")[k % 2]) for k in range(1, n + 1)}
    return {siret: replace(firm, **changes) for siret, firm in found.items()}


def prepared(people=(), said=(), given=None, companies=None, themes=None, relations=None, **set_):
    given = scores(4) if given is None else given
    companies = firms() if companies is None else companies
    return invitations_problem(asking(**set_), people, said, given, companies, themes, relations)


def numbers(ids):
    return [int(siret[:8]) - 50_000_000 for siret in ids]


def partners(problem):
    return {tuple(numbers((pair.a, pair.b))): pair.value for pair in problem.pairs}


class TestCandidates:
    def test_a_firm_as_the_planner_sees_it(self):
        found = prepared(themes={siret_of(1): 0.75}, relations={siret_of(1): "member"}).candidates
        assert found[0].model_dump() == {
            "id": siret_of(1),
            "department": "77",
            "theme_score": 0.75,
            "acceptance": None,
            "relation": "member",
            "size_band": "11",
            "trade": "25",
        }
        assert [each.theme_score for each in found] == [0.75, 0, 0, 0]

    def test_without_a_theme_every_firm_fits(self):
        assert {each.theme_score for each in prepared().candidates} == {1.0}

    def test_the_trade_may_be_known_by_the_new_code_or_not_at_all(self):
        new = prepared(companies=firms(naf=None, naf2025="62.10Y")).candidates
        none = prepared(companies=firms(naf=None)).candidates
        assert {each.trade for each in new} == {"62"}
        assert {each.trade for each in none} == {None}

    def test_settings_by_which_candidates_are_looked_for(self):
        assert invitation_settings(asking()).candidates_each == 500
        found = invitation_settings(asking(theme="énergie", candidates_each=40))
        assert (found.theme, found.candidates_each) == ("énergie", 40)


class TestPartners:
    def test_from_a_mutual_score_on(self):
        given = scores(4, {(1, 2): 0.4, (1, 4): 0.39, (2, 3): 0.9})
        assert partners(prepared(given=given)) == {(1, 2): 0.4, (2, 3): 0.9}
        assert partners(prepared(given=given, good_from=0.5)) == {(2, 3): 0.9}

    def test_of_two_departments_unless_asked(self):
        given = scores(4, {(1, 3): 0.8})
        assert partners(prepared(given=given)) == {}
        assert partners(prepared(given=given, same_department=True)) == {(1, 3): 0.8}

    def test_never_competitors_nor_one_firm(self):
        given = scores(4, {(1, 2): 0.8, (3, 4): 0.8}, [(1, 2)])
        branch = siret_of(3)[:9] + "00099"
        companies = {**firms(), branch: replace(company(3, "91"), siret=branch)}
        assert partners(prepared(given=given, companies=companies)) == {(3, 4): 0.8}
        whole = scores(2, {(1, 2): 0.8})
        branches = replace(whole, sirets=(siret_of(3), branch))
        assert partners(prepared(given=branches, companies=companies)) == {}

    def test_only_the_best_of_each(self):
        value = {(a, b): 0.5 + a * b / 1000 for a, b in combinations(range(1, 21), 2)}
        given = scores(20, value)
        found = partners(prepared(given=given, companies=firms(20), best_partners=2))
        for pair, worth in found.items():
            assert worth == pytest.approx(value[pair])
        for k in range(1, 21):
            others = [pair for pair in value if k in pair and sum(pair) % 2]
            best = sorted(others, key=lambda pair: -value[pair])[:2]
            assert set(best) <= set(found)
        assert len(found) < 40

    def test_a_refusal_of_people_keeps_their_firms_apart(self):
        people = [
            person(1),
            person(2),
            replace(person(3), siret=siret_of(2)),
            person(4, siret=None),
        ]
        said = [wish(2, 1, "no"), wish(1, 3, "no"), wish(1, 4, "no"), wish(2, 3, "no")]
        found = prepared(people, said, waves=2, waves_sent=1)
        assert [(*numbers((pair.a, pair.b)), pair.why) for pair in found.apart] == [
            (1, 2, "refused")
        ]


class TestAnswers:
    PEOPLE = (
        person(1, status=Status.REGISTERED),
        person(2, status=Status.INVITED),
        person(3, status=Status.CANCELLED),
        person(4, siret=None),
    )

    def test_registrations_are_answers(self):
        found = prepared(self.PEOPLE, waves=2, waves_sent=1)
        assert [numbers(ids) for ids in (found.accepted, found.invited, found.declined)] == [
            [1], [2], [3],
        ]  # fmt: skip

    def test_as_long_as_nothing_was_sent_the_list_is_of_candidates(self):
        assert prepared([self.PEOPLE[1]]).invited == ()

    @pytest.mark.parametrize(
        ("two", "field"),
        [
            ((Status.CANCELLED, Status.REGISTERED), "accepted"),
            ((Status.INVITED, Status.PRESENT), "accepted"),
            ((Status.CANCELLED, Status.INVITED), "invited"),
            ((Status.ABSENT, Status.CANCELLED), "declined"),
        ],
    )
    def test_of_two_people_the_better_answer_counts(self, two, field):
        people = [person(k, siret=siret_of(1), status=status) for k, status in enumerate(two, 1)]
        found = prepared(people, waves=2, waves_sent=1)
        kept = {name: getattr(found, name) for name in ("accepted", "invited", "declined")}
        assert {name: numbers(ids) for name, ids in kept.items() if ids} == {field: [1]}


class TestBadInput:
    def test_without_scores_there_are_no_partners(self):
        with pytest.raises(ProblemError, match="there are no scores.*run the nightly batch"):
            invitations_problem(asking(), [], [], None, firms())

    def test_a_firm_that_was_asked_is_a_candidate(self):
        with pytest.raises(ProblemError, match=r"the firm of 'p9' \(Personne 9\) is on the list"):
            prepared([person(9)])

    @pytest.mark.parametrize(
        ("set_", "told"),
        [
            ({"good_from": 0}, "good_from: input should be greater than 0"),
            ({"pairs": []}, "'pairs' is none of the kind invitations"),
            ({"acceptance_rates": []}, "has no acceptance, and no rate of acceptance_rates"),
            ({"size": None}, "size"),
        ],
        ids=["range", "prepared", "rates", "size"],
    )
    def test_settings_that_contradict_the_rest(self, set_, told):
        with pytest.raises(ProblemError, match=told):
            prepared(**set_)

    def test_what_must_be_set(self):
        bare = event(EventKind.INVITATIONS, acceptance_rates=RATES, size=2, k=1)
        with pytest.raises(ProblemError, match="event 'abcd2345': budget: field required"):
            invitations_problem(bare, [], [], scores(4), firms())

    def test_answers_without_a_mailing(self):
        with pytest.raises(ProblemError, match="waves_sent is 0"):
            prepared([person(1)])


def test_the_planner_takes_it():
    given = scores(8, {(a, b): 0.6 for a in (1, 3, 5, 7) for b in (2, 4, 6, 8)})
    found = prepared(given=given, companies=firms(8), size=3, budget=8)
    times = iter(range(100_000))
    answer = plan(found, Stop(100, lambda: next(times) / 100), 1)
    assert answer.status in ("optimal", "feasible")
