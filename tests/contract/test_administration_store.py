"""What the administration reads of the store: accounts by memory, imports and logs by pages."""

from datetime import UTC, datetime, timedelta

import pytest

from matchmaker.accounts.accounts import Account, HowTied, Ownership
from matchmaker.accounts.principals import system
from matchmaker.accounts.roles import Role
from matchmaker.store import ImportRecord
from matchmaker.store.account_search import AccountQuery

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
SIRET = "73282932000074"


def account(number, name="", role=Role.ENTREPRENEUR, chamber=None, companies=(), active=True):
    return Account(
        id=f"account{number}",
        email=f"a{number}@usine.example",
        name=name,
        role=role,
        chamber=chamber,
        active=active,
        created_at=NOON,
        created_by="tests",
        companies=tuple(Ownership(siret, HowTied.ADVISER, NOON, "tests") for siret in companies),
    )


@pytest.fixture
def people(store):
    with store.unit() as unit:
        unit.accounts.create(account(1, "Hélène D'Été", companies=[SIRET]))
        unit.accounts.create(account(2, "ZOÉ Martin", active=False))
        unit.accounts.create(account(3, "Anne Martin", Role.ADVISER, "77"))
        unit.accounts.create(account(4, "100 % Œuvre_", Role.ADVISER, "91"))
    return store


class TestAccountSearch:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            (AccountQuery(), [1, 2, 3, 4]),
            (AccountQuery(text="helene d'ete"), [1]),
            (AccountQuery(text="zoé"), [2]),
            (AccountQuery(text="martin"), [2, 3]),
            (AccountQuery(text="martin a3@"), [3]),
            (AccountQuery(text="oeuvre"), [4]),
            (AccountQuery(text="%"), [4]),
            (AccountQuery(text="_"), [4]),
            (AccountQuery(text="nobody"), []),
            (AccountQuery(role=Role.ADVISER), [3, 4]),
            (AccountQuery(chamber="91"), [4]),
            (AccountQuery(siret=SIRET), [1]),
            (AccountQuery(active=False), [2]),
            (AccountQuery(text="martin", active=True), [3]),
        ],
    )
    def test_only_what_is_wanted_is_found(self, people, query, found):
        with people.reading() as unit:
            page = unit.accounts.search(query)
        assert [each.id for each in page.items] == [f"account{number}" for number in found]
        assert page.total == len(found)

    def test_pages_share_the_accounts_out(self, people):
        with people.reading() as unit:
            pages = [unit.accounts.search(AccountQuery(page=n, page_size=3)) for n in (1, 2, 9)]
        assert [[each.id[-1] for each in page.items] for page in pages] == [
            ["1", "2", "3"],
            ["4"],
            ["4"],
        ]
        assert {page.total for page in pages} == {4}

    def test_an_account_comes_with_its_firms(self, people):
        with people.reading() as unit:
            [found] = unit.accounts.search(AccountQuery(text="helene")).items
        assert [tied.siret for tied in found.companies] == [SIRET]


def test_imports_are_read_from_the_newest_by_kind_and_part(store):
    with store.unit() as unit:
        for number in range(5):
            kind = "profiles" if number % 2 else "sirene"
            at = NOON + timedelta(hours=number)
            unit.imports.record(ImportRecord(kind, f"{number}", "0" * 64, None, 1, 1, 0, at))
    with store.reading() as unit:
        assert [each.path for each in unit.imports.newest()] == ["4", "3", "2", "1", "0"]
        assert [each.path for each in unit.imports.newest("profiles")] == ["3", "1"]
        assert [each.path for each in unit.imports.newest(skip=3, limit=1)] == ["1"]
        assert unit.imports.counts() == {"profiles": 2, "sirene": 3}


def test_logs_are_read_in_parts_and_by_whom_or_what(store):
    by = system("command line")
    with store.unit() as unit:
        for number in range(4):
            unit.audit.note(at=NOON, by=by, action="key.made", subject=f"key{number}")
            unit.contacts.note(at=NOON, by=by, siret=SIRET, purpose="export")
        unit.audit.note(at=NOON, by=system("nightly"), action="key.made", subject="command line")
    with store.reading() as unit:
        lines, reads = unit.audit.list(), unit.contacts.list()
        assert unit.audit.list(before=lines[1].id) == lines[2:]
        assert unit.contacts.list(before=reads[0].id) == reads[1:]
        assert unit.audit.list(about="key2") == tuple(x for x in lines if x.subject == "key2")
        assert len(unit.audit.list(about="command line")) == 5
        assert unit.audit.list(about="key") == ()
