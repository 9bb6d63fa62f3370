"""Joint holders of a plain contract are related; winners of a framework agreement are not."""

import gzip
import json
from datetime import date

import pytest

from matchmaker.errors import InputFileError, RejectRateError
from matchmaker.relations import Relation, RelationKind
from pipelines.sources.awards import import_awards


@pytest.fixture
def awards_of(store, settings, at, tmp_path):
    """Import contracts; give the report and the relations of the store."""

    def run(document, name="contracts.json"):
        path = tmp_path / name
        text = document if isinstance(document, bytes) else json.dumps(document).encode()
        path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
        report = import_awards(store, path, settings=settings, at=at)
        with store.reading() as unit:
            return report, unit.relations.all()

    return run


@pytest.fixture
def contract(make_siret):
    """Build a contract of the 2019 format, held by two firms."""

    def build(**changes):
        holders = [
            {"id": make_siret(number), "typeIdentifiant": "SIRET"}
            for number in changes.pop("holders", (1, 2))
        ]
        return {
            "id": "2024-17",
            "acheteur": {"id": "21770288400012"},
            "nature": "Marché",
            "objet": "Rénovation  du gymnase",
            "dateNotification": "2024-03-31",
            "titulaires": holders,
        } | changes

    return build


def test_both_formats_give_the_same_relation(awards_of, contract, make_siret):
    old = contract()
    present = old | {"titulaires": [{"titulaire": holder} for holder in old["titulaires"]]}
    expected = Relation(
        key="21770288400012:2024-17",
        kind=RelationKind.AWARD,
        members=(make_siret(1), make_siret(2)),
        date=date(2024, 3, 31),
        source="awards:contracts.json",
        label="Rénovation du gymnase",
    )
    report, relations = awards_of({"marches": [old]})
    assert relations == [expected]
    assert (report.read, report.kept, report.left_out, report.rejected) == (1, 1, {}, 0)
    concession = {"id": "1", "concessionnaires": []}
    document = {"marches": {"marche": [present], "contrat-concession": [concession]}}
    report, relations = awards_of(document)
    assert relations == [expected]
    assert (report.read, report.left_out) == (2, {"concession": 1})


def test_gzip_is_unpacked(awards_of, contract):
    assert awards_of({"marches": [contract()]}, "contracts.json.gz")[0].kept == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"holders": (1,)}, "one holder"),
        ({"titulaires": None}, "one holder"),
        ({"nature": "Accord-cadre"}, "framework agreement"),
        ({"nature": "ACCORD-CADRE à bons de commande"}, "framework agreement"),
        ({"techniques": {"technique": ["Concours", "Accord-cadre"]}}, "framework agreement"),
        ({"typeGroupementOperateurs": "Pas de groupement"}, "holders that form no group"),
        ({"nature": "Concession de travaux"}, "concession"),
        ({"_type": "Contrat de concession"}, "concession"),
        ({"holders": (1, 1)}, "fewer than two firms with a right SIRET"),
    ],
)
def test_what_says_nothing_about_partners_is_left_out_by_name(changes, reason, awards_of, contract):
    report, relations = awards_of({"marches": [contract(**changes)]})
    assert relations == []
    assert (report.left_out, report.rejected) == ({reason: 1}, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"typeGroupementOperateurs": "Conjoint"},
        {"typeGroupementOperateurs": "Solidaire"},
        {"nature": "Marché subséquent"},
        {"techniques": {"technique": ["Accord-cadre"]}, "idAccordCadre": "2023-1"},
        {"techniques": {"technique": ["Concours"]}},
    ],
)
def test_a_joint_holding_is_kept(changes, awards_of, contract):
    assert awards_of({"marches": [contract(**changes)]})[0].kept == 1


def test_holders_without_a_right_siret_are_dropped_and_counted(awards_of, contract, make_siret):
    changed = contract()
    changed["titulaires"] += [
        {"id": "DE123456789", "typeIdentifiant": "TVA"},
        {"id": "12345678901234", "typeIdentifiant": "SIRET"},
        {"id": f" {make_siret(3)[:9]} {make_siret(3)[9:]}", "typeIdentifiant": "SIRET"},
        {},
    ]
    report, relations = awards_of({"marches": [changed]})
    assert relations[0].members == tuple(make_siret(number) for number in (1, 2, 3))
    assert report.notes == {
        "holders with an identifier that is no SIRET": 2,
        "holders with a wrong SIRET": 1,
    }


def test_two_establishments_of_one_firm_are_one_holder(awards_of, contract, make_siret):
    changed = contract()
    changed["titulaires"].append({"id": make_siret(1, 2), "typeIdentifiant": "SIRET"})
    assert awards_of({"marches": [changed]})[1][0].members == (make_siret(1), make_siret(2))


def test_holders_of_modifications_are_not_partners(awards_of, contract, make_siret):
    later = [{"titulaire": {"id": make_siret(9), "typeIdentifiant": "SIRET"}}]
    changed = contract(modifications=[{"modification": {"id": 1, "titulaires": later}}])
    assert awards_of({"marches": [changed]})[1][0].members == (make_siret(1), make_siret(2))


def test_a_contract_counts_once_per_buyer(awards_of, contract):
    other = contract(acheteur={"id": "21910228000018"})
    report, relations = awards_of({"marches": [contract(), contract(), other]})
    assert len(relations) == 2
    assert report.left_out == {"repeated contract": 1}


def test_lost_accents_stay_and_are_counted(awards_of, contract):
    report, relations = awards_of({"marches": [contract(objet="R\ufffdnovation")]})
    assert relations[0].label == "R\ufffdnovation"
    assert report.notes == {"objects with characters lost at their source": 1}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": None}, "contract has no identifier"),
        ({"acheteur": None}, "contract has no buyer"),
        ({"dateNotification": "31 mars"}, "date is not written YYYY-MM-DD or DD/MM/YYYY"),
    ],
)
def test_a_wrong_contract_is_rejected_alone(changes, reason, awards_of, contract):
    report, relations = awards_of({"marches": [contract(**changes), contract(id="2"), "text"]})
    assert len(relations) == 1
    assert report.by_reason == {reason: 1, "contract is no object": 1}


@pytest.mark.parametrize(
    ("content", "problem", "line"),
    [
        (b'{"marches": [\n{]', "is no JSON", 2),
        (b"[]", "is no DECP document", None),
        (b'{"marches": 3}', "is no DECP document", None),
        (b'{"marches":\n["\xe9"]}', "is not UTF-8 text", 2),
        (b"", "is empty", None),
        (b"[" * 100_000, "is nested too deeply", None),
        (b'{"marches": []}', "holds no contract", None),
        (b'{"marches": {"marche": []}}', "holds no contract", None),
        (b'{"marches": [' + b"9" * 6000 + b"]}", "holds a number of too many digits", None),
        (b"\x89PNG\r\n\x1a\n\0\xc8", "is no text file", None),
        (gzip.compress(b"{}" * 1000, mtime=0)[:-9], "the compressed file ends too early", None),
    ],
)
def test_a_bad_document_is_refused_and_the_store_stays_as_it_was(
    content, problem, line, awards_of, contract, store
):
    _, before = awards_of({"marches": [contract()]})
    with pytest.raises(InputFileError) as raised:
        awards_of(content)
    assert raised.value.path.endswith("contracts.json")
    assert problem in raised.value.problem
    assert raised.value.line == line
    with store.reading() as unit:
        assert unit.relations.all() == before
        assert len(unit.imports.all()) == 1


def test_over_the_reject_rate_the_awards_of_before_stay(
    awards_of, contract, store, strict, at, tmp_path
):
    _, before = awards_of({"marches": [contract()]})
    path = tmp_path / "contracts.json"
    path.write_text(json.dumps({"marches": [contract(id="2"), contract(id=None)]}))
    with pytest.raises(RejectRateError, match="nothing was imported") as raised:
        import_awards(store, path, settings=strict, at=at)
    assert (raised.value.report.kept, raised.value.report.rejected) == (0, 1)
    with store.reading() as unit:
        assert unit.relations.all() == before
        assert len(unit.imports.all()) == 1
