"""Activity codes are normalised, described, and tied to the sectors that buy from each other."""

import csv
import gzip
import json

import numpy as np
import pytest

from matchmaker import activities
from matchmaker.errors import UnknownCodeError


@pytest.mark.parametrize("text", ["43.21A", "4321A", "43.21a", "4321a", " 43.21A "])
def test_spellings_of_a_code_become_one(text):
    assert activities.naf_code(text) == "43.21A"
    assert activities.is_naf(text)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "as in 43.21A"),
        ("43.21", "as in 43.21A"),  # a class
        ("43", "as in 43.21A"),  # a division
        ("F", "as in 43.21A"),  # a section
        ("99.99Z", "as in 43.21A"),
        ("43.21Z", "as in 43.21A"),  # the class has sub-classes A and B only
        ("４３.21A", "as in 43.21A"),  # full-width digits
        ("45.3A", "in force until 2007"),
        ("01.11Y", "NAF 2025"),
    ],
)
def test_unknown_codes_are_refused_with_a_cure(text, hint):
    assert not activities.is_naf(text)
    with pytest.raises(
        UnknownCodeError, match="NAF code .* is not a sub-class of NAF rev. 2"
    ) as error:
        activities.naf_code(text)
    assert hint in str(error.value)


def test_naf_2025_has_codes_of_its_own():
    assert activities.naf_2025_code("0111y") == "01.11Y"
    assert activities.is_naf_2025("01.11Y")
    assert not activities.is_naf_2025("01.11Z")
    assert activities.naf_2025_label("01.12Y") == "Culture du riz"
    with pytest.raises(UnknownCodeError, match="belongs to NAF rev. 2"):
        activities.naf_2025_code("01.11Z")
    with pytest.raises(UnknownCodeError, match="as in 43.21Y"):
        activities.naf_2025_code("nonsense")


def test_all_sub_classes_are_listed():
    assert len(activities.naf_codes()) == 732
    assert len(activities.naf_2025_codes()) == 747
    assert all(activities.naf_code(code) == code for code in activities.naf_codes())


def test_levels_of_a_sub_class():
    levels = [activities.naf_level("4321A", level) for level in activities.LEVELS]
    assert levels == ["43.21A", "43.21", "43.2", "43", "F"]
    with pytest.raises(ValueError, match="got 'branch'"):
        activities.naf_level("43.21A", "branch")


def test_codes_start_with_the_codes_above_them():
    for code in activities.naf_codes():
        assert activities.naf_level(code, "class") == code[:5]
        assert activities.naf_level(code, "group") == code[:4]
        assert activities.naf_level(code, "division") == code[:2]


def test_labels():
    assert activities.naf_label("43.21A") == "Travaux d'installation électrique dans tous locaux"
    assert activities.naf_label("43.21A", "en") == "Specialised construction activities"
    assert activities.naf_labels("43.21A") == (
        "Travaux d'installation électrique dans tous locaux",
        "Installation électrique",
        "Travaux d'installation électrique, plomberie et autres travaux d'installation",
        "Travaux de construction spécialisés",
        "Construction",
    )


def test_an_activity_knows_everything_above_it():
    described = activities.activity("6201z")
    assert (described.code, described.class_code, described.group) == ("62.01Z", "62.01", "62.0")
    assert (described.division, described.section) == ("62", "J")
    assert described.label == "Programmation informatique"
    assert described.section_label_en == "Information and communication"
    labels = (
        described.label,
        described.class_label,
        described.group_label,
        described.division_label,
        described.section_label,
    )
    assert labels == activities.naf_labels("62.01Z")


def test_codes_of_the_stock_are_all_understood(shared_data):
    path = shared_data / "sirene" / "stock_etablissement_2021-11_77_91.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        codes = {
            row["activitePrincipaleEtablissement"]
            for row in csv.DictReader(stream)
            if row["nomenclatureActivitePrincipaleEtablissement"] == "NAFRev2"
        }
    assert len(codes) > 300
    assert [code for code in codes if not activities.is_naf(code)] == []


def test_same_labels_settle_what_did_not_change():
    assert activities.naf_rev2_of_2025("01.12Y") == "01.12Z"
    assert activities.naf_rev2_of_2025("0111Y") == "01.11Z"  # punctuation and apostrophe differ
    assert activities.naf_rev2_of_2025("38.22Y") is None  # energy from waste is new
    with pytest.raises(UnknownCodeError):
        activities.naf_rev2_of_2025("01.11Z")


def test_same_labels_never_give_one_code_twice():
    found = [activities.naf_rev2_of_2025(code) for code in activities.naf_2025_codes()]
    settled = [code for code in found if code is not None]
    assert len(set(settled)) == len(settled)
    assert len(settled) == 335


def test_same_labels_agree_with_companies_that_have_both_codes(shared_data):
    """INSEE coded these companies in both; one was given another activity on the occasion."""
    path = shared_data / "api_recherche_entreprises" / "reponses_exemples.json"
    pairs = set(_both_codes(json.loads(path.read_text(encoding="utf-8"))))
    settled = [(old, activities.naf_rev2_of_2025(new)) for old, new in pairs]
    settled = [(old, found) for old, found in settled if found is not None]
    assert len(settled) >= 13
    assert [pair for pair in settled if pair[0] != pair[1]] == [("82.11Z", "70.10Z")]


def _both_codes(entry):
    if isinstance(entry, dict):
        if entry.get("activite_principale") and entry.get("activite_principale_naf25"):
            yield entry["activite_principale"], entry["activite_principale_naf25"]
        entry = list(entry.values())
    if isinstance(entry, list):
        for part in entry:
            yield from _both_codes(part)


@pytest.mark.parametrize("code", ["45", "45000000", "45233140-2", " 45233140 "])
def test_cpv_division(code):
    assert activities.cpv_division(code) == "Travaux de construction"


@pytest.mark.parametrize("code", ["", "4", "99000000", "4500000", "45000000-12", "45abc"])
def test_unknown_cpv_codes_are_refused(code):
    with pytest.raises(UnknownCodeError, match="CPV"):
        activities.cpv_division(code)


def test_sectors():
    assert activities.sector_of("43.21A") == "c18"
    assert activities.sector_of("6201Z") == "c30"
    assert activities.sector_of(None) is None
    assert activities.sector_label("c18") == activities.sector_label("c18", "en") == "Construction"
    assert activities.sector_label("c6", "en") == "Wood and Products of Wood and Cork"
    with pytest.raises(UnknownCodeError):
        activities.sector_of("99.99Z")
    with pytest.raises(UnknownCodeError, match="c99"):
        activities.sector_label("c99")


def test_flow_matrix_has_suppliers_in_rows_and_buyers_in_columns():
    flows = activities.flow_matrix()
    food, farms = flows.row("c3"), flows.row("c1")
    assert flows.coefficients.shape == flows.shares.shape == (35, 35)
    assert flows.coefficients[farms, food] == pytest.approx(39345 / 180661, abs=1e-6)
    assert flows.coefficients[farms, food] > 10 * flows.coefficients[food, flows.row("c12")]
    with pytest.raises(UnknownCodeError, match="c36"):
        flows.row("c36")


def test_a_buyer_spends_less_than_it_makes_and_shares_it_out():
    flows = activities.flow_matrix()
    assert (flows.coefficients.sum(axis=0) < 1).all()
    sums = flows.shares.sum(axis=0)
    households = flows.row("c35")  # they employ people and buy nothing
    assert sums[households] == 0
    assert np.delete(sums, households) == pytest.approx(1)


def test_flow_arrays_cannot_be_written_to():
    flows = activities.flow_matrix()
    assert flows is activities.flow_matrix()
    with pytest.raises(ValueError, match="read-only"):
        flows.shares[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        flows.coefficients[0, 0] = 1
