"""Erasure, export and retention over every table, on both databases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from builders import company, profile, siret_of
from sqlalchemy import Engine

from matchmaker.accounts.principals import Principal, system
from matchmaker.accounts.roles import Role
from matchmaker.companies import Contact, Diffusion
from matchmaker.errors import AccountError
from matchmaker.mail.following import actor_of
from matchmaker.mail.letters import Letter, LetterKind
from matchmaker.privacy.contacts import contact_for
from matchmaker.privacy.erasing import erase_account, erase_company
from matchmaker.privacy.exporting import account_data, company_data
from matchmaker.privacy.opting_out import opt_in, opt_out
from matchmaker.privacy.profiles import declare
from matchmaker.privacy.retention import PERIODS, apply_retention
from matchmaker.relations import Relation, RelationKind
from matchmaker.settings import RetentionSettings
from matchmaker.store import CompanyQuery, Store
from matchmaker.store.database import build_engine, parse_address
from matchmaker.store.exports import NOT_EXPORTED, OF_ACCOUNT, OF_COMPANY
from matchmaker.store.tables import UtcDateTime, metadata

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
GONE, OTHER, THIRD = siret_of(1), siret_of(2), siret_of(3)
ADDRESS, OTHERS_ADDRESS = "zoe@tolerie.example", "ali@traitements.example"
BY = system("tests")
TABLES = metadata.tables

VALUES: list[tuple[type[Any], Any]] = [
    (UtcDateTime, AT),
    (sa.Date, DAY),
    (sa.Boolean, True),
    (sa.Integer, 1),
    (sa.Double, 0.5),
    (sa.JSON, {}),
    (sa.String, "x"),
]


@pytest.fixture
def engine(store: Store, url: str) -> Iterator[Engine]:
    """Reach the tables of the store themselves."""
    opened = build_engine(parse_address(url))
    yield opened
    opened.dispose()


def insert(engine: Engine, table: str, **values: Any) -> None:
    """Insert a row; columns that must have a value and are given none get one of their type."""
    columns = TABLES[table].columns
    needed = [c for c in columns if not (c.nullable or c.name in values or c.name == "id")]
    plain = {c.name: next(v for kind, v in VALUES if isinstance(c.type, kind)) for c in needed}
    with engine.begin() as connection:
        connection.execute(sa.insert(TABLES[table]), {**plain, **values})


def rows(engine: Engine, table: str) -> list[dict[str, Any]]:
    statement = sa.select(TABLES[table]).order_by(*TABLES[table].primary_key)
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(statement).mappings()]


def holding(engine: Engine, text: str) -> set[tuple[str, str]]:
    """Name the columns of all tables in which a text is found, whatever their type."""
    return {
        (table, name)
        for table in TABLES
        for row in rows(engine, table)
        for name, value in row.items()
        if text in json.dumps(value, ensure_ascii=False, default=str)
    }


def add_introduction(engine: Engine, drawn: str, **values: Any) -> None:
    state = {"state": "introduced", "state_at": AT, "introduced_at": AT, "role": "supplier"}
    sides = {"company": GONE, "partner": OTHER, "intent": "supply", "proposer": "adviser"}
    answers = {"company_answer": "accepted", "partner_answer": "accepted"}
    insert(engine, "introductions", id=drawn, **{**state, **sides, **answers, **values})


def add_event(engine: Engine, drawn: str, state: str = "running", day: date = DAY) -> None:
    insert(
        engine, "events", id=drawn, kind="invitations", timezone="Europe/Paris", slots=[],
        sessions=[], chambers=["77", "91"], state=state, day=day,
    )  # fmt: skip
    for who, siret, email in (("p1", GONE, ADDRESS), ("p2", OTHER, OTHERS_ADDRESS)):
        insert(
            engine, "event_registrations", event_id=drawn, id=who, siret=siret, unavailable=[],
            name=f"Personne {who}", company=f"Firme {who}", status="registered",
        )  # fmt: skip
        insert(engine, "event_contacts", event_id=drawn, participant=who, email=email)
    insert(engine, "event_wishes", event_id=drawn, wisher="p1", wished="p2", kind="wish")
    insert(
        engine, "event_outcomes", event_id=drawn, a="p1", b="p2", worth_a="yes", worth_b="no",
        next_step="Rappeler",
    )  # fmt: skip
    people = [{"id": "p1", "name": "Personne p1"}, {"id": GONE, "name": "Firme p1"}]
    insert(
        engine, "event_plans", event_id=drawn, number=1, problem={"people": people},
        plan={"invited": [GONE, OTHER], "label": GONE},
    )  # fmt: skip
    insert(engine, "event_history", event_id=drawn, version=1, details={"siret": GONE})


@pytest.fixture
def filled(store: Store, engine: Engine) -> Engine:
    """Fill every table with rows on a firm, its person, and two others."""
    firms = [company(1, name=None, sole_trader=True), company(2, "91"), company(3, "91")]
    contact = Contact("Zoé Martin", "Zoe@tolerie.example", "01 64 00 00 00")
    with store.unit() as unit:
        unit.companies.upsert(firms)
        unit.profiles.upsert(
            [
                profile(GONE, offers="Tôlerie", contact=contact, public_name="Zoé Martin"),
                profile(OTHER, needs=f"Un tôlier comme {GONE}", contact=Contact(None, ADDRESS[1:])),
            ]
        )
        pair = Relation("i1", RelationKind.INTRODUCTION, (GONE, OTHER), DAY, "introductions", "")
        unit.relations.replace("introductions", [pair])
        club = Relation("club", RelationKind.PLATO, (OTHER, GONE, THIRD), DAY, "file:a", "Club")
        named = Relation(
            f"supply:{GONE}-{OTHER}:", RelationKind.SUPPLY, (GONE, OTHER), DAY, "file:a", ""
        )
        unit.relations.replace("file:a", [club, named])
    fill_letters_and_answers(engine)
    fill_accounts(engine)
    add_event(engine, "open")
    add_event(engine, "closed", "closed")
    return engine


def fill_letters_and_answers(engine: Engine) -> None:
    insert(engine, "imports", kind="sirene", path="stock.csv")
    add_introduction(engine, "i1", note="secret of the other", message="Bonjour")
    add_introduction(
        engine, "i2", company=OTHER, partner=GONE, state="checked", partner_answer="not_asked"
    )
    add_introduction(engine, "i3", company=OTHER, partner=THIRD, message=f"Mieux que {GONE}")
    insert(engine, "introduction_history", introduction_id="i1", version=1, details={"by": GONE})
    for siret, note in ((GONE, "ours"), (OTHER, "secret of the other")):
        insert(
            engine, "introduction_outcomes", introduction_id="i1", siret=siret, days=30, note=note
        )
    insert(engine, "feedback", reader=GONE, partner=OTHER, kind="interested", actor="Zoé Martin")
    insert(
        engine, "feedback", reader=OTHER, partner=GONE, kind="set_aside",
        note="secret of the other", actor="secret of the other",
    )  # fmt: skip
    insert(engine, "competitor_overrides", low=GONE, high=OTHER)
    insert(engine, "digests", siret=GONE, partners=[OTHER])
    insert(engine, "digests", siret=THIRD, partners=[OTHER, GONE])
    letters = [
        ("question", GONE, ADDRESS, "i1", "waiting"),
        ("introduction", OTHER, OTHERS_ADDRESS, "i1", "waiting"),
        ("question", OTHER, OTHERS_ADDRESS, "i3", "waiting"),
        ("digest", THIRD, "third@example.org", None, "waiting"),
        ("digest", GONE, ADDRESS, None, "sent"),
    ]
    for number, (kind, siret, recipient, introduction, state) in enumerate(letters):
        insert(
            engine, "outbox", key=f"{kind}:{siret}:{number}", kind=kind, siret=siret, state=state,
            recipient=recipient, introduction_id=introduction,
            content={"text": "secret of the other"} if state == "waiting" else None,
        )  # fmt: skip
    for digest, purpose in (("d1", "accept"), ("d2", "unsubscribe"), ("d3", "opt_out")):
        insert(
            engine, "mail_links", digest=digest, purpose=purpose, siret=GONE, introduction_id="i1",
            details={"partner": OTHER},
        )  # fmt: skip
    insert(engine, "mail_refusals", address=ADDRESS, topic="digests")


def add_account(engine: Engine, drawn: str, email: str, **values: Any) -> None:
    plain = {"name": "Zoé Martin", "role": "entrepreneur", "language": "fr", "demo": False}
    insert(engine, "accounts", id=drawn, email=email, **{**plain, **values})


def fill_accounts(engine: Engine) -> None:
    add_account(engine, "person", "someone@example.org", password_hash="$argon2id$hash")
    insert(engine, "account_companies", account_id="person", siret=GONE, how="command")
    insert(engine, "claims", id="c1", account_id="person", siret=GONE, digest="secret digest")
    insert(engine, "sessions", digest="secret digest", account_id="person", method="password")
    insert(
        engine, "contact_reads", siret=GONE, actor="Ali Diallo (CCI 77)", purpose="profile",
        role="adviser",
    )  # fmt: skip
    insert(
        engine, "audit", subject=GONE, actor="Zoé Martin", action="profile.changed",
        details={"siret": GONE},
    )  # fmt: skip
    insert(engine, "saved_lists", id="l1", account_id="person", name=f"Suivre {GONE}", search={})
    for siret in (GONE, OTHER):
        insert(engine, "saved_list_members", list_id="l1", siret=siret, note=f"Rappeler {GONE}")
    insert(engine, "sign_in_failures", subject="digest")
    insert(engine, "api_keys", id="k1", digest="secret digest", scopes=[])


# --- erasure -------------------------------------------------------------------------------------

COLUMNS_OF_FIRMS = {
    (table.name, column.name)
    for table in TABLES.values()
    for column in table.columns
    if column.name in {"siret", "reader", "low"}
    or (table.name, column.name) in {("introductions", "company"), ("introductions", "partner")}
    or (table.name, column.name) == ("feedback", "partner")
}


def test_after_an_erasure_no_row_of_any_table_holds_the_firm(store, filled):
    before = holding(filled, GONE)
    assert before >= COLUMNS_OF_FIRMS - {("opt_outs", "siret")}, (
        "the world of this test has a row on the firm everywhere"
    )
    with store.unit() as unit:
        removed = erase_company(unit, GONE, by=BY, at=AT)
    assert holding(filled, GONE) == {("opt_outs", "siret")}
    assert removed["profiles"] == removed["companies"] == 1
    assert removed["relations"] == 2, "besides that of the introduction"
    for text in (ADDRESS[1:-1], "Zoé Martin", "01 64 00 00 00", "Personne p1"):
        left = holding(filled, text) - {("profiles", "contact_email")}
        named = {table for table, _ in left}
        assert named <= {"accounts", "audit"}, "its person keeps the account, and what they did"
    assert ("event_registrations", "name") in holding(filled, "Personne p2")


def test_an_erasure_leaves_what_is_of_others(store, filled):
    with store.unit() as unit:
        erase_company(unit, GONE, by=BY, at=AT)
    with store.reading() as unit:
        club = unit.relations.all()
        assert [(each.key, each.members) for each in club] == [("club", (OTHER, THIRD))]
        assert unit.profiles.get(OTHER).contact.email == ADDRESS[1:]
        assert [each.id for each in unit.introductions.list()] == ["i3"]
        assert [len(unit.events.registrations.all(each)) for each in ("open", "closed")] == [1, 1]
    assert [row["partners"] for row in rows(filled, "digests")] == [[OTHER]]
    assert [row["id"] for row in rows(filled, "accounts")] == ["person"]
    plan = rows(filled, "event_plans")[0]["plan"]
    assert plan == {"invited": ["erased-1", OTHER], "label": "erased-1"}


def test_two_erased_firms_stay_apart_in_a_plan(store, filled):
    with store.unit() as unit:
        erase_company(unit, GONE, by=BY, at=AT)
        erase_company(unit, OTHER, by=BY, at=AT)
    assert rows(filled, "event_plans")[0]["plan"]["invited"] == ["erased-1", "erased-2"]
    assert holding(filled, OTHER) == {("opt_outs", "siret")}


def test_no_import_brings_an_erased_firm_back_until_it_comes_back_itself(store, filled):
    with store.unit() as unit:
        erase_company(unit, GONE, by=BY, at=AT)
        opt_out(unit, GONE, by=BY, at=AT, reason="again")
        assert unit.companies.upsert([company(1), company(2, "91")]) == 1
        pair = Relation("a", RelationKind.MEETING, (GONE, OTHER), DAY, "file:b", "")
        club = Relation("b", RelationKind.PLATO, (THIRD, GONE, OTHER), DAY, "file:b", "Club")
        assert unit.relations.replace("file:b", [pair, club]) == 1
        assert unit.companies.get(GONE) is None
        assert unit.relations.of_company(GONE) == []
        assert opt_in(unit, GONE, by=BY, at=AT)
        assert unit.companies.upsert([company(1)]) == 1
        assert unit.companies.get(GONE) is not None


def test_a_firm_that_is_not_in_the_store_is_kept_out_all_the_same(store, engine):
    with store.unit() as unit:
        assert erase_company(unit, GONE, by=BY, at=AT) == {}
    with store.unit() as unit:
        assert unit.companies.upsert([company(1)]) == 0
        assert [line.subject for line in unit.audit.list()] == ["company"]


def test_an_erased_person_is_nowhere_and_what_they_did_stays(store, filled):
    add_account(filled, "zoe", ADDRESS, name="Zoé Petit")
    insert(filled, "feedback", reader=OTHER, partner=THIRD, kind="met", actor="Zoé Petit")
    insert(filled, "outbox", key="reset", account_id="zoe", kind="reset", recipient=ADDRESS)
    insert(filled, "audit", subject="zoe", actor="Zoé Petit", details={"email": ADDRESS})
    person = Principal("zoe", "Zoé Petit", Role.ENTREPRENEUR)
    with store.unit() as unit:
        erase_account(unit, "zoe", by=person, at=AT)
    # `ADDRESS` is a part of another address, which stays.
    assert holding(filled, f'"{ADDRESS}"') == set()
    assert holding(filled, "Zoé Petit") == set()
    assert "erased account" in [row["actor"] for row in rows(filled, "feedback")]
    with store.reading() as unit:
        assert unit.profiles.get(GONE).contact == Contact(), "it was this person's address"
        assert unit.profiles.get(OTHER).contact.email == ADDRESS[1:]


def test_the_name_of_a_namesake_stays(store, filled):
    add_account(filled, "zoe", "other@example.org")
    with store.unit() as unit:
        erase_account(unit, "zoe", by=BY, at=AT)
    assert "Zoé Martin" in [row["actor"] for row in rows(filled, "feedback")]


def test_the_last_administrator_stays(store, engine):
    add_account(engine, "first", "first@example.org", role="administrator")
    add_account(engine, "closed", "closed@example.org", role="administrator", active=False)
    with pytest.raises(AccountError, match="last administrator"), store.unit() as unit:
        erase_account(unit, "first", by=BY, at=AT)
    add_account(engine, "second", "second@example.org", role="administrator")
    with store.unit() as unit:
        erase_account(unit, "first", by=BY, at=AT)
    assert {row["id"] for row in rows(engine, "accounts")} == {"second", "closed"}


# --- opt-out -------------------------------------------------------------------------------------


def test_an_opt_out_ends_everything_that_is_under_way_at_once(store, filled):
    with store.unit() as unit:
        opt_out(unit, GONE, by=BY, at=AT, reason="Je ne souhaite pas participer")
    with store.reading() as unit:
        states = {each.id: each.state.value for each in unit.introductions.list()}
        assert unit.events.registrations.all("open")[0].siret == OTHER
        assert len(unit.events.registrations.all("closed")) == 2
        assert unit.companies.servable([GONE, OTHER]).keys() == {OTHER}
    assert states == {"i1": "ended", "i2": "withdrawn", "i3": "introduced"}
    letters = [(row["siret"], row["state"]) for row in rows(filled, "outbox")]
    assert letters == [
        (GONE, "cancelled"),
        (OTHER, "cancelled"),
        (OTHER, "waiting"),
        (THIRD, "cancelled"),
        (GONE, "sent"),
    ]
    assert [row["content"] is None for row in rows(filled, "outbox")] == [
        True,
        True,
        False,
        True,
        True,
    ]
    assert {row["purpose"] for row in rows(filled, "mail_links")} == {"unsubscribe", "opt_out"}
    assert rows(filled, "opt_outs")[0]["reason"] == "Je ne souhaite pas participer"


def test_a_firm_comes_back_with_what_it_declared(store, filled):
    with store.unit() as unit:
        opt_out(unit, GONE, by=BY, at=AT)
        assert opt_in(unit, GONE, by=BY, at=AT)
        assert not opt_in(unit, GONE, by=BY, at=AT)
        assert unit.companies.servable([GONE])[GONE].name == "Zoé Martin"
        lines = [line.action for line in unit.audit.list(action="privacy")]
    assert lines == ["privacy.opted_in", "privacy.opted_out"]


# --- export --------------------------------------------------------------------------------------


def test_every_table_is_exported_or_left_out_with_a_reason():
    exported = {*OF_COMPANY, *OF_ACCOUNT}
    assert exported | NOT_EXPORTED.keys() == TABLES.keys()
    assert not exported & NOT_EXPORTED.keys()
    assert all(len(reason) > 20 for reason in NOT_EXPORTED.values())


def test_every_table_with_a_firm_in_a_column_is_in_its_export():
    named = {table for table, _ in COLUMNS_OF_FIRMS} - {"company_words"}
    assert named <= OF_COMPANY.keys()


def test_the_export_of_a_firm_holds_rows_of_every_table_and_nothing_of_others(store, filled):
    with store.unit() as unit:
        document = company_data(unit, GONE, by=BY, at=AT)
    tables = {name: found for name, found in document["tables"].items() if not found}
    assert tables.keys() == {"opt_outs"}, "every other table has a row on the firm"
    text = json.dumps(document, ensure_ascii=False)
    assert "secret" not in text
    assert OTHERS_ADDRESS not in text
    assert "Zoe@tolerie.example" in text
    introductions = document["tables"]["introductions"]
    assert [each["id"] for each in introductions] == ["i1"], "of i2 it has not been asked"
    about = document["tables"]["feedback"][1]
    assert about.keys() == {"at", "partner", "kind", "undone_at"}
    with store.reading() as unit:
        assert [read.purpose for read in unit.contacts.list(GONE)] == ["export", "profile"]


def test_the_export_of_a_firm_says_who_read_its_contact(store, filled):
    with store.unit() as unit:
        reads = company_data(unit, GONE, by=BY, at=AT)["tables"]["contact_reads"]
    assert [read["actor"] for read in reads] == ["Ali Diallo (CCI 77)"]


def test_the_export_of_a_person_holds_what_is_theirs(store, filled):
    add_account(filled, "zoe", ADDRESS, name="Zoé Petit", password_hash="secret")
    insert(filled, "outbox", key="1", kind="reset", recipient=ADDRESS, content={"text": "secret"})
    insert(filled, "feedback", reader=GONE, partner=OTHER, kind="met", actor="Zoé Petit")
    insert(filled, "contact_reads", siret=OTHER, actor="Zoé Petit")
    insert(filled, "sessions", digest="secret", account_id="zoe")
    with store.unit() as unit:
        tables = account_data(unit, "zoe", by=BY, at=AT)["tables"]
    assert "secret" not in json.dumps(tables)
    assert tables.keys() == OF_ACCOUNT
    filled_tables = {name for name, found in tables.items() if found}
    assert filled_tables == {
        "accounts", "outbox", "feedback", "contact_reads", "sessions", "mail_refusals",
        "event_contacts", "profiles",
    }  # fmt: skip
    assert [each["id"] for each in tables["accounts"]] == ["zoe"]


def test_what_namesakes_did_is_in_the_export_of_neither(store, filled):
    add_account(filled, "zoe", ADDRESS, name="Zoé Petit")
    add_account(filled, "other", "other@example.org", name="Zoé Petit")
    insert(filled, "feedback", reader=GONE, partner=OTHER, kind="met", actor="Zoé Petit")
    insert(filled, "contact_reads", siret=OTHER, actor="Zoé Petit")
    for name in ("zoe", "other"):
        with store.unit() as unit:
            document = account_data(unit, name, by=BY, at=AT)
        assert document["tables"].keys() == OF_ACCOUNT
        assert document["tables"]["feedback"] == document["tables"]["contact_reads"] == []
        assert "another account has the same name" in json.dumps(document["not_exported"])


def test_the_firm_that_was_asked_does_not_read_how_the_other_ranked_it(store, filled):
    add_introduction(filled, "i9", company=OTHER, partner=GONE, rank=7, propensity=0.25)
    with store.unit() as unit:
        found = company_data(unit, GONE, by=BY, at=AT)["tables"]["introductions"]
    ranked = {each["id"]: {"rank", "propensity", "snapshot"} & each.keys() for each in found}
    assert not ranked["i9"]
    assert ranked["i1"], "its own list is its own"


def test_no_copy_holds_the_words_or_the_name_of_a_firm_that_left(store, filled):
    words, own = "Bonjour, ici Dupont-Zébulon", "Bonjour de chez nous"
    subject = "Dupont-Zébulon souhaite vous rencontrer"
    add_introduction(filled, "i8", company=THIRD, partner=GONE, message=words)
    add_introduction(filled, "i9", company=GONE, partner=THIRD, message=own)
    add_account(filled, "zoe", ADDRESS, name="Zoé Petit")
    insert(
        filled, "outbox", key="i8", kind="question", siret=GONE, recipient=ADDRESS,
        introduction_id="i8", subject=subject, account_id="zoe",
    )  # fmt: skip

    def copies() -> tuple[str, str]:
        with store.unit() as unit:
            firm = company_data(unit, GONE, by=BY, at=AT)["tables"]
            person = account_data(unit, "zoe", by=BY, at=AT)["tables"]
        return tuple(json.dumps(each, ensure_ascii=False) for each in (firm, person))

    before = copies()
    assert words in before[0]
    assert all(subject in each for each in before)
    with store.unit() as unit:
        unit.exclusions.opt_out(THIRD, at=AT, reason="")
        unit.exclusions.opt_out(GONE, at=AT, reason="")
    after = copies()
    assert not [each for each in after if "Dupont-Zébulon" in each]
    assert own in after[0], "its own words stay its own, wherever it has gone"


# --- contacts ------------------------------------------------------------------------------------


def reader(role: Role, *, chamber: str | None = None, companies: tuple[str, ...] = ()) -> Principal:
    return Principal("reader", "Reader", role, chamber, frozenset(companies))


@pytest.mark.parametrize(
    ("caller", "before", "after"),
    [
        (reader(Role.ENTREPRENEUR, companies=(GONE,)), True, True),
        (reader(Role.ADVISER, chamber="77"), True, True),
        (reader(Role.ADMINISTRATOR), True, True),
        (reader(Role.ENTREPRENEUR, companies=(OTHER,)), False, True),
        (reader(Role.ADVISER, chamber="91"), False, True),
        (reader(Role.ENTREPRENEUR, companies=(THIRD,)), False, False),
        (reader(Role.ADVISER, chamber="45"), False, False),
    ],
)
def test_a_contact_goes_only_to_those_who_may_have_it_and_is_noted(
    store, engine, caller, before, after
):
    contact = Contact("Zoé Martin", ADDRESS)
    with store.unit() as unit:
        unit.companies.upsert([company(1), company(2, "91"), company(3, "45")])
        unit.profiles.upsert([profile(GONE, contact=contact)])
    add_introduction(engine, "i1", state="accepted", introduced_at=None)
    add_introduction(engine, "i2", company=THIRD, state="accepted", introduced_at=None)
    for introduced, allowed in ((False, before), (True, after)):
        if introduced:
            with engine.begin() as connection:
                table = TABLES["introductions"]
                made = sa.update(table).where(table.c.id == "i1")
                connection.execute(made.values(state="introduced", introduced_at=AT))
        with store.unit() as unit:
            noted = len(unit.contacts.list(GONE))
            found = contact_for(unit, caller, GONE, at=AT, purpose="introduction")
            assert found == (contact if allowed else None)
            assert len(unit.contacts.list(GONE)) == noted + allowed


def test_a_firm_that_left_is_no_longer_handed_out_to_those_it_met(store, filled):
    partner, adviser = (
        reader(Role.ENTREPRENEUR, companies=(OTHER,)),
        reader(Role.ADVISER, chamber="91"),
    )
    with store.unit() as unit:
        assert contact_for(unit, partner, GONE, at=AT, purpose="introduction") is not None
        opt_out(unit, GONE, by=BY, at=AT)
        assert contact_for(unit, partner, GONE, at=AT, purpose="introduction") is None
        assert contact_for(unit, adviser, GONE, at=AT, purpose="introduction") is None


# --- names of persons ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "consent", "shown"),
    [
        ({"name": None, "sole_trader": True}, True, "Zoé Martin"),
        ({"name": "Chez Zoé", "sole_trader": True}, True, "Zoé Martin"),
        ({"name": None, "sole_trader": True}, False, None),
        ({"name": "Chez Zoé", "sole_trader": True}, False, "Chez Zoé"),
        ({"name": None, "diffusion": Diffusion.PARTIAL}, True, "Zoé Martin"),
        ({"name": "Tôlerie SARL"}, True, "Tôlerie SARL"),
    ],
)
def test_a_person_is_called_by_name_only_with_consent(store, changes, consent, shown):
    with store.unit() as unit:
        unit.companies.upsert([company(1, **changes)])
        declared = profile(GONE, consent=consent, public_name="Zoé Martin")
        declare(unit, declared, by=BY, at=AT)
    with store.reading() as unit:
        assert unit.companies.get(GONE).name == shown
        found = unit.companies.servable([GONE])
        assert [each.name for each in found.values()] == ([shown] if consent else [])
        assert unit.companies.frame()["name"].to_list() == [changes["name"]]
        assert unit.companies.search(CompanyQuery("zoe martin")).total == 0
    with store.unit() as unit:
        declare(unit, profile(GONE, consent=False, public_name="Zoé Martin"), by=BY, at=AT)
        assert unit.companies.get(GONE).name == changes["name"], "withdrawn at once"


def test_a_stock_that_confirms_a_person_does_not_write_the_name_down(store):
    with store.unit() as unit:
        unit.companies.upsert([company(1, name=None, sole_trader=True, data_date=DAY)])
        declare(unit, profile(GONE, public_name="Zoé Martin"), by=BY, at=AT)
        unit.companies.confirm([GONE], DAY + timedelta(days=1))
        unit.companies.confirm([GONE], DAY)
        assert unit.companies.get(GONE).data_date == DAY + timedelta(days=1)
        assert unit.companies.frame()["name"].to_list() == [None]


def test_a_profile_keeps_its_stamps(store):
    with store.unit() as unit:
        unit.companies.upsert([company(1)])
        written = declare(unit, profile(GONE, offers="Tôlerie", capacity=2), by=BY, at=AT)
        assert unit.profiles.get(GONE) == written
        assert (written.changed_at, written.changed_by) == (AT, "tests")
        line = unit.audit.list(action="profile.changed")[0]
        assert line.details == {"fields": ["capacity", "consent", "offers"]}
        assert unit.profiles.remove(GONE)
        assert not unit.profiles.remove(GONE)


# --- retention -----------------------------------------------------------------------------------

SETTINGS = RetentionSettings()


def add_aged(engine: Engine, name: str, moment: datetime) -> None:
    """Add something whose time counts from a moment."""
    match name:
        case "sessions":
            add_account(engine, "a", "a@example.org", signed_in_at=AT)
            insert(
                engine, "sessions", digest="d", account_id="a", expires_at=moment, seen_at=moment
            )
        case "links":
            insert(engine, "mail_links", digest="d", expires_at=AT, used_at=moment)
        case "claims":
            add_account(engine, "a", "a@example.org", signed_in_at=AT)
            insert(engine, "claims", id="c", account_id="a", siret=GONE, expires_at=moment)
        case "failures":
            insert(engine, "sign_in_failures", subject="d", at=moment)
        case "letters":
            insert(engine, "outbox", key="k", settled_at=moment)
        case "audit":
            insert(engine, "audit", at=moment)
        case "contact_reads":
            insert(engine, "contact_reads", siret=GONE, at=moment)
        case "introductions":
            add_introduction(engine, "i", state="declined", state_at=moment)
            insert(engine, "introduction_history", introduction_id="i", version=1)
        case "feedback":
            insert(engine, "feedback", reader=GONE, partner=OTHER, kind="set_aside", at=moment)
        case "participants":
            add_event(engine, "e", "closed", moment.date())
        case "accounts":
            add_account(engine, "a", "a@example.org", signed_in_at=moment, created_at=moment)


@pytest.mark.parametrize("period", PERIODS, ids=lambda period: period.name)
def test_a_period_ends_on_its_day_and_not_before(store, engine, period):
    days = {
        "sessions": 30, "links": 30, "claims": 30, "failures": 30, "letters": 90, "audit": 365,
        "contact_reads": 365, "introductions": 1095, "feedback": 1095, "participants": 730,
        "accounts": 1095,
    }[period.name]  # fmt: skip
    add_aged(engine, period.name, AT - timedelta(days=days))
    with store.unit() as unit:
        assert sum(apply_retention(unit, SETTINGS, AT).values()) == 0
    with store.unit() as unit:
        removed = apply_retention(unit, SETTINGS, AT + timedelta(days=1))
    expected = 2 if period.name == "participants" else 1
    assert {name: count for name, count in removed.items() if count} == {period.name: expected}
    with store.unit() as unit:
        again = apply_retention(unit, SETTINGS, AT + timedelta(days=1))
    assert sum(again.values()) == 0


def test_events_of_the_past_keep_firms_and_outcomes_and_no_persons(store, engine):
    add_event(engine, "e", "closed", date(2024, 1, 1))
    with store.unit() as unit:
        assert apply_retention(unit, SETTINGS, AT)["participants"] == 2
    people = rows(engine, "event_registrations")
    assert {(row["name"], row["company"], row["siret"]) for row in people} == {
        ("p1", "Firme p1", GONE),
        ("p2", "Firme p2", OTHER),
    }
    assert rows(engine, "event_contacts") == []
    assert [row["next_step"] for row in rows(engine, "event_outcomes")] == [""]
    assert holding(engine, "Personne") == set()


def test_answers_that_keep_two_firms_apart_stay_while_they_stand(store, engine):
    old = AT - timedelta(days=2000)
    for kind, undone in (("competitor", None), ("already_known", None), ("competitor", old)):
        insert(engine, "feedback", reader=GONE, partner=OTHER, kind=kind, at=old, undone_at=undone)
    with store.unit() as unit:
        assert apply_retention(unit, SETTINGS, AT)["feedback"] == 1
    assert [row["kind"] for row in rows(engine, "feedback")] == ["competitor", "already_known"]


def test_letters_of_an_introduction_that_is_under_way_stay(store, engine):
    old = AT - timedelta(days=200)
    add_introduction(engine, "i", state="introduced", state_at=old)
    insert(engine, "outbox", key="outcome:i:30", introduction_id="i", settled_at=old)
    insert(engine, "outbox", key="outcome:j:30", introduction_id="j", settled_at=old)
    insert(engine, "outbox", key="waiting", settled_at=None)
    with store.unit() as unit:
        assert apply_retention(unit, SETTINGS, AT)["letters"] == 1
    assert [row["key"] for row in rows(engine, "outbox")] == ["outcome:i:30", "waiting"]


def test_an_introduction_under_way_has_no_end_to_count_from(store, engine):
    add_introduction(engine, "i", state="asked", state_at=AT - timedelta(days=5000))
    with store.unit() as unit:
        assert apply_retention(unit, SETTINGS, AT)["introductions"] == 0


def test_nobody_is_left_without_an_administrator(store, engine):
    old = AT - timedelta(days=2000)
    for drawn, role in (("a", "administrator"), ("b", "administrator"), ("c", "adviser")):
        add_account(
            engine, drawn, f"{drawn}@example.org", role=role, signed_in_at=old, created_at=old
        )
    with store.unit() as unit:
        assert apply_retention(unit, SETTINGS, AT)["accounts"] == 1
    add_account(engine, "d", "d@example.org", role="administrator", signed_in_at=AT, name="Ali")
    with store.unit() as unit:
        assert apply_retention(unit, SETTINGS, AT)["accounts"] == 2
    assert [row["id"] for row in rows(engine, "accounts")] == ["d"]


def test_letters_in_files_go_with_whom_they_are_about(store, filled, tmp_path):
    """A letter to the firm, one to its partner about their introduction, a digest that names it."""
    with store.unit() as unit:
        numbers = {
            "to the firm": put_letter(unit, "a", siret=GONE),
            "about it": put_letter(unit, "b", siret=OTHER, introduction_id="i1"),
            "to others": put_letter(unit, "c", siret=THIRD),
        }
    folder = tmp_path / "mail"
    folder.mkdir()
    for number in numbers.values():
        (folder / f"{number:08d}.eml").write_text("Bonjour")
    with store.unit() as unit:
        erase_company(unit, GONE, by=BY, at=AT, letters=folder)
    left = [path.name for path in folder.iterdir()]
    assert left == [f"{numbers['to others']:08d}.eml"]


def put_letter(unit, key, **about) -> int:
    letter = Letter(key, LetterKind.QUESTION, "x@example.org", "S", "T", "H", **about)
    assert unit.outbox.put(letter, AT)
    return unit.outbox.list()[0].id


def test_letters_in_files_go_with_their_reader(store, engine, tmp_path):
    add_account(engine, "zoe", ADDRESS)
    with store.unit() as unit:
        number = put_letter(unit, "a", account_id="zoe")
        other = put_letter(unit, "b")
    for each in (number, other):
        (tmp_path / f"{each:08d}.eml").write_text("Bonjour")
    with store.unit() as unit:
        erase_account(unit, "zoe", by=BY, at=AT, letters=tmp_path)
    assert [path.name for path in tmp_path.glob("*.eml")] == [f"{other:08d}.eml"]


def test_the_name_of_an_erased_firm_is_in_no_log_of_what_it_did_by_letter(store, filled):
    """It opted out by a link of a letter; who did it is kept by number, which an erasure finds."""
    with store.unit() as unit:
        unit.companies.upsert([company(1, name="Tôlerie Zébulon")])
        opt_out(unit, GONE, by=actor_of(GONE), at=AT)
    with store.unit() as unit:
        erase_company(unit, GONE, by=BY, at=AT)
    assert holding(filled, "Zébulon") == set()
    assert holding(filled, GONE) == {("opt_outs", "siret")}


def test_a_contact_is_handed_out_no_more_when_consent_is_withdrawn(store, filled):
    with store.unit() as unit:
        partner = reader(Role.ENTREPRENEUR, companies=(OTHER,))
        own = reader(Role.ENTREPRENEUR, companies=(GONE,))
        assert contact_for(unit, partner, GONE, at=AT, purpose="introduction") is not None
        held = unit.profiles.get(GONE)
        unit.profiles.upsert([replace(held, consent=False)])
        assert contact_for(unit, partner, GONE, at=AT, purpose="introduction") is None
        assert contact_for(unit, own, GONE, at=AT, purpose="profile") == held.contact
