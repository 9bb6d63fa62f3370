"""Lists of invitations: everybody once, in the right list, with the figures of the plan."""

import io

import openpyxl
import pytest
from export_samples import FICTIONAL

from matchmaker.errors import ProblemError
from matchmaker.events.exports.details import PersonDetails
from matchmaker.events.exports.invitations import invitation_sheets, invitation_workbook
from matchmaker.events.invitations.plan import (
    Attendance,
    Finding,
    Invitation,
    NotInvited,
    Plan,
    Wave,
)
from matchmaker.events.invitations.problem import Candidate, Problem

PROBLEM = Problem(
    candidates=tuple(
        Candidate(id=name, department=department, theme_score=0.5, acceptance=0.4)
        for name, department in (("a", "77"), ("b", "91"), ("c", "91"))
    ),
    size=1,
    budget=2,
    k=1,
)


def invited(name, wave):
    return Invitation(
        id=name,
        wave=wave,
        acceptance=0.4,
        partners_invited=1,
        partners_expected=0.4,
        probability=0.25,
    )


REASON = Finding(code="crowded", values={"partners": 3})


def worded(finding, language):
    """Make some sentence of everything in a finding."""
    return f"{language}: {finding.code} {finding.values}"


PLAN = Plan(
    status="feasible",
    invitations=(invited("b", 2), invited("a", 1)),
    not_invited=(NotInvited(id="c", reason=REASON),),
    waves=(
        Wave(number=1, invitations=1, expected=0.4, departments={"77": 1}),
        Wave(number=2, invitations=1, expected=0.4, departments={"91": 1}),
    ),
    attendance=Attendance(
        expected=0.8, low=0, high=2, departments={"77": 0.4, "91": 0.4}, with_partners=0.3
    ),
)
PEOPLE = {"a": PersonDetails(name="Élodie", company="Ateliers", sector="Métallurgie")}


def test_lists():
    invitations, others = invitation_sheets(PROBLEM, PLAN, PEOPLE, worded)
    assert invitations.rows == (
        (1, "Élodie", "Ateliers", "Métallurgie", "77", 0.4, 1, 0.4, 0.25),
        (2, "b", "", "", "91", 0.4, 1, 0.4, 0.25),
    )
    assert others.rows == (("c", "", "", "91", worded(REASON, "fr")),)
    for sheet in (invitations, others):
        assert {len(row) for row in sheet.rows} == {len(sheet.headers)}


def test_workbook():
    data = invitation_workbook(PROBLEM, PLAN, FICTIONAL, PEOPLE, worded)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Synthèse", "Invitations", "Non invités"]
    pairs = {row[0]: row[1] for row in book["Synthèse"].iter_rows(values_only=True)}
    assert (pairs["Participants attendus"], pairs["Vagues d'envoi"]) == (0.8, 2)
    assert book["Invitations"]["A1"].value == "[Fictif] Rencontres & affaires – Invitations"


def test_warnings_are_in_the_summary():
    warned = PLAN.model_copy(update={"warnings": (REASON,)})
    data = invitation_workbook(PROBLEM, warned, FICTIONAL, PEOPLE, worded)
    rows = openpyxl.load_workbook(io.BytesIO(data))["Synthèse"].iter_rows(values_only=True)
    assert worded(REASON, "fr") in [row[0] for row in rows]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"invitations": ()}, "no invitations to export"),
        ({"not_invited": (NotInvited(id="z", reason=REASON),)}, "names 'z'"),
    ],
    ids=["none", "stranger"],
)
def test_a_plan_of_another_problem_is_refused(change, message):
    with pytest.raises(ProblemError, match=message):
        invitation_sheets(PROBLEM, PLAN.model_copy(update=change), PEOPLE, worded)
