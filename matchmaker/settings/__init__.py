"""Settings: one frozen tree, from defaults, a TOML file and `MATCHMAKER_*` variables.

The tree is built at an entry point with `load_settings` and passed down; nothing below reads the
environment. Later sources win: default, then the TOML file, then the environment. A variable names
its leaf with two underscores per level: `MATCHMAKER_API__PORT=8080` sets `api.port`.
"""

from __future__ import annotations

from matchmaker.settings.loading import (
    DEFAULT,
    Setting,
    listed,
    load_settings,
    origins_of,
    settings_in_force,
)
from matchmaker.settings.matching import (
    CompanyRule,
    EligibilitySettings,
    ImportSettings,
    ModelSettings,
    ParallelSettings,
    QualitySettings,
    SnapshotSettings,
    TerritorySettings,
)
from matchmaker.settings.service import (
    SECRET_LENGTH,
    AccessSettings,
    ApiSettings,
    EventSettings,
    IntroductionSettings,
    MailSettings,
    OidcSettings,
    PagesSettings,
    RetentionSettings,
)
from matchmaker.settings.tree import Settings

__all__ = [
    "DEFAULT",
    "SECRET_LENGTH",
    "AccessSettings",
    "ApiSettings",
    "CompanyRule",
    "EligibilitySettings",
    "EventSettings",
    "ImportSettings",
    "IntroductionSettings",
    "MailSettings",
    "ModelSettings",
    "OidcSettings",
    "PagesSettings",
    "ParallelSettings",
    "QualitySettings",
    "RetentionSettings",
    "Setting",
    "Settings",
    "SnapshotSettings",
    "TerritorySettings",
    "listed",
    "load_settings",
    "origins_of",
    "settings_in_force",
]
