"""Records of the portal become companies; what Sirene knows stays as it is."""

import json
from dataclasses import replace
from datetime import date

import pytest

from matchmaker.companies import Company
from matchmaker.errors import InputFileError, RejectRateError
from pipelines.sources.grand_paris_sud import import_grand_paris_sud


@pytest.fixture
def record(make_siret):
    """Build a record of the portal."""

    def build(number, **changes):
        siret = make_siret(number)
        fields = {
            "siren": siret[:9],
            "nic": siret[9:],
            "denomination": f"FIRM {number}",
            "code_ape": "6202A",
            "num_dept": "91",
            "ville": "COURCOURONNES",
            "code_postal": "91080",
            "forme_juridique": "Societe a responsabilite limitee a capital variable",
            "date_immatriculation": "2018-01-03",
            "date_de_publication": "2018-01-07",
            "geolocalisation": [48.62, 2.43],
        }
        kept = {name: value for name, value in (fields | changes).items() if value is not None}
        return {"fields": kept}

    return build


@pytest.fixture
def run(store, settings, at, tmp_path):
    """Import records; give the report and the companies of the store."""

    def run_import(registered, struck_off=None, settings=settings):
        paths = []
        for name, records in (("registered.json", registered), ("struck.json", struck_off)):
            path = tmp_path / name
            path.write_text(json.dumps(records))
            paths.append(path if records is not None else None)
        report = import_grand_paris_sud(store, *paths, settings=settings, at=at)
        with store.reading() as unit:
            sirets = unit.companies.frame()["siret"].to_list()
            return report, unit.companies.many(sirets)

    return run_import


def test_a_record_becomes_a_company(run, record, make_siret):
    report, companies = run([record(1)])
    siret = make_siret(1)
    assert (report.read, report.kept, report.rejected) == (1, 1, 0)
    assert companies == {
        siret: Company(
            siret=siret,
            name="FIRM 1",
            department="91",
            commune="91228",
            commune_name="Évry-Courcouronnes",
            postcode="91080",
            naf="62.02A",
            legal_category="5499",
            created=date(2018, 1, 3),
            latitude=48.62,
            longitude=2.43,
            source="grand_paris_sud",
            data_date=date(2018, 1, 7),
        )
    }


def test_what_may_be_missing_is_none(run, record, make_siret):
    _, companies = run([record(1, code_ape=None, geolocalisation=None, forme_juridique="Autre")])
    company = companies[make_siret(1)]
    assert (company.naf, company.latitude, company.legal_category) == (None, None, None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nic": None}, "NIC is missing, so the establishment is not known"),
        ({"siren": "123456789"}, "SIRET fails its check digits"),
        ({"ville": "PARIS"}, "commune is not known in its department"),
        ({"num_dept": "77"}, "commune is not known in its department"),
        ({"code_ape": "9999Q"}, "NAF code is not in NAF rev. 2"),
        ({"geolocalisation": [2.43, 48.62]}, "coordinates are outside France"),
        ({"geolocalisation": "here"}, "coordinate is not a number"),
        ({"date_immatriculation": "03-01-2018"}, "date is not written YYYY-MM-DD or DD/MM/YYYY"),
    ],
)
def test_a_wrong_record_is_rejected_alone(changes, reason, run, record):
    report, companies = run([record(1, **changes), record(2), record(2)])
    assert len(companies) == 1
    assert report.by_reason == {
        reason: 1,
        "SIRET is there twice; the first record counts": 1,
    }


def test_struck_off_companies_do_not_enter_and_are_closed(run, record, make_siret):
    run([record(1), record(2)])
    report, companies = run([record(2), record(3)], [record(1), record(3), record(4)])
    assert {siret: company.active for siret, company in companies.items()} == {
        make_siret(1): False,
        make_siret(2): True,
    }
    assert report.left_out == {"struck off": 3, "registered and struck off": 1}
    assert report.read == report.kept + sum(report.left_out.values())
    assert report.notes == {"companies of the store closed": 1}


def test_companies_of_sirene_stay_as_they_are(run, record, store, make_siret):
    known = Company(make_siret(1), "KNOWN", "91", "91228", "Évry-Courcouronnes", source="sirene")
    struck = replace(known, siret=make_siret(2))
    with store.unit() as unit:
        unit.companies.upsert([known, struck])
    report, companies = run([record(1)], [record(2)])
    assert companies == {known.siret: known, struck.siret: struck}
    assert report.left_out == {"struck off": 1, "known from another source": 1}


def test_importing_again_changes_nothing(run, record):
    first, before = run([record(1), record(2)])
    second, after = run([record(1), record(2)])
    assert after == before
    assert replace(second, seconds=0) == replace(first, seconds=0)


@pytest.mark.parametrize("document", [{}, [], [1], [{"fields": None}], [{"siren": "1"}]])
def test_another_document_is_refused(document, run):
    with pytest.raises(InputFileError, match="no list of records"):
        run(document)


def test_records_without_a_day_ask_for_one(run, record):
    with pytest.raises(InputFileError, match="--data-date"):
        run([record(1, date_de_publication=None)])


def test_over_the_reject_rate_nothing_is_written_and_nothing_closed(run, record, store, strict):
    _, before = run([record(1)])
    with pytest.raises(RejectRateError, match="nothing was imported") as raised:
        run([record(2), record(3, nic=None)], [record(1)], settings=strict)
    assert (raised.value.report.kept, raised.value.report.rejected) == (0, 1)
    with store.reading() as unit:
        assert unit.companies.many(unit.companies.frame()["siret"].to_list()) == before
        assert len(unit.imports.all()) == 1
