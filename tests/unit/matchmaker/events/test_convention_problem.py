"""A convention's problem: what contradicts itself is refused in one sentence, at its place."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from matchmaker.errors import ProblemError
from matchmaker.events.conventions.plan import Plan
from matchmaker.events.conventions.problem import Problem
from matchmaker.events.documents import document_bytes, json_schema, parse_document

SMALL = {
    "slots": 4,
    "tables": 2,
    "participants": [{"id": "A"}, {"id": "B"}, {"id": "C"}, {"id": "D"}],
    "meetings": [{"id": 1, "a": "A", "b": "B"}, {"id": 2, "a": "C", "b": "D"}],
}

FULL = {
    "slots": 4,
    "sessions": [{"id": "am", "slots": [1, 2]}, {"id": "pm", "slots": [4]}],
    "tables": 2,
    "participants": [
        {
            "id": "A",
            "name": "Ada",
            "company": "X",
            "group": "g",
            "unavailable": [4],
            "min": 0,
            "max": 3,
            "table": 2,
        },
        {"id": 7, "name": None, "company": None, "group": None, "max": None, "table": None},
    ],
    "meetings": [
        {
            "id": "m",
            "a": "A",
            "b": 7,
            "session": "am",
            "fixed_slot": 2,
            "before": ["n"],
            "value": 0.5,
            "mandatory": False,
        },
        {"id": "n", "a": 7, "b": "A", "session": None, "fixed_slot": None, "mandatory": None},
    ],
    "apart": [{"a": "A", "b": 7, "why": "met_before"}, {"a": 7, "b": "A"}],
    "objective": ["breaks", "value"],
    "fairness": 2,
}

PLAN = {
    "status": "feasible",
    "objective": {"value": 1.5, "breaks": 1, "idle": 2},
    "bound": {"value": 2, "breaks": None},
    "gap": 0.25,
    "meetings": [{"id": 1, "slot": 2, "table": 1}],
    "unmet": [{"id": "x", "reason": "outweighed", "text": "Other meetings are worth more."}],
    "blocking": [{"rule": "minimum", "participants": ["A"], "meetings": [1], "text": None}],
    "table_changes": 0,
    "participants": [{"id": "A", "meetings": 1, "breaks": 0, "idle": 0, "table_changes": 0}],
    "seconds": 0.5,
}


def read(tree):
    data = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    return parse_document(data, Problem, "problem.json")


def refusal(tree):
    with pytest.raises(ProblemError) as caught:
        read(tree)
    return str(caught.value)


def people(*changed):
    """Four participants, the first ones with more fields."""
    more = [*changed, {}, {}, {}, {}]
    return {"participants": [{"id": name} | more[place] for place, name in enumerate("ABCD")]}


def meetings(*changed, **more):
    """Two meetings, A with B and C with D, with more fields."""
    return {
        "meetings": [
            meeting | extra
            for meeting, extra in zip(SMALL["meetings"], [*changed, {}, {}], strict=False)
        ]
    } | more


def test_what_is_not_given_has_its_documented_default():
    problem = read(SMALL)
    person, meeting = problem.participants[0], problem.meetings[0]
    assert (person.name, person.company, person.group, person.table) == (None,) * 4
    assert (person.unavailable, person.min, person.max) == ((), 0, None)
    assert (meeting.session, meeting.fixed_slot, meeting.before) == (None, None, ())
    assert (meeting.value, meeting.mandatory) == (1.0, None)
    assert (problem.sessions, problem.apart, problem.fairness) == ((), (), None)
    assert problem.objective == ("value", "breaks", "idle")


@pytest.mark.parametrize("tree", [SMALL, FULL], ids=["small", "full"])
def test_a_problem_survives_writing(tree):
    problem = read(tree)
    assert read(document_bytes(problem)) == problem


@pytest.mark.parametrize(
    ("objective", "fields", "mandatory"),
    [
        (["value"], {}, False),
        (["breaks", "value"], {}, False),
        (["breaks", "idle"], {}, True),
        (["breaks"], {"mandatory": False}, False),
        (["value"], {"mandatory": True}, True),
        (["value"], {"fixed_slot": 1}, True),
        (["value"], {"fixed_slot": 1, "mandatory": False}, False),
    ],
)
def test_a_meeting_must_take_place_where_nothing_else_is_worth_it(objective, fields, mandatory):
    problem = read(SMALL | meetings(fields, objective=objective))
    assert problem.is_mandatory(problem.meetings[0]) is mandatory


def test_a_number_and_its_digits_are_two_names():
    problem = read(SMALL | {"participants": [{"id": 1}, {"id": "1"}], "meetings": []})
    assert [person.id for person in problem.participants] == [1, "1"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"participants": [{"id": "A"}, {"id": "A"}]},
            "participant 'A' is there 2 times; each needs a name of its own.",
        ),
        (
            meetings({}, {"id": 1}),
            "meeting 1 is there 2 times; each needs a name of its own.",
        ),
        (
            {"sessions": [{"id": "am", "slots": [1]}, {"id": "am", "slots": [2]}]},
            "session 'am' is there 2 times; each needs a name of its own.",
        ),
        (
            {"objective": ["value", "breaks", "value"]},
            "goal 'value' is there 2 times; each needs a name of its own.",
        ),
        (
            {"sessions": [{"id": "am", "slots": [4, 5]}]},
            "session 'am' has slot 5; slots go from 1 to 4.",
        ),
        (
            {"sessions": [{"id": "am", "slots": [1, 2]}, {"id": "pm", "slots": [2, 3]}]},
            "slot 2 is in sessions 'am' and 'pm'.",
        ),
        (
            people({"unavailable": [5]}),
            "participant 'A' is unavailable in slot 5; slots go from 1 to 4.",
        ),
        (people({"min": 3, "max": 2}), "participant 'A' has max 2 below min 3."),
        (people({"table": 3}), "participant 'A' has table 3; tables go from 1 to 2."),
        (
            people({"table": 1}, {}, {"table": 1}),
            "participant 'C' and participant 'A' both have table 1 as their own.",
        ),
        (
            meetings({"b": "Z"}),
            "meeting 1 names participant 'Z', who is not among the participants.",
        ),
        (
            meetings({"a": 1}),
            "meeting 1 names participant 1, who is not among the participants.",
        ),
        (meetings({"b": "A"}), "meeting 1 has participant 'A' on both sides."),
        (
            meetings({"session": "am"}),
            "meeting 1 names session 'am', which is not among the sessions.",
        ),
        (meetings({"fixed_slot": 5}), "meeting 1 has fixed slot 5; slots go to 4."),
        (
            meetings({"session": "am", "fixed_slot": 3}, sessions=[{"id": "am", "slots": [1, 2]}]),
            "meeting 1 has fixed slot 3 outside its session 'am'.",
        ),
        (
            meetings({"before": [2, 9]}),
            "meeting 1 comes before meeting 9, which is not among the meetings.",
        ),
        (meetings({"before": [1]}), "meeting 1 must come before itself."),
        (
            {"apart": [{"a": "A", "b": "Z"}]},
            "apart names participant 'Z', who is not among the participants.",
        ),
        ({"apart": [{"a": "A", "b": "A"}]}, "apart names participant 'A' twice in one pair."),
        (
            meetings({"fixed_slot": 2}, {"fixed_slot": 2}, tables=1),
            "2 meetings are fixed in slot 2 and there are 1 tables; "
            "free some of them or add tables.",
        ),
        (
            meetings({"fixed_slot": 2}) | people({}, {"unavailable": [2]}),
            "meeting 1 is fixed in slot 2, when participant 'B' is unavailable.",
        ),
        (
            meetings({"fixed_slot": 2}, {"fixed_slot": 2, "a": "B"}),
            "participant 'B' has meetings 1 and 2 both fixed in slot 2.",
        ),
    ],
)
def test_a_contradiction_is_one_sentence(changes, sentence):
    assert refusal(SMALL | changes) == f"problem.json: {sentence}"


def test_a_fixed_meeting_that_may_be_left_out_contradicts_nothing():
    optional = {"fixed_slot": 2, "mandatory": False}
    problem = read(SMALL | {"tables": 1} | meetings(optional, optional))
    assert len(problem.meetings) == 2


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"slots": 0}, "slots: input should be greater than or equal to 1."),
        ({"slots": 201}, "slots: input should be less than or equal to 200."),
        ({"slots": -(2**63)}, "slots: input should be greater than or equal to 1."),
        ({"slots": 10**30}, "slots: input should be less than or equal to 200."),
        ({"slots": 4.0}, "slots: input should be a valid integer."),
        ({"slots": "4"}, "slots: input should be a valid integer."),
        ({"slots": True}, "slots: input should be a valid integer."),
        ({"slots": None}, "slots: input should be a valid integer."),
        ({"tables": 0}, "tables: input should be greater than or equal to 1."),
        ({"tables": 10_001}, "tables: input should be less than or equal to 10000."),
        ({"participants": []}, "participants: tuple should have at least 1 item"),
        ({"participants": {}}, "participants: input should be a valid array."),
        ({"participants": ["A"]}, "participants[1]: input should be an object."),
        (people({}, {"min": -1}), "participants[2].min: input should be greater than or equal"),
        (people({"max": 1.5}), "participants[1].max: input should be a valid integer."),
        (people({"unavailable": [0]}), "participants[1].unavailable[1]: input should be"),
        (people({"unavailable": 1}), "participants[1].unavailable: input should be a valid array."),
        (people({"table": 0}), "participants[1].table: input should be greater than or equal"),
        (people({"name": 5}), "participants[1].name: input should be a valid string."),
        ({"participants": [{"id": ""}]}, "participants[1].id"),
        ({"participants": [{"id": "x" * 201}]}, "participants[1].id"),
        ({"participants": [{"id": 1.5}]}, "participants[1].id"),
        ({"participants": [{"id": True}]}, "participants[1].id"),
        ({"participants": [{"id": None}]}, "participants[1].id"),
        ({"participants": [{"name": "A"}]}, "participants[1].id: field required."),
        (meetings({}, {"value": -0.5}), "meetings[2].value: input should be greater than"),
        (meetings({"value": 1_000_001}), "meetings[1].value: input should be less than or equal"),
        (meetings({"value": "1"}), "meetings[1].value: input should be a valid number."),
        (meetings({"value": None}), "meetings[1].value: input should be a valid number."),
        (meetings({"mandatory": 1}), "meetings[1].mandatory: input should be a valid boolean."),
        (meetings({"fixed_slot": 0}), "meetings[1].fixed_slot: input should be greater than"),
        (meetings({"before": 2}), "meetings[1].before: input should be a valid array."),
        ({"apart": [{"a": "A", "b": "B", "why": "hate"}]}, "apart[1].why: input should be"),
        ({"sessions": [{"id": "am", "slots": []}]}, "sessions[1].slots: tuple should have"),
        ({"objective": []}, "objective: tuple should have at least 1 item"),
        ({"objective": ["valeur"]}, "objective[1]: input should be 'value', 'breaks' or 'idle'."),
        ({"objective": "value"}, "objective: input should be a valid array."),
        ({"fairness": -1}, "fairness: input should be greater than or equal to 0."),
        ({"creneaux": 4}, "creneaux: extra inputs are not permitted."),
        (people({"nom": "A"}), "participants[1].nom: extra inputs are not permitted."),
        (meetings({"valeur": 1}), "meetings[1].valeur: extra inputs are not permitted."),
    ],
)
def test_a_wrong_field_is_named_with_its_place(changes, start):
    assert refusal(SMALL | changes).startswith(f"problem.json: {start}")


@pytest.mark.parametrize("missing", ["slots", "tables", "participants"])
def test_a_field_without_a_default_is_asked_for(missing):
    tree = {key: value for key, value in SMALL.items() if key != missing}
    assert refusal(tree) == f"problem.json: {missing}: field required."


@pytest.mark.parametrize(
    ("data", "start"),
    [
        (b"", "is no JSON (line 1, column 1: "),
        (b"{", "is no JSON (line 1, column 2: "),
        (b'{\n"slots": x\n}', "is no JSON (line 2, column 10: "),
        (b'{"slots": NaN}', "is no JSON (line 1, column 11: "),
        (b'{"slots": Infinity}', "is no JSON (line 1, column 11: "),
        (b'{"slots": 1e400}', "is no JSON (line 1, column "),
        (b'{"slots": "\xff"}', "is no JSON (line 1, column "),
        (b"slots: 4", "is no JSON (line 1, column 1: "),
        (b"null", "input should be an object."),
        (b"[]", "input should be an object."),
        (b'"slots"', "input should be an object."),
    ],
)
def test_what_is_no_json_object_is_refused(data, start):
    assert refusal(data).startswith(f"problem.json: {start}")


@pytest.mark.parametrize(
    "changes",
    [people({"min": 2**63}), people({"max": 2**63}), {"fairness": 2**63}],
    ids=["min", "max", "fairness"],
)
def test_a_limit_beyond_any_event_is_refused(changes):
    assert "less than or equal" in refusal(SMALL | changes)


def test_many_wrong_places_are_counted_and_the_first_is_named():
    wrong = [{"id": number, "a": "A", "b": "B", "value": -1} for number in range(4)]
    assert refusal(SMALL | {"meetings": wrong}) == (
        "problem.json: meetings[1].value: input should be greater than or equal to 0. "
        "(3 more places are wrong.)"
    )


@pytest.mark.parametrize("kind", [Problem, Plan])
def test_the_schema_is_valid_of_its_draft(kind):
    Draft202012Validator.check_schema(json_schema(kind))


@pytest.mark.parametrize("kind", [Problem, Plan])
def test_every_field_of_the_schema_is_closed(kind):
    """What nobody reads is refused at every level, so that a misspelt field is not lost."""
    schema = json_schema(kind)
    parts = [schema, *schema["$defs"].values()]
    assert all(part["additionalProperties"] is False for part in parts if "properties" in part)


def accepted(kind, tree):
    """Whether the document takes a tree; the schema must agree."""
    try:
        parse_document(json.dumps(tree).encode(), kind, "it")
    except ProblemError:
        return False
    return True


VALUES = st.sampled_from(
    [None, True, 0, 1, 3, -1, 201, 10_001, 2_000_000, 0.5, "", "A", "am", "value", [], [0], [1], {}]
)
"""Without 1.0, which the schema takes for a whole number and the document does not."""


def places(tree):
    """List the paths of all fields and items of a tree."""
    steps = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for step, below in steps:
        yield (step,)
        if isinstance(below, dict | list):
            yield from ((step, *path) for path in places(below))


def replaced(tree, path, value):
    copy = json.loads(json.dumps(tree))
    spot = copy
    for step in path[:-1]:
        spot = spot[step]
    spot[path[-1]] = value
    return copy


@pytest.mark.parametrize(("kind", "tree"), [(Problem, FULL), (Plan, PLAN)], ids=["problem", "plan"])
@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data())
def test_the_schema_agrees_with_the_document_on_the_form(kind, tree, data):
    """One field is replaced; contradictions between fields are beyond a schema."""
    path = data.draw(st.sampled_from([*places(tree), ("nonsense",)]))
    changed = replaced(tree, path, data.draw(VALUES))
    fits = Draft202012Validator(json_schema(kind)).is_valid(changed)
    if accepted(kind, changed):
        assert fits
    elif kind is Plan:
        assert not fits
    else:
        assert not fits or is_contradiction(changed)


def is_contradiction(tree):
    """Whether a problem is refused as a whole: the sentence then names no place."""
    return refusal(tree).count(": ") == 1


@pytest.mark.parametrize(
    ("kind", "tree"),
    [(Problem, SMALL), (Problem, FULL), (Plan, PLAN)],
    ids=["small", "full", "plan"],
)
def test_the_schema_accepts_what_the_document_accepts(kind, tree):
    assert accepted(kind, tree)
    Draft202012Validator(json_schema(kind)).validate(tree)
    written = json.loads(document_bytes(parse_document(json.dumps(tree).encode(), kind, "it")))
    Draft202012Validator(json_schema(kind)).validate(written)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "impossible"},
        {"seconds": -1},
        {"gap": -0.1},
        {"gap": "0"},
        {"objective": {"value": 1}},
        {"meetings": [{"id": 1, "slot": 0, "table": 1}]},
        {"meetings": [{"id": 1, "slot": 1, "table": 0}]},
        {"unmet": [{"id": 1, "reason": "laziness"}]},
        {"blocking": [{"rule": "weather"}]},
        {"bound": {"values": 1}},
        {"comment": "good"},
    ],
    ids=str,
)
def test_a_malformed_plan_is_refused_by_document_and_schema(changes):
    assert not accepted(Plan, PLAN | changes)
    assert not Draft202012Validator(json_schema(Plan)).is_valid(PLAN | changes)
