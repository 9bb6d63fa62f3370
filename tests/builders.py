"""Small builders: a company, a profile, relations, and territories whose truth is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np

from matchmaker.companies import Company, Profile
from matchmaker.feedback import Feedback, FeedbackKind
from matchmaker.relations import Relation, RelationKind
from matchmaker.settings import EligibilitySettings, ModelSettings, Settings
from matchmaker.store import open_store
from models.company_features import company_rows
from models.inputs import CompanyRows, GroupRows
from models.partner_model import PartnerModel
from pipelines.features import group_rows

COMMUNES = {"77": ("77288", "Melun"), "91": ("91228", "Évry-Courcouronnes")}


def check_digit(digits: str) -> str:
    """Digit that makes a number pass the Luhn check; written apart from the code under test."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * 2 if place % 2 == 0 else int(digit)
        total += doubled // 10 + doubled % 10
    return str((10 - total % 10) % 10)


def siret_of(number: int, establishment: int = 1) -> str:
    """Right SIRET of the nth firm."""
    siren = f"{50_000_000 + number}"
    siren += check_digit(siren)
    nic = f"{establishment:04d}"
    return siren + nic + check_digit(siren + nic)


def company(number: int = 1, department: str = "77", **changes: object) -> Company:
    """Make an active, diffusible workshop with 10 to 19 employees in Melun or Évry."""
    commune, commune_name = COMMUNES.get(department, (f"{department}001", "Ailleurs"))
    values: dict[str, object] = {
        "siret": siret_of(number),
        "name": f"Firme {number}",
        "department": department,
        "commune": commune,
        "commune_name": commune_name,
        "naf": "25.62B",
        "size_band": "11",
    }
    return Company(**{**values, **changes})  # type: ignore[arg-type]


def profile(siret: str, **changes: object) -> Profile:
    """Make a profile with consent and whatever texts are given."""
    return Profile(**{"siret": siret, "consent": True, **changes})  # type: ignore[arg-type]


def said(
    reader: str,
    partner: str,
    kind: FeedbackKind = FeedbackKind.SET_ASIDE,
    at: datetime = datetime(2026, 11, 24, tzinfo=UTC),
    **changes: object,
) -> Feedback:
    """Let a firm say something of another."""
    values: dict[str, object] = {"actor": "tests", **changes}
    return Feedback(reader, partner, kind, at, **values)  # type: ignore[arg-type]


def rows_of(
    companies: Iterable[Company],
    profiles: Iterable[Profile] = (),
    departments: Sequence[str] | None = None,
) -> CompanyRows:
    """Turn companies and profiles into the rows of the model."""
    return company_rows(companies, {p.siret: p for p in profiles}, departments)


def relation(
    key: str | int,
    members: Iterable[str],
    kind: RelationKind = RelationKind.EVENT,
    label: str = "",
) -> Relation:
    """Tie companies by their SIRETs."""
    return Relation(str(key), kind, tuple(members), None, "test", label)


def groups(rows: CompanyRows, relations: Iterable[Relation] = ()) -> GroupRows:
    """Turn relations into groups of row numbers."""
    return group_rows(relations, rows.sirets)


def numbered_groups(
    members: Iterable[Sequence[int]], kind: RelationKind = RelationKind.EVENT
) -> GroupRows:
    """Tie rows by their numbers."""
    made = GroupRows()
    for number, group in enumerate(members):
        made.members.append(np.array(group, dtype=np.int64))
        made.kinds.append(kind)
        made.labels.append(f"Groupe {number}")
        made.dates.append(date(2026, 3, 1))
        made.weights.append(1.0)
    return made


def fitted(
    companies: Iterable[Company],
    profiles: Iterable[Profile] = (),
    relations: Iterable[Relation] = (),
    *,
    model: Mapping[str, object] | None = None,
    rules: EligibilitySettings | None = None,
    seed: int = 7,
) -> PartnerModel:
    """Fit a model with few dimensions."""
    rows = rows_of(companies, profiles)
    return PartnerModel.fit(
        rows,
        groups(rows, relations),
        ModelSettings(**{"dimensions": 16, **(model or {})}),
        rules or EligibilitySettings(),
        seed,
    )


PRODUCTS = (
    "charpente bois",
    "logiciel comptable",
    "traiteur banquets",
    "usinage inox",
    "transport frigorifique",
    "imprimerie offset",
    "maraîchage biologique",
    "câblage électrique",
)
"""Products that share no word and hardly a piece of one."""

TRADES = (
    "16.23Z",
    "62.01Z",
    "56.21Z",
    "25.62B",
    "49.41A",
    "18.12Z",
    "01.13Z",
    "43.21A",
)
"""A sub-class for each product."""


@dataclass(frozen=True)
class Checkerboard:
    """A territory in which everybody's partners are known by construction.

    In each of two departments one firm per product offers that product and needs the next one. Its
    only true supplier is the firm of the other department that offers the next product, its only
    true client the one that offers the product before.

    Parameters
    ----------
    companies, profiles
        The firms and what they declare.
    suppliers, clients
        True partner of each firm, by SIRET.
    """

    companies: tuple[Company, ...]
    profiles: tuple[Profile, ...]
    suppliers: dict[str, str]
    clients: dict[str, str]


def checkerboard() -> Checkerboard:
    """Make the territory of the products above, one firm per product on each side."""
    n = len(PRODUCTS)
    sides = ("77", "91")
    firms = {
        (side, product): company(
            100 * place + product, side, naf=TRADES[product], size_band=("03", "12")[product % 2]
        )
        for place, side in enumerate(sides)
        for product in range(n)
    }
    declared = [
        profile(
            firms[side, product].siret,
            offers=f"Nous proposons {PRODUCTS[product]}.",
            needs=f"Nous cherchons {PRODUCTS[(product + 1) % n]}.",
        )
        for side, product in firms
    ]
    across = {"77": "91", "91": "77"}
    return Checkerboard(
        tuple(firms.values()),
        tuple(declared),
        {
            firm.siret: firms[across[side], (product + 1) % n].siret
            for (side, product), firm in firms.items()
        },
        {
            firm.siret: firms[across[side], (product - 1) % n].siret
            for (side, product), firm in firms.items()
        },
    )


@dataclass(frozen=True)
class Mixture:
    """Firms of every kind: with and without texts, relations, place, trade and size."""

    companies: tuple[Company, ...]
    profiles: tuple[Profile, ...]
    relations: tuple[Relation, ...]


def mixture(
    number: int = 48, *, texts: bool = True, related: bool = True, seed: int = 3
) -> Mixture:
    """Draw firms of three departments; every third declares nothing, some have no relation.

    The communes of the third department are in no table. The last firms have neither trade nor
    staff band, and the very last one is overseas, where no place is known.
    """
    rng = np.random.default_rng(seed)
    firms, declared = [], []
    for k in range(number):
        side = "975" if k == number - 1 else ("77", "91", "45")[k % 3]
        bare = k >= number - 3
        firms.append(
            company(
                k,
                side,
                naf=None if bare else TRADES[int(rng.integers(len(TRADES)))],
                size_band=None if bare else str(rng.choice(["00", "02", "03", "11", "12", "22"])),
                latitude=48.5 + float(rng.random()) / 4 if k % 4 == 0 else None,
                longitude=2.4 + float(rng.random()) / 2 if k % 4 == 0 else None,
            )
        )
        if texts and k % 3 != (k // 3) % 3 and not bare:
            own, other = rng.choice(len(PRODUCTS), 2, replace=False)
            declared.append(
                profile(
                    firms[-1].siret,
                    activity=f"Atelier de {PRODUCTS[own]} en Île-de-France",
                    offers=f"Prestations de {PRODUCTS[own]} pour l'industrie",
                    needs=f"Un fournisseur de {PRODUCTS[other]}",
                    themes=tuple(rng.choice(["export", "numérique", "énergie"], 2, replace=False)),
                    certifications=("Qualiopi",) if k % 7 == 0 else (),
                )
            )
    tied = [firm.siret for firm in firms[: 2 * number // 3]]
    relations = []
    if related:
        for key, kind in enumerate((*RelationKind, *RelationKind, *RelationKind)):
            size = 2 if kind is RelationKind.SUPPLY else int(rng.integers(2, 7))
            members = [str(siret) for siret in rng.choice(tied, size, replace=False)]
            relations.append(relation(key, members, kind, f"Groupe {key}"))
    return Mixture(tuple(firms), tuple(declared), tuple(relations))


def stored_mixture(settings: Settings, number: int = 48) -> Settings:
    """Put firms of every kind into the store of a home, without any night yet."""
    world = mixture(number)
    store = open_store(settings.store_url)
    with store.unit() as unit:
        unit.companies.upsert(world.companies)
        unit.profiles.upsert(world.profiles)
        unit.relations.replace("test", world.relations)
    store.close()
    return settings
