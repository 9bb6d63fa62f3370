"""Public contracts (DECP): joint holders of a plain contract are known to each other.

Two formats are read, as JSON, plain or gzip-compressed: that of 2019, `{"marches": [...]}`, and
the present one, `{"marches": {"marche": [...], "contrat-concession": [...]}}`, whose holders are
wrapped in `{"titulaire": {...}}`.

Several holders of one contract are a consortium, or the winners side by side of a framework
agreement, who are competitors. So a framework agreement makes no relation, and where the present
format says that the holders form no group, neither does a contract. A contract that follows from
a framework agreement (`Marché subséquent`, or an `idAccordCadre`) is a plain one.

References
----------
Format: https://github.com/139bercy/format-commande-publique
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from matchmaker.errors import InputFileError
from matchmaker.relations import Relation, RelationKind
from matchmaker.settings import Settings
from matchmaker.spelling import fold
from matchmaker.store import Store
from matchmaker.tabular.cells import read_day
from matchmaker.tabular.rejects import (
    BadValueError,
    ImportReport,
    Progress,
    Rejects,
    digest_of,
    import_record,
    no_progress,
    siret_reason,
)
from pipelines.sources.documents import read_document

ONE_HOLDER = "one holder"
CONCESSION = "concession"
FRAMEWORK = "framework agreement"
NO_GROUP = "holders that form no group"
TOO_FEW = "fewer than two firms with a right SIRET"
REPEATED = "repeated contract"

LONGEST_LABEL = 300
"""Characters of a contract's object that are kept."""

_LOST_CHARACTER = "\ufffd"

Contract = dict[str, Any]


def import_awards(
    store: Store,
    path: Path,
    *,
    settings: Settings,
    at: datetime,
    progress: Progress = no_progress,
) -> ImportReport:
    """Import joint awards, in place of those that came from a file of the same name.

    Lines of the rejects file are ranks of contracts, from 1.

    Parameters
    ----------
    store
        Where the relations go. Holders need not be companies of the store.
    path
        DECP file, `.json` or `.json.gz`.
    settings
        The settings in force.
    at
        Moment of the import.
    progress
        Told how far the file has been read.

    Raises
    ------
    InputFileError
        If the file as a whole cannot be imported.
    TooManyRejectsError
        If too many contracts are wrong; nothing is written.
    """
    started = perf_counter()
    contracts, concessions = _contracts_of(path, read_document(path, progress=progress))
    if not contracts and not concessions:
        # An empty document in place of a full one would wipe out its relations.
        raise InputFileError(str(path), "holds no contract", "Download or export it again")
    report = ImportReport("awards", str(path), read=len(contracts) + concessions)
    left_out = Counter({CONCESSION: concessions})
    notes: Counter[str] = Counter()
    with Rejects(settings.home, report.kind, path) as rejects, store.unit() as unit:
        relations = list(_relations(contracts, f"awards:{path.name}", left_out, notes, rejects))
        report.left_out = {reason: count for reason, count in left_out.items() if count}
        report.notes = dict(notes)
        rejects.judge(report, settings.imports.max_reject_rate)
        report.kept = unit.relations.replace(f"awards:{path.name}", relations)
        unit.imports.record(import_record(report, digest_of(path), None, at))
    report.seconds = perf_counter() - started
    return report


def _contracts_of(path: Path, document: object) -> tuple[list[object], int]:
    """Contracts of either format, and the number of concessions that stand apart from them."""
    marches = document.get("marches") if isinstance(document, dict) else None
    if isinstance(marches, list):
        return marches, 0
    if isinstance(marches, dict):
        return _listed(marches.get("marche")), len(_listed(marches.get("contrat-concession")))
    raise InputFileError(
        str(path),
        "is no DECP document: it has no list 'marches'",
        "Check that it is the right file",
    )


def _listed(value: object) -> list[object]:
    """Items of a list; converters from XML write a list of one without its brackets."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _relations(
    contracts: list[object],
    source: str,
    left_out: Counter[str],
    notes: Counter[str],
    rejects: Rejects,
) -> Iterator[Relation]:
    seen: set[str] = set()
    for rank, contract in enumerate(contracts, start=1):
        try:
            outcome = _relation_or_reason(contract, source, seen, notes)
        except BadValueError as fault:
            rejects.add(fault.at(rank))
            continue
        if isinstance(outcome, Relation):
            yield outcome
        else:
            left_out[outcome] += 1


def _relation_or_reason(
    contract: object, source: str, seen: set[str], notes: Counter[str]
) -> Relation | str:
    """Relation between the holders of a contract, or the rule by which there is none."""
    if not isinstance(contract, dict):
        raise BadValueError("", str(contract), "contract is no object")
    reason = _why_not(contract)
    if reason:
        return reason
    key = _key(contract)
    if key in seen:
        return REPEATED
    seen.add(key)
    return _relation(contract, key, source, notes) or TOO_FEW


def _why_not(contract: Contract) -> str | None:
    """Why a contract says nothing about firms that work together, by rule."""
    nature = fold(str(contract.get("nature") or ""))
    if "concession" in fold(str(contract.get("_type") or "")) or nature.startswith(
        ("concession", "delegation de service public")
    ):
        return CONCESSION
    if len(_holders(contract)) < 2:
        return ONE_HOLDER
    if _is_framework(contract, nature):
        return FRAMEWORK
    group = contract.get("typeGroupementOperateurs")
    if group is not None and fold(str(group)) not in ("conjoint", "solidaire"):
        return NO_GROUP
    return None


def _is_framework(contract: Contract, nature: str) -> bool:
    if nature.startswith("accord cadre"):
        return True
    techniques = contract.get("techniques")
    names = techniques.get("technique") if isinstance(techniques, dict) else techniques
    listed = {fold(str(name)) for name in _listed(names)}
    return "accord cadre" in listed and not contract.get("idAccordCadre")


def _holders(contract: Contract) -> list[Contract]:
    """First holders of a contract; those of later modifications took over from them."""
    holders = [
        item.get("titulaire", item) if isinstance(item, dict) else {}
        for item in _listed(contract.get("titulaires"))
    ]
    return [holder for holder in holders if isinstance(holder, dict)]


def _key(contract: Contract) -> str:
    buyer = contract.get("acheteur")
    buyer_id = str(buyer.get("id") or "") if isinstance(buyer, dict) else ""
    contract_id = str(contract.get("id") or "")
    if not contract_id:
        raise BadValueError("id", "", "contract has no identifier")
    if not buyer_id:
        raise BadValueError("acheteur.id", "", "contract has no buyer")
    return f"{buyer_id}:{contract_id}"


def _relation(contract: Contract, key: str, source: str, notes: Counter[str]) -> Relation | None:
    day = read_day("dateNotification", str(contract.get("dateNotification") or "")[:10])
    members = tuple(_firms(contract, notes))
    if len(members) < 2:
        return None
    label = " ".join(str(contract.get("objet") or "").split())[:LONGEST_LABEL]
    if _LOST_CHARACTER in label:
        notes["objects with characters lost at their source"] += 1
    return Relation(key, RelationKind.AWARD, members, day, source, label)


def _firms(contract: Contract, notes: Counter[str]) -> list[str]:
    """SIRETs of the holders, one per legal unit: a firm is no partner of itself."""
    by_siren: dict[str, str] = {}
    for holder in _holders(contract):
        if fold(str(holder.get("typeIdentifiant") or "")) != "siret":
            notes["holders with an identifier that is no SIRET"] += 1
            continue
        siret = "".join(str(holder.get("id") or "").split())
        if siret_reason(siret):
            notes["holders with a wrong SIRET"] += 1
            continue
        by_siren.setdefault(siret[:9], siret)
    return list(by_siren.values())
