"""Public contracts become datasets in which nothing of a later day is known."""

import gzip
import json
import tempfile
from collections import defaultdict
from datetime import date, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.companies import is_siren, is_siret
from matchmaker.errors import InputFileError
from pipelines.datasets import read_dataset
from pipelines.datasets.awards import DEFAULT_BEFORE, joint_awards_dataset, lots_dataset
from pipelines.datasets.contracts import Award, mended, mender, read_awards
from pipelines.datasets.counts import DatasetCounts, counts_of
from pipelines.datasets.lots import lot_of, operations

BEFORE = date(2019, 2, 1)
EARLY, LATE = "2019-01-31", "2019-02-01"
BUYER = "21770288400012"


@cache
def siret(firm, office=1):
    """Right SIRET of an office of the nth firm, its check digits found by trial."""
    siren = next(n for d in range(10) if is_siren(n := f"{60000000 + firm}{d}"))
    return next(n for d in range(10) if is_siret(n := f"{siren}{office:04d}{d}"))


def siren(firm):
    return siret(firm)[:9]


def pair(a, b, kind="award"):
    return {"source": siren(a), "target": siren(b), "kind": kind}


def contract(firms, day, object_="Travaux de peinture", **changes):
    """Build a contract of the 2019 format."""
    holders = [{"id": siret(firm), "typeIdentifiant": "SIRET"} for firm in firms]
    return {
        "id": "1",
        "acheteur": {"id": BUYER},
        "nature": "Marché",
        "objet": object_,
        "codeCPV": "45000000",
        "dateNotification": day,
        "titulaires": holders,
    } | changes


def write(folder, contracts):
    path = folder / "contracts.json"
    path.write_text(json.dumps({"marches": contracts}), encoding="utf-8")
    return path


def tables(folder):
    return {
        name: pl.read_csv(next(folder.glob(f"{name}.csv*")), infer_schema=False).fill_null("")
        for name in ("companies", "relations", "holdout")
    }


@pytest.fixture
def dataset_of(tmp_path):
    """Make a dataset of contracts; give what it reports and its tables."""

    def run(contracts, make=joint_awards_dataset, **options):
        made = make(write(tmp_path, contracts), tmp_path / "set", before=BEFORE, **options)
        return made, tables(tmp_path / "set")

    return run


def test_only_plain_contracts_of_two_to_five_holders_tie_and_only_earlier_ones_speak(dataset_of):
    made, found = dataset_of(
        [
            contract([1, 2], EARLY, "Toiture <br />du  gymnase"),
            contract([3, 4], EARLY, "Fournitures de bureau", nature="Accord-cadre"),
            contract([5, 6], EARLY, "Denrées", techniques={"technique": ["Accord-cadre"]}),
            contract([7, 8], EARLY, "Gardiennage", typeGroupementOperateurs="Pas de groupement"),
            contract(range(10, 16), EARLY, "Maîtrise d'oeuvre urbaine"),
            contract([1, 2], LATE, "Déjà connus"),
            contract([2, 3], LATE, "Un marché encore secret"),
            contract([3, 20, 21], LATE, "Un autre", nature="Marché subséquent"),
            contract([4, 5], LATE, "Fournitures", nature="ACCORD-CADRE"),
            contract(range(10, 16), LATE),
            contract([1, 9], None, "Sans date"),
            contract([1, 9], "0219-02-01", "Date impossible"),
        ]
    )
    texts = dict(found["companies"].select("id", "activity").rows())
    works = "Travaux de construction"
    assert texts == {
        siren(1): f"Toiture du gymnase ; {works}",
        siren(2): f"Toiture du gymnase ; {works}",
        siren(3): f"Fournitures de bureau ; {works}",
        siren(4): f"Fournitures de bureau ; {works}",
        siren(5): f"Denrées ; {works}",
        siren(6): f"Denrées ; {works}",
        siren(7): f"Gardiennage ; {works}",
        siren(8): f"Gardiennage ; {works}",
        **{siren(firm): f"Maîtrise d'oeuvre urbaine ; {works}" for firm in range(10, 16)},
        siren(20): "",
        siren(21): "",
    }
    assert found["relations"].select("member", "kind", "date", "label").rows() == [
        (siren(firm), "award", EARLY, "Toiture du gymnase") for firm in (1, 2)
    ]
    assert found["holdout"].to_dicts() == [pair(2, 3), pair(3, 20), pair(3, 21), pair(20, 21)]
    assert made.set_aside == {"contracts without a day of notification": 2}
    assert made.counts == DatasetCounts(
        firms=16,
        firms_with_text=14,
        relations=1,
        related_pairs=1,
        held_out_pairs=4,
        queries=4,
        queries_with_text=2,
        queries_with_anything=2,
    )
    assert made.counts.verdict == "too few to judge"


def test_a_dataset_is_readable_as_one(dataset_of, tmp_path):
    dataset_of([contract([1, 2], EARLY), contract([2, 3], LATE)])
    dataset = read_dataset(tmp_path / "set", cross=False, directed=False)
    held_out = {tuple(sorted(dataset.ids[row])) for row in dataset.holdout}
    assert held_out == {(siren(2), siren(3))}


def test_both_formats_give_the_same_files(tmp_path):
    old = [contract([1, 2], EARLY), contract([2, 3], LATE)]
    present = [
        one | {"titulaires": [{"titulaire": holder} for holder in one["titulaires"]]} for one in old
    ]
    joint_awards_dataset(write(tmp_path, old), tmp_path / "old", before=BEFORE)
    path = tmp_path / "present.json"
    path.write_text(json.dumps({"marches": {"marche": present}}))
    joint_awards_dataset(path, tmp_path / "present", before=BEFORE)
    assert content(tmp_path / "old") == content(tmp_path / "present")


def content(folder):
    return {
        path.name: gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        for path in sorted(folder.iterdir())
        for data in [path.read_bytes()]
    }


def test_establishments_of_one_firm_are_one_firm_and_wrong_sirets_are_none(dataset_of):
    doubled = contract([1], LATE)
    doubled["titulaires"] += [
        {"id": siret(1, 2), "typeIdentifiant": "SIRET"},
        {"id": siret(2, 2), "typeIdentifiant": "SIRET"},
        {"id": "12345678901234", "typeIdentifiant": "SIRET"},
        {"id": "DE123456789", "typeIdentifiant": "TVA"},
    ]
    _, found = dataset_of([contract([2], EARLY), doubled])
    assert found["companies"]["id"].to_list() == [siren(1), siren(2)]
    assert found["holdout"].to_dicts() == [pair(1, 2)]


@pytest.mark.parametrize(
    ("cpv", "expected"),
    [
        ("45000000-7", "Travaux de construction"),
        ("9310000", "Produits pétroliers, combustibles, électricité et autres sources d'énergie"),
        ("0", ""),
        ("", ""),
    ],
)
def test_the_division_of_the_code_is_told_even_where_its_leading_zero_was_lost(
    cpv, expected, dataset_of
):
    contracts = [contract([1], EARLY, "Lycée", codeCPV=cpv), contract([1, 2], LATE)]
    told = dataset_of(contracts)[1]["companies"]["activity"].to_list()[0]
    assert told == (f"Lycée ; {expected}" if expected else "Lycée")
    bare = dataset_of(contracts, text="objects")[1]["companies"]["activity"].to_list()[0]
    assert bare == "Lycée"


def test_lost_letters_come_back_where_earlier_words_leave_one_reading():
    mend = mender(["Rénovation du bâtiment, côté nord", "COTÉ sud", "marché"])
    assert mend("R\ufffdnovation du B\ufffdTIMENT") == "rénovation du bâtiment"
    assert mend("cot\ufffd, c\ufffdt\ufffd") == "coté, côté"
    assert mend("lot n\ufffd 2 : \ufffdtanch\ufffdit\ufffd") == "lot n 2 : tanchit"
    assert mender(["pêche", "pèche"])("p\ufffdche") == "pche"


days = st.dates(BEFORE - timedelta(40), BEFORE + timedelta(40))
contracts_drawn = st.lists(
    st.tuples(st.sets(st.integers(1, 9), min_size=1, max_size=7), days, st.booleans()),
    min_size=1,
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(drawn=contracts_drawn)
def test_nothing_of_the_day_or_later_is_known(drawn):
    """Every contract has a word of its own, so that a leak would show."""
    contracts = [
        contract(sorted(firms), str(day), f"mot{number}x", nature=nature(plain))
        for number, (firms, day, plain) in enumerate(drawn)
    ]
    joint = [(f, day) for f, day, plain in drawn if plain and 2 <= len(f) <= 5]
    known = {p for f, day in joint if day < BEFORE for p in combinations(sorted(f), 2)}
    later = {p for f, day in joint if day >= BEFORE for p in combinations(sorted(f), 2)} - known
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = write(folder, contracts)
        if not later:
            with pytest.raises(InputFileError, match="holds no new pair of firms"):
                joint_awards_dataset(path, folder / "set", before=BEFORE)
            return
        counts = joint_awards_dataset(path, folder / "set", before=BEFORE).counts
        found = tables(folder / "set")
    words = " ".join(found["companies"]["activity"]) + " ".join(found["relations"]["label"])
    for number, (_, day, _) in enumerate(drawn):
        assert (f"mot{number}x" in words) == (day < BEFORE)
    assert all(day < str(BEFORE) for day in found["relations"]["date"])
    assert found["holdout"].to_dicts() == [pair(a, b) for a, b in sorted(later)]
    groups = {tuple(sorted(group["member"])) for _, group in found["relations"].group_by("group")}
    assert {p for group in groups for p in combinations(group, 2)} == {
        (siren(a), siren(b)) for a, b in known
    }
    texts = {firm for firms, day, _ in drawn if day < BEFORE for firm in firms}
    both = {firm for p in later if texts.issuperset(p) for firm in p}
    assert (counts.related_pairs, counts.held_out_pairs) == (len(known), len(later))
    assert (counts.firms_with_text, counts.queries_with_text) == (len(texts), len(both))


def nature(plain):
    return "Marché" if plain else "Accord-cadre"


def award(object_, *, firms=("1",), day=BEFORE, cpv="45000000", plain=True, buyer="217702884"):
    return Award(buyer, tuple(firms), len(firms), plain, day, object_, cpv)


SCHOOL = "construction d une ecole"


@pytest.mark.parametrize(
    ("object_", "name", "number", "trade"),
    [
        ("Construction d'une école - Lot 3 : plomberie", SCHOOL, "3", {"plomberie"}),
        ("Construction d’une école (17 lots): Lot 12 : Peintures", SCHOOL, "12", {"peinture"}),
        ("CONSTRUCTION D'UNE ECOLE LOT N°02 - VRD", SCHOOL, "2", {"vrd"}),
        ("LOT 9 PLOMBERIE - CONSTRUCTION D'UNE ECOLE", SCHOOL, "9", {"plomberie"}),
        ("Construction d'une école - lot 04", SCHOOL, "4", set()),
        ("Lot no 7 - Construction d'une école", SCHOOL, "7", set()),
        ("Construction d'une école. Relance du lot n° 3B Ascenseur", SCHOOL, "3b", {"ascenseur"}),
        ("Construction d'une école lot n2 façades", SCHOOL, "2", {"facade"}),
        ("Construction d'une école Lot :08 paillasses", SCHOOL, "8", {"paillasse"}),
    ],
)
def test_the_lot_is_read_as_buyers_write_it(object_, name, number, trade):
    lot = lot_of(award(object_))
    assert (lot.operation, lot.number, lot.trade) == (name, number, trade)


@pytest.mark.parametrize(
    "object_",
    [
        "Construction d'une école",
        "Construction d'une école (lots 5, 6, 8 et 9)",
        "Construction d'une école - relance des lots n°3 et 8",
        "Espaces verts communaux - Lot 1 : Entrange - Lot 2 : Gavisse",
        "Nettoyage des locaux municipaux - 2 LOTS",
        "Construction d'un collège - Lot Menuiserie",
        "Lot no 7 MOBILIER",
        "Festivals du département du Lot",
        "Un pilot 3 essais de construction",
    ],
)
def test_a_doubtful_object_is_no_lot(object_):
    assert lot_of(award(object_)) is None


def test_a_framework_agreement_is_no_lot():
    assert lot_of(award("Construction d'une école - Lot 1 : VRD", plain=False)) is None


def pairs_of(*awards):
    return {pair: day for found in operations(awards) for pair, day in found.pairs.items()}


def lot(number, title, firm, **changes):
    return award(f"Construction d'une école - Lot {number} : {title}", firms=[firm], **changes)


def test_firms_of_different_trades_meet_on_the_day_of_the_later_lot():
    later = BEFORE + timedelta(60)
    found = pairs_of(lot(1, "Gros oeuvre", "a"), lot(2, "Peinture", "b", day=later))
    assert found == {("a", "b"): later}


@pytest.mark.parametrize(
    "other",
    [
        lot(2, "Peinture", "b", day=BEFORE + timedelta(61)),
        lot(2, "Peinture", "b", buyer="219100000"),
        lot(2, "Peinture", "a"),
        lot(1, "Peinture", "b"),
        lot(2, "Gros oeuvre secteur sud", "b"),
        lot(2, "", "b"),
        lot(2, "", "b", cpv=""),
        award("Construction d'un stade - Lot 2 : Peinture", firms="b"),
    ],
)
def test_what_is_no_other_trade_of_the_same_operation_ties_nobody(other):
    assert pairs_of(lot(1, "Gros oeuvres secteur nord", "a"), other) == {}


def test_codes_tell_trades_apart_where_a_title_is_missing():
    found = pairs_of(lot(1, "", "a", cpv="45262522"), lot(2, "", "b", cpv="45261000"))
    assert found == {("a", "b"): BEFORE}


def test_firms_that_hold_a_lot_together_are_not_two_trades():
    both = award("Construction d'une école - Lot 1 : VRD", firms=("a", "b"))
    found = pairs_of(both, lot(2, "Peinture", "b"), lot(3, "Toiture", "c"))
    assert set(found) == {("a", "c"), ("b", "c")}


def test_an_operation_across_the_day_ties_what_was_let_before_and_holds_out_the_rest(dataset_of):
    school = "Construction d'une école - Lot "
    contracts = [
        contract([1], EARLY, school + "1 : VRD"),
        contract([2], EARLY, school + "2 : peinture"),
        contract([3], LATE, school + "3 : toiture"),
        contract([9], LATE, "Autre chose"),
    ]
    _, found = dataset_of(contracts, make=lots_dataset)
    assert found["relations"].rows() == [
        ("event-1", siren(firm), "event", EARLY, SCHOOL) for firm in (1, 2)
    ]
    assert found["holdout"].to_dicts() == [pair(1, 3, "event"), pair(2, 3, "event")]
    assert found["companies"]["id"].to_list() == [siren(firm) for firm in (1, 2, 3, 9)]


@pytest.mark.parametrize(
    ("content_", "problem"),
    [
        ('{"marches": [', "is no JSON"),
        ("[]", "is no DECP document"),
        ('{"marches": []}', "holds no contract with a day"),
        ('{"marches": ["text", {"objet": "x"}]}', "holds no contract with a day"),
    ],
)
@pytest.mark.parametrize("make", [joint_awards_dataset, lots_dataset])
def test_a_bad_file_is_refused_and_nothing_is_written(content_, problem, make, tmp_path):
    path = tmp_path / "contracts.json"
    path.write_text(content_)
    with pytest.raises(InputFileError) as raised:
        make(path, tmp_path / "set", before=BEFORE)
    assert raised.value.path == str(path)
    assert problem in raised.value.problem
    assert not (tmp_path / "set").exists()


@pytest.mark.parametrize("make", [joint_awards_dataset, lots_dataset])
def test_a_day_after_which_nobody_is_new_is_refused(make, tmp_path):
    path = write(tmp_path, [contract([1, 2], EARLY)])
    with pytest.raises(InputFileError, match="on or after 2019-02-01. Choose an earlier day"):
        make(path, tmp_path / "set", before=BEFORE)


def test_a_query_counts_where_it_has_one_partner_that_is_known_too():
    counts = counts_of(
        pl.DataFrame({"id": list("abcde"), "activity": ["x", "x", "", "", ""]}),
        pl.DataFrame({"group": ["g"] * 3, "member": ["a", "b", "c"]}),
        pl.DataFrame({"source": ["a", "a", "d"], "target": ["b", "c", "e"]}),
    )
    assert counts == DatasetCounts(
        5, 2, 1, 3, 3, queries=5, queries_with_text=2, queries_with_anything=3
    )


@pytest.mark.parametrize(("queries", "verdict"), [(29, "too few to judge"), (30, "")])
def test_below_thirty_queries_there_is_no_judgement(queries, verdict):
    assert DatasetCounts(99, 99, 9, 9, 99, 99, 9, queries).verdict == verdict


@pytest.fixture(scope="module")
def extract(shared_data):
    path = shared_data / "marches_publics" / "decp_2018_2019.json.gz"
    if not path.is_file():
        pytest.skip("the extract of 2018-19 is not here: put marches_publics in ../shared/data")
    return path


@pytest.fixture(scope="module")
def rows(extract):
    """Read the dated contracts of the real file apart from the code under test."""
    found = []
    for raw in json.loads(gzip.decompress(extract.read_bytes()))["marches"]:
        listed = raw.get("titulaires") or []
        ids = {
            holder["id"].replace(" ", "")[:9]
            for holder in listed
            if holder.get("typeIdentifiant") == "SIRET"
            and is_siret(holder.get("id", "").replace(" ", ""))
        }
        day = (raw.get("dateNotification") or "")[:10]
        if ids and day.startswith("20"):
            listed_ids = {holder.get("id", "")[:9] for holder in listed}
            found.append((raw, day, ids, len(listed_ids)))
    return found


def test_a_recount_of_the_real_file_agrees(extract, rows, tmp_path):
    made = joint_awards_dataset(extract, tmp_path / "set")
    cut = str(DEFAULT_BEFORE)
    pairs = {True: set(), False: set()}
    for raw, day, ids, holders in rows:
        if raw["nature"] in ("Marché", "Marché subséquent") and holders <= 5:
            pairs[day < cut] |= {frozenset(p) for p in combinations(ids, 2)}
    later = pairs[False] - pairs[True]
    with_text = {i for raw, day, ids, _ in rows if day < cut and raw["objet"] for i in ids}
    counts = made.counts
    assert counts.firms == len({i for _, _, ids, _ in rows for i in ids})
    assert counts.firms_with_text == len(with_text)
    assert counts.related_pairs == len(pairs[True])
    assert counts.held_out_pairs == len(later)
    assert counts.queries == len({i for p in later for i in p})
    assert counts.queries_with_text == len({i for p in later if p <= with_text for i in p})
    assert counts.verdict == "too few to judge"


def test_the_day_of_the_extract_cuts_off_two_thirds_of_it(rows):
    share = sum(day < str(DEFAULT_BEFORE) for _, day, _, _ in rows) / len(rows)
    assert share == pytest.approx(2 / 3, abs=0.02)


def test_every_real_pair_of_lots_has_two_contracts_of_one_buyer_with_half_their_words(
    extract, rows
):
    """Words are compared without knowing how a lot is written; nature and days are checked."""
    by_firm = defaultdict(list)
    for raw, day, ids, _ in rows:
        for one in ids:
            words = set(raw["objet"].lower().replace("-", " ").split())
            by_firm[one].append((raw, date.fromisoformat(day), words))
    awards, _ = read_awards(extract)
    found = list(operations(mended(awards, DEFAULT_BEFORE)))
    assert len(found) >= 20
    for firms in {pair for operation in found for pair in operation.pairs}:
        assert any(
            a["acheteur"]["id"][:9] == b["acheteur"]["id"][:9]
            and {a["nature"], b["nature"]} <= {"Marché", "Marché subséquent"}
            and a["objet"] != b["objet"]
            and abs((day_a - day_b).days) <= 60
            and 2 * len(words_a & words_b) >= min(len(words_a), len(words_b))
            for a, day_a, words_a in by_firm[firms[0]]
            for b, day_b, words_b in by_firm[firms[1]]
        ), firms


@pytest.mark.parametrize("make", [joint_awards_dataset, lots_dataset])
def test_the_order_of_the_contracts_changes_nothing(make, extract, tmp_path):
    contracts = json.loads(gzip.decompress(extract.read_bytes()))["marches"]
    make(extract, tmp_path / "set")
    make(write(tmp_path, contracts[::-1]), tmp_path / "turned")
    assert content(tmp_path / "set") == content(tmp_path / "turned")


@pytest.mark.parametrize("make", [joint_awards_dataset, lots_dataset])
def test_what_is_known_does_not_change_with_what_comes_later(make, extract, tmp_path):
    """Every second later contract is taken out of the real file; lost letters are in there."""
    contracts = json.loads(gzip.decompress(extract.read_bytes()))["marches"]
    cut = str(DEFAULT_BEFORE)
    later = [raw for raw in contracts if (raw.get("dateNotification") or "") >= cut]
    dropped = {id(raw) for raw in later[::2]}
    fewer = write(tmp_path, [raw for raw in contracts if id(raw) not in dropped])
    make(extract, tmp_path / "all")
    make(fewer, tmp_path / "fewer")
    whole, part = tables(tmp_path / "all"), tables(tmp_path / "fewer")
    assert part["holdout"].height < whole["holdout"].height
    assert part["relations"].equals(whole["relations"])
    texts = dict(whole["companies"].rows())
    assert {firm: texts[firm] for firm in part["companies"]["id"]} == dict(part["companies"].rows())
