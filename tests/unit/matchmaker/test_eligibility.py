"""Hard rules: each keeps out whom it names, in order, and a setting can change or drop it."""

from typing import get_args

import numpy as np
import pytest
from builders import company
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.companies import SIZE_BANDS, Diffusion, smallest_staff
from matchmaker.eligibility import (
    COMPANY_RULES,
    Standing,
    are_competitors,
    catchment_km,
    company_rule,
)
from matchmaker.settings import CompanyRule, EligibilitySettings

SETTINGS = EligibilitySettings()
NO_PROFILE = Standing(opted_out=False, consent=None)
CONSENTS = Standing(opted_out=False, consent=True)
REFUSES = Standing(opted_out=False, consent=False)
OPTED_OUT = Standing(opted_out=True, consent=True)

KEPT_OUT = [
    ("closed", {"active": False}, NO_PROFILE),
    ("closed", {"active": False}, CONSENTS),
    ("not_diffusible", {"diffusion": Diffusion.NONE}, NO_PROFILE),
    ("not_diffusible", {"diffusion": Diffusion.NONE}, CONSENTS),
    ("partial_diffusion", {"diffusion": Diffusion.PARTIAL}, NO_PROFILE),
    ("partial_diffusion", {"diffusion": Diffusion.PARTIAL}, REFUSES),
    ("opted_out", {}, OPTED_OUT),
    ("consent_refused", {}, REFUSES),
    ("public_body", {"naf": "84.11Z"}, NO_PROFILE),
    ("public_body", {"legal_category": "7210"}, NO_PROFILE),
    ("public_body", {"legal_category": "4110"}, NO_PROFILE),
    ("public_body", {"siret": "21770288300018"}, NO_PROFILE),
    ("school", {"naf": "85.20Z"}, NO_PROFILE),
    ("school", {"naf": "85.42Z"}, CONSENTS),
    ("co_ownership", {"naf": "81.10Z"}, NO_PROFILE),
    ("co_ownership", {"legal_category": "9110"}, NO_PROFILE),
    ("dormant", {"naf": None}, NO_PROFILE),
    ("dormant", {"naf": "97.00Z"}, NO_PROFILE),
    ("dormant", {"naf": "99.00Z"}, CONSENTS),
    ("property_shell", {"naf": "68.20B", "size_band": "NN"}, NO_PROFILE),
    ("property_shell", {"naf": "64.20Z", "size_band": None}, NO_PROFILE),
    ("property_shell", {"legal_category": "6540", "size_band": "00"}, NO_PROFILE),
]
"""Rule, what is unusual about the company, and where it stands."""

LET_IN = [
    ({}, NO_PROFILE),
    ({}, CONSENTS),
    ({"diffusion": Diffusion.PARTIAL}, CONSENTS),
    ({"naf": "85.59A"}, NO_PROFILE),
    ({"naf": None, "naf2025": "25.62Y"}, NO_PROFILE),
    ({"naf": None}, CONSENTS),
    ({"naf": "68.20B", "size_band": "01"}, NO_PROFILE),
    ({"naf": "68.20B", "size_band": "NN"}, CONSENTS),
    ({"naf": "81.21Z"}, NO_PROFILE),
    ({"legal_category": "5710"}, NO_PROFILE),
    ({"siret": "10000001600018"}, NO_PROFILE),
]


class TestCompanyRules:
    @pytest.mark.parametrize(("rule", "changes", "standing"), KEPT_OUT)
    def test_each_rule_keeps_out_whom_it_names(self, rule, changes, standing):
        assert company_rule(company(1, **changes), standing, SETTINGS) == rule

    @pytest.mark.parametrize(("changes", "standing"), LET_IN)
    def test_others_take_part(self, changes, standing):
        assert company_rule(company(1, **changes), standing, SETTINGS) is None

    @pytest.mark.parametrize(("rule", "changes", "standing"), KEPT_OUT)
    def test_a_setting_can_switch_any_rule_off(self, rule, changes, standing):
        """With one rule less, it is that rule which no longer applies."""
        others = EligibilitySettings(rules=tuple(r for r in SETTINGS.rules if r != rule))
        assert company_rule(company(1, **changes), standing, others) != rule
        alone = EligibilitySettings(rules=(rule,))
        assert company_rule(company(1, **changes), standing, alone) == rule

    def test_every_rule_is_tried_here_and_has_its_function(self):
        """A rule that a setting may name but that nobody wrote would fail at night."""
        assert {rule for rule, *_ in KEPT_OUT} == set(get_args(CompanyRule)) == set(COMPANY_RULES)
        assert SETTINGS.rules == get_args(CompanyRule)

    @given(st.permutations(get_args(CompanyRule)), st.data())
    def test_the_first_rule_in_order_is_named(self, order, data):
        """For a company to which many rules apply at once."""
        chosen = tuple(order[: data.draw(st.integers(0, len(order)))])
        worst = company(
            1, active=False, diffusion=Diffusion.PARTIAL, naf="84.11Z", legal_category="6540",
            size_band="NN",
        )  # fmt: skip
        standing = Standing(opted_out=True, consent=False)
        applying = {
            "closed", "partial_diffusion", "opted_out", "consent_refused", "public_body",
            "property_shell",
        }  # fmt: skip
        expected = next((rule for rule in chosen if rule in applying), None)
        assert company_rule(worst, standing, EligibilitySettings(rules=chosen)) == expected

    def test_lists_of_codes_can_be_changed(self):
        settings = EligibilitySettings(school_naf=("85.59",))
        assert company_rule(company(1, naf="85.59A"), NO_PROFILE, settings) == "school"
        assert company_rule(company(1, naf="85.20Z"), NO_PROFILE, settings) is None

    @pytest.mark.parametrize(("naf2025", "rule"), [("84.11Y", "public_body"), ("85.20Y", "school")])
    def test_a_trade_known_by_naf_2025_only_counts_as_well(self, naf2025, rule):
        """From 2027 the registry gives the new code; a town hall stays a town hall."""
        town_hall = company(1, naf=None, naf2025=naf2025)
        assert company_rule(town_hall, NO_PROFILE, SETTINGS) == rule


class TestCompetitors:
    def test_radii_follow_the_staff(self):
        """Under 10, under 50, from 50: against the number of employees of each band."""
        small, medium, large = SETTINGS.catchment_km
        found = catchment_km(np.arange(len(SIZE_BANDS), dtype=np.int8), SETTINGS)
        for band, radius in zip(SIZE_BANDS, found.tolist(), strict=True):
            staff = smallest_staff(band)
            assert radius == (small if staff < 10 else medium if staff < 50 else large)

    def test_an_unknown_staff_counts_as_small(self):
        assert catchment_km(np.array([-1], np.int8), SETTINGS).tolist() == [
            SETTINGS.catchment_km[0]
        ]

    @given(
        st.booleans(),
        st.one_of(st.just(float("nan")), st.floats(0, 500, width=32)),
        st.floats(0, 300, width=32),
        st.booleans(),
    )
    def test_the_same_trade_in_overlapping_catchments(self, same, km, reach, anywhere):
        """Pair by pair, in plain words."""
        found = are_competitors(
            np.array([same]), np.array([km], np.float32), np.array([reach], np.float32),
            anywhere=anywhere,
        )  # fmt: skip
        assert bool(found[0]) == (same and (anywhere or np.isnan(km) or km <= reach))
