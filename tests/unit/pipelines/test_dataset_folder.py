"""A dataset folder is read whole, whatever its form and order, or refused in one clear line."""

import gzip
from contextlib import suppress
from dataclasses import fields
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.activities import naf_label
from matchmaker.errors import DatasetError
from matchmaker.relations import RelationKind
from pipelines.datasets import read_dataset, write_dataset

COMPANIES = (
    "id,territory,name,activity,offers,needs,naf,size_band,latitude,longitude,created\n"
    "b,east,Bois,scierie,planches,camions,1610A,11,48.5,2.6,2001-05-04\n"
    "a,west,Acier,usinage,pièces,,25.62B,21,48.6,2.4,\n"
    "007,west,,,,,,,,,\n"
    "d,east,Dépôt,transport,,entrepôt,4941A,,,,2010-01-01\n"
)
RELATIONS = (
    "source,target,kind,date,weight,label\n"
    "d,b,plato,2020-01-02,2.5,Plato Sud\n"
    "a,b,event,2021-03-04,1,Salon\n"
    "a,007,supply,,1,\n"
)
HOLDOUT = "source,target,kind\nd,a,meeting\n007,b,\n"
FILES = {"companies.csv": COMPANIES, "relations.csv": RELATIONS, "holdout.csv": HOLDOUT}
ROWS = {"b": 0, "d": 1, "007": 2, "a": 3}
"""By territory, then id."""


def fill(folder, **changes):
    """Write the small dataset, with other texts or bytes for the files that are named."""
    changed = {name.replace("__", "."): content for name, content in changes.items()}
    for name, content in {**FILES, **changed}.items():
        if content is not None:
            data = content if isinstance(content, bytes) else content.encode()
            (folder / name).write_bytes(data)
    return folder


def read(folder, *, cross=False, directed=False):
    return read_dataset(folder, cross=cross, directed=directed)


def same(one, other):
    """Whether two dataclasses hold equal values, arrays included."""
    if hasattr(one, "__dataclass_fields__"):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def ties(data):
    """Relations in the words of the file."""
    groups = data.groups
    names = [tuple(str(data.ids[row]) for row in members) for members in groups.members]
    columns = (names, groups.kinds, groups.dates, groups.weights, groups.labels)
    return set(zip(*columns, strict=True))


def held_out(data):
    return [tuple(str(data.ids[row]) for row in pair) for pair in data.holdout]


class TestContent:
    def test_companies_stand_by_territory_and_id(self, tmp_path):
        data = read(fill(tmp_path))
        assert data.ids.tolist() == ["b", "d", "007", "a"]
        assert data.companies.departments == ("east", "west")
        assert data.companies.department.tolist() == [0, 0, 1, 1]
        assert data.companies.activity == ["scierie", "transport", "", "usinage"]
        assert data.companies.offers == ["planches", "", "", "pièces"]
        assert data.companies.needs == ["camions", "entrepôt", "", ""]
        assert data.companies.trade_label == [
            naf_label("16.10A"), naf_label("49.41A"), "", naf_label("25.62B"),
        ]  # fmt: skip
        assert data.companies.size.tolist() == [5, -1, -1, 7]
        assert data.companies.located.tolist() == [True, False, False, True]
        assert data.notes == ()

    def test_stand_ins_are_no_real_sirets_and_no_two_share_a_siren(self, tmp_path):
        lines = "".join(f"n{k}\n" for k in range(300))
        folder = fill(
            tmp_path,
            companies__csv=f"id\n{lines}",
            relations__csv="source,target,kind\n",
            holdout__csv="source,target\nn1,n2\n",
        )
        sirets = read(folder).companies.sirets.tolist()
        assert sirets[0] == "00000000100000"
        assert len({siret[:9] for siret in sirets}) == 300

    def test_a_place_is_on_the_unit_sphere_where_its_coordinates_say(self, tmp_path):
        """By hand for Melun's latitude; a territory called as a department places nobody."""
        text = COMPANIES.replace("east", "77").replace("west", "91")
        position = read(fill(tmp_path, companies__csv=text)).companies.position
        latitude, longitude = np.radians([48.5, 2.6])
        expected = (
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude),
        )
        assert position[0] == pytest.approx(expected)
        assert not position[1:3].any()

    def test_relations_keep_kind_day_weight_and_label(self, tmp_path):
        """Supply keeps its direction, the other kinds stand in the order of the rows."""
        assert ties(read(fill(tmp_path))) == {
            (("b", "d"), RelationKind.PLATO, date(2020, 1, 2), 2.5, "Plato Sud"),
            (("b", "a"), RelationKind.EVENT, date(2021, 3, 4), 1.0, "Salon"),
            (("a", "007"), RelationKind.SUPPLY, None, 1.0, ""),
        }

    def test_holdout_keeps_its_direction_and_kind(self, tmp_path):
        data = read(fill(tmp_path))
        assert held_out(data) == [("d", "a"), ("007", "b")]
        assert data.holdout_kinds == ["meeting", ""]

    def test_columns_are_those_with_a_value(self, tmp_path):
        text = "id,activity,needs,naf\nb,bois,,\nd,,,\n007,,,\na,,,2562B\n"
        assert read(fill(tmp_path, companies__csv=text)).columns == {"activity", "naf"}

    def test_everybody_asks_and_answers_unless_said(self, tmp_path):
        data = read(fill(tmp_path))
        assert data.queries.all()
        assert data.answers.all()
        data = read(fill(tmp_path, queries__csv="id\na\n d \n", candidates__csv="id\n007\na\n"))
        assert np.flatnonzero(data.queries).tolist() == [ROWS["d"], ROWS["a"]]
        assert np.flatnonzero(data.answers).tolist() == [ROWS["007"], ROWS["a"]]

    def test_labels_with_their_days(self, tmp_path):
        text = "source,target,label,date\nb,a,1,2022-02-03\nd,007,0,\n"
        labels = read(fill(tmp_path, labels__csv=text)).labels
        assert labels.rows.tolist() == [[0, 3], [1, 2]]
        assert labels.label.tolist() == [1, 0]
        assert labels.day.tolist() == [date(2022, 2, 3).toordinal(), 0]

    def test_an_activity_that_is_not_coded_yet_is_not_known(self, tmp_path):
        text = COMPANIES.replace("1610A", "0000Z")
        assert read(fill(tmp_path, companies__csv=text)).companies.trade_label[0] == ""

    def test_relations_may_be_none(self, tmp_path):
        assert len(read(fill(tmp_path, relations__csv="source,target,kind\n")).groups) == 0


class TestGroups:
    HEADER = "group,member,kind,date\n"

    def groups(self, folder, lines, **options):
        files = {"relations__csv": self.HEADER + lines, "holdout__csv": "source,target\n007,a\n"}
        return read(fill(folder, **files), **options)

    def test_one_row_per_member(self, tmp_path):
        lines = "g,a,plato,2020-01-02\nh,b,supply,\ng,b,plato,2020-01-02\nh,007,supply,\n"
        data = self.groups(tmp_path, lines + "g,d,plato,2020-01-02\n")
        assert ties(data) == {
            (("b", "d", "a"), RelationKind.PLATO, date(2020, 1, 2), 1.0, ""),
            (("b", "007"), RelationKind.SUPPLY, None, 1.0, ""),
        }

    def test_a_group_of_one_is_set_aside(self, tmp_path):
        """Also where that one is named twice."""
        data = self.groups(tmp_path, "g,a,plato,\ng,a,plato,\nh,a,event,\nh,b,event,\n")
        assert ties(data) == {(("b", "a"), RelationKind.EVENT, None, 1.0, "")}
        assert data.notes == (
            "relations.csv: rows that repeat a member of their group, counted once: 1.",
            "relations.csv: groups of one member, set aside: 1.",
        )

    def test_an_unknown_kind_is_a_meeting_even_where_pairs_have_a_direction(self, tmp_path):
        data = self.groups(tmp_path, "g,a,club,\ng,b,club,\n", directed=True)
        assert data.groups.kinds == [RelationKind.MEETING]

    @pytest.mark.parametrize(
        ("lines", "words"),
        [
            ("g,a,supply,\ng,b,supply,\ng,d,supply,\n", "line 2: group 'g' .* has 3 members"),
            ("g,a,plato,\ng,b,event,\n", "line 3: group 'g' has not the kind"),
            ("g,a,plato,2020-01-01\ng,b,plato,\n", "line 3: group 'g' has not the kind"),
            ("g,a,plato,\n,b,plato,\n", "line 3: group is empty"),
            ("g,a,plato,\ng,x,plato,\n", "line 3: 'x' is no id"),
        ],
    )
    def test_what_is_no_group_is_refused(self, tmp_path, lines, words):
        with pytest.raises(DatasetError, match=words):
            self.groups(tmp_path, lines)


class TestSetAside:
    """What is left out is counted in a note, never silently."""

    def relations(self, folder, lines, **options):
        text = "source,target,kind,date\n" + lines
        return read(fill(folder, relations__csv=text), **options)

    @pytest.mark.parametrize(
        ("directed", "kind", "members"),
        [(False, RelationKind.MEETING, ("d", "007")), (True, RelationKind.SUPPLY, ("007", "d"))],
    )
    def test_unknown_kinds(self, tmp_path, directed, kind, members):
        """Meetings, or supply from source to target; known kinds stay what they are."""
        data = self.relations(tmp_path, "007,d,link,\na,b,event,\nb,d,tie,\n", directed=directed)
        assert (members, kind, None, 1.0, "") in ties(data)
        assert (("b", "a"), RelationKind.EVENT, None, 1.0, "") in ties(data)
        assert data.notes == (
            f"relations.csv: rows of unknown kinds ('link', 'tie'), taken as {kind}: 2.",
        )

    def test_pairs_of_one_kind_and_day_count_once(self, tmp_path):
        """In either direction; another day or kind is another relation."""
        lines = "a,b,event,2020-01-01\nb,a,event,2020-01-01\na,b,event,2020-01-02\na,b,event,\n"
        data = self.relations(tmp_path, lines + "b,007,supply,\n007,b,supply,\n")
        assert len(data.groups) == 5
        assert data.notes[0].endswith("of the same kind and date, counted once: 1.")

    def test_a_company_is_not_tied_to_itself(self, tmp_path):
        data = self.relations(tmp_path, "a,a,event,\na,b,event,\n")
        assert len(data.groups) == 1
        assert data.notes == ("relations.csv: pairs of a company with itself, set aside: 1.",)

    def test_a_missing_weight_is_one(self, tmp_path):
        text = "source,target,kind,weight\na,b,event,\na,d,event,3\n"
        data = read(fill(tmp_path, relations__csv=text))
        assert sorted(data.groups.weights) == [1, 3]
        assert data.notes == (
            "relations.csv: rows without a weight, counted with the weight 1: 1.",
        )

    def test_unknown_columns(self, tmp_path):
        text = HOLDOUT.replace("kind", "colour")
        assert read(fill(tmp_path, holdout__csv=text)).notes == (
            "holdout.csv: columns that are not read: 'colour'.",
        )

    @pytest.mark.parametrize(
        ("directed", "expected"),
        [(False, [("b", "007")]), (True, [("b", "007"), ("007", "b")])],
    )
    def test_a_pair_to_be_found_counts_once(self, tmp_path, directed, expected):
        """With its mirror, where pairs have no direction."""
        text = "source,target\n007,b\nb,007\n007,b\n"
        data = read(fill(tmp_path, holdout__csv=text), directed=directed)
        assert held_out(data) == expected
        n_repeated = 3 - len(expected)
        assert data.notes == (
            f"holdout.csv: held-out pairs that repeat another, left out: {n_repeated}.",
        )

    def test_a_visible_pair_is_not_to_be_found(self, tmp_path):
        """In either direction; an event makes nobody acquainted, so its pairs stay."""
        text = "source,target\nb,d\n007,a\na,b\n"
        data = read(fill(tmp_path, holdout__csv=text))
        assert held_out(data) == [("a", "b")]
        assert data.notes == (
            "holdout.csv: held-out pairs whose relation is visible, left out: 2.",
        )

    def test_members_of_a_visible_group_are_not_to_be_found(self, tmp_path):
        lines = "group,member,kind\ng,a,award\ng,b,award\ng,d,award\n"
        data = read(fill(tmp_path, relations__csv=lines))
        assert held_out(data) == [("007", "b")]

    def test_across_pairs_of_one_side_are_not_to_be_found(self, tmp_path):
        text = "source,target\nd,b\nd,a\na,a\n"
        folder = fill(tmp_path, relations__csv="source,target,kind\n", holdout__csv=text)
        assert held_out(read(folder)) == [("d", "b"), ("d", "a")]
        data = read(folder, cross=True)
        assert held_out(data) == [("d", "a")]
        assert data.notes == (
            "holdout.csv: held-out pairs of a company with itself, left out: 1.",
            "holdout.csv: held-out pairs within one territory, left out: 1.",
        )

    def test_a_pair_that_nobody_may_ask_for_is_not_to_be_found(self, tmp_path):
        """Either way round is enough."""
        folder = fill(tmp_path, queries__csv="id\na\n", candidates__csv="id\nd\n")
        assert held_out(read(folder)) == [("d", "a")]

    def test_labels_do_not_give_the_held_out_pairs_away(self, tmp_path):
        text = "source,target,label\na,d,1\nd,a,0\nb,b,1\nb,a,1\nb,a,1\n"
        data = read(fill(tmp_path, labels__csv=text))
        assert data.labels.rows.tolist() == [[0, 3]]
        assert data.notes == (
            "labels.csv: rows that repeat another, counted once: 1.",
            "labels.csv: outcomes of a company with itself, set aside: 1.",
            "labels.csv: outcomes of held-out pairs, set aside: 2.",
        )


LABELS = "source,target,label,date\nb,a,1,2022-02-03\nd,007,0,\n"


class TestForms:
    def test_the_order_of_the_rows_changes_nothing(self, tmp_path):
        """Shuffled five times, all files."""
        duplicates = RELATIONS + "b,a,event,2021-03-04,4,Foire\nb,d,plato,2020-01-02,2.5,Club\n"
        files = {
            "companies__csv": COMPANIES,
            "relations__csv": duplicates,
            "holdout__csv": HOLDOUT + "b,007,event\n007,b,award\n",
            "labels__csv": LABELS,
            "queries__csv": "id\na\nd\n007\n",
        }
        first = read(fill(tmp_path, **files))
        rng = np.random.default_rng(0)
        for _ in range(5):
            shuffled = {}
            for name, text in files.items():
                header, *lines = text.splitlines(keepends=True)
                shuffled[name] = "".join([header, *rng.permutation(lines)])
            assert same(read(fill(tmp_path, **shuffled)), first)

    def test_every_packing_gives_the_same(self, tmp_path):
        folders = [tmp_path / name for name in ("plain", "gzip", "parquet", "windows")]
        for folder in folders:
            folder.mkdir()
        plain, packed, columnar, windows = folders
        fill(plain, labels__csv=LABELS)
        for path in plain.iterdir():
            content = path.read_bytes()
            (packed / f"{path.name}.gz").write_bytes(gzip.compress(content))
            (windows / path.name).write_bytes(b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"))
            frame = pl.read_csv(content, try_parse_dates=True, schema_overrides={"id": pl.String})
            frame.write_parquet(columnar / f"{path.stem}.parquet")
        expected = read(plain)
        assert all(same(read(folder), expected) for folder in folders)

    def test_what_is_written_is_read_again(self, tmp_path):
        frames = {
            name.removesuffix(".csv"): pl.read_csv(text.encode(), infer_schema=False)
            for name, text in {**FILES, "labels.csv": LABELS}.items()
        }
        ids = pl.DataFrame({"id": ["007", "d"]})
        write_dataset(tmp_path / "deep" / "made", **frames, queries=ids)
        folder = tmp_path / "by hand"
        folder.mkdir()
        fill(folder, labels__csv=LABELS, queries__csv="id\n007\nd\n")
        assert same(read(tmp_path / "deep" / "made"), read(folder))

    def test_hard_texts_and_typed_columns_survive_the_round_trip(self, tmp_path):
        text = 'scie "à ruban", 3 m;\nligne deux'
        companies = pl.DataFrame(
            {"id": ["0,1", 'q"2'], "activity": [text, None], "latitude": [48.123456789, None]}
        ).with_columns(longitude=pl.col("latitude") / 20)
        relations = pl.DataFrame(
            {
                "source": ["0,1"],
                "target": ['q"2'],
                "kind": ["event"],
                "date": [date(2024, 2, 29)],
                "weight": [1 / 3],
            }
        )
        holdout = pl.DataFrame({"source": ["0,1"], "target": ['q"2']})
        write_dataset(tmp_path, companies=companies, relations=relations, holdout=holdout)
        data = read(tmp_path)
        assert data.ids.tolist() == ["0,1", 'q"2']
        assert data.companies.activity == [text, ""]
        assert data.groups.dates == [date(2024, 2, 29)]
        assert data.groups.weights == [1 / 3]

    def test_equal_tables_give_equal_bytes(self, tmp_path):
        frames = {
            name.removesuffix(".csv"): pl.read_csv(text.encode()) for name, text in FILES.items()
        }
        write_dataset(tmp_path / "one", **frames)
        write_dataset(tmp_path / "two", **frames)
        names = sorted(path.name for path in (tmp_path / "one").iterdir())
        assert names == ["companies.csv.gz", "holdout.csv.gz", "relations.csv.gz"]
        for name in names:
            content = (tmp_path / "one" / name).read_bytes()
            assert content == (tmp_path / "two" / name).read_bytes()
            # Bytes 4 to 8 of gzip are the moment of writing (RFC 1952).
            assert content[4:8] == bytes(4)

    @pytest.mark.parametrize("left", ["companies.csv", "labels.csv.gz"])
    def test_tables_of_an_earlier_dataset_are_not_mixed_in(self, tmp_path, left):
        frames = {
            name.removesuffix(".csv"): pl.read_csv(text.encode()) for name, text in FILES.items()
        }
        write_dataset(tmp_path, **frames)
        write_dataset(tmp_path, **frames)
        (tmp_path / left).write_bytes(b"id\n")
        with pytest.raises(DatasetError, match=f"holds {left} of an earlier dataset"):
            write_dataset(tmp_path, **frames)

    def test_cora(self, shared_data):
        """The counts that its README states."""
        folder = shared_data / "networks" / "cora"
        if not folder.is_dir():
            pytest.skip("the network cora is not here: put it in networks/cora of the open data")
        data = read(folder)
        assert (len(data.ids), len(data.groups), len(data.holdout)) == (2708, 4751, 527)
        assert data.columns == {"activity"}
        assert data.companies.departments == ("",)
        assert len(data.notes) == 1


BAD_CELLS = [
    (
        "companies",
        COMPANIES.replace("\nd,", "\na,"),
        r"line 5: id 'a' is there twice \(repeated rows in the file: 1",
    ),
    ("companies", COMPANIES.replace("\nd,", "\n ,"), "line 5: id is empty"),
    ("companies", COMPANIES.splitlines()[0], "holds no companies"),
    ("companies", "", "is empty"),
    ("companies", COMPANIES.replace("id,", "key,"), "line 1: column 'id' is missing"),
    (
        "companies",
        COMPANIES.replace(",name", ",id"),
        "line 1: column 'id' is there twice",
    ),
    ("companies", COMPANIES.replace(",", ";"), "line 1: has semicolons between its columns"),
    ("companies", COMPANIES.replace("48.5", "48,5"), "line 2: row does not have as many fields"),
    ("companies", COMPANIES.replace("48.5", '"48,5"'), "line 2: latitude: '48,5' is no number"),
    ("companies", COMPANIES.replace("48.5", "nan"), "line 2: latitude: 'nan' is no number"),
    ("companies", COMPANIES.replace("2.4", "inf"), "line 3: longitude: 'inf' is no number"),
    ("companies", COMPANIES.replace("2.4", "1e999"), "line 3: longitude: '1e999' is no number"),
    ("companies", COMPANIES.replace("48.5", "90.1"), "line 2: latitude: 90.1 is out of range"),
    ("companies", COMPANIES.replace("2.4", "-181"), "line 3: longitude: -181 is out of range"),
    ("companies", COMPANIES.replace("48.5", ""), "line 2: longitude is given without latitude"),
    ("companies", COMPANIES.replace("2.4", ""), "line 3: latitude is given without longitude"),
    ("companies", COMPANIES.replace("1610A", "16.10"), "line 2: naf: NAF code '16.10' is not"),
    ("companies", COMPANIES.replace(",21,", ",20,"), "line 3: size_band: '20' is no staff band"),
    ("companies", COMPANIES.replace("2001-05-04", "2001-5-4"), "line 2: created: '2001-5-4'"),
    ("relations", "source,target\na,b\n", "line 1: column 'kind' is missing"),
    ("relations", "source,member,kind\na,b,event\n", "line 1: mixes columns of pairs"),
    (
        "relations",
        RELATIONS.replace("a,007", "x,y"),
        r"line 4: 'x' is no id .*\(unknown ids in the file: 2",
    ),
    ("relations", RELATIONS.replace("a,007", "a,7"), "line 4: '7' is no id"),
    ("relations", RELATIONS.replace("a,007", "a,"), "line 4: target is empty"),
    ("relations", RELATIONS.replace("supply", ""), "line 4: kind is empty"),
    ("relations", RELATIONS.replace("2.5", "0"), "line 2: weight: 0 is out of range"),
    ("relations", RELATIONS.replace("2.5", "-1"), "line 2: weight: -1 is out of range"),
    ("relations", RELATIONS.replace("2.5", "NaN"), "line 2: weight: 'NaN' is no number"),
    ("relations", RELATIONS.replace("2.5", "1_0"), "line 2: weight: '1_0' is no number"),
    ("relations", RELATIONS.replace("2021-03-04", "04/03/2021"), "line 3: date: '04/03/2021'"),
    ("relations", RELATIONS.replace("2021-03-04", "2021-02-29"), "line 3: date: '2021-02-29'"),
    ("relations", RELATIONS.replace("2021-03-04", "20210304"), "line 3: date: '20210304'"),
    ("holdout", "source,target\n", "holds no pairs"),
    ("holdout", "source\na\n", "line 1: column 'target' is missing"),
    ("holdout", "source,target\na,zz\n", "line 2: 'zz' is no id"),
    ("holdout", "source,target\na,a\n", "no held-out pair remains.*with itself, left out: 1"),
    ("holdout", "source,target\nd,b\n", "no held-out pair remains.*visible, left out: 1"),
    ("candidates", "id\nzz\n", "line 2: 'zz' is no id"),
    ("candidates", "id\n", "names no company"),
    ("queries", "id\na\nzz\n", "line 3: 'zz' is no id"),
    ("queries", "key\na\n", "line 1: column 'id' is missing"),
    ("labels", "source,target,label\na,b,2\n", "line 2: label: '2' is neither 0 nor 1"),
    ("labels", "source,target,label\na,b,\n", "line 2: label is empty"),
    ("labels", "source,target,label\na,zz,1\n", "line 2: 'zz' is no id"),
    ("labels", "source,target,label,date\na,b,1,2020\n", "line 2: date: '2020' is no day"),
]


class TestRefused:
    """Each fault is one line that names file, place and cure."""

    @pytest.mark.parametrize(("name", "text", "words"), BAD_CELLS)
    def test_a_bad_text(self, tmp_path, name, text, words):
        fill(tmp_path, **{f"{name}__csv": text})
        with pytest.raises(DatasetError, match=words) as caught:
            read(tmp_path)
        message = str(caught.value)
        assert message.startswith(str(tmp_path / f"{name}.csv"))
        assert "\n" not in message
        assert message.endswith(".")

    def test_no_folder(self, tmp_path):
        with pytest.raises(DatasetError, match="there is no such folder"):
            read(tmp_path / "nowhere")

    @pytest.mark.parametrize("name", ["companies", "relations", "holdout"])
    def test_a_missing_table(self, tmp_path, name):
        fill(tmp_path, **{f"{name}__csv": None})
        with pytest.raises(DatasetError, match=f"holds no table of the {name}. Add {name}.csv or"):
            read(tmp_path)

    @pytest.mark.parametrize("other", ["companies.csv.gz", "companies.parquet"])
    def test_a_table_in_two_forms(self, tmp_path, other):
        (fill(tmp_path) / other).write_bytes(b"whatever")
        with pytest.raises(DatasetError, match=f"holds both companies.csv and {other}"):
            read(tmp_path)

    @pytest.mark.parametrize(
        ("file", "content", "words"),
        [
            ("companies.csv", COMPANIES.encode("latin-1"), "line 3: is not UTF-8 text"),
            ("companies.csv", COMPANIES.encode("utf-16"), "is UTF-16 text"),
            (
                "companies.csv.gz",
                gzip.compress(COMPANIES.encode(), mtime=0)[:-20],
                "ends too early",
            ),
            ("companies.csv.gz", b"\x1f\x8b\x08\x00" + bytes(40), "is damaged"),
            ("companies.parquet", b"", "is empty"),
            ("companies.parquet", COMPANIES.encode(), "the Parquet file cannot be read"),
            ("companies.parquet", b"PAR1" + bytes(40) + b"PAR1", "the Parquet file cannot be read"),
            ("companies.csv", b"<html></html>", "is a web page"),
            ("companies.csv", COMPANIES.encode() + b'e,"east\n', "quotation mark|many fields|read"),
        ],
    )
    def test_a_file_that_cannot_be_read(self, tmp_path, file, content, words):
        fill(tmp_path, companies__csv=None)
        (tmp_path / file).write_bytes(content)
        with pytest.raises(DatasetError, match=words) as caught:
            read(tmp_path)
        assert "\n" not in str(caught.value)

    def test_a_folder_in_place_of_a_file(self, tmp_path):
        (fill(tmp_path, relations__csv=None) / "relations.parquet").mkdir()
        with pytest.raises(DatasetError, match="is a folder"):
            read(tmp_path)

    @pytest.mark.parametrize(
        ("columns", "words"),
        [
            ({"id": [1.0, 2.0, 3.0, np.nan]}, "line 5: column 'id' holds NaN"),
            ({"activity": [np.nan, 1.0, 2.0, 3.0]}, "line 2: column 'activity' holds NaN"),
            ({"latitude": [1.0, np.inf, 2.0, 3.0]}, "line 3: column 'latitude' holds inf"),
            ({"activity": [["x"]] * 4}, "column 'activity' is of the type List"),
            ({"activity": [b"x"] * 4}, "column 'activity' is of the type Binary"),
            ({"name": ["a\0"] * 4}, "column 'name' holds a NUL"),
            ({"id": ["a", "b", "d", None]}, "line 5: id is empty"),
            ({"size_band": [11, 12, 21, 99]}, "line 5: size_band: '99' is no staff band"),
        ],
    )
    def test_a_parquet_column_of_another_meaning(self, tmp_path, columns, words):
        fill(tmp_path, companies__csv=None)
        frame = pl.DataFrame({"id": ["a", "b", "d", "007"], **columns})
        frame.write_parquet(tmp_path / "companies.parquet")
        with pytest.raises(DatasetError, match=words):
            read(tmp_path)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            (COMPANIES.replace("territory", "region"), "has no column 'territory'"),
            (COMPANIES.replace("a,west", "a, "), "line 3: territory is empty"),
            (COMPANIES.replace("west", "east"), "of the territory 'east' only"),
        ],
    )
    def test_across_needs_two_territories(self, tmp_path, text, words):
        """Each of these is right where nothing is to be crossed."""
        folder = fill(tmp_path, companies__csv=text)
        assert len(read(folder).ids) == 4
        with pytest.raises(DatasetError, match=words):
            read(folder, cross=True)

    def test_more_territories_than_can_be_numbered(self, tmp_path):
        lines = "".join(f"n{k},t{k}\n" for k in range(2**15))
        fill(tmp_path, companies__csv=f"id,territory\n{lines}")
        with pytest.raises(DatasetError, match="has 32768 territories"):
            read(tmp_path)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(["csv", "csv.gz", "parquet"]), st.data())
    def test_damage_is_read_or_refused_but_never_a_crash(self, tmp_path_factory, ending, data):
        """Bytes of the companies overwritten, cut or doubled at random."""
        folder = fill(tmp_path_factory.mktemp("damaged"), companies__csv=None)
        path = folder / f"companies.{ending}"
        if ending == "parquet":
            pl.read_csv(COMPANIES.encode(), infer_schema=False).write_parquet(path)
        else:
            whole = COMPANIES.encode()
            path.write_bytes(gzip.compress(whole) if ending == "csv.gz" else whole)
        content = path.read_bytes()
        start = data.draw(st.integers(0, len(content) - 1))
        width = data.draw(st.integers(0, 8))
        damage = data.draw(st.binary(max_size=8))
        path.write_bytes(content[:start] + damage + content[start + width :])
        with suppress(DatasetError):
            assert len(read(folder).ids) >= 4
