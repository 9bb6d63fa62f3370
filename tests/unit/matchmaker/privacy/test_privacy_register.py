"""The register of processing keeps step with the code."""

from pathlib import Path

from matchmaker.privacy.register import inventory_table
from matchmaker.privacy.retention import PERIODS, retention_table
from matchmaker.settings import RetentionSettings

REGISTER = (Path(__file__).resolve().parents[4] / "docs" / "privacy.md").read_text(encoding="utf-8")


def test_the_periods_of_the_register_are_those_of_the_settings():
    table = retention_table(RetentionSettings())
    assert table in REGISTER
    assert len(table.splitlines()) == len(PERIODS) + 2


def test_the_inventory_of_the_register_is_that_of_the_code():
    assert inventory_table() in REGISTER


def test_every_period_of_the_settings_is_applied():
    assert {period.setting for period in PERIODS} == set(RetentionSettings.model_fields)
