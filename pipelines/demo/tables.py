"""A fictional territory as the tables of a dataset: what is shown of it, and what is to be found.

The tables of what is shown hold what registry, profiles and relations say, nothing latent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from matchmaker.companies import Company, Diffusion, Profile
from matchmaker.eligibility import Standing, company_rule
from matchmaker.settings import EligibilitySettings
from matchmaker.territory import wgs84_from_lambert93
from pipelines.demo.observation import Group
from pipelines.demo.oracle import WorthPairs, worth_pairs
from pipelines.demo.outcomes import future_links
from pipelines.demo.registration import Registration
from pipelines.demo.territory import Territory, joint_awards

DECLARED = ("name", "activity", "offers", "needs", "naf", "size_band", "created")
"""What a company says of itself, or the registry of it; the rest is where it is."""

_RELATION_COLUMNS = {
    "group": pl.String,
    "member": pl.String,
    "kind": pl.String,
    "date": pl.Date,
    "label": pl.String,
}


@dataclass(frozen=True)
class Tables:
    """The tables of a dataset folder; companies go by their SIRET.

    Parameters
    ----------
    companies
        Those that may take part: `id`, `territory`, `DECLARED`, `latitude`, `longitude`.
    relations
        One row per member of a group: `group`, `member`, `kind`, `date`, `label`; of `supply` the
        supplier comes first.
    candidates
        Those that may be answers, `id`: the truth says nothing of the others.
    holdout
        Pairs to be found, all across the border: `source`, `target`, `kind`.
    labels
        Pairs that were shown: `source`, `target`, `label` (1 where both accepted), `date`.
    oracle
        Worth of every pair of candidates across the border that is worth anything: `source`,
        `target`, `utility`; nothing where no such worth makes links.
    """

    companies: pl.DataFrame
    relations: pl.DataFrame
    candidates: pl.DataFrame
    holdout: pl.DataFrame
    labels: pl.DataFrame
    oracle: pl.DataFrame | None


def true_tables(territory: Territory, kind: str, of_future: np.random.Generator) -> Tables:
    """Put a territory in tables, with the partnerships of one kind that form in the year to come.

    Parameters
    ----------
    territory
        What was drawn.
    kind
        One of `oracle.KINDS`; for `supply` sources are suppliers and targets clients.
    of_future
        Source of chance for these partnerships.
    """
    consents = {profile.siret: profile for profile in territory.profiles}
    rules = EligibilitySettings()
    taking_part = [
        entry
        for entry in territory.registrations
        if _takes_part(entry, consents.get(entry.firm.siret), rules)
    ]
    companies = _company_frame(taking_part, consents)
    candidates = pl.DataFrame(
        {"id": [entry.firm.siret for entry in taking_part if entry.open_to_partners]},
        schema={"id": pl.String},
    )
    sirets = [entry.firm.siret for entry in territory.registrations]
    known = [
        *territory.groups,
        *territory.suppliers,
        *joint_awards(territory.contracts, territory.registrations),
    ]
    links = future_links(of_future, territory.oracle, kind, territory.met)
    return Tables(
        companies=companies,
        relations=_relation_frame(known, sirets, set(companies["id"])),
        candidates=candidates,
        holdout=_among(_pair_frame(links, sirets), candidates)
        .select("source", "target")
        .with_columns(kind=pl.lit(kind)),
        labels=_label_frame(territory, kind, sirets, candidates),
        oracle=_among(_pair_frame(worth_pairs(territory.oracle, kind), sirets), candidates),
    )


def _takes_part(entry: Registration, profile: Profile | None, rules: EligibilitySettings) -> bool:
    """Apply the rules of the night: a company that they keep out leaves no trace."""
    firm = entry.firm
    company = Company(
        siret=firm.siret,
        name=None,
        department=firm.commune.department,
        commune=firm.commune.code,
        commune_name=firm.commune.name,
        naf=entry.naf,
        legal_category=entry.unit.category,
        size_band=firm.band,
        active=entry.closed is None,
        diffusion=entry.unit.diffusion,
    )
    standing = Standing(opted_out=False, consent=profile.consent if profile else None)
    return company_rule(company, standing, rules) is None


def _company_frame(entries: Sequence[Registration], profiles: dict[str, Profile]) -> pl.DataFrame:
    declared = [
        profiles.get(entry.firm.siret, Profile(entry.firm.siret, consent=False))
        for entry in entries
    ]
    latitude, longitude = _places(entries)
    return pl.DataFrame(
        {
            "id": [entry.firm.siret for entry in entries],
            "territory": [entry.firm.commune.department for entry in entries],
            "name": [_shown_name(entry) for entry in entries],
            "activity": [profile.activity for profile in declared],
            "offers": [profile.offers for profile in declared],
            "needs": [profile.needs for profile in declared],
            "naf": [entry.naf for entry in entries],
            "size_band": [entry.firm.band for entry in entries],
            "created": [entry.created for entry in entries],
            "latitude": latitude,
            "longitude": longitude,
        }
    )


def _places(entries: Sequence[Registration]) -> tuple[list[float], list[float]]:
    """Degrees of each establishment; of partial diffusion only the commune is known."""
    metres = np.array([[entry.firm.east, entry.firm.north] for entry in entries]).reshape(-1, 2)
    latitude, longitude = wgs84_from_lambert93(metres[:, 0], metres[:, 1])
    for row, entry in enumerate(entries):
        if entry.unit.diffusion is Diffusion.PARTIAL:
            latitude[row] = entry.firm.commune.latitude
            longitude[row] = entry.firm.commune.longitude
    return latitude.round(6).tolist(), longitude.round(6).tolist()


def _shown_name(entry: Registration) -> str:
    """Name that may be shown: a brand, or that of a legal unit that is not a person."""
    if entry.unit.diffusion is not Diffusion.FULL:
        return ""
    return entry.brand or ("" if entry.unit.person else entry.unit.name)


def _relation_frame(groups: list[Group], sirets: list[str], taking_part: set[str]) -> pl.DataFrame:
    """Keep the members that take part, and the groups that still tie two."""
    rows = []
    for group in groups:
        members = [sirets[row] for row in group.members if sirets[row] in taking_part]
        if len(members) > 1:
            rows += [
                (group.key, member, group.kind.value, group.date, group.label) for member in members
            ]
    return pl.DataFrame(rows, schema=_RELATION_COLUMNS, orient="row")


def _pair_frame(pairs: WorthPairs, sirets: list[str]) -> pl.DataFrame:
    names = pl.Series(sirets)
    return pl.DataFrame(
        {
            "source": names.gather(pairs.source),
            "target": names.gather(pairs.target),
            "utility": pairs.utility,
        }
    )


def _label_frame(
    territory: Territory, kind: str, sirets: list[str], candidates: pl.DataFrame
) -> pl.DataFrame:
    """Outcome of each pair that was shown; of a pair that came twice, the first one."""
    names = pl.Series(sirets)
    shown = territory.exposures.filter(pl.col("kind") == kind).sort("date", maintain_order=True)
    frame = pl.DataFrame(
        {
            "source": names.gather(shown["source"]),
            "target": names.gather(shown["target"]),
            "label": shown["accepted"].cast(pl.Int8),
            "date": shown["date"],
        }
    ).unique(["source", "target"], keep="first", maintain_order=True)
    return _among(frame, candidates)


def _among(pairs: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    return pairs.filter(
        pl.col("source").is_in(candidates["id"].implode())
        & pl.col("target").is_in(candidates["id"].implode())
    )
