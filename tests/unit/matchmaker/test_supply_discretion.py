"""Who is told of a link between two firms."""

import pytest

from matchmaker.accounts.principals import Principal, system
from matchmaker.accounts.roles import Right, Role
from matchmaker.discretion import CONFIDENTIAL, may_be_told
from matchmaker.relations import RelationKind

A77, B77, A91, B91 = (f"{number:014d}" for number in range(4))
DEPARTMENTS = {A77: "77", B77: "77", A91: "91", B91: "91"}


def adviser(chamber: str) -> Principal:
    return Principal("a", f"CCI {chamber}", Role.ADVISER, chamber=chamber)


def told(reader: Principal, kind: RelationKind, *members: str) -> bool:
    return may_be_told(reader, kind, {siret: DEPARTMENTS[siret] for siret in members})


@pytest.mark.parametrize("kind", [kind for kind in RelationKind if kind is not RelationKind.SUPPLY])
def test_only_who_buys_from_whom_is_confidential(kind):
    assert kind not in CONFIDENTIAL
    assert told(adviser("77"), kind, A91, B91)


@pytest.mark.parametrize(
    ("chamber", "members", "expected"),
    [
        ("77", (A77, B77), True),
        ("77", (A77, A91), True),
        ("77", (A91, A77), True),
        ("77", (A91, B91), False),
        ("91", (A91, B91), True),
        ("91", (A77, B77), False),
        ("95", (A77, A91), False),
    ],
)
def test_an_adviser_is_told_what_concerns_a_firm_of_the_chamber(chamber, members, expected):
    assert told(adviser(chamber), RelationKind.SUPPLY, *members) is expected


def test_the_people_of_either_firm_are_told():
    own = Principal("e", "Zoé", Role.ENTREPRENEUR, companies=frozenset({A91}))
    assert told(own, RelationKind.SUPPLY, A91, B91)
    assert told(own, RelationKind.SUPPLY, A77, A91)
    assert not told(own, RelationKind.SUPPLY, A77, B91)


def test_administrators_are_told_and_keys_as_far_as_they_reach():
    assert told(system("root"), RelationKind.SUPPLY, A91, B91)
    scopes = frozenset({Right.PROFILE, Right.DIRECTORY})
    key = Principal("k", "key crm", Role.SERVICE, chamber="77", scopes=scopes)
    assert told(key, RelationKind.SUPPLY, A77, B77)
    assert not told(key, RelationKind.SUPPLY, A91, B91)
    reads = Principal("k", "key crm", Role.SERVICE, scopes=frozenset({Right.DIRECTORY}))
    assert not told(reads, RelationKind.SUPPLY, A77, B77)


def test_a_firm_that_the_store_does_not_know_is_nobodys():
    assert not may_be_told(adviser("77"), RelationKind.SUPPLY, {})
