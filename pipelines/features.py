"""From the store to what the model sees; the features of one company are in `models`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matchmaker.companies import Company, Diffusion, Profile
from matchmaker.eligibility import Standing, company_rule
from matchmaker.feedback import FeedbackKind
from matchmaker.relations import Relation
from matchmaker.settings import EligibilitySettings
from matchmaker.store import Unit
from models.company_features import company_rows
from models.inputs import CompanyRows, GroupRows
from models.marks import Marks, build_marks
from pipelines.labels import Labels, labels_of


@dataclass(frozen=True)
class Features:
    """What a night starts from.

    Parameters
    ----------
    companies, groups
        Input of the model.
    kept_out
        How many companies of the store each rule keeps out.
    feedback
        How many answers to suggestions stand in the store.
    marks
        What firms and advisers said of pairs of companies that take part.
    labels
        Which suggestions firms found good, and which not.
    communes
        Code of the commune of each row.
    """

    companies: CompanyRows
    groups: GroupRows
    kept_out: dict[str, int]
    feedback: int
    marks: Marks
    labels: Labels
    communes: list[str]


def read_features(unit: Unit, rules: EligibilitySettings) -> Features:
    """Read companies, profiles and relations, and keep those that may take part.

    A company that a rule keeps out leaves no trace in the model: neither its texts nor its
    relations are used.
    """
    profiles = {row["siret"]: row for row in unit.profiles.frame().iter_rows(named=True)}
    opted_out = unit.exclusions.opted_out()
    kept: list[Company] = []
    kept_out: Counter[str] = Counter()
    for row in unit.companies.frame().iter_rows(named=True):
        company = Company(**{**row, "diffusion": Diffusion(row["diffusion"])})
        declared = profiles.get(company.siret)
        standing = Standing(company.siret in opted_out, declared["consent"] if declared else None)
        rule = company_rule(company, standing, rules)
        if rule is None:
            kept.append(company)
        else:
            kept_out[rule] += 1
    rows = company_rows(kept, {siret: _profile_of(row) for siret, row in profiles.items()})
    groups = group_rows(unit.relations.all(), rows.sirets)
    marks = read_marks(unit, rows.sirets)
    answers = unit.feedback.all_standing()
    labels = labels_of(answers, rows.sirets)
    commune_of = {company.siret: company.commune for company in kept}
    communes = [commune_of[str(siret)] for siret in rows.sirets]
    return Features(rows, groups, dict(kept_out), len(answers), marks, labels, communes)


def _profile_of(row: Mapping[str, object]) -> Profile:
    values = dict(row)
    for name in ("certifications", "themes"):
        values[name] = tuple(values[name] or ())  # type: ignore[arg-type]
    return Profile(**values)  # type: ignore[arg-type]


def read_marks(unit: Unit, sirets: npt.NDArray[np.str_]) -> Marks:
    """Read what firms said of pairs, and for which an adviser lifted the rule of competitors.

    Parameters
    ----------
    sirets
        The rows; pairs with a company that is none of them are left out.
    """
    row = {str(siret): number for number, siret in enumerate(sirets)}

    def rows_of(pairs: Iterable[tuple[str, str]]) -> list[tuple[int, int]]:
        return [(row[a], row[b]) for a, b in pairs if a in row and b in row]

    said = unit.feedback.pairs
    return build_marks(
        len(sirets),
        competitor=rows_of(said(FeedbackKind.COMPETITOR)),
        known=rows_of(said(FeedbackKind.ALREADY_KNOWN, FeedbackKind.MET)),
        set_aside=rows_of(said(FeedbackKind.SET_ASIDE)),
        lifted=rows_of((each.low, each.high) for each in unit.feedback.overrides()),
    )


def group_rows(relations: Iterable[Relation], sirets: npt.NDArray[np.str_]) -> GroupRows:
    """Turn relations into groups of row numbers; members that are not rows are left out."""
    row = {str(siret): number for number, siret in enumerate(sirets)}
    groups = GroupRows()
    for relation in relations:
        members = [row[siret] for siret in relation.members if siret in row]
        if len(members) >= 2:
            groups.members.append(np.array(members, dtype=np.int64))
            groups.kinds.append(relation.kind)
            groups.labels.append(relation.label)
            groups.dates.append(relation.date)
            groups.weights.append(1.0)
    return groups
