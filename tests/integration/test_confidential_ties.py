"""Who buys from whom is shown to those who look after one of the firms, and counted elsewhere."""

from __future__ import annotations

import re
from datetime import date

import pytest
from own_page_people import Person, firms_of, person_of, words
from servers import copied, serving

from api.app import create_app
from api.pages.advisers.night_words import cause_text
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Role
from matchmaker.intents import Intent
from matchmaker.intents import Role as PartnerRole
from matchmaker.relations import Relation, RelationKind
from matchmaker.store import open_store
from matchmaker.suggestions import Band
from models.change_list import Newcomer
from models.changes import Cause

LABEL = "Contrat-cadre boulonnerie"
SOURCE = "file:adherents-91.xlsx"


class Market:
    """The served home: a firm of 91 that supplies another one of 91, and one of 77."""

    def __init__(self, settings, client) -> None:
        self.settings, self.client = settings, client
        firms = firms_of(settings)
        self.supplier, self.client_91 = firms["91"][:2]
        self.client_77, self.alone = firms["77"][:2]
        self.store = open_store(settings.store_url)
        ties = [(self.supplier, self.client_91), (self.supplier, self.client_77)]
        with self.store.unit() as unit:
            kept = [
                each for each in unit.relations.of_company(self.supplier) if each.source == SOURCE
            ]
            assert not kept
            unit.relations.replace(
                SOURCE,
                [
                    Relation(str(k), RelationKind.SUPPLY, tie, date(2026, 5, k), SOURCE, LABEL)
                    for k, tie in enumerate(ties, start=1)
                ],
            )

    def person(self, role: Role, *firms: str, chamber: str | None = None) -> Person:
        return person_of(self.settings, self.client, role, firms, chamber)


@pytest.fixture(scope="module")
def market(demo_home, tmp_path_factory):
    settings = copied(demo_home, tmp_path_factory.mktemp("market") / "home")
    with serving(create_app(settings)) as client:
        made = Market(settings, client)
        yield made
        made.store.close()


def ties(page) -> str:
    """Part of a sheet on whom the firm knows."""
    start = page.text.index('aria-labelledby="ties"')
    return page.text[start : page.text.index("</section>", start)]


def test_the_other_chamber_reads_what_concerns_a_firm_of_its_own(market):
    page = market.person(Role.ADVISER, chamber="77").get(f"/entreprises/{market.supplier}/fiche")
    shown = ties(page)
    assert f"/entreprises/{market.client_77}/fiche" in shown
    assert shown.count(LABEL) == 1
    assert f"/entreprises/{market.client_91}/fiche" not in shown
    withheld = re.search(
        r"Et (\d+) relations? de client à fournisseur que seule la CCI 91", words(page)
    )
    assert withheld, words(page)
    with market.store.reading() as unit:
        held = unit.relations.of_company(market.supplier)
        known = unit.companies.many([siret for each in held for siret in each.members])
    inside = [
        each
        for each in held
        if each.kind is RelationKind.SUPPLY
        and all(siret not in known or known[siret].department != "77" for siret in each.members)
    ]
    assert int(withheld[1]) == len(inside) >= 1


@pytest.mark.parametrize("who", ["adviser 91", "administrator", "own people"])
def test_those_who_look_after_one_of_the_two_read_everything(market, who):
    reader = {
        "adviser 91": lambda: market.person(Role.ADVISER, chamber="91"),
        "administrator": lambda: market.person(Role.ADMINISTRATOR),
        "own people": lambda: market.person(Role.ENTREPRENEUR, market.supplier),
    }[who]()
    page = reader.get(f"/entreprises/{market.supplier}/fiche")
    for client in (market.client_77, market.client_91):
        assert f"/entreprises/{client}/fiche" in ties(page)
    assert ties(page).count(LABEL) == 2
    assert "que seule la CCI" not in words(page)


def test_the_sheet_of_the_client_keeps_the_same_secret(market):
    page = market.person(Role.ADVISER, chamber="77").get(f"/entreprises/{market.client_91}/fiche")
    assert LABEL not in page.text
    assert f"/entreprises/{market.supplier}/fiche" not in ties(page)
    assert "que seule la CCI 91 connaît" in words(page)


def test_a_firm_with_nothing_but_secrets_is_not_said_to_know_nobody(market):
    with market.store.unit() as unit:
        company = unit.companies.get(market.client_91)
        for source in unit.relations.sources():
            if source != SOURCE:
                unit.relations.replace(source, [])
    page = market.person(Role.ADVISER, chamber="77").get(
        f"/entreprises/{company.siret}/fiche?lang=en"
    )
    assert "No known relation" not in words(page)
    assert "And 1 relation of client and supplier that only CCI 91 knows" in words(page)


@pytest.mark.parametrize(("chamber", "named"), [("77", False), ("91", True)])
def test_the_night_tells_of_a_new_one_in_general_words(market, chamber, named):
    with market.store.reading() as unit:
        firm, partner = unit.companies.get(market.alone), unit.companies.get(market.supplier)
    newcomer = Newcomer(
        market.alone, market.supplier, Intent.SUPPLY, PartnerRole.SUPPLIER, Band.GOOD, 1,
        Cause.RELATION, whose="partner", kind=RelationKind.SUPPLY, label=LABEL,
        members={market.supplier: "91", market.client_91: "91"},
    )  # fmt: skip
    reader = Principal("a", "CCI", Role.ADVISER, chamber=chamber)
    said = cause_text(newcomer, firm, partner, None, reader, "fr")
    assert partner.name in said
    assert (LABEL in said) is named
    assert ("connue de sa chambre" in said) is not named
