"""What every store must do, on both databases."""

import re
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from random import Random

import polars as pl
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from builders import said
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.companies import Company, Contact, Diffusion, Profile
from matchmaker.errors import StoreError
from matchmaker.feedback import FeedbackKind
from matchmaker.relations import Relation, RelationKind
from matchmaker.store import CompanyPage, CompanyQuery, ImportRecord, Store, Unit, open_store
from matchmaker.store import database as database_module
from matchmaker.store.schema import MIGRATIONS
from matchmaker.store.tables import SCHEMA_REVISION, metadata

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
OLD, NEW = date(2024, 1, 1), date(2025, 1, 1)

examples = settings(
    max_examples=60,
    deadline=None,
    # Every example undoes what it wrote, so one store serves them all.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def company(number: int, name: str | None = "Boulangerie", **changes: object) -> Company:
    plain = Company(f"{number:014d}", name, "77", "77288", "Melun", source="sirene", data_date=NEW)
    return replace(plain, **changes)


def found(page: CompanyPage) -> list[int]:
    return [int(item.siret) for item in page.items]


def write(store: Store, *companies: Company) -> int:
    with store.unit() as unit:
        return unit.companies.upsert(companies)


def look_up(store: Store, text: str | None = None, **criteria: object) -> list[int]:
    with store.reading() as unit:
        return found(unit.companies.search(CompanyQuery(text, **criteria)))


def stored(store: Store, number: int) -> Company:
    with store.reading() as unit:
        company = unit.companies.get(f"{number:014d}")
    assert company is not None
    return company


class Undo(Exception):
    """Ends a unit of work without a trace."""


@contextmanager
def undone(store: Store) -> Iterator[Unit]:
    with suppress(Undo), store.unit() as unit:
        yield unit
        raise Undo


# --- companies -----------------------------------------------------------------------------------

COMPLETE = Company(
    siret="73282932000074",
    name="Café de l'Œuvre – Zoë & Fils 🥐",
    department="91",
    commune="91228",
    commune_name="Évry-Courcouronnes",
    postcode="91000",
    naf="56.10A",
    naf2025="56.11J",
    legal_category="5499",
    size_band="11",
    created=date(1999, 12, 31),
    head_office=True,
    employer=False,
    sole_trader=True,
    active=True,
    diffusion=Diffusion.PARTIAL,
    latitude=48.63,
    longitude=2.42,
    fictional=True,
    source="démonstration",
    data_date=NEW,
)


def test_a_company_comes_back_as_it_was_written(store):
    bare = Company("00000000000001", None, "77", "77288", "Melun")
    assert write(store, COMPLETE, bare) == 2
    with store.reading() as unit:
        assert unit.companies.get(COMPLETE.siret) == COMPLETE
        assert unit.companies.many([COMPLETE.siret, bare.siret, "9" * 14]) == {
            COMPLETE.siret: COMPLETE,
            bare.siret: bare,
        }
        assert unit.companies.get("9" * 14) is None


def test_writing_the_same_again_changes_nothing(store):
    firms = [company(number, f"Firme {number}") for number in range(30)]
    write(store, *firms)
    with store.reading() as unit:
        before = unit.companies.frame()
    assert write(store, *firms) == 30
    with store.reading() as unit:
        assert unit.companies.frame().equals(before)
        assert unit.companies.search(CompanyQuery("firme")).total == 30


def test_more_companies_than_one_write_takes(store):
    firms = [company(number, f"Firme {number}") for number in range(4_321)]
    assert write(store, *firms) == 4_321
    with store.reading() as unit:
        assert len(unit.companies.many([firm.siret for firm in firms])) == 4_321
        assert unit.companies.frame()["siret"].to_list() == [firm.siret for firm in firms]


@pytest.mark.parametrize(
    ("before", "after", "is_replaced"),
    [
        (OLD, NEW, True),
        (NEW, NEW, True),
        (NEW, OLD, False),
        (None, None, True),
        (None, OLD, True),
        (OLD, None, False),
    ],
)
def test_a_newer_stock_replaces_and_an_older_one_does_not(store, before, after, is_replaced):
    write(store, company(1, "Avant", data_date=before))
    written = write(store, company(1, "Ensuite", data_date=after))
    assert written == is_replaced
    assert stored(store, 1).name == ("Ensuite" if is_replaced else "Avant")
    assert look_up(store, "avant") == ([] if is_replaced else [1])
    assert look_up(store, "ensuite") == ([1] if is_replaced else [])


@pytest.mark.parametrize("order", [1, -1])
def test_one_company_twice_in_one_write_keeps_the_newest(store, order):
    twice = [company(1, "Avant", data_date=OLD), company(1, "Ensuite", data_date=NEW)]
    assert write(store, *twice[::order]) == 1
    assert stored(store, 1).name == "Ensuite"
    assert look_up(store, "avant") == []


def test_closing_takes_a_company_out_of_the_search_and_keeps_it(store):
    write(store, company(1), company(2, data_date=OLD), company(3, active=False))
    with store.unit() as unit:
        sirets = [f"{number:014d}" for number in (1, 2, 3, 4)]
        assert unit.companies.close(sirets, NEW) == 2, "3 is closed already, 4 is unknown"
    assert look_up(store, "boulangerie") == look_up(store) == []
    assert stored(store, 2) == company(2, active=False, data_date=NEW)


@pytest.mark.parametrize(
    ("stock", "closes"), [(OLD, False), (NEW, True), (date(2026, 1, 1), True), (None, False)]
)
def test_an_older_stock_closes_nothing(store, stock, closes):
    write(store, company(1, data_date=NEW))
    with store.unit() as unit:
        assert unit.companies.close(["00000000000001"], stock) == closes
    assert stored(store, 1).active is not closes


def test_a_closed_company_opens_again_with_a_newer_stock_only(store):
    write(store, company(1, data_date=OLD))
    with store.unit() as unit:
        unit.companies.close(["00000000000001"], NEW)
    assert write(store, company(1, data_date=OLD)) == 0
    assert look_up(store, "boulangerie") == []
    assert write(store, company(1, data_date=NEW + timedelta(days=1))) == 1
    assert look_up(store, "boulangerie") == [1]


def test_absent_from_a_whole_stock_means_closed(store):
    write(
        store,
        company(1, data_date=OLD),
        company(2, data_date=NEW),
        company(3, data_date=None),
        company(4, data_date=OLD, source="demo"),
        company(5, data_date=OLD, department="91"),
        company(6, data_date=OLD, active=False),
    )
    with store.unit() as unit:
        assert unit.companies.close_absent("sirene", ["77"], NEW) == 2
    assert look_up(store, "boulangerie") == [2, 4, 5]
    assert stored(store, 1).data_date == NEW
    with store.unit() as unit:
        assert unit.companies.close_absent("sirene", None, NEW) == 1
    assert look_up(store, "boulangerie") == [2, 4]
    with store.reading() as unit:
        assert unit.companies.counts()["total"] == 6


def test_counts_and_departments(store):
    write(
        store,
        company(1, department="91"),
        company(2, fictional=True),
        company(3, department="2A", active=False),
    )
    with store.reading() as unit:
        assert unit.companies.counts() == {"total": 3, "active": 2, "fictional": 1}
        assert unit.companies.departments() == ("77", "91")


# --- frames --------------------------------------------------------------------------------------


def assert_types(frame: pl.DataFrame) -> None:
    assert frame.columns == [field.name for field in fields(Company)]
    wanted = {
        **dict.fromkeys(frame.columns, pl.String),
        **dict.fromkeys(("head_office", "employer", "sole_trader", "active"), pl.Boolean),
        "fictional": pl.Boolean,
        **dict.fromkeys(("latitude", "longitude"), pl.Float64),
        **dict.fromkeys(("created", "data_date"), pl.Date),
    }
    assert dict(frame.schema) == wanted


def test_the_frame_of_companies_holds_every_row_in_order(store):
    firms = [company(3, None), COMPLETE, company(1, active=False), company(2, department="2B")]
    write(store, *firms)
    with store.reading() as unit:
        frame = unit.companies.frame()
    assert_types(frame)
    in_order = sorted(firms, key=lambda firm: (firm.department, firm.siret))
    rebuilt = [
        Company(**{**row, "diffusion": Diffusion(row["diffusion"])}) for row in frame.to_dicts()
    ]
    assert rebuilt == in_order


def test_frames_of_an_empty_store_have_columns_and_types(store):
    with store.reading() as unit:
        assert_types(unit.companies.frame())
        assert unit.companies.frame().is_empty()
        profiles = unit.profiles.frame()
        assert profiles.is_empty()
        assert unit.companies.counts() == {"total": 0, "active": 0, "fictional": 0}
        assert unit.companies.departments() == ()
    assert dict(profiles.schema) == {
        "siret": pl.String,
        "consent": pl.Boolean,
        "activity": pl.String,
        "offers": pl.String,
        "needs": pl.String,
        "certifications": pl.List(pl.String),
        "themes": pl.List(pl.String),
        "capacity": pl.Int64,
    }


# --- profiles ------------------------------------------------------------------------------------

PROFILE = Profile(
    siret="00000000000001",
    consent=True,
    activity="Tôlerie fine, découpe « laser »",
    offers="Pièces à façon",
    needs="Un bureau d'études",
    certifications=("ISO 9001", "Qualité, sécurité"),
    themes=("industrie",),
    capacity=4,
    contact=Contact("Zoé Œhler", "zoe@example.fr", "01 60 00 00 00"),
    source="profils.xlsx",
)


def test_a_profile_comes_back_with_its_contact(store):
    bare = Profile("00000000000002", consent=False)
    with store.unit() as unit:
        assert unit.profiles.upsert([PROFILE, bare]) == 2
    with store.reading() as unit:
        assert unit.profiles.get(PROFILE.siret) == PROFILE
        assert unit.profiles.many([bare.siret, "9" * 14]) == {bare.siret: bare}
        assert unit.profiles.get("9" * 14) is None


def test_a_profile_is_replaced_as_a_whole(store):
    with store.unit() as unit:
        unit.profiles.upsert([PROFILE])
        unit.profiles.upsert([Profile(PROFILE.siret, consent=False, needs="Rien")])
        assert unit.profiles.get(PROFILE.siret) == Profile(
            PROFILE.siret, consent=False, needs="Rien"
        )


def test_the_frame_of_profiles_has_no_contact(store):
    with store.unit() as unit:
        unit.profiles.upsert([Profile("00000000000002", consent=False), PROFILE])
        frame = unit.profiles.frame()
    assert frame.to_dicts()[0] == {
        "siret": PROFILE.siret,
        "consent": True,
        "activity": PROFILE.activity,
        "offers": PROFILE.offers,
        "needs": PROFILE.needs,
        "certifications": ["ISO 9001", "Qualité, sécurité"],
        "themes": ["industrie"],
        "capacity": 4,
    }
    assert frame["themes"].to_list() == [["industrie"], []]
    assert "example.fr" not in frame.write_json()


# --- what may be shown ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "consent", "is_servable"),
    [
        ({}, None, True),
        ({}, True, True),
        ({}, False, False),
        ({"active": False}, True, False),
        ({"diffusion": Diffusion.PARTIAL}, None, False),
        ({"diffusion": Diffusion.PARTIAL}, True, True),
        ({"diffusion": Diffusion.PARTIAL}, False, False),
        ({"diffusion": Diffusion.NONE}, True, False),
    ],
)
def test_state_diffusion_and_consent_decide_who_is_servable(store, changes, consent, is_servable):
    firm = company(1, **changes)
    write(store, firm)
    with store.unit() as unit:
        if consent is not None:
            unit.profiles.upsert([Profile(firm.siret, consent=consent)])
        assert unit.companies.servable([firm.siret]) == ({firm.siret: firm} if is_servable else {})


def test_opt_outs_and_dismissals_hold_at_once_and_can_be_withdrawn(store):
    firm, reader, other = company(1), "00000000000008", "00000000000009"
    write(store, firm)

    def servable_to(siret: str | None) -> bool:
        with store.reading() as unit:
            return firm.siret in unit.companies.servable([firm.siret], reader=siret)

    with store.unit() as unit:
        answer = unit.feedback.note(said(reader, firm.siret))
    assert [servable_to(siret) for siret in (reader, other, None)] == [False, True, True]
    with store.unit() as unit:
        assert unit.feedback.undo(answer, at=NOON, by="tests")
        assert not unit.feedback.undo(answer, at=NOON, by="tests")
        unit.exclusions.opt_out(firm.siret, at=NOON, reason="by letter")
    assert [servable_to(siret) for siret in (reader, other, None)] == [False, False, False]
    assert look_up(store, "boulangerie") == look_up(store) == []
    with store.unit() as unit:
        assert unit.exclusions.opt_in(firm.siret)
        assert not unit.exclusions.opt_in(firm.siret)
    assert servable_to(reader)
    assert look_up(store, "boulangerie") == look_up(store) == [1]


firms = st.builds(
    company,
    st.integers(1, 12),
    active=st.booleans(),
    diffusion=st.sampled_from(Diffusion),
)
numbers = st.integers(1, 12).map(lambda number: f"{number:014d}")


@examples
@given(
    st.lists(firms, unique_by=lambda firm: firm.siret),
    st.dictionaries(numbers, st.booleans()),
    st.sets(numbers),
    st.sets(st.tuples(numbers, numbers, st.sampled_from(FeedbackKind), st.booleans())),
    st.none() | numbers,
)
def test_servable_agrees_with_the_rules_read_one_by_one(
    store, rows, consents, opted_out, answers, reader
):
    def may_be_shown(firm: Company) -> bool:
        consent = consents.get(firm.siret)
        diffusible = firm.diffusion is Diffusion.FULL or (
            firm.diffusion is Diffusion.PARTIAL and consent is True
        )
        excluded = firm.siret in opted_out or any(
            (reader, firm.siret) == (by, about)
            or ((firm.siret, reader) == (by, about) and kind is not FeedbackKind.SET_ASIDE)
            for by, about, kind, stands in answers
            if stands
            and by != about
            and kind.value in ("set_aside", "competitor", "already_known", "met")
        )
        return firm.active and diffusible and consent is not False and not excluded

    with undone(store) as unit:
        unit.companies.upsert(rows)
        unit.profiles.upsert(Profile(siret, consent=given) for siret, given in consents.items())
        for siret in opted_out:
            unit.exclusions.opt_out(siret, at=NOON, reason="")
        for by, about, kind, stands in answers:
            if by != about:
                gone = None if stands else NOON
                unit.feedback.note(said(by, about, kind, undone_at=gone))
        asked = [f"{number:014d}" for number in range(1, 14)]
        assert unit.companies.servable(asked, reader=reader) == {
            firm.siret: firm for firm in rows if may_be_shown(firm)
        }


# --- search --------------------------------------------------------------------------------------


@pytest.fixture
def town(store):
    write(
        store,
        company(1, "Garage du Château"),
        company(2, "Garages Réunis"),
        company(3, "Auto Garage"),
        company(4, "GARAGE"),
        company(5, "L'Atelier d'Œnologie", commune="77305", commune_name="Montereau-Fault-Yonne"),
        company(6, "Fermé Garage", active=False),
        company(7, "Masqué Garage", diffusion=Diffusion.PARTIAL),
        company(8, None, naf="43.21A"),
        company(9, "Électricité Dupont", naf="43.21A", department="91", commune="91228"),
        company(10, "Dupont & Fils", naf="43.22B"),
    )
    return store


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("garage", [4, 3, 1, 2]),  # exact name, whole words in the order of names, beginnings
        ("gar", [3, 4, 1, 2]),
        ("Garage du chateau", [1]),
        ("château GARAGE", [1]),
        ("garage fault", []),
        ("atelier yonne", [5]),
        ("l'atelier d'oenologie", [5]),
        ("ŒNO", [5]),
        ("montereau fault", [5]),
        ("electricite", [9]),
        ("dupont", [10, 9]),
        ("l", [5]),  # a single letter stands for itself
        ("teau", []),  # the middle of a word is no beginning
        ("000 000 000 00009", [9]),
        ("00000000000009", [9]),
    ],
)
def test_words_find_names_and_communes(town, text, numbers):
    assert look_up(town, text) == numbers


@pytest.mark.parametrize("text", [None, "", "  "])
def test_without_text_every_listed_company_comes_in_order_of_names(town, text):
    assert look_up(town, text) == [3, 10, 9, 4, 1, 2, 5, 8], "8 has no name: it comes last"


@pytest.mark.parametrize(
    "text", ["73282932000074", "732 829 320 00074", "732829320", "732 829", "7328", "732.829.320"]
)
def test_the_beginning_of_a_siren_or_siret_finds_its_companies(store, text):
    write(store, COMPLETE, replace(COMPLETE, diffusion=Diffusion.FULL), company(1, "7328 Loisirs"))
    expected = [1, 73282932000074] if text == "7328" else [73282932000074]
    assert sorted(look_up(store, text)) == expected


@pytest.mark.parametrize(
    ("criteria", "numbers"),
    [
        ({"department": "91"}, [9]),
        ({"commune": "77305"}, [5]),
        ({"naf": "43"}, [10, 9, 8]),
        ({"naf": "43.21a"}, [9, 8]),
        ({"naf": "43.21A", "department": "77"}, [8]),
        ({"text": "dupont", "naf": "43.22"}, [10]),
        ({"text": "dupont", "department": "91"}, [9]),
        ({"text": "melun", "commune": "91228"}, [9]),
        ({"text": "00000000000009", "department": "77"}, []),
        ({"naf": "43%"}, []),
        ({"department": "7_"}, []),
    ],
)
def test_every_criterion_narrows_the_search(town, criteria, numbers):
    assert look_up(town, **criteria) == numbers


@pytest.mark.parametrize(
    "text",
    ["%", "_", "g_rage", "gar%ge", "'", "''; DROP TABLE companies; --", '"', "\\", "*", "?", "[a]",
     "\x00", "🥐", "\udcff", "AND", "NEAR(garage)", "1 OR 1=1"],
)  # fmt: skip
def test_signs_with_a_meaning_elsewhere_have_none_here(town, text):
    assert look_up(town, text) == []
    assert look_up(town, "garage") == [4, 3, 1, 2]


def test_pages_follow_each_other_and_know_the_total(store):
    write(store, *(company(number, f"Garage {number:03d}") for number in range(25)))

    def page(number: int, text: str | None) -> CompanyPage:
        with store.reading() as unit:
            return unit.companies.search(CompanyQuery(text, page=number, page_size=10))

    for text in ("garage", None):
        pages = [page(number, text) for number in (1, 2, 3, 4)]
        assert [siret for one in pages for siret in found(one)] == list(range(25))
        assert [len(one.items) for one in pages] == [10, 10, 5, 0]
        assert {one.total for one in pages} == {25}
        assert (pages[1].page, pages[1].page_size) == (2, 10)


def test_a_new_name_and_commune_replace_the_old_words(store):
    write(store, company(1, "Garage du Lac"))
    write(store, company(1, "Garage du Pont", commune_name="Évry"))
    assert look_up(store, "garage") == look_up(store, "pont evry") == [1]
    assert look_up(store, "lac") == look_up(store, "melun") == []
    write(store, company(1, "Garage du Pont", diffusion=Diffusion.NONE))
    assert look_up(store, "garage") == look_up(store) == []


def test_names_longer_than_an_index_entry_are_stored_and_found(store):
    # Letters without a pattern: PostgreSQL compresses what repeats before it measures.
    letters = Random(7).choices("abcdefghijklmnopqrstuvwxyz", k=9_000)
    word = "".join(letters)
    words = " ".join(word[start : start + 9] for start in range(0, len(word), 9))
    write(store, company(1, word), company(2, words))
    assert stored(store, 1).name == word
    assert stored(store, 2).name == words
    assert look_up(store, word[:150]) == [1]
    assert look_up(store, words[:150]) == [2]
    assert look_up(store, words[-9:]) == [2]


@pytest.mark.parametrize(
    ("criteria", "problem"),
    [
        ({"page": 0}, "page must be between 1 and 1000000, got 0"),
        ({"page": 10**20}, "page must be between"),
        ({"page_size": 0}, "page_size must be between 1 and 1000, got 0"),
        ({"page_size": 1001}, "page_size must be between"),
        ({"text": "x" * 201}, "text must have 200 characters at most, got 201"),
        ({"naf": "43\x00"}, "a code must be printable ASCII"),
        ({"commune": "é"}, "a code must be printable ASCII"),
        ({"department": "\udcff"}, "a code must be printable ASCII"),
    ],
)
def test_a_query_out_of_range_is_refused(criteria, problem):
    with pytest.raises(ValueError, match=problem):
        CompanyQuery(**criteria)


def plain_words(text: str) -> list[str]:
    bare = unicodedata.normalize("NFD", text.lower())
    return re.findall("[a-z0-9]+", "".join(c for c in bare if not unicodedata.combining(c)))


def brute_force(firms: list[Company], opted_out: set[str], query: CompanyQuery) -> list[str]:
    """Look at every company, with none of the store's code."""
    asked = plain_words(query.text or "")
    digits = (query.text or "").replace(" ", "")

    def closeness(firm: Company) -> int | None:
        name = plain_words(firm.name or "")
        own = {*name, *plain_words(firm.commune_name)}
        if not asked:
            return 0
        if digits.isdigit() and firm.siret.startswith(digits):
            return 0
        if not all(any(w == q or (len(q) > 1 and w.startswith(q)) for w in own) for q in asked):
            return None
        return 0 if name == asked else 1 if own.issuperset(asked) else 2

    hits = [
        (closeness(firm), " ".join(plain_words(firm.name or "")) or "~", firm.siret)
        for firm in firms
        if firm.active
        and firm.diffusion is Diffusion.FULL
        and firm.siret not in opted_out
        and query.department in (None, firm.department)
        and query.commune in (None, firm.commune)
        and (query.naf is None or (firm.naf or "").startswith(query.naf))
        and closeness(firm) is not None
    ]
    return [siret for _, _, siret in sorted(hits)]


few_words = st.lists(
    st.sampled_from(["Bât", "bâtir", "Bati", "été", "Ete", "l", "l'eau", "12", "123", "sud-est"]),
    max_size=3,
).map(" ".join)
searched_firms = st.builds(
    company,
    st.integers(1, 30).map(lambda number: number * 12_300_000_000),
    few_words,
    active=st.sampled_from([True, True, False]),
    diffusion=st.sampled_from([Diffusion.FULL, Diffusion.FULL, Diffusion.PARTIAL]),
    department=st.sampled_from(["77", "91"]),
    commune=st.sampled_from(["77288", "91228"]),
    commune_name=st.sampled_from(["Évry", "Bâtilly", "Est"]),
    naf=st.sampled_from([None, "43.21A", "43.22B", "56.10A"]),
)
queries = st.builds(
    CompanyQuery,
    st.none() | few_words | st.sampled_from(["ba", "b", "e", "1", "00", "001 23", "est bat"]),
    commune=st.sampled_from([None, None, "77288"]),
    naf=st.sampled_from([None, None, "43", "43.22B"]),
    department=st.sampled_from([None, None, "91"]),
    page=st.integers(1, 3),
    page_size=st.integers(1, 5),
)


@examples
@given(
    st.lists(searched_firms, unique_by=lambda firm: firm.siret, max_size=15),
    st.sets(st.integers(1, 30).map(lambda number: f"{number * 12_300_000_000:014d}"), max_size=4),
    queries,
)
def test_search_agrees_with_a_look_at_every_company(store, rows, opted_out, query):
    with undone(store) as unit:
        unit.companies.upsert(rows)
        for siret in opted_out:
            unit.exclusions.opt_out(siret, at=NOON, reason="")
        page = unit.companies.search(query)
    expected = brute_force(rows, opted_out, query)
    first = (query.page - 1) * query.page_size
    assert [item.siret for item in page.items] == expected[first : first + query.page_size]
    assert page.total == len(expected)


# --- relations -----------------------------------------------------------------------------------

A, B, C = (f"{number:014d}" for number in (1, 2, 3))


def relation(key: str, *members: str, source: str = "plato.csv", **changes: object) -> Relation:
    plain = Relation(key, RelationKind.PLATO, members or (A, B), OLD, source, "Club Éco")
    return replace(plain, **changes)


def test_relations_come_back_sorted_with_members_in_their_order(store):
    supply = relation("k1", C, A, kind=RelationKind.SUPPLY, source="achats", date=None)
    club, other = relation("b", C, B, A), relation("B", B, A)
    with store.unit() as unit:
        assert unit.relations.replace("plato.csv", [club, other]) == 2
        assert unit.relations.replace("achats", [supply]) == 1
    with store.reading() as unit:
        assert unit.relations.all() == [supply, other, club]
        assert unit.relations.of_company(C) == [supply, club]
        assert unit.relations.of_company("9" * 14) == []
        assert unit.relations.sources() == ("achats", "plato.csv")
        assert unit.relations.count_by_kind() == {RelationKind.PLATO: 2, RelationKind.SUPPLY: 1}


def test_replacing_a_source_drops_what_it_no_longer_says_and_leaves_the_others(store):
    with store.unit() as unit:
        unit.relations.replace("one", [relation("a", source="one"), relation("b", source="one")])
        unit.relations.replace("two", [relation("a", source="two")])
    for _ in range(2):
        with store.unit() as unit:
            assert unit.relations.replace("one", [relation("b", B, C, source="one")]) == 1
        with store.reading() as unit:
            assert unit.relations.all() == [
                relation("b", B, C, source="one"),
                relation("a", source="two"),
            ]
    with store.unit() as unit:
        assert unit.relations.replace("one", []) == 0
        assert unit.relations.sources() == ("two",)


@pytest.mark.parametrize(
    ("groups", "problem"),
    [
        ([relation("a", source="other")], "must have the source 'plato.csv', got 'other'"),
        ([relation("a"), relation("a", B, C)], "must be unique within 'plato.csv', got 'a' twice"),
    ],
)
def test_relations_that_contradict_their_source_change_nothing(store, groups, problem):
    with store.unit() as unit:
        unit.relations.replace("plato.csv", [relation("kept")])
    with pytest.raises(ValueError, match=problem), store.unit() as unit:
        unit.relations.replace("plato.csv", groups)
    with store.reading() as unit:
        assert unit.relations.all() == [relation("kept")]


def test_many_relations(store):
    groups = [relation(f"{number:05d}", A, B, C) for number in range(2_500)]
    with store.unit() as unit:
        assert unit.relations.replace("plato.csv", groups) == 2_500
        assert unit.relations.all() == groups


# --- exclusions and imports ----------------------------------------------------------------------


def test_opt_outs_are_listed_and_repeating_one_is_harmless(store):
    with store.unit() as unit:
        for _ in range(2):
            unit.exclusions.opt_out(A, at=NOON, reason="by letter")
    with store.reading() as unit:
        assert unit.exclusions.opted_out() == {A}


def imported(kind: str, at: datetime, data_date: date | None = None) -> ImportRecord:
    return ImportRecord(kind, "stock é.csv", "ab" * 32, data_date, 10, 8, 2, at)


def test_the_log_of_imports(store):
    later = NOON + timedelta(hours=1)
    log = [
        imported("sirene", NOON, NEW),
        imported("sirene", NOON, OLD),
        imported("awards", later),
    ]
    with store.reading() as unit:
        assert unit.imports.latest("sirene") is None
        assert unit.imports.data_date() is None
    with store.unit() as unit:
        for record in [log[2], log[0], log[1]]:
            unit.imports.record(record)
    with store.reading() as unit:
        assert unit.imports.all() == log
        assert unit.imports.latest("sirene") == log[1], "of two at one moment, the one logged last"
        assert unit.imports.latest("profiles") is None
        assert unit.imports.data_date() == NEW


def test_moments_are_kept_in_utc(store):
    paris = timezone(timedelta(hours=2))
    with store.unit() as unit:
        unit.imports.record(imported("sirene", datetime(2026, 7, 1, 1, 30, tzinfo=paris)))
        assert unit.imports.all()[0].at == datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
        assert unit.imports.all()[0].at.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(store):
    naive = datetime(2026, 7, 1, 1, 30)
    with (
        pytest.raises((ValueError, sa.exc.StatementError), match="needs a time zone"),
        store.unit() as unit,
    ):
        unit.exclusions.opt_out(A, at=naive, reason="")


# --- units of work -------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_any_error_leaves_nothing_of_its_unit(store, error):
    with suppress(error), store.unit() as unit:
        unit.companies.upsert([company(1)])
        unit.profiles.upsert([PROFILE])
        unit.relations.replace("plato.csv", [relation("a")])
        unit.exclusions.opt_out(A, at=NOON, reason="")
        unit.feedback.note(said(A, B))
        unit.imports.record(imported("sirene", NOON))
        raise error
    assert look_up(store, "boulangerie") == []
    with store.reading() as unit:
        assert unit.companies.counts()["total"] == 0
        assert unit.profiles.frame().is_empty()
        assert unit.relations.all() == []
        assert unit.exclusions.opted_out() == frozenset()
        assert unit.feedback.all_standing() == ()
        assert unit.imports.all() == []


def test_an_iterable_that_fails_half_way_leaves_nothing(store):
    def rows() -> Iterator[Company]:
        yield from (company(number) for number in range(2_500))
        raise OSError("the file broke off")

    with pytest.raises(OSError, match="broke off"), store.unit() as unit:
        unit.companies.upsert(rows())
    with store.reading() as unit:
        assert unit.companies.counts()["total"] == 0


def test_reading_refuses_to_write(store):
    with pytest.raises(StoreError), store.reading() as unit:
        unit.companies.upsert([company(1)])
    assert write(store, company(1)) == 1, "the connection can write again"


def test_reading_sees_one_moment(store):
    with store.reading() as unit:
        assert unit.companies.counts()["total"] == 0
        with ThreadPoolExecutor(1) as pool:
            pool.submit(write, store, company(1)).result()
        assert unit.companies.counts()["total"] == 0
    assert stored(store, 1) == company(1)


def test_what_is_written_outlives_the_store(url):
    first = open_store(url)
    write(first, company(1))
    first.close()
    second = open_store(url)
    assert look_up(second, "boulangerie") == [1]
    second.close()


def test_the_store_says_whether_it_is_embedded(store, url):
    assert store.embedded == url.startswith("sqlite")


# --- several at once -----------------------------------------------------------------------------


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/store.sqlite"


def test_writers_of_one_file_wait_for_each_other(sqlite_url):
    """Each unit reads before it writes, which SQLite refuses unless the lock is taken first."""
    store = open_store(sqlite_url)
    start = threading.Barrier(2)

    def count_up(times: int) -> None:
        start.wait()
        for _ in range(times):
            with store.unit() as unit:
                number = len(unit.imports.all())
                unit.companies.upsert([company(number)])
                unit.imports.record(imported(str(number), NOON))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(count_up, [40, 40]))
    with store.reading() as unit:
        assert [record.kind for record in unit.imports.all()] == [str(n) for n in range(80)]
        assert unit.companies.counts()["total"] == 80
    store.close()


def test_a_reader_does_not_wait_for_a_writer(sqlite_url):
    store = open_store(sqlite_url)
    with store.unit() as unit, ThreadPoolExecutor(1) as pool:
        unit.companies.upsert([company(1)])
        assert pool.submit(look_up, store, "boulangerie").result(timeout=20) == []
    store.close()


def test_opening_does_not_wait_for_a_writer(url):
    store = open_store(url)
    with store.unit() as unit, ThreadPoolExecutor(1) as pool:
        unit.companies.upsert([company(1)])
        opened = pool.submit(open_store, url).result(timeout=20)
        assert look_up(opened, "boulangerie") == [], "and sees nothing that is not committed"
        opened.close()
    store.close()


def test_a_writer_that_waits_in_vain_is_told_so(sqlite_url, monkeypatch):
    monkeypatch.setattr(database_module, "WAIT_SECONDS", 0.1)
    store = open_store(sqlite_url)
    with store.unit() as unit, ThreadPoolExecutor(1) as pool:
        unit.companies.upsert([company(1)])
        waiting = pool.submit(write, store, company(2))
        with pytest.raises(
            StoreError, match=r"store\.sqlite: database is locked\. Another process"
        ):
            waiting.result()
    store.close()


def test_a_set_up_that_never_ends_is_reported(sqlite_url, monkeypatch):
    monkeypatch.setattr(database_module, "WAIT_SECONDS", 0.1)
    lock = FileLock(f"{sqlite_url.removeprefix('sqlite:///')}.lock")
    with lock, pytest.raises(StoreError, match=r"store\.sqlite: another process has been setting"):
        open_store(sqlite_url)


OPEN = (
    "import sys; from matchmaker.store import open_store; input(); open_store(sys.argv[1]).close()"
)


def test_processes_may_set_up_the_same_new_database_at_once(new_url):
    url = new_url()
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, url],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60)[1] for process in processes] == [""] * 4
    assert {process.returncode for process in processes} == {0}
    store = open_store(url)
    assert write(store, company(1)) == 1
    store.close()


def test_threads_may_set_up_new_databases_at_once(new_url):
    urls = [new_url() for _ in range(3)] * 2
    with ThreadPoolExecutor(6) as pool:
        for store in pool.map(open_store, urls):
            with store.reading() as unit:
                assert unit.companies.counts()["total"] == 0
            store.close()


# --- schema --------------------------------------------------------------------------------------


def engine_of(url: str) -> sa.Engine:
    return sa.create_engine(database_module.parse_address(url))


def description(engine: sa.Engine) -> dict[str, object]:
    """Everything about the tables that the databases can tell, collations included."""
    inspector = sa.inspect(engine)
    return {
        name: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(name)
            },
            "key": inspector.get_pk_constraint(name),
            "references": inspector.get_foreign_keys(name),
            "indexes": sorted(inspector.get_indexes(name), key=lambda index: str(index["name"])),
            "options": inspector.get_table_options(name),
        }
        for name in inspector.get_table_names()
        if name != "alembic_version"
    }


def test_the_migrations_build_what_the_tables_describe(new_url):
    migrated, created = new_url(), new_url()
    open_store(migrated).close()
    open_store(created).close()
    with engine_of(migrated).connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        assert compare_metadata(context, metadata) == []
    direct = engine_of(created)
    metadata.drop_all(direct)
    metadata.create_all(direct)
    assert description(engine_of(migrated)) == description(direct)


def test_the_newest_migration_is_the_one_that_the_code_names():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [SCHEMA_REVISION]


def test_the_migrations_can_be_taken_back(new_url):
    url = new_url()
    open_store(url).close()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    newest_first = list(ScriptDirectory.from_config(config).walk_revisions())
    engine = engine_of(url)
    with engine.begin() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            for revision in newest_first:
                revision.module.downgrade()
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]


def test_a_schema_newer_than_the_code_is_refused_and_left_alone(new_url):
    url = new_url()
    open_store(url).close()
    engine = engine_of(url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=f"revision 9999, this code knows up to {SCHEMA_REVISION}"):
        open_store(url)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == "9999"


def test_the_file_is_in_wal_mode_and_checks_references(sqlite_url):
    store = open_store(sqlite_url)
    with sa.create_engine(sqlite_url).connect() as connection:
        assert connection.scalar(sa.text("PRAGMA journal_mode")) == "wal"
    with pytest.raises(sa.exc.IntegrityError), store._engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO company_words VALUES ('x', 'nobody', 'x')"))
    store.close()


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("", "cannot be read. Write it like sqlite:///"),
        ("matchmaker.sqlite", "cannot be read"),
        ("postgresql://chamber:geheim@host:port/db", "cannot be read"),
        ("postgresql://chamber:ge@heim:x@host/db", "cannot be read"),
        ("mysql://chamber:geheim@host/db", "starts with mysql://, which is not supported"),
        ("postgresql+psycopg2://chamber:geheim@host/db", r"starts with postgresql\+psycopg2://"),
        ("postgresql://chamber:x@geheim@host/db", "more than one @"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///file:x?mode=memory&uri=true", "names no file"),
    ],
)
def test_a_wrong_address_gets_a_clear_line_without_the_password(address, problem):
    with pytest.raises(StoreError, match=problem) as caught:
        open_store(address)
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://chamber:geheim@127.0.0.1:1/matchmaker",
        "postgres://chamber:geheim@127.0.0.1:1/matchmaker",
        "postgresql://127.0.0.1:1/matchmaker?user=chamber&password=geheim",
    ],
)
def test_a_server_that_does_not_answer_gets_a_clear_line_without_the_password(address):
    pytest.importorskip("psycopg")
    with pytest.raises(
        StoreError, match=r"postgresql://127\.0\.0\.1:1/matchmaker: .+ Check"
    ) as caught:
        open_store(address)
    assert "geheim" not in str(caught.value)
    assert "chamber" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.xdist_group("postgres")
def test_an_unknown_database_gets_a_clear_line_without_the_password(postgresql_server):
    address = f"postgresql://postgres:geheim@/nowhere?host={postgresql_server}"
    with pytest.raises(StoreError, match='database "nowhere" does not exist') as caught:
        open_store(address)
    assert "geheim" not in str(caught.value)


def test_a_missing_driver_names_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"pip install 'matchmaker\[postgres\]'"):
        open_store("postgresql://chamber:geheim@127.0.0.1:1/matchmaker")


def test_a_file_that_is_no_database_gets_a_clear_line(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("not a database, but long enough to be taken for one\n" * 40)
    with pytest.raises(StoreError, match=r"notes\.txt: file is not a database\. Check the path"):
        open_store(f"sqlite:///{file}")
    assert file.read_text().startswith("not a database")


def test_a_path_that_cannot_be_a_file_gets_a_clear_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be created .+ Check the path"):
        open_store(f"sqlite:///{tmp_path}/file/store.sqlite")
    with pytest.raises(StoreError, match="unable to open database file"):
        open_store(f"sqlite:///{tmp_path}")


def test_a_folder_with_a_percent_sign_and_spaces_is_fine(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}/100%25 été/a b.sqlite")
    assert write(store, company(1)) == 1
    store.close()


def test_one_company_is_asked_about_alone(store):
    """`has_opted_out` says of one company what `opted_out` says of all."""
    with store.unit() as unit:
        unit.exclusions.opt_out("73282932000074", at=NOON, reason="asked")
        assert unit.exclusions.has_opted_out("73282932000074")
        assert not unit.exclusions.has_opted_out("35600000000048")
        unit.exclusions.opt_in("73282932000074")
        assert not unit.exclusions.has_opted_out("73282932000074")
