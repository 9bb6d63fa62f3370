"""What an event leaves behind: relations; and documents without the names of those who left."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import combinations

from builders import siret_of
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.events.details import EventDetails, EventKind
from matchmaker.events.life import Event, EventState
from matchmaker.events.outcomes import Outcome, Worth, relations_of
from matchmaker.events.registrations import Registration, Status
from matchmaker.events.stored_plans import without_names
from matchmaker.relations import Relation, RelationKind

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = date(2026, 3, 2)
EVENT = Event(
    "k3",
    EventDetails(EventKind.CONVENTION, "Techinnov", DAY, ("77",), 3),
    EventState.CLOSED,
    9,
    1,
    1,
    NOON,
    "x",
    NOON,
    "x",
)
S = [siret_of(number) for number in range(6)]


def person(name: str, siret: str | None, status: Status = Status.PRESENT) -> Registration:
    late = 1 if status is Status.LATE else None
    return Registration(name, name, siret=siret, status=status, from_slot=late)


def test_by_hand():
    """Five people of three firms: one absent, one without a SIRET, two of one firm."""
    people = [
        person("a", S[2]),
        person("b", S[1], Status.LATE),
        person("c", S[1]),
        person("d", S[3], Status.ABSENT),
        person("e", None),
    ]
    outcomes = [
        Outcome("a", "b", held=True),
        Outcome("a", "c", held=True),
        Outcome("b", "c", held=True),
        Outcome("a", "d", held=False),
        Outcome("a", "e", held=True),
    ]
    assert relations_of(EVENT, people, outcomes) == [
        Relation("attendance", RelationKind.EVENT, (S[1], S[2]), DAY, "event:k3", "Techinnov"),
        Relation(
            f"meeting:{S[1]}-{S[2]}",
            RelationKind.MEETING,
            (S[1], S[2]),
            DAY,
            "event:k3",
            "Techinnov",
        ),
    ]


def test_one_firm_alone_has_met_nobody():
    assert relations_of(EVENT, [person("a", S[1]), person("b", S[1])], []) == []


def test_invited_registered_and_cancelled_were_not_there():
    statuses = (Status.INVITED, Status.REGISTERED, Status.CANCELLED, Status.ABSENT)
    people = [person(f"p{k}", S[k], status) for k, status in enumerate(statuses)]
    assert relations_of(EVENT, people, []) == []


@given(
    st.lists(
        st.tuples(st.sampled_from([*S, None]), st.sampled_from(list(Status))), max_size=8
    ).flatmap(
        lambda people: st.tuples(
            st.just(people), st.sets(st.sampled_from([*combinations(range(8), 2)]), max_size=6)
        )
    )
)
def test_everybody_who_was_there_and_every_pair_that_met(case):
    drawn, met = case
    people = [person(f"p{k}", siret, status) for k, (siret, status) in enumerate(drawn)]
    outcomes = [Outcome(f"p{a}", f"p{b}", True) for a, b in met if b < len(people)]
    relations = relations_of(EVENT, people, outcomes)
    there = {s for s, status in drawn if s and status in (Status.PRESENT, Status.LATE)}
    groups = [set(r.members) for r in relations if r.kind is RelationKind.EVENT]
    assert groups == ([there] if len(there) > 1 else [])
    wanted = {
        frozenset((drawn[a][0], drawn[b][0]))
        for a, b in met
        if b < len(drawn) and drawn[a][0] and drawn[b][0] and drawn[a][0] != drawn[b][0]
    }
    pairs = [frozenset(r.members) for r in relations if r.kind is RelationKind.MEETING]
    assert set(pairs) == wanted
    assert len(pairs) == len(wanted)
    assert len({r.key for r in relations}) == len(relations)
    assert relations_of(EVENT, people[::-1], outcomes[::-1]) == relations


def test_an_outcome_is_the_same_from_both_sides():
    outcome = Outcome("b", "a", True, Worth.YES, Worth.NO, "Devis")
    turned = Outcome("a", "b", True, Worth.NO, Worth.YES, "Devis")
    assert outcome.in_order() == turned.in_order() == turned
    assert replace(outcome, a="a", b="a").in_order().a == "a"


def test_names_of_some_go_and_everything_else_stays():
    problem = {
        "participants": [
            {"id": "a", "name": "Anna", "company": "Firme", "table": 3, "company_id": 7},
            {"id": "b", "name": "Bob", "company": None},
            {"id": 7, "name": "Zoé", "label": "Usine", "tags": ["x", {"id": "b", "name": "Bob"}]},
        ],
        "name": "Techinnov",
        "tables": 3,
    }
    assert without_names(problem, {"b", "7"}) == {
        "participants": [
            {"id": "a", "name": "Anna", "company": "Firme", "table": 3, "company_id": 7},
            {"id": "b", "name": "b", "company": None},
            {"id": 7, "name": "7", "label": "7", "tags": ["x", {"id": "b", "name": "b"}]},
        ],
        "name": "Techinnov",
        "tables": 3,
    }
    assert without_names(problem, set()) == problem
