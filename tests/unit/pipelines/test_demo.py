"""The demo territory: well-formed, reproducible, true to its latent world, readable."""

import csv
import gzip
import json
import math
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest

from matchmaker.activities import cpv_division, is_naf
from matchmaker.companies import SIZE_BANDS, is_siren, is_siret
from matchmaker.territory import communes, is_known_commune
from pipelines.demo import DemoFiles, generate, phrases
from pipelines.demo.catalogue import COMMON_NEEDS, PRODUCTS, PROJECTS, TRADES
from pipelines.demo.grammar import at, of
from pipelines.demo.identifiers import FIRST_REAL_SIREN, draw_sirens
from pipelines.demo.partners import (
    LOWEST_UTILITY,
    PARTNERS_PER_NEED,
    PARTNERS_PER_THEME,
    PEER_STAFF_LIMITS,
    true_partners,
)
from pipelines.demo.places import CLUSTERS
from pipelines.demo.profiles import draw_profiles
from pipelines.demo.registration import Registration, register
from pipelines.demo.world import Firm, Role, World, draw_world

TODAY = date(2026, 7, 1)
COMPANIES = 1000


@dataclass(frozen=True)
class Territory:
    """A generated territory, read back."""

    files: DemoFiles
    establishments: list[dict[str, str]]
    legal_units: list[dict[str, str]]
    profiles: list[dict[str, str]]
    groups: list[dict[str, str]]
    suppliers: list[dict[str, str]]
    contracts: list[dict]
    firms: pl.DataFrame
    partners: pl.DataFrame


@pytest.fixture(scope="module")
def territory(tmp_path_factory: pytest.TempPathFactory) -> Territory:
    files = generate(tmp_path_factory.mktemp("demo"), companies=COMPANIES, seed=7, today=TODAY)
    return Territory(
        files,
        _rows(files.establishments),
        _rows(files.legal_units),
        _sheet(files.profiles),
        _rows(files.relations),
        _rows(files.suppliers),
        json.loads(files.awards.read_text(encoding="utf-8"))["marches"]["marche"],
        pl.read_parquet(files.truth / "firms.parquet"),
        pl.read_parquet(files.truth / "partners.parquet"),
    )


@pytest.fixture(scope="module")
def small_world() -> tuple[World, tuple[Registration, ...]]:
    world = draw_world(np.random.default_rng(3), companies=250, today=TODAY)
    return world, register(np.random.default_rng(4), world)


def _rows(path: Path) -> list[dict[str, str]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    return list(csv.DictReader(text.splitlines()))


def _sheet(path: Path) -> list[dict[str, str]]:
    header, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    return [dict(zip(header, [value or "" for value in row], strict=True)) for row in rows]


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class TestReproducibility:
    def test_same_arguments_same_bytes_in_another_process(self, tmp_path: Path) -> None:
        """Neither the clock nor the order of sets may leak into the files."""
        generate(tmp_path / "here", companies=150, seed=7, today=TODAY)
        script = (
            "from datetime import date; from pathlib import Path; from pipelines.demo import *;"
            f"generate(Path({str(tmp_path / 'there')!r}), companies=150, seed=7,"
            f" today=date.fromisoformat('{TODAY}'))"
        )
        environment = os.environ | {"PYTHONHASHSEED": "4242"}
        subprocess.run([sys.executable, "-c", script], check=True, env=environment)
        assert _bytes(tmp_path / "here") == _bytes(tmp_path / "there")

    def test_another_seed_gives_another_territory(self, tmp_path: Path) -> None:
        one = generate(tmp_path / "1", companies=50, seed=1, today=TODAY)
        two = generate(tmp_path / "2", companies=50, seed=2, today=TODAY)
        assert one.establishments.read_bytes() != two.establishments.read_bytes()

    @pytest.mark.parametrize("companies", [-1, 0, 1, 30_001])
    def test_a_number_of_companies_out_of_range_is_refused(
        self, tmp_path: Path, companies: int
    ) -> None:
        with pytest.raises(ValueError, match=rf"from 2 to 30000, got {companies}"):
            generate(tmp_path, companies=companies, seed=7, today=TODAY)

    def test_a_negative_seed_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="seed must be >= 0, got -1"):
            generate(tmp_path, companies=2, seed=-1, today=TODAY)

    @pytest.mark.parametrize("seed", range(5))
    def test_the_smallest_territory_has_a_pair_across_the_border(
        self, tmp_path: Path, seed: int
    ) -> None:
        files = generate(tmp_path, companies=2, seed=seed, today=TODAY)
        rows = _rows(files.establishments)
        assert {row["codeCommuneEtablissement"][:2] for row in rows} == {"77", "91"}
        assert {row["etatAdministratifEtablissement"] for row in rows} == {"A"}
        assert len({row["siren"] for row in rows}) == 2


class TestIdentifiers:
    def test_sirets_pass_every_check_and_belong_to_nobody(self, territory: Territory) -> None:
        sirets = [row["siret"] for row in territory.establishments]
        assert len(set(sirets)) == COMPANIES
        assert all(is_siret(siret) and is_siren(siret[:9]) for siret in sirets)
        assert all(int(siret[:9]) < FIRST_REAL_SIREN for siret in sirets)

    def test_there_is_room_for_the_largest_territory(self) -> None:
        sirens = draw_sirens(np.random.default_rng(0), 30_012)
        assert len(set(sirens)) == 30_012
        assert max(map(int, sirens)) < FIRST_REAL_SIREN

    def test_more_sirens_than_there_are_is_refused(self) -> None:
        with pytest.raises(ValueError, match="count must be <= 32516"):
            draw_sirens(np.random.default_rng(0), 40_000)

    def test_buyers_and_holders_of_contracts_are_fictional_too(self, territory: Territory) -> None:
        sirets = {row["siret"] for row in territory.establishments}
        for contract in territory.contracts:
            buyer = contract["acheteur"]["id"]
            assert is_siret(buyer)
            assert int(buyer[:9]) < FIRST_REAL_SIREN
            assert buyer not in sirets
            assert {held["titulaire"]["id"] for held in contract["titulaires"]} <= sirets


class TestRegistry:
    def test_columns_are_the_official_ones_and_the_mark(
        self, territory: Territory, shared_data: Path
    ) -> None:
        """The 48 columns of 2021 in their order, the six added since, and `fictif`."""
        official = _header(shared_data / "sirene/stock_etablissement_2021-11_77_91.csv.gz")
        added = {
            "dernierNumeroVoieEtablissement",
            "indiceRepetitionDernierNumeroVoieEtablissement",
            "identifiantAdresseEtablissement",
            "coordonneeLambertAbscisseEtablissement",
            "coordonneeLambertOrdonneeEtablissement",
            "activitePrincipaleNAF25Etablissement",
        }
        columns = list(territory.establishments[0])
        assert [column for column in columns if column not in added] == [*official, "fictif"]
        assert len(columns) == len(official) + len(added) + 1

        units = set(_header(shared_data / "sirene/stock_unite_legale_2017_77_91_derive.csv.gz"))
        assert units <= set(territory.legal_units[0])

    def test_every_row_says_that_it_is_fictional(self, territory: Territory) -> None:
        rows = territory.establishments + territory.legal_units
        assert {row["fictif"] for row in rows} == {"true"}

    def test_each_legal_unit_has_its_head_office(self, territory: Territory) -> None:
        offices = Counter(
            row["siren"] for row in territory.establishments if row["etablissementSiege"] == "true"
        )
        assert offices == Counter(row["siren"] for row in territory.legal_units)

    def test_some_firms_have_two_establishments_also_across_the_border(
        self, territory: Territory
    ) -> None:
        sides: dict[str, set[str]] = {}
        for row in territory.establishments:
            sides.setdefault(row["siren"], set()).add(row["codeCommuneEtablissement"][:2])
        several = Counter(row["siren"] for row in territory.establishments)
        assert 5 <= sum(count == 2 for count in several.values()) <= 40
        assert any(len(sides[siren]) == 2 for siren in sides)

    def test_both_departments_have_half(self, territory: Territory) -> None:
        counts = Counter(row["codeCommuneEtablissement"][:2] for row in territory.establishments)
        assert counts == {"77": COMPANIES // 2, "91": COMPANIES // 2}

    def test_codes_are_real(self, territory: Territory) -> None:
        for row in territory.establishments:
            assert is_known_commune(row["codeCommuneEtablissement"])
            assert is_naf(row["activitePrincipaleEtablissement"])
            assert row["trancheEffectifsEtablissement"] in SIZE_BANDS

    def test_status_and_categories_are_mixed(self, territory: Territory) -> None:
        shares = Counter(row["statutDiffusionEtablissement"] for row in territory.establishments)
        assert shares["N"] > 0
        assert 0.01 < shares["P"] / COMPANIES < 0.08
        closed = Counter(row["etatAdministratifEtablissement"] for row in territory.establishments)
        assert 0.03 < closed["F"] / COMPANIES < 0.1
        categories = {row["categorieJuridiqueUniteLegale"] for row in territory.legal_units}
        assert {"1000", "5710", "5499", "7210", "9110"} <= categories

    def test_partial_diffusion_masks_name_and_address_but_not_the_commune(
        self, territory: Territory
    ) -> None:
        for row in territory.establishments:
            if row["statutDiffusionEtablissement"] == "P":
                assert row["libelleVoieEtablissement"] == "[ND]"
                assert row["coordonneeLambertAbscisseEtablissement"] == "[ND]"
                assert row["codeCommuneEtablissement"] != "[ND]"
        for row in territory.legal_units:
            name = row["denominationUniteLegale"] or row["nomUniteLegale"]
            assert (name == "[ND]") == (row["statutDiffusionUniteLegale"] == "P")

    def test_a_legal_unit_is_a_company_or_a_person(self, territory: Territory) -> None:
        for row in territory.legal_units:
            person = row["categorieJuridiqueUniteLegale"] == "1000"
            assert bool(row["nomUniteLegale"]) == bool(row["prenomUsuelUniteLegale"]) == person
            assert bool(row["denominationUniteLegale"]) != person

    def test_a_share_of_firms_is_filed_under_an_activity_that_is_not_theirs(
        self, territory: Territory
    ) -> None:
        trades = {trade.key: trade for trade in TRADES}
        filed = {
            row["siret"]: row["activitePrincipaleEtablissement"] for row in territory.establishments
        }
        firms = territory.firms.filter(pl.col("trade").is_not_null())
        wrong = [filed[row["siret"]] not in trades[row["trade"]].naf for row in firms.to_dicts()]
        assert 0.02 < np.mean(wrong) < 0.09


class TestProfiles:
    def test_a_third_of_active_firms_declares_nothing(self, territory: Territory) -> None:
        closed = {
            row["siret"]
            for row in territory.establishments
            if row["etatAdministratifEtablissement"] == "F"
        }
        firms = territory.firms.filter(pl.col("role") == "trade")["siret"].to_list()
        active = set(firms) - closed
        declared = {profile["siret"] for profile in territory.profiles}
        assert declared <= active
        assert 0.3 < 1 - len(declared) / len(active) < 0.38

    def test_contacts_reach_nobody(self, territory: Territory) -> None:
        for profile in territory.profiles:
            assert profile["contact_courriel"].endswith(".exemple.invalid")
            assert re.fullmatch(r"01 99 00 \d\d \d\d", profile["contact_telephone"])

    def test_consent_is_mostly_given(self, territory: Territory) -> None:
        answers = Counter(profile["consentement"] for profile in territory.profiles)
        assert set(answers) == {"oui", "non"}
        assert answers["oui"] > 5 * answers["non"]

    def test_texts_are_not_one_template(self, territory: Territory) -> None:
        activities = [profile["activite"] for profile in territory.profiles]
        assert len(set(activities)) > 0.98 * len(activities)
        openings = Counter(text.split(". ")[0] for text in activities)
        assert openings.most_common(1)[0][1] < 0.04 * len(activities)

    def test_texts_speak_of_the_latent_products(
        self, small_world: tuple[World, tuple[Registration, ...]]
    ) -> None:
        """An offer names a product of the firm, a need one that it must buy; never another's."""
        world, registrations = small_world
        firms = {firm.siret: firm for firm in world.firms}
        profiles = draw_profiles(np.random.default_rng(5), registrations, TODAY)
        assert profiles
        for profile in profiles:
            firm = firms[profile.siret]
            assert _said("offers", profile.offers) <= set(firm.offers)
            assert _said("needs", profile.needs) <= set(firm.needs)

    def test_need_and_offer_of_a_product_are_said_in_other_words(self) -> None:
        for product in PRODUCTS:
            assert not set(product.offers) & set(product.needs)
            assert len(product.offers) >= 2
            assert len(product.needs) >= 2


class TestFrench:
    """Guards against what assembled sentences get wrong."""

    VOWEL = "aeiouyàâéèêëîïôùûœAEIOUYÀÂÉÈÊÎÏÔŒ"
    MISTAKES = (
        r"  ",
        r"\b[Dd]e le\b",
        r"\b[Dd]e les\b",
        r"\b[ÀAàa] les?\b",
        r"\b[Dd]e des?\b",
        rf"\b([Dd]e|[Ll]e|[Ll]a|[Qq]ue|[Nn]e|[Jj]e|[Ss]e) (?=[{VOWEL}])",
        r"[ld]'[bcdfgjklmnpqrstvwxz]",
        r"\b(\w+) \1\b",
        r"\s[.,]",
        r"\.\.",
        r"[{}\[\]]",
    )

    @pytest.mark.parametrize("mistake", MISTAKES)
    def test_no_mistake_in_any_text(self, territory: Territory, mistake: str) -> None:
        texts = _texts(territory) + _phrasings()
        found = [text for text in texts if re.search(mistake, text)]
        assert not found[:3]

    def test_sentences_start_with_a_capital_and_end_with_a_full_stop(
        self, territory: Territory
    ) -> None:
        for text in _texts(territory):
            assert text.endswith(".")
            for sentence in text[:-1].split(". "):
                assert sentence[0].isupper(), text

    def test_phrasings_are_noun_phrases_with_their_article(self) -> None:
        article = re.compile(r"(l'|le |la |les |du |de la |de l'|des |un |une |quelques )")
        for product in PRODUCTS:
            for phrase in product.offers + product.needs:
                assert article.match(phrase), phrase
                assert not phrase.endswith("."), phrase

    def test_sentences_of_trades_are_whole(self) -> None:
        for trade in TRADES:
            for text in trade.activities + trade.details:
                assert text[0].isupper(), text
                assert text.endswith("."), text

    def test_every_commune_can_follow_a_preposition(self) -> None:
        for commune in communes():
            for phrase in (at(commune.name), of(commune.name)):
                assert not re.search(r"\b(à|de) (Le|Les) |\bde [AEIOUÉÈÊÎÔ]", phrase)


class TestTruth:
    def test_supply_utilities_follow_from_needs_and_offers(
        self, small_world: tuple[World, tuple[Registration, ...]]
    ) -> None:
        """Brute force over every pair, with formulas written out again."""
        world, registrations = small_world
        expected = {}
        for product in PRODUCTS:
            for c, client in enumerate(world.firms):
                ranked: dict[str, list[tuple[float, int]]] = {"77": [], "91": []}
                for s, supplier in enumerate(world.firms):
                    if product.key not in client.needs or product.key not in supplier.offers:
                        continue
                    if not _may_meet(registrations[c], registrations[s]):
                        continue
                    value = _supply_utility(client, supplier, product.key, product.reach_km)
                    if value >= LOWEST_UTILITY:
                        ranked[supplier.commune.department].append((value, s))
                for side in ranked.values():
                    for value, s in sorted(side, reverse=True)[:PARTNERS_PER_NEED]:
                        expected[s, c, product.key] = value
        assert _listed(registrations, "supply") == pytest.approx(expected, abs=1e-4)

    def test_peers_share_a_theme_and_a_class_of_size(
        self, small_world: tuple[World, tuple[Registration, ...]]
    ) -> None:
        world, registrations = small_world
        expected = {}
        themes = {theme for firm in world.firms for theme in firm.themes}
        for theme in themes:
            for a, one in enumerate(world.firms):
                ranked: dict[str, list[tuple[float, int]]] = {"77": [], "91": []}
                for b, other in enumerate(world.firms):
                    if theme not in one.themes or theme not in other.themes:
                        continue
                    if not _may_meet(registrations[a], registrations[b]):
                        continue
                    if _size_class(one) != _size_class(other):
                        continue
                    level = math.sqrt(one.themes[theme] * other.themes[theme])
                    value = level * _mutual_factor(one, other, 30.0)
                    if value >= LOWEST_UTILITY:
                        ranked[other.commune.department].append((value, b))
                for side in ranked.values():
                    for value, b in sorted(side, reverse=True)[:PARTNERS_PER_THEME]:
                        expected[a, b, theme] = value
        assert _listed(registrations, "peer") == pytest.approx(expected, abs=1e-4)

    def test_consortium_partners_hold_different_lots_of_one_project(
        self, small_world: tuple[World, tuple[Registration, ...]]
    ) -> None:
        world, registrations = small_world
        lots = {project.key: set(project.lots) for project in PROJECTS}
        pairs = true_partners(registrations)
        seen = 0
        for row in range(len(pairs)):
            if pairs.kind[row] != "consortium":
                continue
            seen += 1
            one, other = world.firms[pairs.source[row]], world.firms[pairs.target[row]]
            own, theirs = pairs.source_lot[row], pairs.target_lot[row]
            assert own != theirs
            assert {own, theirs} <= lots[pairs.subject[row]]
            assert _may_meet(registrations[pairs.source[row]], registrations[pairs.target[row]])
            level = math.sqrt(one.offers[own] * other.offers[theirs])
            value = level * _mutual_factor(one, other, 40.0)
            assert pairs.utility[row] == pytest.approx(value, abs=1e-4)
        assert seen > 50

    def test_firms_make_and_need_what_their_trade_does(
        self, small_world: tuple[World, tuple[Registration, ...]]
    ) -> None:
        for firm in small_world[0].firms:
            if firm.trade is None:
                assert firm.role is not Role.TRADE
                assert not firm.offers
                continue
            assert set(firm.offers) <= set(firm.trade.sells)
            assert set(firm.needs) <= set(firm.trade.buys) | set(COMMON_NEEDS)
            assert not set(firm.offers) & set(firm.needs)

    def test_truth_lies_apart(self, territory: Territory) -> None:
        assert territory.files.truth.parent == territory.files.profiles.parent
        assert {path.name for path in territory.files.truth.iterdir()} == {
            "exposures.parquet",
            "firms.parquet",
            "partners.parquet",
            "recipes.json",
        }


class TestObservation:
    def test_known_trade_links_are_true_ones(self, territory: Territory) -> None:
        supply = territory.partners.filter(pl.col("kind") == "supply")
        true = set(zip(supply["source"], supply["target"], strict=True))
        seen = {(row["source"], row["cible"]) for row in territory.suppliers}
        assert seen <= true
        assert len(seen) == len(territory.suppliers) > COMPANIES / 2
        assert {row["type"] for row in territory.suppliers} == {"supply"}

    def test_meetings_and_introductions_are_between_true_partners(
        self, territory: Territory
    ) -> None:
        true = {
            frozenset(pair)
            for pair in zip(territory.partners["source"], territory.partners["target"], strict=True)
        }
        for kind in ("meeting", "introduction"):
            groups = _members(territory, kind)
            assert groups
            assert all(frozenset(members) in true for members in groups.values())

    def test_large_firms_are_seen_more_and_the_border_hides(self, territory: Territory) -> None:
        staff = dict(zip(territory.firms["siret"], territory.firms["staff"], strict=True))
        side = dict(zip(territory.firms["siret"], territory.firms["department"], strict=True))
        supply = territory.partners.filter(pl.col("kind") == "supply")
        true = list(zip(supply["source"], supply["target"], strict=True))
        seen = [(row["source"], row["cible"]) for row in territory.suppliers]

        def size(pairs: list[tuple[str, str]]) -> float:
            return float(np.mean([math.log(staff[a] * staff[b]) for a, b in pairs]))

        def crossing(pairs: list[tuple[str, str]]) -> float:
            return float(np.mean([side[a] != side[b] for a, b in pairs]))

        assert size(seen) > size(true) + 0.2
        assert crossing(seen) < 0.6 * crossing(true)

    def test_clubs_have_12_to_18_members_of_different_trades(self, territory: Territory) -> None:
        trade = dict(zip(territory.firms["siret"], territory.firms["trade"], strict=True))
        side = dict(zip(territory.firms["siret"], territory.firms["department"], strict=True))
        clubs = _members(territory, "plato")
        assert len(clubs) >= 5
        mixed = 0
        for members in clubs.values():
            assert 12 <= len(members) <= 18
            assert len({trade[member] for member in members}) == len(members)
            mixed += len({side[member] for member in members}) == 2
        assert 0 < mixed < len(clubs) / 2

    def test_no_link_lies_in_the_future_or_with_a_firm_that_is_not_shown(
        self, territory: Territory
    ) -> None:
        present = set(territory.firms.filter("open_to_partners")["siret"])
        for row in territory.groups:
            assert date.fromisoformat(row["date"]) < TODAY
            assert row["membre"] in present
        for row in territory.suppliers:
            assert date.fromisoformat(row["date"]) < TODAY
            assert {row["source"], row["cible"]} <= present


class TestContracts:
    REQUIRED = frozenset(
        {
            "id", "acheteur", "nature", "objet", "codeCPV", "techniques", "modalitesExecution",
            "marcheInnovant", "ccag", "offresRecues", "attributionAvance",
            "typeGroupementOperateurs", "procedure", "lieuExecution", "dureeMois",
            "dateNotification", "datePublicationDonnees", "montant", "typesPrix", "formePrix",
            "sousTraitanceDeclaree", "titulaires", "considerationsSociales",
            "considerationsEnvironnementales",
        }
    )  # fmt: skip

    def test_contracts_have_every_field_of_the_present_format(self, territory: Territory) -> None:
        assert len({contract["id"] for contract in territory.contracts}) == len(territory.contracts)
        for contract in territory.contracts:
            assert set(contract) >= self.REQUIRED
            assert cpv_division(contract["codeCPV"])
            assert date.fromisoformat(contract["dateNotification"]) < TODAY

    def test_there_are_consortia_single_holders_and_frameworks(self, territory: Territory) -> None:
        trade = dict(zip(territory.firms["siret"], territory.firms["trade"], strict=True))
        consortia, frameworks, single = 0, 0, 0
        for contract in territory.contracts:
            holders = [held["titulaire"]["id"] for held in contract["titulaires"]]
            assert len(set(holders)) == len(holders)
            if contract["typeGroupementOperateurs"] != "Pas de groupement":
                consortia += 1
                assert 2 <= len(holders) <= 5
                assert len({trade[holder] for holder in holders}) == len(holders)
            elif contract["techniques"]["technique"] == ["Accord-cadre"]:
                frameworks += 1
                assert 2 <= len(holders) <= 5
            else:
                single += 1
                assert len(holders) == 1
        assert min(consortia, frameworks, single) > 5


class TestCatalogue:
    def test_keys_are_unique_and_known(self) -> None:
        keys = [product.key for product in PRODUCTS]
        assert len(set(keys)) == len(keys) >= 120
        named = {key for trade in TRADES for key in trade.sells + trade.buys}
        named |= {lot for project in PROJECTS for lot in project.lots}
        assert named | set(COMMON_NEEDS) == set(keys)
        assert len({trade.key for trade in TRADES}) == len(TRADES)

    def test_every_product_is_sold_and_bought(self) -> None:
        sold = {key for trade in TRADES for key in trade.sells}
        bought = {key for trade in TRADES for key in trade.buys} | set(COMMON_NEEDS)
        assert sold == bought == {product.key for product in PRODUCTS}

    def test_no_trade_buys_what_it_sells(self) -> None:
        assert not [trade.key for trade in TRADES if set(trade.sells) & set(trade.buys)]

    def test_codes_are_real(self) -> None:
        assert all(is_naf(code) for trade in TRADES for code in trade.naf)
        assert all(cpv_division(entry.cpv) for entry in (*PRODUCTS, *PROJECTS))
        assert all(is_known_commune(code) for cluster in CLUSTERS for code in cluster.communes)

    def test_every_family_has_a_cluster(self) -> None:
        gathered = {family for cluster in CLUSTERS for family in cluster.families}
        assert {trade.family for trade in TRADES} == gathered

    def test_frames_take_every_figure(self) -> None:
        for trade in TRADES:
            for text in trade.activities + trade.details:
                assert set(re.findall(r"{(\w*)}", text)) <= {"n", "m", "days"}


def _header(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return next(csv.reader(file))


def _texts(territory: Territory) -> list[str]:
    columns = ("activite", "offres", "besoins")
    return [
        profile[column] for profile in territory.profiles for column in columns if profile[column]
    ]


def _phrasings() -> list[str]:
    """Every phrasing of the catalogue, in every frame that may hold it, as not each is drawn."""
    frames = {
        "offers": phrases.OFFERS_FIRST + phrases.OFFERS_PAIR + phrases.OFFERS_NEXT,
        "needs": phrases.NEEDS_FIRST + phrases.NEEDS_NEXT,
    }
    fillers = {"horizon": phrases.HORIZONS[0], "reason": phrases.REASONS[0]}
    said = [
        frame.format(x=phrase, y=phrase, **fillers)
        for side in frames
        for product in PRODUCTS
        for phrase in getattr(product, side)
        for frame in frames[side]
    ]
    said += [text for trade in TRADES for text in trade.activities + trade.details]
    said += [wording for project in PROJECTS for wording in project.objects]
    return [
        text.format(n=7, m=34, days=9, at="à Melun", of="de Melun") if "{" in text else text
        for text in said
    ]


def _said(side: str, text: str) -> set[str]:
    """Products of which a phrasing is in the text."""
    return {
        product.key
        for product in PRODUCTS
        for phrase in getattr(product, side)
        if f" {phrase}" in text
    }


def _members(territory: Territory, kind: str) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for row in territory.groups:
        if row["type"] == kind:
            groups.setdefault(row["groupe"], []).append(row["membre"])
    return groups


def _may_meet(one: Registration, other: Registration) -> bool:
    return (
        one.open_to_partners
        and other.open_to_partners
        and one.firm.trade != other.firm.trade
        and one.firm.siren != other.firm.siren
    )


def _nearness(one: Firm, other: Firm, reach_km: float) -> float:
    kilometres = math.hypot(one.east - other.east, one.north - other.north) / 1000
    return 0.5 + 0.5 * 2 ** (-kilometres / reach_km)


def _supply_utility(client: Firm, supplier: Firm, product: str, reach_km: float) -> float:
    gap = math.log10(supplier.staff / client.staff)
    return (
        client.needs[product]
        * supplier.offers[product]
        * (0.4 + 0.6 * supplier.trust)
        * _nearness(client, supplier, reach_km)
        * math.exp(-((gap / 2.4) ** 2))
    )


def _mutual_factor(one: Firm, other: Firm, reach_km: float) -> float:
    gap = math.log10(one.staff / other.staff)
    return (
        (0.4 + 0.6 * math.sqrt(one.trust * other.trust))
        * _nearness(one, other, reach_km)
        * math.exp(-((gap / 1.5) ** 2))
    )


def _size_class(firm: Firm) -> int:
    return sum(firm.staff >= limit for limit in PEER_STAFF_LIMITS)


def _listed(
    registrations: tuple[Registration, ...], kind: str
) -> dict[tuple[int, int, str], float]:
    pairs = true_partners(registrations)
    return {
        (int(pairs.source[row]), int(pairs.target[row]), pairs.subject[row]): float(
            pairs.utility[row]
        )
        for row in range(len(pairs))
        if pairs.kind[row] == kind
    }
