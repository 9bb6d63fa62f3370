"""A Sirene stock enters whole or not at all, and a newer one replaces it."""

import csv
import gzip
import multiprocessing
import re
import time
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from matchmaker.companies import Company, Diffusion
from matchmaker.errors import InputFileError, MatchmakerError, RejectRateError
from matchmaker.events.details import EventDetails, EventKind
from matchmaker.events.life import Edit
from matchmaker.events.registrations import Registration, Status
from matchmaker.mail.letters import Letter, LetterKind
from matchmaker.mail.outbox import LetterState
from matchmaker.settings import ImportSettings
from pipelines.sources.establishments import COLUMNS
from pipelines.sources.sirene import import_sirene
from pipelines.sources.workplace import working_folder

TERRITORY = ("77", "91")
DAY = date(2026, 1, 31)
LATER = {"dateDernierTraitementEtablissement": "2026-02-28T10:00:00"}
WRONG_BAND = {"trancheEffectifsEtablissement": "77"}
DOCUMENTATION = Path(__file__).parents[4] / "docs" / "files.md"


@pytest.fixture
def run(store, settings, at):
    """Import with what most tests share."""

    def run_import(establishments, legal_units, departments=TERRITORY, **options):
        return import_sirene(
            store,
            establishments,
            legal_units,
            **{"departments": departments, "settings": settings, "at": at} | options,
        )

    return run_import


@pytest.fixture
def stored(store):
    """Companies of the store, by SIRET."""

    def read():
        with store.reading() as unit:
            return unit.companies.many(unit.companies.frame()["siret"].to_list())

    return read


@pytest.fixture
def files(establishment, legal_unit, write_csv):
    """Write a stock: rows of establishments, and a unit for each number."""

    def write(rows, units=None, name="stock.csv"):
        numbers = range(1, len(rows) + 1)
        units = [legal_unit(number) for number in numbers] if units is None else units
        return write_csv(name, rows), write_csv(f"units of {name}", units)

    return write


def reject_rows(report):
    with open(report.rejects_path, encoding="utf-8", newline="") as file:
        return [tuple(row.values()) for row in csv.DictReader(file)]


def test_a_row_becomes_a_company(run, stored, files, establishment, make_siret):
    report = run(*files([establishment(1)]))
    assert (report.read, report.kept, report.rejected, report.left_out) == (1, 1, 0, {})
    siret = make_siret(1)
    assert stored() == {
        siret: Company(
            siret=siret,
            name="FIRM 1",
            department="77",
            commune="77288",
            commune_name="Melun",
            postcode="77000",
            naf="43.21A",
            legal_category="5499",
            size_band="11",
            created=date(2004, 5, 17),
            head_office=True,
            employer=True,
            source="sirene",
            data_date=DAY,
        )
    }


def test_every_row_is_kept_or_left_out_by_name_or_rejected(run, stored, files, establishment):
    rows = [
        establishment(1),
        establishment(2, etatAdministratifEtablissement="F"),
        establishment(3, statutDiffusionEtablissement="N"),
        establishment(4, codeCommuneEtablissement="75056"),
        establishment(5, codeCommuneEtablissement="2A004"),
        establishment(6, codeCommuneEtablissement=""),
        establishment(7, codeCommuneEtablissement="[ND]"),
        establishment(8, siret="12345678901234"),
        establishment(9, codeCommuneEtablissement="97105"),
        establishment(10, codeCommuneEtablissement="99132"),
    ]
    report = run(*files(rows))
    assert report.read == 10
    assert report.kept == len(stored()) == 1
    assert report.left_out == {
        "closed": 1,
        "not diffusible": 1,
        "abroad, or without a commune": 2,
        "outside the departments": 4,
    }
    assert report.by_reason == {"SIRET fails its check digits": 1}
    assert report.read == report.kept + sum(report.left_out.values()) + report.rejected


@pytest.mark.parametrize(
    ("changes", "column", "value", "reason"),
    [
        ({"siret": ""}, "siret", "", "SIRET is empty"),
        ({"siret": "1234"}, "siret", "1234", "SIRET has 4 digits"),
        ({"nic": "99999"}, "siret", None, "SIRET is not made of the SIREN and the NIC"),
        ({"etatAdministratifEtablissement": "C"}, "etatAdministratifEtablissement", "C", "state"),
        ({"etatAdministratifEtablissement": ""}, "etatAdministratifEtablissement", "", "state"),
        ({"statutDiffusionEtablissement": "Z"}, "statutDiffusionEtablissement", "Z", "diffusion"),
        ({"statutDiffusionEtablissement": ""}, "statutDiffusionEtablissement", "", "diffusion"),
        ({"trancheEffectifsEtablissement": "77"}, "trancheEffectifsEtablissement", "77", "band"),
        ({"dateCreationEtablissement": "17/05/2004"}, "dateCreationEtablissement", None, "date"),
        ({"dateCreationEtablissement": "2004-02-30"}, "dateCreationEtablissement", None, "date"),
        ({"codeCommuneEtablissement": "7728"}, "codeCommuneEtablissement", "7728", "malformed"),
        ({"codeCommuneEtablissement": "=7+1"}, "codeCommuneEtablissement", "'=7+1", "malformed"),
        ({"codeCommuneEtablissement": "77999"}, "codeCommuneEtablissement", "77999", "not known"),
        (
            {"activitePrincipaleEtablissement": "43.21X"},
            "activitePrincipaleEtablissement",
            None,
            "NAF",
        ),
        ({"etablissementSiege": "oui"}, "etablissementSiege", "oui", "neither true nor false"),
        (
            {"caractereEmployeurEtablissement": "X"},
            "caractereEmployeurEtablissement",
            "X",
            "neither O",
        ),
    ],
)
def test_a_wrong_value_rejects_its_row_alone(
    changes, column, value, reason, run, stored, files, establishment
):
    report = run(*files([establishment(1), establishment(2, **changes), establishment(3)]))
    assert report.kept == len(stored()) == 2
    ((line, named, shown, said),) = reject_rows(report)
    assert (line, named) == ("3", column)
    assert value is None or shown == value
    assert reason in said


def test_a_ragged_row_is_rejected_with_its_line(run, files, establishment):
    stock, units = files([establishment(1), establishment(2)])
    lines = stock.read_text().splitlines()
    lines.insert(2, "too,short")
    stock.write_text("\n".join(lines))
    report = run(stock, units)
    assert (report.read, report.kept) == (3, 2)
    assert reject_rows(report) == [
        ("3", "", "too,short", "row does not have as many fields as the header")
    ]


def test_the_second_row_with_a_siret_is_rejected(run, stored, files, establishment, make_siret):
    rows = [
        establishment(1, enseigne1Etablissement="FIRST"),
        establishment(1, enseigne1Etablissement="SECOND"),
    ]
    report = run(
        *files(
            rows,
            units=[
                {"siren": "", "denominationUniteLegale": "", "categorieJuridiqueUniteLegale": ""}
            ],
        )
    )
    assert report.by_reason == {"SIRET is there twice; the first row counts": 1}
    assert reject_rows(report)[0][:3] == ("3", "siret", make_siret(1))
    assert stored()[make_siret(1)].name == "FIRST"


@pytest.mark.parametrize(
    ("unit", "row", "name", "sole_trader"),
    [
        ({}, {"enseigne1Etablissement": "BRAND"}, "FIRM 1", False),
        (
            {"denominationUniteLegale": "", "denominationUsuelle1UniteLegale": "USUAL"},
            {},
            "USUAL",
            False,
        ),
        ({"denominationUniteLegale": ""}, {"enseigne2Etablissement": "BRAND"}, "BRAND", False),
        (
            {"denominationUniteLegale": "[ND]"},
            {"enseigne1Etablissement": "[ND]", "denominationUsuelleEtablissement": " THE  SHOP "},
            "THE SHOP",
            False,
        ),
        ({"denominationUniteLegale": ""}, {}, None, False),
        (
            {"categorieJuridiqueUniteLegale": "1000", "denominationUniteLegale": "JEANNE DURAND"},
            {},
            None,
            True,
        ),
        (
            {
                "categorieJuridiqueUniteLegale": "",
                "denominationUniteLegale": "",
                "nomUniteLegale": "DURAND",
                "prenom1UniteLegale": "JEANNE",
            },
            {
                "enseigne1Etablissement": "MME DURAND Jeanne",
                "denominationUsuelleEtablissement": "AU PAIN CHAUD",
            },
            "AU PAIN CHAUD",
            True,
        ),
    ],
)
def test_the_name_is_that_of_the_unit_then_brand_then_usual_name_never_a_person(
    unit, row, name, sole_trader, run, stored, files, establishment, legal_unit, make_siret
):
    run(*files([establishment(1, **row)], units=[legal_unit(1, **unit)]))
    company = stored()[make_siret(1)]
    assert (company.name, company.sole_trader) == (name, sole_trader)


def test_without_its_legal_unit_a_company_has_its_brand(
    run, stored, files, establishment, legal_unit, make_siret
):
    row = establishment(1, enseigne1Etablissement="BRAND")
    report = run(*files([row], units=[legal_unit(2)]))
    company = stored()[make_siret(1)]
    assert (company.name, company.legal_category) == ("BRAND", None)
    assert report.notes == {"legal unit not in its file": 1}


@pytest.mark.parametrize(("own", "of_unit"), [("P", "O"), ("O", "P"), ("P", "P")])
def test_partial_diffusion_shows_a_legal_person_and_no_address(
    own, of_unit, run, stored, files, establishment, legal_unit, make_siret
):
    place = {
        "coordonneeLambertAbscisseEtablissement": "670000",
        "coordonneeLambertOrdonneeEtablissement": "6829000",
    }
    rows = [
        establishment(number, enseigne1Etablissement="BRAND", statutDiffusionEtablissement=own)
        | place
        for number in (1, 2)
    ]
    units = [
        legal_unit(1, statutDiffusionUniteLegale=of_unit),
        legal_unit(2, statutDiffusionUniteLegale=of_unit, categorieJuridiqueUniteLegale="1000"),
    ]
    run(*files(rows, units))
    legal_person, sole_trader = (stored()[make_siret(number)] for number in (1, 2))
    assert (legal_person.name, sole_trader.name) == ("FIRM 1", None)
    for company in (legal_person, sole_trader):
        assert company.diffusion is Diffusion.PARTIAL
        assert (company.postcode, company.latitude, company.longitude) == (None, None, None)


def test_a_unit_that_is_not_diffusible_takes_its_establishments_out(
    run, stored, files, establishment, legal_unit
):
    run(*files([establishment(1)], name="first.csv"))
    units = [legal_unit(1, statutDiffusionUniteLegale="N")]
    report = run(*files([establishment(1)], units))
    assert (report.kept, report.left_out) == (0, {"not diffusible": 1})
    assert [company.active for company in stored().values()] == [False]
    assert [company.diffusion for company in stored().values()] == [Diffusion.NONE]


@pytest.mark.parametrize("closed", [{}, {"etatAdministratifEtablissement": "F"}])
def test_who_is_not_diffusible_any_more_is_named_nowhere_until_the_registry_says_otherwise(
    run, store, stored, files, establishment, make_siret, closed
):
    run(*files([establishment(1), establishment(2)], name="first.csv"))
    hidden = {"statutDiffusionEtablissement": "N"} | closed
    run(*files([establishment(1, **hidden), establishment(2)], name="second.csv"))
    with store.reading() as unit:
        shown = unit.portfolio.shown([make_siret(1), make_siret(2)])
    assert set(shown) == {make_siret(2)}
    assert stored()[make_siret(1)].active is False
    run(*files([establishment(1), establishment(2)], name="third.csv"))
    assert stored()[make_siret(1)].diffusion is Diffusion.FULL
    assert stored()[make_siret(1)].active is True


def test_hiding_a_firm_stops_its_letters_and_invitations(
    run, store, files, establishment, make_siret, at
):
    run(*files([establishment(1), establishment(2)], name="first.csv"))
    firm, details = make_siret(1), EventDetails(EventKind.CONVENTION, "Soirée", DAY, ("77",), 0)
    guest = Registration("i", "FIRM 1", "FIRM 1", firm, status=Status.INVITED)
    person = Registration("p", "Zoé", "Chez Zoé", firm)
    letter = Letter(
        key="k", kind=LetterKind.DIGEST, recipient="zoe@firm.example", subject="FIRM 1", text="",
        html="", headers={}, attachments=(), siret=firm, account_id=None, introduction_id=None,
    )  # fmt: skip
    with store.unit() as unit:
        event = unit.events.create("e", details, at=at, by="Anne")
        unit.events.registrations.put("e", Edit(event.version, at, "Anne"), [guest, person])
        unit.outbox.put(letter, at)
    hidden = establishment(1, statutDiffusionEtablissement="N")
    run(*files([hidden, establishment(2)], name="second.csv"))
    with store.reading() as unit:
        assert unit.events.registrations.all("e") == (person,), "who registered gave a name for it"
        assert unit.outbox.counts() == {LetterState.CANCELLED: 1}
        last = unit.events.history("e")[-1]
        assert (last.by, last.details) == ("registry", {"participants": ["i"]})
        version = last.version
    run(*files([hidden, establishment(2)], name="third.csv"))
    with store.reading() as unit:
        assert unit.events.history("e")[-1].version == version, "once is enough"


def test_present_columns_are_read(run, stored, files, establishment, make_siret):
    row = establishment(1) | {
        "coordonneeLambertAbscisseEtablissement": "674000.5",
        "coordonneeLambertOrdonneeEtablissement": "6826000.5",
        "activitePrincipaleNAF25Etablissement": "43.21G",
        "fictif": "true",
    }
    run(*files([row]))
    company = stored()[make_siret(1)]
    assert company.latitude == pytest.approx(48.53, abs=0.05)
    assert company.longitude == pytest.approx(2.65, abs=0.05)
    assert company.naf2025 == "43.21G"
    assert company.fictional is True


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        ("here", "6826000", "coordinate is not a number"),
        ("674000", "", "coordinate is not a number"),
        ("0", "0", "coordinates are outside France"),
        ("6826000", "674000", "coordinates are outside France"),
        ("1e300", "1e300", "coordinates are outside France"),
    ],
)
def test_coordinates_that_cannot_be_right_reject_the_row(x, y, reason, run, files, establishment):
    row = establishment(1) | {
        "coordonneeLambertAbscisseEtablissement": x,
        "coordonneeLambertOrdonneeEtablissement": y,
    }
    report = run(*files([row]))
    assert report.by_reason == {reason: 1}


@pytest.mark.parametrize("separator", [",", ";"])
def test_the_geolocation_file_wins_over_the_stock(
    separator, run, stored, files, establishment, write_csv, make_siret
):
    place = {
        "coordonneeLambertAbscisseEtablissement": "674000",
        "coordonneeLambertOrdonneeEtablissement": "6826000",
    }
    rows = [establishment(number) | place for number in (1, 2, 3, 4)]
    degrees = {
        "siret": make_siret(1),
        "x": "",
        "y": "",
        "epsg": "",
        "x_longitude": "2.4",
        "y_latitude": "48.6",
    }
    projected = degrees | {
        "siret": make_siret(2),
        "x": "652000",
        "y": "6840000",
        "epsg": "2154",
        "x_longitude": "",
        "y_latitude": "",
    }
    missing = degrees | {"siret": make_siret(3), "x_longitude": "", "y_latitude": ""}
    swapped = degrees | {"siret": make_siret(4), "x_longitude": "48.6", "y_latitude": "2.4"}
    elsewhere = degrees | {"siret": make_siret(5)}
    geolocation = write_csv(
        "places.csv", [degrees, projected, missing, swapped, elsewhere], separator
    )
    report = run(*files(rows), geolocation=geolocation)
    found = stored()
    assert (found[make_siret(1)].latitude, found[make_siret(1)].longitude) == (48.6, 2.4)
    assert found[make_siret(2)].longitude == pytest.approx(2.35, abs=0.05)
    assert found[make_siret(3)].longitude == pytest.approx(2.65, abs=0.05)
    assert report.by_reason == {"geolocation: coordinates are outside France": 1}
    assert found[make_siret(4)].longitude == pytest.approx(2.65, abs=0.05)


def test_a_former_commune_becomes_the_present_one(run, stored, files, establishment, make_siret):
    report = run(*files([establishment(1, codeCommuneEtablissement="91182")]))
    company = stored()[make_siret(1)]
    assert (company.commune, company.commune_name) == ("91228", "Évry-Courcouronnes")
    assert report.notes == {"commune codes of former communes": 1}


def test_elsewhere_the_commune_keeps_its_label(run, stored, files, establishment, make_siret):
    row = establishment(1, codeCommuneEtablissement="2A004", libelleCommuneEtablissement="AJACCIO")
    run(*files([row]), departments=None)
    company = stored()[make_siret(1)]
    assert (company.department, company.commune_name) == ("2A", "AJACCIO")


@pytest.mark.parametrize(
    ("changes", "naf", "naf2025", "note"),
    [
        (
            {"nomenclatureActivitePrincipaleEtablissement": "NAP"},
            None,
            None,
            "activity in another nomenclature than NAFRev2",
        ),
        ({"activitePrincipaleEtablissement": "00.00Z"}, None, None, "activity not coded yet"),
        ({"activitePrincipaleEtablissement": ""}, None, None, None),
        (
            {"activitePrincipaleNAF25Etablissement": "99.99Q"},
            "43.21A",
            None,
            "NAF 2025 code not known",
        ),
        (
            {
                "nomenclatureActivitePrincipaleEtablissement": "NAF2025",
                "activitePrincipaleEtablissement": "01.11Y",
            },
            "01.11Z",
            "01.11Y",
            None,
        ),
    ],
)
def test_an_activity_in_another_nomenclature_costs_no_row(
    changes, naf, naf2025, note, run, stored, files, establishment, make_siret
):
    report = run(*files([establishment(1) | changes]))
    company = stored()[make_siret(1)]
    assert (company.naf, company.naf2025) == (naf, naf2025)
    assert list(report.notes) == ([note] if note else [])


def test_a_day_of_creation_that_insee_does_not_know_is_none(
    run, stored, files, establishment, make_siret
):
    run(*files([establishment(1, dateCreationEtablissement="1900-01-01")]))
    assert stored()[make_siret(1)].created is None


def test_importing_the_same_files_again_changes_nothing(run, stored, files, establishment):
    stock = files([establishment(number) for number in range(1, 6)])
    first = run(*stock)
    before = stored()
    second = run(*stock)
    assert stored() == before
    assert replace(second, seconds=0) == replace(first, seconds=0)


def test_a_newer_stock_closes_what_closed_and_what_is_gone(
    run, stored, files, establishment, make_siret
):
    run(*files([establishment(number) for number in (1, 2, 3)], name="january.csv"))
    later = {"dateDernierTraitementEtablissement": "2026-02-28T10:00:00"}
    rows = [
        establishment(1, **later),
        establishment(2, **later, etatAdministratifEtablissement="F"),
    ]
    report = run(*files(rows, name="february.csv"))
    assert {siret: company.active for siret, company in stored().items()} == {
        make_siret(1): True,
        make_siret(2): False,
        make_siret(3): False,
    }
    assert report.notes == {
        "companies of the store closed: closed in the stock": 1,
        "companies of the store closed: no longer in the stock": 1,
    }


def test_a_stock_of_one_department_closes_nothing_in_the_other(
    run, stored, files, establishment, make_siret
):
    run(*files([establishment(1), establishment(2, codeCommuneEtablissement="91228")]))
    rows = [establishment(3, dateDernierTraitementEtablissement="2026-02-28T10:00:00")]
    run(*files(rows, name="february.csv"), departments=("77",))
    assert {siret: company.active for siret, company in stored().items()} == {
        make_siret(1): False,
        make_siret(2): True,
        make_siret(3): True,
    }


def test_an_older_stock_is_refused_unless_its_day_is_given(run, stored, files, establishment):
    run(*files([establishment(1)], name="january.csv"))
    before = stored()
    old = files([establishment(2, dateDernierTraitementEtablissement="2025-12-31T10:00:00")])
    with pytest.raises(InputFileError, match="older than that of 2026-01-31") as raised:
        run(*old)
    assert "--data-date 2026-01-31" in raised.value.cure
    assert stored() == before
    run(*old, data_date=DAY)
    assert len(stored()) == 2


def test_a_stock_without_a_day_asks_for_one(run, files, establishment):
    stock = files([establishment(1, dateDernierTraitementEtablissement="")])
    with pytest.raises(InputFileError, match="--data-date"):
        run(*stock)
    assert run(*stock, data_date=DAY).kept == 1


def test_closed_establishments_are_kept_where_the_setting_says_so(
    run, stored, files, establishment, settings, make_siret
):
    keeping = settings.model_copy(update={"imports": ImportSettings(keep_closed=True)})
    report = run(*files([establishment(1, etatAdministratifEtablissement="F")]), settings=keeping)
    assert (report.kept, report.left_out) == (1, {})
    assert stored()[make_siret(1)].active is False


def test_the_import_is_logged_with_the_digest_of_its_file(run, store, files, establishment, at):
    run(*files([establishment(1)]))
    with store.reading() as unit:
        record = unit.imports.latest("sirene")
    assert (record.read, record.kept, record.rejected) == (1, 1, 0)
    assert (record.data_date, record.at, len(record.digest)) == (DAY, at, 64)


def test_parquet_with_its_own_types_gives_the_same_companies(
    run, stored, files, establishment, tmp_path
):
    stock, units = files([establishment(number) for number in (1, 2)])
    run(stock, units)
    before = stored()
    parquet, parquet_units = tmp_path / "stock.parquet", tmp_path / "units.parquet"
    pl.read_csv(stock, infer_schema=False).with_columns(
        pl.col("dateCreationEtablissement").str.to_date(),
        pl.col("dateDernierTraitementEtablissement").str.to_datetime(),
        pl.col("etablissementSiege") == "true",
    ).write_parquet(parquet)
    pl.read_csv(units, infer_schema=False).write_parquet(parquet_units)
    run(parquet, parquet_units)
    assert stored() == before


def test_a_department_outside_the_territory_is_refused(run, files, establishment):
    with pytest.raises(MatchmakerError, match=r"department 75 .*\(77, 91\).*--departments all"):
        run(*files([establishment(1)]), departments=("77", "75"))


def broken_gzip(path):
    path.write_bytes(gzip.compress(path.read_bytes())[:-9])


def without_a_column(path):
    path.write_text(path.read_text().replace("siren,", "sirene,", 1))


def emptied(path):
    path.write_bytes(b"")


def latin_1(path):
    path.write_bytes(path.read_text().encode() + "ÉVRY\n".encode("latin-1"))


def with_a_long_line(path):
    path.write_text(path.read_text() + "x" * 2_000_000)


@pytest.mark.parametrize("side", ["establishments", "legal_units", "geolocation"])
@pytest.mark.parametrize(
    "damage", [broken_gzip, without_a_column, emptied, latin_1, with_a_long_line]
)
def test_a_fault_in_any_file_leaves_the_store_as_it_was(
    side, damage, run, store, stored, files, establishment, write_csv, make_siret
):
    run(*files([establishment(1)], name="january.csv"))
    before = stored()
    rows = [establishment(2, dateDernierTraitementEtablissement="2026-02-28T10:00:00")]
    establishments, legal_units = files(rows, name="february.csv")
    place = {"siret": make_siret(2), "x_longitude": "2.4", "y_latitude": "48.6"}
    geolocation = write_csv("places.csv", [place])
    damaged = {
        "establishments": establishments,
        "legal_units": legal_units,
        "geolocation": geolocation,
    }[side]
    if side == "geolocation" and damage is without_a_column:
        damage = partial(lambda path: path.write_text(path.read_text().replace("siret", "nic")))
    damage(damaged)
    with pytest.raises(InputFileError) as raised:
        run(establishments, legal_units, geolocation=geolocation)
    assert raised.value.path == str(damaged)
    assert stored() == before
    with store.reading() as unit:
        assert len(unit.imports.all()) == 1


def open_sirets(companies):
    return {siret for siret, company in companies.items() if company.active}


def test_over_the_reject_rate_nothing_is_written(run, store, stored, files, establishment, strict):
    run(*files([establishment(number) for number in (1, 2, 3)], name="january.csv"))
    before = stored()
    rows = [establishment(1, **LATER), establishment(2, **LATER, **WRONG_BAND)]
    with pytest.raises(RejectRateError, match="nothing was imported") as raised:
        run(*files(rows, name="february.csv"), settings=strict)
    assert stored() == before
    with store.reading() as unit:
        assert len(unit.imports.all()) == 1
    report = raised.value.report
    assert (report.read, report.kept, report.rejected, report.notes) == (2, 0, 1, {})
    assert [reject[0] for reject in reject_rows(report)] == ["3"]


@pytest.mark.parametrize(
    "changes",
    [
        WRONG_BAND,
        {"siret": "1234"},
        {"nic": "99999"},
        {"enseigne1Etablissement": "RAGGED,ROW"},
    ],
)
def test_a_company_whose_row_is_rejected_stays_open(
    changes, run, stored, files, establishment, make_siret
):
    run(*files([establishment(number) for number in (1, 2, 3)], name="january.csv"))
    rows = [establishment(1, **LATER), establishment(2, **LATER, **changes)]
    stock, units = files(rows, name="february.csv")
    stock.write_text(stock.read_text().replace('"RAGGED,ROW"', "RAGGED,ROW"))
    report = run(stock, units)
    assert report.rejected == 1
    assert open_sirets(stored()) == {make_siret(1), make_siret(2)}
    assert stored()[make_siret(2)].name == "FIRM 2"
    assert report.notes == {
        "companies of the store closed: no longer in the stock": 1,
        "companies of the store left as they were: their row is rejected": 1,
    }


def test_a_rejected_row_opens_no_company_that_was_closed(
    run, stored, files, establishment, make_siret
):
    run(*files([establishment(1), establishment(2)], name="january.csv"))
    closed = establishment(2, **LATER, etatAdministratifEtablissement="F")
    run(*files([establishment(1, **LATER), closed], name="february.csv"))
    march = {"dateDernierTraitementEtablissement": "2026-03-01T10:00:00"}
    rows = [establishment(1, **march), establishment(2, **march, **WRONG_BAND)]
    run(*files(rows, name="march.csv"))
    assert open_sirets(stored()) == {make_siret(1)}


def test_a_stock_without_most_of_the_open_companies_is_refused(
    run, stored, files, establishment, strict, make_siret
):
    run(*files([establishment(number) for number in range(1, 21)], name="january.csv"))
    before = stored()
    rows = [establishment(number, **LATER) for number in (*range(1, 10), *range(101, 121))]
    fragment = files(rows, name="february.csv")
    with pytest.raises(InputFileError, match="11 of the 20 open companies") as raised:
        run(*fragment, settings=strict)
    assert raised.value.path == str(fragment[0])
    assert "imports.max_closed_rate" in str(raised.value)
    assert stored() == before
    accepting = strict.model_copy(update={"imports": ImportSettings(max_closed_rate=0.55)})
    run(*fragment, settings=accepting)
    assert make_siret(20) not in open_sirets(stored())


@pytest.mark.parametrize(
    ("n_open", "n_present", "state"),
    [(19, 1, "A"), (20, 10, "A"), (20, 20, "F")],
    ids=["few companies", "half of them", "closed by the stock itself"],
)
def test_closing_companies_is_refused_only_where_many_are_absent(
    n_open, n_present, state, run, stored, files, establishment, strict
):
    run(*files([establishment(number) for number in range(1, n_open + 1)], name="january.csv"))
    rows = [
        establishment(number, **LATER, etatAdministratifEtablissement=state)
        for number in range(1, n_present + 1)
    ]
    run(*files(rows, name="february.csv"), settings=strict)
    assert len(open_sirets(stored())) == (n_present if state == "A" else 0)


def test_other_departments_and_sources_do_not_count_as_open(
    run, store, stored, files, establishment, strict
):
    rows = [establishment(number) for number in range(1, 21)]
    rows += [establishment(number, codeCommuneEtablissement="91228") for number in range(21, 61)]
    run(*files(rows, name="january.csv"))
    february = files([establishment(1, **LATER)], name="february.csv")
    with pytest.raises(InputFileError, match="19 of the 20 open companies"):
        run(*february, settings=strict, departments=("77",))
    with store.unit() as unit:
        unit.companies.upsert(
            replace(company, source="demo")
            for company in stored().values()
            if company.department == "77"
        )
    run(*february, settings=strict, departments=("77",))
    assert len(open_sirets(stored())) == 60


def test_what_waits_on_its_way_waits_in_the_home_and_is_removed(
    run, files, establishment, settings, monkeypatch, tmp_path
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "not there"))
    run(*files([establishment(1)]))
    assert not [path for path in (settings.home / "tmp").iterdir() if path.is_dir()]


def hold_a_folder(home):
    with working_folder(home) as folder:
        (folder / "0.arrow").write_text("rows")
        time.sleep(60)


def test_leftovers_of_a_killed_import_are_swept_and_those_of_a_running_one_are_not(tmp_path):
    holder = multiprocessing.get_context("spawn").Process(target=hold_a_folder, args=(tmp_path,))
    holder.start()
    try:
        while not (waiting := list(tmp_path.glob("tmp/*/0.arrow"))):
            assert holder.exitcode is None
            time.sleep(0.02)
        with working_folder(tmp_path):
            assert waiting[0].exists()
    finally:
        holder.kill()
        holder.join()
    assert waiting[0].exists()
    with working_folder(tmp_path) as folder:
        assert not waiting[0].exists()
        assert folder.is_dir()
    assert not folder.exists()


def test_the_documentation_names_the_columns_that_are_needed():
    sentence = re.search(r"Needed of the establishments:(.*?);", DOCUMENTATION.read_text(), re.S)
    assert set(re.findall(r"`(\w+)`", sentence[1])) == set(COLUMNS.required)
