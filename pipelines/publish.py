"""What a night publishes: the fitted model, the lists, the log of vetoes, and their manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from matchmaker.eligibility import PAIR_RULES
from matchmaker.errors import SnapshotError
from matchmaker.intents import Intent
from matchmaker.settings import Settings
from models.arrays import save_arrays
from models.bands import BANDS
from models.inputs import CompanyRows, GroupRows
from models.lists import ALL_ROLES, RankedLists, Vetoes
from models.marks import Marks
from models.partner_model import PartnerModel
from pipelines.labels import Labels

PACKAGES = ("matchmaker", "models", "pipelines")
"""Packages whose code decides what a night publishes."""


def write_lists(folder: Path, intent: Intent, lists: RankedLists, vetoes: Vetoes) -> None:
    """Write the lists of one intent, and which candidates a rule kept out of them."""
    save_arrays(
        folder / "lists" / intent,
        {
            "partners": lists.partners,
            "roles": lists.roles,
            "scores": lists.scores,
            "bands": lists.bands,
            "parts": lists.parts,
            "propensity": lists.propensity,
        },
    )
    save_arrays(
        folder / "vetoes" / intent,
        {
            "seekers": vetoes.seekers.astype(np.int32),
            "partners": vetoes.partners.astype(np.int32),
            "rules": vetoes.rules,
        },
    )


def check_lists(model: PartnerModel, lists: Mapping[Intent, RankedLists]) -> None:
    """Make sure that no hard rule is broken in what is about to be published.

    The rules were applied when the lists were made; this looks at the result alone.

    Raises
    ------
    SnapshotError
        Naming the rule, the intent and the first pair.
    """
    view = model.territory.view
    everyone = np.arange(len(view))
    for intent, ranked in lists.items():
        if len(ranked.partners) != len(view) or ranked.partners.max(initial=-1) >= len(view):
            raise SnapshotError(f"lists of {intent}: do not fit the {len(view)} companies")
        rules = model.ranker.vetoes(view, everyone, ranked.partners.astype(np.int64), intent)
        broken = np.argwhere(rules >= 0)
        if len(broken):
            row, place = broken[0]
            raise SnapshotError(
                f"lists of {intent}: rule {PAIR_RULES[rules[row, place]]} is broken by "
                f"{model.sirets[row]} and {model.sirets[ranked.partners[row, place]]}. "
                "Nothing was published; please report this."
            )


def build_manifest(
    model: PartnerModel,
    lists: Mapping[Intent, RankedLists],
    vetoes: Mapping[Intent, Vetoes],
    *,
    settings: Settings,
    at: datetime,
    data_date: date | None,
    input_digest: str,
    kept_out: Mapping[str, int],
    fictional: bool,
) -> dict[str, Any]:
    """Describe a snapshot: everything but the files, which `matchmaker.store.snapshots` adds."""
    shown = model.settings.list_length
    return {
        "created_at": at.isoformat(),
        "data_date": data_date.isoformat() if data_date else None,
        "version": version("matchmaker"),
        "code_digest": code_digest(),
        "settings_digest": settings_digest(settings),
        "input_digest": input_digest,
        "seed": settings.seed,
        "fictional": fictional,
        "counts": {
            "companies": len(model.sirets),
            "by_department": _by_department(model),
            "relations": int(model.territory.links.membership.shape[1]),
            "kept_out": dict(sorted(kept_out.items())),
            "suggestions": {
                intent: _count_roles(ranked, shown) for intent, ranked in lists.items()
            },
            "bands": {intent: _count_bands(ranked, shown) for intent, ranked in lists.items()},
            "directions": _count_directions(model, lists, shown),
            "coverage": {
                intent: _share((ranked.partners[:, 0] >= 0).mean())
                for intent, ranked in lists.items()
            },
            "covered": _share(
                np.any([r.partners[:, 0] >= 0 for r in lists.values()], axis=0).mean()
            ),
            "vetoes": {
                rule: int(sum((log.rules == number).sum() for log in vetoes.values()))
                for number, rule in enumerate(PAIR_RULES)
            },
        },
    }


def _share(value: float) -> float:
    return round(float(np.nan_to_num(value)), 4)


def _by_department(model: PartnerModel) -> dict[str, int]:
    numbers = np.bincount(model.territory.view.department, minlength=len(model.departments))
    return {code: int(n) for code, n in zip(model.departments, numbers, strict=True)}


def _count_roles(ranked: RankedLists, shown: int) -> dict[str, int]:
    roles = ranked.roles[:, :shown]
    return {
        role: int((roles == number).sum())
        for number, role in enumerate(ALL_ROLES)
        if (roles == number).any()
    }


def _count_bands(ranked: RankedLists, shown: int) -> dict[str, int]:
    listed = ranked.partners[:, :shown] >= 0
    return {
        band: int((listed & (ranked.bands[:, :shown] == number)).sum())
        for number, band in enumerate(BANDS)
    }


def _count_directions(
    model: PartnerModel, lists: Mapping[Intent, RankedLists], shown: int
) -> dict[str, dict[str, int]]:
    """Count suggestions from each department to each other one, per intent."""
    department = model.territory.view.department
    size = len(model.departments)
    counted: dict[str, dict[str, int]] = {}
    for intent, ranked in lists.items():
        rows, places = np.nonzero(ranked.partners[:, :shown] >= 0)
        partners = ranked.partners[rows, places]
        pairs = department[rows].astype(np.int64) * size + department[partners]
        table = np.bincount(pairs, minlength=size * size).reshape(size, size)
        counted[intent] = {
            f"{model.departments[a]}->{model.departments[b]}": int(table[a, b])
            for a, b in np.argwhere(table)
        }
    return counted


def code_digest() -> str:
    """Digest of the code that decides the result."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        root = Path(str(files(package)))
        for path in sorted([*root.rglob("*.py"), *root.rglob("*.csv"), *root.rglob("*.txt")]):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def settings_digest(settings: Settings) -> str:
    """Digest of the settings that decide the result."""
    chosen = settings.model_dump(mode="json", include={"model", "eligibility", "seed"})
    return hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()


def input_digest(companies: CompanyRows, groups: GroupRows, marks: Marks, labels: Labels) -> str:
    """Digest of everything that the model was given."""
    digest = hashlib.sha256()
    for array in (
        companies.sirets,
        companies.department,
        companies.trade,
        companies.size,
        companies.position,
        companies.training_body,
        companies.exports,
        companies.capacity,
        *groups.members,
        *(getattr(labels, each.name) for each in fields(Labels)),
        *(getattr(marks, each.name).indptr for each in fields(Marks)),
        *(getattr(marks, each.name).indices for each in fields(Marks)),
    ):
        digest.update(np.ascontiguousarray(array).tobytes())
    texts = [companies.activity, companies.offers, companies.needs, companies.themes, groups.kinds]
    dates = [day.isoformat() if day else None for day in groups.dates]
    digest.update(json.dumps([texts, groups.labels, dates, groups.weights]).encode())
    return digest.hexdigest()
