"""The fictional territory as files: the same formats as real data, and the truth apart.

| file | content |
|---|---|
| `etablissements.csv.gz`, `unites_legales.csv.gz` | the registry, official Sirene columns |
| `profils.xlsx` | what firms declare |
| `relations.csv` | clubs, events, meetings, introductions, as groups |
| `fournisseurs.csv` | known suppliers and clients, as pairs |
| `marches.json` | public contracts, present DECP format |
| `verite/` | the latent world; neither model nor pipeline reads it |
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from matchmaker.companies import Profile
from matchmaker.relations import RelationKind
from pipelines.demo.catalogue import PRODUCTS, PROJECTS, TRADES
from pipelines.demo.contracts import draw_contracts
from pipelines.demo.observation import Group, draw_clubs, draw_events, observe_pairs, set_scene
from pipelines.demo.partners import Pairs, true_partners
from pipelines.demo.profiles import draw_profiles
from pipelines.demo.registration import Registration, register
from pipelines.demo.spreadsheets import Cell, write_csv, write_workbook
from pipelines.demo.stock import (
    ESTABLISHMENT_COLUMNS,
    FICTIONAL,
    LEGAL_UNIT_COLUMNS,
    establishment_rows,
    legal_unit_rows,
)
from pipelines.demo.world import draw_world

PROFILE_COLUMNS = (
    "siret", "activite", "offres", "besoins", "certifications", "themes", "capacite",
    "consentement", "contact_nom", "contact_courriel", "contact_telephone",
)  # fmt: skip
GROUP_COLUMNS = ("groupe", "membre", "type", "date", "libelle")
PAIR_COLUMNS = ("source", "cible", "type", "date", "libelle")


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """Paths of the files of a fictional territory."""

    establishments: Path
    legal_units: Path
    profiles: Path
    relations: Path
    suppliers: Path
    awards: Path
    truth: Path


def generate(folder: Path, *, companies: int, seed: int, today: date) -> DemoFiles:
    """Write a fictional territory; the same arguments give the same bytes.

    Parameters
    ----------
    folder
        Where to write; made if missing, files of the same names are replaced.
    companies
        Number of establishments, from 2 to 30,000.
    seed
        Seed of the random generator, at least 0.
    today
        The day on which the territory is seen; every date lies before it.

    Returns
    -------
    DemoFiles
        Where the files are.

    Raises
    ------
    ValueError
        If the number of companies or the seed is out of range.
    """
    if seed < 0:
        raise ValueError(f"seed must be >= 0, got {seed}")
    # One stream of chance per stage: a change in the words leaves the world as it was.
    of_world, of_registry, of_profiles, of_links, of_contracts = np.random.default_rng(seed).spawn(
        5
    )
    world = draw_world(of_world, companies=companies, today=today)
    registrations = register(of_registry, world)
    profiles = draw_profiles(of_profiles, registrations, today)
    truth = true_partners(registrations)
    scene = set_scene(registrations, today)
    groups = [*draw_clubs(of_links, scene), *draw_events(of_links, scene)]
    for kind in (RelationKind.MEETING, RelationKind.INTRODUCTION):
        groups += observe_pairs(of_links, scene, truth, kind)
    suppliers = observe_pairs(of_links, scene, truth, RelationKind.SUPPLY)
    contracts = draw_contracts(of_contracts, scene, truth, world.buyers)

    files = _paths(folder)
    files.truth.mkdir(parents=True, exist_ok=True)
    write_csv(
        files.establishments,
        (*ESTABLISHMENT_COLUMNS, FICTIONAL),
        establishment_rows(registrations, today),
    )
    write_csv(
        files.legal_units, (*LEGAL_UNIT_COLUMNS, FICTIONAL), legal_unit_rows(registrations, today)
    )
    write_workbook(files.profiles, "Profils fictifs", PROFILE_COLUMNS, map(_profile_row, profiles))
    write_csv(files.relations, GROUP_COLUMNS, _group_rows(groups, registrations))
    write_csv(files.suppliers, PAIR_COLUMNS, _pair_rows(suppliers, registrations))
    _write_json(files.awards, {FICTIONAL: True, "marches": {"marche": contracts}})
    _write_truth(files.truth, registrations, truth)
    return files


def _paths(folder: Path) -> DemoFiles:
    return DemoFiles(
        establishments=folder / "etablissements.csv.gz",
        legal_units=folder / "unites_legales.csv.gz",
        profiles=folder / "profils.xlsx",
        relations=folder / "relations.csv",
        suppliers=folder / "fournisseurs.csv",
        awards=folder / "marches.json",
        truth=folder / "verite",
    )


def _profile_row(profile: Profile) -> list[Cell]:
    return [
        profile.siret,
        profile.activity,
        profile.offers,
        profile.needs,
        "; ".join(profile.certifications),
        "; ".join(profile.themes),
        profile.capacity,
        "oui" if profile.consent else "non",
        profile.contact.name,
        profile.contact.email,
        profile.contact.phone,
    ]


def _group_rows(
    groups: list[Group], registrations: tuple[Registration, ...]
) -> Iterator[list[Cell]]:
    for group in groups:
        for row in group.members:
            siret = registrations[row].firm.siret
            yield [group.key, siret, group.kind.value, group.date.isoformat(), group.label]


def _pair_rows(pairs: list[Group], registrations: tuple[Registration, ...]) -> Iterator[list[Cell]]:
    for pair in pairs:
        source, target = (registrations[row].firm.siret for row in pair.members)
        yield [source, target, pair.kind.value, pair.date.isoformat(), pair.label]


def _write_truth(folder: Path, registrations: tuple[Registration, ...], truth: Pairs) -> None:
    """Write the latent firms, their true partners, and the recipes that make them partners."""
    sirets = np.array([entry.firm.siret for entry in registrations])
    pl.DataFrame(
        {
            "kind": truth.kind,
            "source": sirets[truth.source].tolist(),
            "target": sirets[truth.target].tolist(),
            "subject": truth.subject,
            "source_lot": truth.source_lot,
            "target_lot": truth.target_lot,
            "utility": truth.utility,
        }
    ).write_parquet(folder / "partners.parquet")
    firms = [entry.firm for entry in registrations]
    pl.DataFrame(
        {
            "siret": sirets.tolist(),
            "role": [firm.role.value for firm in firms],
            "trade": [firm.trade.key if firm.trade else None for firm in firms],
            "open_to_partners": [entry.open_to_partners for entry in registrations],
            "department": [firm.commune.department for firm in firms],
            "east": [firm.east for firm in firms],
            "north": [firm.north for firm in firms],
            "staff": [firm.staff for firm in firms],
            "trust": [firm.trust for firm in firms],
            "offers": [json.dumps(firm.offers) for firm in firms],
            "needs": [json.dumps(firm.needs) for firm in firms],
            "themes": [json.dumps(firm.themes, ensure_ascii=False) for firm in firms],
        }
    ).write_parquet(folder / "firms.parquet")
    _write_json(
        folder / "recipes.json",
        {
            "products": {
                product.key: {"name": product.name, "reach_km": product.reach_km}
                for product in PRODUCTS
            },
            "trades": {
                trade.key: {"sells": list(trade.sells), "buys": list(trade.buys)}
                for trade in TRADES
            },
            "projects": {project.key: list(project.lots) for project in PROJECTS},
        },
    )


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
