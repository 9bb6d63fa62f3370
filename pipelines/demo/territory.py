"""One fictional territory in memory: its latent world, what is known of it, and what was tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from matchmaker.companies import Profile
from matchmaker.relations import RelationKind
from pipelines.demo.contracts import Contract, draw_contracts
from pipelines.demo.observation import Group, draw_clubs, draw_events, observe_pairs, set_scene
from pipelines.demo.oracle import KINDS, Oracle, oracle_of
from pipelines.demo.outcomes import Acquainted, acquainted, draw_exposures
from pipelines.demo.partners import Pairs, true_partners
from pipelines.demo.profiles import draw_profiles
from pipelines.demo.registration import Registration, register
from pipelines.demo.world import World, draw_world

STAGES = (
    "world", "registry", "profiles", "links", "contracts", "exposures",
    *(f"future {kind}" for kind in KINDS), "null world", "labels",
)  # fmt: skip
"""What is drawn, each stage from a stream of chance of its own.

A change in the words leaves the world as it was; new stages come last, so that they leave the
others as they were.
"""


@dataclass(frozen=True)
class Territory:
    """Everything that was drawn, in the order of the world.

    Parameters
    ----------
    world, registrations, profiles
        The firms: what is latent, what the registry says, what they declare.
    truth, oracle
        The best partners of each firm, and the worth of any pair.
    groups, suppliers, contracts
        What is known: clubs, events, meetings and introductions; trade; public contracts.
    met
        Who knows whom by one of these (`outcomes.acquainted`).
    exposures
        Pairs that were shown and what came of it (`outcomes.draw_exposures`).
    """

    world: World
    registrations: tuple[Registration, ...]
    profiles: list[Profile]
    truth: Pairs
    oracle: Oracle
    groups: list[Group]
    suppliers: list[Group]
    contracts: list[Contract]
    met: Acquainted
    exposures: pl.DataFrame


def streams(seed: int) -> dict[str, np.random.Generator]:
    """One source of chance per stage.

    Raises
    ------
    ValueError
        If the seed is below 0.
    """
    if seed < 0:
        raise ValueError(f"seed must be >= 0, got {seed}")
    return dict(zip(STAGES, np.random.default_rng(seed).spawn(len(STAGES)), strict=True))


def draw_territory(*, companies: int, seed: int, today: date) -> Territory:
    """Draw a fictional territory; the same arguments give the same one.

    Parameters
    ----------
    companies
        Number of establishments, from 2 to 30,000.
    seed
        Seed of the random generator, at least 0.
    today
        The day on which the territory is seen; all that is known of it lies before.

    Raises
    ------
    ValueError
        If the number of companies or the seed is out of range.
    """
    chance = streams(seed)
    world = draw_world(chance["world"], companies=companies, today=today)
    registrations = register(chance["registry"], world)
    profiles = draw_profiles(chance["profiles"], registrations, today)
    truth = true_partners(registrations)
    scene = set_scene(registrations, today)
    of_links = chance["links"]
    groups = [*draw_clubs(of_links, scene), *draw_events(of_links, scene)]
    for kind in (RelationKind.MEETING, RelationKind.INTRODUCTION):
        groups += observe_pairs(of_links, scene, truth, kind)
    suppliers = observe_pairs(of_links, scene, truth, RelationKind.SUPPLY)
    contracts = draw_contracts(chance["contracts"], scene, truth, world.buyers)
    oracle = oracle_of(registrations)
    met = acquainted(
        [*groups, *suppliers, *joint_awards(contracts, registrations)], len(registrations)
    )
    return Territory(
        world=world,
        registrations=registrations,
        profiles=profiles,
        truth=truth,
        oracle=oracle,
        groups=groups,
        suppliers=suppliers,
        contracts=contracts,
        met=met,
        exposures=draw_exposures(chance["exposures"], oracle, met, today),
    )


def joint_awards(contracts: list[Contract], registrations: tuple[Registration, ...]) -> list[Group]:
    """Contracts that several firms won together; holders of a framework agreement are rivals."""
    row = {entry.firm.siret: place for place, entry in enumerate(registrations)}
    awards = []
    for contract in contracts:
        holders = tuple(row[held["titulaire"]["id"]] for held in contract["titulaires"])
        if len(holders) > 1 and contract["typeGroupementOperateurs"] != "Pas de groupement":
            awards.append(
                Group(
                    key=contract["id"],
                    kind=RelationKind.AWARD,
                    members=holders,
                    date=date.fromisoformat(contract["dateNotification"]),
                    label=contract["objet"],
                )
            )
    return awards
