"""From registrations, wishes and scores to a convention: every pair by hand and by brute force."""

from itertools import combinations

import pytest
from builders import siret_of
from hypothesis import given, settings
from hypothesis import strategies as st
from preparing_samples import event, person, scores, wish

from matchmaker.errors import ProblemError
from matchmaker.events.details import EventKind
from matchmaker.events.preparing.conventions import convention_problem
from matchmaker.events.registrations import Status

PEOPLE = [person(1), person(2), person(3), person(4)]


def meetings(problem):
    return {meeting.id: meeting for meeting in problem.meetings}


def apart(problem):
    return {(pair.a, pair.b): pair.why for pair in problem.apart}


def of_pair(*said, mutual=0.0, competitors=(), first=None, second=None):
    """Prepare a convention of two people, of whom a third wants one, so that there is a meeting."""
    people = [first or person(1), second or person(2), person(3)]
    given = scores(3, {(1, 2): mutual}, competitors)
    return convention_problem(event(), people, [*said, wish(3, 2, "yes")], given)


class TestValues:
    @pytest.mark.parametrize(
        ("said", "value"),
        [
            ([], 0.3),
            ([wish(1, 2, "yes")], 2.3),
            ([wish(2, 1, "yes")], 2.3),
            ([wish(1, 2, "yes"), wish(2, 1, "yes")], 4.3),
            ([wish(1, 2, "must")], 6.3),
            ([wish(2, 1, "must")], 6.3),
            ([wish(1, 2, "must"), wish(2, 1, "yes")], 8.3),
            ([wish(1, 2, "must"), wish(2, 1, "must")], 10.3),
        ],
        ids=["score", "yes", "yes-back", "both", "must", "must-back", "must-yes", "musts"],
    )
    def test_words_and_score_add_up(self, said, value):
        found = meetings(of_pair(*said, mutual=0.3))["p1~p2"]
        assert found.value == pytest.approx(value)
        assert (found.a, found.b) == ("p1", "p2")

    def test_no_score_lifts_a_pair_over_a_wish(self):
        wished = meetings(of_pair(wish(1, 2, "yes"), mutual=0.0))["p1~p2"].value
        assert wished > meetings(of_pair(mutual=1.0))["p1~p2"].value

    def test_only_a_mutual_must_is_mandatory(self):
        """A wish is not, with the usual objective; a proposal is not with any."""
        both = of_pair(wish(1, 2, "must"), wish(2, 1, "must"))
        one = of_pair(wish(1, 2, "must"), wish(2, 1, "yes"))
        none = of_pair(mutual=0.5)
        found = [problem.is_mandatory(meetings(problem)["p1~p2"]) for problem in (both, one, none)]
        assert found == [True, False, False]

    def test_an_objective_without_value_makes_wishes_mandatory_and_no_proposals(self):
        said = [wish(3, 2, "yes")]
        asked = event(objective=["breaks"])
        problem = convention_problem(asked, PEOPLE, said, scores(4, {(1, 2): 0.5}))
        found = {name: problem.is_mandatory(one) for name, one in meetings(problem).items()}
        assert found == {"p1~p2": False, "p2~p3": True}


class TestApart:
    @pytest.mark.parametrize(
        ("said", "rivals", "why"),
        [
            ([wish(1, 2, "yes"), wish(2, 1, "no")], [], "refused"),
            ([wish(1, 2, "must"), wish(2, 1, "no")], [], "refused"),
            ([wish(1, 2, "no")], [], "refused"),
            ([wish(1, 2, "no", met_before=True)], [(1, 2)], "refused"),
            ([wish(1, 2, "yes", met_before=True)], [], "met_before"),
            ([wish(1, 2, "yes", met_before=True), wish(2, 1, "yes")], [(1, 2)], "met_before"),
            ([wish(1, 2, "must", met_before=True)], [], None),
            ([wish(1, 2, "yes", met_before=True), wish(2, 1, "must")], [], None),
            ([], [(1, 2)], "competitor"),
            ([wish(1, 2, "must")], [(1, 2)], "competitor"),
            ([wish(1, 2, "yes"), wish(2, 1, "yes")], [(1, 2)], None),
            ([wish(1, 2, "must"), wish(2, 1, "yes")], [(1, 2)], None),
            ([wish(1, 2, "must", met_before=True)], [(1, 2)], "competitor"),
        ],
        ids=[
            "yes-no", "must-no", "no", "no-first", "met", "met-rivals", "met-must", "met-must-back",
            "rivals", "rivals-must", "rivals-both", "rivals-must-yes", "met-must-rivals",
        ],
    )  # fmt: skip
    def test_what_keeps_two_apart(self, said, rivals, why):
        assert apart(of_pair(*said, competitors=rivals)).get(("p1", "p2")) == why

    def test_a_wish_that_a_rule_forbids_stays_to_be_reported(self):
        problem = of_pair(wish(1, 2, "yes"), wish(2, 1, "no"))
        assert "p1~p2" in meetings(problem)
        assert not problem.is_mandatory(meetings(problem)["p1~p2"])

    def test_nobody_is_proposed_whom_a_rule_forbids(self):
        assert "p1~p2" not in meetings(of_pair(wish(1, 2, "no"), mutual=0.9))
        assert "p1~p2" not in meetings(of_pair(mutual=0.9, competitors=[(1, 2)]))

    @pytest.mark.parametrize("changes", [{"siret": siret_of(1)}, {"group": "Plato 2"}])
    def test_one_house_is_neither_proposed_nor_mandatory(self, changes):
        """The planner knows the rule by company and group; colleagues who insist are told why."""
        first = person(1, **{k: v for k, v in changes.items() if k == "group"})
        second = person(2, **changes)
        said = [wish(1, 2, "must"), wish(2, 1, "must")]
        problem = of_pair(*said, first=first, second=second)
        one, other = problem.participants[:2]
        assert one.company == other.company or one.group == other.group
        assert not problem.is_mandatory(meetings(problem)["p1~p2"])
        silent = of_pair(mutual=0.9, first=first, second=second)
        assert "p1~p2" not in meetings(silent)


class TestProposals:
    def test_other_departments_only_unless_asked(self):
        given = scores(4, {(1, 2): 0.5, (1, 3): 0.9, (2, 4): 0.8})
        usual = convention_problem(event(), PEOPLE, [], given)
        assert set(meetings(usual)) == {"p1~p2"}
        asked = convention_problem(event(same_department=True), PEOPLE, [], given)
        assert set(meetings(asked)) == {"p1~p2", "p1~p3", "p2~p4"}

    def test_a_wish_may_be_for_the_same_department(self):
        problem = convention_problem(event(), PEOPLE, [wish(1, 3, "yes")], None)
        assert set(meetings(problem)) == {"p1~p3"}

    def test_the_best_of_each_and_no_more(self):
        people = [person(k) for k in range(1, 9)]
        mutual = {
            (a, b): (a * b % 7 + 1) / 8 for a in range(1, 9, 2) for b in range(2, 9, 2)
        }  # 77 with 91
        given = scores(8, mutual)
        problem = convention_problem(event(best_partners=1), people, [], given)
        best = set()
        for k in range(1, 9):
            own = {pair: value for pair, value in mutual.items() if k in pair}
            top = [pair for pair, value in own.items() if value == max(own.values())]
            if len(top) == 1:
                best.add(top[0])
        named = {tuple(sorted(int(p[1:]) for p in name.split("~"))) for name in meetings(problem)}
        assert {tuple(sorted(pair)) for pair in best} <= named
        assert len(named) <= 8

    def test_the_default_is_twenty(self):
        n = 60
        people = [person(k, "77" if k <= n // 2 else "91") for k in range(1, n + 1)]
        mutual = {(a, b): 0.5 for a in range(1, n // 2 + 1) for b in range(n // 2 + 1, n + 1)}
        problem = convention_problem(event(), people, [], scores(n, mutual))
        partners = {p.id: 0 for p in problem.participants}
        for meeting in problem.meetings:
            partners[meeting.a] += 1
            partners[meeting.b] += 1
        assert min(partners.values()) >= 20
        assert len(problem.meetings) <= 20 * n

    def test_none_with_zero(self):
        given = scores(4, {(1, 2): 0.5, (3, 4): 0.5})
        problem = convention_problem(event(best_partners=0), PEOPLE, [wish(1, 2, "yes")], given)
        assert set(meetings(problem)) == {"p1~p2"}

    def test_beside_wishes_those_who_said_nothing_are_proposed_too(self):
        given = scores(4, {(1, 2): 0.5, (3, 4): 0.25})
        problem = convention_problem(event(), PEOPLE, [wish(1, 2, "yes")], given)
        assert {name: one.value for name, one in meetings(problem).items()} == {
            "p1~p2": 2.5,
            "p3~p4": 0.25,
        }


class TestFrame:
    def test_slots_sessions_and_tables_are_the_events(self):
        asked = event(sessions=[("matin", (1, 2)), ("soir", (3,))], fairness=2)
        problem = convention_problem(asked, PEOPLE, [wish(1, 2, "yes")], None)
        assert (problem.slots, problem.tables, problem.fairness) == (4, 3, 2)
        assert [(s.id, s.slots) for s in problem.sessions] == [("matin", (1, 2)), ("soir", (3,))]

    def test_participants_are_the_registrations(self):
        late = person(
            2,
            status=Status.LATE,
            from_slot=3,
            unavailable=(4,),
            min=1,
            max=1,
            table=2,
            group="Plato",
        )
        problem = convention_problem(event(), [late, person(1)], [wish(1, 2, "yes")], None)
        first, second = problem.participants
        assert (first.id, first.unavailable, first.min, first.max, first.table) == (
            "p1", (), 0, None, None,
        )  # fmt: skip
        assert second.model_dump() == {
            "id": "p2",
            "name": "Personne 2",
            "company": siret_of(2)[:9],
            "group": "Plato",
            "unavailable": (1, 2, 4),
            "min": 1,
            "max": 1,
            "table": 2,
        }

    def test_whoever_does_not_come_takes_their_wishes_along(self):
        people = [*PEOPLE[:3], person(4, standby=True), person(5, status=Status.CANCELLED)]
        said = [wish(1, 2, "yes"), wish(1, 4, "must"), wish(5, 1, "must")]
        problem = convention_problem(event(), people, said, scores(4, {(1, 4): 0.9}))
        assert {p.id for p in problem.participants} == {"p1", "p2", "p3"}
        assert set(meetings(problem)) == {"p1~p2"}

    def test_the_order_of_the_input_does_not_matter(self):
        said = [wish(1, 2, "yes"), wish(2, 1, "no"), wish(3, 2, "must")]
        given = scores(4, {(1, 4): 0.9, (3, 4): 0.9})
        assert convention_problem(event(), PEOPLE, said, given) == convention_problem(
            event(), PEOPLE[::-1], said[::-1], given
        )


class TestBadInput:
    @pytest.mark.parametrize(
        ("asked", "people", "said", "told"),
        [
            (event(slots=0), PEOPLE, [], "no slots"),
            (event(tables=0), PEOPLE, [], "no tables"),
            (event(EventKind.PEER_GROUPS), PEOPLE, [], "kind peer_groups, not convention"),
            (event(best=3), PEOPLE, [], "'best' is none of the kind convention"),
            (event(best_partners=-1), PEOPLE, [], "best_partners: input should be greater"),
            (event(best_partners="20"), PEOPLE, [], "best_partners: input should be a valid int"),
            (event(objective=["idle", "idle"]), PEOPLE, [wish(1, 2, "yes")], "'idle' is there 2"),
            (event(), [], [], "nobody takes part"),
            (event(), PEOPLE, [], "no meeting is possible"),
            (event(), PEOPLE, [wish(1, 9, "yes")], "names 'p9', who is not registered"),
            (event(), PEOPLE, [wish(9, 1, "yes")], "names 'p9', who is not registered"),
            (event(), PEOPLE, [wish(1, 1, "yes")], "'p1' wishes to meet themselves"),
            (event(), PEOPLE, [wish(1, 2, "yes"), wish(1, 2, "no")], "there twice"),
            (
                event(),
                [person(1, table=1), person(2, table=1)],
                [wish(1, 2, "yes")],
                "both have table 1",
            ),
        ],
        ids=[
            "slots", "tables", "kind", "unknown", "range", "type", "planner", "nobody", "nothing",
            "wished", "wisher", "self", "twice", "table",
        ],
    )  # fmt: skip
    def test_one_sentence(self, asked, people, said, told):
        with pytest.raises(ProblemError, match=told):
            convention_problem(asked, people, said, None)


WORDS = st.sampled_from(["must", "yes", "no", None])


@st.composite
def conventions(draw):
    """Draw a few people, all that they say of each other, and any scores."""
    n = draw(st.integers(2, 5))
    people = [
        person(
            k,
            draw(st.sampled_from(["77", "91"])),
            group=draw(st.sampled_from([None, None, "g"])),
            siret=draw(st.sampled_from([siret_of(k), siret_of(1), None])),
        )
        for k in range(1, n + 1)
    ]
    said = {}
    for a in range(1, n + 1):
        for b in range(1, n + 1):
            word = draw(WORDS) if a != b else None
            if word:
                said[a, b] = (word, draw(st.booleans()))
    mutual = {
        pair: draw(st.sampled_from([0.0, 0.25, 0.5])) for pair in combinations(range(1, n + 1), 2)
    }
    rivals = [pair for pair in mutual if draw(st.booleans())]
    return people, said, mutual, rivals, draw(st.booleans())


def score_of(people, mutual, a, b):
    firm = [int(people[k - 1].siret[:8]) - 50_000_000 if people[k - 1].siret else 0 for k in (a, b)]
    return mutual.get(tuple(sorted(firm)), 0.0)


def rule_of(a, b, said, rival):
    """Name the rule on a pair, in code that shares nothing with the arrays."""
    ours, theirs = said.get((a, b), (None, False)), said.get((b, a), (None, False))
    words = {ours[0], theirs[0]}
    if "no" in words:
        return "refused"
    if (ours[1] or theirs[1]) and "must" not in words:
        return "met_before"
    if rival and not all(each[0] in ("yes", "must") for each in (ours, theirs)):
        return "competitor"
    return None


@settings(max_examples=150, deadline=None)
@given(conventions())
def test_every_pair_by_brute_force(drawn):
    people, said, mutual, rivals, same = drawn
    wishes = [wish(a, b, word, met_before=met) for (a, b), (word, met) in said.items()]
    given_scores = scores(len(people), mutual, rivals)
    expected_apart, expected = {}, {}
    for a, b in combinations(range(1, len(people) + 1), 2):
        one, other = people[a - 1], people[b - 1]
        firm = [int(p.siret[:8]) - 50_000_000 if p.siret else None for p in (one, other)]
        rival = None not in firm and tuple(sorted(firm)) in rivals
        why = rule_of(a, b, said, rival)
        if why:
            expected_apart[f"p{a}", f"p{b}"] = why
        words = sorted(str(said.get(pair, ("none",))[0]) for pair in ((a, b), (b, a)))
        base = {
            ("must", "must"): 10, ("must", "yes"): 8, ("must", "none"): 6, ("must", "no"): 0,
            ("yes", "yes"): 4, ("none", "yes"): 2, ("no", "yes"): 0,
        }.get(tuple(words), 0)  # fmt: skip
        house = (one.siret and other.siret and one.siret[:9] == other.siret[:9]) or (
            one.group and one.group == other.group
        )
        mutual_score = score_of(people, mutual, a, b)
        wished = {"must", "yes"} & set(words)
        cross = one.department != other.department
        if wished or (mutual_score and not why and not house and (cross or same)):
            expected[f"p{a}~p{b}"] = (base + mutual_score, words == ["must"] * 2 and not house)
    if not expected:
        with pytest.raises(ProblemError, match="no meeting is possible"):
            convention_problem(event(same_department=same), people, wishes, given_scores)
        return
    problem = convention_problem(event(same_department=same), people, wishes, given_scores)
    assert apart(problem) == expected_apart
    found = {m.id: (m.value, problem.is_mandatory(m)) for m in problem.meetings}
    assert found == expected
