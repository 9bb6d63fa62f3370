"""What firms of the fictional territory make, need and say.

`PRODUCTS`, `TRADES` and `PROJECTS` are the whole economy: products tie the trades together, since
each trade sells some and buys others (its recipe).
"""

from __future__ import annotations

from pipelines.demo.catalogue import (
    construction,
    food,
    industry,
    knowledge,
    logistics,
    services,
    tenders,
)
from pipelines.demo.catalogue.entries import Product, Project, Trade

_CHAPTERS = (industry, food, construction, logistics, knowledge, services)

PRODUCTS: tuple[Product, ...] = tuple(p for chapter in _CHAPTERS for p in chapter.PRODUCTS)
TRADES: tuple[Trade, ...] = tuple(t for chapter in _CHAPTERS for t in chapter.TRADES)
PROJECTS: tuple[Project, ...] = tenders.PROJECTS

COMMON_NEEDS: tuple[str, ...] = (
    "expertise_comptable",
    "nettoyage_locaux",
    "infogerance",
    "cybersecurite",
    "site_web",
    "conseil_com",
    "video",
    "formation_management",
    "formation_securite",
    "assurance",
    "recrutement",
    "apprentis",
    "collecte_dechets",
    "audit_energetique",
    "photovoltaique",
    "bornes_recharge",
    "traiteur",
    "seminaire",
    "team_building",
    "conseil_rse",
    "conseil_transmission",
    "financement_innovation",
    "impression",
    "vetements_travail",
    "location_vehicules",
    "gardiennage",
    "locaux",
    "chocolats",
    "demenagement",
    "electricite",
    "espaces_verts",
    "agencement",
    "conseil_organisation",
)
"""Products that a firm of any trade may need, beside its recipe."""

__all__ = ["COMMON_NEEDS", "PRODUCTS", "PROJECTS", "TRADES", "Product", "Project", "Trade"]
