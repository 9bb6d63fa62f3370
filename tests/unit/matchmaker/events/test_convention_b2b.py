"""The published one-to-one instances: read as they are written, planned to the proven optimum."""

import re

import pytest
from convention_builders import stop

from benchmarks.b2b import instances, read_instance
from matchmaker.events.conventions.checking import check
from matchmaker.events.conventions.planning import plan

SMALL = """nBusiness = 4;
nMeetings = 3;
nTables = 2;
nTotalSlots = 5;
nMorningSlots = 3;

requested = [|1, 2,3,
|3, 4,1,
|1, 4,2,
|];

forbidden = [{0},
{1,5},
{0},
{0,3}];

fixed = [0,2,0];

precedences = [{},
{},
{1,2}];
"""


@pytest.fixture
def folder(shared_data):
    folder = shared_data / "b2b_meetings"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here: the published instances are needed")
    return folder


def test_a_small_file_by_hand(tmp_path):
    path = tmp_path / "small.dzn"
    path.write_text(SMALL, encoding="utf-8")
    problem = read_instance(path, fairness=1)
    assert (problem.slots, problem.tables, problem.fairness) == (5, 2, 1)
    assert problem.objective == ("breaks",)
    assert [(s.id, s.slots) for s in problem.sessions] == [
        ("morning", (1, 2, 3)),
        ("afternoon", (4, 5)),
    ]
    assert [p.unavailable for p in problem.participants] == [(), (1, 5), (), (3,)]
    assert [(m.a, m.b, m.session, m.fixed_slot, m.before) for m in problem.meetings] == [
        (1, 2, None, None, (3,)),
        (3, 4, "morning", 2, (3,)),
        (1, 4, "afternoon", None, ()),
    ]
    assert all(problem.is_mandatory(meeting) for meeting in problem.meetings)


def test_an_event_of_one_half_day_has_one_session(tmp_path):
    path = tmp_path / "morning.dzn"
    text = SMALL.replace("nMorningSlots = 3", "nMorningSlots = 5").replace("4,2,", "4,3,")
    path.write_text(text, encoding="utf-8")
    (session,) = read_instance(path, fairness=2).sessions
    assert (session.id, session.slots) == ("morning", (1, 2, 3, 4, 5))


def test_all_twenty_are_listed_with_their_optima(folder):
    found = instances(folder)
    assert len(found) == 20
    by_name = {name: (fairness, optimum) for name, _, fairness, optimum in found}
    assert by_name["forum-13"] == (2, 0)
    assert by_name["forum-13crafb"] == (2, 6)
    assert all(path.is_file() for _, path, _, _ in found)


def number(text, name):
    return int(re.search(rf"^{name}\s*=\s*(\d+)", text, re.MULTILINE).group(1))


def test_the_reader_agrees_with_what_each_file_says_of_itself(folder):
    """Numbers and degrees are in the files a second time, and are not used by the reader."""
    for _, path, fairness, _ in instances(folder):
        text = path.read_text(encoding="utf-8")
        problem = read_instance(path, fairness)
        assert len(problem.participants) == number(text, "nBusiness")
        assert len(problem.meetings) == number(text, "nMeetings")
        assert problem.tables == number(text, "nTables")
        assert problem.slots == number(text, "nTotalSlots")
        assert len(problem.sessions[0].slots) == number(text, "nMorningSlots")
        degrees = re.search(r"nMeetingsBusiness\s*=\s*\[([\d,\s]*)\]", text).group(1)
        counted = [0] * len(problem.participants)
        for meeting in problem.meetings:
            counted[meeting.a - 1] += 1
            counted[meeting.b - 1] += 1
        assert counted == [int(n) for n in degrees.split(",")]
        own = re.search(r"meetingsxBusiness\s*=\s*\[(.*?)\];", text, re.DOTALL).group(1)
        for person, group in enumerate(re.findall(r"\{([^}]*)\}", own), start=1):
            listed = {int(n) - 1 for n in group.split(",")} - {0}
            assert listed == {m.id for m in problem.meetings if person in (m.a, m.b)}


def test_tic_12crafc_by_eye(folder):
    """42 businesses, 125 meetings of any session, 16 tables, one half-day of 8 slots."""
    problem = read_instance(folder / "tic-12crafc.original.dzn", fairness=2)
    assert len(problem.participants) == 42
    assert len(problem.meetings) == 125
    assert (problem.tables, problem.slots, len(problem.sessions)) == (16, 8, 1)
    first, last = problem.meetings[0], problem.meetings[-1]
    assert (first.a, first.b, first.session, first.fixed_slot) == (1, 8, None, None)
    assert (last.a, last.b) == (42, 30)
    assert not any(person.unavailable for person in problem.participants)
    assert not any(meeting.before for meeting in problem.meetings)


@pytest.mark.parametrize("name", ["tic-12", "tic-12crafc", "forumt-14"])
def test_a_quick_instance_is_planned_to_its_published_optimum(folder, name):
    ((path, fairness, optimum),) = (rest for n, *rest in instances(folder) if n == name)
    problem = read_instance(path, fairness)
    found = plan(problem, stop(60), 1)
    assert check(problem, found) == []
    assert found.status == "optimal"
    assert found.objective.breaks == optimum == found.bound.breaks
    assert len(found.meetings) == len(problem.meetings)
