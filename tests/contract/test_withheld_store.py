"""Firms that the registry hides, on both databases: hidden once, found no more, not invited."""

from __future__ import annotations

from datetime import UTC, date, datetime

from builders import company, siret_of

from matchmaker.companies import Diffusion
from matchmaker.events.details import EventDetails, EventKind
from matchmaker.events.life import Edit
from matchmaker.events.registrations import Registration, Status
from matchmaker.privacy.withholding import withhold
from matchmaker.store import CompanyQuery, Store

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DAY, EARLIER = date(2026, 11, 20), date(2026, 11, 1)
GONE, OTHER, UNKNOWN = siret_of(1), siret_of(2), siret_of(9)


def test_hidden_is_what_a_stock_says_that_is_not_older(store: Store):
    with store.unit() as unit:
        unit.companies.upsert([company(1, data_date=EARLIER), company(2, data_date=DAY)])
        assert unit.companies.withhold([GONE, OTHER, UNKNOWN], EARLIER) == (GONE,)
        assert unit.companies.withhold([GONE], DAY) == (), "once"
        found = unit.companies.many([GONE, OTHER])
        assert (found[GONE].diffusion, found[GONE].active) == (Diffusion.NONE, False)
        assert (found[OTHER].diffusion, found[OTHER].active) == (Diffusion.FULL, True)
        listed = unit.companies.search(CompanyQuery())
        assert [each.siret for each in listed.items] == [OTHER]


def test_invitations_go_and_registrations_stay(store: Store):
    details = EventDetails(EventKind.CONVENTION, "Soirée", DAY, ("77",), 0)
    people = (
        Registration("i", "FIRM", "FIRM", GONE, status=Status.INVITED),
        Registration("o", "OTHER", "OTHER", OTHER, status=Status.INVITED),
        Registration("p", "Zoé", "Chez Zoé", GONE),
    )
    with store.unit() as unit:
        unit.companies.upsert([company(1), company(2)])
        event = unit.events.create("e", details, at=AT, by="Anne")
        unit.events.registrations.put("e", Edit(event.version, AT, "Anne"), people)
        assert withhold(unit, [GONE], DAY, at=AT) == 1
        assert unit.events.registrations.all("e") == people[1:]
        version = unit.events.get("e").version
        assert withhold(unit, [GONE], DAY, at=AT) == 0
        assert unit.events.uninvite_company(GONE, at=AT, by="registry") == ()
        assert unit.events.get("e").version == version


def test_the_sides_of_introductions_are_read_by_id(store: Store):
    with store.reading() as unit:
        assert unit.introductions.sides([]) == {}
        assert unit.introductions.sides(["unknown"]) == {}
