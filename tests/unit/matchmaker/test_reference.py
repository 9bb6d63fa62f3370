"""The reference tables hold what their publishers count, and are rebuilt byte for byte."""

import csv
import json
from collections import Counter

import pytest

from matchmaker.reference import read_table
from pipelines import reference_tables

NAF_REV2 = {"sub_class": 732, "class": 615, "group": 272, "division": 88, "section": 21}
NAF_2025 = {"sub_class": 747, "class": 651, "group": 287, "division": 87, "section": 22}


@pytest.mark.parametrize(("table", "published"), [("naf_rev2", NAF_REV2), ("naf_2025", NAF_2025)])
def test_classifications_have_the_published_number_of_codes(table, published):
    assert Counter(row["level"] for row in read_table(table)) == published


@pytest.mark.parametrize("table", ["naf_rev2", "naf_2025"])
def test_every_code_hangs_on_a_parent_one_level_above(table):
    rows = {row["code"]: row for row in read_table(table)}
    above = {
        "sub_class": "class",
        "class": "group",
        "group": "division",
        "division": "section",
        "section": None,
    }
    for row in rows.values():
        parent = rows.get(row["parent"])
        assert (parent["level"] if parent else None) == above[row["level"]]


def test_labels_of_naf_rev2_are_those_of_a_second_publisher(shared_data):
    """Two routes from INSEE agree, but for apostrophes, stray commas of the other, two words."""
    path = shared_data / "api_recherche_entreprises" / "libelles_codes-NAF.json"
    labels = {row["code"]: row["label_fr"] for row in read_table("naf_rev2")}
    other = json.loads(path.read_text(encoding="utf-8"))
    assert len(other) == 732
    cleaned = {code: label.replace("’", "'").replace(" ,", " ") for code, label in other.items()}
    differing = {code for code, label in cleaned.items() if labels[code] != label.strip()}
    assert differing == {"46.21Z", "84.12Z"}  # "le bétail" or "bétail", "autre" or "autres"


def test_divisions_and_sections_have_english_labels_and_nothing_else_has():
    levels = Counter(row["level"] for row in read_table("naf_rev2") if row["label_en"])
    assert levels == {"division": 88, "section": 21}


def test_communes_and_epci_have_the_published_numbers():
    communes, epci = read_table("communes"), read_table("epci")
    assert Counter(row["department"] for row in communes) == {"77": 507, "91": 194}
    assert len(epci) == 34
    assert {row["epci"] for row in communes} == {row["code"] for row in epci}


def test_grand_paris_sud_lies_across_the_border():
    members = Counter(
        row["department"] for row in read_table("communes") if row["epci"] == "200059228"
    )
    assert members == {"77": 8, "91": 15}


def test_communes_of_the_table_are_counted_in_their_epci():
    communes = Counter((row["epci"], row["department"]) for row in read_table("communes"))
    for row in read_table("epci"):
        assert communes[row["code"], "77"] == int(row["communes_77"])
        assert communes[row["code"], "91"] == int(row["communes_91"])


def test_former_communes_lead_to_present_ones():
    present = {row["code"] for row in read_table("communes")}
    former = read_table("former_communes")
    assert {row["current_code"] for row in former} <= present
    assert {"77028", "77166", "77170", "77299", "77491", "91173", "91182"} <= {
        row["code"] for row in former
    }
    assert len({row["code"] for row in former}) == len(former)


def test_there_are_101_departments_in_18_regions():
    departments = read_table("departments")
    codes = [row["code"] for row in departments]
    expected = {f"{number:02}" for number in range(1, 96) if number != 20} | {"2A", "2B"}
    assert set(codes) == expected | {"971", "972", "973", "974", "976"}
    assert len(codes) == 101
    assert len({row["region"] for row in departments}) == 18


def test_flows_are_a_full_square_over_the_sectors():
    sectors = [row["code"] for row in read_table("sectors")]
    flows = read_table("sector_flows")
    assert len(sectors) == 35
    assert {(row["supplier"], row["buyer"]) for row in flows} == {
        (supplier, buyer) for supplier in sectors for buyer in sectors
    }
    assert len(flows) == 35**2


def test_coefficients_are_purchases_over_output():
    output = {row["code"]: float(row["output_musd"]) for row in read_table("sectors")}
    for row in read_table("sector_flows"):
        expected = float(row["total_purchase_musd"]) / output[row["buyer"]]
        assert float(row["technical_coefficient"]) == pytest.approx(expected, abs=1e-6)
        assert float(row["domestic_purchase_musd"]) <= float(row["total_purchase_musd"])


def test_every_division_has_a_sector():
    sectors = {row["code"] for row in read_table("sectors")}
    mapped = {row["division"]: row["sector"] for row in read_table("naf_division_sectors")}
    divisions = {row["code"] for row in read_table("naf_rev2") if row["level"] == "division"}
    assert set(mapped) == divisions
    assert set(mapped.values()) <= sectors


def test_cpv_2008_has_45_divisions():
    assert len(read_table("cpv_divisions")) == 45


def test_codes_of_legal_categories_have_four_digits():
    assert all(
        row["code"].isdigit() and len(row["code"]) == 4 for row in read_table("legal_categories")
    )
    assert {row["code"]: row["label_fr"] for row in read_table("legal_categories")}["1000"] == (
        "Entrepreneur individuel"
    )


def test_tables_are_rebuilt_byte_for_byte(shared_data, tmp_path):
    reference_tables.build(shared_data, tmp_path)
    for name in reference_tables.TABLES:
        rebuilt = (tmp_path / f"{name}.csv").read_bytes()
        assert rebuilt == (reference_tables.REFERENCE / f"{name}.csv").read_bytes(), name


def test_every_table_is_described_in_the_readme():
    readme = (reference_tables.REFERENCE / "README.md").read_text(encoding="utf-8")
    for table in reference_tables.REFERENCE.glob("*.csv"):
        assert f"`{table.name}`" in readme


@pytest.mark.parametrize(
    "path", sorted(reference_tables.REFERENCE.glob("*.csv")), ids=lambda path: path.stem
)
def test_cells_are_clean(path):
    """No stray spaces, no byte order mark, no broken accents, no ragged rows."""
    text = path.read_text(encoding="utf-8")
    assert "\ufeff" not in text
    assert "\ufffd" not in text
    assert "\r" not in text
    header, *rows = csv.reader(text.splitlines())
    assert all(len(row) == len(header) for row in rows)
    assert all(cell == cell.strip() for row in rows for cell in row)
