"""Which firms know somebody across the border: noted as relations and companies are written."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from builders import company, profile, siret_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.accounts.principals import system
from matchmaker.portfolio import Need
from matchmaker.privacy.erasing import erase_company
from matchmaker.relations import Relation, RelationKind
from matchmaker.store import Store, open_store
from matchmaker.store.database import build_engine, parse_address
from matchmaker.store.schema import MIGRATIONS
from matchmaker.store.tables import companies, relation_members

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
FIRMS = 6
PLACES = ("77", "91")


@pytest.fixture
def village(store: Store) -> Store:
    """Six firms that take part: 0 to 2 of 77, 3 to 5 of 91."""
    with store.unit() as unit:
        unit.companies.upsert(company(k, PLACES[k // 3]) for k in range(FIRMS))
        unit.profiles.upsert(profile(siret_of(k), offers="o") for k in range(FIRMS))
    return store


def tie(store: Store, source: str, *groups: tuple[int, ...]) -> None:
    with store.unit() as unit:
        unit.relations.replace(
            source,
            [
                Relation(f"{key}", RelationKind.EVENT, tuple(map(siret_of, group)), None, source)
                for key, group in enumerate(groups)
            ],
        )


def alone(store: Store) -> set[int]:
    """Give the numbers of the firms that are said to know nobody across the border."""
    with store.reading() as unit:
        listed = unit.portfolio.firms(Need.ALONE, None, since=AT, limit=100)
        assert unit.portfolio.counts(None, since=AT)[Need.ALONE] == len(listed)
    return {k for k in range(FIRMS) if siret_of(k) in listed}


def looked_up(store: Store) -> set[int]:
    """Find the same from every member of every group, as it was done before it was noted."""
    own, other = relation_members.alias(), relation_members.alias()
    here, there = companies.alias(), companies.alias()
    statement = (
        sa.select(own.c.siret)
        .join(other, (other.c.source == own.c.source) & (other.c.key == own.c.key))
        .join(here, here.c.siret == own.c.siret)
        .join(there, there.c.siret == other.c.siret)
        .where(here.c.department != there.c.department)
    )
    with store._engine.connect() as connection:
        known = set(connection.scalars(statement))
    return {k for k in range(FIRMS) if siret_of(k) not in known}


def test_only_groups_across_the_border_count(village):
    assert alone(village) == set(range(FIRMS))
    tie(village, "one", (0, 1), (1, 3), (4, 5))
    assert alone(village) == {0, 2, 4, 5}
    tie(village, "two", (0, 2, 5))
    assert alone(village) == {4}
    tie(village, "one", (0, 1))
    assert alone(village) == {1, 3, 4}, "what came from the other source stays"
    tie(village, "two")
    assert alone(village) == set(range(FIRMS))


def test_a_firm_that_moves_or_comes_later_counts_where_it_is(village):
    tie(village, "one", (0, 1), (2, FIRMS))
    with village.unit() as unit:
        unit.companies.upsert([company(FIRMS, "91")])
    assert alone(village) == {0, 1, 3, 4, 5}, "the other one was not known before"
    with village.unit() as unit:
        unit.companies.upsert([company(1, "91", data_date=date(2026, 11, 2))])
    assert alone(village) == {3, 4, 5}
    with village.unit() as unit:
        unit.companies.upsert([company(1, "77", data_date=date(2026, 11, 1))])
    assert alone(village) == {3, 4, 5}, "what is older than what is known changes nothing"
    with village.unit() as unit:
        unit.companies.upsert([company(1, "77", data_date=date(2026, 11, 3))])
    assert alone(village) == {0, 1, 3, 4, 5}


def test_an_introduction_and_its_end_count(village):
    with village.unit() as unit:
        pair = (siret_of(0), siret_of(4))
        unit.introductions.outcomes.relate("i1", RelationKind.MEETING, pair, AT.date())
    assert alone(village) == {1, 2, 3, 5}
    with village.unit() as unit:
        unit.introductions.outcomes.forget_relation("i1")
    assert alone(village) == set(range(FIRMS))


def test_an_erased_firm_leaves_the_others_alone(village):
    tie(village, "one", (0, 1, 3), (2, 4, 5))
    with village.unit() as unit:
        erase_company(unit, siret_of(3), by=system("tests"), at=AT)
    assert alone(village) == looked_up(village) - {3} == {0, 1}


def test_what_was_there_before_is_noted_by_the_migration(url):
    store = open_store(url)
    with store.unit() as unit:
        unit.companies.upsert(company(k, PLACES[k // 3]) for k in range(FIRMS))
        unit.profiles.upsert(profile(siret_of(k), offers="o") for k in range(FIRMS))
    tie(store, "one", (0, 1), (1, 3), (2, 900))
    store.close()
    engine, config = build_engine(parse_address(url)), Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    newest = ScriptDirectory.from_config(config).get_revision("0005")
    with engine.begin() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            newest.module.downgrade()
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0004'"))
    engine.dispose()
    again = open_store(url)
    assert alone(again) == {0, 2, 4, 5}
    again.close()


GROUPS = st.lists(
    st.lists(st.integers(0, FIRMS + 1), min_size=2, max_size=4, unique=True).map(tuple), max_size=4
)
STEPS = st.one_of(
    st.tuples(st.just("tie"), st.sampled_from(["one", "two"]), GROUPS),
    st.tuples(st.just("move"), st.integers(0, FIRMS + 1), st.sampled_from(PLACES)),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEPS, min_size=1, max_size=8))
def test_what_is_noted_is_what_looking_it_up_would_find(village, steps):
    tie(village, "one")
    tie(village, "two")
    for kind, what, more in steps:
        if kind == "tie":
            tie(village, what, *more)
            continue
        with village.unit() as unit:
            unit.companies.upsert([company(what, more)])
    assert alone(village) == looked_up(village)
