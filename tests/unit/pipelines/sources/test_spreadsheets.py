"""Profiles and relations as people keep them; bad rows apart, bad files refused whole."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from matchmaker.companies import Company, Contact, Profile
from matchmaker.errors import InputFileError, RejectRateError
from matchmaker.relations import Relation, RelationKind
from matchmaker.tabular import sheets
from pipelines.sources.spreadsheets import import_profiles, import_relations

HEADER = [
    "SIRET",
    "Activité",
    "Offres",
    "Besoins",
    "Certifications",
    "Thèmes",
    "Capacité",
    "Consentement",
    "contact_nom",
    "contact_courriel",
    "contact_telephone",
]


@pytest.fixture
def firms(store, make_siret):
    """Three companies of the store."""
    sirets = [make_siret(number) for number in (1, 2, 3)]
    with store.unit() as unit:
        unit.companies.upsert(
            Company(siret, f"FIRM {siret}", "77", "77288", "Melun") for siret in sirets
        )
    return sirets


@pytest.fixture
def workbook(tmp_path):
    """Write rows to a sheet of a workbook."""

    def write(rows, name="profiles.xlsx", sheets=()):
        book = Workbook()
        book.active.title = "Profils"
        for row in rows:
            book.active.append(row)
        for title in sheets:
            other = book.create_sheet(title)
            other.append(["not", "this", "one"])
            other.append([1, 2, 3])
        path = tmp_path / name
        book.save(path)
        return path

    return write


@pytest.fixture
def profiles_of(store, settings, at):
    """Import profiles; give the report and what the store then has."""

    def run(path, **options):
        report = import_profiles(store, path, settings=settings, at=at, **options)
        with store.reading() as unit:
            sirets = unit.profiles.frame()["siret"].to_list()
            return report, unit.profiles.many(sirets)

    return run


@pytest.fixture
def relations_of(store, settings, at):
    """Import relations; give the report and what the store then has."""

    def run(path, **options):
        report = import_relations(store, path, settings=settings, at=at, **options)
        with store.reading() as unit:
            return report, unit.relations.all()

    return run


def rejected(report):
    with open(report.rejects_path, encoding="utf-8", newline="") as file:
        return [(int(row["line"]), row["column"], row["reason"]) for row in csv.DictReader(file)]


def full_row(siret, consent="oui"):
    return [
        siret,
        "Chaudronnerie",
        "Cuves inox",
        "Découpe laser",
        "ISO 9001; EN 1090",
        "énergie;export",
        4,
        consent,
        "Anne Martin",
        "anne@example.org",
        "01 60 00 00 00",
    ]


def test_a_workbook_row_becomes_a_profile(profiles_of, workbook, firms):
    report, profiles = profiles_of(workbook([HEADER, full_row(firms[0])]))
    assert (report.read, report.kept, report.rejected) == (1, 1, 0)
    assert profiles == {
        firms[0]: Profile(
            siret=firms[0],
            consent=True,
            activity="Chaudronnerie",
            offers="Cuves inox",
            needs="Découpe laser",
            certifications=("ISO 9001", "EN 1090"),
            themes=("énergie", "export"),
            capacity=4,
            contact=Contact("Anne Martin", "anne@example.org", "01 60 00 00 00"),
            source="file:profiles.xlsx",
        )
    }


def test_english_names_csv_and_the_two_needed_columns_alone_will_do(profiles_of, firms, tmp_path):
    path = tmp_path / "profiles.csv"
    path.write_text(f"siret;consent;offers\n{firms[0]};no;Tanks\n;;\n", encoding="utf-8-sig")
    report, profiles = profiles_of(path)
    assert report.read == 1
    assert profiles[firms[0]] == Profile(
        firms[0], False, offers="Tanks", source="file:profiles.csv"
    )


def test_numbers_that_excel_made_are_read_as_text(profiles_of, workbook, firms):
    rows = [HEADER, full_row(int(firms[0])), full_row(float(firms[1]), consent=True)]
    report, profiles = profiles_of(workbook(rows))
    assert report.rejected == 0
    assert set(profiles) == {firms[0], firms[1]}


@pytest.mark.parametrize(
    ("place", "value", "column", "reason"),
    [
        (0, "12345678901234", "SIRET", "SIRET fails its check digits"),
        (0, None, "SIRET", "SIRET is empty"),
        (
            0,
            "7.32829E13",
            "SIRET",
            "SIRET in scientific notation has lost digits; format it as text",
        ),
        (7, "peut-être", "Consentement", "is neither yes (oui) nor no (non)"),
        (7, None, "Consentement", "is neither yes (oui) nor no (non)"),
        (6, "beaucoup", "Capacité", "is not a whole number from 0 to 999"),
        (6, -1, "Capacité", "is not a whole number from 0 to 999"),
        (3, "#REF!", "Besoins", "cell holds the error of a formula"),
        (3, "x" * 5000, "Besoins", "text is longer than 4000 characters"),
    ],
)
def test_a_wrong_cell_rejects_its_row_alone(
    place, value, column, reason, profiles_of, workbook, firms
):
    wrong = full_row(firms[1])
    wrong[place] = value
    report, profiles = profiles_of(workbook([HEADER, full_row(firms[0]), wrong]))
    assert set(profiles) == {firms[0]}
    assert rejected(report) == [(3, column, reason)]


def test_unknown_and_repeated_companies_are_rejected(profiles_of, workbook, firms, make_siret):
    rows = [HEADER, full_row(firms[0]), full_row(make_siret(9)), full_row(firms[0], "non")]
    report, profiles = profiles_of(workbook(rows))
    assert profiles[firms[0]].consent is True
    assert sorted(rejected(report)) == [
        (3, "SIRET", "company is not in the store; import it first"),
        (4, "SIRET", "SIRET is there twice; the first row counts"),
    ]


def test_a_profile_replaces_the_one_before_and_again_changes_nothing(profiles_of, workbook, firms):
    profiles_of(workbook([HEADER, full_row(firms[0])]))
    path = workbook([["siret", "consent", "needs"], [firms[0], "oui", "Peinture"]])
    first, profiles = profiles_of(path)
    assert profiles[firms[0]].offers == ""
    second, again = profiles_of(path)
    assert again == profiles
    assert replace(second, seconds=0) == replace(first, seconds=0)


def test_columns_that_nothing_is_read_from_are_named(profiles_of, workbook, firms):
    rows = [["siret", "consent", "Chiffre d'affaires", None], [firms[0], "oui", 3, "stray"]]
    report, _ = profiles_of(workbook(rows))
    assert report.ignored_columns == ("Chiffre d'affaires",)


def test_a_sheet_is_chosen_by_name(profiles_of, workbook, firms):
    path = workbook([HEADER, full_row(firms[0])], sheets=["Autre"])
    assert profiles_of(path)[0].kept == 1
    assert profiles_of(path, sheet="Profils")[0].kept == 1
    with pytest.raises(InputFileError, match="column 'siret' is missing"):
        profiles_of(path, sheet="Autre")
    with pytest.raises(InputFileError, match="has no sheet 'Absent'.*Profils, Autre"):
        profiles_of(path, sheet="Absent")


def test_wrong_dimensions_in_the_workbook_hide_nothing(profiles_of, workbook, firms, tmp_path):
    path = workbook([HEADER, full_row(firms[0]), full_row(firms[1])])
    with zipfile.ZipFile(path) as package:
        members = {name: package.read(name) for name in package.namelist()}
    name = "xl/worksheets/sheet1.xml"
    assert b'<dimension ref="A1:K3"' in members[name]
    members[name] = members[name].replace(b'<dimension ref="A1:K3"', b'<dimension ref="A1"')
    wrong = tmp_path / "wrong.xlsx"
    with zipfile.ZipFile(wrong, "w") as package:
        for member, content in members.items():
            package.writestr(member, content)
    assert profiles_of(wrong)[0].kept == 2


def merged_cells(path):
    book = Workbook()
    book.active.append(["siret", "consent"])
    book.active.append(["1", "oui"])
    book.active.merge_cells("B2:B3")
    book.save(path)


def old_excel(path):
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def other_zip(path):
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")


def damaged_workbook(path):
    content = io.BytesIO()
    Workbook().save(content)
    path.write_bytes(content.getvalue()[:-200])


def hollow_workbook(path):
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("xl/workbook.xml", "<not-a-workbook")


def empty_sheet(path):
    Workbook().save(path)


def header_alone(path):
    book = Workbook()
    book.active.append(["siret", "consent"])
    book.save(path)


def no_consent_column(path):
    path.write_text("siret,offers\n1,2\n")


def doubled_meaning(path):
    path.write_text("siret,consent,consentement\n1,oui,non\n")


def doubled_column(path):
    book = Workbook()
    book.active.append(["siret", "consent", "consent"])
    book.save(path)


def web_page(path):
    path.write_text("<html><table><tr><td>siret</td></tr></table></html>")


def table_of_text(path):
    path.write_text("siret,consent\n73282932000074,oui\n")


def open_quotation_mark(path):
    path.write_text('siret,consent,offers\n1,oui,"tubes\n2,oui,x\n3,oui,y\n')


def latin_1(path):
    path.write_bytes("siret,consent,activité\n1,oui,béton\n".encode("latin-1"))


TEXT_FILES = (no_consent_column, doubled_meaning, latin_1, open_quotation_mark)


def nothing(path):
    path.unlink(missing_ok=True)


def emptied(path):
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("make", "problem", "line"),
    [
        (nothing, "no such file", None),
        (emptied, "is empty", None),
        (merged_cells, "cells B2:B3 are merged", 2),
        (old_excel, "old Excel file", None),
        (other_zip, "is a zip and no Excel workbook", None),
        (damaged_workbook, "the workbook is damaged", None),
        (hollow_workbook, "the workbook is damaged", None),
        (empty_sheet, "the sheet is empty", None),
        (header_alone, "has a header and no rows", None),
        (web_page, "is named like a workbook and is none", None),
        (table_of_text, "is named like a workbook and is none", None),
        (no_consent_column, "column 'consentement' is missing", 1),
        (doubled_meaning, "columns 'consent' and 'consentement' mean the same", 1),
        (doubled_column, "column 'consent' is there twice", 1),
        (latin_1, "is not UTF-8 text", 1),
        (open_quotation_mark, "runs over 2 more lines", 2),
    ],
)
def test_a_bad_file_is_refused_and_the_store_stays_as_it_was(
    make, problem, line, profiles_of, workbook, firms, store, settings, at, tmp_path
):
    _, before = profiles_of(workbook([HEADER, full_row(firms[0])]))
    path = tmp_path / ("bad.csv" if make in TEXT_FILES else "bad.xlsx")
    make(path)
    with pytest.raises(InputFileError) as raised:
        import_profiles(store, path, settings=settings, at=at)
    assert raised.value.path == str(path)
    assert problem in raised.value.problem
    assert raised.value.line == line
    assert "\n" not in str(raised.value)
    with store.reading() as unit:
        assert unit.profiles.many(firms) == before
        assert len(unit.imports.all()) == 1


def test_a_workbook_that_unpacks_to_too_much_is_refused(profiles_of, workbook, firms, monkeypatch):
    monkeypatch.setattr(sheets, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(InputFileError, match="unpacks to"):
        profiles_of(workbook([HEADER, full_row(firms[0])]))


def test_pairs_become_relations(relations_of, tmp_path, make_siret):
    one, two, three = (make_siret(number) for number in (1, 2, 3))
    path = tmp_path / "links.csv"
    path.write_text(
        "source,cible,type,date,libelle\n"
        f"{two},{one},fournisseur,2024-03-31,Visserie\n"
        f"{two},{one},Mise en relation,,\n"
        f"{three},{one},rencontre,31/03/2024,Salon\n"
        f"{one},{three},meeting,2024-03-31,again\n"
    )
    report, relations = relations_of(path)
    assert (report.read, report.kept, report.left_out) == (4, 3, {"repeated": 1})
    assert report.notes == {"members that are not in the store": 3}
    by_kind = {relation.kind: relation for relation in relations}
    assert by_kind[RelationKind.SUPPLY] == Relation(
        key=f"supply:{two}-{one}:2024-03-31",
        kind=RelationKind.SUPPLY,
        members=(two, one),
        date=date(2024, 3, 31),
        source="file:links.csv",
        label="Visserie",
    )
    assert by_kind[RelationKind.MEETING].members == (one, three)
    assert by_kind[RelationKind.INTRODUCTION].date is None


def test_groups_become_relations(relations_of, workbook, make_siret):
    sirets = [make_siret(number) for number in range(5)]
    day = datetime(2024, 3, 31)
    rows = [
        ["groupe", "membre", "type", "date", "libelle"],
        ["Plato 1", sirets[0], "plato", day, "Plato Melun"],
        ["Salon", sirets[1], "événement", "2024-05-01", ""],
        ["Plato 1", sirets[2], "PLATO", day, ""],
        ["Plato 1", sirets[0], "plato", day, ""],
        ["Plato 1", sirets[3], "plato", "2025-03-31", ""],
    ]
    report, relations = relations_of(workbook(rows, "clubs.xlsx"))
    assert relations == [
        Relation(
            key="Plato 1",
            kind=RelationKind.PLATO,
            members=(sirets[0], sirets[2]),
            date=date(2024, 3, 31),
            source="file:clubs.xlsx",
            label="Plato Melun",
        )
    ]
    assert report.left_out == {"repeated": 1, "groups with fewer than two members": 1}
    assert rejected(report) == [(6, "groupe", "group has another kind or date in an earlier row")]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("{one},{one},meeting,2024-01-01", "target", "company is tied to itself"),
        ("{one},{two},ami,2024-01-01", "kind", "kind is none of"),
        ("{one},{two},meeting,hier", "date", "date is not written"),
        ("{one},123,meeting,2024-01-01", "target", "SIRET has 3 digits"),
        (",{two},meeting,2024-01-01", "source", "SIRET is empty"),
        ("{one},{two},meeting", "", "row does not have as many fields as the header"),
    ],
)
def test_a_wrong_pair_rejects_its_row_alone(
    row, column, reason, relations_of, tmp_path, make_siret
):
    one, two = make_siret(1), make_siret(2)
    path = tmp_path / "links.csv"
    good = f"{one},{two},supply,2024-01-01"
    path.write_text(f"source,target,kind,date\n{row.format(one=one, two=two)}\n{good}\n")
    report, relations = relations_of(path)
    assert len(relations) == 1
    ((line, named, said),) = rejected(report)
    assert (line, named) == (2, column)
    assert reason in said


def test_a_supply_group_is_rejected(relations_of, tmp_path, make_siret):
    path = tmp_path / "links.csv"
    path.write_text(f"group,member,kind,date\nA,{make_siret(1)},supply,\n")
    report, relations = relations_of(path)
    assert relations == []
    assert report.by_reason == {"supply ties a pair, not a group": 1}


def test_a_file_of_the_same_name_replaces_its_relations_only(relations_of, tmp_path, make_siret):
    one, two, three = (make_siret(number) for number in (1, 2, 3))
    header = "source,target,kind,date\n"
    for name, partner in (("a.csv", two), ("b.csv", two), ("a.csv", three)):
        (tmp_path / name).write_text(f"{header}{one},{partner},meeting,2024-01-01\n")
        _, relations = relations_of(tmp_path / name)
    assert [(relation.source, relation.members) for relation in relations] == [
        ("file:a.csv", (one, three)),
        ("file:b.csv", (one, two)),
    ]


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("source,kind,date", "column 'cible' is missing"),
        ("group,kind,date", "column 'membre' is missing"),
        ("source,target,group,member,kind,date", "has columns of pairs and of groups"),
        ("source,target,date", "column 'type' is missing"),
        ("source,target,kind", "column 'date' is missing"),
    ],
)
def test_a_file_of_neither_form_is_refused(header, problem, relations_of, tmp_path):
    path = tmp_path / "links.csv"
    path.write_text(f"{header}\n{','.join('x' for _ in header.split(','))}\n")
    with pytest.raises(InputFileError) as raised:
        relations_of(path)
    assert problem in raised.value.problem
    assert raised.value.line == 1


def test_a_file_with_a_header_alone_is_refused(relations_of, tmp_path):
    path = tmp_path / "links.csv"
    path.write_text("source,target,kind,date\n")
    with pytest.raises(InputFileError, match="has a header and no rows"):
        relations_of(path)


def test_over_the_reject_rate_the_relations_of_before_stay(
    relations_of, store, strict, at, tmp_path, make_siret
):
    one, two = make_siret(1), make_siret(2)
    path = tmp_path / "links.csv"
    path.write_text(f"source,target,kind,date\n{one},{two},meeting,2024-01-01\n")
    _, before = relations_of(path)
    path.write_text(f"source,target,kind,date\n{one},12,meeting,2024-01-01\n")
    with pytest.raises(RejectRateError, match="nothing was imported") as raised:
        import_relations(store, path, settings=strict, at=at)
    assert (raised.value.report.read, raised.value.report.kept) == (1, 0)
    assert rejected(raised.value.report) == [
        (2, "target", "SIRET has 2 digits, 14 are needed (leading zeros lost?)")
    ]
    with store.reading() as unit:
        assert unit.relations.all() == before
        assert len(unit.imports.all()) == 1


def test_over_the_reject_rate_the_profiles_of_before_stay(
    profiles_of, workbook, firms, store, strict, at, make_siret
):
    _, before = profiles_of(workbook([HEADER, full_row(firms[0])]))
    path = workbook([HEADER, full_row(firms[1]), full_row(make_siret(9))])
    with pytest.raises(RejectRateError, match="nothing was imported"):
        import_profiles(store, path, settings=strict, at=at)
    with store.reading() as unit:
        assert unit.profiles.many(firms) == before
        assert len(unit.imports.all()) == 1
