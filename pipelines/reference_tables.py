"""Rebuild the tables of `matchmaker/reference` from the open data beside the project.

Run `python -m pipelines.reference_tables DATA_FOLDER`; the result is the same byte for byte as
long as the data is. `departments.csv` has another source, see `matchmaker/reference/README.md`.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from pipelines.outlines import outlines

Row = dict[str, str]
Cells = Sequence[str]

REFERENCE = Path(__file__).parents[1] / "matchmaker" / "reference"

FORMER_COMMUNES_ADDED: tuple[tuple[str, str, str, str], ...] = (
    ("77017", "", "77211", "former_code"),
    ("77028", "Beautheil", "77433", "sirene_label"),
    ("77064", "", "77494", "former_code"),
    ("77074", "", "77223", "former_code"),
    ("77092", "", "77142", "former_code"),
    ("77105", "", "77335", "former_code"),
    ("77109", "Chenoise", "77109", "former_name"),
    ("77149", "Cucharmoy", "77109", "former_code"),
    ("77160", "", "77159", "former_code"),
    ("77213", "", "77175", "former_code"),
    ("77302", "Montcourt-Fromonville", "77302", "former_name"),
    ("77334", "", "77264", "former_code"),
    ("77346", "", "77264", "former_code"),
    ("77362", "", "77066", "former_code"),
    ("77422", "", "77026", "former_code"),
    ("77432", "Saint-Rémy-la-Vanne", "77432", "former_name"),
    ("77433", "Saints", "77433", "former_name"),
    ("77488", "", "77129", "former_code"),
    ("77503", "", "77262", "former_code"),
    ("91173", "Congerville", "91613", "sirene_label"),
    ("91182", "Courcouronnes", "91228", "sirene_label"),
    ("91228", "Évry", "91228", "former_name"),
)
"""Code, name, present code and origin of former communes that the data folder does not list."""

SECTOR_LABELS_FR: dict[str, str] = {
    "c1": "Agriculture, chasse, sylviculture et pêche",
    "c2": "Industries extractives",
    "c3": "Produits alimentaires, boissons et tabac",
    "c4": "Textiles et articles textiles",
    "c5": "Cuir, articles en cuir et chaussures",
    "c6": "Bois et articles en bois et en liège",
    "c7": "Pâte à papier, papier, imprimerie et édition",
    "c8": "Cokéfaction, raffinage du pétrole et combustibles nucléaires",
    "c9": "Produits chimiques",
    "c10": "Caoutchouc et matières plastiques",
    "c11": "Autres produits minéraux non métalliques",
    "c12": "Métallurgie et produits métalliques",
    "c13": "Machines et équipements n.c.a.",
    "c14": "Équipements électriques et optiques",
    "c15": "Matériels de transport",
    "c16": "Autres industries manufacturières ; récupération",
    "c17": "Électricité, gaz et eau",
    "c18": "Construction",
    "c19": "Commerce et réparation automobiles ; commerce de détail de carburants",
    "c20": "Commerce de gros et intermédiaires du commerce, hors automobile",
    "c21": "Commerce de détail, hors automobile ; réparation d'articles domestiques",
    "c22": "Hôtels et restaurants",
    "c23": "Transports terrestres",
    "c24": "Transports par eau",
    "c25": "Transports aériens",
    "c26": "Services auxiliaires des transports ; agences de voyage",
    "c27": "Postes et télécommunications",
    "c28": "Activités financières",
    "c29": "Activités immobilières",
    "c30": "Location de machines et d'équipements et autres services aux entreprises",
    "c31": "Administration publique et défense ; sécurité sociale obligatoire",
    "c32": "Éducation",
    "c33": "Santé et action sociale",
    "c34": "Autres services collectifs, sociaux et personnels",
    "c35": "Ménages employeurs de personnel domestique",
}
"""Our translation of the sectors' English labels."""

COMMUNE_COLUMNS = (
    "code_commune",
    "nom",
    "departement",
    "population",
    "latitude",
    "longitude",
    "surface_ha",
    "codes_postaux",
    "code_epci",
    "nom_epci",
)
"""Columns of the source of `communes.csv`, in the order of that table."""

SOURCE_LEVELS = {
    "section": "section",
    "division": "division",
    "group": "groupe",
    "class": "classe",
    "sub_class": "sous_classe",
}
"""Levels of NAF from the coarsest down, with their column in the source."""


def read_rows(path: Path, delimiter: str = ",") -> list[Row]:
    """Read a CSV file with a header; every value is text."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=delimiter))


def write_rows(path: Path, header: Cells, rows: Iterable[Cells]) -> None:
    """Write a CSV file with a header and Unix line ends."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def naf_rows(sub_classes: list[Row]) -> Iterator[Row]:
    """Unfold a table of sub-classes into one row per code, parents before their children."""
    seen: set[str] = set()
    for sub_class in sub_classes:
        parent = ""
        for level, column in SOURCE_LEVELS.items():
            code = sub_class[column]
            if code not in seen:
                seen.add(code)
                label = sub_class.get(f"libelle_{column}", "").strip()
                yield {"code": code, "level": level, "parent": parent, "label_fr": label}
            parent = code


def english_labels(data: Path) -> dict[str, str]:
    """English labels of the divisions and sections of NAF rev. 2, by code."""
    labels: dict[str, str] = {}
    for name in ("a88", "a21"):
        with (data / "naf" / f"int_eng_na_2008_{name}.csv").open(encoding="utf-8-sig") as stream:
            code_column, label_column = (2, 3) if name == "a88" else (1, 2)
            for cells in list(csv.reader(stream, delimiter=";"))[1:]:
                labels[cells[code_column].strip()] = sentence_case(cells[label_column].strip())
    return labels


def sentence_case(label: str) -> str:
    """Write a label that is all in capitals as a sentence would be; leave any other alone."""
    return label.capitalize() if label.isupper() else label


def naf_rev2(data: Path) -> Iterator[Cells]:
    """NAF rev. 2: all five levels, French labels, English ones for sections and divisions."""
    english = english_labels(data)
    for row in naf_rows(read_rows(data / "naf" / "naf_rev2_5_niveaux_libelles.csv")):
        yield *row.values(), english.get(row["code"], "")


def naf_2025(data: Path) -> Iterator[Cells]:
    """NAF 2025: all five levels; the source has no label for classes and groups."""
    for row in naf_rows(read_rows(data / "naf" / "naf_2025_sous_classes.csv")):
        yield row["code"], row["level"], row["parent"], sentence_case(row["label_fr"])


def communes(data: Path) -> Iterator[Cells]:
    """Present communes of 77 and 91, in the order of their codes."""
    rows = read_rows(data / "communes" / "communes_77_91_2026.csv")
    for row in sorted(rows, key=lambda row: row["code_commune"]):
        yield tuple(row[column] for column in COMMUNE_COLUMNS)


def epci(data: Path) -> Iterator[Cells]:
    """EPCI of 77 and 91 with the number of their communes, in all and in each department."""
    entries = json.loads((data / "communes" / "epci_77_91_2026.json").read_text(encoding="utf-8"))
    for entry in sorted(entries, key=lambda entry: str(entry["code"])):
        members = [member["code"][:2] for member in entry["membres"]]
        counts = (len(members), members.count("77"), members.count("91"))
        yield entry["code"], entry["nom"], entry["type"], *map(str, counts)


def former_communes(data: Path) -> Iterator[Cells]:
    """Former communes of 77 and 91 with the present one, in the order of their codes."""
    listed = read_rows(data / "communes" / "communes_deleguees_77_91.csv")
    rows = [(row["code"], row["nom"], row["commune_actuelle"], row["type"]) for row in listed]
    yield from sorted([*rows, *FORMER_COMMUNES_ADDED])


def cpv_divisions(data: Path) -> Iterator[Cells]:
    """Two-digit divisions of CPV 2008; a misprint in the label of 33 is mended."""
    for row in read_rows(data / "marches_publics" / "cpv_2008_fr.csv"):
        if row["code_cpv_8"].endswith("000000"):
            label = row["libelle_fr"].strip().replace("personnnels", "personnels")
            yield row["code_cpv_8"][:2], label


def sector_flows(data: Path) -> Iterator[Cells]:
    """Purchases between the sectors of France in 2011."""
    for row in read_rows(data / "entrees_sorties" / "wiod_2011_france_35x35.csv"):
        yield tuple(row.values())


def sectors(data: Path) -> Iterator[Cells]:
    """Sectors of the flow table with their output in 2011."""
    flows = data / "entrees_sorties"
    output = {
        row["secteur"]: row["production_musd"]
        for row in read_rows(flows / "wiod_2011_france_production.csv")
    }
    for row in read_rows(flows / "wiod_secteurs.csv"):
        code = row["secteur"]
        yield code, row["libelle_en"], SECTOR_LABELS_FR[code], output[code]


def naf_division_sectors(data: Path) -> Iterator[Cells]:
    """Sector of each division of NAF rev. 2."""
    for row in read_rows(data / "entrees_sorties" / "correspondance_naf_division_vers_wiod.csv"):
        yield row["division"], row["secteur_wiod"]


def legal_categories(data: Path) -> Iterator[Cells]:
    """Legal categories of legal units."""
    path = data / "api_recherche_entreprises" / "libelles_natures-juridiques.json"
    labels = json.loads(path.read_text(encoding="utf-8"))
    yield from sorted((code, label.strip()) for code, label in labels.items())


TABLES: dict[str, tuple[str, Callable[[Path], Iterator[Cells]]]] = {
    "naf_rev2": ("code,level,parent,label_fr,label_en", naf_rev2),
    "naf_2025": ("code,level,parent,label_fr", naf_2025),
    "communes": (
        "code,name,department,population,latitude,longitude,area_ha,postcodes,epci,epci_name",
        communes,
    ),
    "epci": ("code,name,kind,communes,communes_77,communes_91", epci),
    "former_communes": ("code,name,current_code,origin", former_communes),
    "cpv_divisions": ("code,label_fr", cpv_divisions),
    "sector_flows": (
        "supplier,buyer,domestic_purchase_musd,total_purchase_musd,technical_coefficient",
        sector_flows,
    ),
    "sectors": ("code,label_en,label_fr,output_musd", sectors),
    "naf_division_sectors": ("division,sector", naf_division_sectors),
    "legal_categories": ("code,label_fr", legal_categories),
    "outlines": ("outline,ring,latitude,longitude", outlines),
}
"""Header and rows of each table, by the name of its file."""


def build(data: Path, target: Path = REFERENCE) -> None:
    """Write all tables.

    Parameters
    ----------
    data
        Folder of the open data.
    target
        Folder that the tables are written to.
    """
    for name, (header, rows) in TABLES.items():
        write_rows(target / f"{name}.csv", header.split(","), rows(data))


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("usage: python -m pipelines.reference_tables DATA_FOLDER")
    build(Path(sys.argv[1]))
