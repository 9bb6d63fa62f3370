"""Lists, portfolios and the filters of the directory, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from builders import COMMUNES, company, profile, relation, siret_of
from introduction_worlds import ESSONNE, SEINE, World, settings_with, settle
from sqlalchemy.exc import IntegrityError

from matchmaker.accounts.accounts import Account
from matchmaker.accounts.principals import Principal, system
from matchmaker.accounts.roles import Role
from matchmaker.companies import Diffusion
from matchmaker.errors import NotAllowedError, ProblemError, UnknownListError
from matchmaker.lists import (
    MAX_MEMBERS,
    MAX_NAME,
    add_to_list,
    begin_list,
    checked_name,
    checked_note,
    own_list,
    readable_list,
)
from matchmaker.portfolio import Need
from matchmaker.privacy.erasing import erase_account, erase_company
from matchmaker.privacy.exporting import account_data, company_data
from matchmaker.privacy.opting_out import opt_out
from matchmaker.relations import RelationKind
from matchmaker.store import CompanyQuery, Store

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
A, B, C = siret_of(1), siret_of(2), siret_of(3)
BY = system("tests")


def adviser(number: int, chamber: str | None) -> Principal:
    role = Role.ADVISER if chamber else Role.ADMINISTRATOR
    return Principal(f"adv{number}", f"Adviser {number}", role, chamber=chamber)


ANNE, BEN, PAUL, ROOT = adviser(1, "77"), adviser(2, "77"), adviser(3, "91"), adviser(4, None)


@pytest.fixture
def desk(store: Store) -> Store:
    """Three firms and four people who may keep lists."""
    with store.unit() as unit:
        unit.companies.upsert([company(1), company(2, "91"), company(3)])
        for who in (ANNE, BEN, PAUL, ROOT):
            unit.accounts.create(
                Account(
                    id=who.id,
                    email=f"{who.id}@example.org",
                    name=who.label,
                    role=who.role,
                    chamber=who.chamber,
                    language="fr",
                    created_at=AT,
                    created_by="tests",
                )
            )
    return store


def begun(store: Store, who: Principal = ANNE, drawn: str = "list1", **more: object):
    with store.unit() as unit:
        return begin_list(unit, who, more.pop("name", "À suivre"), drawn=drawn, at=AT, **more)


# --- lists ---


def test_a_list_is_read_as_it_was_written(desk):
    made = begun(desk, search={"q": "menuis", "size": "10-49"}, shared=True)
    assert (made.owner, made.chamber, made.name) == ("Adviser 1", "77", "À suivre")
    with desk.reading() as unit:
        assert unit.lists.get("list1") == made
        assert made.search == {"q": "menuis", "size": "10-49"}
        with pytest.raises(UnknownListError):
            unit.lists.get("other")


def test_firms_keep_their_order_and_their_notes(desk):
    held = begun(desk)
    with desk.unit() as unit:
        assert add_to_list(unit, held, [B, A, B, siret_of(77)], at=AT) == 2
        assert add_to_list(unit, held, [A, C], at=LATER) == 1
        unit.lists.note("list1", A, "Rappeler lundi", at=LATER)
        unit.lists.note("list1", siret_of(77), "not on it", at=LATER)
    with desk.reading() as unit:
        members = unit.lists.members("list1")
        assert [each.siret for each in members] == [*sorted([A, B]), C]
        assert {each.siret: each.note for each in members} == {A: "Rappeler lundi", B: "", C: ""}
        assert unit.lists.get("list1").changed_at == LATER
        assert unit.lists.size("list1") == 3
    with desk.unit() as unit:
        unit.lists.remove("list1", [A, C], at=LATER)
        assert [each.siret for each in unit.lists.members("list1")] == [B]


def test_a_deleted_list_takes_its_members_along(desk):
    held = begun(desk)
    with desk.unit() as unit:
        add_to_list(unit, held, [A], at=AT)
        unit.lists.delete("list1")
    with desk.reading() as unit:
        assert unit.lists.readable_by(ANNE.id, "77") == ()
        assert unit.lists.members("list1") == ()


def test_a_list_needs_an_account(desk):
    with pytest.raises(Exception) as refused, desk.unit() as unit:  # noqa: PT011
        begin_list(unit, replace(ANNE, id="nobody"), "x", drawn="l9", at=AT)
    assert isinstance(refused.value, IntegrityError) or "store" in str(refused.value).lower()


def test_a_list_begun_twice_is_one(desk):
    first = begun(desk, search={"q": "bois"})
    assert begun(desk, search={"q": "bois"}, shared=True) == first
    for more in ({"name": "Autre"}, {"search": {"q": "fer"}}, {"search": None}, {"who": BEN}):
        with pytest.raises(ProblemError, match="begin the list again"):
            begun(desk, **{"search": {"q": "bois"}, **more})
    other = begun(desk, name="Autre", spare="list2")
    assert (other.id, other.search) == ("list2", None)
    with desk.reading() as unit:
        assert unit.lists.get("list1") == first
        assert [each.id for each in unit.lists.readable_by(BEN.id, "91")] == []


@pytest.mark.parametrize(
    ("who", "shared", "reads", "changes"),
    [
        (ANNE, False, True, True),
        (BEN, False, False, False),
        (BEN, True, True, False),
        (PAUL, True, False, False),
        (ROOT, True, False, False),
    ],
)
def test_who_reads_and_who_changes_a_list(desk, who, shared, reads, changes):
    begun(desk, shared=shared)
    with desk.reading() as unit:
        assert bool(unit.lists.readable_by(who.id, who.chamber)) is reads
        if not reads:
            for asked in (readable_list, own_list):
                with pytest.raises(UnknownListError):
                    asked(unit, who, "list1")
        elif not changes:
            assert readable_list(unit, who, "list1").id == "list1"
            with pytest.raises(NotAllowedError, match="Adviser 1"):
                own_list(unit, who, "list1")
        else:
            assert own_list(unit, who, "list1").id == "list1"


def test_lists_of_administrators_are_of_no_chamber(desk):
    begun(desk, ROOT, "l1", shared=True)
    begun(desk, replace(ROOT, id=ANNE.id), "l2")
    with desk.reading() as unit:
        assert [each.id for each in unit.lists.readable_by(ROOT.id, None)] == ["l1"]


@pytest.mark.parametrize("name", ["", "   ", "\n\t", "x" * (MAX_NAME + 1)])
def test_names_have_a_length(name):
    with pytest.raises(ProblemError):
        checked_name(name)


def test_names_and_notes_are_one_line():
    assert checked_name(" À\u202e suivre\n de près ") == "À suivre de près"
    assert checked_note("a\r\nb") == "a b"
    with pytest.raises(ProblemError):
        checked_note("x" * 501)


def test_nothing_is_put_on_a_search_or_on_a_full_list(desk):
    search, full = begun(desk, search={}), begun(desk, drawn="full")
    with desk.unit() as unit:
        with pytest.raises(ProblemError, match="search"):
            add_to_list(unit, search, [A], at=AT)
        unit.lists.add("full", [siret_of(1000 + k) for k in range(MAX_MEMBERS)], at=AT)
        with pytest.raises(ProblemError, match="at most"):
            add_to_list(unit, full, [A], at=AT)


# --- what becomes of a firm or a person ---


def test_an_erased_firm_leaves_every_list_and_every_note(desk):
    held = begun(desk, name=f"Autour de {A}", search=None)
    begun(desk, drawn="search", search={"q": A})
    with desk.unit() as unit:
        add_to_list(unit, held, [A, B], at=AT)
        unit.lists.note("list1", B, f"Voisin de {A}", at=AT)
    with desk.unit() as unit:
        assert erase_company(unit, A, by=BY, at=LATER)["saved_list_members"] == 1
    with desk.reading() as unit:
        assert [each.siret for each in unit.lists.members("list1")] == [B]
        told = repr(
            (unit.lists.get("list1"), unit.lists.get("search"), unit.lists.members("list1"))
        )
        assert A not in told


def test_a_firm_reads_what_was_noted_about_it(desk):
    held = begun(desk)
    with desk.unit() as unit:
        add_to_list(unit, held, [A, B], at=AT)
        unit.lists.note("list1", A, "Cherche un repreneur", at=AT)
        unit.lists.note("list1", B, "Secret of B", at=AT)
        rows = company_data(unit, A, by=BY, at=LATER)["tables"]["saved_list_members"]
        whose = account_data(unit, ANNE.id, by=BY, at=LATER)["tables"]
    assert [row["note"] for row in rows] == ["Cherche un repreneur"]
    assert "list_id" not in rows[0]
    assert [row["name"] for row in whose["saved_lists"]] == ["À suivre"]
    assert len(whose["saved_list_members"]) == 2


def test_an_erased_account_takes_its_lists_along(desk):
    held = begun(desk, shared=True)
    with desk.unit() as unit:
        add_to_list(unit, held, [A], at=AT)
        erase_account(unit, ANNE.id, by=BY, at=LATER)
        assert unit.lists.readable_by(BEN.id, "77") == ()
        assert unit.lists.members("list1") == ()


def test_who_opted_out_is_not_shown_and_not_counted(desk):
    held = begun(desk)
    with desk.unit() as unit:
        unit.companies.upsert([company(4, diffusion=Diffusion.NONE), company(5, active=False)])
        unit.lists.add(held.id, [A, B, siret_of(4), siret_of(5), siret_of(6)], at=AT)
        opt_out(unit, A, by=BY, at=LATER, reason="no")
        everybody = [A, B, siret_of(4), siret_of(5), siret_of(6)]
        assert set(unit.portfolio.shown(everybody)) == {B, siret_of(5)}
        assert unit.portfolio.sizes([held.id, "other"]) == {held.id: 2}
        assert add_to_list(unit, held, [A], at=LATER) == 0


# --- portfolios ---

WHOLE = {"activity": "a", "offers": "o", "needs": "n"}


@pytest.fixture
def chamber(store: Store) -> Store:
    """Firms of 77 (1 to 8) and 91 (9), with profiles that want something each."""
    with store.unit() as unit:
        unit.companies.upsert([*(company(k) for k in range(1, 9)), company(9, "91")])
        unit.profiles.upsert(
            [
                profile(siret_of(1), **WHOLE),
                profile(siret_of(2), **{**WHOLE, "needs": ""}),
                profile(siret_of(3), consent=False),
                profile(siret_of(4), **WHOLE, changed_at=AT, changed_by="Zoé"),
                profile(siret_of(5), **WHOLE, changed_at=LATER, changed_by="Zoé"),
                profile(siret_of(6), **WHOLE),
                profile(siret_of(9), offers="o"),
            ]
        )
        unit.relations.replace(
            "test",
            [
                relation("across", [siret_of(1), siret_of(9)], RelationKind.MEETING),
                relation("within", [siret_of(2), siret_of(4)], RelationKind.MEETING),
                relation("outside", [siret_of(5), siret_of(900)], RelationKind.MEETING),
            ],
        )
        opt_out(unit, siret_of(6), by=BY, at=AT, reason="no")
    return store


def test_firms_in_need_are_counted_and_listed(chamber):
    expected = {
        Need.INCOMPLETE: [2],
        Need.NO_CONSENT: [3],
        Need.ALONE: [2, 4, 5],
        Need.CHANGED: [5, 4],
    }
    with chamber.reading() as unit:
        counts = unit.portfolio.counts("77", since=AT)
        for need, numbers in expected.items():
            listed = unit.portfolio.firms(need, "77", since=AT, limit=10)
            assert listed == tuple(siret_of(number) for number in numbers), need
            assert counts[need] == len(numbers), need
            assert unit.portfolio.count(need, "77", since=AT) == len(numbers), need
            pages = [unit.portfolio.firms(need, "77", since=AT, limit=1, offset=k) for k in (0, 1)]
            assert sum(pages, ()) == listed[:2]
        assert unit.portfolio.counts("91", since=AT)[Need.INCOMPLETE] == 1
        both = unit.portfolio.counts(None, since=AT)
        assert both[Need.INCOMPLETE] == 2
        assert both[Need.ALONE] == 3, "the firm of 91 knows one of 77"
        assert unit.portfolio.counts("77", since=LATER)[Need.CHANGED] == 1


def test_introductions_of_a_chamber_are_those_with_a_side_in_it(store):
    settle(store)
    world = World(store, settings_with())
    made = world.propose()
    with store.unit() as unit:
        unit.companies.upsert([company(40), company(41, "45")])
        for department, found in (("77", 1), ("91", 1), ("45", 0), ("75", 0)):
            assert unit.introductions.count(None, department) == found
            assert len(unit.introductions.list(None, department)) == found
        assert {made.company, made.partner} == {SEINE, ESSONNE}


# --- filters of the directory ---


@pytest.fixture
def directory(store: Store) -> Store:
    trades = ["41.10A", "43.21A", "47.11B", "25.62B", None]
    sizes = ["NN", "01", "11", "22", "53", None]
    with store.unit() as unit:
        unit.companies.upsert(
            company(
                k, ("77", "91")[k % 2], name=f"Atelier {k:03d}",
                naf=trades[k % 5], size_band=sizes[k % 6],
            )
            for k in range(1, 61)
        )  # fmt: skip
        unit.profiles.upsert(
            profile(siret_of(k), consent=k % 4 != 0, offers="o") for k in range(1, 61, 3)
        )
        opt_out(unit, siret_of(13), by=BY, at=AT, reason="no")
    return store


CASES = [
    ({"section": "F"}, lambda k: k % 5 in (0, 1)),
    ({"section": "C"}, lambda k: k % 5 == 3),
    ({"section": "U"}, lambda _: False),
    ({"sizes": ("11",)}, lambda k: k % 6 == 2),
    ({"sizes": ("NN", "01")}, lambda k: k % 6 in (0, 1)),
    ({"declared": True}, lambda k: k % 3 == 1 and k % 4 != 0),
    ({"declared": True, "department": "91"}, lambda k: k % 6 == 1 and k % 4 != 0),
    ({"section": "F", "sizes": ("01", "11"), "department": "91"},
     lambda k: k % 5 in (0, 1) and k % 6 in (1, 2) and k % 2 == 1),
    ({"commune": COMMUNES["77"][0], "sizes": ("22",)}, lambda k: k % 2 == 0 and k % 6 == 3),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "holds"), CASES)
@pytest.mark.parametrize("text", [None, "atelier", "50"])
def test_filters_find_exactly_what_they_say(directory, asked, holds, text):
    # The trades of the list above begin at k % 5 == 0; firm 13 has opted out.
    expected = [k for k in range(1, 61) if k != 13 and holds(k)]
    with directory.reading() as unit:
        if text == "50":  # beginning of every SIREN of the builders
            expected = [k for k in expected if siret_of(k).startswith("50")]
        found = unit.companies.search(CompanyQuery(text=text, **asked, page_size=100))
        assert sorted(each.siret for each in found.items) == sorted(map(siret_of, expected))
        assert found.total == len(expected)
        walked = []
        for page in range(1, found.total // 7 + 2):
            query = CompanyQuery(text=text, **asked, page=page, page_size=7)
            walked += [each.siret for each in unit.companies.search(query).items]
        assert walked == [each.siret for each in found.items]
        every = unit.companies.sirets_found(CompanyQuery(text=text, **asked, page=3, page_size=2))
        assert every == set(walked)


def test_many_profiles_are_found_like_a_few(directory, monkeypatch):
    query = CompanyQuery(declared=True, department="77", page_size=100)
    with directory.reading() as unit:
        few = unit.companies.search(query)
        monkeypatch.setattr("matchmaker.store.search._MANY_PROFILES", 3)
        assert unit.companies.search(query) == few
        assert few.total > 3


def test_names_go_first_where_that_is_asked(store):
    with store.unit() as unit:
        unit.companies.upsert([company(1, name="Bois Zola"), company(2, name="Abri Boiserie")])
    with store.reading() as unit:
        closest = unit.companies.search(CompanyQuery(text="bois")).items
        by_name = unit.companies.search(CompanyQuery(text="bois", by_name=True)).items
    assert [each.name for each in closest] == ["Bois Zola", "Abri Boiserie"]
    assert [each.name for each in by_name] == ["Abri Boiserie", "Bois Zola"]
    assert all(a.name <= b.name for a, b in pairwise(by_name))


@pytest.mark.parametrize("wrong", [{"sizes": ("99",)}, {"section": "é"}])
def test_wrong_filters_are_refused(wrong):
    with pytest.raises(ValueError, match="must be"):
        CompanyQuery(**wrong)
