"""Firms and introductions that want the attention of an adviser, in few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.companies import Company, Diffusion
from matchmaker.introductions.life import State
from matchmaker.portfolio import STATES, Need, Stage
from matchmaker.store.batches import KEYS_PER_QUERY, batches
from matchmaker.store.companies import CompanyRepository
from matchmaker.store.introduction_tables import introduction_outcomes, introductions
from matchmaker.store.list_tables import saved_list_members
from matchmaker.store.tables import companies, opt_outs, profiles, relation_members


class PortfolioRepository:
    """What an adviser looks after, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def firms(
        self,
        need: Need,
        department: str | None,
        *,
        since: datetime,
        limit: int,
        offset: int = 0,
    ) -> tuple[str, ...]:
        """List the SIRETs of firms in need, by name; those that changed, the latest first.

        Parameters
        ----------
        need
            What they need.
        department
            Of the chamber; `None` for all.
        since
            Moment from which on a profile counts as changed of late.
        limit, offset
            Only so many, after so many.
        """
        order: list[sa.ColumnElement[Any]] = [companies.c.sort_name, companies.c.siret]
        if need is Need.CHANGED:
            order = [profiles.c.changed_at.desc(), companies.c.siret]
        statement = _of_chamber(department).where(_condition(need, since)).order_by(*order)
        return tuple(self._connection.scalars(statement.limit(limit).offset(offset)))

    def counts(self, department: str | None, *, since: datetime) -> dict[Need, int]:
        """Count the firms in each need; parameters as in `firms`."""
        of_chamber = _of_chamber(department).with_only_columns(
            *(sa.func.count().filter(_condition(need, since)).label(need.value) for need in Need)
        )
        row = self._connection.execute(of_chamber).one()._mapping
        return {need: int(row[need.value]) for need in Need}

    def count(self, need: Need, department: str | None, *, since: datetime) -> int:
        """Count the firms in one need; parameters as in `firms`."""
        found = _of_chamber(department).where(_condition(need, since))
        return self._connection.execute(found.with_only_columns(sa.func.count())).scalar_one()

    def shown(self, sirets: Sequence[str]) -> dict[str, Company]:
        """Read companies that may be shown in the directory, closed ones included.

        Neither what opted out nor what is not to be shown at all; unknown SIRETs are absent.
        """
        found = CompanyRepository(self._connection).many(sirets)
        gone: set[str] = set()
        for chunk in batches(found, KEYS_PER_QUERY):
            statement = sa.select(opt_outs.c.siret).where(opt_outs.c.siret.in_(chunk))
            gone.update(self._connection.scalars(statement))
        return {
            siret: company
            for siret, company in found.items()
            if siret not in gone and company.diffusion is not Diffusion.NONE
        }

    def sizes(self, list_ids: Sequence[str]) -> dict[str, int]:
        """Count the firms of lists that may be shown; lists without any are absent."""
        members = saved_list_members.c
        statement = (
            sa.select(members.list_id, sa.func.count())
            .join(companies, companies.c.siret == members.siret)
            .where(
                members.list_id.in_(list_ids),
                companies.c.diffusion != Diffusion.NONE.value,
                ~sa.exists().where(opt_outs.c.siret == members.siret),
            )
            .group_by(members.list_id)
        )
        return {list_id: number for list_id, number in self._connection.execute(statement)}

    def outcomes_said(
        self, states: Sequence[State] = STATES[Stage.FOLLOW_UP]
    ) -> dict[str, set[tuple[str, int]]]:
        """Who has said what came of which introduction: SIRET, and days of the question."""
        said = introduction_outcomes.c
        statement = (
            sa.select(said.introduction_id, said.siret, said.days)
            .join(introductions, introductions.c.id == said.introduction_id)
            .where(introductions.c.state.in_([state.value for state in states]))
        )
        found: dict[str, set[tuple[str, int]]] = defaultdict(set)
        for introduction_id, siret, days in self._connection.execute(statement):
            found[introduction_id].add((siret, days))
        return dict(found)


def _of_chamber(department: str | None) -> sa.Select[tuple[str]]:
    """Open firms of a chamber that have a profile and have not opted out."""
    # Nothing is added to the SIRET; but SQLite cannot begin with the companies then, of which there
    # are many more than profiles.
    joined = profiles.join(companies, companies.c.siret == profiles.c.siret + "")
    statement = (
        sa.select(companies.c.siret)
        .select_from(joined)
        .where(
            companies.c.active,
            companies.c.diffusion != Diffusion.NONE.value,
            ~sa.exists().where(opt_outs.c.siret == companies.c.siret),
        )
    )
    if department is not None:
        statement = statement.where(companies.c.department == department)
    return statement


def _condition(need: Need, since: datetime) -> sa.ColumnElement[bool]:
    match need:
        case Need.INCOMPLETE:
            texts = (profiles.c.activity, profiles.c.offers, profiles.c.needs)
            return profiles.c.consent & sa.or_(*(text == "" for text in texts))
        case Need.NO_CONSENT:
            return ~profiles.c.consent
        case Need.CHANGED:
            return profiles.c.changed_at >= since
        case Need.ALONE:
            return profiles.c.consent & ~_knows_across()


def _knows_across() -> sa.ColumnElement[bool]:
    """Whether a firm is in a group with one of another department."""
    member = relation_members.c
    return sa.exists().where(member.siret == companies.c.siret, member.across)
