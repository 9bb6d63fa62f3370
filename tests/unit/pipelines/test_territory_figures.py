"""A territory that can be counted by hand."""

from datetime import UTC, datetime

import numpy as np
import pytest
from builders import company, fitted, groups, profile, relation, rows_of

from matchmaker.intents import Intent
from matchmaker.relations import RelationKind
from models.lists import RankedLists
from models.marks import no_marks
from pipelines.discretion import Pairs
from pipelines.features import Features
from pipelines.introduction_figures import MadeIntroduction, introduction_figures
from pipelines.labels import labels_of
from pipelines.territory_figures import Ground, reach_of, territory_figures

AT = datetime(2026, 11, 25, tzinfo=UTC)
GPS, MELUN = "200059228", "247700057"
"""EPCI of Savigny-le-Temple and of Évry-Courcouronnes, and that of Melun."""

# Six workshops in Melun, six builders in Savigny (Grand Paris Sud, 77), twelve workshops in Évry.
FIRMS = (
    *(company(k, "77") for k in range(6)),
    *(company(10 + k, "77", commune="77445", naf="43.21A") for k in range(6)),
    *(company(20 + k, "91") for k in range(12)),
)
SIRETS = [firm.siret for firm in FIRMS]
PROFILES = [profile(siret, offers="usinage inox") for siret in SIRETS[:6]]


def relations():
    """Six workshops of Melun and six builders of Savigny have met one firm of Évry each."""
    for k in range(12):
        yield relation(k, [SIRETS[k], SIRETS[12 + k]], RelationKind.MEETING)
    # Told twice, of one side only, and not a meeting: none of it is one more link.
    yield relation("again", [SIRETS[0], SIRETS[12]], RelationKind.AWARD)
    yield relation("home", [SIRETS[0], SIRETS[1]], RelationKind.MEETING)
    yield relation("fair", [SIRETS[0], SIRETS[20], SIRETS[21]], RelationKind.EVENT)


def no_list(n):
    shape = (n, 2)
    return RankedLists(
        partners=np.full(shape, -1, np.int32),
        roles=np.full(shape, -1, np.int8),
        scores=np.zeros(shape, np.float32),
        bands=np.zeros(shape, np.int8),
        parts=np.zeros((*shape, 1), np.float16),
        propensity=np.ones(shape, np.float32),
    )


@pytest.fixture(scope="module")
def world():
    model = fitted(FIRMS, PROFILES, relations(), model={"list_length": 1, "reserve": 1})
    rows = rows_of(FIRMS, PROFILES)
    place = {str(siret): row for row, siret in enumerate(rows.sirets)}
    commune = {firm.siret: firm.commune for firm in FIRMS}
    features = Features(
        companies=rows,
        groups=groups(rows, relations()),
        kept_out={},
        feedback=0,
        marks=no_marks(len(rows)),
        labels=labels_of([], rows.sirets),
        communes=[commune[str(siret)] for siret in rows.sirets],
    )
    lists = {intent: no_list(len(rows)) for intent in Intent}
    for k in range(6):
        here, there = place[SIRETS[k]], place[SIRETS[12 + k]]
        # Good for one, strong for the other, in two lists: one pair.
        lists[Intent.PEER].partners[here, 0], lists[Intent.PEER].bands[here, 0] = there, 1
        lists[Intent.SUPPLY].partners[there, 0], lists[Intent.SUPPLY].bands[there, 0] = here, 2
        # Weak, and in the reserve: neither counts.
        lists[Intent.EXPORT].partners[here, 0] = place[SIRETS[13 + k]]
        lists[Intent.EXPORT].partners[here, 1], lists[Intent.EXPORT].bands[here, 1] = there + 1, 2
    return model, features, lists


@pytest.fixture(scope="module")
def figures(world):
    return territory_figures(*world, [])


def test_known_links_by_sector(figures):
    assert figures["known"]["sectors"] == {
        "links": 12,
        "left": [("C", 6), ("F", 6)],
        "right": [("C", 12)],
        "cells": [("C", "C", 6), ("F", "C", 6)],
        "rest": 0,
    }


def test_grand_paris_sud_is_a_category_of_both_sides(figures):
    assert figures["known"]["epci"] == {
        "links": 12,
        "left": [(GPS, 6), (MELUN, 6)],
        "right": [(GPS, 12)],
        "cells": [(GPS, GPS, 6), (MELUN, GPS, 6)],
        "rest": 0,
    }


def test_suggestions_that_are_good_or_strong_count_once_a_pair(figures):
    assert figures["suggested"]["sectors"]["links"] == 6
    assert figures["suggested"]["epci"]["cells"] == [(MELUN, GPS, 6)]


def test_shares_of_firms_with_a_partner_across(figures):
    assert figures["reach"] == {
        "all": [("all", 24, 24)],
        "departments": [("77", 12, 12), ("91", 12, 12)],
        "declared": [("yes", 6, 6), ("no", 18, 18)],
        "epci": [(f"{GPS}:77", 6, 6), (f"{MELUN}:77", 6, 6), (f"{GPS}:91", 12, 12)],
    }
    assert figures["firms"] == {"77": 12, "91": 12, "all": 24, "declared": 6}


def test_what_an_epci_leaves_of_its_department_is_no_figure_either():
    """Three firms on each side, together six: the departments would tell three from three."""
    codes = ["77"] * 9 + ["91"] * 9
    epci = ([GPS] * 6 + [MELUN] * 3) + ([GPS] * 6 + ["249100546"] * 3)
    own = np.array(codes)
    ground = Ground(own, np.full(18, "C"), np.array(epci), np.zeros(18, dtype=bool))
    rows = np.arange(9)
    told = reach_of(ground, Pairs(rows, rows + 9))
    assert told["departments"] == [("77", 9, 9), ("91", 9, 9)]
    assert told["epci"] == [("other:77", 9, 9), ("other:91", 9, 9)]


def test_pairs_of_a_third_department_are_none_of_these(world):
    elsewhere = [company(k, "45") for k in range(200, 206)]
    firms = [*FIRMS, *elsewhere]
    tied = [relation(k, [SIRETS[k], elsewhere[k].siret], RelationKind.MEETING) for k in range(6)]
    rows = rows_of(firms)
    model = fitted(firms, (), tied)
    commune = {firm.siret: firm.commune for firm in firms}
    features = Features(
        rows, groups(rows, tied), {}, 0, no_marks(len(rows)), labels_of([], rows.sirets),
        [commune[str(siret)] for siret in rows.sirets],
    )  # fmt: skip
    lists = {intent: no_list(len(rows)) for intent in Intent}
    found = territory_figures(model, features, lists, [])
    assert found["known"]["sectors"]["links"] == 0
    assert found["firms"]["all"] == 24


class TestIntroductions:
    @staticmethod
    def made(month, *firms, well=False):
        return [MadeIntroduction(month, (f"{a}", f"{b}"), well) for a, b in firms]

    def test_by_month_with_what_went_well(self):
        october = self.made("2026-10", (1, 2), (3, 4), (5, 6), well=True)
        november = self.made("2026-11", (1, 7), (8, 9), (10, 11))
        assert introduction_figures(october + november) == {
            "made": 6,
            "went_well": 3,
            "months": [["2026-10", 3, 3], ["2026-11", 3, 0]],
        }

    def test_a_month_of_four_firms_is_not_told_nor_found_by_subtraction(self):
        september = self.made("2026-09", (1, 2), (3, 4), (5, 6), (7, 8))
        october = self.made("2026-10", (1, 2), (3, 4), (5, 6))
        november = self.made("2026-11", (1, 2), (3, 4))
        assert introduction_figures(september + october + november) == {
            "made": 9,
            "went_well": 0,
            "months": [["2026-09", 4, 0], ["2026-10", None, 0], ["2026-11", None, 0]],
        }

    def test_four_firms_in_all_are_not_told(self):
        assert introduction_figures(self.made("2026-11", (1, 2), (3, 4))) == {
            "made": None,
            "went_well": 0,
            "months": [["2026-11", None, 0]],
        }

    def test_none_at_all(self):
        assert introduction_figures([]) == {"made": 0, "went_well": 0, "months": []}
