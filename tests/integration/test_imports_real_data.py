"""Real open data through the imports; every count is taken again, by other means, from the file."""

import csv
import gzip
import json
import re
from collections import Counter
from datetime import UTC, date, datetime

import pytest

from matchmaker.settings import ImportSettings, Settings
from matchmaker.store import open_store
from pipelines.sources.awards import import_awards
from pipelines.sources.grand_paris_sud import import_grand_paris_sud
from pipelines.sources.sirene import import_sirene

AT = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
FORMER_COMMUNES = {"77028", "77166", "77170", "77299", "77491", "91173", "91182"}


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home")


@pytest.fixture
def store(settings):
    opened = open_store(settings.store_url)
    yield opened
    opened.close()


@pytest.fixture
def companies(store):
    """Read the companies of the store as a table."""

    def read():
        with store.reading() as unit:
            return unit.companies.frame()

    return read


def rows_of(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_stock_of_2021(shared_data, store, settings, companies):
    """All 8,296 active establishments of 77 and 91 enter; all 12,740 closed ones stay out."""
    folder = shared_data / "sirene"
    stock = folder / "stock_etablissement_2021-11_77_91.csv.gz"
    units = folder / "stock_unite_legale_2017_77_91_derive.csv.gz"
    rows = rows_of(stock)
    active = [row for row in rows if row["etatAdministratifEtablissement"] == "A"]
    named = {row["siren"] for row in rows_of(units)}

    report = import_sirene(store, stock, units, departments=("77", "91"), settings=settings, at=AT)

    assert (report.read, report.kept) == (len(rows), len(active)) == (21036, 8296)
    assert report.left_out == {"closed": len(rows) - len(active)}
    assert report.rejected == 0
    assert report.notes == {
        "legal unit not in its file": sum(row["siren"] not in named for row in active)
    }
    kept = companies()
    assert set(kept["siret"]) == {row["siret"] for row in active}
    assert Counter(kept["department"]) == {"77": 4394, "91": 3902}
    assert Counter(kept["naf"]) == Counter(row["activitePrincipaleEtablissement"] for row in active)
    assert set(kept["data_date"]) == {date(2021, 10, 31)}

    with store.reading() as unit:
        before = unit.companies.frame()
    import_sirene(store, stock, units, departments=("77", "91"), settings=settings, at=AT)
    assert companies().equals(before)


def test_seven_former_communes_become_present_ones(shared_data, store, settings, companies):
    """They stand in closed rows only, so these are kept for once."""
    folder = shared_data / "sirene"
    stock = folder / "stock_etablissement_2021-11_77_91.csv.gz"
    units = folder / "stock_unite_legale_2017_77_91_derive.csv.gz"
    keeping = settings.model_copy(update={"imports": ImportSettings(keep_closed=True)})
    former = [row for row in rows_of(stock) if row["codeCommuneEtablissement"] in FORMER_COMMUNES]
    assert {row["codeCommuneEtablissement"] for row in former} == FORMER_COMMUNES

    report = import_sirene(store, stock, units, departments=("77", "91"), settings=keeping, at=AT)

    assert report.notes["commune codes of former communes"] == len(former)
    assert report.rejected == 0
    kept = companies()
    assert len(kept) == report.kept == 21036
    assert not set(kept["commune"]) & FORMER_COMMUNES


def test_other_departments_are_filtered_away(shared_data, store, settings):
    folder = shared_data / "sirene"
    stock = folder / "stock_etablissement_2021-11_autres_departements_echantillon.csv.gz"
    units = folder / "stock_unite_legale_2017_77_91_derive.csv.gz"
    rows = rows_of(stock)
    nowhere = [row for row in rows if not row["codeCommuneEtablissement"]]
    closed = [row for row in nowhere if row["etatAdministratifEtablissement"] == "F"]

    report = import_sirene(store, stock, units, departments=("77", "91"), settings=settings, at=AT)

    assert (report.read, report.kept, report.rejected) == (20000, 0, 0)
    assert report.left_out == {
        "closed": len(closed),
        "abroad, or without a commune": len(nowhere) - len(closed),
        "outside the departments": len(rows) - len(nowhere),
    }


def test_the_national_pair_of_2017(shared_data, store, settings, companies):
    """All of France: those abroad stay out, legal persons have the names of their units."""
    folder = shared_data / "sirene"
    stock = folder / "stock_etablissement_2017_france_derive.csv.gz"
    units = folder / "stock_unite_legale_2017_france_derive.csv.gz"
    rows = rows_of(stock)
    active = [row for row in rows if row["etatAdministratifEtablissement"] == "A"]
    abroad = [row for row in active if row["codeCommuneEtablissement"].startswith("99")]
    names = {row["siren"]: row["denominationUniteLegale"] for row in rows_of(units)}

    report = import_sirene(store, stock, units, departments=None, settings=settings, at=AT)

    assert report.read == len(rows) == 45786
    assert report.left_out == {
        "closed": len(rows) - len(active),
        "abroad, or without a commune": len(abroad),
    }
    assert report.kept == len(active) - len(abroad)
    assert report.rejected == 0
    kept = companies()
    expected = {
        row["siret"]: " ".join(names[row["siren"]].split())
        for row in active
        if row not in abroad and row["siren"] in names
    }
    stored = dict(zip(kept["siret"], kept["name"], strict=True))
    assert {siret: stored[siret] for siret in expected} == expected
    corsica = sum(row["codeCommuneEtablissement"].startswith("2A") for row in active)
    assert Counter(kept["department"])["2A"] == corsica > 0


def test_grand_paris_sud(shared_data, store, settings, companies):
    """Registered companies enter where their establishment is known, without those struck off."""
    folder = shared_data / "grand_paris_sud"
    files = [folder / f"entreprises-{kind}-en-2018.json" for kind in ("immatriculees", "radiees")]
    registered, struck_off = (
        [record["fields"] for record in json.loads(file.read_text(encoding="utf-8"))]
        for file in files
    )
    gone = {fields["siren"] + fields["nic"] for fields in struck_off if "nic" in fields}
    whole = {fields["siren"] + fields["nic"] for fields in registered if "nic" in fields}

    report = import_grand_paris_sud(store, *files, settings=settings, at=AT)

    assert report.read == len(registered) + len(struck_off) == 948
    kept = companies()
    assert set(kept["siret"]) == whole - gone
    assert report.kept == len(kept)
    assert report.left_out == {
        "struck off": len(gone),
        "registered and struck off": len(whole & gone),
    }
    without_nic = [fields for fields in [*registered, *struck_off] if "nic" not in fields]
    assert report.rejected == len(without_nic) == 21
    assert report.reject_rate < settings.imports.max_reject_rate
    assert set(kept["department"]) == {"77", "91"}
    located = sum(
        "geolocalisation" in fields
        for fields in registered
        if fields.get("nic") and fields["siren"] + fields["nic"] not in gone
    )
    assert kept["latitude"].count() == located


def luhn(digits):
    values = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value // 10 + value % 10 for value in values) % 10 == 0


def right_siret(text):
    la_poste = text.startswith("356000000") and len(text) == 14 and sum(map(int, text)) % 5 == 0
    return len(text) == 14 and text.isdigit() and (luhn(text) or la_poste)


def test_public_contracts_of_2018_and_2019(shared_data, store, settings):
    """Joint awards are found again by reading the JSON in another way."""
    path = shared_data / "marches_publics" / "decp_2018_2019.json.gz"
    contracts = json.loads(gzip.decompress(path.read_bytes()))["marches"]
    expected = {}
    for contract in contracts:
        holders = contract.get("titulaires") or []
        if contract["_type"] != "Marché" or contract["nature"] == "Accord-cadre":
            continue
        sirets = [
            re.sub(r"\s", "", holder["id"])
            for holder in holders
            if holder["typeIdentifiant"] == "SIRET"
        ]
        firms = {}
        for siret in filter(right_siret, sirets):
            firms.setdefault(siret[:9], siret)
        if len(firms) > 1:
            key = f"{contract['acheteur']['id']}:{contract['id']}"
            expected.setdefault(key, set(firms.values()))

    report = import_awards(store, path, settings=settings, at=AT)

    with store.reading() as unit:
        relations = unit.relations.all()
    assert {relation.key: set(relation.members) for relation in relations} == expected
    assert report.kept == len(expected) == 154
    assert report.read == 4988
    assert report.read == report.kept + sum(report.left_out.values()) + report.rejected
    assert report.left_out["concession"] == 10


@pytest.mark.parametrize(
    ("name", "left_out"),
    [
        ("format_2024_marches_avec_modifications.json", {"one holder": 2}),
        ("format_2024_marches_concessions.json", {"concession": 2, "one holder": 2}),
    ],
)
def test_the_official_examples_of_the_present_format(name, left_out, shared_data, store, settings):
    path = shared_data / "marches_publics" / name
    report = import_awards(store, path, settings=settings, at=AT)
    assert (report.kept, report.left_out, report.rejected) == (0, left_out, 0)
