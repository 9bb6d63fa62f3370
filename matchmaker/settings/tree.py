"""The whole tree of settings."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from pydantic import Field

from matchmaker.settings.branches import Branch
from matchmaker.settings.matching import (
    EligibilitySettings,
    ImportSettings,
    ModelSettings,
    ParallelSettings,
    QualitySettings,
    SnapshotSettings,
    TerritorySettings,
)
from matchmaker.settings.service import (
    AccessSettings,
    ApiSettings,
    EventSettings,
    IntroductionSettings,
    MailSettings,
    OidcSettings,
    PagesSettings,
    RetentionSettings,
)


class Settings(Branch):
    """The whole tree."""

    home: Path = Path("var")
    """Folder of the embedded database and the snapshots; two homes never touch."""
    database_url: str | None = None
    """SQLAlchemy address of the store; none means SQLite in the home."""
    seed: int = Field(7, ge=0, lt=2**32)
    """Seed of everything random in the nightly run."""
    territory: TerritorySettings = TerritorySettings()
    imports: ImportSettings = ImportSettings()
    eligibility: EligibilitySettings = EligibilitySettings()
    model: ModelSettings = ModelSettings()
    parallel: ParallelSettings = ParallelSettings()
    snapshots: SnapshotSettings = SnapshotSettings()
    quality: QualitySettings = QualitySettings()
    api: ApiSettings = ApiSettings()
    pages: PagesSettings = PagesSettings()
    events: EventSettings = EventSettings()
    access: AccessSettings = AccessSettings()
    oidc: OidcSettings = OidcSettings()
    mail: MailSettings = MailSettings()
    introductions: IntroductionSettings = IntroductionSettings()
    retention: RetentionSettings = RetentionSettings()

    @property
    def store_url(self) -> str:
        """Address of the store in force."""
        if self.database_url is not None:
            return self.database_url
        # Quoted: a home may be called "a?b" or "50%20" without being another one.
        return f"sqlite:///{quote(str(self.home / 'matchmaker.sqlite'))}"

    @property
    def mail_folder(self) -> Path:
        """Folder into which letters are written where none are sent."""
        return self.home / "mail"

    @property
    def snapshots_folder(self) -> Path:
        """Folder that holds the snapshots."""
        return self.home / "snapshots"
