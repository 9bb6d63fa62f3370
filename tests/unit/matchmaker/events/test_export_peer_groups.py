"""Lists of peer groups: everybody once, in the right list, under the right name."""

import io

import openpyxl
import pytest
from export_samples import FICTIONAL

from matchmaker.errors import ProblemError
from matchmaker.events.exports.details import PersonDetails
from matchmaker.events.exports.peer_groups import peer_group_sheets, peer_group_workbook
from matchmaker.events.peer_groups.plan import Finding, Group, LeftOut, Member, Plan
from matchmaker.events.peer_groups.problem import Leader, Mentor, Place, Problem

HERE = {"x_km": 0.0, "y_km": 0.0}
PROBLEM = Problem(
    leaders=tuple(
        Leader(id=name, department=department, size=4, maturity=2.0, company="12", **HERE)
        for name, department in (("l1", "77"), ("l2", "91"), ("l3", "91"))
    ),
    mentors=tuple(Mentor(id=name, department="77", **HERE) for name in ("t1", "t2")),
    places=(Place(id="salle", **HERE),),
)


def seat(name, minutes, partners):
    return Member(id=name, minutes=minutes, theme_partners=partners)


GROUP = Group(
    number=1,
    meets_at="salle",
    leaders=(seat("l1", 12, 1), seat("l2", 30, 0)),
    mentors=(seat("t1", 8, 2),),
    departments={"77": 1, "91": 1},
    size_classes=(2,),
    maturity_classes=(2,),
    travel_minutes=50,
    travel_max_minutes=30,
    size_off=0,
    maturity_off=0,
    themes_missing=3,
)
LEFT = Finding(code="left_out_full", values={"far": 0, "apart": 0, "full": 1, "other": 0})
PLAN = Plan(
    status="optimal",
    groups=(GROUP,),
    reserve=("t2",),
    left_out=(LeftOut(id="l3", reason=LEFT),),
    bound=95,
    gap=0.0,
)
PEOPLE = {
    "l1": PersonDetails(name="Élodie", company="Ateliers", sector="Métallurgie"),
    "salle": PersonDetails(name="La Grange, Melun"),
}


def test_lists():
    groups, members, left = peer_group_sheets(PROBLEM, PLAN, PEOPLE)
    assert groups.rows == ((1, "La Grange, Melun", 2, 1, "77 (1), 91 (1)", 50, 30),)
    assert members.rows == (
        (1, "dirigeant", "Élodie", "Ateliers", "Métallurgie", "77", 12, 1),
        (1, "dirigeant", "l2", "12", "", "91", 30, 0),
        (1, "parrain", "t1", "", "", "77", 8, 2),
    )
    assert [(row[0], row[1]) for row in left.rows] == [("dirigeant", "l3"), ("parrain", "t2")]
    assert all(str(row[-1]).endswith(".") for row in left.rows)
    for sheet in (groups, members, left):
        assert {len(row) for row in sheet.rows} == {len(sheet.headers)}


def test_workbook():
    data = peer_group_workbook(PROBLEM, PLAN, FICTIONAL, PEOPLE)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Synthèse", "Groupes", "Membres des groupes", "Hors groupe"]
    pairs = {row[0]: row[1] for row in book["Synthèse"].iter_rows(values_only=True)}
    assert pairs["Membres des groupes"] == 3
    assert pairs["Coût sous lequel aucun planning ne descend"] == 95
    assert book["Groupes"]["A1"].value == "[Fictif] Rencontres & affaires – Groupes"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"groups": ()}, "no groups to export"),
        ({"reserve": ("t9",)}, "names 't9'"),
        ({"groups": (GROUP.model_copy(update={"meets_at": "ici"}),)}, "names 'ici'"),
    ],
    ids=["none", "stranger", "place"],
)
def test_a_plan_of_another_problem_is_refused(change, message):
    with pytest.raises(ProblemError, match=message):
        peer_group_sheets(PROBLEM, PLAN.model_copy(update=change), PEOPLE)
