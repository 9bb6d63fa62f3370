"""The fictional territory as files: the same formats as real data, and the truth apart.

| file | content |
|---|---|
| `etablissements.csv.gz`, `unites_legales.csv.gz` | the registry, official Sirene columns |
| `profils.xlsx` | what firms declare |
| `relations.csv` | clubs, events, meetings, introductions, as groups |
| `fournisseurs.csv` | known suppliers and clients, as pairs |
| `marches.json` | public contracts, present DECP format |
| `verite/` | the latent world and the outcomes of exposures; neither model nor pipeline reads it |
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
from pipelines.demo.catalogue import PRODUCTS, PROJECTS, TRADES
from pipelines.demo.observation import Group
from pipelines.demo.partners import Pairs
from pipelines.demo.registration import Registration
from pipelines.demo.spreadsheets import Cell, write_csv, write_workbook
from pipelines.demo.stock import (
    ESTABLISHMENT_COLUMNS,
    FICTIONAL,
    LEGAL_UNIT_COLUMNS,
    establishment_rows,
    legal_unit_rows,
)
from pipelines.demo.territory import draw_territory

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
    territory = draw_territory(companies=companies, seed=seed, today=today)
    registrations = territory.registrations
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
    profile_rows = map(_profile_row, territory.profiles)
    write_workbook(files.profiles, "Profils fictifs", PROFILE_COLUMNS, profile_rows)
    write_csv(files.relations, GROUP_COLUMNS, _group_rows(territory.groups, registrations))
    write_csv(files.suppliers, PAIR_COLUMNS, _pair_rows(territory.suppliers, registrations))
    _write_json(files.awards, {FICTIONAL: True, "marches": {"marche": territory.contracts}})
    _write_truth(files.truth, registrations, territory.truth)
    _write_exposures(files.truth / "exposures.parquet", registrations, territory.exposures)
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


def _write_exposures(
    path: Path, registrations: tuple[Registration, ...], exposures: pl.DataFrame
) -> None:
    """Write which pairs were shown and accepted, under their SIRETs."""
    sirets = pl.Series([entry.firm.siret for entry in registrations])
    named = [sirets.gather(exposures[end]).alias(end) for end in ("source", "target")]
    exposures.with_columns(named).write_parquet(path)


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
