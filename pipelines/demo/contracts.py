"""Public contracts in the present DECP format: consortia, single holders, framework agreements."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import numpy as np

from pipelines.demo.catalogue import PRODUCTS, PROJECTS, Product, Project
from pipelines.demo.grammar import at, of
from pipelines.demo.observation import YEARS_SEEN, Scene, visibility
from pipelines.demo.partners import Pairs

LARGEST_CONSORTIUM = 5

_FIRMS_PER_CONSORTIUM = 25
_FIRMS_PER_SINGLE = 20
_FIRMS_PER_FRAMEWORK = 80
_CROSS_BORDER_SHARE_SEEN = 0.3
_PROJECTS = {project.key: project for project in PROJECTS}
_SUPPLY_OBJECTS = (
    "Accord-cadre multi-attributaire : {name}",
    "Accord-cadre à bons de commande, {name}",
    "Marchés subséquents de {name} pour les services municipaux",
)

Contract = dict[str, Any]


def draw_contracts(
    generator: np.random.Generator, scene: Scene, truth: Pairs, buyers: tuple[str, ...]
) -> list[Contract]:
    """Draw public contracts, oldest first; only those with a consortium are joint awards."""
    firms = len(scene.present)
    drafts = [
        *_draw_consortia(generator, scene, truth, firms // _FIRMS_PER_CONSORTIUM),
        *_draw_single(generator, scene, firms // _FIRMS_PER_SINGLE),
        *_draw_frameworks(generator, scene, firms // _FIRMS_PER_FRAMEWORK),
    ]
    days = np.sort(generator.integers(40, YEARS_SEEN * 365, size=len(drafts)))[::-1]
    shuffled = [drafts[row] for row in generator.permutation(len(drafts))]
    return [
        _dated(generator, draft, number, scene.today - timedelta(days=int(day)), buyers)
        for number, (draft, day) in enumerate(zip(shuffled, days, strict=True), start=1)
    ]


def _draw_consortia(
    generator: np.random.Generator, scene: Scene, truth: Pairs, count: int
) -> list[Contract]:
    """Draw leaders, large firms more often, and complete each with its true partners."""
    rows_of: dict[int, list[int]] = defaultdict(list)
    for row in np.flatnonzero(np.array(truth.kind) == "consortium"):
        rows_of[int(truth.source[row])].append(int(row))
    if not rows_of:
        return []
    leaders = np.array(sorted(rows_of))
    weights = 10 ** (0.5 * scene.known.log_staff[leaders])
    chosen = generator.choice(leaders, size=count, p=weights / weights.sum())
    return [
        _consortium(generator, scene, truth, int(leader), rows_of[int(leader)]) for leader in chosen
    ]


def _consortium(
    generator: np.random.Generator, scene: Scene, truth: Pairs, leader: int, rows: list[int]
) -> Contract:
    """Give each partner another lot of one project; partners of one trade would be rivals."""
    subject = truth.subject[rows[generator.integers(len(rows))]]
    own = [row for row in rows if truth.subject[row] == subject]
    lot = truth.source_lot[own[generator.integers(len(own))]]
    own = [row for row in own if truth.source_lot[row] == lot]
    targets = truth.target[own]
    weights = truth.utility[own] * visibility(
        scene.known, np.array(leader), targets, _CROSS_BORDER_SHARE_SEEN
    )
    keys = np.log(weights) + generator.gumbel(size=len(own))
    size = 1 + int(generator.integers(1, LARGEST_CONSORTIUM))
    members, lots = [leader], {lot}
    trades = {int(scene.known.trade[leader])}
    units = {int(scene.known.siren[leader])}
    for place in np.argsort(-keys, kind="stable"):
        row, target = own[place], int(targets[place])
        trade, unit = int(scene.known.trade[target]), int(scene.known.siren[target])
        if truth.target_lot[row] in lots or trade in trades or unit in units:
            continue
        members.append(target)
        lots.add(truth.target_lot[row])
        trades.add(trade)
        units.add(unit)
        if len(members) == size:
            break
    project = _PROJECTS[subject]
    return {
        **_object(generator, scene, leader, project),
        "holders": [scene.registrations[row].firm.siret for row in members],
        "grouping": "Conjoint" if generator.random() < 0.6 else "Solidaire",
        "technique": "Sans objet",
    }


def _draw_single(generator: np.random.Generator, scene: Scene, count: int) -> list[Contract]:
    """Draw contracts of one firm."""
    by_lot = _holders(scene)
    projects = [project for project in PROJECTS if any(by_lot[lot] for lot in project.lots)]
    contracts: list[Contract] = []
    for _ in range(count if projects else 0):
        project = projects[generator.integers(len(projects))]
        lots = [lot for lot in project.lots if by_lot[lot]]
        rows = by_lot[lots[generator.integers(len(lots))]]
        row = rows[generator.integers(len(rows))]
        contracts.append(
            {
                **_object(generator, scene, row, project),
                "holders": [scene.registrations[row].firm.siret],
                "grouping": "Pas de groupement",
                "technique": "Sans objet",
            }
        )
    return contracts


def _draw_frameworks(generator: np.random.Generator, scene: Scene, count: int) -> list[Contract]:
    """Draw framework agreements that several competitors hold side by side."""
    by_product = _holders(scene)
    products = [product for product in PRODUCTS if len(by_product[product.key]) >= 2]
    return [
        _framework(generator, scene, products[generator.integers(len(products))], by_product)
        for _ in range(count if products else 0)
    ]


def _framework(
    generator: np.random.Generator,
    scene: Scene,
    product: Product,
    by_product: dict[str, list[int]],
) -> Contract:
    rows = by_product[product.key]
    size = min(len(rows), int(generator.integers(2, 6)))
    members = generator.choice(rows, size=size, replace=False)
    wording = _SUPPLY_OBJECTS[generator.integers(len(_SUPPLY_OBJECTS))]
    return {
        "object": wording.format(name=product.name),
        "cpv": product.cpv,
        "place": scene.registrations[int(members[0])].firm.commune.code,
        "holders": [scene.registrations[int(row)].firm.siret for row in members],
        "grouping": "Pas de groupement",
        "technique": "Accord-cadre",
    }


def _holders(scene: Scene) -> dict[str, list[int]]:
    """Firms that sell each product."""
    by_product: dict[str, list[int]] = defaultdict(list)
    for row in scene.present:
        for key in scene.registrations[row].firm.offers:
            by_product[key].append(int(row))
    return by_product


def _object(generator: np.random.Generator, scene: Scene, row: int, project: Project) -> Contract:
    commune = scene.registrations[row].firm.commune
    wording = project.objects[generator.integers(len(project.objects))]
    return {
        "object": wording.format(at=at(commune.name), of=of(commune.name)),
        "cpv": project.cpv,
        "place": commune.code,
    }


def _dated(
    generator: np.random.Generator, draft: Contract, number: int, day: date, buyers: tuple[str, ...]
) -> Contract:
    """Put a draft in the official fields."""
    several = len(draft["holders"]) > 1
    works = draft["cpv"].startswith("45")
    framework = draft["technique"] == "Accord-cadre"
    return {
        "id": f"{day.year}F{number:05d}",
        "acheteur": {"id": buyers[generator.integers(len(buyers))]},
        "nature": "Marché",
        "objet": draft["object"],
        "codeCPV": draft["cpv"],
        "techniques": {"technique": [draft["technique"]]},
        "modalitesExecution": {
            "modaliteExecution": ["Bons de commande" if framework else "Sans objet"]
        },
        "marcheInnovant": False,
        "ccag": "Travaux" if works else "Fournitures courantes et services",
        "offresRecues": int(generator.integers(2, 9)) + len(draft["holders"]) * framework,
        "attributionAvance": bool(generator.random() < 0.4),
        "tauxAvance": 0,
        "typeGroupementOperateurs": draft["grouping"],
        "sousTraitanceDeclaree": bool(several and generator.random() < 0.3),
        "origineUE": 0.0,
        "origineFrance": 0.0,
        "procedure": "Appel d'offres ouvert" if several else "Procédure adaptée",
        "lieuExecution": {"code": draft["place"], "typeCode": "Code commune"},
        "dureeMois": int(generator.integers(3, 49)),
        "dateNotification": day.isoformat(),
        "datePublicationDonnees": (day + timedelta(days=30)).isoformat(),
        "montant": float(round(10 ** generator.uniform(4.3, 6.5), -2)),
        "typesPrix": {"typePrix": ["Définitif révisable"]},
        "formePrix": "Unitaire" if framework else "Forfaitaire",
        "titulaires": [
            {"titulaire": {"id": siret, "typeIdentifiant": "SIRET"}} for siret in draft["holders"]
        ],
        "considerationsSociales": {"considerationSociale": ["Pas de considération sociale"]},
        "considerationsEnvironnementales": {
            "considerationEnvironnementale": ["Clause environnementale"]
        },
    }
